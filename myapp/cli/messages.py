"""Error messages on the command line: settings are spelled as options, and remedies are added."""

from __future__ import annotations

from collections.abc import Callable

from myapp.cli.commands import OPTIONS
from myapp.document.errors import AdditionalObjects, EmptyDatabase, ReadOnlyDocument, RoleRefused
from myapp.errors import Damaged, MyappError, UpgradeFailed, UpgradeNeeded, WouldLose
from myapp.product import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def message(error: MyappError) -> str:
    """Return the line that is printed for an error."""
    remedy = next((_REMEDIES[each] for each in type(error).__mro__ if each in _REMEDIES), None)
    return error.message(option) + (remedy(error) if remedy else "")


def option(setting: str) -> str:
    """Return the option for an argument of the library: `--date-order` for `date_order`."""
    return OPTIONS.get(setting, f"--{setting.replace('_', '-')}")


def _upgrade(error: UpgradeNeeded) -> str:
    if error.shared:
        return f": `{NAME} upgrade {error.path} --yes` does that"
    return ": leave out --no-upgrade to do that after a backup"


def _lose(error: UpgradeFailed | WouldLose) -> str:
    return " ".join(f"--lose {number}" for number in error.lost)


def _failed(error: UpgradeFailed) -> str:
    if error.lost:
        return f", and this program with {_lose(error)}"
    of_file = error.of_content and "://" not in str(error.subject)
    return f": `{NAME} rescue` makes a new document of all that is sound" if of_file else ""


_REMEDIES: dict[type[MyappError], Callable[[Any], str]] = {
    AdditionalObjects: lambda error: f": `{NAME} upgrade --drop-foreign` removes it after a backup",
    Damaged: lambda error: "" if error.remedy else f", see `{NAME} backups` and `{NAME} rescue`",
    EmptyDatabase: lambda _error: f"; `{NAME} new` fills it",
    ReadOnlyDocument: lambda _error: f": `{NAME} save-as` keeps a copy",
    RoleRefused: lambda error: f" with `{NAME} schema grant {error.path} --reader {error.role}`",
    UpgradeNeeded: _upgrade,
    UpgradeFailed: _failed,
    WouldLose: lambda error: f": allow that with {_lose(error)}",
}
