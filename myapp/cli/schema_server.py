"""The commands below `schema` for documents on a server: who may use one, and how it lies in a cluster."""

from argparse import ArgumentParser, Namespace

from myapp import application
from myapp.cli import output
from myapp.cli.opening import demand_consent, server, working
from myapp.cli.options import add_wait, add_yes
from myapp.errors import UsageError, shown
from myapp.schema.connections import subject
from myapp.schema.urls import is_url


def configure(to_grant: ArgumentParser, to_distribute: ArgumentParser) -> None:
    """Add the arguments of `grant` and `distribute`."""
    for parser in (to_grant, to_distribute):
        parser.add_argument("database", metavar="URL")
    to_grant.add_argument("--reader", action="append", default=[], metavar="ROLE", help="may read")
    to_grant.add_argument("--writer", action="append", default=[], metavar="ROLE", help="may read and write")
    to_grant.add_argument("--sql", action="store_true", help="print the statements only; nothing is run")
    add_wait(to_distribute)
    add_yes(to_distribute)


def grant(arguments: Namespace) -> int:
    """Grant roles of a server the privileges of readers and writers, now and after later upgrades."""
    from myapp.document.server.roles import grants, run_grants

    if not is_url(arguments.database):
        raise UsageError(f"{shown(arguments.database)} is no URL: a file has permissions of its own")
    if not (arguments.reader or arguments.writer):
        raise UsageError("no role: use --reader ROLE or --writer ROLE")
    url = server(arguments.database)
    run = grants if arguments.sql else run_grants
    for statement in run(url, application.context(), arguments.reader, arguments.writer):
        output.line(f"{statement};")
    return 0


def distribute(arguments: Namespace) -> int:
    """Spread a document over the servers of a Citus cluster, or what an upgrade has added to it."""
    from myapp.document.server.distribution import distribute as spread

    name = shown(arguments.database)
    if not is_url(arguments.database):
        raise UsageError(f"{name} is no URL: only a server's database can be distributed")
    url = server(arguments.database)
    with working(f"distributing {subject(url)}", subject(url), arguments.wait) as context:
        fact = f"{subject(url)} may be shared with others, who must wait meanwhile"
        demand_consent(arguments, subject(url), fact, "distribute it now?")
        output.line(str(spread(url, context)))
    return 0
