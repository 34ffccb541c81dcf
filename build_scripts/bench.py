"""Measures the program and its peers side by side, and writes build_scripts/bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import BUILD, ROOT, enter, say

if TYPE_CHECKING:
    from _measuring import Bench, Result, Rows

FOLDER = ROOT / "build_scripts" / "bench"
RESULTS = FOLDER / "results.json"
README = FOLDER / "README.md"
SUBJECTS = ("start", "upgrade", "data", "overview", "window", "bundle", "growth")
BEGIN, END = "<!-- made by build_scripts/bench.py -->\n", "<!-- end -->\n"


def main() -> int:
    """Measure the rows that are named, or all; print the table; --write also puts it into the README."""
    arguments = _parser().parse_args()
    enter()
    sys.path.append(os.fspath(FOLDER))
    from _measuring import Bench

    rows = _rows()
    if unknown := set(arguments.rows) - set(rows):
        _parser().error(f"no such row: {', '.join(sorted(unknown))} (there are {', '.join(rows)})")
    BUILD.joinpath("bench").mkdir(parents=True, exist_ok=True)
    kept = {} if arguments.quick else _kept()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as folder:
        bench = Bench(Path(folder).resolve(), arguments.quick)
        for name in arguments.rows or rows:
            kept[name] = list(_measured(name, rows[name], bench))
            if not arguments.quick:
                _keep(kept)
    results = [result for name in rows for result in kept.get(name, [])]
    print(_table(results))
    if arguments.write:
        _write(results)
    return 0


def _rows() -> dict[str, Rows]:
    """Return the functions of all rows by their names, in the order of SUBJECTS."""
    rows: dict[str, Rows] = {}
    for subject in SUBJECTS:
        rows |= import_module(f"_{subject}_rows").ROWS
    return rows


def _measured(name: str, rows: Rows, bench: Bench) -> Iterator[Result]:
    from _measuring import Missing, Result

    say(f"{name} …")
    try:
        for result in rows(bench):
            say(_line(result))
            yield result
    except Missing as missing:
        yield Result(name, str(missing), None, 0, "not on this machine")


def _kept() -> dict[str, list[Result]]:
    """Return the last results of all rows, so that one can be measured again without the others."""
    from _measuring import Result

    if not RESULTS.is_file():
        return {}
    read = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {name: [Result(**result) for result in results] for name, results in read.items()}


def _keep(kept: dict[str, list[Result]]) -> None:
    plain = {name: [asdict(result) for result in results] for name, results in kept.items()}
    RESULTS.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _table(results: list[Result]) -> str:
    head = "| row | against | ratio | mark | measured |\n|---|---|---|---|---|\n"
    return head + "".join(f"{_line(result)}\n" for result in results)


def _line(result: Result) -> str:
    ratio = "not measured" if result.ratio is None else f"{result.ratio:.3g}"
    ratio = ratio if result.reached or result.ratio is None else f"**{ratio}**"
    mark = f"{'≥' if result.at_least else '≤'} {result.mark:.3g}"
    return f"| {result.name} | {result.against} | {ratio} | {mark} | {result.figures} |"


def _write(results: list[Result]) -> None:
    from _measuring import growth_curves
    from _pictures import draw_growth, draw_marks

    draw_marks(results)
    for axis, curves in growth_curves().items():
        draw_growth(axis, curves)
    pictures = "\n".join(f"![{file.stem}]({file.name})" for file in sorted(FOLDER.glob("*.svg")))
    made = f"{BEGIN}{_machine()}\n\n{_table(results)}\n{pictures}\n{END}"
    text = README.read_text(encoding="utf-8")
    replaced = re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: made, text, flags=re.DOTALL)
    README.write_text(replaced, encoding="utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="row to measure (all)")
    parser.add_argument(
        "--quick", action="store_true", help="little data, few rounds: only proves that it runs"
    )
    parser.add_argument("--write", action="store_true", help="write table and plots to bench/README.md")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="working folder (in the temporary folder)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
