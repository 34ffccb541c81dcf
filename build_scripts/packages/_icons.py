"""Draws the icon in the sizes and file formats that desktops want."""

from __future__ import annotations

import struct
from pathlib import Path

SVG = Path(__file__).with_name("icon.svg")

SIZES = (16, 32, 48, 64, 128, 256)
"""Width and height in pixels."""

ICNS_TYPES = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08"}
"""The names of PNG pictures in Apple's icon files, by size."""


def svg() -> bytes:
    """Return the icon as it was drawn."""
    return SVG.read_bytes()


def png(size: int) -> bytes:
    """Return the icon as PNG."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_path=str(SVG), width=size, height=size))


def ico() -> bytes:
    """Return all sizes as an icon file of Windows, which has held PNG pictures since Vista."""
    pictures = [png(size) for size in SIZES]
    place = 6 + 16 * len(SIZES)
    directory = struct.pack("<HHH", 0, 1, len(SIZES))
    for size, picture in zip(SIZES, pictures, strict=True):
        directory += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return directory + b"".join(pictures)


def icns() -> bytes:
    """Return the icon file of an application for macOS."""
    parts = [(name, png(size)) for size, name in ICNS_TYPES.items()]
    content = b"".join(name + struct.pack(">I", 8 + len(picture)) + picture for name, picture in parts)
    return b"icns" + struct.pack(">I", 8 + len(content)) + content
