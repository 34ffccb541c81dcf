"""readings by key, runs with a start

Readings are rebuilt around the primary key (run, channel, time). Of several readings with one key
none is dropped: in the order in which they were written they move on by one microsecond each, and
push later ones along where those are in the way.

Runs are rebuilt too: their constraints are named by the convention of the models, and a start is
required. A run without one starts with its first reading; one that has no readings either starts
with 1970, and its notes say “(start not recorded)”.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTS = {
    "runs": "SELECT count(*), min(title), max(title) FROM runs",
    "channels": "SELECT count(*) FROM channels",
    "readings": "SELECT count(*), min(value), max(value) FROM readings",
    "tags of runs": "SELECT count(*) FROM run_tags",
}
keeps: dict[str, tuple[str, str]] = {name: (query, query) for name, query in _COUNTS.items()}
drops: list[str] = ["index ix_readings_run_id_channel_id_time"]
loses: dict[str, str] = {}

_SAME_KEY = """
    SELECT EXISTS (
        SELECT 1 FROM readings GROUP BY run_id, channel_id, time HAVING count(*) > 1
    )
"""
_AS_THEY_ARE = """
    SELECT run_id, channel_id, time, value FROM readings ORDER BY run_id, channel_id, time
"""
# The smallest times that rise strictly and are never earlier than the reading's own.
_MOVED_APART = """
    WITH numbered AS (
        SELECT run_id, channel_id, time, value, row_number() OVER (
            PARTITION BY run_id, channel_id ORDER BY time, id
        ) AS n
        FROM readings
    )
    SELECT run_id, channel_id, n + max(time - n) OVER (
        PARTITION BY run_id, channel_id ORDER BY n
    ), value
    FROM numbered
"""
_FIRST_READING = "(SELECT min(time) FROM readings WHERE run_id = runs.id)"
_NO_START = f"started_at IS NULL AND {_FIRST_READING} IS NULL"


def upgrade() -> None:
    op.execute(
        "UPDATE runs SET notes = CASE WHEN notes IS NULL THEN '' ELSE notes || ' ' END"
        f" || '(start not recorded)' WHERE {_NO_START}"
    )
    op.execute(f"UPDATE runs SET started_at = coalesce({_FIRST_READING}, 0) WHERE started_at IS NULL")
    if _sqlite():
        _rebuild_runs(
            sa.Column("started_at", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_runs"),
        )
    else:
        op.alter_column("runs", "started_at", nullable=False)
        op.execute("ALTER TABLE runs RENAME CONSTRAINT runs_pkey TO pk_runs")
    _rebuild_readings_by_key()


def downgrade() -> None:
    _rebuild_readings_by_id()
    if _sqlite():
        _rebuild_runs(
            sa.Column("started_at", sa.BigInteger()), sa.PrimaryKeyConstraint("id", name="runs_pkey")
        )
    else:
        op.execute("ALTER TABLE runs RENAME CONSTRAINT pk_runs TO runs_pkey")
        op.alter_column("runs", "started_at", nullable=True)


def _rebuild_runs(started_at: "sa.Column[int]", key: sa.PrimaryKeyConstraint) -> None:
    # Readings and tags hang on runs by ON DELETE CASCADE: foreign keys are off while this runs,
    # and the rename leaves their references to "runs" alone.
    op.create_table(
        "runs_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        started_at,
        sa.Column("notes", sa.Text()),
        key,
    )
    op.execute(
        "INSERT INTO runs_new (id, title, started_at, notes)"
        " SELECT id, title, started_at, notes FROM runs ORDER BY id"
    )
    op.drop_table("runs")
    op.rename_table("runs_new", "runs")


def _rebuild_readings_by_key() -> None:
    op.create_table(
        "readings_new",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "channel_id", "time", name="pk_readings"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_readings_run_id_runs", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_readings_channel_id_channels"),
        sqlite_with_rowid=False,
    )
    offline = op.get_context().as_sql
    same_key = offline or op.get_bind().execute(sa.text(_SAME_KEY)).scalar()
    op.execute(
        "INSERT INTO readings_new (run_id, channel_id, time, value) "
        + (_MOVED_APART if same_key else _AS_THEY_ARE)
    )
    op.drop_table("readings")
    op.rename_table("readings_new", "readings")


def _rebuild_readings_by_id() -> None:
    op.create_table(
        "readings_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="readings_0003_pkey"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="readings_run_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="readings_channel_id_fkey"),
    )
    op.execute(
        "INSERT INTO readings_new (run_id, channel_id, time, value)"
        " SELECT run_id, channel_id, time, value FROM readings ORDER BY run_id, channel_id, time"
    )
    op.drop_table("readings")
    op.rename_table("readings_new", "readings")
    op.create_index("ix_readings_run_id_channel_id_time", "readings", ["run_id", "channel_id", "time"])


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
