# ruff: noqa: E501  # a case is easier to compare with its neighbours when it is one line
"""Files as instruments, loggers and people write them, with the readings or the first fault of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from myapp.notebook.intake.csv_file import CsvFile
from myapp.notebook.intake.options import ImportOptions


class ParsedReading(NamedTuple):
    """A reading in a file: its line, its time (UTC microseconds), its channel and its value."""

    line: int
    time: int
    channel: str
    unit: str
    value: float


def parsed_readings(source, options=None, report=None):
    """Yield a file's readings in the order of its rows."""
    with CsvFile(source, options, report) as file:
        for batch in file.batches():
            yield from sorted(
                ParsedReading(line, time, series.channel.name, series.channel.unit, value)
                for series in batch.series
                for line, time, value in zip(series.lines, series.times, series.numbers, strict=True)
            )


@dataclass(frozen=True)
class Good:
    """A file and its readings: for each channel title, ISO times (UTC) and values."""

    name: str
    content: str | bytes
    readings: dict[str, dict[str, float]]
    options: ImportOptions = ImportOptions()  # noqa: RUF009  # frozen
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bad:
    """A file and the first thing that is wrong with it."""

    name: str
    content: str | bytes
    line: int
    column: int
    detail: str
    options: ImportOptions = ImportOptions()  # noqa: RUF009  # frozen
    setting: str = ""
    """The option that resolves it."""


def microseconds(text: str) -> int:
    """Return the UTC microseconds of an ISO time."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001


START = microseconds("2024-05-01")
BERLIN = ImportOptions(timezone="Europe/Berlin")
D1, D2 = "2024-03-01", "2024-03-02"
TWO = {"temp [°C]": {D1: 1.5, D2: 2.5}}

GOOD = [
    Good("trailing delimiters in rows only", "time,a\n2024-03-01,1,\n2024-03-02,2,\n", {"a": {D1: 1, D2: 2}}),
    Good(
        "a line of units", "time;temp;rain\n;[°C];(mm)\n2024-03-01;1,5;0\n2024-03-02;2,5;\n",
        {**TWO, "rain [mm]": {D1: 0}},
    ),
    Good("units without brackets", "Time,temp\nUTC,°C\n2024-03-01,1.5\n2024-03-02,2.5\n", TWO),
    Good("a unit for the time only", "time,a\n[UTC],\n2024-03-01,1\n", {"a": {D1: 1}}),
    Good("units of a header without time names", "wann,temp\n[],[°C]\n2024-03-01,1.5\n2024-03-02,2.5\n", TWO),
    Good(
        "units that are given as none", "time,a\n2024-03-01,1\n", {"a": {D1: 1}},
        ImportOptions(units="none"),
    ),
    Good(
        "a logger's four lines of header",
        '"TOA5","CR1000","12345","CR1000.Std.27"\n"TIMESTAMP","RECORD","Batt","PTemp"\n'
        '"TS","RN","Volts","Deg C"\n"","","Min","Smp"\n"2024-03-01 00:00:00",0,12.5,3.5\n'
        '"2024-03-02 00:00:00",1,12.4,"NAN"\n',
        {"Batt [Volts]": {D1: 12.5, D2: 12.4}, "PTemp [Deg C]": {D1: 3.5}},
        ImportOptions(skip=("RECORD",)), ("RECORD",),
    ),
    Good(
        "a preamble of names and values",
        "Device,AX-7\nSerial,12345\nExported,2024-04-01\n\nTime,temp [°C]\n2024-03-01,1.5\n2024-03-02,2.5\n", TWO,
    ),
    Good(
        "a preamble of prose", "Report of the weather; station 7\nmade by hand\n\nDatum;temp [°C]\n"
        "01.03.2024;1,5\n02.03.2024;2,5\n", TWO,
    ),
    Good("a header that is given by its line", "time,b\nx,y\nwhen,a\n2024-03-01,1\n", {"a": {D1: 1}}, ImportOptions(header=3)),
    Good("no header", "2024-03-01,1\n2024-03-02,2\n", {"column 2": {D1: 1, D2: 2}}, ImportOptions(header="none")),
    Good(
        "comments before, between and behind", "# station 7\n#made \"by hand\ntime,a\n# more\n2024-03-01,1\n#\n"
        "2024-03-02,2\n# end\n", {"a": {D1: 1, D2: 2}},
    ),
    Good("a header in a comment", "# logger\n# time,a\n2024-03-01,1\n", {"a": {D1: 1}}),
    Good("comments of a semicolon", "; made, by hand\ntime,a\n2024-03-01,1\n; end\n2024-03-02,2\n", {"a": {D1: 1, D2: 2}}),
    Good("comments of percent signs", "% x\ntime\ta\n2024-03-01\t1\n", {"a": {D1: 1}}),
    Good("comments of slashes", "// x\n// y\ntime\ta\n2024-03-01\t1\n", {"a": {D1: 1}}),
    Good("comments that are given", "time,a\nREM x\n2024-03-01,1\n", {"a": {D1: 1}}, ImportOptions(comment="REM")),
    Good("a column that is called #", "#,time,a\n7,2024-03-01,1\n", {"a": {D1: 1}}, skipped=("column 1",)),
    Good("single quotes", "'time','a, b'\n'2024-03-01','1'\n'2024-03-02','2'\n", {"a, b": {D1: 1, D2: 2}}),
    Good("quotes that mean inches", 'time;pipe 5";a\n2024-03-01;"x;1\n', {"a": {D1: 1}}, ImportOptions(quote="none"), ('pipe 5"',)),
    Good("parted by blanks", "date   time      a\n2024-03-01 00:00:00   1\n 2024-03-02  00:00:00 2.5\n", {"a": {D1: 1, D2: 2.5}}),
    Good("a delimiter that is given", "time~a\n2024-03-01~1\n", {"a": {D1: 1}}, ImportOptions(delimiter="~")),
    Good("a decimal comma that is given", 'time,a\n2024-03-01,"1,234"\n', {"a": {D1: 1.234}}, ImportOptions(decimal=",")),
    Good("UTF-16 without a mark", "time\ta\r\n2024-03-01\t1\r\n".encode("utf-16-le"), {"a": {D1: 1}}),
    Good("UTF-16 without a mark, the other way", "time\ta\r\n2024-03-01\t1\r\n".encode("utf-16-be"), {"a": {D1: 1}}),
    Good("Windows letters", "time;price [€]\n2024-03-01;1\n".encode("cp1252"), {"price [€]": {D1: 1}}),
    Good("an encoding that is given", "time;tlak [°]\n2024-03-01;1\n".encode("cp852"), {"tlak [°]": {D1: 1}}, ImportOptions(encoding="cp852")),
    Good("line ends of old Macs", "time,a\r2024-03-01,1\r2024-03-02,2\r", {"a": {D1: 1, D2: 2}}),
    Good("date and time of day in two columns", "Date,Time,a\n2024-03-01,12:00,1\n2024-03-02,00:00:00.5,2\n", {"a": {"2024-03-01T12:00": 1, "2024-03-02T00:00:00.5": 2}}),
    Good("two columns the other way about", "a;Uhrzeit;Datum\n1;06:30;01.03.2024\n2;06:31;01.03.2024\n", {"a": {"2024-03-01T06:30": 1, "2024-03-01T06:31": 2}}),
    Good("two columns that are given", "x,y,a\n06:30,2024-03-01,1\n", {"a": {"2024-03-01T06:30": 1}}, ImportOptions(time="x", date="2")),
    Good("a time column last", "a,b,Zeitstempel\n1,2,2024-03-01T00:00:00Z\n", {"a": {D1: 1}, "b": {D1: 2}}),
    Good("a zone with each time", "time,a\n2024-03-01T01:00:00+01:00,1\n2024-03-02 00:00Z,2\n", {"a": {D1: 1, D2: 2}}),
    Good("days first, as one of them shows", "date,a\n02/03/2024,2\n13/03/2024,3\n", {"a": {D2: 2, "2024-03-13": 3}}),
    Good("months first, as one of them shows", "date,a\n3/2/2024,2\n3/13/2024,3\n", {"a": {D2: 2, "2024-03-13": 3}}),
    Good("months first, as is given", "date,a\n03/02/2024 06:30,2\n", {"a": {"2024-03-02T06:30": 2}}, ImportOptions(date_order="mdy")),
    Good("a clock of twelve hours", "date,a\n3/13/2024 12:05:00 AM,1\n3/13/2024 1:05 pm,2\n", {"a": {"2024-03-13T00:05": 1, "2024-03-13T13:05": 2}}),
    Good("names of months", "date,a\n1 Mar 2024,1\n02 March 2024 06:30,2\n", {"a": {D1: 1, "2024-03-02T06:30": 2}}),
    Good("names of months with dashes", "date,a\n01-Mar-2024 00:00:00,1\n02-MAR-2024 00:00:00,2\n", {"a": {D1: 1, D2: 2}}),
    Good("American dates", 'date,a\n"Mar 1, 2024",1\n"March 2, 2024 6:30 AM",2\n', {"a": {D1: 1}}, ImportOptions(on_error="skip")),
    Good("German months", "Datum;a\n1. März 2024;1\n2. Mrz. 2024 00:00;2\n", {"a": {D1: 1, D2: 2}}),
    Good("weekdays", 'time,a\n"Fri, 01 Mar 2024 00:00:00 +0000",1\n', {"a": {D1: 1}}),
    Good("years", "year,a\n1999,1\n2000,2\n", {"a": {"1999-01-01": 1, "2000-01-01": 2}}),
    Good("months of years", "month;a\n1999-11;1\n1999-12;2\n", {"a": {"1999-11-01": 1, "1999-12-01": 2}}),
    Good("digits only, with the clock", "t,a\n20240301063000,1\n", {"a": {"2024-03-01T06:30": 1}}),
    Good("seconds since 1970", "timestamp,a\n1709251200,1\n1709337600,2\n", {"a": {D1: 1, D2: 2}}),
    Good("seconds since 1970 with decimals", "unix_time,a\n1709251200.25,1\n", {"a": {"2024-03-01T00:00:00.25": 1}}),
    Good("milliseconds since 1970", "time,a\n1709251200000,1\n1709251200500,2\n", {"a": {D1: 1, "2024-03-01T00:00:00.5": 2}}),
    Good("nanoseconds since 1970", "time,a\n1709251200000001000,1\n", {"a": {"2024-03-01T00:00:00.000001": 1}}),
    Good("seconds since 1970 as the given format", "x,a\n1709251200,1\n", {"a": {D1: 1}}, ImportOptions(time="x", time_format="epoch")),
    Good("seconds since a start", "time [s];a\n0;1\n0,5;2\n", {"a": {"2024-05-01": 1, "2024-05-01T00:00:00.5": 2}}, ImportOptions(start=START)),
    Good("milliseconds since a start", "t,a\nms,V\n0,1\n1500,2\n", {"a [V]": {"2024-05-01": 1, "2024-05-01T00:00:01.5": 2}}, ImportOptions(start=START, time="t")),
    Good("hours since a start", "elapsed (h),a\n0,1\n24,2\n", {"a": {"2024-05-01": 1, "2024-05-02": 2}}, ImportOptions(start=START)),
    Good("a stop watch", "elapsed,a\n00:00:00,1\n25:00:00.5,2\n", {"a": {"2024-05-01": 1, "2024-05-02T01:00:00.5": 2}}, ImportOptions(start=START)),
    Good("a pattern", "wann,a\n01.03.24_0630,1\n", {"a": {"2024-03-01T06:30": 1}}, ImportOptions(time="wann", time_format="%d.%m.%y_%H%M")),
    Good("a local clock", "time,a\n2024-01-01 01:00,1\n2024-07-01 02:00,2\n", {"a": {"2024-01-01": 1, "2024-07-01": 2}}, BERLIN),
    Good("a zone in the header", '"Date Time, GMT+01:00",a\n2024-03-01 01:00,1\n', {"a": {D1: 1}}),
    Good("the doubled hour, earlier", "time,a\n2024-10-27 02:30,1\n", {"a": {"2024-10-27T00:30": 1}}, ImportOptions(timezone="Europe/Berlin", ambiguous="earlier")),
    Good("the doubled hour, later", "time,a\n2024-10-27 02:30,1\n", {"a": {"2024-10-27T01:30": 1}}, ImportOptions(timezone="Europe/Berlin", ambiguous="later")),
    Good(
        "the doubled hour, in order", "time,a\n2024-10-27 01:00,1\n2024-10-27 02:00,2\n2024-10-27 02:00,3\n2024-10-27 03:00,4\n",
        {"a": {"2024-10-26T23:00": 1, "2024-10-27T00:00": 2, "2024-10-27T01:00": 3, "2024-10-27T02:00": 4}},
        ImportOptions(timezone="Europe/Berlin", ambiguous="order"),
    ),
    Good(
        "a long file", "time,channel,value\n2024-03-01,temp [°C],1.5\n2024-03-01,rain,0\n2024-03-02,temp [°C],2.5\n"
        "2024-03-02,rain,\n", {**TWO, "rain": {D1: 0}},
    ),
    Good(
        "a long file with units", "Sensor;Datum;Einheit;Wert;Status\ntemp;01.03.2024;°C;1,5;ok\nrain;01.03.2024;mm;0;ok\n"
        "temp;02.03.2024;°C;2,5;ok\n", {**TWO, "rain [mm]": {D1: 0}}, skipped=("Status",),
    ),
    Good("a long file of numbered sensors", "time,sensor_id,value\n2024-03-01,7,1\n2024-03-01,8,2\n", {"7": {D1: 1}, "8": {D1: 2}}),
    Good(
        "years of two digits in two columns", "Date;Time;a\n01.03.24;06:30;1\n", {"a": {"2024-03-01T06:30": 1}},
        ImportOptions(date="Date", time="Time", time_format="%d.%m.%y %H:%M"),
    ),
    Good("a long file by its content", "when,what,x\n2024-03-01,a,1\n2024-03-01,b,2\n2024-03-02,a,3\n", {"a": {D1: 1, D2: 3}, "b": {D1: 2}}),
    Good("a long file that is given", "time,k,x,y\n2024-03-01,1,5,7\n", {"1": {D1: 7}}, ImportOptions(layout="long", channel="k", value="y"), ("x",)),
    Good("a wide file that is given", "time,sensor,value\n2024-03-01,5,1\n", {"sensor": {D1: 5}, "value": {D1: 1}}, ImportOptions(layout="wide")),
    Good("a long file with a channel of text", "time,name,value\n2024-03-01,a,1\n2024-03-01,state,on\n2024-03-02,state,off\n", {"a": {D1: 1}}, skipped=("state",)),
    Good("a column that is left out", "time,a,b\n2024-03-01,1,2\n", {"b": {D1: 2}}, ImportOptions(skip=("a",)), ("a",)),
    Good(
        "faults that are left out", "time,a,b\n2024-03-01,1,x\nnever,1,1\n2024-03-02,inf,2,3\n2024-03-02,NaN,2\n"
        '2024-03-03,"5"6,1\n2024-03-04,7,1\n',
        {"a": {D1: 1, "2024-03-04": 7}, "b": {D2: 2, "2024-03-04": 1}}, ImportOptions(on_error="skip"),
    ),
]  # fmt: skip

SKIP = ImportOptions(on_error="skip")
BAD = [
    Bad("days and months", "date,a\n01/02/2024,1\n03/04/2024,2\n", 2, 1, "two ways: say date_order dmy, which makes it 2024-02-01 .*, or date_order mdy, which makes it 2024-01-02", setting="date_order"),
    Bad("elapsed times without a start", "time [s],a\n0,1\n1,2\n", 1, 1, "with start TIME", setting="start"),
    Bad("a stop watch without a start", "time,a\n00:00:01,1\n", 1, 1, "date COLUMN .* start TIME", setting="date"),
    Bad("years of two digits beside a clock", "Date;Time;a\n01.03.24;00:00;1\n", 2, 1, "dmy, which makes it 2024-03-01 .* ymd, which makes it 2001-03-24", setting="date_order"),
    Bad("the doubled hour", "time,a\n2024-10-27 01:30,1\n2024-10-27 02:30,2\n", 3, 1, "twice in Europe/Berlin.*: ambiguous says", BERLIN, "ambiguous"),
    Bad("the missing hour", "time,a\n2024-03-31 01:30,1\n2024-03-31 02:30,2\n", 3, 1, "does not exist in Europe/Berlin", BERLIN, setting="on_error"),
    Bad("the doubled hour, first of all", "time,a\n2024-10-27 02:30,2\n", 2, 1, "twice", ImportOptions(timezone="Europe/Berlin", ambiguous="order"), "ambiguous"),
    Bad("a header of another zone", "time [CET],a\n2024-03-01 01:00,1\n", 1, 1, "CET: say .* timezone Europe/Berlin", setting="timezone"),
    Bad("a column that is not there", "time,a\n2024-03-01,1\n", 1, 0, "no column is 'b'.*time, a", ImportOptions(time="b"), "time"),
    Bad("a long file without its columns", "time,a\n2024-03-01,1\n", 1, 0, "channel and value say", ImportOptions(layout="long"), "channel"),
    Bad("a nameless channel", "time,channel,value\n2024-03-01,a,1\n2024-03-01,,2\n", 3, 2, "no channel", setting="on_error"),
    Bad("a bad value far right", "time,channel,unit,value\n2024-03-01,a,V,1\n2024-03-02,a,V,1e\n", 3, 4, "'1e'", setting="on_error"),
    Bad("a bad value behind a preamble", "x\ny\ntime,a\n[s],[V]\n2024-03-01,1\n2024-03-02,?\n", 6, 2, "'\\?'", setting="on_error"),
    Bad("a bad value behind comments", "#x\ntime,a\n#y\n2024-03-01,1\n#z\n2024-03-02,1..5\n", 6, 2, "'1..5'", setting="on_error"),
    Bad("more fields from a line on", "time,a\n2024-03-01,1\n2024-03-02,1\n2024-03-03,1,2\n2024-03-04,1,2\n", 4, 3, "3 fields", setting="on_error"),
    Bad("a time of day that is none", "date,time,a\n2024-03-01,00:00,1\n2024-03-01,24:30,1\n", 3, 2, "24:30", setting="on_error"),
    Bad("a pattern that does not fit", "t,a\n2024,1\n2024-1,1\n", 3, 1, "is not %Y", ImportOptions(time="t", time_format="%Y"), setting="on_error"),
    Bad("a count that is no number", "time,a\n1709251200,1\nx,2\n", 3, 1, "s since 1970", setting="on_error"),
    Bad("a count beyond the calendar", "epoch,a\n1709251200,1\n99999999999999999999,2\n", 3, 1, "since 1970", setting="on_error"),
    Bad("no header", "2024-03-01,1\n", 1, 1, "header none calls columns", setting="header"),
    Bad("no header, and a comment with an open quote", '# "x\n2024-03-01,1\n', 2, 1, "no header", setting="header"),
    Bad("nothing but faults", "time,a\nnever,1\nnow,2\n", 1, 1, "'never'", SKIP, "time_format"),
]  # fmt: skip
