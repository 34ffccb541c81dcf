"""Recognises the revision whose schema a database has that is no document yet, however that was written.

The order of columns and constraints, the names of constraints, upper and lower case, and parentheses around
a default do not count: models and revisions write these differently.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from myapp.document.classify import demand_known
from myapp.document.errors import NotRecognised
from myapp.document.format import DocumentFormat
from myapp.document.newer import newer_document
from myapp.document.trust import stamped_versions
from myapp.errors import NotADocument, UsageError, shown
from myapp.schema import fingerprint
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
from myapp.schema.migrations import Migrations

_VERSION_TABLE = "alembic_version"

Row = tuple[str, str, str]
"""Type, name and SQL of an object of a schema."""

_CONSTRAINT = re.compile(r"(primary key\b|unique\(|check\(|foreign key\b)")
_NAME = re.compile(r'\bconstraint (?:"[^"]*"|\w+) ')
_PARENTHESES = re.compile(r"\(([^()']*)\)")
_LITERAL = re.compile(r"('(?:[^']|'')*')")


@dataclass(frozen=True)
class Recognised:
    """A revision, whether the version table names it, and its objects.

    `different` are the tables and indexes that are written otherwise in the file, by their names as they are
    there; `lacks_record` is whether the table of programs is missing.
    """

    revision: str
    stamped: bool
    objects: tuple[Row, ...]
    different: tuple[tuple[str, str], ...]
    lacks_record: bool


def recognise(
    connection: sqlite3.Connection, path: str, format: DocumentFormat, revision: str | None = None
) -> Recognised:
    """Return what a database is; `revision` says it where several have the same schema. No row is read.

    Raise NotADocument for another program's, NotRecognised where no revision has its schema, NewerDocument or
    TooOldDocument by its version table, UsageError where it may be of several revisions, NotFound for an
    unknown `revision`, and Damaged for a version table that is none.
    """
    rows = [row for row in connection.execute(fingerprint.SQLITE_OBJECTS) if row[1] != _VERSION_TABLE]
    stamped = [str(version) for version in stamped_versions(connection, path)]
    _demand_ours(path, rows, format)
    if len(stamped) > 1:
        raise NotADocument(path, f"a SQLite database with several revisions ({shown(', '.join(stamped))})")
    candidates = _candidates(path, stamped, revision, format)
    expected = {each: loosely(_expected(each, rows, format)) for each in candidates}
    actual = loosely(rows)
    differences = {each: fingerprint.differences(actual, expected[each]) for each in candidates}
    matching = [each for each in candidates if not differences[each]]
    if not matching:
        nearest = min(reversed(candidates), key=lambda each: len(differences[each]))
        raise NotRecognised(path, nearest, differences[nearest])
    return _recognised(_only(path, matching, rows, format), bool(stamped), rows, format)


def _only(path: str, matching: Sequence[str], rows: Iterable[Row], format: DocumentFormat) -> str:
    """Return the one revision of those that match; best one for which nothing is missing."""
    whole = [each for each in matching if _expected(each, rows, format) == schemas(format)[each]]
    best = whole or matching
    if len(best) > 1:
        fact = f"{shown(path)} has no revision, and its schema is that of {' and '.join(best)}"
        raise UsageError(fact, setting="revision", advice="say which with {revision}")
    return best[0]


def _candidates(path: str, stamped: Sequence[str], revision: str | None, format: DocumentFormat) -> list[str]:
    """Return the revisions that a database may have, oldest first."""
    if stamped and stamped[0] not in format.order:
        raise newer_document(path, shown(stamped[0][:40]), format)
    named = [*stamped, *([revision] if revision else [])]
    for each in named:
        demand_known(path, format.ordinal_of(each), format)
    if len(set(named)) > 1:
        raise UsageError(f"{shown(path)} has revision {stamped[0]}, not {revision}", setting="revision")
    return named[:1] or list(format.order[format.oldest - 1 :])


def _demand_ours(path: str, rows: Iterable[Row], format: DocumentFormat) -> None:
    """Raise NotADocument unless one of the tables is named as one of the application's."""
    ours = {name.lower() for objects in schemas(format).values() for type_, name, _sql in objects}
    if not any(type_ == "table" and name.lower() in ours for type_, name, _sql in rows):
        raise NotADocument(path, "another program's SQLite database")


def _expected(revision: str, rows: Iterable[Row], format: DocumentFormat) -> tuple[Row, ...]:
    """Return the objects of a revision, without the table of programs where the database lacks it."""
    lacks = _lacks_record(rows, format)
    objects = schemas(format)[revision]
    return tuple(row for row in objects if not (lacks and row[1] == format.record.table))


def _lacks_record(rows: Iterable[Row], format: DocumentFormat) -> bool:
    return not any(name == format.record.table for _type, name, _sql in rows)


def _recognised(revision: str, stamped: bool, rows: Sequence[Row], format: DocumentFormat) -> Recognised:
    wanted = _expected(revision, rows, format)
    exact = fingerprint.of_rows(wanted)
    different = tuple(
        (type_, name)
        for type_, name, sql in rows
        if fingerprint.of_rows([(type_, name, sql)]) != {f"{type_} {name}": exact.get(f"{type_} {name}")}
    )
    objects = schemas(format)[revision]
    return Recognised(revision, stamped, objects, different, len(objects) > len(wanted))


def loosely(rows: Iterable[Row]) -> dict[str, str]:
    """Return a fingerprint in which the ways of writing a table or an index do not count."""
    objects = {}
    for key, text in fingerprint.of_rows(rows).items():
        type_ = key.partition(" ")[0]
        objects[key.lower()] = _loose(text, type_) if type_ in ("table", "index") else text
    return objects


def _loose(text: str, type_: str) -> str:
    parts = _LITERAL.split(text)
    parts[::2] = [part.lower() for part in parts[::2]]
    text = "".join(parts)
    start, end = text.find("(") + 1, text.rfind(")")
    if type_ != "table" or text.startswith("create virtual") or not 0 < start <= end:
        return text
    inner = sorted(_without_name(part) for part in fingerprint.parts(text[start:end]))
    columns = [_bare_default(part) for part in inner if not _CONSTRAINT.match(part)]
    constraints = [part for part in inner if _CONSTRAINT.match(part)]
    return f"{text[:start]}{','.join([*columns, *constraints])}{text[end:]}"


def _without_name(part: str) -> str:
    return _NAME.sub("", part)


def _bare_default(column: str) -> str:
    """Return a column's definition with `default x` for `default(x)`."""
    before, default, rest = column.partition("default(")
    if not default:
        return column
    depth, value = 1, ""
    for token in fingerprint.tokens(rest):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if not depth:
            break
        value += token
    after = rest[len(value) + 1 :]
    while nested := _PARENTHESES.fullmatch(value):
        value = nested[1]
    return f"{before}default {value} {after}".strip()


def schemas(format: DocumentFormat) -> Mapping[str, tuple[Row, ...]]:
    """Return the objects of each revision that can be upgraded, made by the revisions in memory."""
    return _schemas(format.migrations, format.order[format.oldest - 1 :])


@lru_cache(maxsize=8)
def _schemas(folder: str, order: tuple[str, ...]) -> Mapping[str, tuple[Row, ...]]:
    made: dict[str, tuple[Row, ...]] = {}
    while len(made) < len(order):
        made |= _in_a_row(folder, order[len(made) :])
    return made


def _in_a_row(folder: str, order: Sequence[str]) -> dict[str, tuple[Row, ...]]:
    """Return the objects of the first revision, and of the next as long as each follows the one before."""
    engine = create_migration_engine(
        sqlite_url("memory"), creator=lambda: sqlite3.connect(":memory:", isolation_level=None)
    )
    made: dict[str, tuple[Row, ...]] = {}
    with exclusive(engine) as connection:
        migrations = Migrations(folder, connection)
        for revision in order:
            if made and migrations.revision(revision).down_revisions != (next(reversed(made)),):
                break
            migrations.upgrade(revision)
            rows = connection.exec_driver_sql(fingerprint.SQLITE_OBJECTS)
            made[revision] = tuple((row[0], row[1], row[2]) for row in rows if row[1] != _VERSION_TABLE)
    return made
