"""Compares imports with a folder of instruments' files and their `expected.json`.

    python -m tests.instruments FOLDER [FILE …] [-v]

Each file is imported as a person would: at once, then with the option that the refusal names and its first
value, until it imports or nothing is named. What only the person can know (a start, a year, whether the
month comes first) is taken from the entry in expected.json.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import myapp
from myapp.errors import BadData, UsageError
from myapp.notebook.intake.options import ImportOptions

MOST_STEPS = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def main() -> int:
    """Print one line a file, and the number of those that are right."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", nargs="*")
    parser.add_argument("-v", "--verbose", action="store_true", help="each step, and each difference")
    arguments = parser.parse_args()
    entries = json.loads((arguments.folder / "expected.json").read_text(encoding="utf-8"))
    chosen = [e for e in entries if not arguments.files or e["file"] in arguments.files]
    wrong = 0
    for entry in chosen:
        faults, steps = compared(arguments.folder, entry)
        wrong += bool(faults)
        shown = "; ".join(faults if arguments.verbose else faults[:3])
        print(f"{'WRONG' if faults else 'right'}  {entry['file']}  {shown}")
        for step in steps if arguments.verbose else []:
            print(f"         {step}")
    print(f"{len(chosen) - wrong} of {len(chosen)} are right")
    return bool(wrong)


def compared(folder: Path, entry: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the differences from what is expected, and the steps: each refusal with the answer to it."""
    steps: list[str] = []
    try:
        channels = imported(folder / entry["file"], answers_of(entry), steps)
    except (BadData, UsageError) as error:
        right = entry.get("refused") or (entry.get("refusal_also_right") and "microsecond" in str(error))
        return ([] if right else [f"refused: {error}"]), [*steps, str(error)]
    if entry.get("refused"):
        return _refused_first(channels, entry, steps), steps
    return differences(channels, entry), steps


def answers_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return what a person knows and the file does not say, by the setting that asks for it."""
    allowed = str(entry.get("options_allowed", ""))
    month_first = "mdy" if "month first" in str(entry) else None
    answers: dict[str, Any] = {"date_order": month_first, "repeated": "spread"}
    if "year_used" in entry:
        answers["year"] = entry["year_used"]
    if "start_used" in entry:
        answers["start"] = _microseconds(entry["start_used"])
    if "interval_used_s" in entry:
        answers["interval"] = f"{entry['interval_used_s']} s"
    if "month first" in allowed or "date order" in allowed:
        answers["date_order"] = "mdy"
    answers.update(entry.get("answers", {}))
    return {setting: answer for setting, answer in answers.items() if answer is not None}


def imported(path: Path, answers: dict[str, Any], steps: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Import a file, following its refusals; return each channel's count, sum, first and last time."""
    options: dict[str, Any] = {}
    while True:
        try:
            return _imported_once(path, ImportOptions(**options))
        except (BadData, UsageError) as error:
            answer = _answer(error, answers)
            repeated = error.setting in options and error.setting not in ("missing", "only", "skip")
            if answer is None or repeated or len(steps) >= MOST_STEPS:
                raise
            steps.append(f"{error}  -> {error.setting} {answer}")
            several = error.setting in ("missing", "only", "skip")
            options[error.setting] = (*options.get(error.setting, ()), answer) if several else answer


def _answer(error: BadData | UsageError, answers: dict[str, Any]) -> Any:
    if error.setting in answers:
        return answers[error.setting]
    value = error.values[0] if error.values and error.setting else None
    if value is not None and error.setting == "start":
        return _microseconds(value)
    return int(value) if value is not None and error.setting in ("year", "table") else value


def _imported_once(path: Path, options: ImportOptions) -> dict[tuple[str, str], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        document = myapp.create(Path(folder) / "x.myapp")
        with myapp.open(document) as notebook:
            result = notebook.import_csv(path, options=options)
            columns = {(c.name, c.unit): c.column - 1 for c in result.format.channels}
            channels: dict[tuple[str, str], dict[str, Any]] = {}
            for reading in notebook.readings():
                key = (reading.channel, reading.unit)
                facts = channels.setdefault(key, {"values": [], "times": [], "column": columns.get(key, -1)})
                facts["values"].append(reading.value)
                facts["times"].append(reading.time)
            return channels


def differences(channels: dict[tuple[str, str], dict[str, Any]], entry: dict[str, Any]) -> list[str]:
    """Return what is wrong with an import, in words."""
    faults, matched = [], set()
    for name, expected in entry["channels"].items():
        key = _matching(channels, name, expected, entry)
        if key is None:
            faults += [f"no channel {name}"] if expected["count"] else []
            continue
        matched.add(key)
        if (
            entry.get("names_in_file", True)
            and expected["unit"] != key[1]
            and not (key[1] == "" and ("unit_from" in entry or "unit_from" in expected))
        ):
            faults.append(f"{name}: unit {key[1]!r}, not {expected['unit']!r}")
        faults += [f"{name}: {fault}" for fault in _reading_faults(channels[key], expected, entry)]
    left = "names_in_file" in entry or "all other columns" in entry.get("may_be_left_out", [])
    allowed = " ".join(entry.get("may_be_left_out", []))
    more = [name for name, _ in channels.keys() - matched if name not in allowed and not left]
    allowed_by_range = [name for name in more if name.rstrip("0123456789") and "VAR1 to VAR15" in allowed]
    return faults + [f"more channels: {', '.join(sorted(more))}"] * bool(set(more) - set(allowed_by_range))


def _matching(channels: Any, name: str, expected: dict[str, Any], entry: dict[str, Any]) -> Any:
    names = {name, expected.get("title"), *entry.get("aliases", {}).get(name, [])}
    in_file = entry.get("names_in_file", True)
    for key, facts in channels.items():
        shown = {key[0], f"{key[0]} [{key[1]}]", f"{key[0]} {key[1]}", f"{key[0]} ({key[1]})"}
        if (shown & names) if in_file else facts["column"] == expected["column"]:
            return key
    return None


def _reading_faults(facts: dict[str, Any], expected: dict[str, Any], entry: dict[str, Any]) -> list[str]:
    count, total = len(facts["values"]), math.fsum(facts["values"])
    if count != expected["count"]:
        return [f"{count} readings, not {expected['count']}"]
    faults = []
    if not math.isclose(total, expected["sum"], rel_tol=1e-9, abs_tol=1e-7):
        faults.append(f"sum {total}, not {expected['sum']}")
    span = (min(facts["times"]), max(facts["times"])) if count else (0, 0)
    if count and not any(_near(span, right, entry) for right in _right_spans(expected, entry)):
        shown = " to ".join(str(EPOCH + timedelta(microseconds=time)) for time in span)
        faults.append(f"times {shown}, not {expected['first_utc']} to {expected['last_utc']}")
    return faults


def _right_spans(expected: dict[str, Any], entry: dict[str, Any]) -> list[tuple[int, int]]:
    first, last = _microseconds(expected["first_utc"]), _microseconds(expected["last_utc"])
    spans = [(first, last)]
    for other in entry.get("also_right", []):
        if "shift_s" in other:
            shift = int(other["shift_s"] * 1_000_000)
            spans.append((first + shift, last + shift))
        else:
            spans.append((_microseconds(other["first_utc"]), _microseconds(other["last_utc"])))
    return spans


def _near(span: tuple[int, int], right: tuple[int, int], entry: dict[str, Any]) -> bool:
    repeats = any("distinct_times" in channel for channel in entry["channels"].values())
    tolerance = entry.get("time_tolerance_s", 0.002 if repeats else 0.000001) * 1_000_000
    return all(abs(a - b) <= tolerance for a, b in zip(span, right, strict=True))


def _refused_first(channels: Any, entry: dict[str, Any], steps: list[str]) -> list[str]:
    """A file that is to be refused may import once a person has answered."""
    if steps:
        return []
    return [f"imported at once: {', '.join(name for name, _ in channels)}"]


def _microseconds(text: str) -> int:
    """Return the UTC microseconds of a time with any number of decimals, rounded."""
    whole, _, fraction = text.partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1) + round(Decimal(f"0.{fraction or 0}") * 1_000_000)


if __name__ == "__main__":
    sys.exit(main())
