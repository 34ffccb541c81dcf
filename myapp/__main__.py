"""Start-up: `python -m myapp`, the console script and the executable all begin here."""

import gc
import sys

_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python's own 700 let it look for garbage again and again among modules that are just being loaded."""


def run() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from myapp.cli.main import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while modules are loaded; main() has an answer of its own
        sys.stderr.write("myapp: interrupted\n")
        code = 130
    gc.freeze()  # nothing is looked through once more at the end: whatever must be closed is closed
    sys.exit(code)


if __name__ == "__main__":
    run()
