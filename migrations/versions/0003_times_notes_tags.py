"""times in UTC, notes, tags

Times become integer microseconds since 1970-01-01 00:00 UTC. The text before named no zone, so the
clock on the wall is taken as UTC: the same digits on every machine, and back again by a downgrade.
Read are `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, `YYYY-MM-DD HH:MM:SS` and that with one to six decimals,
with a blank or a `T` between. A text that is none of these stops the upgrade, which names run and
value and changes nothing; an empty start is no start.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNTS = {
    "runs": "SELECT count(*), min(title), max(title) FROM runs",
    "channels": "SELECT count(*) FROM channels",
    "readings": "SELECT count(*), min(value), max(value) FROM readings",
}
keeps: dict[str, tuple[str, str]] = {
    **{name: (query, query) for name, query in _COUNTS.items()},
    "starts": (
        "SELECT count(*) FROM runs WHERE trim(started_at) <> ''",
        "SELECT count(started_at) FROM runs",
    ),
}
drops: list[str] = []
loses: dict[str, str] = {
    "notes": "SELECT count(*) FROM runs WHERE notes <> ''",
    "tags": "SELECT count(*) FROM tags",
}

_VALID_SQLITE = """(
    length({s}) IN (10, 16, 19, 21, 22, 23, 24, 25, 26) AND {s} >= '0001'
    AND {s} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
    AND (length({s}) < 20 OR {s} GLOB '???????????????????.[0-9]*')
    AND substr({s}, 21) NOT GLOB '*[^0-9]*'
    AND strftime('%Y-%m-%d %H:%M:%S', CAST(strftime('%s', {whole}) AS INTEGER), 'unixepoch') IS {whole}
)"""
_SECONDS_SQLITE = "CAST(strftime('%s', {whole}) AS INTEGER)"
_TEXT_SQLITE = "strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch')"

_VALID_POSTGRESQL = r"""(CASE WHEN
    {s} ~ ('^(?!0000)\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])'
           '( ([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{{1,6}})?)?)?$')
    THEN CAST(substr({s}, 9, 2) AS integer) <= extract(
        day FROM CAST(substr({s}, 1, 7) || '-01' AS timestamp) + interval '1 month' - interval '1 day')
    ELSE false END)"""
_SECONDS_POSTGRESQL = "CAST(extract(epoch FROM CAST({whole} AS timestamp)) AS bigint)"
_TEXT_POSTGRESQL = (
    "to_char(timestamp '1970-01-01' + {seconds} * interval '1 second', 'YYYY-MM-DD HH24\\:MI\\:SS')"
)


def upgrade() -> None:
    if not op.get_context().as_sql:
        _refuse("started_at", "SELECT id, title, started_at FROM runs WHERE trim(started_at) <> ''")
        _refuse(
            "time",
            "SELECT runs.id, title, time FROM readings JOIN runs ON runs.id = run_id",
        )
    op.add_column("runs", sa.Column("started_us", sa.BigInteger()))
    op.execute(f"UPDATE runs SET started_us = {_microseconds('started_at')} WHERE trim(started_at) <> ''")
    op.drop_column("runs", "started_at")
    op.execute("ALTER TABLE runs RENAME COLUMN started_us TO started_at")
    op.add_column("runs", sa.Column("notes", sa.Text()))
    _rebuild_readings("0003", sa.BigInteger(), _microseconds("time"))
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("name", name="uq_tags_name"),
    )
    op.create_table(
        "run_tags",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "tag_id", name="pk_run_tags"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_tags_run_id_runs", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_run_tags_tag_id_tags", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("run_tags")
    op.drop_table("tags")
    _rebuild_readings("0002", sa.Text(), _text("time"))
    op.drop_column("runs", "notes")
    op.add_column("runs", sa.Column("started_text", sa.Text()))
    op.execute(f"UPDATE runs SET started_text = {_text('started_at')} WHERE started_at IS NOT NULL")
    op.drop_column("runs", "started_at")
    op.execute("ALTER TABLE runs RENAME COLUMN started_text TO started_at")


def _refuse(column: str, texts: str) -> None:
    """Stop with the first value of (run, title, text) rows that is no time."""
    query = (
        f"SELECT * FROM ({texts}) AS texts (id, title, value) WHERE NOT coalesce({_valid('value')}, false)"
    )
    if _sqlite():
        query = f"WITH texts (id, title, value) AS ({texts}) SELECT * FROM texts WHERE NOT {_valid('value')}"
    bad = op.get_bind().execute(sa.text(query + " ORDER BY id LIMIT 1")).first()
    if bad is not None:
        raise CommandError(
            f"run {bad.id} “{bad.title}” has {column} {bad.value!r}, which is no time such as"
            " '2024-05-31 23:59:59'; correct it with the release that wrote it"
        )


def _rebuild_readings(revision: str, time: "sa.types.TypeEngine[object]", converted: str) -> None:
    op.create_table(
        "readings_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("time", time, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"readings_{revision}_pkey"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="readings_run_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="readings_channel_id_fkey"),
    )
    op.execute(
        "INSERT INTO readings_new (id, run_id, channel_id, time, value)"
        f" SELECT id, run_id, channel_id, {converted}, value FROM readings ORDER BY id"
    )
    op.drop_table("readings")
    op.rename_table("readings_new", "readings")
    op.create_index("ix_readings_run_id_channel_id_time", "readings", ["run_id", "channel_id", "time"])
    if not _sqlite():
        op.execute("SELECT setval(pg_get_serial_sequence('readings', 'id'), max(id)) FROM readings")


def _parts(column: str) -> dict[str, str]:
    """Return SQL for a text as it is compared, and for its 19 characters up to the seconds."""
    s = f"replace(trim({column}), 'T', ' ')"
    return {"s": s, "whole": f"substr({s} || substr(' 00:00:00', length({s}) - 9), 1, 19)"}


def _valid(column: str) -> str:
    return (_VALID_SQLITE if _sqlite() else _VALID_POSTGRESQL).format(**_parts(column))


def _microseconds(column: str) -> str:
    parts = _parts(column)
    seconds = (_SECONDS_SQLITE if _sqlite() else _SECONDS_POSTGRESQL).format(**parts)
    return f"{seconds} * 1000000 + CAST(substr(substr({parts['s']}, 21) || '000000', 1, 6) AS INTEGER)"


def _text(column: str) -> str:
    """Return SQL for the text of a time: six decimals where it is between two seconds."""
    # Both databases divide towards zero; times before 1970 need the floor.
    part = f"(({column} % 1000000 + 1000000) % 1000000)"
    seconds = f"(({column} - {part}) / 1000000)"
    text = (_TEXT_SQLITE if _sqlite() else _TEXT_POSTGRESQL).format(seconds=seconds)
    digits = f"substr(CAST(1000000 + {part} AS TEXT), 2)"
    return f"{text} || CASE WHEN {part} = 0 THEN '' ELSE '.' || {digits} END"


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
