"""Demands a display that Qt can use: it aborts where a library or the display is missing, without a word."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from myapp.errors import SystemRefused

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libfontconfig.so.1": "libfontconfig1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Libraries of the system that Qt is linked to, with their Debian packages."""


def demand_qt() -> None:
    """Import Qt's widgets; raise SystemRefused where the system lacks a library that they need."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise _refusal(error) from error


def demand_display() -> None:
    """Raise SystemRefused where there is no display that Qt can open; elsewhere `QApplication` can be made.

    Only X11 is tried: on other systems the desktop is there, and Wayland's plugin reports an error itself.
    """
    chosen = os.environ.get("QT_QPA_PLATFORM", "xcb" if not os.environ.get("WAYLAND_DISPLAY") else "wayland")
    if sys.platform == "linux" and chosen.partition(":")[0].partition(";")[0] == "xcb":
        _load_plugin()
        _connect()


def _load_plugin() -> None:
    from PySide6.QtCore import QLibraryInfo

    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    try:
        ctypes.CDLL(str(Path(folder) / "platforms" / "libqxcb.so"))
    except OSError as error:
        raise _refusal(error) from error


def _connect() -> None:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if refused:
        display = os.environ.get("DISPLAY") or "none"
        raise SystemRefused("the window", f"the display {display} cannot be opened", "check DISPLAY")


def _refusal(error: Exception) -> SystemRefused:
    """Return the error for a library that the loader did not find: its message begins with the name."""
    library = str(error).partition(":")[0].strip()
    if not library.startswith("lib"):
        return SystemRefused("the window", str(error))
    remedy = "install it"
    if library in PACKAGES:
        remedy += f" (on Debian and Ubuntu: apt install {PACKAGES[library]})"
    return SystemRefused("the window", f"this system lacks the library {library}", remedy)
