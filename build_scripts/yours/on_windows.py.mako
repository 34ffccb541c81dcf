"""Names the tests that `build_scripts/test.py --target windows` runs on the frozen program of Windows."""

ON_WINDOWS = ("test_documents.py", "test_installation.py")
"""Those of commands and files; on a real Windows the whole suite can be run."""
