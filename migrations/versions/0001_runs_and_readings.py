"""runs and readings

A run has a title and a start, a reading a channel's name, a time and a value. Times are local text,
`YYYY-MM-DD HH:MM:SS`, as the clock on the wall showed them; no zone is recorded.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

keeps: dict[str, tuple[str, str]] = {}
drops: list[str] = []
loses: dict[str, str] = {
    "runs": "SELECT count(*) FROM runs",
    "readings": "SELECT count(*) FROM readings",
}


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.CheckConstraint("id = 1", name="ck_document_single"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="runs_pkey"),
    )
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="readings_0001_pkey"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="readings_run_id_fkey", ondelete="CASCADE"),
    )
    op.create_index("ix_readings_run_id_channel_time", "readings", ["run_id", "channel", "time"])


def downgrade() -> None:
    op.drop_table("readings")
    op.drop_table("runs")
    op.drop_table("document")
