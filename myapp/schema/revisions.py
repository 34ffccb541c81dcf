"""A revision, and a step from one revision to the next, as values."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alembic.script import Script
from alembic.util import to_tuple


@dataclass(frozen=True)
class Revision:
    """A revision of a migrations directory.

    `loses` names the information that its downgrade throws away, where there is any (see conservation.py).
    """

    revision: str
    down_revisions: tuple[str, ...]
    message: str
    docstring: str
    branch_labels: tuple[str, ...]
    loses: tuple[str, ...]
    path: str
    is_head: bool
    is_branch_point: bool
    is_merge_point: bool

    @classmethod
    def of(cls, script: Script) -> Revision:
        """Return the values of one of Alembic's scripts."""
        return cls(
            script.revision,
            to_tuple(script.down_revision, default=()),
            script.doc,
            script.longdoc,
            tuple(sorted(script.branch_labels)),
            tuple(getattr(script.module, "loses", ())),
            os.path.abspath(script.path),
            script.is_head,
            script.is_branch_point,
            script.is_merge_point,
        )

    @classmethod
    def base(cls) -> Revision:
        """Return what a database has before its first revision."""
        return cls("base", (), "no revision", "", (), (), "", False, False, False)


@dataclass(frozen=True)
class Step:
    """One revision and what is done with it: `action` is `upgrade`, `downgrade` or `stamp`."""

    action: str
    revision: Revision

    def __str__(self) -> str:
        return f"{self.action} {self.revision.revision} ({self.revision.message})"


OnStep = Callable[[Sequence[Step], int], None]
"""Receives, before each step, all the steps and the index of this one."""
