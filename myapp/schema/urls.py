"""Distinguishes URLs from file names; imports nothing, since every start calls it."""


def is_url(name: object) -> bool:
    """Return whether a name is a URL, not a file; a scheme of one letter is a drive of Windows."""
    if not isinstance(name, str) or "://" not in name:
        return False
    scheme = name.partition("://")[0]
    letters = scheme.replace("+", "").replace(".", "").replace("-", "")
    return len(scheme) > 1 and scheme.isascii() and scheme[0].isalpha() and letters.isalnum()
