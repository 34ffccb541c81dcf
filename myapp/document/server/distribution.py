"""Spreads the tables of a document over the servers of a Citus cluster, and says how they lie there.

A document that outgrows one server is spread by its format's `distributed` columns: rows with one value of
them lie together on one worker. All other tables are copied to every server, so that references and joins
stay within one. https://docs.citusdata.com/en/stable/develop/api_udf.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from sqlalchemy import URL

from myapp.document.context import Context
from myapp.document.server.document import changing
from myapp.document.server.engine import reading
from myapp.errors import SystemRefused
from myapp.schema.connections import subject

_HAS_CITUS = "SELECT count(*) FROM pg_extension WHERE extname = 'citus'"
_IS_COORDINATOR = "SELECT count(*) FROM pg_dist_local_group WHERE groupid = 0"
_WORKERS = "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards"
_TABLES = """
    SELECT c.relname, coalesce(t.citus_table_type, 'local') FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN citus_tables t ON t.table_name = c.oid
    WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname
"""
_REFERENCES = """
    SELECT c.relname, r.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND n.nspname = current_schema() AND c.oid <> r.oid
"""
_TRIGGERS = """
    SELECT format('DROP TRIGGER %%I ON %%I', tgname, c.relname) FROM pg_trigger
    JOIN pg_class c ON c.oid = tgrelid WHERE c.oid = CAST(quote_ident(%s) AS regclass) AND NOT tgisinternal
"""


@dataclass(frozen=True)
class Distribution:
    """How the tables of a document lie in a cluster: names of those that are spread, copied, and neither.

    `workers` is the number of servers that hold rows of the spread ones.
    """

    spread: tuple[str, ...]
    copied: tuple[str, ...]
    local: tuple[str, ...]
    workers: int

    def __str__(self) -> str:
        if not (self.spread or self.copied):
            return "not distributed: all tables lie on the coordinator"
        later = f"; not distributed yet: {', '.join(self.local)}" if self.local else ""
        spread, copied = ", ".join(self.spread), ", ".join(self.copied)
        servers = f"{self.workers} server{'' if self.workers == 1 else 's'}"
        return f"{spread} spread over {servers}; {copied} on each{later}"


def distribution(connection: Any) -> Distribution | None:
    """Return how the tables lie, given a psycopg connection; None where the database is in no cluster."""
    if not _value(connection, _HAS_CITUS):
        return None
    types = dict(connection.execute(_TABLES).fetchall())
    spread, copied, local = (
        tuple(name for name, its_type in types.items() if its_type == wanted)
        for wanted in ("distributed", "reference", "local")
    )
    return Distribution(spread, copied, local, _value(connection, _WORKERS))


def distribute(url: URL, context: Context) -> Distribution:
    """Spread and copy the tables of a document that are not in their place, in one transaction; say how they
    lie.

    Triggers of spread tables are dropped: Citus runs none. Raise SystemRefused without the extension, on a
    worker and for a format without `distributed` tables, UpgradeNeeded, and the errors of opening a document.
    """
    columns, path = context.format.distributed, subject(url)
    if not columns:
        raise SystemRefused(path, "no table of these documents can be spread")
    with reading(url, context) as connection:
        _demand_coordinator(connection.connection.driver_connection, path)
    with changing(url, context) as connection:
        driver: Any = connection.connection.driver_connection
        before = distribution(driver)
        for statement, values in _statements(driver, columns, before.local if before else ()):
            driver.execute(statement, values)
        after = distribution(driver)
        assert after
        return after


def _demand_coordinator(connection: Any, path: str) -> None:
    if not _value(connection, _HAS_CITUS):
        remedy = "`CREATE EXTENSION citus` in this database of the coordinator, then add its workers"
        raise SystemRefused(path, "it is in no Citus cluster", remedy)
    if not _value(connection, _IS_COORDINATOR):
        raise SystemRefused(path, "this server is a worker of its cluster", "name the coordinator's URL")


def _statements(
    connection: Any, columns: Mapping[str, str], local: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what puts local tables in their place, after those to which they refer."""
    order = TopologicalSorter[str](dict.fromkeys(local, ()))
    for table, referenced in connection.execute(_REFERENCES).fetchall():
        order.add(table, referenced)
    for table in (each for each in order.static_order() if each in local):
        if table not in columns:
            yield "SELECT create_reference_table(CAST(quote_ident(%s) AS regclass))", (table,)
            continue
        for (drop,) in connection.execute(_TRIGGERS, (table,)).fetchall():
            yield drop, ()
        yield (
            "SELECT create_distributed_table(CAST(quote_ident(%s) AS regclass), %s)",
            (table, columns[table]),
        )


def _value(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
