"""Error messages on the command line: settings are options, and the program's own remedies are named."""

from __future__ import annotations

import errno
import sys

import pytest

from myapp.cli.messages import message
from myapp.cli.reporting import reported
from myapp.errors import (
    BadData,
    Damaged,
    MyappError,
    SystemRefused,
    UpgradeFailed,
    UpgradeNeeded,
    UsageError,
    WouldLose,
)

ADVICE = "say {date_order} dmy where the day comes first, or mdy"


def test_a_setting_is_spelled_as_its_option_and_by_the_library_as_its_argument() -> None:
    error = BadData("a.csv", 2, 1, "03/04/2024 is ambiguous", setting="date_order", advice=ADVICE)
    assert message(error) == (
        "a.csv, line 2, column 1: 03/04/2024 is ambiguous: "
        "say --date-order dmy where the day comes first, or mdy"
    )
    assert "say date_order dmy" in str(error)


@pytest.mark.parametrize(
    ("setting", "option"),
    [("channels", "--channel"), ("runs", "--run"), ("from_time", "--from"), ("time_format", "--time-format")],
)
def test_options_have_their_own_names(setting: str, option: str) -> None:
    assert message(UsageError("too many", advice=f"use {{{setting}}}")) == f"too many: use {option}"


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (Damaged("a.myapp", "it is short"), "see `myapp backups` and `myapp rescue`"),
        (UpgradeNeeded("a.myapp", "0001", "0007"), "leave out --no-upgrade to do that after a backup"),
        (
            UpgradeNeeded("postgresql://h/d", "1", "6", shared=True),
            "`myapp upgrade postgresql://h/d --yes` does that",
        ),
        (WouldLose("a.myapp", "0001", {"0002": {"tags": 3}}), "allow that with --lose 0002"),
    ],
)
def test_the_option_that_resolves_an_error_is_named(error: MyappError, remedy: str) -> None:
    assert message(error).endswith(remedy)
    assert "--" not in str(error)


def test_a_remedy_that_the_error_has_already_is_the_only_one() -> None:
    assert message(Damaged("a.myapp", "it is short", "ask for a backup")).endswith(": ask for a backup")


def test_a_rescue_is_named_where_content_is_the_reason_and_not_where_a_revision_is() -> None:
    broken = UpgradeFailed("a.myapp", "upgrade to head", "revision 0008: NameError: no")
    unfit = UpgradeFailed("a.myapp", "foreign_key_check", "2 rows point nowhere", of_content=True)
    on_server = UpgradeFailed("postgresql://h/d", "upgrade to head", "a value", of_content=True)
    assert ["myapp rescue" in message(error) for error in (broken, unfit, on_server)] == [False, True, False]


@pytest.mark.parametrize(("error", "code"), [(SystemRefused("a.myapp", "no disk"), 8), (ValueError("no"), 1)])
def test_an_error_is_one_line_where_the_programs_own_files_cannot_be_read_any_more(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Unreadable:
        def find_spec(self, name: str, *_where: object) -> None:
            if name in ("myapp.cli.messages", "myapp.crash"):
                raise OSError(errno.EIO, "Input/output error")

    def work() -> int:
        raise error

    for name in ("messages", "crash"):
        monkeypatch.delitem(sys.modules, f"myapp.cli.{name}", raising=False)
        monkeypatch.delattr(f"myapp.cli.{name}", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Unreadable(), *sys.meta_path])
    assert reported(work) == code
    line = capsys.readouterr().err
    assert str(error) in line
    assert line.count("\n") == 1
