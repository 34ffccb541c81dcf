"""PySide6: of Qt only what a window of widgets needs goes into the bundle."""

import sys
from pathlib import Path

from freeze_hooks import Needs

DISTRIBUTIONS = ("pyside6_essentials", "shiboken6")

MODULES = ("QtCore", "QtGui", "QtNetwork", "QtSvg", "QtWidgets")
"""The modules that the window imports."""

PLUGINS = (
    *("platforms/*qxcb.*", "platforms/*qwayland.*", "platforms/*qoffscreen.*", "platforms/*qwindows.*"),
    *("platforms/*qcocoa.*", "styles/*", "platformthemes/*qxdgdesktopportal.*"),
    *("platforminputcontexts/*compose*", "platforminputcontexts/*ibus*"),
    *("wayland-shell-integration/*xdg-shell.*", "wayland-decoration-client/*bradient.*"),
    "xcbglintegrations/*glx*",
)
"""The plugins that are kept: the window systems, the desktop's dialogs and the ways to type."""

BROUGHT = (
    *("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-image.so.0", "libxcb-keysyms.so.1"),
    *("libxcb-render-util.so.0", "libxcb-util.so.1"),
)
"""Libraries that many systems lack, and without which Qt aborts."""

LANGUAGES = ("de",)
"""The languages beside English in which the window is delivered: Qt's own dialogs are kept in them too."""

RUNTIME = ("msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll")
"""Libraries of the compiler of Qt for Windows, which a new Windows has not."""

DESKTOP = (
    *("libEGL.", "libGL.", "libX11", "libxcb.", "libxcb-", "libxkbcommon", "libwayland-"),
    *("libdbus-1.", "libfontconfig.", "libfreetype.", "libglib-2.0.", "libgthread-2.0."),
    *("libgssapi_krb5.", "libzstd.", "libbrotli", "libstdc++.", "libgcc_s."),
)
"""Beginnings of the names of libraries that belong to the system: its drivers, fonts and sockets."""


def needs(root: Path) -> Needs:
    """Return the modules, plugins and system libraries of a window of widgets."""
    patterns = ["__init__.*", "_*.py*", *(f"{name}.*" for name in MODULES)]
    patterns += [f"{folder}plugins/{plugin}" for plugin in PLUGINS for folder in ("Qt/", "")]
    patterns += [f"{folder}translations/qtbase_{each}.qm" for each in LANGUAGES for folder in ("Qt/", "")]
    return Needs(
        includes=[f"PySide6.{name}" for name in MODULES],
        excludes=[f"PySide6.{name}" for name in ("QtDesigner", "QtQml", "QtQuick", "QtTest", "QtUiTools")],
        system_libraries=list(BROUGHT) if sys.platform == "linux" else [],
        kept_files=[("lib/PySide6", pattern) for pattern in patterns],
        desktop_libraries=list(DESKTOP),
        runtime_libraries=list(RUNTIME) if sys.platform == "win32" else [],
        licenses=[(name, str(file)) for name in DISTRIBUTIONS for file in _texts()],
    )


def _texts() -> list[Path]:
    """Return the license of Qt and the notice that it demands."""
    return sorted((Path(__file__).parent / "licenses").glob("*.txt"))
