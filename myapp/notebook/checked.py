"""Checks the types of values read from a document; a wrong type means a damaged document."""

from dataclasses import fields
from typing import Any, get_args, get_origin

from myapp.errors import Damaged


class Checked:
    """What was read, whose values have the types that its fields say.

    SQLite takes the declared types for advice: a damaged document holds a text where a time should be.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if not _fits(value, field.type):
                raise Damaged("the document", f"{field.name} holds {str(value)[:40]!r}")


def _fits(value: object, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return all(isinstance(element, get_args(kind)[0]) for element in value)  # type: ignore[attr-defined]
    return isinstance(value, kind)
