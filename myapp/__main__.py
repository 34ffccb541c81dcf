"""Starts the program: `python -m myapp`, the console script and the executable."""

import gc
import sys

_OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Python's own 700 would collect again and again while modules are imported, which make no garbage."""


def run() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from myapp.cli.main import main
        from myapp.cli.quiet import keep_quiet

        keep_quiet()
        exit_code = main(sys.argv[1:])
    except KeyboardInterrupt:  # during the imports; main() reports it itself
        sys.stderr.write("myapp: interrupted\n")
        exit_code = 130
    gc.freeze()  # everything is closed: Python's last collection would find nothing
    sys.exit(exit_code)


if __name__ == "__main__":
    run()
