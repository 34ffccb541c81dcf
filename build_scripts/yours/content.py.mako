"""Fills a kept document, so that a later release has something to lose."""

% if example:
from sqlalchemy import Connection, insert

from ${package}.content.models import Item

TITLES = ("first", "second; with 'quotes'", "третий", "第四")


def fill(connection: Connection) -> None:
    """Write all that this release knows into an empty document; called by build_scripts/new_fixture.py."""
    connection.execute(
        insert(Item), [{"title": title, "added_at": number} for number, title in enumerate(TITLES)]
    )
% else:
from sqlalchemy import Connection


def fill(connection: Connection) -> None:
    """Write all that this release knows into an empty document; called by build_scripts/new_fixture.py.

    Write rows of your own here, of every table: a test can only find lost what was there.
    """
% endif
