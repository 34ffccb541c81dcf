"""Named import formats: options of imports, each kept as a TOML file in the user's configuration folder."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from myapp.errors import BadData, NotFound, SystemRefused, UsageError
from myapp.notebook.intake.options import ImportOptions
from myapp.product import NAME
from myapp.schema.windows import DEVICES

VERSION = 1
"""The version of the files, which a later release may raise."""

_NAME = re.compile(r"[\w][\w.-]{0,59}")
_PLACE = re.compile(r"line (\d+), column (\d+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_BYTES = 1 << 20


def folder() -> Path:
    """Return the folder of the formats, which may not exist yet."""
    import platformdirs

    return platformdirs.user_config_path(NAME, appauthor=False) / "formats"


def path_of(name: str) -> Path:
    """Return the file of a format; raise UsageError for a name that no format can have."""
    if not _NAME.fullmatch(name) or name.partition(".")[0].lower() in DEVICES:
        rule = "is letters, digits, points and dashes, begins with no point, and is no device of Windows"
        raise UsageError(setting="format", advice=f"the name of a {{format}} {rule}")
    return folder() / f"{name}.toml"


def names() -> list[str]:
    """Return the names of all formats, in order."""
    found = [path.stem for path in folder().glob("*.toml")]
    return sorted(name for name in found if _NAME.fullmatch(name))


def save(name: str, options: ImportOptions, *, replace: bool = False) -> Path:
    """Keep options under a name and return the file; raise SystemRefused where the name is taken.

    With `replace` they take the place of those before.
    """
    path = path_of(name)
    if path.exists() and not replace:
        raise name_taken(name)
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(as_toml(options), encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error
    return path


def name_taken(name: str) -> SystemRefused:
    """Return the error for a format that exists already."""
    return SystemRefused(path_of(name), "it exists already", "choose another name, or remove that format")


def load(name: str) -> ImportOptions:
    """Return the options of a format.

    Raise NotFound where there is none of this name, and BadData where its file is no TOML, has settings
    or values that this program does not know, or was written by a newer release.
    """
    path = path_of(name)
    try:
        with path.open("rb") as stream:
            text = stream.read(_MOST_BYTES)
    except FileNotFoundError as error:
        others = ", ".join(names())
        raise NotFound(
            f"the format {name}", f"there are {others}" if others else "none is kept yet"
        ) from error
    except OSError as error:
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error
    return _parsed(path, text)


def remove(name: str) -> Path:
    """Remove a format and return the file that it was; raise NotFound where there is none of this name."""
    path = path_of(name)
    try:
        path.unlink()
    except FileNotFoundError as error:
        raise NotFound(f"the format {name}") from error
    except OSError as error:
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error
    return path


def given(options: ImportOptions) -> dict[str, Any]:
    """Return the options that are not the defaults, by their names."""
    plain = ImportOptions()
    values = {field.name: getattr(options, field.name) for field in fields(ImportOptions)}
    return {name: value for name, value in values.items() if value != getattr(plain, name)}


def as_toml(options: ImportOptions) -> str:
    """Return options as the text of a file, without those that are the defaults."""
    lines = [f"version = {VERSION}"]
    lines += [f"{name} = {_written(name, value)}" for name, value in sorted(given(options).items())]
    return "\n".join(lines) + "\n"


def _written(name: str, value: Any) -> str:
    if name == "start":
        return (_EPOCH + timedelta(microseconds=value)).isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML, which is one of JSON but for the character DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _parsed(path: Path, text: bytes) -> ImportOptions:
    import tomllib

    try:
        values = tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadData(path, 0, 0, "the format is no text in UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line, column = map(int, place.groups()) if (place := _PLACE.search(str(error))) else (0, 0)
        fact = str(error).partition(" (at ")[0].lower()
        raise BadData(path, line, column, f"the format is no TOML: {fact}") from error
    return _as_options(path, values)


def _as_options(path: Path, values: dict[str, Any]) -> ImportOptions:
    version = values.pop("version", VERSION)
    if version != VERSION:
        fact = f"the format has version {version}, and this program reads {VERSION}"
        raise BadData(path, 0, 0, f"{fact}: save it again with this program")
    hints = get_type_hints(ImportOptions)
    unknown = [name for name in values if name not in hints]
    if unknown:
        fact = f"the format has the setting {unknown[0]}, which this program does not know"
        raise BadData(path, 0, 0, f"{fact}: the settings are {', '.join(hints)}")
    try:
        return ImportOptions(
            **{name: _value(path, name, value, hints[name]) for name, value in values.items()}
        )
    except UsageError as error:
        raise BadData(path, 0, 0, f"the format cannot be used: {error}") from error


def _value(path: Path, name: str, value: Any, hint: Any) -> Any:
    """Return a setting's value as the library takes it; raise BadData for one of another type."""
    if name == "start" and isinstance(value, datetime) and value.tzinfo:
        return (value - _EPOCH) // timedelta(microseconds=1)
    for each in get_args(hint) if isinstance(hint, UnionType) or get_origin(hint) is Union else (hint,):
        if (
            get_origin(each) is tuple
            and isinstance(value, list)
            and all(isinstance(one, str) for one in value)
        ):
            return tuple(value)
        if value in get_args(each) if get_origin(each) is Literal else type(value) is each:
            return value
    raise BadData(path, 0, 0, f"the format's {name} cannot be {json.dumps(value, default=str)[:80]}")
