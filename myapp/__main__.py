"""Start-up: `python -m myapp`, the console script and the executable all begin here."""

import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    from myapp.cli.main import main

    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
