"""Constants of this program: the one module that another application rewrites."""

NAME = "myapp"
VERSION = "0.6.0"

SUFFIX = ".myapp"
APPLICATION_ID = 0x4D594150
"""`MYAP`: bytes 68–71 of every document (https://www.sqlite.org/fileformat2.html#application_id)."""

METADATA = "myapp.notebook.models:metadata"
"""The models, as `module:attribute`; imported only to compare a schema with them."""

RELEASES = {
    "0.1.0": "0001",
    "0.2.0": "0002",
    "0.3.0": "0003",
    "0.4.0": "0004",
    "0.5.0": "0005",
    "0.6.0": "0006",
}
"""The revision of the documents that each release writes; this one opens them all."""

COSTS = {
    "0002": (0.023, 0.79, 0.81),
    "0003": (0.116, 1.94, 0.70),
    "0004": (0.063, 3.42, 0.50),
    "0005": (0.001, 0.35, 1.00),
    "0006": (0.002, 0.35, 1.00),
}
"""The cost of each revision per MB of document: seconds, millions of SQLite's instructions, and the size
of the content afterwards relative to before. Printed by `build_scripts/measure.py`, used for estimates."""
