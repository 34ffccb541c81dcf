"""channels

Channels become a table of their own, one row for each name, with a unit that is empty at first;
readings point to it. A name is taken as it is: no unit is read out of it.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_READINGS = "SELECT count(*), min(value), max(value) FROM readings"
keeps: dict[str, tuple[str, str]] = {
    "runs": ("SELECT count(*) FROM runs", "SELECT count(*) FROM runs"),
    "readings": (_READINGS, _READINGS),
    "channels, one for each name before,": (
        "SELECT count(DISTINCT channel) FROM readings",
        "SELECT count(*) FROM channels",
    ),
}
drops: list[str] = ["index ix_readings_run_id_channel_time"]
loses: dict[str, str] = {
    "units": "SELECT count(*) FROM channels WHERE unit <> ''",
    "channels without readings": """
        SELECT count(*) FROM channels
        WHERE NOT EXISTS (SELECT 1 FROM readings WHERE channel_id = channels.id)
    """,
}


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("name", "unit", name="uq_channels_name_unit"),
    )
    op.execute("INSERT INTO channels (name, unit) SELECT DISTINCT channel, '' FROM readings ORDER BY channel")
    _rebuild_readings(
        "0002",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        """
        INSERT INTO readings_new (id, run_id, channel_id, time, value)
        SELECT r.id, r.run_id, c.id, r.time, r.value
        FROM readings r JOIN channels c ON c.name = r.channel ORDER BY r.id
        """,
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="readings_channel_id_fkey"),
    )


def downgrade() -> None:
    _rebuild_readings(
        "0001",
        sa.Column("channel", sa.Text(), nullable=False),
        """
        INSERT INTO readings_new (id, run_id, channel, time, value)
        SELECT r.id, r.run_id, c.name, r.time, r.value
        FROM readings r JOIN channels c ON c.id = r.channel_id ORDER BY r.id
        """,
    )
    op.drop_table("channels")


def _rebuild_readings(
    revision: str, channel: "sa.Column[object]", fill: str, *references: sa.Constraint
) -> None:
    op.create_table(
        "readings_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        channel,
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"readings_{revision}_pkey"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="readings_run_id_fkey", ondelete="CASCADE"),
        *references,
    )
    op.execute(fill)
    op.drop_table("readings")
    op.rename_table("readings_new", "readings")
    op.create_index(f"ix_readings_run_id_{channel.name}_time", "readings", ["run_id", channel.name, "time"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('readings', 'id'), max(id)) FROM readings")
