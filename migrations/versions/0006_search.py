"""full-text search

Titles, notes and tags are indexed: by FTS5 with triggers on SQLite, by generated tsvector columns
with GIN on PostgreSQL. All of it is made from what is there and is called `search…`.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
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

_TAGS = """coalesce((
    SELECT group_concat(name, ' ') FROM (
        SELECT name FROM tags JOIN run_tags ON tag_id = tags.id WHERE run_id = {run} ORDER BY name
    )), '')"""

_SQLITE = [
    "CREATE VIRTUAL TABLE search USING fts5(title, notes, tags, tokenize = 'unicode61 remove_diacritics 2')",
    """CREATE TRIGGER search_run_added AFTER INSERT ON runs BEGIN
    INSERT INTO search (rowid, title, notes, tags) VALUES (new.id, new.title, new.notes, '');
END""",
    """CREATE TRIGGER search_run_changed AFTER UPDATE OF id, title, notes ON runs BEGIN
    UPDATE search SET rowid = new.id, title = new.title, notes = new.notes WHERE rowid = old.id;
END""",
    """CREATE TRIGGER search_run_deleted AFTER DELETE ON runs BEGIN
    DELETE FROM search WHERE rowid = old.id;
END""",
    f"""CREATE TRIGGER search_tag_added AFTER INSERT ON run_tags BEGIN
    UPDATE search SET tags = {_TAGS.format(run="new.run_id")} WHERE rowid = new.run_id;
END""",
    f"""CREATE TRIGGER search_tag_removed AFTER DELETE ON run_tags BEGIN
    UPDATE search SET tags = {_TAGS.format(run="old.run_id")} WHERE rowid = old.run_id;
END""",
    f"""CREATE TRIGGER search_tag_renamed AFTER UPDATE OF name ON tags BEGIN
    UPDATE search SET tags = {_TAGS.format(run="search.rowid")}
    WHERE rowid IN (SELECT run_id FROM run_tags WHERE tag_id = new.id);
END""",
]
_SQLITE_FILL = f"""
    INSERT INTO search (rowid, title, notes, tags)
    SELECT id, title, notes, {_TAGS.format(run="runs.id")} FROM runs ORDER BY id
"""
_SQLITE_NAMES = ["run_added", "run_changed", "run_deleted", "tag_added", "tag_removed", "tag_renamed"]

_POSTGRESQL = [
    """ALTER TABLE runs ADD COLUMN search tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', title || ' ' || coalesce(notes, ''))) STORED""",
    "ALTER TABLE tags ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED",
    "CREATE INDEX search_runs ON runs USING gin (search)",
    "CREATE INDEX search_tags ON tags USING gin (search)",
]


def upgrade() -> None:
    for statement in [*_SQLITE, _SQLITE_FILL] if _sqlite() else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if _sqlite():
        for name in _SQLITE_NAMES:
            op.execute(f"DROP TRIGGER search_{name}")
        op.execute("DROP TABLE search")
    else:
        op.execute("DROP INDEX search_runs")
        op.execute("DROP INDEX search_tags")
        op.drop_column("runs", "search")
        op.drop_column("tags", "search")


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
