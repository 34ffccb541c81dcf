"""rich: it imports tables of character widths by the name of a Unicode version."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the tables; highlighting of source code and Markdown is left out."""
    return Needs(
        packages=["rich._unicode_data"],
        excludes=["attr", "markdown_it", "pygments", "rich.markdown", "rich.syntax", "rich.traceback"],
        optional=["IPython", "ipywidgets"],
    )
