"""A database's name is a URL or a file's path, and a path is the file's own, whatever letters it has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import URL

from myapp.schema.locations import sqlite_path, sqlite_url
from myapp.schema.urls import is_url
from myapp.schema.windows import is_reserved


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("postgresql://db/trip", True),
        ("postgresql+psycopg://", True),
        ("no-such.x2://db", True),
        ("trip", False),
        ("trip.myapp", False),
        ("C://trip.myapp", False),
        ("://trip", False),
        ("2x://trip", False),
        ("a_b://trip", False),
        ("./postgresql://trip", False),
        ("größe://trip", False),
        (Path("postgresql://trip"), False),
    ],
)
def test_a_url_has_a_scheme_of_more_than_one_letter_and_all_else_is_a_file(
    name: object, expected: bool
) -> None:
    assert is_url(name) is expected


@pytest.mark.parametrize("name", ["a%20b.db", "a?b.db", "a#b.db", "file:a%20b.db", "a b;c.db"])
def test_the_path_of_a_file_is_its_own_whatever_letters_it_has(tmp_path: Path, name: str) -> None:
    assert sqlite_path(sqlite_url(tmp_path / name)) == str(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "query", "path"),
    [
        ("file:/a%20b.db", {"uri": "true"}, "/a b.db"),
        ("file:a%20b.db", {}, "file:a%20b.db"),
        ("/a%20b.db", {"uri": "true"}, "/a%20b.db"),
        ("file:shared", {"mode": "memory", "uri": "true"}, None),
        ("file::memory:", {"uri": "true"}, None),
        ("file:", {"uri": "true"}, None),
        (":memory:", {}, None),
        (None, {}, None),
    ],
)
def test_only_sqlites_own_uri_is_read_as_one(
    name: str | None, query: dict[str, str], path: str | None
) -> None:
    assert sqlite_path(URL.create("sqlite", database=name, query=query)) == path


@pytest.mark.parametrize(
    ("name", "reserved"), [("con", True), ("NUL .csv", True), ("a:b", True), ("console", False)]
)
def test_names_of_devices_and_streams_are_refused_on_windows_only(name: str, reserved: bool) -> None:
    assert is_reserved(Path("folder", name)) is (reserved and os.name == "nt")
