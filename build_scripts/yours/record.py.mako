"""The table `document`: the programs that made and last wrote a document.

Revision ID: ${revision}
Revises: ${down_revision}
"""

import sqlalchemy as sa
from alembic import op

revision = "${revision}"
down_revision = "${down_revision}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_document_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )


def downgrade() -> None:
    op.drop_table("document")
