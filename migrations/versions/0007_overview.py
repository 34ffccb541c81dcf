"""overview of readings

Each 1,024 readings of a channel, and all of them in a run, are summed up in a row: `overview` and `totals`.
The rows are made from readings by the program, at once after its upgrade; until then `overview_stale` has
every run. Triggers on readings put the runs there that any other program changes later.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNTS = {
    "runs": "SELECT count(*), min(title), max(title) FROM runs",
    "readings": "SELECT count(*) FROM readings",
    "tags": "SELECT count(*) FROM tags",
    "tags of runs": "SELECT count(*) FROM run_tags",
    "sources": "SELECT count(*) FROM sources",
    "attachments": "SELECT count(*) FROM attachments",
}
keeps: dict[str, tuple[str, str]] = {name: (query, query) for name, query in _COUNTS.items()}
drops: list[str] = []
loses: dict[str, str] = {}

_NOTED = (
    "INSERT INTO overview_stale (run_id) SELECT {row}.run_id"
    " WHERE {row}.run_id NOT IN (SELECT run_id FROM overview_stale);"
)
_SQLITE = [
    f"""CREATE TRIGGER overview_reading_added AFTER INSERT ON readings BEGIN
    {_NOTED.format(row="new")}
END""",
    f"""CREATE TRIGGER overview_reading_changed AFTER UPDATE ON readings BEGIN
    {_NOTED.format(row="old")}
    {_NOTED.format(row="new")}
END""",
    f"""CREATE TRIGGER overview_reading_deleted AFTER DELETE ON readings BEGIN
    {_NOTED.format(row="old")}
END""",
]
_SQLITE_NAMES = ["added", "changed", "deleted"]

# The function has its schema's name: in a temporary one it would not be seen without.
_POSTGRESQL = [
    """CREATE FUNCTION overview_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO overview_stale (run_id) VALUES (0) ON CONFLICT (run_id) DO NOTHING;
        RETURN NULL;
    END $$""",
    """DO $$ BEGIN
        EXECUTE 'CREATE TRIGGER overview_readings_changed
            AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON readings FOR EACH STATEMENT
            WHEN (current_setting(''overview.kept'', true) IS DISTINCT FROM ''on'')
            EXECUTE FUNCTION ' || quote_ident(current_schema()) || '.overview_note()';
    END $$""",
]


def upgrade() -> None:
    op.create_table(
        "overview",
        _number("run_id"),
        _number("channel_id"),
        _large("first_at"),
        *_summary(),
        sa.PrimaryKeyConstraint("run_id", "channel_id", "first_at", name=op.f("pk_overview")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "totals",
        _number("run_id"),
        _number("channel_id"),
        _large("first_at"),
        *_summary(),
        _large("gaps"),
        sa.PrimaryKeyConstraint("run_id", "channel_id", name=op.f("pk_totals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "overview_stale",
        _number("run_id"),
        sa.Column("times", sa.BigInteger()),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_overview_stale")),
    )
    op.execute("INSERT INTO overview_stale (run_id) SELECT id FROM runs")
    for statement in _SQLITE if _sqlite() else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if _sqlite():
        for name in _SQLITE_NAMES:
            op.execute(f"DROP TRIGGER overview_reading_{name}")
    else:
        op.execute("DROP TRIGGER overview_readings_changed ON readings")
        op.execute("DROP FUNCTION overview_note()")
    for table in ("overview_stale", "totals", "overview"):
        op.drop_table(table)


def _summary() -> list[sa.Column]:
    return [
        _large("readings"),
        _double("first_value"),
        _large("last_at"),
        _double("last_value"),
        _double("minimum"),
        _large("minimum_at"),
        _double("maximum"),
        _large("maximum_at"),
        sa.Column("sum", sa.Double()),
        sa.Column("differences", sa.Double()),
        sa.Column("squares", sa.Double()),
    ]


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _large(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _double(name: str) -> sa.Column:
    return sa.Column(name, sa.Double(), nullable=False)


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
