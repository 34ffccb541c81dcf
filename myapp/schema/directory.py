"""Reads a migrations directory: its revisions, their order, and the steps from one to another."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import MultipleHeads, ResolutionError

from myapp.errors import BrokenInstallation, MyappError, NotFound, StrPath, UsageError, shown
from myapp.schema.config import Settings, located, make_config, require_env
from myapp.schema.driver_errors import chain, first_line
from myapp.schema.failures import describe, described
from myapp.schema.revisions import Revision, Step

_BEYOND = re.compile("produce|too far")
"""In the messages of Alembic for a relative revision that is before the first or after the last."""

_AMBIGUOUS = "that revision is ambiguous, since more than one is that far away"

_RELATIVE = re.compile(r"(?:(?P<label>.+?)@)?(?P<revision>\w+)?[+-]\d+")


class RevisionDirectory:
    """A migrations directory, read without a database.

    Revisions are named as Alembic takes them: by the id, a unique beginning of it, `head`, a branch label,
    or relative (`+1`, `-1`, `label@+1`, `0003-1`). Errors: BrokenInstallation (directory missing,
    empty or not to be read), NotFound, UsageError.
    """

    def __init__(self, script_location: StrPath, settings: Settings | None = None) -> None:
        """Take a directory: its path, or its place in a package (`shelf:migrations`).

        `settings` are Alembic's options by name, as `[alembic]` in alembic.ini has them: `file_template`,
        `sourceless`, `version_locations` (a list of folders), … .
        """
        self.script_location = located(script_location)
        self.settings: Settings = settings or {}
        require_env(self.script_location)
        config = make_config(self.script_location, settings=self.settings)
        if self.script_location in (config.get_version_locations_list() or ()):
            remedy = "give revisions a folder of their own, or env.py"
            raise UsageError(f"{shown(self.script_location)}: env.py lies among the revisions: {remedy}")

    @cached_property
    def config(self) -> Config:
        """Alembic's Config for this directory."""
        return make_config(self.script_location, settings=self.settings)

    @cached_property
    def script(self) -> ScriptDirectory:
        """Alembic's ScriptDirectory for this directory, with all its revisions.

        Raise BrokenInstallation where there is none: Alembic's upgrade would succeed, and leave a database
        without tables.
        """
        try:
            script = ScriptDirectory.from_config(self.config)
            heads = script.get_heads()  # reads every revision
        except Exception as error:
            detail = describe(error, self.script_location)
            raise BrokenInstallation(f"{self.script_location} cannot be read ({detail})") from error
        if not heads:
            raise BrokenInstallation(f"there are no revisions in {self._folders()}")
        return script

    def heads(self) -> tuple[str, ...]:
        """Return the revisions that no other follows."""
        return tuple(self.script.get_heads())

    def bases(self) -> tuple[str, ...]:
        """Return the revisions that follow no other."""
        return tuple(self.script.get_bases())

    def branches(self) -> list[Revision]:
        """Return the revisions that more than one follows."""
        return [revision for revision in self.history() if revision.is_branch_point]

    def history(self, start: str = "base", end: str = "heads") -> list[Revision]:
        """Return the revisions from `start` to `end`, both of them too, oldest first."""
        return self._between(start, end)

    def revision(self, revision: str) -> Revision:
        """Return one revision."""
        scripts = self._scripts(revision)
        if not scripts:
            raise NotFound(f"that revision ({revision} is before the first one)")
        return Revision.of(scripts[0])

    def before(self, revision: str, distance: int) -> str:
        """Return the revision so many steps before another, `base` where there are fewer.

        Raise UsageError where a merge lies between.
        """
        for _ in range(distance):
            below = self.revision(revision).down_revisions
            if len(below) > 1:
                raise UsageError(f"{_AMBIGUOUS} ({', '.join(below)}): name one by its id")
            if not below:
                return "base"
            revision = below[0]
        return revision

    def steps_up(self, current: Any, target: str) -> list[Step]:
        """Return the steps of an upgrade from the revisions `current`, in order."""
        with named_revision():
            scripts = list(self.script.iterate_revisions(target, current, implicit_base=True))
        return [Step("upgrade", Revision.of(script)) for script in reversed(scripts)]

    def steps_down(self, current: Any, target: str) -> list[Step]:
        """Return the steps of a downgrade from the revisions `current`, in order."""
        with named_revision():
            scripts = list(self.script.iterate_revisions(current, target, select_for_downgrade=True))
        return [Step("downgrade", Revision.of(script)) for script in scripts]

    def demand_known(self, target: str) -> None:
        """Raise NotFound for a target that no database can have; a relative one depends on the database."""
        relative = _RELATIVE.fullmatch(target)
        for name in (relative["label"], relative["revision"]) if relative else (target,):
            if name:
                self._scripts(name)

    def _between(self, start: Any, end: Any) -> list[Revision]:
        with named_revision():
            scripts = list(self.script.walk_revisions(start, end))
        return [Revision.of(script) for script in reversed(scripts)]

    def _folders(self) -> str:
        folders = self.config.get_version_locations_list()
        return ", ".join(folders) if folders else self.script_location

    def _scripts(self, revision: str) -> tuple[Script, ...]:
        with named_revision():
            return tuple(filter(None, self.script.get_revisions(revision)))


def named_targets(target: object) -> tuple[str, ...]:
    """Return the revisions that a caller names, one or several; raise UsageError for anything but texts."""
    names = (target,) if isinstance(target, str) else tuple(target) if isinstance(target, Sequence) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{target!r} names no revision: write a text, as of an id, 'head', '+1' or '-1'")
    return names


@contextmanager
def named_revision() -> Iterator[None]:
    """Turn Alembic's error about the name of a revision into NotFound or UsageError."""
    try:
        yield
    except MyappError:
        raise
    except Exception as error:
        raise _name_error(error) from error


def _name_error(error: Exception) -> MyappError:
    text = described(error)
    for cause in chain(error):
        if isinstance(cause, MultipleHeads):
            fact = f"there are multiple heads ({', '.join(sorted(cause.heads))})"
            return UsageError(f"{fact}: name one of them, LABEL@head, or `heads` for all")
        if "Ambiguous" in str(cause):
            return UsageError(f"{_AMBIGUOUS}: name one by its id, or upwards by LABEL@+1")
        if "Multiple revisions" in str(cause):
            return UsageError(f"that revision is ambiguous ({first_line(cause)}): write more of its id")
        if isinstance(cause, ResolutionError) or _BEYOND.search(text):
            return NotFound(f"that revision ({text})")
    return UsageError(f"that revision cannot be reached ({text})")
