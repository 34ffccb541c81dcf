<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Readout</name>
    <message numerus="yes">
        <source>%n selected run(s) are not drawn</source>
        <translation>
            <numerusform>%n selected run is not drawn</numerusform>
            <numerusform>%n selected runs are not drawn</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunsView</name>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
        </translation>
    </message>
</context>
</TS>
