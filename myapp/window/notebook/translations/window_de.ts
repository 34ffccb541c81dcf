<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AttachmentsDialog</name>
    <message>
        <source>Attachments of {}</source>
        <translation>Anhänge von {}</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Anhänge</translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation>Dateien &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Save as…</source>
        <translation>&amp;Speichern unter…</translation>
    </message>
    <message>
        <source>Save and &amp;remove…</source>
        <translation>Speichern und &amp;entfernen…</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Save {}</source>
        <translation>{} speichern</translation>
    </message>
    <message>
        <source>Remove {} from the document, once it is written and verified?</source>
        <translation>{} aus dem Dokument entfernen, sobald die Datei geschrieben und geprüft ist?</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
</context>
<context>
    <name>ColumnList</name>
    <message>
        <source>Columns to take</source>
        <translation>Zu übernehmende Spalten</translation>
    </message>
    <message>
        <source>Column {}</source>
        <translation>Spalte {}</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Plot</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom to a box that you draw</source>
        <translation>Einen gezeichneten Ausschnitt vergrößern</translation>
    </message>
    <message>
        <source>Fit the values to what is visible</source>
        <translation>Werte an das Sichtbare anpassen</translation>
    </message>
    <message>
        <source>Undo the zoom</source>
        <translation>Zoom rückgängig machen</translation>
    </message>
    <message>
        <source>Redo the zoom</source>
        <translation>Zoom wiederherstellen</translation>
    </message>
    <message>
        <source>Zoom in to values</source>
        <translation>Werte vergrößern</translation>
    </message>
    <message>
        <source>Zoom out of values</source>
        <translation>Werte verkleinern</translation>
    </message>
    <message>
        <source>Two cursors: differences and statistics</source>
        <translation>Zwei Cursor: Differenzen und Statistik</translation>
    </message>
    <message>
        <source>Runs from their starts</source>
        <translation>Läufe ab ihrem Beginn</translation>
    </message>
    <message>
        <source>Zoom to between the cursors</source>
        <translation>Bereich zwischen den Cursorn vergrößern</translation>
    </message>
    <message>
        <source>Move the cursor left</source>
        <translation>Cursor nach links</translation>
    </message>
    <message>
        <source>Move the cursor right</source>
        <translation>Cursor nach rechts</translation>
    </message>
    <message>
        <source>Move the second cursor left</source>
        <translation>Zweiten Cursor nach links</translation>
    </message>
    <message>
        <source>Move the second cursor right</source>
        <translation>Zweiten Cursor nach rechts</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Larger values</source>
        <translation>Größere Werte</translation>
    </message>
    <message>
        <source>Smaller values</source>
        <translation>Kleinere Werte</translation>
    </message>
    <message>
        <source>Next panel</source>
        <translation>Nächstes Feld</translation>
    </message>
    <message>
        <source>Panel before</source>
        <translation>Voriges Feld</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ContentView</name>
    <message>
        <source>&amp;Plot</source>
        <translation>Dia&amp;gramm</translation>
    </message>
    <message>
        <source>What was typed could not be written: {}

Close all the same, and lose it?</source>
        <translation>Das Getippte konnte nicht geschrieben werden: {}

Trotzdem schließen und es verlieren?</translation>
    </message>
    <message>
        <source>F2</source>
        <translation>F2</translation>
    </message>
    <message>
        <source>Edit the title or the tags of a run</source>
        <translation>Titel oder Schlagwörter eines Laufs bearbeiten</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>Zoom the plot at the pointer</source>
        <translation>Diagramm am Mauszeiger vergrößern oder verkleinern</translation>
    </message>
    <message>
        <source>Shift+Wheel</source>
        <translation>Umschalt+Mausrad</translation>
    </message>
    <message>
        <source>Zoom the time alone</source>
        <translation>Nur die Zeit vergrößern oder verkleinern</translation>
    </message>
    <message>
        <source>Ctrl+Wheel</source>
        <translation>Strg+Mausrad</translation>
    </message>
    <message>
        <source>Zoom the values alone</source>
        <translation>Nur die Werte vergrößern oder verkleinern</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Move the plot</source>
        <translation>Diagramm verschieben</translation>
    </message>
    <message>
        <source>Double-click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Show all of the plot</source>
        <translation>Das ganze Diagramm zeigen</translation>
    </message>
</context>
<context>
    <name>CopyDialog</name>
    <message>
        <source>Copy to a server</source>
        <translation>Auf einen Server kopieren</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>It is not stored</source>
        <translation>Es wird nicht gespeichert</translation>
    </message>
    <message>
        <source>&amp;Database</source>
        <translation>&amp;Datenbank</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <source>{} runs and {} readings were copied. SHA-256 of all rows, equal on both sides: {}</source>
        <translation>{} Läufe und {} Messwerte wurden kopiert. SHA-256 aller Zeilen, auf beiden Seiten gleich: {}</translation>
    </message>
</context>
<context>
    <name>Criteria</name>
    <message>
        <source>Search titles, notes and tags</source>
        <translation>Titel, Notizen und Schlagwörter durchsuchen</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Schlagwort</translation>
    </message>
    <message>
        <source>Any tag</source>
        <translation>Alle Schlagwörter</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Any channel</source>
        <translation>Alle Kanäle</translation>
    </message>
    <message>
        <source>From (2024-05-31)</source>
        <translation>Von (2024-05-31)</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vor</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export {}</source>
        <translation>{} exportieren</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>CSV, as an import reads it</source>
        <translation>CSV, wie ein Import es liest</translation>
    </message>
    <message>
        <source>JSON, a line for each reading</source>
        <translation>JSON, eine Zeile je Messwert</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>F&amp;ormat</translation>
    </message>
    <message>
        <source>Fi&amp;le</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Replace the file if it exists</source>
        <translation>Die Datei ersetzen, wenn es sie gibt</translation>
    </message>
    <message>
        <source>E&amp;xisting file</source>
        <translation>&amp;Vorhandene Datei</translation>
    </message>
    <message>
        <source>Written: {}</source>
        <translation>Geschrieben: {}</translation>
    </message>
    <message>
        <source>An import will call this channel otherwise: {}</source>
        <translation>Ein Import wird diesen Kanal anders nennen: {}</translation>
    </message>
</context>
<context>
    <name>ExtractDialog</name>
    <message>
        <source>Extract a part</source>
        <translation>Einen Teil entnehmen</translation>
    </message>
    <message>
        <source>&amp;Extract</source>
        <translation>&amp;Entnehmen</translation>
    </message>
    <message>
        <source>&amp;New document</source>
        <translation>&amp;Neues Dokument</translation>
    </message>
    <message>
        <source>The new document: {}</source>
        <translation>Das neue Dokument: {}</translation>
    </message>
</context>
<context>
    <name>FormatRow</name>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Sa&amp;ve…</source>
        <translation>Sp&amp;eichern…</translation>
    </message>
    <message>
        <source>Save the options as a format</source>
        <translation>Die Optionen als Format speichern</translation>
    </message>
    <message>
        <source>The name of the format:</source>
        <translation>Der Name des Formats:</translation>
    </message>
    <message>
        <source>There is a format {} already. Replace it?</source>
        <translation>Ein Format {} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>detected</source>
        <translation>erkannt</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importieren</translation>
    </message>
    <message>
        <source>&amp;Back to the refused files</source>
        <translation>&amp;Zurück zu den abgelehnten Dateien</translation>
    </message>
    <message>
        <source>Import a file that is in the document already</source>
        <translation>Eine Datei importieren, die schon im Dokument ist</translation>
    </message>
    <message>
        <source>&amp;File:</source>
        <translation>&amp;Datei:</translation>
    </message>
    <message>
        <source>&amp;Title:</source>
        <translation>&amp;Titel:</translation>
    </message>
    <message>
        <source>For&amp;mat:</source>
        <translation>For&amp;mat:</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;As a command:</source>
        <translation>&amp;Als Befehl:</translation>
    </message>
    <message>
        <source>Each file&apos;s name</source>
        <translation>Der Name jeder Datei</translation>
    </message>
</context>
<context>
    <name>ImportForm</name>
    <message>
        <source>Columns to take:</source>
        <translation>Spalten:</translation>
    </message>
</context>
<context>
    <name>ImportReport</name>
    <message>
        <source>Not imported: {}</source>
        <translation>Nicht importiert: {}</translation>
    </message>
    <message>
        <source>What was imported</source>
        <translation>Was importiert wurde</translation>
    </message>
    <message>
        <source>Rows and fields that could not be read:</source>
        <translation>Zeilen und Felder, die nicht lesbar waren:</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>&amp;Save this list…</source>
        <translation>Diese Liste &amp;speichern…</translation>
    </message>
    <message>
        <source>Save this list</source>
        <translation>Diese Liste speichern</translation>
    </message>
    <message>
        <source>{}: run {}, “{}”, {} readings of {}</source>
        <translation>{}: Lauf {}, „{}“, {} Messwerte von {}</translation>
    </message>
    <message>
        <source>{} second readings of a time were left out</source>
        <translation>{} zweite Messwerte einer Zeit wurden ausgelassen</translation>
    </message>
    <message>
        <source>{} readings gave way to a second one of their time</source>
        <translation>{} Messwerte wichen einem zweiten ihrer Zeit</translation>
    </message>
    <message>
        <source>{} second readings of a time were put a microsecond later</source>
        <translation>{} zweite Messwerte einer Zeit wurden eine Mikrosekunde später gesetzt</translation>
    </message>
    <message>
        <source>{} fields are gaps: empty or a word for it</source>
        <translation>{} Felder sind Lücken: leer oder ein Wort dafür</translation>
    </message>
    <message>
        <source>gaps that are not empty: {}</source>
        <translation>Lücken, die nicht leer sind: {}</translation>
    </message>
    <message>
        <source>{} times were rounded to microseconds</source>
        <translation>{} Zeiten wurden auf Mikrosekunden gerundet</translation>
    </message>
    <message>
        <source>{} whole numbers were rounded, as no double holds them</source>
        <translation>{} ganze Zahlen wurden gerundet, weil sie mehr Stellen haben als ein Double</translation>
    </message>
    <message>
        <source>columns left out: {}</source>
        <translation>ausgelassene Spalten: {}</translation>
    </message>
    <message>
        <source>the table ends before line {}: the rest was left out</source>
        <translation>die Tabelle endet vor Zeile {}: der Rest wurde ausgelassen</translation>
    </message>
    <message>
        <source>further tables, in line {}, were left out: the option “Table” imports one</source>
        <translation>weitere Tabellen, in Zeile {}, wurden ausgelassen: die Option „Tabelle“ importiert eine</translation>
    </message>
    <message>
        <source>{} rows or fields could not be read and were left out</source>
        <translation>{} Zeilen oder Felder waren nicht lesbar und wurden ausgelassen</translation>
    </message>
</context>
<context>
    <name>NotebookActions</name>
    <message>
        <source>&amp;Data</source>
        <translation>D&amp;aten</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren…</translation>
    </message>
    <message>
        <source>&amp;Export the run…</source>
        <translation>Lauf &amp;exportieren…</translation>
    </message>
    <message>
        <source>&amp;Attachments of the run…</source>
        <translation>&amp;Anhänge des Laufs…</translation>
    </message>
    <message>
        <source>E&amp;xtract a part…</source>
        <translation>Einen &amp;Teil entnehmen…</translation>
    </message>
    <message>
        <source>&amp;Copy to a server…</source>
        <translation>Auf einen Server &amp;kopieren…</translation>
    </message>
    <message>
        <source>Tables ({})</source>
        <translation>Tabellen ({})</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
</context>
<context>
    <name>NotesView</name>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>Notizen</translation>
    </message>
</context>
<context>
    <name>OptionControl</name>
    <message>
        <source>detected: {}</source>
        <translation>erkannt: {}</translation>
    </message>
    <message>
        <source>detected</source>
        <translation>erkannt</translation>
    </message>
</context>
<context>
    <name>OptionLine</name>
    <message>
        <source>detected: {}</source>
        <translation>erkannt: {}</translation>
    </message>
</context>
<context>
    <name>OptionWords</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>Faults</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Delimiter</source>
        <translation>Trennzeichen</translation>
    </message>
    <message>
        <source>The character between fields</source>
        <translation>Das Zeichen zwischen den Feldern</translation>
    </message>
    <message>
        <source>Decimal sign</source>
        <translation>Dezimalzeichen</translation>
    </message>
    <message>
        <source>The sign before the decimals of numbers</source>
        <translation>Das Zeichen vor den Nachkommastellen</translation>
    </message>
    <message>
        <source>Thousands</source>
        <translation>Tausender</translation>
    </message>
    <message>
        <source>The sign between the thousands of numbers</source>
        <translation>Das Zeichen zwischen den Tausendern von Zahlen</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>Zeichensatz</translation>
    </message>
    <message>
        <source>How characters are written as bytes</source>
        <translation>Wie Zeichen als Bytes geschrieben sind</translation>
    </message>
    <message>
        <source>Quote</source>
        <translation>Anführungszeichen</translation>
    </message>
    <message>
        <source>The character that encloses fields</source>
        <translation>Das Zeichen, das Felder umschließt</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>Kommentare</translation>
    </message>
    <message>
        <source>The beginning of lines that are left out</source>
        <translation>Der Anfang von Zeilen, die ausgelassen werden</translation>
    </message>
    <message>
        <source>Header</source>
        <translation>Kopfzeile</translation>
    </message>
    <message>
        <source>The line with the names of the columns</source>
        <translation>Die Zeile mit den Namen der Spalten</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>The line with the units of the columns</source>
        <translation>Die Zeile mit den Einheiten der Spalten</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>The number of the table, in a file that has several</source>
        <translation>Die Nummer der Tabelle in einer Datei mit mehreren</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Blatt</translation>
    </message>
    <message>
        <source>The sheet of a workbook: its name or its number</source>
        <translation>Das Blatt einer Arbeitsmappe: sein Name oder seine Nummer</translation>
    </message>
    <message>
        <source>Missing values</source>
        <translation>Fehlende Werte</translation>
    </message>
    <message>
        <source>Numbers or words that stand for no reading, with commas between them: -999, wind=-1</source>
        <translation>Zahlen oder Wörter, die für keinen Messwert stehen, mit Kommas getrennt: -999, wind=-1</translation>
    </message>
    <message>
        <source>Only channels</source>
        <translation>Nur die Kanäle</translation>
    </message>
    <message>
        <source>The channels to import, with commas between them; all others are left out</source>
        <translation>Die zu importierenden Kanäle, mit Kommas getrennt; alle anderen werden ausgelassen</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Aufbau</translation>
    </message>
    <message>
        <source>A column for each channel, or a row for each reading</source>
        <translation>Eine Spalte je Kanal oder eine Zeile je Messwert</translation>
    </message>
    <message>
        <source>Time column</source>
        <translation>Zeitspalte</translation>
    </message>
    <message>
        <source>The column of times, or several that make them up</source>
        <translation>Die Spalte der Zeiten, oder mehrere, die sie ergeben</translation>
    </message>
    <message>
        <source>Date column</source>
        <translation>Datumsspalte</translation>
    </message>
    <message>
        <source>The column of dates beside one of times of day</source>
        <translation>Die Spalte der Daten neben einer der Uhrzeiten</translation>
    </message>
    <message>
        <source>Channel column</source>
        <translation>Kanalspalte</translation>
    </message>
    <message>
        <source>The names of channels, in a long file</source>
        <translation>Die Namen der Kanäle in einer langen Datei</translation>
    </message>
    <message>
        <source>Value column</source>
        <translation>Wertespalte</translation>
    </message>
    <message>
        <source>The numbers, in a long file</source>
        <translation>Die Zahlen in einer langen Datei</translation>
    </message>
    <message>
        <source>Unit column</source>
        <translation>Einheitenspalte</translation>
    </message>
    <message>
        <source>The units, in a long file</source>
        <translation>Die Einheiten in einer langen Datei</translation>
    </message>
    <message>
        <source>Time format</source>
        <translation>Zeitformat</translation>
    </message>
    <message>
        <source>A pattern such as %d.%m.%Y %H:%M, or a word</source>
        <translation>Ein Muster wie %d.%m.%Y %H:%M, oder ein Wort</translation>
    </message>
    <message>
        <source>Date order</source>
        <translation>Reihenfolge im Datum</translation>
    </message>
    <message>
        <source>The meaning of dates such as 03/04/05</source>
        <translation>Die Bedeutung von Daten wie 03/04/05</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>Jahr</translation>
    </message>
    <message>
        <source>The year of times that have none</source>
        <translation>Das Jahr von Zeiten ohne Jahr</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
    <message>
        <source>The zone of times that name none</source>
        <translation>Die Zone von Zeiten, die keine nennen</translation>
    </message>
    <message>
        <source>Repeated hour</source>
        <translation>Doppelte Stunde</translation>
    </message>
    <message>
        <source>The hour that a clock shows twice in autumn</source>
        <translation>Die Stunde, die eine Uhr im Herbst zweimal zeigt</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>The start of elapsed times: 2024-05-31T12:00</source>
        <translation>Der Beginn verstrichener Zeiten: 2024-05-31T12:00</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>The time between rows that have none: 1 ms, 15 min</source>
        <translation>Die Zeit zwischen Zeilen ohne Zeit: 1 ms, 15 min</translation>
    </message>
    <message>
        <source>Repeated times</source>
        <translation>Doppelte Zeiten</translation>
    </message>
    <message>
        <source>Second readings of one channel at one time</source>
        <translation>Zweite Messwerte eines Kanals zu einer Zeit</translation>
    </message>
    <message>
        <source>Faulty rows</source>
        <translation>Fehlerhafte Zeilen</translation>
    </message>
    <message>
        <source>Rows and fields that cannot be read</source>
        <translation>Zeilen und Felder, die nicht lesbar sind</translation>
    </message>
    <message>
        <source>Comma</source>
        <translation>Komma</translation>
    </message>
    <message>
        <source>Semicolon</source>
        <translation>Semikolon</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tabulator</translation>
    </message>
    <message>
        <source>Bar |</source>
        <translation>Senkrechter Strich |</translation>
    </message>
    <message>
        <source>Blanks</source>
        <translation>Leerzeichen</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>A column for each channel</source>
        <translation>Eine Spalte je Kanal</translation>
    </message>
    <message>
        <source>A row for each reading</source>
        <translation>Eine Zeile je Messwert</translation>
    </message>
    <message>
        <source>Day, month, year</source>
        <translation>Tag, Monat, Jahr</translation>
    </message>
    <message>
        <source>Month, day, year</source>
        <translation>Monat, Tag, Jahr</translation>
    </message>
    <message>
        <source>Year, month, day</source>
        <translation>Jahr, Monat, Tag</translation>
    </message>
    <message>
        <source>Refuse the file</source>
        <translation>Die Datei ablehnen</translation>
    </message>
    <message>
        <source>Leave out and list them, unless they are many</source>
        <translation>Auslassen und auflisten, wenn es nicht viele sind</translation>
    </message>
    <message>
        <source>Leave out and list all</source>
        <translation>Alle auslassen und auflisten</translation>
    </message>
    <message>
        <source>The earlier hour</source>
        <translation>Die frühere Stunde</translation>
    </message>
    <message>
        <source>The later hour</source>
        <translation>Die spätere Stunde</translation>
    </message>
    <message>
        <source>As the rows go on</source>
        <translation>Wie die Zeilen weitergehen</translation>
    </message>
    <message>
        <source>Keep the first</source>
        <translation>Den ersten behalten</translation>
    </message>
    <message>
        <source>Keep the last</source>
        <translation>Den letzten behalten</translation>
    </message>
    <message>
        <source>Keep all, a microsecond apart</source>
        <translation>Alle behalten, je eine Mikrosekunde später</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>Punkt</translation>
    </message>
    <message>
        <source>Apostrophe</source>
        <translation>Apostroph</translation>
    </message>
    <message>
        <source>Blank</source>
        <translation>Leerzeichen</translation>
    </message>
</context>
<context>
    <name>PartFields</name>
    <message>
        <source>The chosen runs: {}</source>
        <translation>Die gewählten Läufe: {}</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>Alle Läufe</translation>
    </message>
    <message>
        <source>&amp;Runs</source>
        <translation>&amp;Läufe</translation>
    </message>
    <message>
        <source>All channels, or some with commas between them</source>
        <translation>Alle Kanäle, oder einige mit Kommas getrennt</translation>
    </message>
    <message>
        <source>2024-05-31, or 2024-05-31T12:00+02:00 (UTC without a zone)</source>
        <translation>2024-05-31 oder 2024-05-31T12:00+02:00 (ohne Zone UTC)</translation>
    </message>
    <message>
        <source>&amp;Channels</source>
        <translation>&amp;Kanäle</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>&amp;Von</translation>
    </message>
    <message>
        <source>&amp;Before</source>
        <translation>V&amp;or</translation>
    </message>
</context>
<context>
    <name>Plot</name>
    <message>
        <source>From the start of each run, {} to {}</source>
        <translation>Ab dem Beginn jedes Laufs, {} bis {}</translation>
    </message>
    <message>
        <source>UTC, {} to {}</source>
        <translation>UTC, {} bis {}</translation>
    </message>
    <message>
        <source>… %n more</source>
        <translation>… und %n weitere</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Copy the picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Save as picture or CSV…</source>
        <translation>Als Bild oder CSV speichern…</translation>
    </message>
    <message>
        <source>Plot of {}</source>
        <translation>Diagramm von {}</translation>
    </message>
    <message>
        <source>Plot</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>There are no readings to draw.</source>
        <translation>Es gibt keine Messwerte zu zeichnen.</translation>
    </message>
    <message>
        <source>Choose channels in the table below.</source>
        <translation>Bitte Kanäle in der Tabelle darunter wählen.</translation>
    </message>
</context>
<context>
    <name>PreviewView</name>
    <message>
        <source>The file</source>
        <translation>Die Datei</translation>
    </message>
    <message>
        <source>The first rows as they would be stored</source>
        <translation>Die ersten Zeilen, wie sie gespeichert würden</translation>
    </message>
    <message>
        <source>As it would be stored</source>
        <translation>Wie es gespeichert würde</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Time (UTC)</source>
        <translation>Zeit (UTC)</translation>
    </message>
    <message>
        <source>{} gaps in the first {} rows</source>
        <translation>{} Lücken in den ersten {} Zeilen</translation>
    </message>
</context>
<context>
    <name>Readout</name>
    <message>
        <source>Channels, with their values at the cursors</source>
        <translation>Kanäle mit ihren Werten an den Cursorn</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>At the cursor</source>
        <translation>Am Cursor</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Min</source>
        <translation>Min</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>Max</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Std dev</source>
        <translation>Std.-Abw.</translation>
    </message>
    <message>
        <source>A: {}   B: {}   B − A: {}</source>
        <translation>A: {}   B: {}   B − A: {}</translation>
    </message>
    <message numerus="yes">
        <source>%n selected run(s) are not drawn</source>
        <translation>
            <numerusform>%n gewählter Lauf ist nicht gezeichnet</numerusform>
            <numerusform>%n gewählte Läufe sind nicht gezeichnet</numerusform>
        </translation>
    </message>
    <message>
        <source>{} of {} channels are drawn: the boxes choose</source>
        <translation>{} von {} Kanälen sind gezeichnet: die Kästchen wählen</translation>
    </message>
</context>
<context>
    <name>RunsModel</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>First (UTC)</source>
        <translation>Erster (UTC)</translation>
    </message>
    <message>
        <source>Last (UTC)</source>
        <translation>Letzter (UTC)</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>Messwerte</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
</context>
<context>
    <name>RunsView</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen…</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n Lauf</numerusform>
            <numerusform>%n Läufe</numerusform>
        </translation>
    </message>
    <message>
        <source>title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Delete {}, with {} readings and {} attachments? This cannot be undone.</source>
        <translation>{} mit {} Messwerten und {} Anhängen löschen? Das kann nicht rückgängig gemacht werden.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>SaveDialog</name>
    <message>
        <source>Picture (*.png)</source>
        <translation>Bild (*.png)</translation>
    </message>
    <message>
        <source>Drawing (*.svg)</source>
        <translation>Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>Page (*.pdf)</source>
        <translation>Seite (*.pdf)</translation>
    </message>
    <message>
        <source>Readings that are visible (*.csv)</source>
        <translation>Sichtbare Messwerte (*.csv)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Saving {}</source>
        <translation>{} wird gespeichert</translation>
    </message>
    <message>
        <source>Replace {}?</source>
        <translation>{} ersetzen?</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>All of the time, with the part that is shown</source>
        <translation>Die ganze Zeit, mit dem gezeigten Teil</translation>
    </message>
    <message>
        <source>All of the time: drag the part that is shown</source>
        <translation>Die ganze Zeit: der gezeigte Teil lässt sich ziehen</translation>
    </message>
</context>
</TS>
