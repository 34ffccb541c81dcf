"""books by title

Revision ID: 5c1e0a4f9b27
Revises: e1f2a3b4c5d6
"""

from alembic import op

revision = "5c1e0a4f9b27"
down_revision = "e1f2a3b4c5d6"
branch_labels = None
depends_on = None

_BOOKS = "SELECT count(*), count(year), min(title), max(title) FROM books"
keeps: dict[str, tuple[str, str]] = {"books": (_BOOKS, _BOOKS)}
drops: list[str] = []
loses: dict[str, str] = {}


def upgrade() -> None:
    op.create_index("ix_books_title", "books", ["title"])


def downgrade() -> None:
    op.drop_index("ix_books_title", "books")
