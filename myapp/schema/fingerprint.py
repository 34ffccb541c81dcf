"""A schema as comparable text, so that a lost trigger, collation, DESC or constraint name is seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlalchemy import Connection

# A name that begins with `sqlite_` alone does not make an object SQLite's own: a file can hold any.
SQLITE_OBJECTS = """
    SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND sql NOT IN (
        'CREATE TABLE sqlite_sequence(name,seq)', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)',
        'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)'
    ) ORDER BY type, name
"""

# Only what SQLite itself takes for white space, and quotes around what means the same without them: else
# two schemas that read alike could differ. Words in capitals might be keywords.
_SPACE = r"[ \t\n\f\r]+"
_TOKEN = r"""(?s)'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"(),]+|."""
_QUOTED = r'"(?![A-Z_]+")([^\W\d]\w*)"'

POSTGRESQL_OBJECTS = """
    SELECT 'column', format('%s.%s', c.relname, a.attname),
           concat_ws(' ', a.attnum - (
                 SELECT count(*) FROM pg_attribute d
                 WHERE d.attrelid = c.oid AND d.attisdropped AND d.attnum < a.attnum AND d.attnum > 0
               ), format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attnotnull THEN 'NOT NULL' END, a.attgenerated, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint', format('%s.%s', c.relname, k.conname), pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND k.contype <> 'n'
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
    UNION ALL
    SELECT 'trigger', format('%s.%s', c.relname, t.tgname), pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
    ORDER BY 1, 2
"""


def of_rows(rows: Iterable[tuple[str, str, str | None]]) -> dict[str, str]:
    """Return `type name` → definition for (type, name, SQL) rows.

    White space and quotes do not count, nor the order of a table's constraints, which a table that a
    downgrade has made again may have in another one.
    """
    # A damaged schema may hold anything where its text should be.
    found = ((kind, name, _normal(str(sql or ""))) for kind, name, sql in rows)
    return {f"{kind} {name}": _in_order(sql) if kind == "table" else sql for kind, name, sql in found}


def of_database(connection: Connection) -> dict[str, str]:
    """Return the fingerprint of a SQLite or PostgreSQL database's default schema."""
    from sqlalchemy import text

    query = SQLITE_OBJECTS if connection.dialect.name == "sqlite" else POSTGRESQL_OBJECTS
    return of_rows((row[0], row[1], row[2]) for row in connection.execute(text(query)))


def differences(found: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return a line for everything in which two fingerprints differ, [] where they are equal."""
    missing = [f"{name} is missing" for name in wanted if name not in found]
    extra = [f"{name} does not belong to it" for name in found if name not in wanted]
    other = [f"{name} differs" for name in wanted if name in found and found[name] != wanted[name]]
    return sorted(missing + extra + other)


def _normal(sql: str) -> str:
    import re  # not needed where a schema is letter by letter a new document's

    parts = re.split(r"('(?:[^']|'')*')", sql)  # string literals keep their white space
    parts[::2] = [re.sub(_SPACE, " ", re.sub(_QUOTED, r"\1", part)) for part in parts[::2]]
    return re.sub(r" ?([(),]) ?", r"\1", "".join(parts)).strip()


def _in_order(sql: str) -> str:
    """Return a table's normal text with the constraints that stand at its end sorted."""
    start, end = sql.find("(") + 1, sql.rfind(")")
    parts = _parts(sql[start:end]) if 0 < start <= end else []
    constraints = [part for part in parts if part.startswith("CONSTRAINT ")]
    columns = parts[: len(parts) - len(constraints)]
    if [*columns, *constraints] != parts:
        return sql
    return f"{sql[:start]}{','.join([*columns, *sorted(constraints)])}{sql[end:]}"


def _parts(text: str) -> list[str]:
    """Split at the commas that stand in no parentheses and no quotes."""
    import re

    parts, depth = [""], 0
    for token in re.findall(_TOKEN, text):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return parts
