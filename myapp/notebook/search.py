"""The full-text index: the statements that make it, which no model can say.

Revisions are literal and import nothing of ours, so these statements stand there too; a test holds
what the two make equal. Whoever changes the index writes a new revision and changes this text.
"""

_TAGS = """coalesce((
    SELECT group_concat(name, ' ') FROM (
        SELECT name FROM tags JOIN run_tags ON tag_id = tags.id WHERE run_id = {run} ORDER BY name
    )), '')"""

SQLITE = [
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

POSTGRESQL = [
    """ALTER TABLE runs ADD COLUMN search tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', title || ' ' || coalesce(notes, ''))) STORED""",
    "ALTER TABLE tags ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED",
    "CREATE INDEX search_runs ON runs USING gin (search)",
    "CREATE INDEX search_tags ON tags USING gin (search)",
]
