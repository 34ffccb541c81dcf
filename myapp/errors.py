"""Everything that can go wrong for a person: one root; each error has fields, an exit code and one line.

The line says the fact, the versions where they matter, and the remedy. What is not one of these is a
bug of ours.
"""

from __future__ import annotations

from os import PathLike, fspath

from myapp.records import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def shown(path: str | PathLike[str]) -> str:
    """Return a path as one printable line, whatever it holds: line breaks, bytes that are not UTF-8."""
    text = without_passwords(fspath(path))
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def without_passwords(text: str) -> str:
    """Return a text in which no URL says a password."""
    if "://" not in text:
        return text
    import re

    text = re.sub(r"(://[^\s:/@]*:)\S*@", r"\1***@", text)  # to the last @: a password may have one as it is
    return re.sub(r"([?&](?:ssl)?password=)[^&\s]*", r"\1***", text)


def _escaped(character: str) -> str:
    lone = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", lone))


class MyappError(Exception):
    """The root of all errors that are told to a person in one line."""

    exit_code = 1


@record(eq=False)
class UsageError(MyappError):
    """The command makes no sense as it was given."""

    detail: str
    exit_code = 2

    def __str__(self) -> str:
        return self.detail


@record(eq=False)
class NotFound(MyappError):
    """Something that was named does not exist: a file, a run, a backup, a revision."""

    what: str
    remedy: str = ""
    exit_code = 3

    def __str__(self) -> str:
        return _sentence(f"{self.what} does not exist", self.remedy)


@record(eq=False)
class NotADocument(MyappError):
    """The file is something else, and was not touched."""

    path: str | PathLike[str]
    found: str
    exit_code = 3

    def __str__(self) -> str:
        return f"{shown(self.path)} is not a document: it is {self.found}"


@record(eq=False)
class NewerDocument(MyappError):
    """A later release wrote the document."""

    path: str | PathLike[str]
    revision: str
    head: str
    exit_code = 4

    def __str__(self) -> str:
        return (
            f"{shown(self.path)} has revision {self.revision}, newer than this program's {self.head}: "
            f"open it with a release that knows revision {self.revision}"
        )


@record(eq=False)
class UpgradeNeeded(MyappError):
    """The document is older and the caller asked not to upgrade it."""

    path: str | PathLike[str]
    revision: str
    head: str
    remedy: str = ""
    exit_code = 7

    def __str__(self) -> str:
        return (
            f"{shown(self.path)} has revision {self.revision} and this program reads {self.head}: "
            f"{self.remedy or 'it must be upgraded'}"
        )


@record(eq=False)
class InUse(MyappError):
    """Another program holds the document or database for longer than we wait."""

    path: str | PathLike[str]
    seconds: float
    exit_code = 5

    def __str__(self) -> str:
        return (
            f"{shown(self.path)} is in use by another program "
            f"(waited {self.seconds:g} s): close it there and try again"
        )


@record(eq=False)
class Damaged(MyappError):
    """The document is ours and is not whole."""

    path: str | PathLike[str]
    detail: str
    remedy: str = ""
    exit_code = 6

    def __str__(self) -> str:
        return f"{shown(self.path)} is damaged ({self.detail}): {self.remedy or 'restore a backup'}"


@record(eq=False)
class BrokenInstallation(MyappError):
    """The program's own files are missing or altered."""

    detail: str
    exit_code = 6

    def __str__(self) -> str:
        return f"this installation is broken: {self.detail}; install the program again"


@record(eq=False)
class UpgradeFailed(MyappError):
    """A migration could not be done; everything is as it was before.

    Where it was refused for what it would throw away, `lost` has that as `WouldLose` does.
    """

    subject: str | PathLike[str]
    step: str
    detail: str
    lost: Mapping[str, Mapping[str, int]] = {}
    exit_code = 7

    def __str__(self) -> str:
        return f"{shown(self.subject)} is unchanged: {self.step} failed: {self.detail}"


@record(eq=False)
class WouldLose(MyappError):
    """An older schema cannot hold all that is there; nothing was written.

    `lost` are counts by name, by the revision whose downgrade would throw them away.
    """

    path: str | PathLike[str]
    target: str
    lost: Mapping[str, Mapping[str, int]]
    exit_code = 7

    def __str__(self) -> str:
        what = "; ".join(
            f"{', '.join(f'{count} {name}' for name, count in counts.items())} (revision {revision})"
            for revision, counts in self.lost.items()
        )
        return f"{shown(self.path)} does not fit into revision {self.target}: that would lose {what}"


@record(eq=False)
class SystemRefused(MyappError):
    """The operating system said no: space, permission, a read-only medium."""

    path: str | PathLike[str]
    reason: str
    remedy: str = ""
    exit_code = 8

    def __str__(self) -> str:
        return _sentence(f"{shown(self.path)}: {self.reason}", self.remedy)


@record(eq=False)
class Cancelled(MyappError):
    """The person stopped it (Ctrl-C); everything is as it was before."""

    subject: str | PathLike[str] = ""
    exit_code = 130

    def __str__(self) -> str:
        return _sentence("cancelled", f"{shown(self.subject)} is unchanged" if self.subject else "")


@record(eq=False)
class BadData(MyappError):
    """Input data that cannot be taken; `line` and `column` count from 1, 0 where there is none."""

    path: str | PathLike[str]
    line: int
    column: int
    detail: str
    exit_code = 9

    def __str__(self) -> str:
        place = [shown(self.path)]
        place += [f"line {self.line}"] if self.line else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.detail}"


def _sentence(fact: str, remedy: str) -> str:
    return f"{fact}: {remedy}" if remedy else fact
