"""Named import formats: what is kept is read again; a file that a person broke is told in one line."""

from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import myapp
from myapp.cli.main import main
from myapp.errors import BadData, NotFound, SystemRefused, UsageError
from myapp.notebook import import_formats
from myapp.notebook.intake.options import ImportOptions


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A configuration folder of the test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(import_formats, "folder", lambda: tmp_path / "formats")
    (tmp_path / "formats").mkdir()
    return tmp_path / "formats"


EVERY = ImportOptions(
    layout="long", delimiter="semicolon", decimal=",", thousands=".", encoding="cp1250", quote="'",
    comment="#", header=3, table=2, sheet="Größe", units="none", time="Year Month", date="x", channel="a,b",
    value="v", unit="u", skip=("a", 'b "c"\n\x7f'), only=("d",), missing=("-999", "a=\\N"),
    time_format="%d.%m.%y",
    date_order="dmy", year=2024, timezone="-07:00", ambiguous="order", start=-1_500_000, interval="1 ms",
    repeated="spread", on_error="skip-all",
)  # fmt: skip


def test_every_option_is_kept(folder):
    """None is forgotten, whatever release added it; the file is of texts that a person reads."""
    assert set(import_formats.given(EVERY)) == {field.name for field in fields(ImportOptions)}
    assert import_formats.save("all", EVERY) == folder / "all.toml"
    assert import_formats.load("all") == EVERY
    text = (folder / "all.toml").read_text(encoding="utf-8")
    assert 'delimiter = "semicolon"\n' in text
    assert "start = 1969-12-31T23:59:58.500000+00:00\n" in text
    assert myapp.load_format("all") == EVERY
    assert myapp.format_names() == ["all"]


def test_any_text_is_kept():
    """Quotes, control characters and letters of any script come back as they were."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(bool)))
    def check(texts):
        options = ImportOptions(skip=tuple(texts))
        import_formats.save("any", options, replace=True)
        assert import_formats.load("any") == options

    check()


def test_the_plain_format_has_no_options():
    """What is not said is detected in each file."""
    import_formats.save("plain", ImportOptions())
    assert import_formats.load("plain") == ImportOptions()
    assert import_formats.as_toml(ImportOptions()) == "version = 1\n"


def test_a_format_is_not_replaced_unless_that_is_said():
    """Nobody loses one by a name chosen twice."""
    import_formats.save("hobo", EVERY)
    with pytest.raises(SystemRefused, match=r"hobo\.toml: it exists already: choose another name"):
        import_formats.save("hobo", ImportOptions())
    assert import_formats.load("hobo") == EVERY


def test_a_format_that_is_not_there_is_told_with_those_that_are():
    """Most often it is a name typed wrongly."""
    with pytest.raises(NotFound, match="the format hobo does not exist: none is kept yet"):
        import_formats.load("hobo")
    import_formats.save("hobo", EVERY)
    with pytest.raises(NotFound, match="the format hobbo does not exist: there are hobo"):
        import_formats.load("hobbo")
    import_formats.remove("hobo")
    with pytest.raises(NotFound):
        import_formats.remove("hobo")
    assert import_formats.names() == []


@pytest.mark.parametrize(
    "name", ["nul", "Con", "com1.x", "../x", "a/b", "", ".x", "a b", "x" * 61, "a\\b", "a\n"]
)
def test_a_name_leads_to_no_other_folder(name):
    """It is a part of a file's name."""
    for act in (import_formats.load, import_formats.remove, lambda name: import_formats.save(name, EVERY)):
        with pytest.raises(UsageError, match="format is letters, digits, points and dashes"):
            act(name)


BROKEN = {
    "no TOML": ("version = 1\nskip = = 1\n", "line 2, column 8: the format is no TOML"),
    "an end in the middle": ("skip = [", "no TOML"),
    "no text": (b"\xff\xfe", "no text in UTF-8"),
    "nested without end": ("skip = " + "[" * 5000, "no TOML"),
    "a newer release": ("version = 2\n", "has version 2, and this program reads 1: save it again"),
    "a setting that is none": ("colour = 1\n", "has the setting colour, which .*: the settings are layout, "),
    "a table": ("[delimiter]\na = 1\n", "the format's delimiter cannot be"),
    "a number for a text": ("time = 1\n", "the format's time cannot be 1"),
    "a text for a number": ('year = "2024"\n', 'the format\'s year cannot be "2024"'),
    "true for a number": ("table = true\n", "the format's table cannot be true"),
    "a text for a list": ('skip = "a"\n', "the format's skip cannot be"),
    "numbers in a list": ("missing = [-999]\n", r"the format's missing cannot be \[-999\]"),
    "a word that is none": ('on_error = "ignore"\n', "the format's on_error cannot be"),
    "a time without a zone": ("start = 2024-05-01T00:00:00\n", "the format's start cannot be"),
    "a value that makes no sense": ('decimal = ";"\n', "cannot be used: decimal is . or ,"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_a_person_broke_is_bad_data_in_one_line(folder, name):
    """The message names the file, the place where TOML says one, and the fact."""
    content, detail = BROKEN[name]
    (folder / "x.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadData, match=detail) as caught:
        import_formats.load("x")
    assert "\n" not in str(caught.value)
    assert "x.toml" in str(caught.value)


def test_an_import_whose_format_cannot_be_kept_says_what_was_done(folder, tmp_path, capsys):
    """The run is in the document, and the last line says so."""
    folder.rmdir()
    folder.write_text("a file", encoding="utf-8")
    csv, document = tmp_path / "a.csv", myapp.create(tmp_path / "trip.myapp")
    csv.write_text("time,a\n2024-01-01,1\n", encoding="utf-8")
    assert main(["import", document, str(csv), "--save-format", "x"]) == 8
    assert "what was imported is in the document" in capsys.readouterr().err.splitlines()[-1]
    with myapp.open(document) as notebook:
        assert [run.readings for run in notebook.runs()] == [1]


def test_a_folder_that_cannot_be_written_is_the_systems_refusal(folder):
    """Nothing is left behind."""
    folder.rmdir()
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(SystemRefused):
        import_formats.save("x", EVERY)
