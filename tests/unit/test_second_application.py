"""Another application lives on `myapp.schema` and `myapp.document` as they are: they know no notebook."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from myapp import application
from myapp.cli.messages import message
from myapp.document import backups
from myapp.document.check import check
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.derive import derive
from myapp.document.open import open_document
from myapp.document.plan import plan
from myapp.document.private import private_folder
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.errors import (
    Damaged,
    MyappError,
    NewerDocument,
    NotADocument,
    UpgradeFailed,
    UpgradeNeeded,
    WouldLose,
)
from myapp.schema.migrations import Migrations
from tests.second_application import MIGRATIONS, recipe_format
from tests.second_application.models import Ingredient, Recipe, metadata

OLD = [(1, "Omelette", "3 eggs\nbutter\n\n salt "), (2, "Toast", "bread"), (3, "Water", "")]
NEW = {"Omelette": ["3 eggs", "butter", "salt"], "Toast": ["bread"], "Water": []}


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The context of its documents; its caches and backups are in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(recipe_format())


@pytest.fixture
def old(context: Context, tmp_path: Path) -> Path:
    """A document of its first release."""
    path = tmp_path / "mine.recipes"
    Migrations(MIGRATIONS, path).upgrade("0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO document VALUES (1, 'recipes 1.0', 'recipes 1.0')")
        connection.executemany("INSERT INTO recipes VALUES (?, ?, ?)", OLD)
    return path


def recipes(path: Path | str, context: Context) -> dict[str, list[str]]:
    """Return the ingredients of each recipe of a document."""
    with open_document(path, context) as document, document.reading() as connection:
        rows = Session(connection).scalars(select(Recipe).order_by(Recipe.id))
        return {recipe.title: [each.name for each in recipe.ingredients] for recipe in rows}


def give_stars(path: Path, context: Context) -> None:
    """Give all recipes five stars, a column that its first release did not have."""
    with open_document(path, context) as document, document.writing() as connection:
        connection.exec_driver_sql("UPDATE recipes SET stars = 5")


def copy_omelette(connection: sqlite3.Connection, part: str) -> None:
    """Fill a document with one recipe of another."""
    for table, key in (("recipes", "id"), ("ingredients", "recipe_id")):
        connection.execute(f"INSERT INTO {part}.{table} SELECT * FROM {table} WHERE {key} = 1")


def test_a_new_document_is_written_and_read_with_its_own_models(context: Context, tmp_path: Path) -> None:
    path = create(tmp_path / "new.recipes", context)
    with open_document(path, context) as document, document.writing() as connection:
        session = Session(connection)
        session.add(Recipe(title="Tea", ingredients=[Ingredient(name="water"), Ingredient(name="leaves")]))
        session.flush()
    assert recipes(path, context) == {"Tea": ["water", "leaves"]}
    assert Path(path).read_bytes()[68:72] == b"RCPE"
    assert Migrations(MIGRATIONS, path, metadata=metadata).compare() == []


def test_an_older_document_is_planned_backed_up_and_upgraded_with_its_data(
    context: Context, old: Path
) -> None:
    before = old.read_bytes()
    assert [step.revision for step in plan(old, context).steps] == ["0002"]
    with pytest.raises(UpgradeNeeded), open_document(old, context, upgrade=False):
        pass
    assert recipes(old, context) == NEW
    (backup,) = backups.list_backups(old, context)
    assert (Path(backup.path).read_bytes(), backup.whole) == (before, True)


def test_a_backup_is_restored(context: Context, old: Path) -> None:
    before = old.read_bytes()
    recipes(old, context)
    kept = restore(old, "mine.recipes.backup-0001", context)
    assert old.read_bytes() == before
    assert kept is not None
    assert recipes(kept, context) == NEW


def test_health_and_damage_are_told(context: Context, old: Path) -> None:
    assert check(old, context).damage == []
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("CREATE TABLE strange (id INTEGER CHECK (id > 0))")
    assert check(old, context).damage == ["schema: table strange does not belong to it"]
    with pytest.raises(Damaged) as error, open_document(old, context):
        pass
    assert "myapp" not in str(error.value)


def test_a_document_is_derived_with_what_the_application_copies(
    context: Context, old: Path, tmp_path: Path
) -> None:
    with open_document(old, context) as document:
        part = derive(document, tmp_path / "part.recipes", copy_omelette, context)
        with private_folder(context.format) as folder:
            path = derive(document, f"{folder}/part.recipes", copy_omelette, context)
            assert recipes(path, context) == {"Omelette": NEW["Omelette"]}
    assert recipes(part, context) == {"Omelette": NEW["Omelette"]}
    assert check(part, context).damage == []
    assert not Path(path).parent.exists()


def test_a_row_without_its_parent_is_derived_by_nobody(context: Context, old: Path, tmp_path: Path) -> None:
    def fill(connection: sqlite3.Connection, part: str) -> None:
        connection.execute(f"INSERT INTO {part}.ingredients SELECT * FROM ingredients")

    names = sorted(tmp_path.iterdir())
    with open_document(old, context) as document:
        names = sorted(tmp_path.iterdir())
        with pytest.raises(Damaged, match="a row of ingredients points to no row of recipes"):
            derive(document, tmp_path / "part.recipes", fill, context)
    assert sorted(tmp_path.iterdir()) == names


def test_a_copy_for_an_older_release_loses_nothing_unasked(
    context: Context, old: Path, tmp_path: Path
) -> None:
    recipes(old, context)
    copy = save_as(old, tmp_path / "copy.recipes", context, revision="0001")
    assert recipes(copy, context) == NEW
    give_stars(old, context)
    with pytest.raises(WouldLose, match=r"3 stars \(revision 0002\)"):
        save_as(old, tmp_path / "other.recipes", context, revision="0001")
    assert not (tmp_path / "other.recipes").exists()
    save_as(old, tmp_path / "other.recipes", context, revision="0001", lose=["0002"])
    with pytest.raises(
        UpgradeFailed, match="would lose 3 stars; alembic allows that with -x lose=0002"
    ) as error:
        Migrations(MIGRATIONS, old).downgrade("0001")
    assert "--lose" not in str(error.value)
    assert message(error.value).endswith("and this program with --lose 0002")


def test_its_older_program_refuses_its_newer_document(context: Context, old: Path, tmp_path: Path) -> None:
    recipes(old, context)
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("0002*", "__pycache__"))
    with (
        pytest.raises(NewerDocument, match=r"revision no\. 2, newer than this program's 0001"),
        open_document(old, Context(recipe_format(folder))),
    ):
        pass


def test_the_two_applications_refuse_each_others_documents(
    context: Context, old: Path, tmp_path: Path, documents: Path
) -> None:
    with pytest.raises(NotADocument, match="another program"), open_document(old, application.context()):
        pass
    ours = shutil.copy(documents / "0007.myapp", tmp_path)
    with pytest.raises(NotADocument, match="another program"), open_document(ours, context):
        pass
    with pytest.raises(MyappError), open_document(documents / "0001.myapp", context):
        pass
