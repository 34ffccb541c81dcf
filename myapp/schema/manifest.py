"""The manifest: the head, and the digest of every released file in the migrations directory.

A migrations directory that lost its files makes Alembic's `upgrade head` succeed and do nothing. So
the program carries this list apart from the directory and compares before it starts (bundle) or
upgrades (everywhere). The format is that of `sha256sum`, with `# key value` lines before it.
"""

from __future__ import annotations

import os

try:  # as `random` does: hashlib loads every digest that there is, which costs a start 1.4 ms
    from _sha2 import sha256  # type: ignore[import-not-found]  # Python 3.12
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]  # Python 3.11
    except ImportError:
        from hashlib import sha256

from myapp.errors import BrokenInstallation, StrPath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Manifest:
    """The digests of a migrations directory by file name, and facts of the build by key."""

    def __init__(self, digests: Mapping[str, str], facts: Mapping[str, str]) -> None:
        self.digests = digests
        self.facts = facts

    @property
    def head(self) -> str:
        """The newest revision it names; in a complete manifest, the head of the program."""
        return self.facts["head"]

    @property
    def complete(self) -> bool:
        """Whether no revision may exist beside those named (a build), or newer ones may (a checkout)."""
        return self.facts.get("complete") == "yes"

    @classmethod
    def read(cls, file: StrPath) -> Manifest:
        """Read a manifest; raise BrokenInstallation where it is missing or makes no sense."""
        try:
            with open(file, encoding="utf-8") as stream:
                return cls._parse(stream.read())
        except (OSError, ValueError, KeyError) as error:
            raise BrokenInstallation(f"its manifest {os.fspath(file)} cannot be read") from error

    @classmethod
    def of(cls, folder: StrPath, *, complete: bool, facts: Mapping[str, str] | None = None) -> Manifest:
        """Make the manifest of a migrations directory as it is now, with more facts where given.

        An incomplete one names the revisions alone: what is beside them changes with the program.
        """
        names = [name for name in files(folder) if complete or is_revision(name)]
        digests = {name: _digest(os.path.join(folder, name)) for name in names}
        head = max((ordinal_text(name) for name in digests if is_revision(name)), default="")
        known = {"head": head, "complete": "yes" if complete else "no", **(facts or {})}
        return cls(digests, known)

    def text(self) -> str:
        """Return the manifest as the text of its file."""
        facts = "".join(f"# {key} {value}\n" for key, value in self.facts.items())
        return facts + "".join(f"{digest}  {name}\n" for name, digest in sorted(self.digests.items()))

    def check(self, folder: StrPath) -> str:
        """Return the head of a directory that is as this manifest says.

        Raise BrokenInstallation naming the first file that is missing, altered or, in a complete
        manifest, too much.
        """
        for name, digest in self.digests.items():
            self._check_file(os.path.join(folder, name), digest)
        extra = sorted(set(files(folder)) - set(self.digests))
        if extra and self.complete:
            raise BrokenInstallation(f"{os.path.join(folder, extra[0])} does not belong to it")
        return max([self.head, *(ordinal_text(name) for name in extra if is_revision(name))])

    @classmethod
    def _parse(cls, text: str) -> Manifest:
        lines = text.splitlines()
        facts = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
        pairs = (line.split("  ", 1) for line in lines if line and not line.startswith("#"))
        manifest = cls({name: digest for digest, name in pairs}, facts)
        if not manifest.digests or not manifest.head:
            raise ValueError("a manifest names at least one revision")
        return manifest

    @staticmethod
    def _check_file(path: str, digest: str) -> None:
        try:
            found = _digest(path)
        except OSError as error:
            raise BrokenInstallation(f"{path} is missing") from error
        if found != digest:
            raise BrokenInstallation(f"{path} is not what was released")


def files(folder: StrPath) -> list[str]:
    """Return the names of a migrations directory's Python files, relative, with `/`; [] without one."""
    found = [name for name in _listed(folder) if name.endswith(".py")]
    versions = [f"versions/{name}" for name in _listed(os.path.join(folder, "versions"))]
    return sorted(found + [name for name in versions if name.endswith(".py")])


def is_revision(name: str) -> bool:
    """Tell whether a name from `files` is that of a revision: `versions/0001_….py`."""
    return name.startswith("versions/") and ordinal_text(name).isdigit()


def ordinal_text(name: str) -> str:
    """Return the revision that a file name begins with: `0001` of `versions/0001_runs.py`."""
    return os.path.basename(name).split("_", 1)[0]


def _listed(folder: StrPath) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _digest(path: str) -> str:
    with open(path, "rb") as stream:
        digest: str = sha256(stream.read()).hexdigest()
        return digest
