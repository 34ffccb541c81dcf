"""Names of columns: how units are written in them, and those that tell the role of a column."""

import re
import unicodedata

from myapp.notebook.intake.ticks import UNITS

TIME_NAMES = frozenset(
    [
        *("time", "date", "datetime", "timestamp", "utc", "timeutc", "utctime", "dateutc", "utcdate"),
        *("datetimeutc", "utcdatetime", "timestamputc", "timelocal", "localtime", "year"),
        *("zeit", "datum", "zeitstempel", "zeitpunkt", "datumzeit", "datumuhrzeit", "uhrzeit", "jahr"),
        *("epoch", "unix", "unixtime", "epochtime", "unixtimestamp", "elapsed", "elapsedtime"),
        *("times", "timems", "timeus", "timens", "timestampms", "timestampus", "timestampns", "timestamps"),
        *("epochs", "epochms", "epochus", "epochns", "unixtimems", "elapseds", "elapsedms", "laufzeit"),
        *("timeofday", "clock", "clocktime", "messzeit", "messzeitpunkt", "datedmy", "datemdy"),
    ]
)
"""Names of time columns, in lower case, letters only."""

_COUNTED_NAMES = frozenset({"t", "seconds", "secs", "sekunden", "milliseconds"})
CHANNEL_NAMES = frozenset(
    [
        *("channel", "channelname", "sensor", "sensorname", "parameter", "variable", "quantity", "signal"),
        *("sensorid", "channelid", "deviceid", "parametername", "variablename", "quantityname"),
        *("series", "metric", "measurement", "measurand", "tag", "tagname", "item", "name", "point"),
        *("kanal", "kanalname", "messgröße", "messgrösse", "messstelle", "größe"),
    ]
)
VALUE_NAMES = frozenset(["value", "reading", "result", "wert", "messwert", "val", "amount", "measuredvalue"])
UNIT_NAMES = frozenset(["unit", "units", "einheit", "uom", "unitofmeasure"])
"""Names of the columns of long files, in lower case, letters only."""

_UNIT = re.compile(r"(?P<name>.*\S)\s*(?:\[(?P<square>[^\[\]]*)\]|\((?P<round>[^()]*)\))")


def name_and_unit(title: str) -> tuple[str, str]:
    """Split `name [unit]` or `name (unit)`; the unit is empty where there is none."""
    title = unicodedata.normalize("NFC", " ".join(title.split()))
    if match := _UNIT.fullmatch(title):
        return match["name"], (match["square"] or match["round"] or "").strip()
    return title, ""


def bare_unit(cell: str) -> str:
    """Return the unit that a cell of a line of units holds, without brackets."""
    unit = unicodedata.normalize("NFC", " ".join(cell.split()))
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
    counted = plain in _COUNTED_NAMES and (name_and_unit(title)[1].lower() in UNITS or plain != "t")
    return plain in TIME_NAMES or counted


def bare_name(text: str) -> str:
    """Return a name with single blanks and in the usual composition of accents."""
    return unicodedata.normalize("NFC", " ".join(text.split()))
