"""The models: the tables of this release's documents.

Times are integer microseconds since 1970-01-01 00:00 UTC. The full-text index (`search…`) and the triggers of
the overview are no models: search.py and overview/triggers.py have their statements, which
`metadata.create_all` runs too. The models are tables, not mapped classes: all work on a notebook is done in
bulk, and loading the ORM took a fifth of a command's start.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from myapp.notebook import search
from myapp.notebook.overview import triggers

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_NO_MODELS = {
    "sqlite": search.SQLITE + [f"CREATE TRIGGER {name} {rest}" for name, rest in triggers.SQLITE.items()],
    "postgresql": search.POSTGRESQL + triggers.POSTGRESQL,
}
for _dialect, _statements in _NO_MODELS.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]  # formats with %, of which there is none
        event.listen(metadata, "after_create", _ddl.execute_if(dialect=_dialect))

# One row: the program version that created the document, and the one that last wrote it.
Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_by", Text, nullable=False),
    Column("written_by", Text, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

# One series of measurements.
Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("notes", Text),
)

# A measured quantity in a unit (empty where none is stated); shared by all runs.
Table(
    "channels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    UniqueConstraint("name", "unit"),
)

# The value of one channel of one run at one time.
Table(
    "readings",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    Column("time", BigInteger, primary_key=True),
    Column("value", Double, nullable=False),
    sqlite_with_rowid=False,
)

# A label of runs.
Table(
    "tags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    UniqueConstraint("name"),
)

Table(
    "run_tags",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
)

# The file that a run was imported from; its content is not kept.
Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Index(None, "run_id"),
    Index(None, "sha256"),
)

# A file kept with a run.
Table(
    "attachments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("run_id", "name"),
)


def _summary() -> list[Column[Any]]:
    """Return the columns that sum up consecutive readings of a channel.

    `differences` is the sum of their differences from the first, which has more digits than `sum` where they
    are large and differ little; `squares` is that of their squared differences from the mean. All three are
    NULL where a double cannot hold them.
    """
    return [
        Column("readings", BigInteger, nullable=False),
        Column("first_value", Double, nullable=False),
        Column("last_at", BigInteger, nullable=False),
        Column("last_value", Double, nullable=False),
        Column("minimum", Double, nullable=False),
        Column("minimum_at", BigInteger, nullable=False),
        Column("maximum", Double, nullable=False),
        Column("maximum_at", BigInteger, nullable=False),
        Column("sum", Double),
        Column("differences", Double),
        Column("squares", Double),
    ]


# The overview is made from readings and has no foreign keys, so that whoever deletes a run without them
# leaves a sound document; see overview/keeping.py. Each row sums up 1,024 readings, in the order of time.
Table(
    "overview",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", Integer, primary_key=True, autoincrement=False),
    Column("first_at", BigInteger, primary_key=True, autoincrement=False),
    *_summary(),
    sqlite_with_rowid=False,
)

# All readings of a channel in a run. `gaps` are the times at which only other channels have one.
Table(
    "totals",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", Integer, primary_key=True, autoincrement=False),
    Column("first_at", BigInteger, nullable=False),
    *_summary(),
    Column("gaps", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The runs whose overview is not that of their readings; 0 stands for any. `times` is the number of different
# times in the run, where whoever wrote the readings has counted them.
Table(
    "overview_stale",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("times", BigInteger),
)
