"""Names of columns: how units are written in them, and those that tell the role of a column."""

import re

from myapp.notebook.intake import units
from myapp.notebook.intake.ticks import UNITS

DAY_NAMES = {
    "jd": ("jd", "bjd", "hjd", "bjdtdb", "juliandate"),
    "mjd": ("mjd", "modifiedjuliandate"),
    "matlab": ("datenum", "matlabdatenum", "matlabtime"),
}
"""Names of columns of dates that are counts of days. A Julian day is often the day of the year."""

TIME_NAMES = frozenset(
    [
        *(name for titles in DAY_NAMES.values() for name in titles),
        *("time", "date", "datetime", "timestamp", "utc", "timeutc", "utctime", "dateutc", "utcdate"),
        *("datetimeutc", "utcdatetime", "timestamputc", "timelocal", "localtime", "year"),
        *("zeit", "datum", "zeitstempel", "zeitpunkt", "datumzeit", "datumuhrzeit", "uhrzeit", "jahr"),
        *("epoch", "unix", "unixtime", "epochtime", "unixtimestamp", "elapsed", "elapsedtime"),
        *("times", "timems", "timeus", "timens", "timestampms", "timestampus", "timestampns", "timestamps"),
        *("epochs", "epochms", "epochus", "epochns", "unixtimems", "elapseds", "elapsedms", "laufzeit"),
        *(
            "datestamp",
            "decimaldate",
            "decimalyear",
            "timeutcsec",
            "xvalue",
            "createdat",
            "recordedat",
            "lastchanged",
        ),
        *("timeofday", "clock", "clocktime", "messzeit", "messzeitpunkt", "datedmy", "datemdy"),
    ]
)
"""Names of time columns, in lower case, letters only."""

KEY_WORDS = frozenset(
    [
        *("id", "name", "station", "stations", "sensor", "symbol", "ticker", "device", "site", "location"),
        *("entity", "node", "serial", "channel", "meter", "probe", "logger", "series", "tag", "field"),
        *("kanal", "messstelle", "instrument", "unitid", "mac", "host", "asset", "well"),
    ]
)
"""The last words in the names of columns that say whose readings a row has."""

_THINGS = frozenset(
    [
        *("station", "stations", "sensor", "device", "site", "node", "meter", "probe", "logger", "entity"),
        *("messstelle", "mac", "host", "asset", "well"),
    ]
)
"""Those of them that are things: a number under such a title is the thing's name, and no quantity. Under
others, as *Step ID* of a battery cycler, it may be one."""

_NUMBER_WORDS = frozenset({"no", "nr", "number", "num", "code", "id", "name"})

_CODE_WORDS = frozenset(
    ["code", "flag", "flags", "status", "qc", "record", "recnbr", "seq", "sequence", "row"]
)
"""The last words in the names of columns that hold no quantity; `index` does alone, unlike the UV index."""

_COUNTED_NAMES = frozenset({"seconds", "secs", "sekunden", "milliseconds"})
CHANNEL_NAMES = frozenset(
    [
        *("channel", "channelname", "sensor", "sensorname", "parameter", "variable", "quantity", "signal"),
        *("sensorid", "channelid", "deviceid", "parametername", "variablename", "quantityname"),
        *("series", "metric", "measurement", "measurand", "tag", "tagname", "item", "name", "point"),
        *("characteristicname", "entityid", "field", "analyte", "observedproperty"),
        *("kanal", "kanalname", "messgröße", "messgrösse", "messstelle", "größe"),
    ]
)
VALUE_NAMES = frozenset(
    [
        "value",
        "reading",
        "result",
        "wert",
        "messwert",
        "val",
        "amount",
        "measuredvalue",
        "resultmeasurevalue",
        "state",
        "resultvalue",
    ]
)
UNIT_NAMES = frozenset(
    [
        "unit",
        "units",
        "einheit",
        "uom",
        "unitofmeasure",
        "resultmeasuremeasureunitcode",
        "unitofmeasurement",
        "resultunit",
    ]
)
"""Names of the columns of long files, in lower case, letters only."""


def name_and_unit(title: str) -> tuple[str, str]:
    """Split a header field such as `name [unit]` or `name (unit)`; the unit is empty where there is none."""
    return units.split(title)


def bare_unit(cell: str) -> str:
    """Return the unit that a cell of a line of units holds, without brackets."""
    unit = units.normal(cell)
    if len(unit) > 1 and unit[0] + unit[-1] in ("[]", "()"):
        return unit[1:-1].strip()
    return "" if unit == "-" else unit


def with_unit(title: str, below: str) -> str:
    """Return a header field with the unit below it, where it has none itself."""
    unit = bare_unit(below)
    return f"{title} [{unit}]" if unit and not name_and_unit(title)[1] else title


def letters(title: str) -> str:
    """Return the letters of a header field's name, in lower case."""
    name, _ = name_and_unit(title)
    return "".join(filter(str.isalpha, name.casefold()))


def is_time_name(title: str) -> bool:
    """Whether a header field names a time column, as `Time [UTC]`, `Date Time, GMT+01:00` or `t [s]` do."""
    plain = letters(title.partition(",")[0])
    unit = name_and_unit(title)[1].lower()
    counted = plain in _COUNTED_NAMES or (plain in ("t", "x", "xaxis") and unit in UNITS)
    return plain in TIME_NAMES or counted


def mentions_time(title: str) -> bool:
    """Whether a header field speaks of times, as `TIMESTAMP_END` does."""
    plain = letters(title)
    return any(word in plain for word in ("time", "date", "datum", "zeit", "timestamp"))


def mentions_key(title: str) -> bool:
    """Whether a header field speaks of the sensor, the place or the thing whose readings the rows have."""
    words = _words(title)
    if len(words) > 1 and words[-1] in _NUMBER_WORDS:
        return words[-1] in ("id", "name") or bool(KEY_WORDS.intersection(words[:-1]))
    return bool(words) and words[-1] in KEY_WORDS


def mentions_id(title: str) -> bool:
    """Whether a header field speaks of a key, a record number, a code or a flag, and of no quantity."""
    words = _words(title)
    return mentions_key(title) or (bool(words) and (words[-1] in _CODE_WORDS or words == ["index"]))


def mentions_thing(title: str) -> bool:
    """Whether a header field speaks of a sensor, a place or a device, which has a number or a name."""
    return mentions_key(title) and bool(_THINGS.intersection(_words(title)))


def _words(title: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name_and_unit(title)[0])
    return [word for word in re.split(r"[^a-z]+", spaced.lower()) if word]


def mentions_zone(title: str) -> bool:
    """Whether a header field speaks of a zone, as `tz_cd` does."""
    plain = letters(title)
    return plain.startswith("tz") or plain.endswith("tz") or "zone" in plain or plain == "utcoffset"


def bare_name(text: str) -> str:
    """Return a name with single blanks and in the usual composition of accents."""
    return units.normal(text)


def date_order(title: str) -> str | None:
    """Return the order of day and month that a header field says, as `Date (MM/DD/YYYY)` does."""
    form = re.sub("[^a-z]+", "/", title.lower())
    orders = {"mm/dd/yy": "mdy", "dd/mm/yy": "dmy", "yy/mm/dd": "ymd"}
    return next((order for text, order in orders.items() if text in form), None)
