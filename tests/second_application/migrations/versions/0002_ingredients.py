"""ingredients and stars

Each line of a recipe becomes a row of its own, once; empty lines are none.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RECIPES = "SELECT count(*), min(title), max(title) FROM recipes"
keeps: dict[str, tuple[str, str]] = {"recipes": (_RECIPES, _RECIPES)}
drops: list[str] = ["table recipes DEFAULT"]
loses: dict[str, str] = {"stars": "SELECT count(stars) FROM recipes"}

_SPLIT = """
    WITH RECURSIVE split (recipe_id, line, rest) AS (
        SELECT id, '', lines || char(10) FROM recipes
        UNION ALL
        SELECT recipe_id, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1)
        FROM split WHERE rest <> ''
    )
    INSERT INTO ingredients (recipe_id, name)
    SELECT DISTINCT recipe_id, trim(line) FROM split WHERE trim(line) <> '' ORDER BY recipe_id
"""
_JOIN = """
    UPDATE recipes SET lines = coalesce((
        SELECT group_concat(name, char(10)) FROM (
            SELECT name FROM ingredients WHERE recipe_id = recipes.id ORDER BY id
        )), '')
"""


def upgrade() -> None:
    op.create_table(
        "ingredients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipe_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ingredients"),
        sa.UniqueConstraint("recipe_id", "name", name="uq_ingredients_recipe_id_name"),
        sa.ForeignKeyConstraint(
            ["recipe_id"], ["recipes.id"], name="fk_ingredients_recipe_id", ondelete="CASCADE"
        ),
    )
    op.execute(_SPLIT)
    _rebuild(sa.Column("stars", sa.Integer()), "id, title")


def downgrade() -> None:
    _rebuild(sa.Column("lines", sa.Text(), nullable=False, server_default=""), "id, title")
    op.execute(_JOIN)
    op.drop_table("ingredients")


def _rebuild(column: "sa.Column[object]", kept: str) -> None:
    # foreign keys are off while this runs, so that no ingredient goes with the old table
    op.create_table(
        "recipes_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        column,
        sa.PrimaryKeyConstraint("id", name="pk_recipes"),
    )
    op.execute(f"INSERT INTO recipes_new ({kept}) SELECT {kept} FROM recipes")
    op.drop_table("recipes")
    op.rename_table("recipes_new", "recipes")
