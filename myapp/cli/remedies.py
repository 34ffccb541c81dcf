"""What a person types after an error: the errors themselves know no command line."""

from __future__ import annotations

from collections.abc import Callable

from myapp.errors import Damaged, MyappError, UpgradeFailed, UpgradeNeeded, WouldLose
from myapp.product import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REMEDIES: dict[type[MyappError], Callable[[Any], str]] = {
    Damaged: lambda error: "" if error.remedy else f", see `{NAME} backups`",
    UpgradeNeeded: lambda error: "" if error.remedy else ": leave out --no-upgrade to do that after a backup",
    UpgradeFailed: lambda error: f", and this program with {_lose(error)}" if error.lost else "",
    WouldLose: lambda error: f": allow that with {_lose(error)}",
}


def _lose(error: UpgradeFailed | WouldLose) -> str:
    return " ".join(f"--lose {number}" for number in error.lost)


def told(error: MyappError) -> str:
    """Return an error's line with the remedy that this command line has for it."""
    remedy = _REMEDIES.get(type(error))
    return f"{error}{remedy(error)}" if remedy else str(error)
