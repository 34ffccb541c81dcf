"""Tells URLs from names of files; imports nothing, since every start asks."""


def is_url(name: object) -> bool:
    """Tell whether what somebody names is a URL and no file; one letter alone is a drive of Windows."""
    scheme, found, _rest = name.partition("://") if isinstance(name, str) else ("", "", "")
    letters = scheme.replace("+", "").replace(".", "").replace("-", "")
    return bool(found) and scheme.isascii() and letters.isalnum() and scheme[0].isalpha() and len(scheme) > 1
