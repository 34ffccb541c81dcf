"""files become documents

Revision ID: 0ddba11c0de5
Revises: c0ffee123456
"""

import sqlalchemy as sa
from alembic import op

revision = "0ddba11c0de5"
down_revision = "c0ffee123456"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.CheckConstraint("id = 1", name="ck_document_single"),
    )


def downgrade() -> None:
    op.drop_table("document")
