"""`import myapp` from other programs: free until it is used, and then all that is needed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.program import Program

WEATHER = "time,temp_max [°C],wind [m/s]\n2012-01-01,12.8,4.7\n2012-01-02,10.6,4.5\n"

LOADED = """
import json, sys
import myapp
names = [myapp.__version__, dir(myapp).count("open")]
heavy = {"sqlalchemy", "alembic", "sqlite3", "rich"}
loaded = sorted({name.partition(".")[0] for name in sys.modules} & heavy)
print(json.dumps([names, loaded, "myapp.library" in sys.modules]))
"""

USED = """
import sys
import myapp
path, csv, part = sys.argv[1:]
myapp.create(path)
with myapp.open(path) as notebook:
    notebook.import_csv(csv)
    made = notebook.extract(myapp.Selection(channels=("wind",)), part)
with myapp.open(made) as notebook:
    print([tuple(reading) for reading in notebook.readings()])
try:
    with myapp.open(path + ".none"):
        pass
except myapp.errors.NotFound as error:
    print(error.exit_code)
print("alembic" in sys.modules)
"""


def test_type_checkers_of_other_programs_find_the_types(program: Program, tmp_path: Path) -> None:
    """The bundle, whose modules no other program imports, is without the marker."""
    script = tmp_path / "marker.py"
    script.write_text(
        "import importlib.resources as r; print(r.files('myapp').joinpath('py.typed').is_file())", "utf-8"
    )
    assert program.script(script, check=True).stdout == f"{program.target != 'frozen'}\n"


def test_importing_the_package_loads_no_library(program: Program, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(LOADED, encoding="utf-8")
    done = program.script(script, check=True)
    assert json.loads(done.stdout) == [["0.7.0", 1], [], False]


def test_other_programs_create_import_extract_and_read(program: Program, tmp_path: Path) -> None:
    script, csv = tmp_path / "script.py", tmp_path / "weather.csv"
    script.write_text(USED, encoding="utf-8")
    csv.write_text(WEATHER, encoding="utf-8")
    done = program.script(script, tmp_path / "trip.myapp", csv, tmp_path / "part.myapp", check=True)
    readings, code, alembic = done.stdout.splitlines()
    assert readings == (
        "[(1, 'wind', 'm/s', 1325376000000000, 4.7), (1, 'wind', 'm/s', 1325462400000000, 4.5)]"
    )
    assert code == "3"
    assert alembic == "False" or program.target == "source"  # a checkout may make its blank document
