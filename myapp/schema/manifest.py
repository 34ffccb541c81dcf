"""The manifest of a migrations directory: the order of its revisions, and the digest of every released file.

Alembic's `upgrade head` succeeds and does nothing if the directory has lost its files. So the program keeps
this list outside of the directory and compares them before it starts (bundle) or upgrades (everywhere). The
format is that of `sha256sum`, after lines `# key value`.
"""

from __future__ import annotations

import hashlib
import os

from myapp.errors import BrokenInstallation, StrPath, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class UnorderedRevision(BrokenInstallation):
    """The revisions in a checkout are not those of its manifest's order."""

    def __str__(self) -> str:
        return f"{self.detail}: `python3 build_scripts/manifest.py --order` writes the order again"


class Manifest:
    """The digests of a migrations directory by file name, and facts of the build by key.

    `order` are the revisions, oldest first; the number of a document is its revision's place in it, from 1.
    `dropped` are the oldest of them whose files are gone, each with the last release that can upgrade it.
    """

    def __init__(self, digests: Mapping[str, str], facts: Mapping[str, str]) -> None:
        self.digests = digests
        self.facts = facts
        self.order = tuple(facts["order"].split())
        pairs = (pair.partition("=") for pair in facts.get("dropped", "").split())
        self.dropped = {revision: release for revision, _, release in pairs}

    @property
    def head(self) -> str:
        """The newest revision; "" before the first one."""
        return self.order[-1] if self.order else ""

    @property
    def released(self) -> tuple[str, ...]:
        """The beginning of the order that never changes again: what releases had."""
        return self.order[: len(self.dropped) + sum(map(is_revision, self.digests))]

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
    def of(
        cls,
        folder: StrPath,
        order: Sequence[str],
        *,
        complete: bool,
        dropped: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> Manifest:
        """Make the manifest of a migrations directory as it is now, with further facts.

        `order` is that of its revisions (see order.py). An incomplete one lists only the revisions and their
        data files: env.py and the template change with the program. Raise BrokenInstallation where a data
        file is missing.
        """
        names = [name for name in files(folder) if complete or is_revision(name)]
        data = [f"versions/{each}" for name in names for each in _data_files(os.path.join(folder, name))]
        digests = {name: _digest_of_existing(os.path.join(folder, name)) for name in [*names, *data]}
        without = {"complete": "yes" if complete else "no", **(facts or {})}
        return cls(digests, {**_order_facts(order, dropped or {}), **without})

    def with_order(self, order: Sequence[str]) -> Manifest:
        """Return the same digests and facts with another order."""
        return Manifest(self.digests, {**self.facts, **_order_facts(order, self.dropped)})

    def text(self) -> str:
        """Return the manifest as the text of its file."""
        facts = "".join(f"# {key} {value}\n" for key, value in self.facts.items())
        return facts + "".join(f"{released}  {name}\n" for name, released in sorted(self.digests.items()))

    def check(self, folder: StrPath) -> None:
        """Raise BrokenInstallation where a directory differs, with the first file that is missing or altered.

        Where the manifest is complete, also one that is not listed counts; else a revision that is in the
        directory alone, or in the order alone, is an UnorderedRevision.
        """
        for name, released in self.digests.items():
            self._check_file(os.path.join(folder, name), released)
        if not self.complete:
            self._check_order(folder)
            return
        extra = sorted(set(files(folder)) - set(self.digests))
        if extra:
            raise BrokenInstallation(f"{os.path.join(folder, extra[0])} does not belong to it")

    def _check_order(self, folder: StrPath) -> None:
        paths = [os.path.join(folder, name) for name in files(folder) if is_revision(name)]
        revisions = {revision_in(path): path for path in paths}
        for revision, path in revisions.items():
            if revision not in self.order:
                raise UnorderedRevision(f"{shown(path)} is not in the order of the manifest")
        for revision in self.order[len(self.dropped) :]:
            if revision not in revisions:
                raise UnorderedRevision(f"the manifest's revision {revision} has no file in {shown(folder)}")

    @classmethod
    def _parse(cls, text: str) -> Manifest:
        lines = text.splitlines()
        facts = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
        pairs = (line.split("  ", 1) for line in lines if line and not line.startswith("#"))
        manifest = cls({name: released for released, name in pairs}, facts)
        oldest = manifest.order[: len(manifest.dropped)]
        if oldest != tuple(manifest.dropped):
            raise ValueError("the dropped revisions are the oldest")
        revisions, required = manifest.order[len(oldest) :], oldest or manifest.digests
        if (required and not revisions) or (manifest.complete and not manifest.digests):
            raise ValueError("what was released has at least one revision")
        return manifest

    @staticmethod
    def _check_file(path: str, released: str) -> None:
        if _digest_of_existing(path) != released:
            raise BrokenInstallation(f"{path} is not what was released")


def files(folder: StrPath) -> list[str]:
    """Return the relative paths (with `/`) of a migrations directory's Python files, [] if there are none."""
    names = _listed(folder) + [f"versions/{name}" for name in _listed(os.path.join(folder, "versions"))]
    return sorted(name for name in names if name.endswith(".py"))


def is_revision(name: str) -> bool:
    """Return whether a path from `files` is that of a revision, by Alembic's rule: `versions/0001_….py`."""
    named = name.startswith("versions/") and not name.startswith(("versions/__init__", "versions/.#"))
    return named and name.endswith(".py")


def revision_in(path: StrPath) -> str:
    """Return the id that a file assigns to `revision`, "" where that is no literal; nothing of it is run."""
    import re  # a checkout's start alone needs this

    with open(path, encoding="utf-8") as stream:
        assigned = re.search(r"""^revision\b[^=\n]*= *(["'])(.+?)\1""", stream.read(), re.MULTILINE)
    return assigned[2] if assigned else ""


def _data_files(path: str) -> tuple[str, ...]:
    """Return the data files of a revision; without a parser of Python where its text names none.

    A checkout's start makes a manifest.
    """
    with open(path, "rb") as stream:
        if b"data_files" not in stream.read():
            return ()
    from myapp.schema.data_files import data_files

    return data_files(path)


def _digest_of_existing(path: str) -> str:
    try:
        return digest(path)
    except OSError as error:
        raise BrokenInstallation(f"{path} is missing") from error


def _order_facts(order: Sequence[str], dropped: Mapping[str, str]) -> dict[str, str]:
    facts = {"order": " ".join(order)}
    if dropped:
        facts["dropped"] = " ".join(f"{revision}={release}" for revision, release in dropped.items())
    return facts


def _listed(folder: StrPath) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def digest(path: StrPath) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()
