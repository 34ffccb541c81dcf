"""Recipe 1: `alembic.config.main` in-process, with an ini file that names the shipped migrations."""

import sys
from pathlib import Path

from alembic.config import main

from myapp import paths

ini, url = sys.argv[1:]
location = str(paths.migrations_dir()).replace("%", "%%")
Path(ini).write_text(
    f"[alembic]\nscript_location = {location}\nsqlalchemy.url = {url.replace('%', '%%')}\n",
    encoding="locale",  # in which Alembic reads it
)
main(argv=["-c", ini, "--raiseerr", "upgrade", "head"])
