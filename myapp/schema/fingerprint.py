"""A schema as comparable text: shows a lost trigger, collation, DESC or constraint name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlalchemy import Connection

# By their full text: a hostile file can hold objects of its own whose names begin with `sqlite_`.
SQLITE_OBJECTS = """
    SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND sql NOT IN (
        'CREATE TABLE sqlite_sequence(name,seq)', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)',
        'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)'
    ) ORDER BY type, name
"""

# Only the characters that SQLite itself takes for white space, and quotes around names that mean the same
# without them: else two schemas that read alike could differ. Words in capitals might be keywords.
_SPACE = r"[ \t\n\f\r]+"
_TOKEN = r"""(?s)'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"(),]+|."""
_QUOTED = r'"(?![A-Z_]+")([^\W\d]\w*)"'


def of_rows(rows: Iterable[tuple[str, str, str | None]]) -> dict[str, str]:
    """Return `type name` → definition for (type, name, SQL) rows.

    White space, quotes and the order of a table's constraints do not count: a downgrade that makes a table
    again may write them differently.
    """
    objects = {}
    for type_, name, sql in rows:
        text = _normal(str(sql or ""))  # a damaged schema may hold a number here
        objects[f"{type_} {name}"] = _in_order(text) if type_ == "table" else text
    return objects


def of_database(connection: Connection) -> dict[str, str]:
    """Return the fingerprint of a SQLite database."""
    return of_rows((row[0], row[1], row[2]) for row in connection.exec_driver_sql(SQLITE_OBJECTS))


def differences(actual: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """Return a line for each object that differs between two fingerprints, [] where they are equal."""
    missing = [f"{name} is missing" for name in expected if name not in actual]
    extra = [f"{name} does not belong to it" for name in actual if name not in expected]
    changed = [f"{name} differs" for name in expected if name in actual and actual[name] != expected[name]]
    return sorted(missing + extra + changed)


def _normal(sql: str) -> str:
    import re  # here, since most documents have a new document's schema letter by letter

    parts = re.split(r"('(?:[^']|'')*')", sql)  # string literals keep their white space
    parts[::2] = [re.sub(_SPACE, " ", re.sub(_QUOTED, r"\1", part)) for part in parts[::2]]
    return re.sub(r" ?([(),]) ?", r"\1", "".join(parts)).strip()


def _in_order(sql: str) -> str:
    """Return the normalised text of a table with the constraints at its end sorted."""
    start, end = sql.find("(") + 1, sql.rfind(")")
    defined = parts(sql[start:end]) if 0 < start <= end else []
    constraints = [part for part in defined if part.startswith("CONSTRAINT ")]
    columns = defined[: len(defined) - len(constraints)]
    if [*columns, *constraints] != defined:
        return sql
    return f"{sql[:start]}{','.join([*columns, *sorted(constraints)])}{sql[end:]}"


def parts(text: str) -> list[str]:
    """Split a text at the commas outside of parentheses and quotes."""
    split, depth = [""], 0
    for token in tokens(text):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and not depth:
            split.append("")
        else:
            split[-1] += token
    return split


def tokens(text: str) -> list[str]:
    """Return quoted texts, parentheses, commas, and all between them."""
    import re

    return re.findall(_TOKEN, text)
