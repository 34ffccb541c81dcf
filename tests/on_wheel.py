"""Names the tests that are run on the wheel too."""

ON_WHEEL = {
    "test_alembic_recipes.py": {
        "test_alembic_config_main_upgrades_in_process": "the migrations inside the package",
        "test_the_stock_command_line_writes_sql_instead_where_asked": "the same, offline",
        "test_the_commands_that_write_revisions": "a folder that is not the developer's",
        "test_run_migrations": "the migrations inside the package, from another program",
        "test_every_step_returns_values[sqlite": "the same, step by step",
        "test_threads_take_turns": "imports from several threads",
    },
    "test_command_line.py": {
        "test_a_published_file": "the entry point, and what an import loads",
        "test_version": "the entry point",
        "test_every_command": "modules of all commands",
        "test_completion_scripts": "a dependency that finds the parser",
    },
    "test_desktop.py": {"": "a start without a command, which finds Qt among the dependencies"},
    "test_documents.py": {
        "test_every_released_document": "the main job, by the packaged migrations",
        "test_no_reading_is_lost": "the same",
        "test_an_upgrade_leaves_a_backup": "the same",
        "test_a_new_document_is_what": "the blank document inside the package",
    },
    "test_examples.py": {"": "every command of the pages, as people type it"},
    "test_import.py": {
        "test_a_local_clock": "time zones of a dependency",
        "test_a_sheet_of_a_workbook": "the reader of a dependency",
    },
    "test_installation.py": {"": "missing, empty and altered files of an installation"},
    "test_jobs.py": {"test_several_at_a_time": "processes that the program starts of itself"},
    "test_library.py": {"": "import of the package from other programs, its typing marker"},
    "test_notebook.py": {"test_a_run_is_drawn": "the font and the renderer of dependencies"},
    "test_parts.py": {"test_a_program_runs": "the environment that the entry point hands on"},
    "test_start.py": {"": "the list of modules that a start loads"},
}
"""Tests for the wheel, by file and the beginning of their names, and what of it an installation could break.

All others hold behaviour of the code, which the wheel shares with the sources and the executable.
"""
