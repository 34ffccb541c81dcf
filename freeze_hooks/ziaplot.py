"""ziaplot and resvg_py: the libraries that draw the pictures of `plot` and `show`."""

from importlib.util import find_spec
from pathlib import Path

from freeze_hooks import FreezeError, Needs


def needs(root: Path) -> Needs:
    """Return the libraries, and of ziafont only the font, which PNG files are drawn with."""
    return Needs(
        packages=["resvg_py", "ziaplot"],
        includes=["resvg_py", "ziaplot"],
        include_files=[(str(_font()), "lib/ziafont/fonts/DejaVuSans.ttf")],
        # resvg_py links it to unwind the stack after a Rust panic, and no wheel vendors it; the building
        # system's own would need its newer C library. A panic now aborts, as with Rust's panic = "abort".
        aborting_libraries=[("resvg_py*", "libgcc_s.so.1")],
        excludes=["ziafont", "ziamath"],
        optional=[
            "resvg_py.svg_to_bytes",  # a function of its compiled module
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
