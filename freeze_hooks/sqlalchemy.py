"""SQLAlchemy: dialects and drivers are imported by the name in a URL."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the two dialects that the program speaks, each with its one driver.

    The others and the asynchronous half are named by Alembic and SQLAlchemy only where they are asked for.
    """
    return Needs(
        includes=["sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"],
        excludes=[
            *(f"sqlalchemy.dialects.{name}" for name in ("mssql", "mysql", "oracle")),
            *(f"sqlalchemy.{name}" for name in ("ext.asyncio", "ext.mypy", "testing")),
        ],
        optional=[
            # drivers of other databases, and of the same ones that the program does not use
            *("aioodbc", "aiosqlite", "asyncmy", "asyncpg", "mysql", "psycopg2", "pymysql"),
            *("pyodbc", "pysqlcipher3", "sqlcipher3"),
            "greenlet",  # asynchronous use
        ],
    )
