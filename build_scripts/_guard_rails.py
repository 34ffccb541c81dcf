"""Guard rails for new revisions: each rule is a function that finds one mistake in a revision's source.

The runtime enforces most of them too (myapp/schema: sealed.py, conservation.py, lost.py), but only for
the data and the path that a test happens to run. Whoever needs to break a rule changes it here.
"""

from __future__ import annotations

import ast
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from myapp.product import PACKAGE, SUFFIX
from myapp.schema.data_files import data_files
from myapp.schema.manifest import Manifest, digest, is_revision, revision_in
from myapp.schema.migrations import Migrations
from myapp.schema.sealed import READING_PRAGMAS

Finding = tuple[int, str]
"""A line number, and a sentence with the fault and its remedy."""

Dependent = tuple[str, str, str, str]
"""A trigger or view: type, name, table and SQL."""

_ENDING = re.compile(
    r"(?:^|;)\s*(COMMIT|ROLLBACK(?!\s+TO)|END\s+TRANSACTION|VACUUM|ATTACH|DETACH"
    r"|BEGIN(?=\s*(?:$|;|TRANSACTION|DEFERRED|IMMEDIATE|EXCLUSIVE)))\b",  # not that of a trigger
    re.I,
)
_PRAGMA = re.compile(r"\bPRAGMA\s+(?:\w+\.)?(\w+)", re.I)
_ENDING_CALLS = frozenset({"commit", "rollback", "executescript", "autocommit_block", "begin"})
_IMPORTERS = frozenset({"import_module", "__import__"})


@dataclass(frozen=True)
class Source:
    """The file of one revision, the folder of kept documents and the manifest of the released revisions."""

    path: Path
    documents: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its name in a manifest."""
        return f"versions/{self.path.name}"

    @property
    def revision(self) -> str:
        """Its id."""
        return revision_in(self.path)

    @property
    def is_released(self) -> bool:
        """Whether a release had it."""
        return self.name in self.manifest.digests

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.path.read_text(encoding="utf-8"), self.path)

    @cached_property
    def strings(self) -> list[tuple[int, str]]:
        """Its strings by line, without docstrings; of an f-string the literal parts."""
        constants = [node for node in ast.walk(self.tree) if isinstance(node, ast.Constant)]
        documented = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        texts = [node for node in constants if isinstance(node.value, str) and id(node) not in documented]
        return [(node.lineno, str(node.value)) for node in texts]

    @cached_property
    def calls(self) -> list[tuple[ast.Call, str]]:
        """Its calls, each with the last part of the called name: `execute` of `op.execute(…)`."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return [(node, ast.unparse(node.func).rpartition(".")[2]) for node in nodes]


Rule = Callable[[Source], Iterator[Finding]]


def findings(migrations: Path, documents: Path, manifest: Manifest) -> list[str]:
    """Return a line for each rule that a revision of a directory breaks."""
    paths = sorted((migrations / "versions").glob("*.py"))
    revisions = [path for path in paths if is_revision(f"versions/{path.name}")]
    sources = [Source(path, documents, manifest) for path in revisions]
    return [
        f"{source.path.name}:{line}: {message}"
        for source in sources
        for rule in RULES
        for line, message in sorted(rule(source))
    ]


def unchanged(source: Source) -> Iterator[Finding]:
    """A released revision never changes: documents were upgraded by its released text."""
    if source.is_released and digest(source.path) != source.manifest.digests[source.name]:
        yield 1, "it changed after its release: take the change back and add a revision"


def keeps_its_data_files(source: Source) -> Iterator[Finding]:
    """A data file is as much a part of its revision as the revision's text."""
    for name in data_files(source.path):
        path, released = source.path.with_name(name), source.manifest.digests.get(f"versions/{name}")
        if not path.is_file():
            yield 1, f"{name} is missing: data_files names it"
        elif released and digest(path) != released:
            yield 1, f"{name} changed after its release: take the change back and add a revision"


def imports_nothing_of_the_program(source: Source) -> Iterator[Finding]:
    """The program goes on changing; a revision must have the same effect in ten years."""
    message = f"it imports {PACKAGE}: write down here what it needs"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            from_here = isinstance(node, ast.ImportFrom) and node.level > 0
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            names = [module] if module else [alias.name for alias in node.names]
            if from_here or any(name.split(".")[0] == PACKAGE for name in names):
                yield node.lineno, message
    for call, name in source.calls:
        if name in _IMPORTERS and any(PACKAGE in ast.unparse(argument) for argument in call.args):
            yield call.lineno, message


def leaves_the_transaction_alone(source: Source) -> Iterator[Finding]:
    """The caller owns the one transaction in which all revisions run; savepoints are allowed."""
    for line, text in source.strings:
        for statement in _ENDING.findall(text):
            yield line, f"{statement.upper()} is not for a revision: the caller owns the transaction"
    savepoints = _savepoints(source.tree)
    for call, name in source.calls:
        owner = ast.unparse(call.func).rpartition(".")[0]
        if name in _ENDING_CALLS and owner not in savepoints:
            yield call.lineno, f"{name}() is not for a revision: the caller owns the transaction"


def sets_no_pragma(source: Source) -> Iterator[Finding]:
    """Most pragmas are silently ignored inside a transaction; the others change settings of the caller."""
    for line, text in source.strings:
        for name in _PRAGMA.findall(text):
            if name.lower() not in READING_PRAGMAS:
                yield (
                    line,
                    f"PRAGMA {name} is not for a revision: the caller sets them before the transaction",
                )


def has_no_double_quotes_in_sql(source: Source) -> Iterator[Finding]:
    """SQLite reads "text" as a string if no column has that name: a typing error becomes data."""
    for line, text in source.strings:
        if '"' in text:
            yield (
                line,
                "a double quote in a string: SQL takes 'text' for text and bare names (or “ ” in a message)",
            )


def declares_what_it_keeps(source: Source) -> Iterator[Finding]:
    """Every revision but the first must declare queries whose results it leaves unchanged."""
    declared = _declared(source.tree)
    if "keeps" not in declared:
        yield 1, "it declares no `keeps`: pairs of queries whose rows are equal before and after"
    elif declared.get("down_revision") != "None" and declared["keeps"] in ("{}", "dict()"):
        yield 1, "its `keeps` is empty: name at least the counts of the tables it finds"


def recreates_what_batch_drops(source: Source) -> Iterator[Finding]:
    """A batch rebuilds the table: it silently drops its triggers, and fails if a view reads it."""
    tables = [(call, _first_text(call)) for call, name in source.calls if name == "batch_alter_table"]
    if not tables:
        return
    text = "\n".join(text for _line, text in source.strings)
    dependents = _dependents(source)
    for call, table in tables:
        batch = f"batch over {table or 'a table not named literally'}"
        for type_, name in [each[:2] for each in dependents if table is None or _depends(each, table)]:
            if not re.search(rf"\bCREATE\s+{type_}\s+(IF\s+NOT\s+EXISTS\s+)?{name}\b", text, re.I):
                yield call.lineno, f"{batch} drops the {type_} {name}: create it again afterwards"


def has_a_kept_document(source: Source) -> Iterator[Finding]:
    """Later releases are tested with a document that this one wrote."""
    document = source.documents / f"{source.revision}{SUFFIX}"
    if source.is_released and not document.is_file():
        yield 1, f"it is released and has no {document.name}: keep one with build_scripts/new_fixture.py"


RULES: tuple[Rule, ...] = (
    unchanged,
    keeps_its_data_files,
    imports_nothing_of_the_program,
    leaves_the_transaction_alone,
    sets_no_pragma,
    has_no_double_quotes_in_sql,
    declares_what_it_keeps,
    recreates_what_batch_drops,
    has_a_kept_document,
)


def _savepoints(tree: ast.Module) -> set[str]:
    """Return the variables of savepoints: `with ….begin_nested() as inner`, `inner = …`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(node, ast.With):
            pairs = [(item.context_expr, item.optional_vars) for item in node.items]
        elif isinstance(node, ast.Assign):
            pairs = [(node.value, node.targets[0])]
        targets = [target for value, target in pairs if ast.unparse(value).endswith(".begin_nested()")]
        names |= {ast.unparse(target) for target in targets if target is not None}
    return names


def _declared(tree: ast.Module) -> dict[str, str]:
    """Return the assignments at the top level of a module: names, and values as source text."""
    values = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = ast.unparse(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            values[node.target.id] = ast.unparse(node.value)
    return values


def _first_text(call: ast.Call) -> str | None:
    """Return a call's first argument, or its `table_name`, if that is a literal string."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "table_name"]
    arguments = [*call.args, *named]
    first = arguments[0] if arguments else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _dependents(source: Source) -> list[Dependent]:
    """Return the triggers and views that exist before a revision runs."""
    before = _declared(source.tree)["down_revision"].strip("'\"")
    if before == "None":
        return []
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "before.db"
        Migrations(source.path.parent.parent, database).upgrade(before)
        with closing(sqlite3.connect(database)) as connection:
            query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
            return connection.execute(query).fetchall()


def _depends(dependent: Dependent, table: str) -> bool:
    """Return whether a trigger belongs to a table, or a view reads it."""
    type_, _name, owner, sql = dependent
    return owner == table if type_ == "trigger" else bool(re.search(rf"\b{re.escape(table)}\b", sql))
