"""Hands the files of a second start to the program that runs already: one process shows all windows."""

from __future__ import annotations

import contextlib
import getpass
import json
import os

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from myapp.product import NAME

TIMEOUT_MS = 2_000
LARGEST_MESSAGE = 1_000_000


def server_name() -> str:
    """Return the name under which this user's program listens on this display."""
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    return f"{NAME}-{_user()}-{''.join(filter(str.isalnum, display))}"


def _user() -> str:
    """Return the user's name; "" for one whom neither the environment nor the system names."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


def hand_over(files: list[str], name: str = "") -> bool:
    """Send absolute paths to the program that runs; return False where none does."""
    socket = QLocalSocket()
    socket.connectToServer(name or server_name())
    if not socket.waitForConnected(TIMEOUT_MS):
        return False
    socket.write(json.dumps(files).encode("utf-8") + b"\n")
    sent = socket.waitForBytesWritten(TIMEOUT_MS)
    # its answer: a program that is just ending would lose the files
    answered = sent and socket.waitForReadyRead(TIMEOUT_MS)
    socket.disconnectFromServer()
    return bool(answered)


class Receiver(QObject):
    """Listens for later starts of this user, and emits the files of each."""

    received = Signal(list)

    def __init__(self, name: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = name or server_name()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # nobody answered there: a killed program has left it
            self._server.listen(name)
        self._server.newConnection.connect(self._accept)

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()

    def _accept(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._take(socket)

    def _read(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > LARGEST_MESSAGE:
            socket.abort()
        if not socket.canReadLine():
            return
        files: object = None
        with contextlib.suppress(ValueError):
            files = json.loads(bytes(socket.readLine().data()))
        if isinstance(files, list) and all(isinstance(file, str) for file in files):
            socket.write(b"ok\n")
            socket.flush()
            self.received.emit(files)
