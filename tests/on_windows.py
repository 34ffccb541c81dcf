"""Names the tests that `build_scripts/test.py --target windows` runs on the frozen program of Windows."""

ON_WINDOWS = (
    "windows",
    "test_alembic_recipes.py",
    "test_command_line.py",
    "test_desktop.py",
    "test_documents.py",
    "test_health.py",
    "test_import.py",
    "test_installation.py",
    "test_jobs.py",
    "test_library.py",
    "test_notebook.py",
    "test_parts.py",
    "test_quiet.py",
    "test_rescue.py",
    "test_strange_files.py",
)
"""Those of commands and files; on a real Windows the whole suite can be run."""
