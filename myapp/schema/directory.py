"""Reads a migrations directory: its revisions, their order, and the steps from one to another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from myapp.errors import NotFound, StrPath
from myapp.schema.config import make_config, require_revisions
from myapp.schema.driver_errors import first_line
from myapp.schema.revisions import Revision, Step


class RevisionDirectory:
    """A migrations directory, read without a database.

    Revisions are named as Alembic takes them: by the id, a unique beginning of it, `head`, a branch label,
    or relative (`+1`, `-1`). Errors: BrokenInstallation (directory missing or empty), NotFound.
    """

    def __init__(self, script_location: StrPath) -> None:
        require_revisions(script_location)
        self.script_location = os.path.abspath(os.fspath(script_location))

    @cached_property
    def config(self) -> Config:
        """Alembic's Config for this directory."""
        return make_config(self.script_location)

    @cached_property
    def script(self) -> ScriptDirectory:
        """Alembic's ScriptDirectory for this directory."""
        return ScriptDirectory.from_config(self.config)

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
        """Return the revisions after `start` up to `end`, oldest first."""
        with named_revision():
            scripts = list(self.script.walk_revisions(start, end))
        return [Revision.of(script) for script in reversed(scripts)]

    def revision(self, revision: str) -> Revision:
        """Return one revision."""
        scripts = self._scripts(revision)
        if not scripts:
            raise NotFound(f"that revision ({revision} is before the first one)")
        return Revision.of(scripts[0])

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

    def _scripts(self, revision: str) -> tuple[Script, ...]:
        with named_revision():
            return tuple(filter(None, self.script.get_revisions(revision)))


@contextmanager
def named_revision() -> Iterator[None]:
    """Turn Alembic's error about the name of a revision into NotFound."""
    try:
        yield
    except CommandError as error:
        raise NotFound(f"that revision ({first_line(error)})") from error
