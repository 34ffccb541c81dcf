"""Sets what a PostgreSQL session reads and writes by, whatever its role, database, URL or environment say."""

from typing import Any

from sqlalchemy import Engine, event

_VALUES = {
    # Text of values, in both directions: a role with `extra_float_digits = 0` would round every number.
    "extra_float_digits": "3",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    # Meaning of statements.
    "standard_conforming_strings": "on",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "gin_fuzzy_search_limit": "0",  # else a search finds a random part of the rows
    # In a cluster, a foreign key from a spread table to a copied one allows no parallel changes.
    "citus.multi_shard_modify_mode": "sequential",
    # A snapshot from before the wait for a lock would show the version table as it was then.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    # Long work is ended by the user; only locks are waited for no longer than was said.
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}

_SET = """
    SELECT pg_catalog.set_config(name, value, false) FROM (VALUES {values}) AS wanted (name, value)
    WHERE pg_catalog.current_setting(name, true) IS NOT NULL
"""
"""Sets those that this server has: `transaction_timeout` is of version 17."""

_DURABLE = """
    SELECT pg_catalog.set_config('synchronous_commit', 'on', false)
    WHERE pg_catalog.current_setting('synchronous_commit') = 'off'
"""
"""A commit that was reported survives the server's crash; stronger settings stay."""

_ONE_SCHEMA = """
    SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(pg_catalog.current_schema()), false)
    WHERE pg_catalog.current_schema() IS NOT NULL
"""

LONGEST_MS = 2**31 - 1
"""The longest timeout that PostgreSQL takes."""


def milliseconds(wait: float) -> int:
    """Return a wait in seconds as PostgreSQL's timeout; zero would wait for ever."""
    return max(1, int(min(wait * 1000, LONGEST_MS)))


def prepare_sessions(engine: Engine, wait: float) -> None:
    """Make every new connection of an engine set its session, and wait up to `wait` seconds for a lock."""
    values = {**_VALUES, "lock_timeout": str(milliseconds(wait))}
    pairs = ", ".join(f"('{name}', '{value}')" for name, value in values.items())
    # First of all: SQLAlchemy asks a new connection how string literals are written.
    event.listen(
        engine, "connect", lambda raw, _record: _run(raw, _SET.format(values=pairs), _DURABLE), insert=True
    )


def use_one_schema(engine: Engine) -> None:
    """Make every new connection look for tables in its current schema only.

    Else a table that is missing there would be read from the next schema of the search path, and functions of
    a schema named before `pg_catalog` would take the place of the server's own.
    """
    event.listen(engine, "connect", lambda raw, _record: _run(raw, _ONE_SCHEMA), insert=True)


def _run(raw: Any, *statements: str) -> None:
    cursor = raw.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
    raw.commit()
