"""Starts the program without a console, as Windows does on a double-click: texts are shown in a dialog."""

import io
import sys

from myapp.product import NAME

_ERROR_ICON, _INFORMATION_ICON = 0x10, 0x40


def run() -> None:
    """Run the program and end the process with its exit code; an error or a printed text is shown."""
    printed, remarks = io.StringIO(), io.StringIO()
    sys.stdout, sys.stderr = printed, remarks  # Windows gives a program of its desktop none
    try:
        from myapp.cli.main import main
        from myapp.cli.quiet import keep_quiet

        keep_quiet()
        code = main(sys.argv[1:])
    except BaseException as error:  # nobody would see a traceback
        remarks.write(f"{type(error).__name__}: {error}\n")
        code = 1
    text = remarks.getvalue() if code else printed.getvalue()
    if text:
        show(text, failed=bool(code))
    sys.exit(code)


def show(text: str, *, failed: bool) -> None:
    """Show a text until the person closes it: by Windows itself, since Qt may be what is missing."""
    if sys.platform == "win32":
        import ctypes

        icon = _ERROR_ICON if failed else _INFORMATION_ICON
        ctypes.windll.user32.MessageBoxW(None, text, NAME, icon)
    elif sys.__stderr__:
        sys.__stderr__.write(text)


if __name__ == "__main__":
    run()
