"""SQLAlchemy: it imports dialects and drivers by the name in a URL."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the two dialects that the program uses, each with its driver; leave out all others.

    Alembic and SQLAlchemy import other dialects and the asynchronous modules only on demand.
    """
    return Needs(
        includes=["sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"],
        excludes=[
            *(f"sqlalchemy.dialects.{name}" for name in ("mssql", "mysql", "oracle")),
            *(f"sqlalchemy.{name}" for name in ("ext.asyncio", "ext.mypy", "testing")),
            *("aiosqlite", "asyncpg", "greenlet"),  # asynchronous use, which the tests have
        ],
        optional=[
            # drivers of other databases, and of the same ones that the program does not use
            *("aioodbc", "asyncmy", "mysql", "psycopg2", "pymysql"),
            *("pyodbc", "pysqlcipher3", "sqlcipher3"),
        ],
    )
