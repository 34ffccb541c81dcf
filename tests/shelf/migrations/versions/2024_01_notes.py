"""notes

Revision ID: e1f2a3b4c5d6
Revises: 9a7b2e4d1c05
"""

import sqlalchemy as sa
from alembic import op

revision = "e1f2a3b4c5d6"
down_revision = "9a7b2e4d1c05"
branch_labels = None
depends_on = None

_BOOKS = "SELECT count(*), count(year), min(title), max(title) FROM books"
keeps: dict[str, tuple[str, str]] = {"books": (_BOOKS, _BOOKS)}
drops: list[str] = []
loses: dict[str, str] = {"notes": "SELECT count(*) FROM notes"}


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_notes_book_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("notes")
