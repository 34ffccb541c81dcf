"""The triggers that note which runs' readings were changed, by any program, since their overview was made.

SQLite has them for each row. There the program itself, which notes the run, takes them away in its
transaction: they would make an import a fifth slower. PostgreSQL has one for each statement of others, which
notes only that the overview may be stale. Revisions are literal and import nothing of ours, so these
statements stand there too; a test holds what the two make equal.
"""

# No INSERT OR IGNORE: the conflict clause of the statement that fires a trigger goes before its own.
_NOTED = (
    "INSERT INTO overview_stale (run_id) SELECT {row}.run_id"
    " WHERE {row}.run_id NOT IN (SELECT run_id FROM overview_stale);"
)

SQLITE = {
    "overview_reading_added": f"AFTER INSERT ON readings BEGIN\n    {_NOTED.format(row='new')}\nEND",
    "overview_reading_changed": (
        f"AFTER UPDATE ON readings BEGIN\n    {_NOTED.format(row='old')}\n    {_NOTED.format(row='new')}\nEND"
    ),
    "overview_reading_deleted": f"AFTER DELETE ON readings BEGIN\n    {_NOTED.format(row='old')}\nEND",
}
"""The triggers of a file: their names, and what follows the name in SQL."""

KEPT = "overview.kept"
"""The setting of a PostgreSQL transaction, `on` where it notes by itself which runs it changes."""

# The function has its schema's name: in a temporary one it would not be seen without.
POSTGRESQL = [
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
