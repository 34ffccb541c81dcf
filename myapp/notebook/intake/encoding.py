"""Detects a text's encoding from its first bytes.

No library that guesses is used: the encodings of one-byte letters differ in a few names and units only,
too little text for statistics, and a wrong guess would look right. A text without a byte order mark that
is neither UTF-16 nor valid UTF-8 is read as Latin-1 or cp1252, unless the user says its encoding.
"""

import codecs

_UTF_16 = {"utf-16-le": 1, "utf-16-be": 0}
"""The index of the byte that is zero in Latin letters, of the two bytes of each."""

_MARKED = {
    "utf-8": (codecs.BOM_UTF8, "utf-8-sig"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16"),
    "utf-32-le": (codecs.BOM_UTF32_LE, "utf-32"),
    "utf-32-be": (codecs.BOM_UTF32_BE, "utf-32"),
}
"""The byte order mark of encodings that take it for a letter, and their relatives that do not."""


def encoding_of(head: bytes, given: str | None = None) -> str:
    """Return the Python name of the encoding of a file that begins with `head`, where it is not given."""
    if given:
        mark, marked = _MARKED.get(codecs.lookup(given).name, (b"", given))
        return marked if mark and head.startswith(mark) else given
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        return next((name for name, half in _UTF_16.items() if _zeros_alternate(head, half)), "utf-8")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _one_byte(head)
    return "utf-8"


def is_wide(encoding: str) -> bool:
    """Whether zero bytes are part of every text in the encoding."""
    return codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))


def _one_byte(head: bytes) -> str:
    """Return Latin-1, or cp1252 where bytes occur that are control codes in Latin-1 and letters in it."""
    if any(0x80 <= byte < 0xA0 for byte in head):
        try:
            head.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "latin-1"


def _zeros_alternate(head: bytes, half: int) -> bool:
    """Whether nearly all of one half of the bytes are zero, and none of the other."""
    zeros, others = head[half::2], head[1 - half :: 2]
    return b"\0" not in others and zeros.count(0) > 0.9 * len(zeros) and len(head) > 3
