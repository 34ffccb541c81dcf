"""ziaplot and what draws with it: the pictures of `plot` and `show`."""

from importlib.util import find_spec
from pathlib import Path

from freeze_hooks import FreezeError, Needs


def needs(root: Path) -> Needs:
    """Return the libraries, and of ziafont the font alone, which PNG is drawn with."""
    return Needs(
        packages=["resvg_py", "ziaplot"],
        includes=["resvg_py", "ziaplot"],
        include_files=[(str(_font()), "lib/ziafont/fonts/DejaVuSans.ttf")],
        # Linked by resvg_py to unwind the stack of a Rust panic, and vendored by no wheel; the building
        # system's own would need its newer C library. A panic now ends the program, as with panic = "abort".
        aborting_libraries=["libgcc_s.so.1"],
        excludes=["ziafont", "ziamath"],
        optional=[
            "resvg_py.svg_to_bytes",  # a function of its compiled half
            *("IPython", "cairosvg", "numpy", "pandas"),
        ],
    )


def _font() -> Path:
    package = find_spec("ziafont")
    folders = package.submodule_search_locations if package else None
    font = Path(folders[0]) / "fonts" / "DejaVuSans.ttf" if folders else Path("ziafont")
    if not font.is_file():
        raise FreezeError(f"the font of the pictures is missing: {font}")
    return font
