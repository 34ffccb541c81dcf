"""loans"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "library_loans",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("book", sa.Integer()),
    )


def downgrade() -> None:
    op.drop_table("library_loans")
