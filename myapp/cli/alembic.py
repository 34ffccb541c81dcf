"""The command `alembic`: the stock Alembic command line on this program's migrations."""

import os
import sys
from argparse import ArgumentParser, Namespace

from myapp import paths, product
from myapp.application import document_format
from myapp.cli.opening import working
from myapp.progress import WAIT_SECONDS
from myapp.schema import stock

EXAMPLE = "alembic -x dbPath=trip.myapp current"


def configure(_parser: ArgumentParser) -> None:
    """Add no arguments: Alembic parses its own."""


def run(arguments: Namespace) -> int:
    """Run Alembic."""
    format = document_format()
    format.manifest.check(format.migrations)
    may_write = paths.target() == "source" and os.access(format.migrations, os.W_OK)
    with working("alembic", "the database", WAIT_SECONDS) as context:
        stock.main(
            arguments.rest,
            format.migrations,
            prog=f"{product.NAME} alembic",
            metadata=product.METADATA,
            may_write=may_write,
            output=sys.stdout,
            application_name=product.NAME,
            on_wait=context.progress.waiting,
        )
    return 0
