"""Names the tests that `build_scripts/test.py --target windows` runs on the frozen program of Windows."""

ON_WINDOWS = (
    "windows",
    "test_command_line.py",
    "test_desktop.py",
    "test_documents.py",
    "test_installation.py",
    "test_jobs.py",
    "test_notebook.py",
    "test_parts.py",
)
"""Those of an ordinary run: each start takes a second or three under Wine."""

LONG_ON_WINDOWS = (
    "test_alembic_recipes.py",
    "test_health.py",
    "test_import.py",
    "test_library.py",
    "test_quiet.py",
    "test_rescue.py",
    "test_strange_files.py",
)
"""Those that `--long` adds. On a real Windows the whole suite can be run."""
