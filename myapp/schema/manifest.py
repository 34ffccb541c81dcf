"""The manifest of a migrations directory: its head, and the digest of every released file.

Alembic's `upgrade head` succeeds and does nothing if the directory has lost its files. So the program keeps
this list outside of the directory and compares them before it starts (bundle) or upgrades (everywhere). The
format is that of `sha256sum`, after lines `# key value`.
"""

from __future__ import annotations

import hashlib
import os

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
        """Whether it lists every file (a build); else newer revisions may exist (a checkout)."""
        return self.facts.get("complete") == "yes"

    @classmethod
    def read(cls, file: StrPath) -> Manifest:
        """Read a manifest; raise BrokenInstallation if it is missing or invalid."""
        try:
            with open(file, encoding="utf-8") as stream:
                return cls._parse(stream.read())
        except (OSError, ValueError, KeyError) as error:
            raise BrokenInstallation(f"its manifest {os.fspath(file)} cannot be read") from error

    @classmethod
    def of(cls, folder: StrPath, *, complete: bool, facts: Mapping[str, str] | None = None) -> Manifest:
        """Make the manifest of a migrations directory as it is now, with further facts.

        An incomplete one lists only the revisions: env.py and the template change with the program.
        """
        names = [name for name in files(folder) if complete or is_revision(name)]
        digests = {name: _digest(os.path.join(folder, name)) for name in names}
        head = max((ordinal_text(name) for name in digests if is_revision(name)), default="")
        return cls(digests, {"head": head, "complete": "yes" if complete else "no", **(facts or {})})

    def text(self) -> str:
        """Return the manifest as the text of its file."""
        facts = "".join(f"# {key} {value}\n" for key, value in self.facts.items())
        return facts + "".join(f"{digest}  {name}\n" for name, digest in sorted(self.digests.items()))

    def check(self, folder: StrPath) -> str:
        """Return the head of a directory that matches this manifest.

        Raise BrokenInstallation, with the first file that is missing, altered or, for a complete manifest,
        not listed.
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
            actual = _digest(path)
        except OSError as error:
            raise BrokenInstallation(f"{path} is missing") from error
        if actual != digest:
            raise BrokenInstallation(f"{path} is not what was released")


def files(folder: StrPath) -> list[str]:
    """Return the relative paths (with `/`) of a migrations directory's Python files, [] if there are none."""
    names = _listed(folder) + [f"versions/{name}" for name in _listed(os.path.join(folder, "versions"))]
    return sorted(name for name in names if name.endswith(".py"))


def is_revision(name: str) -> bool:
    """Return whether a path from `files` is that of a revision: `versions/0001_….py`."""
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
        return hashlib.sha256(stream.read()).hexdigest()
