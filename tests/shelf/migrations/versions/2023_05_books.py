"""books

Revision ID: c3d0f8b1e6a2
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "c3d0f8b1e6a2"
down_revision = None
branch_labels = None
depends_on = None

keeps: dict[str, tuple[str, str]] = {}
drops: list[str] = []
loses: dict[str, str] = {"books": "SELECT count(*) FROM books"}


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made with", sa.Text(), nullable=False),
        sa.Column("changed with", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_about"),
        sa.CheckConstraint("id = 1", name="ck_about_single"),
    )
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_books"),
    )


def downgrade() -> None:
    op.drop_table("books")
    op.drop_table("about")
