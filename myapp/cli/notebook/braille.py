"""Draws lines with braille characters, each of two by four dots."""

from collections.abc import Sequence

_EMPTY = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot, by row and column (Unicode, chapter Braille Patterns)."""

Point = tuple[float, float]


def drawn(pieces: Sequence[Sequence[Point]], width: int, height: int) -> list[str]:
    """Return rows of letters that show lines through points; x and y go from 0 to 1, y upwards."""
    rows = [[_EMPTY] * width for _ in range(height)]
    for piece in pieces:
        dots = [(round(x * (2 * width - 1)), round((1 - y) * (4 * height - 1))) for x, y in piece]
        for before, after in zip(dots, dots[1:] or dots, strict=False):
            for x, y in _between(before, after):
                rows[y // 4][x // 2] |= _DOTS[y % 4][x % 2]
    return ["".join(map(chr, row)) for row in rows]


def _between(before: tuple[int, int], after: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the dots of a line, both ends with it."""
    across, down = after[0] - before[0], after[1] - before[1]
    steps = max(abs(across), abs(down), 1)
    return [
        (before[0] + round(across * n / steps), before[1] + round(down * n / steps)) for n in range(steps + 1)
    ]
