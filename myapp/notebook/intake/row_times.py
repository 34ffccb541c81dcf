"""Reads the times of rows, which may stand in several columns and be a local clock's, in UTC microseconds."""

from collections.abc import Sequence

from myapp.notebook.intake import numbers
from myapp.notebook.intake.cells import Columns
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.faults import Faults
from myapp.notebook.intake.ticks import within_calendar
from myapp.notebook.intake.zones import LocalTimes, RepeatedTime, SkippedTime, zone_of


class RowTimes:
    """The times of a file's rows, read in their order; `finer` counts those rounded to microseconds.

    `count` is the number of rows before those that are read next, for files whose rows have no times.
    """

    def __init__(self, csv_format: CsvFormat, ambiguous: str, faults: Faults) -> None:
        self.finer = 0
        self.count = 0
        self._faults = faults
        self._format = csv_format.time_format
        self._columns = [column - 1 for column in csv_format.time_columns]
        self._column = csv_format.time_column
        local = not self._format.zoned and csv_format.zone != "UTC"
        self._zone = LocalTimes(zone_of(csv_format.zone), ambiguous) if local else None

    def read_all(self, columns: Columns, keys: Sequence[str] | None = None) -> list[int]:
        """Return the times of all rows; raise ValueError where one has none. For `keys` see LocalTimes."""
        cells = self._cells(columns)
        shown = self._format.read_all(cells)
        times = self._zone.utc(shown, keys) if self._zone else shown
        if times:
            within_calendar(min(times))
            within_calendar(max(times))
        self.finer += self._format.count_finer(cells)
        return times

    def _cells(self, columns: Columns) -> Sequence[str]:
        """Return the texts of times: of one column, or of several with blanks between them."""
        if len(self._columns) == 1:
            return columns[self._columns[0]]
        if not self._columns:
            return list(map(str, range(self.count, self.count + len(columns[0]))))
        return list(map(" ".join, zip(*(columns[i] for i in self._columns), strict=True)))

    def read(self, line: int, row: Sequence[str], key: str | None = None) -> int | None:
        """Return the time of a row, or None after adding its fault."""
        cells = [row[i].strip() for i in self._columns] if self._columns else [str(self.count)]
        cell = (
            " ".join(cells)
            if len(cells) > 1 and any(cells)
            else row[self._columns[0]]
            if self._columns
            else cells[0]
        )
        self.count += not self._columns
        try:
            shown = self._format.read(cell)
            time = self._zone.utc([shown], [key])[0] if self._zone else shown
            self.finer += self._format.count_finer([cell])
            return self._exportable(line, cell, time)
        except RepeatedTime as error:
            self._faults.add(
                line,
                self._column,
                f"time {numbers.quoted(cell.strip())} {error}",
                setting="ambiguous",
                values=("earlier", "later", "order"),
                advice="{ambiguous} says which is meant",
            )
        except SkippedTime as error:
            self._faults.add(line, self._column, f"time {numbers.quoted(cell.strip())} {error}")
        except ValueError:
            fact = f"time {numbers.quoted(cell)} is not {self._format.name}" if cell.strip() else "no time"
            self._faults.add(line, self._column, fact)
        return None

    def _exportable(self, line: int, cell: str, time: int) -> int | None:
        try:
            return within_calendar(time)
        except ValueError:
            fact = f"time {numbers.quoted(cell.strip())} is in no year from 1 to 9999 in UTC"
            self._faults.add(line, self._column, fact)
        return None
