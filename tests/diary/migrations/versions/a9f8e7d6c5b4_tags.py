"""tags and moods

Revision ID: a9f8e7d6c5b4
Revises: d1c2b3a49506
"""

import sqlalchemy as sa
from alembic import op

revision = "a9f8e7d6c5b4"
down_revision = "d1c2b3a49506"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "entry_tags",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"]),
        sa.PrimaryKeyConstraint("tag_id", "entry_id"),
    )
    op.add_column("entries", sa.Column("mood", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("entries", "mood")
    op.drop_table("entry_tags")
    op.drop_table("tags")
