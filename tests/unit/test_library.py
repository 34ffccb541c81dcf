"""The library's own documentation, types and context managers, in this process."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import myapp
import myapp.library
from myapp import application
from myapp.document.open import open_document
from tests.program import ROOT

WEATHER = "time,temp_max [°C],wind [m/s]\n2012-01-01,12.8,4.7\n2012-01-02,10.6,4.5\n"


def test_the_example_of_the_documentation_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weather.csv").write_text(WEATHER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = doctest.DocTestFinder(recurse=False).find(myapp.library, "library", globs={})
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    results = [runner.run(test) for test in found if test.examples]
    assert (len(results), [result.failed for result in results]) == (1, [0])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["trip.myapp", "warm.myapp", "weather.csv"]


def test_the_types_of_the_library_are_seen_by_a_checker(tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(
        "import myapp\n"
        "with myapp.open('trip.myapp') as notebook:\n"
        "    reveal_type(notebook)\n"
        "    reveal_type(list(notebook.readings(myapp.Selection())))\n"
        "reveal_type(myapp.errors.NotFound('x').exit_code)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-sBm", "mypy", os.fspath(user)]  # with the settings, and so the cache, of all
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
    for words in ("myapp.library.Notebook", "myapp.notebook.queries.Reading", '"int"'):
        assert words in done.stdout


def test_a_part_for_another_program_is_gone_with_its_block(tmp_path: Path, documents: Path) -> None:
    document = Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))
    with myapp.temporary_part(document, myapp.Selection(runs=(3,))) as path, myapp.open(path) as notebook:
        assert [run.id for run in notebook.runs()] == [3]
    assert not Path(path).parent.exists()
    with myapp.open(document) as notebook, myapp.temporary_part(notebook) as path:
        assert Path(path).parent.stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert list(tmp_path.iterdir()) == [document]


def test_a_part_is_gone_where_its_block_fails(tmp_path: Path, documents: Path) -> None:
    document, paths = Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp")), []

    def fail() -> None:
        with myapp.temporary_part(document) as path:
            paths.append(Path(path))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [path.parent.exists() for path in paths] == [False]


def test_the_backup_of_an_upgrade_is_named_until_the_document_is_opened_again(
    tmp_path: Path, documents: Path
) -> None:
    document = Path(shutil.copy(documents / "0003.myapp", tmp_path / "trip.myapp"))
    with pytest.raises(myapp.errors.UpgradeNeeded), myapp.open(document, upgrade=False):
        pass
    with myapp.open(document) as notebook:
        assert notebook.backup == f"{document}.backup-0003"
        assert (notebook.path, notebook.writable) == (str(document), True)
    with myapp.open(document) as notebook:
        assert notebook.backup is None


def test_an_unknown_name_is_no_part_of_the_package() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        myapp.nonsense  # noqa: B018


def test_an_error_names_the_argument_that_resolves_it(tmp_path: Path) -> None:
    csv, trip = tmp_path / "days.csv", tmp_path / "trip.myapp"
    csv.write_text("date,a\n03/04/2024,1\n04/04/2024,2\n", encoding="utf-8")
    myapp.create(trip)
    with myapp.open(trip) as notebook:
        with pytest.raises(myapp.errors.BadData) as caught:
            notebook.import_csv(csv)
        error = caught.value
        assert (error.setting, error.values) == ("date_order", ("dmy", "mdy"))
        for order, start in zip(error.values, ("2024-04-03", "2024-03-04"), strict=True):
            options = myapp.ImportOptions(**{error.setting: order})
            result = notebook.import_csv(csv, options=options, again=True)
            assert result.started_at == datetime.fromisoformat(f"{start}T00:00Z").timestamp() * 1_000_000


def test_only_the_command_line_speaks_of_options() -> None:
    """No text of the domain or of documents holds an option such as `--x`: errors name settings."""
    for folder in ("notebook", "document"):
        for file in (ROOT / "myapp" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not re.search(r"(?<![\w-])--[a-z]", node.value), (file, node.lineno, node.value)


def test_every_setting_that_the_intake_names_is_an_import_option() -> None:
    """The settings of its errors, and those in their advice, are fields of ImportOptions."""
    fields = {field.name for field in dataclasses.fields(myapp.ImportOptions)}
    settings: set[str] = set()
    for file in (ROOT / "myapp" / "notebook" / "intake").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.keyword)
                and node.arg == "setting"
                and isinstance(node.value, ast.Constant)
            ):
                settings.add(node.value.value)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                settings.update(re.findall(r"\{([a-z]\w*)\}", node.value) if " " in node.value else ())
    assert {"date_order", "timezone", "start", "ambiguous"} <= settings <= {*fields, ""}


def test_runs_are_edited_and_deleted_by_values(tmp_path: Path, documents: Path) -> None:
    document = Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))
    with myapp.open(document) as notebook:
        names = notebook.names()
        assert {tag for run in notebook.runs() for tag in run.tags} == set(names.tags)
        assert all(notebook.runs(myapp.Selection(channels=(channel,))) for channel in names.channels)
        notebook.edit(2, title="A  new title", tags=("b", "a"), notes="seen")
        detail = notebook.show(2)
        assert (detail.run.title, detail.run.tags, detail.notes) == ("A new title", ("a", "b"), "seen")
        notebook.edit(2, tags=())
        assert (notebook.show(2).run.tags, notebook.show(2).notes) == ((), "seen")
        before = document.read_bytes()
        with pytest.raises(myapp.errors.UsageError):
            notebook.edit(2, notes="not kept either", title=" ")
        assert document.read_bytes() == before
        removal = notebook.removal([2, "Seattle, Wetter"])
        assert (removal.run_ids, removal.readings > 0) == ((1, 2), True)
        notebook.delete(removal)
        assert [run.id for run in notebook.runs() if run.id in (1, 2)] == []


def test_an_older_document_is_read_in_an_upgraded_copy_and_stays_as_it_is(
    tmp_path: Path, documents: Path
) -> None:
    old = Path(shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp"))
    before = old.read_bytes()
    with open_document(old, application.context(), in_copy=True) as document:
        assert (document.copied, document.writable, document.path) == (True, False, os.fspath(old))
        for each in (document, document.with_context(application.context())):
            with each.driver_reading() as connection:
                assert connection.execute("SELECT count(*) FROM runs").fetchone()[0] > 0
    assert (old.read_bytes(), list(tmp_path.iterdir())) == (before, [old])
