"""Rows in PostgreSQL's binary COPY format: what has no place in it is named by column and reason."""

from __future__ import annotations

import struct

import pytest

from myapp.notebook.copying.copy_format import RowLayout, Unpackable
from myapp.notebook.models import metadata

RUN = {"id": 7, "title": "t", "started_at": 5, "notes": "n"}


def packed(*, nul: bool = True, **values: object) -> bytes:
    """Pack a row of runs with other values."""
    layout = RowLayout(metadata.tables["runs"])
    return layout.pack([(RUN | values)[column.name] for column in layout.columns], nul=nul)


def test_a_row_is_its_count_of_fields_and_each_behind_its_length() -> None:
    fields = [struct.pack(">ii", 4, 7), struct.pack(">i1s", 1, b"t"), struct.pack(">iq", 8, 5)]
    assert packed(notes=None) == struct.pack(">h", 4) + b"".join(fields) + struct.pack(">i", -1)


def test_a_nul_character_is_packed_for_a_digest_and_refused_for_a_server() -> None:
    assert packed(notes="a\0b").endswith(b"a\0b")
    with pytest.raises(Unpackable) as caught:
        packed(notes="a\0b", nul=False)
    assert caught.value.args == ("notes", "a NUL character, which PostgreSQL cannot hold")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"title": 5}, "5, which is no text"),
        ({"title": 5.5}, "5.5, which is no text"),
        ({"title": b"\xff"}, "letters that are no UTF-8"),
        ({"started_at": "soon"}, "'soon', which is no number"),
        ({"started_at": 2**63}, f"{2**63}, which is too large for it"),
        ({"id": 2**31}, f"{2**31}, which is too large for it"),
    ],
)
def test_a_value_that_does_not_fit_is_named(values: dict[str, object], fault: str) -> None:
    with pytest.raises(Unpackable) as caught:
        packed(**values)
    assert caught.value.args == (*values, fault)
