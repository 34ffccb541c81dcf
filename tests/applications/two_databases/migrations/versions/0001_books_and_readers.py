"""books and readers"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

loses_accounts = {"readers": "SELECT count(*) FROM readers"}


def upgrade(engine_name: str) -> None:
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name: str) -> None:
    op.drop_table({"catalogue": "books", "accounts": "readers"}[engine_name])


def upgrade_catalogue() -> None:
    op.create_table("books", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.Text()))


def upgrade_accounts() -> None:
    op.create_table(
        "readers", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("address", sa.Text())
    )
