"""Names the tests that are run on the wheel too."""

ON_WHEEL = {
    "test_documents.py": {"test_a_document_of_each_release": "the main job, by the packaged migrations"},
    "test_installation.py": {"": "the program where it is installed"},
}
"""Tests for the wheel, by file and the beginning of their names, and what of it an installation could break."""
