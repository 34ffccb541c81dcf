"""Texts that are stored: which a database can hold, and how names are written."""

import unicodedata

from myapp.errors import UsageError


def is_text(value: str) -> bool:
    """Whether a database can hold the text: no NUL, and no bytes of the command line that were not UTF-8."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def composed(name: str) -> str:
    """Return a name as it is stored: composed letters, single spaces, and none at its ends."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def stored_name(text: str, purpose: str) -> str:
    """Return a name as it is stored; raise UsageError unless it can be seen and a database can hold it."""
    name = composed(text)
    if not name or not is_text(text) or not name.isprintable():
        raise UsageError(f"{text!r} cannot be {purpose}: it is empty or holds what cannot be printed")
    return name
