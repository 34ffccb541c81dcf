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
