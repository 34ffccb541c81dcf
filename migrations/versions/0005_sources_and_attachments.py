"""sources and attachments

A run remembers the file it was imported from, and files can be attached to it. Nothing that was
there changes.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTS = {
    "runs": "SELECT count(*) FROM runs",
    "channels": "SELECT count(*) FROM channels",
    "readings": "SELECT count(*) FROM readings",
    "tags of runs": "SELECT count(*) FROM run_tags",
}
keeps: dict[str, tuple[str, str]] = {name: (query, query) for name, query in _COUNTS.items()}
drops: list[str] = []
loses: dict[str, str] = {
    "sources": "SELECT count(*) FROM sources",
    "attachments": "SELECT count(*) FROM attachments",
}


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_sources_run_id_runs", ondelete="CASCADE"),
    )
    op.create_index("ix_sources_run_id", "sources", ["run_id"])
    op.create_index("ix_sources_sha256", "sources", ["sha256"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint("run_id", "name", name="uq_attachments_run_id_name"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_attachments_run_id_runs", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("attachments")
    op.drop_table("sources")
