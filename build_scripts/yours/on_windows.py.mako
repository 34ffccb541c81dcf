"""Names the tests that `build_scripts/test.py --target windows` runs on the frozen program of Windows."""

ON_WINDOWS = ("test_documents.py", "test_installation.py")
"""Those of an ordinary run: each start takes a second or three under Wine."""

LONG_ON_WINDOWS = ()
"""Those that `--long` adds. On a real Windows the whole suite can be run."""
