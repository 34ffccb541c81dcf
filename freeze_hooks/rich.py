"""rich: loads its tables of character widths by the version of Unicode that a terminal knows."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return what tables and progress bars need; highlighting source code and Markdown is left out."""
    return Needs(
        packages=["rich._unicode_data"],
        includes=["rich.console", "rich.progress", "rich.table"],
        excludes=["markdown_it", "pygments", "rich.markdown", "rich.syntax", "rich.traceback"],
        optional=["IPython", "attr", "ipywidgets"],
    )
