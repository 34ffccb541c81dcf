"""entries by time

Revision ID: c0ffee123456
Revises: a9f8e7d6c5b4
"""

from alembic import op

revision = "c0ffee123456"
down_revision = "a9f8e7d6c5b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entries_written", "entries", ["written"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_entries_written", table_name="entries")
