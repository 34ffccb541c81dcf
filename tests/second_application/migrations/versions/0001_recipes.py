"""recipes

A recipe has a title and its ingredients, a line each.

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
loses: dict[str, str] = {"recipes": "SELECT count(*) FROM recipes"}


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
        "recipes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_recipes"),
    )


def downgrade() -> None:
    op.drop_table("recipes")
    op.drop_table("document")
