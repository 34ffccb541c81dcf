"""entries

Revision ID: d1c2b3a49506
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "d1c2b3a49506"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("written", sa.DateTime(), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("title"),
        sa.CheckConstraint("length(title) > 0"),
    )


def downgrade() -> None:
    op.drop_table("entries")
