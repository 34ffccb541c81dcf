"""A TCP proxy, with TLS or without, for a PostgreSQL server that listens on a socket file alone.

It answers the client's SSLRequest (https://www.postgresql.org/docs/current/protocol-flow.html) in the
server's place and hands everything else on.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_REQUEST = struct.Struct(">ii")
_TLS, _GSS = 80877103, 80877104


def certificate(folder: Path) -> Path:
    """Make a certificate for `localhost`, its key in the same file, and return the file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    pem, key = folder / "server.pem", folder / "key.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + key.read_bytes())
    return pem


@contextmanager
def proxy(socket_file: str, pem: Path | None = None) -> Iterator[int]:
    """Give the port of a proxy on 127.0.0.1; with a certificate it speaks TLS."""
    context = None
    if pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, socket_file, context), daemon=True).start()
        yield listener.getsockname()[1]


def _serve(listener: socket.socket, socket_file: str, context: ssl.SSLContext | None) -> None:
    with suppress(OSError):  # the listener is closed
        while True:
            client, _address = listener.accept()
            threading.Thread(target=_greet, args=(client, socket_file, context), daemon=True).start()


def _greet(client: socket.socket, socket_file: str, context: ssl.SSLContext | None) -> None:
    server = socket.socket(socket.AF_UNIX)
    try:
        while _next_request(client) in (_TLS, _GSS):
            request = _REQUEST.unpack(client.recv(8))[1]
            client.sendall(b"S" if request == _TLS and context else b"N")
            if request == _TLS and context:
                client = context.wrap_socket(client, server_side=True)
                break
        server.connect(socket_file)
    except (OSError, struct.error):  # struct's: the client left before it asked for anything
        client.close()
        server.close()
        return
    threading.Thread(target=_pass_on, args=(server, client), daemon=True).start()
    _pass_on(client, server)


def _next_request(client: socket.socket) -> int:
    return int(_REQUEST.unpack(client.recv(8, socket.MSG_PEEK))[1])


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    for end in (source, target):
        with suppress(OSError):
            end.close()
