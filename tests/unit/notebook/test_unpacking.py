"""Compressed files are read through like the text in them; damaged ones and bombs are refused in one line."""

import bz2
import gzip
import io
import lzma
import random
import zipfile
import zlib
from contextlib import suppress

import pytest

from myapp.errors import BadData
from myapp.notebook import importing
from myapp.notebook.intake import csv_file, unpacking
from tests.unit.notebook.awkward import parsed_readings

TEXT = "time,a\n" + "".join(
    f"2024-03-0{n // 1440 + 1} {n % 1440 // 60:02}:{n % 60:02}:00,{n * 0.37:.2f}\n" for n in range(1800)
)


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """Return a zip archive of names and texts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def encrypted():
    """Return an archive whose one file says that it has a password."""
    content = bytearray(zipped({"a.csv": TEXT}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


MEMBERS = gzip.compress(TEXT[:100].encode()) + gzip.compress(TEXT[100:].encode())
GOOD = {
    "gzip": gzip.compress(TEXT.encode()),
    "gzip in two parts": MEMBERS,
    "gzip of UTF-16": gzip.compress(TEXT.encode("utf-16")),
    "zip": zipped({"logger/a.csv": TEXT}),
    "zip that only stores": zipped({"a.csv": TEXT}, zipfile.ZIP_STORED),
    "zip of a Mac": zipped({"a.csv": TEXT, "__MACOSX/._a.csv": "x", ".DS_Store": "y"}),
}
SUM = zlib.crc32(TEXT.encode()).to_bytes(4, "little")
BAD = {
    "several files": (zipped({"a.csv": TEXT, "b.csv": TEXT}), "holds 2 files: a.csv, b.csv: unpack"),
    "no file": (zipped({}), "holds no file"),
    "a folder": (zipped({"a/": ""}), "holds no file"),
    "a password": (encrypted(), "has a password"),
    "bzip2 in a zip": (zipped({"a.csv": TEXT}, zipfile.ZIP_BZIP2), "compressed by bzip2"),
    "bzip2": (bz2.compress(TEXT.encode()), "an archive of bzip2"),
    "xz": (lzma.compress(TEXT.encode()), "an archive of xz"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c\x00\x04", "an archive of 7-Zip"),
    "gzip of gzip": (gzip.compress(MEMBERS), "NUL bytes|no text|no columns"),
    "gzip that was cut off": (GOOD["gzip"][:-20], "damaged or was cut off"),
    "gzip with a wrong sum": (GOOD["gzip"][:-8] + bytes(8), "damaged or was cut off"),
    "gzip with a tail": (GOOD["gzip"] + b"tail", "damaged or was cut off"),
    "zip that was cut off": (GOOD["zip"][:-30], "damaged or was cut off"),
    "zip with a wrong sum": (GOOD["zip"].replace(SUM, bytes(4)), "damaged or was cut off"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_compressed_file_is_read_like_its_text(write, name):
    """Lines, readings and digest are those of the text; a stream of bytes is read too."""
    plain = list(parsed_readings(write(TEXT)))
    assert list(parsed_readings(write(GOOD[name], name="a.csv.gz"))) == plain
    assert list(parsed_readings(io.BytesIO(GOOD[name]))) == plain
    if "UTF-16" not in name:
        with csv_file.CsvFile(write(TEXT)) as one, csv_file.CsvFile(write(GOOD[name], name="b")) as other:
            assert len([*one.batches(), *other.batches()]) == 2
            assert one.stream.sha256 == other.stream.sha256


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_through_is_refused_in_one_line(write, name):
    """The message says what the file is, and what to do."""
    content, detail = BAD[name]
    with pytest.raises(BadData, match=detail) as caught:
        list(parsed_readings(write(content)))
    assert "\n" not in str(caught.value)
    assert "input.csv" in str(caught.value)


class Pipe(io.RawIOBase):
    """A stream that gives a byte at a time and cannot go back."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(min(size, 1))


def test_a_pipe_of_gzip_is_read_and_one_of_zip_is_refused():
    """The list of a zip archive stands at its end."""
    assert len(list(parsed_readings(Pipe(GOOD["gzip"])))) == 1800
    with pytest.raises(BadData, match="standard input: zip archives and workbooks are read from a file"):
        list(parsed_readings(Pipe(GOOD["zip"])))


@pytest.mark.parametrize("name", ["gzip", "zip"])
def test_damage_of_any_kind_is_bad_data(write, name):
    """Wherever bytes are changed or cut off, there are readings or bad data, and never another exception."""
    chance = random.Random(5)
    for _ in range(400):
        content = bytearray(GOOD[name])
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(2, len(content))] = chance.randrange(256)
        if chance.random() < 0.3:
            del content[chance.randrange(4, len(content)) :]
        with suppress(BadData):
            list(parsed_readings(write(bytes(content))))


def test_a_bomb_is_refused_before_it_fills_anything(write, monkeypatch):
    """A small archive of much text is refused while it is read; a large table that packs well is not."""
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 18)
    rows = TEXT.encode() + b"2024-03-01,0\n" * 1_000_000
    for content in (gzip.compress(rows), zipped({"a.csv": rows})):
        with pytest.raises(BadData, match="more than 250 times its own size: unpack it"):
            list(parsed_readings(write(content)))
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 10)
    assert len(list(parsed_readings(write(GOOD["gzip"])))) == 1800


def test_a_compressed_file_is_imported_once_and_under_the_name_of_its_text(connection, write):
    """What was imported as a text is known when it comes compressed."""
    result = importing.import_csv(connection, write(GOOD["gzip"], name="station 7.csv.gz"))
    assert (result.title, result.readings) == ("station 7", 1800)
    for name, content in (("station.zip", GOOD["zip"]), ("station.csv", TEXT)):
        with pytest.raises(BadData, match="already, as run 1"):
            importing.import_csv(connection, write(content, name=name))
