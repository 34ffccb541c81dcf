"""Units in header fields: in brackets, behind a slash or a comma, and brackets that hold something else."""

import re
import unicodedata

_BRACKETED = re.compile(r"(?P<name>.*\S)(?P<blank>\s*)(?:\[(?P<square>[^\[\]]*)\]|\((?P<round>[^()]*)\))")
_LOGGER = re.compile(r"(?P<name>.+?), *(?P<unit>[^,()]+?) *\((?:[^()]*(?:S/N|SEN|LBL)[^()]*)\)")
_LOGGER_ONLY = re.compile(r"(?P<name>.+?) *\([^()]*S/N:[^()]*\)")
_BEHIND = re.compile(r"(?P<name>.*\([A-Za-z]+\)) (?P<unit>[^\s()\[\]]+)")
_IN = re.compile(r".* in (?P<unit>\S+(?: \S+)?)")
_PLANE = re.compile(r"[A-Za-z]{1,4}")
_SLASHED = re.compile(r"(?P<name>[^/\[\]]*[^/\s])/(?P<unit>[^\s/]+)")
_PREFIXED = "[GMkmµμunp]?"
_KNOWN = re.compile(
    rf"{_PREFIXED}(?:V|A|W|Wh|Ah|Hz|Pa|J|s|Ohms?|Ω|g|m|W\.h|A\.h|bar|C\.m)|°[CF]"
    r"|[dD]eg(?: ?[CF])?|[KC%hd]|min|ohms?|V/A"
    rf"|{_PREFIXED}(?:A|V|W)(?:/|\.)(?:cm2|cm\^2|m2|h|g)"
)
_NAMELESS = re.compile(r"[GMkmµμ](?:V|A|W|Wh|Ah|Hz|Pa)|Wh|Ah|Hz")
"""Units that stand alone as the title of a column."""

FORMATS = re.compile(r"[0-9]+[sndf]")
"""A cell of a line that has the width and the type of each column, as in `15s`."""


def normal(text: str) -> str:
    """Return a text with single blanks and in the usual composition of accents."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def split(title: str) -> tuple[str, str]:
    """Split a header field into the name and the unit, which is empty where there is none."""
    title = normal(title)
    for strategy in (_logger, _behind, _bracketed, _slashed):
        if parts := strategy(title):
            return parts
    return title, title if _NAMELESS.fullmatch(title) else ""


def _logger(title: str) -> tuple[str, str] | None:
    """Split `Temp, °C (LGR S/N: 123)`."""
    if match := _LOGGER.fullmatch(title):
        return match["name"], match["unit"]
    match = _LOGGER_ONLY.fullmatch(title)
    return (match["name"], "") if match else None


def _behind(title: str) -> tuple[str, str] | None:
    """Split `Irradiance (GHI) W/m2`."""
    match = _BEHIND.fullmatch(title)
    return (
        (match["name"], match["unit"])
        if match and ("/" in match["unit"] or _KNOWN.fullmatch(match["unit"]))
        else None
    )


def _bracketed(title: str) -> tuple[str, str] | None:
    """Split `name [unit]` and `name (unit)`; `G(h)` is a quantity on a plane, and all of it the name."""
    match = _BRACKETED.fullmatch(title)
    if match is None:
        return None
    unit = (match["square"] or match["round"] or "").strip()
    if match["round"] and not match["blank"] and unit in ("h", "i", "n") and _is_plane(match["name"]):
        return title, ""
    within = _IN.fullmatch(unit)
    return match["name"], within["unit"] if within else unit


def _is_plane(name: str) -> bool:
    return bool(_PLANE.fullmatch(name)) and name.lower() not in ("t", "time")


def _slashed(title: str) -> tuple[str, str] | None:
    """Split `Ewe/V`; only units that are known, as slashes part other words too."""
    match = _SLASHED.fullmatch(title)
    return (match["name"], match["unit"]) if match and _KNOWN.fullmatch(match["unit"]) else None
