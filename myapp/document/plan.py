"""Plans an upgrade without doing it: its steps, the cost of each, and the place of the backup."""

from contextlib import closing, nullcontext
from dataclasses import dataclass

from myapp.document import backups, estimate, files
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.document.hindrances import hindrances
from myapp.document.lost_header import recognise
from myapp.document.news import first_sentence
from myapp.document.recovery import private_copy
from myapp.document.trust import check_revision
from myapp.errors import StrPath, SystemRefused
from myapp.schema.connections import sqlite_url
from myapp.schema.driver_errors import translated
from myapp.schema.migrations import Migrations, Revision


@dataclass(frozen=True)
class PlannedStep:
    """One revision: its description, the information that undoing it would lose, and its estimated time."""

    revision: str
    message: str
    what: str
    loses: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Plan:
    """An upgrade as it would be done now; bytes and seconds are estimates.

    `backup` is "" where the document stays as it is: there is nothing to do, or it cannot be written
    and a private copy would be upgraded. `hindrances` are the reasons for which it would be refused, and
    `additional` the objects among them that a person added and that run nothing. With `lost_header`, opening
    first sets the header again, after a backup of its own.
    """

    path: str
    revision: str
    target: str
    steps: tuple[PlannedStep, ...]
    size: int
    space_needed: int
    space_free: int
    seconds: float
    backup: str
    writable: bool
    hindrances: tuple[str, ...]
    additional: tuple[str, ...]
    lost_header: bool


def plan(path: StrPath, context: Context, target: str = "head") -> Plan:
    """Return the plan of an upgrade; all rows are read, and nothing is written.

    Raise what `classify` raises, and Damaged where the header and the version table disagree.
    """
    format = context.format
    header = recognise(path, context)
    if header.hot or header.wal:
        raise SystemRefused(path, "another program was stopped while it wrote", "opening it puts that right")
    opening = private_copy(header, context) if header.lost else nullcontext(header.path)
    with (
        opening as file,
        translated(header.path, context.wait),
        closing(connect(file, "ro", context)) as connection,
    ):
        connection.execute("BEGIN")
        revision = check_revision(connection, header.path, format)
        refused, added = hindrances(connection, header.path, format) if header.older else ([], [])
    format.manifest.check(format.migrations)
    planned = Migrations(format.migrations, sqlite_url(header.path)).plan(target, revision)
    writable = files.can_replace(header.path)
    steps, seconds = _with_costs([step.revision for step in planned], format, header.size)
    return Plan(
        path=header.path,
        revision=revision,
        target=steps[-1].revision if steps else revision,
        steps=steps,
        size=header.size,
        space_needed=estimate.space_needed(header.path, header.size) if steps else 0,
        space_free=files.free_bytes(header.path),
        seconds=seconds,
        backup=backups.next_name(header.path, revision, context) if steps and writable else "",
        writable=writable,
        hindrances=tuple(refused) if steps else (),
        additional=tuple(added) if steps else (),
        lost_header=header.lost,
    )


def _with_costs(
    revisions: list[Revision], format: DocumentFormat, size: int
) -> tuple[tuple[PlannedStep, ...], float]:
    """Return the steps, and the seconds of all of them with the checks at the end."""
    costs = estimate.amounts([each.revision for each in revisions], format.costs, size)
    steps = tuple(
        PlannedStep(each.revision, each.message, first_sentence(each.docstring), each.loses, cost.seconds)
        for each, cost in zip(revisions, costs, strict=False)
    )
    return steps, sum(cost.seconds for cost in costs) if steps else 0.0
