"""Errors for the user: one root; each has fields, an exit code and a message of one line.

The message says the fact, the versions where they matter, and the remedy. Any other exception is a bug.
Plain classes: every start imports them, and dataclasses would cost it more than all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

StrPath = str | os.PathLike[str]
"""The name of a file, in every form that the standard library takes."""


def shown(path: StrPath) -> str:
    """Return a path as one printable line, whatever it holds: line breaks, bytes that are not UTF-8."""
    return "".join(c if c.isprintable() else _escaped(c) for c in without_passwords(os.fspath(path)))


def _escaped(character: str) -> str:
    lone = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", lone))


def without_passwords(text: str) -> str:
    """Return a text in which no URL says a password."""
    if "://" not in text:
        return text
    import re

    # To the last @: a password may have one as it is.
    return re.sub(r"(://[^\s:/@]*:)\S*(?=@)|([?&](?:ssl)?password=)[^&\s]*", r"\1\2***", text)


class MyappError(Exception):
    """The root of all errors that are shown to the user in one line."""

    exit_code = 1

    def message(self, spell: Callable[[str], str] = str) -> str:
        """Return the error's line; `spell` turns the name of a setting into what the user writes for it."""
        return str(self)


class _SettingError(MyappError):
    """An error that a setting may resolve; `detail` is the fact.

    `setting` is its name as an argument of the library, "" where there is none, and `values` are what it can
    be, if few. `advice` names settings in braces: `{date_order} dmy where the day comes first, or mdy`.
    """

    def __init__(
        self, detail: str = "", *, setting: str = "", values: tuple[str, ...] = (), advice: str = ""
    ) -> None:
        self.detail = detail
        self.setting = setting
        self.values = values
        self.advice = advice

    def __str__(self) -> str:
        return self.message()

    def reason(self, spell: Callable[[str], str] = str) -> str:
        """Return the fact, then the advice, in which `spell` writes the settings."""
        advice = self.advice
        if "{" in advice:
            import re

            advice = re.sub(r"\{(\w+)\}", lambda match: spell(match[1]), advice)
        return _sentence(self.detail, advice)

    message = reason


class UsageError(_SettingError):
    """The command or call makes no sense as it was given."""

    exit_code = 2


class NotFound(MyappError):
    """Something that was named does not exist: a file, a run, a backup, a revision."""

    exit_code = 3

    def __init__(self, name: str, remedy: str = "") -> None:
        self.name = name
        self.remedy = remedy

    def __str__(self) -> str:
        return _sentence(f"{self.name} does not exist", self.remedy)


class NotADocument(MyappError):
    """The file is something else, and was not touched; `content` says what it is."""

    exit_code = 3

    def __init__(self, path: StrPath, content: str) -> None:
        self.path = path
        self.content = content

    def __str__(self) -> str:
        return f"{shown(self.path)} is not a document: it is {self.content}"


class _OtherRevision(MyappError):
    """The document's revision is not the program's, which is the `head`."""

    def __init__(self, path: StrPath, revision: str, head: str) -> None:
        self.path = path
        self.revision = revision
        self.head = head


class NewerDocument(_OtherRevision):
    """A later release wrote the document.

    `release` is the one that wrote it last, `myapp 0.9.0`, "" where that is unknown, and `homepage` the URL
    where releases are found, "" where there is none.
    """

    exit_code = 4

    def __init__(
        self, path: StrPath, revision: str, head: str, *, release: str = "", homepage: str = ""
    ) -> None:
        super().__init__(path, revision, head)
        self.release = release
        self.homepage = homepage

    def __str__(self) -> str:
        fact = f"{shown(self.path)} has revision {self.revision}, newer than this program's {self.head}"
        needed = (
            f"{self.release} or newer" if self.release else f"a release that knows revision {self.revision}"
        )
        return f"{fact}: open it with {needed}, from {self.homepage or 'where this program came from'}"


class UpgradeNeeded(_OtherRevision):
    """The document is older and the caller asked not to upgrade it; a `shared` one needs a request."""

    exit_code = 7

    def __init__(self, path: StrPath, revision: str, head: str, *, shared: bool = False) -> None:
        super().__init__(path, revision, head)
        self.shared = shared

    def __str__(self) -> str:
        need = "others share it, so it is upgraded only on request" if self.shared else "it must be upgraded"
        return f"{shown(self.path)} has revision {self.revision} and this program reads {self.head}: {need}"


class InUse(MyappError):
    """The document or database is held for longer than we wait.

    `seconds` is how long was waited, 0 where waiting is of no use. `own` is whether this process itself holds
    it, by another of its threads or connections; None where the holder is unknown.
    """

    exit_code = 5

    def __init__(self, path: StrPath, seconds: float = 0, *, own: bool | None = None) -> None:
        self.path = path
        self.seconds = seconds
        self.own = own

    @property
    def fact(self) -> str:
        """What is in use, and by whom."""
        holder = " by this program itself" if self.own else " by another program"
        return f"{shown(self.path)} is in use{'' if self.own is None else holder}"

    def __str__(self) -> str:
        remedy = "let its other work end first" if self.own else "close it there and try again"
        remedy = "try again when it is free" if self.own is None else remedy
        waited = f" (waited {self.seconds:g} s)" if self.seconds else ""
        return f"{self.fact}{waited}: {remedy}"


class Damaged(MyappError):
    """The document is ours and is not whole."""

    exit_code = 6

    def __init__(self, path: StrPath, detail: str, remedy: str = "") -> None:
        self.path = path
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        remedy = self.remedy or "restore a backup, or rescue what is sound"
        return f"{shown(self.path)} is damaged ({self.detail}): {remedy}"


class BrokenInstallation(MyappError):
    """The program's own files are missing or altered."""

    exit_code = 6

    def __init__(self, detail: str) -> None:
        self.detail = detail

    def __str__(self) -> str:
        return f"this installation is broken: {self.detail}; install the program again"


class UpgradeFailed(MyappError):
    """A migration could not be done; everything is as it was before, unless `unchanged` is false.

    `lost` counts what it would lose, as in `WouldLose`. With `of_content` the content is the reason.
    """

    exit_code = 7

    def __init__(
        self,
        subject: StrPath,
        step: str,
        detail: str,
        lost: Mapping[str, Mapping[str, int]] | None = None,
        *,
        unchanged: bool = True,
        of_content: bool = False,
    ) -> None:
        self.subject = subject
        self.step = step
        self.detail = detail
        self.lost = lost or {}
        self.unchanged = unchanged
        self.of_content = of_content

    def __str__(self) -> str:
        state = "is unchanged" if self.unchanged else "may be changed in part"
        return f"{shown(self.subject)} {state}: {self.step} failed: {self.detail}"


class WouldLose(MyappError):
    """An older schema cannot hold all that is there; nothing was written.

    `lost` are counts by name, by the revision whose downgrade would lose them.
    """

    exit_code = 7

    def __init__(self, path: StrPath, target: str, lost: Mapping[str, Mapping[str, int]]) -> None:
        self.path = path
        self.target = target
        self.lost = lost

    def __str__(self) -> str:
        counts = {of: ", ".join(f"{n} {name}" for name, n in lost.items()) for of, lost in self.lost.items()}
        losses = "; ".join(f"{lost} (revision {revision})" for revision, lost in counts.items())
        return f"{shown(self.path)} does not fit into revision {self.target}: that would lose {losses}"


class SystemRefused(MyappError):
    """The operating system said no: space, permission, a read-only medium."""

    exit_code = 8

    def __init__(self, path: StrPath, reason: str, remedy: str = "") -> None:
        self.path = path
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return _sentence(f"{shown(self.path)}: {self.reason}", self.remedy)


class Cancelled(MyappError):
    """The user stopped it (Ctrl-C, a stop token); everything is as it was before."""

    exit_code = 130

    def __init__(self, subject: StrPath = "") -> None:
        self.subject = subject

    def __str__(self) -> str:
        return _sentence("cancelled", f"{shown(self.subject)} is unchanged" if self.subject else "")


class BadData(_SettingError):
    """Input data that cannot be imported; `line` and `column` count from 1, 0 where there is none."""

    exit_code = 9

    def __init__(
        self,
        path: StrPath,
        line: int,
        column: int,
        detail: str,
        *,
        setting: str = "",
        values: tuple[str, ...] = (),
        advice: str = "",
    ) -> None:
        super().__init__(detail, setting=setting, values=values, advice=advice)
        self.path = path
        self.line = line
        self.column = column

    def message(self, spell: Callable[[str], str] = str) -> str:
        """Return the place, then the reason."""
        line, column = self.line and f", line {self.line}", self.column and f", column {self.column}"
        return f"{shown(self.path)}{line or ''}{column or ''}: {self.reason(spell)}"


def _sentence(*parts: str) -> str:
    return ": ".join(filter(None, parts))
