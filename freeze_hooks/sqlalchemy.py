"""SQLAlchemy: dialects and drivers are imported by the name in a URL."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the two dialects that the program speaks, each with its one driver.

    The other dialects stay where Alembic's own modules import them.
    """
    return Needs(
        includes=["sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"],
        excludes=["sqlalchemy.testing", "sqlalchemy.dialects.oracle", "sqlalchemy.ext.mypy"],
        optional=[
            # drivers of other databases, and of the same ones that the program does not use
            *("aioodbc", "aiosqlite", "asyncmy", "asyncpg", "mysql", "psycopg2", "pymysql"),
            *("pyodbc", "pysqlcipher3", "sqlcipher3"),
            "greenlet",  # asynchronous use
        ],
    )
