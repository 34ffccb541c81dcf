"""Constants of this program: the one module that makes it itself."""

from __future__ import annotations

NAME = "${name}"
"""The program's name, in messages, folders and files."""

PACKAGE = "${package}"
"""The package of Python: an identifier, the name itself where that is one."""

DESCRIPTION = "Keeps ${name} documents that every later release opens."
VERSION = "0.1.0"

HOMEPAGE = ""
"""The URL where releases are found, for people and packages; "" while no server offers them."""

SUFFIX = ".${package}"
APPLICATION_ID = 0x${application_id}
"""`${application_id_text}`: bytes 68–71 of every document (https://www.sqlite.org/fileformat2.html#application_id)."""

METADATA = "${metadata}"
"""The models, as `module:attribute`; imported only to compare a schema with them."""

DERIVED = ""
"""The module that makes rows from others' (see document/derived.py), "" for none."""

DISTRIBUTED: dict[str, str] = {}
"""The tables that `schema distribute` spreads over the servers of a cluster, each by the values of a
column."""

MAIN_JOB = ("list", "info", "backups")
"""The commands that `build_scripts/run.py` shows on a document of the oldest release."""

RELEASES = {${releases}}
"""The revision of the documents that each release writes; this one opens them all."""

ADOPTS = ${not example}
"""Whether opening makes a document of a file that has this program's tables and no header, after a backup.

For a program whose files are older than its documents; elsewhere the command `adopt` does it on request."""

COSTS: dict[str, tuple[float, float, float]] = {}
"""The cost of each revision per MB of document: seconds, millions of SQLite's instructions, and the size
of the content afterwards relative to before. Used for estimates; an empty table takes all for usual."""

REFUSALS: list[tuple[str, str, str, str, str]] = []
"""What a revision refuses in an older document: the revision, the table, the column that can be emptied (""
where the row must be left out), the condition in SQL, and the reason."""
