"""A notebook on a Citus cluster: spread over its servers, it answers as on one; elsewhere it is refused.

`MYAPP_TEST_CITUS` is the URL of an empty database of a cluster's coordinator, in which the extension is and
whose tables the tests may drop. What they need of the statements is held on one server by
tests/unit/notebook/test_statements.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.program import Program

VARIABLE = "MYAPP_TEST_CITUS"
DATA = Path(__file__).resolve().parent / "data"
SPREAD = "overview, readings, totals"


@pytest.fixture
def cluster() -> Iterator[str]:
    """The URL of an empty database of a cluster."""
    if VARIABLE not in os.environ:
        pytest.skip(f"needs a Citus cluster, whose coordinator {VARIABLE} names")
    url = os.environ[VARIABLE]
    _empty(url)
    yield url
    _empty(url)


def _empty(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        connection.execute("DROP FUNCTION IF EXISTS overview_note CASCADE")


def test_a_server_in_no_cluster_is_refused_with_the_remedy(
    program: Program, postgres: Callable[[], str]
) -> None:
    url = postgres()
    program.run("new", url, check=True)
    refused = program.run("schema", "distribute", url, "--yes")
    assert (refused.returncode, refused.stderr.count("\n")) == (8, 1)
    assert "in no Citus cluster: `CREATE EXTENSION citus`" in refused.stderr
    assert "distribution" not in program.run("info", url, check=True).stdout


def test_what_others_share_is_distributed_with_consent_only(
    program: Program, postgres: Callable[[], str]
) -> None:
    refused = program.run("schema", "distribute", postgres())
    assert (refused.returncode, refused.stderr.count("\n")) == (7, 1)
    assert "--yes" in refused.stderr


def test_a_file_is_not_distributed(program: Program, documents: Path) -> None:
    refused = program.run("schema", "distribute", documents / "0007.myapp", "--yes")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)


def test_a_notebook_is_spread_once_and_the_second_time_changes_nothing(
    program: Program, cluster: str
) -> None:
    program.run("new", cluster, check=True)
    assert "not distributed" in program.run("info", cluster, check=True).stdout
    first = program.run("schema", "distribute", cluster, "--yes", check=True).stdout
    assert first.startswith(f"{SPREAD} spread over ")
    assert program.run("schema", "distribute", cluster, "--yes", check=True).stdout == first
    assert first.strip() in program.run("info", cluster, check=True).stdout
    assert program.run("schema", "compare", cluster, check=True).stdout == ""


def test_a_spread_notebook_answers_as_the_document_does(
    program: Program, cluster: str, documents: Path, tmp_path: Path
) -> None:
    program.run("new", cluster, check=True)
    program.run("schema", "distribute", cluster, "--yes", check=True)
    document = documents / "0007.myapp"
    copied = program.run("copy", document, cluster, check=True).stdout.splitlines()[1]
    for command in (
        ["runs"],
        ["runs", "--text", "winter"],
        ["runs", "--channel", "temp", "--from", "2012-01-01"],
        ["show", "1"],
        ["show", "1", "--exact", "--from", "2012-03-01"],
        ["export", "1"],
    ):
        ends = [program.run(command[0], place, *command[1:]) for place in (cluster, document)]
        assert ends[0].stdout == ends[1].stdout, command
        assert ends[0].returncode == ends[1].returncode == 0, ends[0].stderr
    back = program.run("copy", cluster, tmp_path / "back.myapp", check=True).stdout
    assert back.splitlines()[1] == copied
    part = ["--run", "1", "--from", "2012-03-01"]
    program.run("extract", cluster, "-o", tmp_path / "part.myapp", *part, check=True)
    assert "ok" in program.run("check", cluster, check=True).stdout


def test_a_spread_notebook_is_edited(program: Program, cluster: str, tmp_path: Path) -> None:
    program.run("new", cluster, check=True)
    program.run("schema", "distribute", cluster, "--yes", check=True)
    twice = tmp_path / "twice.csv"
    rows = [f"2024-01-01 00:00:{second:02d},{second}" for second in (*range(60), 30)]
    twice.write_text("\n".join(["time,a", *rows, ""]), encoding="utf-8")
    refused = program.run("import", cluster, twice)
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert "a second reading of a" in refused.stderr
    program.run("import", cluster, twice, "--on-error", "skip", check=True)
    (number,) = [line.split("\t")[0] for line in program.run("runs", cluster).stdout.splitlines()[1:]]
    for command in (
        ["tag", number, "wet", "odd"],
        ["tag", number, "odd", "--remove"],
        ["note", number, "a note"],
        ["rename", number, "renamed"],
        ["attach", number, twice],
        ["detach", number, twice.name, "-o", tmp_path / "out.csv"],
    ):
        program.run(command[0], cluster, *command[1:], check=True)
    assert (tmp_path / "out.csv").read_bytes() == twice.read_bytes()
    shown = program.run("show", cluster, number, check=True).stdout
    assert "renamed" in shown
    assert "wet" in shown
    program.run("delete", cluster, number, "--yes", check=True)
    assert len(program.run("runs", cluster, check=True).stdout.splitlines()) == 1
