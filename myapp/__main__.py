"""Start-up: `python -m myapp`, the console script and the executable all begin here."""

import gc
import sys

_OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""With Python's own 700 it looks again and again for garbage among the modules that are being loaded."""


def run() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from myapp.cli.main import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while modules are loaded; main() has an answer of its own
        sys.stderr.write("myapp: interrupted\n")
        code = 130
    gc.freeze()  # whatever must be closed is closed: nothing is looked through once more at the end
    sys.exit(code)


if __name__ == "__main__":
    run()
