"""Command lines put together at random from the grammar of all commands: one line, a documented code."""

from __future__ import annotations

import io
import random
import re
import shutil
import sys
from argparse import Action, ArgumentParser, _StoreConstAction, _SubParsersAction
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from myapp.cli.main import main
from myapp.cli.parser import make_parser
from tests.program import ROOT

CODES = {0, 2, 3, 4, 5, 6, 7, 8, 9, 126, 127}
"""The documented codes but those of a bug, of Ctrl-C and of a closed pipe."""

ODD = [
    "", " ", "-", "--", "-1", "0", "1", "7", "007", "+1", "9" * 30, "1e400", "nan", "inf", "none",
    "head", "base", "0003", "0003:0004", "a\nb", "\x1b[2J", "ä", "\U0001f30b", "\udcff", "%s", "%(x)s",
    "{}", "{x}", "'", '"', "\\", "x" * 5000, "*", "a*", "NOT", 'a" OR "b', "undefined", "hex", "idna",
    "utf-7", "utf-16", "2024-02-30", "2024-06-01", "9999-12-31T23:59:59-05:00",
    "0001-01-01T00:00:00+05:00", "Europe/Berlin", "../etc/passwd", "+99:99", ",", "==", "one", "temp",
    "temp [°C]", "wet", "1..2", "0.6.0", "epoch", "%Q", "%",
]  # fmt: skip
FILES = [
    "a.myapp",
    "old.myapp",
    "bad.myapp",
    "none.myapp",
    "b.csv",
    ".",
    "new.out",
    "/dev/null",
    "sqlite://",
    "x://y",
]
SKIPPED = {"exec", "alembic"}
"""They pass their words on to another program and to the stock Alembic command line."""

ROUNDS, ROUNDS_LONG = 300, 20_000


def test_the_encodings_that_python_knows_are_read_or_refused() -> None:
    from encodings.aliases import aliases

    from myapp.errors import UsageError
    from myapp.notebook.intake.options import ImportOptions

    refused = set()
    for name in {
        *aliases.values(),
        "undefined",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "\0",
    }:
        try:
            ImportOptions(encoding=name)
        except UsageError:
            refused.add(name)
    assert refused >= {
        "undefined",
        "idna",
        "punycode",
        "unicode_escape",
        "hex_codec",
        "rot_13",
        "zlib_codec",
        "\0",
    }
    assert not refused & {"utf_8", "utf_16", "utf_32", "cp1252", "latin_1", "shift_jis", "gb18030", "koi8_r"}


@pytest.mark.parametrize(
    "option", ["--from", "--to", "--channel", "--tag", "--run", "--text", "--wait", "--limit"]
)
@pytest.mark.parametrize("value", ["", " "])
def test_a_variable_that_is_not_set_selects_nothing(folder: Path, option: str, value: str) -> None:
    for words in ([option, value], [f"{option}={value}"]):
        assert outcome(["runs", "a.myapp", *words])[0] == 2


@pytest.mark.parametrize("words", [["note", "a.myapp", "1", ""], ["detach", "a.myapp", "1", "x", "-o", ""]])
def test_an_empty_value_changes_nothing(folder: Path, words: list[str]) -> None:
    before = state(folder)
    assert outcome(words)[0] == 2
    assert state(folder) == before


@pytest.mark.parametrize("seed", range(4))
def test_any_command_line_ends_in_one_line_and_changes_nothing_where_it_is_refused(
    folder: Path, seed: int, long: bool
) -> None:
    choose = random.Random(seed)
    grammar = list(commands(make_parser(complete=True), []))
    before = state(folder)
    for _ in range((ROUNDS_LONG if long else ROUNDS) // 4):
        words = command_line(choose, *choose.choice(grammar))
        code, out, err = outcome(words)
        assert code in CODES, (words, code, err)
        assert "Traceback" not in out + err, (words, err)
        if code:
            errors = [line for line in err.splitlines() if not re.search("was upgraded|removed|kept", line)]
            # a remark beside the error; `upgrade` has an error for each file
            assert len(errors) <= (2 if words[0] != "upgrade" else len(words)), (words, err)
        after = state(folder)
        if code in (2, 3, 4, 5, 8, 9) and "old.myapp" not in words:
            assert after == before, (words, code, err)
        if after != before:
            renew(folder)
            before = state(folder)


@pytest.mark.parametrize("odd", ["\udcff", "", "9" * 30, "\x1b[2J", "a\nb"])
def test_each_argument_by_itself_takes_an_odd_value_or_refuses_it(folder: Path, odd: str) -> None:
    before = state(folder)
    for words, actions in commands(make_parser(complete=True), []):
        needed = [action for action in actions if action.required or not action.option_strings]
        for action in actions:
            if not takes_a_value(action) or action.dest == "serve":
                continue
            others = [other for other in needed if other is not action]
            line = [*words, *(word for other in [*others, action] for word in given(other, odd, action))]
            code, out, err = outcome(line)
            assert code in CODES, (line, code, err)
            assert "Traceback" not in out + err, (line, err)
            after = state(folder)
            if code in (2, 3, 4, 5, 8, 9):
                assert after == before, (line, code, err)
            if after != before:
                renew(folder)
                before = state(folder)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a document, one of an older release, a damaged one, and a file to import."""
    place = tmp_path_factory.mktemp("prepared")
    (place / "b.csv").write_text("time,temp [°C],wind\n2024-06-01,1,2\n2024-06-02,3,\n", encoding="utf-8")
    (place / "new.csv").write_text("time,temp [°C]\n2024-06-01,1\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for words in (
            "new a.myapp",
            "import a.myapp b.csv --title one",
            "tag a.myapp 1 wet",
            "attach a.myapp 1 b.csv",
        ):
            assert outcome(words.split())[0] == 0
    shutil.copy(ROOT / "tests" / "documents" / "0003.myapp", place / "old.myapp")
    (place / "bad.myapp").write_bytes((place / "a.myapp").read_bytes()[:9000])
    return place


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the prepared folder, which is the current one."""
    place = tmp_path / "folder"
    shutil.copytree(prepared, place)
    shutil.copytree(prepared, tmp_path / "prepared")
    monkeypatch.chdir(place)
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    return place


def renew(folder: Path) -> None:
    """Put the folder back as it was."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(folder.parent / "prepared", folder, dirs_exist_ok=True)


def state(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files but backups, which a refused downgrade leaves."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".backup-" not in path.name)
    return {str(path): path.read_bytes() for path in files}


def outcome(words: list[str]) -> tuple[int, str, str]:
    """Run a command line in this process, and return its code and what it printed."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words)
        out.flush()
    return code, out.buffer.getvalue().decode("utf-8", "replace"), err.getvalue()  # type: ignore[attr-defined]


def commands(parser: ArgumentParser, words: list[str]) -> Iterator[tuple[list[str], list[Action]]]:
    """Yield the words of each command, and its arguments."""
    below = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    for action in below:
        for name, child in action.choices.items():
            if name not in SKIPPED:
                yield from commands(child, [*words, name])
    if not below:
        yield words, parser._actions


def takes_a_value(action: Action) -> bool:
    """Whether an argument has a value."""
    return not isinstance(action, _StoreConstAction) and action.nargs != 0


def given(action: Action, odd: str, odd_one: Action) -> list[str]:
    """Return an argument with a value that it takes, or with the odd one."""
    usual = {"file": "a.myapp", "database": "a.myapp", "run": "1", "runs": "1", "csv": "new.csv"}
    word = odd if action is odd_one else usual.get(action.dest, "new.out")
    return [action.option_strings[-1], word] if action.option_strings else [word]


def command_line(choose: random.Random, words: list[str], actions: list[Action]) -> list[str]:
    """Return a command line with random arguments in a random order."""
    parts: list[list[str]] = []
    for action in actions:
        if action.dest == "serve" or (action.dest == "help" and choose.random() < 0.97):
            continue
        if not action.option_strings:
            number = {None: 1, "?": choose.randrange(2), "+": choose.randint(1, 3)}[action.nargs]  # type: ignore[index]
            parts += [
                [value(choose, action)] for _ in range(number if choose.random() < 0.97 else number + 1)
            ]
        elif action.required or choose.random() < 0.25:
            name = choose.choice(action.option_strings)
            parts.append([name, value(choose, action)] if takes_a_value(action) else [name])
    if choose.random() < 0.5:  # options between and before the others, which keep their order
        options = [part for part in parts if part[0].startswith("-") and len(part[0]) > 1]
        parts = [part for part in parts if part not in options]
        for option in options:
            parts.insert(choose.randint(0, len(parts)), option)
    return words + [word for part in parts for word in part]


def value(choose: random.Random, action: Action) -> str:
    """Return a value for an argument: mostly one that it takes."""
    likely = {"file": FILES[:2], "database": FILES[:2], "run": ["1", "one"], "runs": ["1"], "csv": ["b.csv"]}
    if action.choices and choose.random() < 0.8:
        return str(choose.choice(list(action.choices)))
    if action.dest in likely and choose.random() < 0.8:
        return choose.choice(likely[action.dest])
    if action.metavar == "REVISION":  # tests/test_alembic_recipes.py has the words that are none
        return choose.choice(["head", "base", "0001", "0003", "0004", "0007"])
    if action.dest == "wait":
        return choose.choice(["0", "0.1", *ODD[:2], "nan", "-1", "1e300"])
    return choose.choice([*ODD, *FILES])
