"""Benchmark of growth: the program's times over numbers of readings and of revisions, with plots."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from _csv_files import CHANNELS, wide_csv
from _large_document import large_document
from _many_revisions import application
from _measuring import GROWTH, Bench, Curves, Result, Rows, Side, command, growth_curves, interleaved, once
from myapp.document.context import Context
from myapp.product import RELEASES

READINGS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
READINGS_OF_A_RUN = 1000
REVISIONS = (10, 30, 100, 300, 1000)


def readings(bench: Bench) -> Iterator[Result]:
    """Measure the frozen program on documents of a thousand to ten million readings."""
    curves: Curves = {}
    for count in (number for number in READINGS if number <= bench.size(READINGS[-1])):
        for name, side in _on_readings(bench, count).items():
            curves.setdefault(name, []).append((count, _seconds(side, 1 if count >= 10**6 else 5)))
        _keep("readings", curves, bench)
    return iter(())


def _on_readings(bench: Bench, count: int) -> dict[str, Side]:
    folder = bench.new_folder("growth")
    program, target = bench.bundle / "myapp", folder / "target.myapp"
    newest = large_document(
        folder / "newest.myapp", max(RELEASES.values()), count, count // READINGS_OF_A_RUN
    )
    oldest = large_document(folder / "oldest.myapp", "0001", count, count // READINGS_OF_A_RUN)
    table = wide_csv(folder / "table.csv", 0, count // len(CHANNELS))

    def clear() -> None:
        for file in folder.glob("target*"):
            file.unlink()

    def copy_blank() -> None:
        clear()
        shutil.copyfile(bench.bundle / "lib" / "myapp" / "blank.myapp", target)

    def copy_oldest() -> None:
        clear()
        shutil.copyfile(oldest, target)

    return {
        "open": Side("open", command(program, "info", newest)),
        "search": Side("search", command(program, "runs", newest, "--text", "snow*")),
        "new": Side("new", command(program, "new", target), clear),
        "import": Side("import", command(program, "import", target, table), copy_blank),
        "upgrade": Side("upgrade", command(program, "upgrade", target), copy_oldest),
    }


def revisions(bench: Bench) -> Iterator[Result]:
    """Measure, in one process, applications of ten to a thousand revisions."""
    curves: Curves = {}
    for count in REVISIONS[:2] if bench.quick else REVISIONS:
        context = Context(application(bench.new_folder("growth") / "migrations", count))
        for name, side in _on_revisions(Path(context.format.migrations).parent, context).items():
            curves.setdefault(name, []).append((count, _seconds(side, 5)))
        _keep("revisions", curves, bench)
    return iter(())


def _on_revisions(folder: Path, context: Context) -> dict[str, Side]:
    from myapp.document.create import create

    target, head = folder / "target.grown", create(folder / "head.grown", context)
    old = {name: folder / f"{name}.grown" for name in ("first", "last")}
    _document_at(old["first"], context, "0001")
    _document_at(old["last"], context, context.format.order[-2])

    def clear() -> None:
        for file in folder.glob("target*"):
            file.unlink()

    def copied(name: str) -> Callable[[], None]:
        def prepare() -> None:
            clear()
            shutil.copyfile(old[name], target)

        return prepare

    return {
        "new": Side("new", lambda: create(target, context), clear),
        "open": Side("open", lambda: _open(head, context)),
        "manifest": Side("manifest", lambda: context.format.manifest.check(context.format.migrations)),
        "upgrade by one": Side("upgrade by one", lambda: _open(os.fspath(target), context), copied("last")),
        "upgrade from first": Side(
            "upgrade from first", lambda: _open(os.fspath(target), context), copied("first")
        ),
    }


def _document_at(path: Path, context: Context, revision: str) -> None:
    from myapp.document.connect import connect
    from myapp.schema.migrations import Migrations

    Migrations(context.format.migrations, path).upgrade(revision)
    with closing(connect(os.fspath(path), "rw", context)) as connection:
        connection.execute(context.format.record.writer(), (context.format.program,))


def _open(path: str, context: Context) -> None:
    from myapp.document.open import open_document

    with open_document(path, context) as document, document.driver_reading():
        pass


def _seconds(side: Side, rounds: int) -> float:
    if rounds > 1:
        return interleaved([side], rounds)[0]
    return once(side)  # slow sides are not run once more to warm up


def _keep(axis: str, curves: Curves, bench: Bench) -> None:
    if bench.quick:
        return
    GROWTH.write_text(json.dumps({**growth_curves(), axis: curves}, indent=1) + "\n", encoding="utf-8")


ROWS: dict[str, Rows] = {"growth-readings": readings, "growth-revisions": revisions}
