"""Writes migrations directories of a few revisions, for tests of other applications' migrations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ENV = "from myapp.schema.environment import run\nrun()\n"
"""An env.py as README.md recommends it."""

BARE_ENV = """
from alembic import context
context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
"""
"""An env.py that uses the connection it is given, and nothing else of this program."""

STOCK_ENV = """
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from alembic import context
url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
"""An env.py that opens a connection of its own, as Alembic's templates do."""

PARENTS = """
    op.create_table("parents", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "children",
        sa.Column("parent", sa.Integer(), sa.ForeignKey("parents.id", ondelete="CASCADE", name="fk")),
    )
    op.execute("INSERT INTO parents VALUES (1)")
    op.execute("INSERT INTO children VALUES (1)")
"""
REBUILD = """
    with op.batch_alter_table("parents", recreate="always") as batch:
        batch.add_column(sa.Column("name", sa.Text()))
"""
TABLE = 'op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True))'
FAILING = 'op.create_table("half", sa.Column("id", sa.Integer())); raise ValueError("no more")'

FOUR = {"0001": TABLE, "0002": "pass", "0003": "pass", "0004": "pass"}
"""Revisions in a row."""


def write(folder: Path, revisions: Mapping[str, str], env: str = ENV) -> Path:
    """Write a directory of revisions in a row, each with the body of its upgrade, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    down = None
    for name, body in revisions.items():
        add(folder, name, down, body)
        down = name
    (folder / "env.py").write_text(env, encoding="utf-8")
    return folder


def add(
    folder: Path,
    name: str,
    down: str | tuple[str, ...] | None,
    body: str = "pass",
    label: str | None = None,
) -> None:
    """Add a revision after `down`, with a branch label."""
    text = f'''"""revision {name}"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = {name!r}, {down!r}, {label!r}, None
def upgrade():
    {body.strip()}
def downgrade():
    pass
'''
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    (folder / "versions" / f"{name}_revision.py").write_text(text, encoding="utf-8")
