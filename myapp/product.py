"""What makes this program itself: the one module another application rewrites for its own."""

NAME = "myapp"
VERSION = "0.6.0"

SUFFIX = ".myapp"
APPLICATION_ID = 0x4D594150
"""`MYAP`: bytes 68–71 of every document (https://www.sqlite.org/fileformat2.html#application_id)."""

METADATA = "myapp.notebook.models:metadata"
"""Where the models are, as `module:attribute`, imported only by what compares a schema with them."""

RELEASES = {
    "0.1.0": "0001",
    "0.2.0": "0002",
    "0.3.0": "0003",
    "0.4.0": "0004",
    "0.5.0": "0005",
    "0.6.0": "0006",
}
"""The revision that each release writes; documents of all of them open in this one."""

COSTS = {
    "0002": (0.023, 0.79, 0.81),
    "0003": (0.116, 1.94, 0.70),
    "0004": (0.063, 3.42, 0.50),
    "0005": (0.001, 0.35, 1.00),
    "0006": (0.002, 0.35, 1.00),
}
"""What a revision costs for each MB of document: seconds, millions of SQLite's instructions, and how
large its content is afterwards. `build_scripts/measure.py` prints them; estimates are made of them."""
