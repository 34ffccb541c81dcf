"""Constants of this program: the one module that another application rewrites."""

NAME = "myapp"
"""The program's name, in messages, folders and files."""

PACKAGE = "myapp"
"""The package of Python: an identifier, the name itself where that is one."""

DESCRIPTION = "Keeps measurements in documents that every later release opens."
VERSION = "0.7.0"

HOMEPAGE = ""
"""The URL where releases are found, for people and packages; "" while no server offers them."""

SUFFIX = ".myapp"
APPLICATION_ID = 0x4D594150
"""`MYAP`: bytes 68–71 of every document (https://www.sqlite.org/fileformat2.html#application_id)."""

METADATA = "myapp.notebook.models:metadata"
"""The models, as `module:attribute`; imported only to compare a schema with them."""

DERIVED = "myapp.notebook.overview.derived"
"""The module that makes rows from others' (see document/derived.py), "" for none."""

DISTRIBUTED = {"readings": "run_id", "overview": "run_id", "totals": "run_id"}
"""The tables that `schema distribute` spreads over the servers of a cluster, each by the values of a
column."""

MAIN_JOB = ("runs", "info", "backups")
"""The commands that `build_scripts/run.py` shows on a document of the oldest release."""

RELEASES = {
    "0.1.0": "0001",
    "0.2.0": "0002",
    "0.3.0": "0003",
    "0.4.0": "0004",
    "0.5.0": "0005",
    "0.6.0": "0006",
    "0.7.0": "0007",
}
"""The revision of the documents that each release writes; this one opens them all."""

ADOPTS = False
"""Whether opening makes a document of a file that has this program's tables and no header, after a backup.

For a program whose files are older than its documents; elsewhere the command `adopt` does it on request."""

COSTS = {
    "0002": (0.023, 0.79, 0.81),
    "0003": (0.116, 1.94, 0.70),
    "0004": (0.063, 3.42, 0.50),
    "0005": (0.001, 0.35, 1.00),
    "0006": (0.002, 0.35, 1.00),
    "0007": (0.020, 2.36, 1.00),
}
"""The cost of each revision per MB of document: seconds, millions of SQLite's instructions, and the size
of the content afterwards relative to before. Printed by `build_scripts/measure.py`, used for estimates."""

_TEXT = "replace(trim({0}), 'T', ' ')"
_FULL = f"substr({_TEXT} || substr(' 00:00:00', length({_TEXT}) - 9), 1, 19)"
_NO_TIME = f"""NOT coalesce(
    length({_TEXT}) IN (10, 16, 19, 21, 22, 23, 24, 25, 26) AND {_TEXT} >= '0001'
    AND {_TEXT} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
    AND (length({_TEXT}) < 20 OR {_TEXT} GLOB '???????????????????.[0-9]*')
    AND substr({_TEXT}, 21) NOT GLOB '*[^0-9]*'
    AND strftime('%Y-%m-%d %H:%M:%S', CAST(strftime('%s', {_FULL}) AS INTEGER), 'unixepoch') IS {_FULL}, 0
)"""
REFUSALS = [
    (
        "0003",
        "runs",
        "started_at",
        f"trim(started_at) <> '' AND {_NO_TIME.format('started_at')}",
        "started_at is no time",
    ),
    ("0003", "readings", "", _NO_TIME.format("time"), "time is no time"),
]
"""What a revision refuses in an older document: the table, the column that can be emptied ("" where the row
must be left out), the condition as revision 0003 tests it, and the reason."""
