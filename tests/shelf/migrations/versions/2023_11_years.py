"""years

Revision ID: 9a7b2e4d1c05
Revises: c3d0f8b1e6a2
"""

import sqlalchemy as sa
from alembic import op

revision: str = "9a7b2e4d1c05"
down_revision: str | None = "c3d0f8b1e6a2"
branch_labels: str | None = None
depends_on: str | None = None

_BOOKS = "SELECT count(*), min(title), max(title) FROM books"
keeps: dict[str, tuple[str, str]] = {"books": (_BOOKS, _BOOKS)}
drops: list[str] = []
loses: dict[str, str] = {"years": "SELECT count(year) FROM books"}


def upgrade() -> None:
    op.add_column("books", sa.Column("year", sa.Integer()))


def downgrade() -> None:
    op.drop_column("books", "year")
