"""Checks the types of values read from a document; a wrong type means a damaged document."""

from dataclasses import fields
from typing import Any, get_args, get_origin

from myapp.errors import Damaged


class Checked:
    """A dataclass that raises Damaged unless its values have the types of its fields.

    SQLite does not enforce declared types: a damaged document may hold a text in the place of a time.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if not _fits(value, field.type):
                raise Damaged("the document", f"{field.name} holds {str(value)[:40]!r}")


def _fits(value: object, expected: Any) -> bool:
    if get_origin(expected) is tuple:
        return all(isinstance(element, get_args(expected)[0]) for element in value)  # type: ignore[attr-defined]
    return isinstance(value, expected)
