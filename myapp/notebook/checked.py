"""Checks the types of values read from a document; a wrong type means a damaged document."""

from dataclasses import fields
from functools import cache
from typing import Any, get_args, get_origin

from myapp.errors import Damaged


class Checked:
    """A dataclass that raises Damaged unless its values have the types of its fields.

    SQLite does not enforce declared types: a damaged document may hold a text in the place of a time.
    """

    def __post_init__(self) -> None:
        plain, tuples = _types(type(self))  # type: ignore[arg-type]  # a class is hashable
        values = vars(self)
        for name, expected in plain:
            if not isinstance(values[name], expected):
                raise _wrong(name, values[name])
        for name, expected in tuples:
            if not all(isinstance(element, expected) for element in values[name]):
                raise _wrong(name, values[name])


def _wrong(name: str, value: object) -> Damaged:
    return Damaged("the document", f"{name} holds {str(value)[:40]!r}")


@cache
def _types(checked: Any) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Return the types of a class's fields by name, and those of the elements of its tuples."""
    typed = [(field.name, field.type) for field in fields(checked)]
    plain = [(name, type_) for name, type_ in typed if get_origin(type_) is not tuple]
    return plain, [(name, get_args(type_)[0]) for name, type_ in typed if get_origin(type_) is tuple]
