"""Import options as a person writes them: read from texts, and spelled as arguments of `import`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import tzinfo
from typing import Any, get_args, get_type_hints

from myapp.errors import UsageError
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.options import DELIMITERS, ImportOptions
from myapp.notebook.intake.zones import EPOCH, MICROSECOND, instant, zone_of

_NEGATIVE = re.compile(r"-[0-9]+|-[0-9]*\.[0-9]+")
"""What argparse takes for a number, and not for an option."""

_HINTS = get_type_hints(ImportOptions)


def alternatives(name: str) -> tuple[Any, ...]:
    """Return the types of an option's value, the members of `Literal` in their place."""
    members = get_args(_HINTS[name]) or (_HINTS[name],)
    return tuple(each for member in members for each in (get_args(member) or (member,)))


def is_list(name: str) -> bool:
    """Whether an option takes several values, with commas between them: `-999, NaN`."""
    return bool(get_args(_HINTS[name])[1:2] == (...,))


def from_texts(texts: Mapping[str, str]) -> ImportOptions:
    """Return options from what was written for each; a blank text leaves one as it is by default.

    `start` is a time, in `timezone` where it has none of its own. Raise UsageError, with the option as its
    `setting`, for a text that cannot be its value.
    """
    written = {name: text.strip() for name, text in texts.items() if text.strip()}
    values = {name: _value(name, text) for name, text in written.items() if name != "start"}
    zone = zone_of(written.get("timezone", "UTC"))
    if "start" in written:
        values["start"] = _start(written["start"], zone)
    return ImportOptions(**values)


def as_texts(options: ImportOptions) -> dict[str, str]:
    """Return what `from_texts` reads as these options: a text for each, "" for one that has no value."""
    return {field.name: _text(field.name, getattr(options, field.name)) for field in fields(options)}


def arguments(options: ImportOptions) -> list[str]:
    """Return the arguments of the command line that give these options; its defaults are left out."""
    return [
        argument
        for field in fields(options)
        for argument in _arguments(field, getattr(options, field.name))
        if getattr(options, field.name) != _default(field)
    ]


def argument(name: str, value: str) -> list[str]:
    """Return an option and its value as arguments: together where the value would look like an option."""
    like_option = value.startswith("-") and not _NEGATIVE.fullmatch(value)
    return [f"{name}={value}"] if like_option else [name, value]


def joined(values: Iterable[str]) -> str:
    """Return several values as one text, in which `from_texts` finds them again."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


def detected(csv_format: CsvFormat) -> dict[str, str]:
    """Return the format of a file as texts of the options that would say the same."""
    names = {character: name for name, character in DELIMITERS.items()}
    long, titles = csv_format.long, csv_format.titles
    values = {
        "layout": csv_format.layout,
        "encoding": csv_format.encoding,
        "delimiter": names.get(csv_format.delimiter, csv_format.delimiter),
        "decimal": csv_format.decimal,
        "quote": csv_format.dialect.quote or "none",
        "comment": csv_format.dialect.comment or "none",
        "header": str(csv_format.header_line or "none"),
        "units": str(csv_format.units_line or "none"),
        "time": ", ".join(titles[column - 1] for column in csv_format.time_columns),
        "time_format": csv_format.time_format.name,
        "timezone": "" if csv_format.time_format.zoned else csv_format.zone,
    }
    if long:
        values["channel"] = ", ".join(titles[column - 1] for column in long.channels)
        values["value"] = ", ".join(titles[each.column - 1] for each in long.values)
        values["unit"] = titles[long.unit - 1] if long.unit else ""
    return values


def column_name(titles: tuple[str, ...], index: int) -> str:
    """Return what an option calls a column: its title, or its number where that could mean another."""
    title = titles[index]
    plain = title.strip() == title and title and titles.count(title) == 1
    return title if plain and not title.isdecimal() else str(index + 1)


def _text(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, tuple):
        return joined(value) if value else ""
    if name == "start":
        return iso_time(value)
    return "true" if value is True else str(value)


def iso_time(microseconds: int) -> str:
    """Return an instant as an option's text: in UTC, as ISO 8601 has it."""
    return f"{(EPOCH + microseconds * MICROSECOND).isoformat()}+00:00"


def _value(name: str, text: str) -> Any:
    if is_list(name):
        return tuple(value.strip() for value in next(csv.reader([text], skipinitialspace=True)))
    kinds = alternatives(name)
    if bool in kinds:
        return text == "true"
    if int in kinds and text not in kinds:
        try:
            return int(text)
        except ValueError as error:
            words = "".join(f", or {each}" for each in kinds if isinstance(each, str))
            raise UsageError(setting=name, advice=f"{{{name}}} is a number{words}") from error
    return text


def _start(text: str, zone: tzinfo) -> int:
    try:
        return instant(text, zone)
    except UsageError as error:
        error.setting = "start"
        raise


def _arguments(field: Field[Any], value: Any) -> list[str]:
    option = f"--{field.name.replace('_', '-')}"
    if field.name == "layout":
        return [f"--{value}"]
    if field.name == "start" and value is not None:
        return argument(option, iso_time(value))
    if isinstance(value, bool):
        return [option]
    values = value if isinstance(value, tuple) else (value,)
    return [word for each in values for word in argument(option, str(each))]


def _default(field: Field[Any]) -> Any:
    return None if field.default is MISSING else field.default
