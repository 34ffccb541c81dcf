"""Start-up: `python -m myapp`, the console script and the executable all begin here."""

import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        from myapp.cli.main import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while modules are loaded; main() has an answer of its own
        sys.stderr.write("myapp: interrupted\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    run()
