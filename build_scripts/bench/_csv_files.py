"""Writes CSV files of generated readings: wide as from loggers, and long as other tools insert them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

CHANNELS = ("temperature [°C]", "pressure [hPa]", "humidity [%]", "wind [m/s]", "voltage [V]")
SHAPES = (
    (1200, 7919, 1999, 2),
    (990_000, 104_729, 40_013, 3),
    (3000, 1_299_709, 6997, 2),
    (0, 15_485_863, 2503, 2),
    (3000, 32_452_843, 997, 3),
)
"""Of each channel: its lowest value, the step from row to row, the span of values, and the decimals."""

START = 1_709_251_200
"""The time of row 0, in seconds: 2024-03-01 00:00 UTC. There is a row a second."""


def wide_csv(path: Path, first: int, end: int) -> Path:
    """Write the rows from `first` up to `end`: the time, then a column for each channel."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f"{','.join(['time', *CHANNELS])}\n")
        for row in range(first, end):
            time = datetime.fromtimestamp(START + row, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            stream.write(f"{','.join([time, *_cells(row)])}\n")
    return path


def many_channels_csv(path: Path, channels: int, rows: int) -> Path:
    """Write rows of many channels, whose values are those of the first one."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(["time", *(f"channel {number} [°C]" for number in range(channels))]) + "\n")
        for row in range(rows):
            time = datetime.fromtimestamp(START + row, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            cells = (_cells(row * channels + number)[0] for number in range(channels))
            stream.write(f"{','.join([time, *cells])}\n")
    return path


def long_csv(path: Path, rows: int) -> Path:
    """Write the same readings, one a line, in the order of the table's key: the fastest to insert."""
    columns = list(zip(*map(_cells, range(rows)), strict=True))
    with path.open("w", encoding="utf-8") as stream:
        stream.write("run_id,channel_id,time,value\n")
        for number, column in enumerate(columns, 1):
            stream.writelines(f"1,{number},{START + row}000000,{cell}\n" for row, cell in enumerate(column))
    return path


def _cells(row: int) -> list[str]:
    return [
        f"{(lowest + row * step % span) / 10**decimals:.{decimals}f}"
        for lowest, step, span, decimals in SHAPES
    ]
