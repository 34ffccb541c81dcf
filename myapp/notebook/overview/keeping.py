"""Keeps the overview in step with the readings: notes which runs change, and makes theirs anew.

Each transaction of the program that may have changed readings ends with `settle`. What another program
changed is noted by triggers (triggers.py); until the next `settle`, readers go through the readings of such
runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter

from myapp.errors import Damaged
from myapp.notebook.overview import summing, triggers
from myapp.notebook.overview.chunk import COLUMNS, Chunk, merged, row_of
from myapp.notebook.sql import Sql, as_text, condition
from myapp.progress import Progress

TABLES = ("overview", "totals", "overview_stale")
"""The tables that are made from readings, and are nobody's data."""

ANY = 0
"""The run that stands for any: PostgreSQL's trigger does not know which it was."""

_RUNS_AT_ONCE = 1000
"""The runs of which totals are held in memory together."""

_NAMES = f"run_id, channel_id, {', '.join(COLUMNS)}"
_VALUES = ", ".join(f":{name}" for name in ("run_id", "channel_id", *COLUMNS))

_DOUBLES = {"first_value", "last_value", "minimum", "maximum", "sum", "differences", "squares"}


@contextmanager
def noting(sql: Sql) -> Iterator[None]:
    """Change many readings meanwhile: the caller notes the runs (`note`), and no trigger fires."""
    _switch_triggers(sql, on=False)
    try:
        yield
    except BaseException:
        # A caller of SQLite can go on; one that rolls back has the triggers already. Where SQLite itself has
        # rolled back, as it does on a full disk, this would be a change without a transaction.
        if sql.dialect == "sqlite" and sql.driver.in_transaction:
            with suppress(Exception):
                _switch_triggers(sql, on=True)
                note(sql, {ANY: None})
        raise
    _switch_triggers(sql, on=True)


def _switch_triggers(sql: Sql, *, on: bool) -> None:
    if sql.dialect == "postgresql":
        sql("SELECT set_config(:name, :value, true)", name=triggers.KEPT, value="off" if on else "on")
        return
    for name, rest in triggers.SQLITE.items():
        if on:
            sql(f"CREATE TRIGGER IF NOT EXISTS {sql.database}{name} {rest}")
        else:
            sql(f"DROP TRIGGER {sql.database}{name}")


def note(sql: Sql, times: Mapping[int, int | None]) -> None:
    """Note changed runs, each with the number of its different times where that is known."""
    sql.many(f"DELETE FROM {sql.database}overview_stale WHERE run_id = :run", [{"run": run} for run in times])
    rows = [{"run": run, "times": number} for run, number in times.items()]
    sql.many(f"INSERT INTO {sql.database}overview_stale (run_id, times) VALUES (:run, :times)", rows)


def settle(sql: Sql, progress: Progress | None = None) -> None:
    """Make the overview of the noted runs anew, in the transaction of the caller.

    A run with a reading that is no number stays noted: others can be written nevertheless.
    """
    stale = f"{sql.database}overview_stale"
    if sql.value(f"SELECT count(*) FROM {stale}") == 0:
        return
    if progress:
        progress.step("summing up readings")
    _name_any(sql)
    noted = sql(f"SELECT run_id, times FROM {stale} ORDER BY run_id {_claimed(sql)}").fetchall()
    for start in range(0, len(noted), _RUNS_AT_ONCE):
        _make(sql, dict(map(tuple, noted[start : start + _RUNS_AT_ONCE])))


def _name_any(sql: Sql) -> None:
    """Replace the note of any run by notes of all that there are, or were when the overview was made."""
    stale = f"{sql.database}overview_stale"
    if sql(f"SELECT 1 FROM {stale} WHERE run_id = :any {_claimed(sql)}", any=ANY).fetchone():
        all_runs = f"SELECT id FROM {sql.database}runs UNION SELECT run_id FROM {sql.database}totals"
        sql(f"INSERT INTO {stale} (run_id) {all_runs} EXCEPT SELECT run_id FROM {stale}")
        sql(f"DELETE FROM {stale} WHERE run_id = :any", any=ANY)


def _claimed(sql: Sql) -> str:
    """Return the SQL that leaves notes to another transaction which is making these runs' overview now."""
    return "FOR UPDATE SKIP LOCKED" if sql.dialect == "postgresql" else ""


def _make(sql: Sql, runs: Mapping[int, int | None]) -> None:
    """Make the overview and the totals of runs, of which some may be gone, from their readings."""
    delete, of_runs = f"DELETE FROM {sql.database}", condition("run_id", ":ids", sql.dialect)
    for table in ("overview", "totals"):
        sql(f"{delete}{table} WHERE {of_runs}", ids=as_text([*runs]))
    made = (_in_server if sql.dialect == "postgresql" else _in_file)(sql, runs)
    sql(f"{delete}overview_stale WHERE {of_runs}", ids=as_text(made))


def _in_file(sql: Sql, runs: Mapping[int, int | None]) -> list[int]:
    """Make the overview of runs in SQLite; return those that have it, which damaged ones have not."""
    made = []
    for run, times in runs.items():
        channels = summing.channels_of(sql, run)
        try:
            chunks = {channel: list(summing.chunks(sql, run, channel)) for channel in channels}
        except Damaged:
            continue
        write(sql, run, chunks, times)
        made.append(run)
    return made


def write(sql: Sql, run: int, channels: Mapping[int, Sequence[Chunk]], times: int | None = None) -> None:
    """Write the overview of a run that has none in a file, and its totals.

    `channels` are the chunks of each; `times` is the number of different times in the run if that is known.
    """
    insert = f"INSERT INTO {sql.database}overview ({_NAMES}) VALUES ({_VALUES})"
    for channel, chunks in channels.items():
        sql.many(insert, [{"run_id": run, "channel_id": channel, **row_of(chunk)} for chunk in chunks])
    totals = {channel: merged(chunks) for channel, chunks in channels.items()}
    insert = f"INSERT INTO {sql.database}totals ({_NAMES}, gaps) VALUES ({_VALUES}, :gaps)"
    sql.many(insert, list(_rows_of_totals(sql, run, totals, times)))


def _in_server(sql: Sql, runs: Mapping[int, int | None]) -> list[int]:
    """Make the overview of runs in PostgreSQL, all together; return them."""
    ids, of_runs = as_text([*runs]), condition("run_id", ":ids", sql.dialect)
    sql(f"INSERT INTO overview ({_NAMES}) {summing.POSTGRESQL.format(condition=of_runs)}", ids=ids)
    query = f"SELECT {_NAMES} FROM overview WHERE {of_runs} ORDER BY run_id, channel_id, first_at"
    totals: dict[int, dict[int, Chunk]] = {run: {} for run in runs}
    for (run, channel), rows in groupby(sql(query, ids=ids), key=itemgetter(0, 1)):
        totals[run][channel] = merged([Chunk(*row[2:]) for row in rows])
    rows_of_runs = (_rows_of_totals(sql, run, totals[run], times) for run, times in runs.items())
    _insert_arrays(sql, [row for rows in rows_of_runs for row in rows])
    return [*runs]


def _rows_of_totals(
    sql: Sql, run: int, totals: Mapping[int, Chunk], times: int | None
) -> Iterator[dict[str, object]]:
    """Yield the rows of the table `totals` of one run; its times are counted unless they are known."""
    if times is None:
        times = times_of(sql, run, [total.readings for total in totals.values()])
    for channel, total in totals.items():
        gaps = times - total.readings
        yield {"run_id": run, "channel_id": channel, "gaps": gaps, **row_of(total)}


def _insert_arrays(sql: Sql, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert totals as arrays: row by row it took a server ten times as long."""
    if rows:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        types = {name: "bigint" if name not in _DOUBLES else "double precision" for name in columns}
        arrays = ", ".join(f"CAST(:{name} AS {type_}[])" for name, type_ in types.items())
        sql(f"INSERT INTO totals ({', '.join(columns)}) SELECT * FROM unnest({arrays}) AS rows", **columns)


def times_of(
    sql: Sql,
    run: int,
    readings: list[int],
    start: int = summing.EARLIEST,
    end: int = summing.LATEST,
) -> int:
    """Return the number of different times in a run, given the number of readings of each of its channels."""
    if len(readings) < 2:
        return sum(readings)
    times = f"""
        SELECT DISTINCT time FROM {sql.database}readings
        WHERE run_id = :run AND time >= :start AND time <= :end
    """
    return int(sql.value(f"SELECT count(*) FROM ({times}) AS times", run=run, start=start, end=end))
