"""Large documents at a glance: listed, shown and drawn from the overview."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pytest

import myapp
from myapp.application import context
from myapp.document.open import open_document
from myapp.notebook.overview import keeping
from myapp.notebook.sql import Sql
from tests.program import Program

CHANNELS = 5
SPIKE = 12_345.5

FILL = """
    WITH RECURSIVE line (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM line WHERE number + 1 < :lines)
    INSERT INTO readings SELECT 1, :channel, number * 1000000, number % 100 FROM line
"""


def large(path: Path, readings: int) -> Path:
    """Make a document with one run of five channels, in one of which a single reading is a spike."""
    myapp.create(path)
    lines = readings // CHANNELS
    with open_document(path, context()) as document, document.writing() as connection:
        sql = Sql(connection)
        sql("INSERT INTO runs (id, title, started_at) VALUES (1, 'large', 0)")
        with keeping.noting(sql):
            for channel in range(1, CHANNELS + 1):
                sql(
                    "INSERT INTO channels (id, name, unit) VALUES (:id, :name, 'V')",
                    id=channel,
                    name=f"c{channel}",
                )
                sql(FILL, channel=channel, lines=lines)
            spike = "UPDATE readings SET value = :value WHERE run_id = 1 AND channel_id = 3 AND time = :time"
            sql(spike, value=SPIKE, time=lines // 3 * 1_000_000)
        keeping.note(sql, {1: lines})
    return path


@pytest.mark.parametrize(
    "readings", [500_000, pytest.param(50_000_000, marks=pytest.mark.long)], ids=["ordinary", "fifty million"]
)
def test_a_large_document_is_listed_shown_and_drawn(program: Program, tmp_path: Path, readings: int) -> None:
    path, lines = large(tmp_path / "large.myapp", readings), readings // CHANNELS
    (run,) = json.loads(program.run("runs", path, "--json", check=True).stdout)
    assert (run["readings"], run["channels"]) == (readings, CHANNELS)
    assert json.loads(program.run("info", path, "--json", check=True).stdout)["readings"] == readings
    shown = json.loads(program.run("show", path, "1", "--json", check=True).stdout)["channels"]
    assert [(each["count"], each["gaps"], each["maximum"]) for each in shown] == [
        (lines, 0, SPIKE if each["name"] == "c3" else 99.0) for each in shown
    ]
    assert shown[0]["mean"] == 49.5
    program.run("plot", path, "1", "-o", tmp_path / "large.svg", check=True)
    picture = (tmp_path / "large.svg").read_text(encoding="utf-8")
    ET.fromstring(picture)
    assert len(picture) < 1_000_000  # eight points a column at most, of fifty million
    with myapp.open(path) as notebook, closing(notebook.readings(resolution=1000)) as drawn:
        values = [each.value for each in drawn if each.channel == "c3"]
        assert SPIKE in values
        assert len(values) <= 8000
