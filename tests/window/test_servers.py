"""Documents on a real PostgreSQL server in the window: opened by URL, made, upgraded, and copied to."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import make_url

import myapp
from myapp.paths import migrations_dir
from myapp.schema.migrations import Migrations
from myapp.window import recent
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.notebook.part_dialogs import CopyDialog
from tests.postgres import PASSWORD_ROLE
from tests.window.conftest import WAIT_MS, button, shows
from tests.window.test_dialogs import dialog_of, file_action, listed, press, report

LEFT = Qt.MouseButton.LeftButton
SECRET = "p@ss/w%rd"
Postgres = Callable[[], str]


def guarded(url: str) -> str:
    """Return the URL of a database, without a password, for a role that the server asks for one."""
    role = f"careful_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{SECRET}' IN ROLE {PASSWORD_ROLE}")
    return make_url(url).set(username=role)._replace(password=None).render_as_string()


def open_url(desktop: Desktop, monkeypatch: pytest.MonkeyPatch, *answers: str) -> MainWindow:
    """Choose File > Open from a server, and answer what is asked."""
    desktop.open([])
    given = list(answers)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_arguments: (given.pop(0), True))
    file_action(desktop.windows[-1], "Open from a server").trigger()
    return desktop.windows[-1]


def all_settings(folder: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file())


def test_a_notebook_on_a_server_opens_with_a_password_that_is_stored_nowhere(
    desktop: Desktop, postgres: Postgres, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = postgres()
    myapp.create(database)
    url = guarded(database)
    window = open_url(desktop, monkeypatch, url, "wrong", SECRET)
    page = shows(qtbot, window, "RefusedPage")
    assert "password authentication failed" in page.text.text()  # type: ignore[attr-defined]
    assert {each.objectName() for each in page.findChildren(QPushButton)} == {"retry"}
    qtbot.mouseClick(button(page, "retry"), LEFT)
    shows(qtbot, window, "ContentView")
    stored = all_settings(tmp_path / "settings")
    assert (SECRET in stored, "%40" in stored, len(recent.recent_files())) == (False, False, 1)
    assert not file_action(window, "Save a copy").isEnabled()


def test_a_cancelled_password_leaves_the_welcome(
    desktop: Desktop, postgres: Postgres, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgres()
    myapp.create(database)
    window = open_url(desktop, monkeypatch, guarded(database), "")
    qtbot.waitUntil(lambda: window.session is None, timeout=WAIT_MS)
    shows(qtbot, window, "WelcomePage")


def test_a_document_is_copied_to_a_server_and_lists_its_runs_there(
    desktop: Desktop,
    postgres: Postgres,
    document: Callable[[str], Path],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = document("0007")
    desktop.open([os.fspath(path)])
    window = desktop.windows[0]
    shows(qtbot, window, "ContentView")
    listed(window, qtbot)
    dialog = dialog_of(window, qtbot, "copy")
    assert isinstance(dialog, CopyDialog)
    dialog.part.runs.setCurrentIndex(dialog.part.runs.count() - 1)
    dialog.url.setText("sqlite:///trip.db")
    press(dialog, qtbot)
    assert "is no database of this program's" in dialog.refusal.text.text()
    url = guarded(postgres())
    dialog.url.setText(url)
    dialog.password.setText("wrong")
    press(dialog, qtbot)
    assert "password authentication failed" in dialog.refusal.text.text()
    dialog.password.setText(SECRET)
    press(dialog, qtbot)
    assert "6 runs" in report(dialog)
    qtbot.mouseClick(dialog.buttons.buttons()[0], LEFT)
    other = open_url(desktop, monkeypatch, url, SECRET)
    shows(qtbot, other, "ContentView")
    listed(other, qtbot)


def test_an_empty_database_becomes_a_document_on_request(
    desktop: Desktop, postgres: Postgres, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_url(desktop, monkeypatch, postgres())
    page = shows(qtbot, window, "RefusedPage")
    assert "empty database" in page.heading.text()  # type: ignore[attr-defined]
    qtbot.mouseClick(button(page, "create"), LEFT)
    shows(qtbot, window, "ContentView")


def test_an_older_document_on_a_server_is_upgraded_only_on_request(
    desktop: Desktop, postgres: Postgres, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgres()
    migrations = Migrations(migrations_dir(), database)
    migrations.upgrade("0006")
    window = open_url(desktop, monkeypatch, database)
    page = shows(qtbot, window, "SharedOlderPage", "RefusedPage")
    assert "Others share it" in page.text.text()  # type: ignore[attr-defined]
    assert migrations.current() == ("0006",)
    qtbot.mouseClick(button(page, "upgrade"), LEFT)
    shows(qtbot, window, "ContentView")
    assert migrations.current() == ("0007",)


def test_a_server_that_cannot_be_reached_and_a_text_that_is_no_url_are_refused_in_words(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_url(desktop, monkeypatch, "me@127.0.0.1:1/trip")
    page = shows(qtbot, window, "RefusedPage")
    assert "Connection refused" in page.text.text()  # type: ignore[attr-defined]
    assert "trip (127.0.0.1:1)" in page.heading.text()  # type: ignore[attr-defined]
    window.close()
    qtbot.waitUntil(lambda: desktop.windows == [], timeout=WAIT_MS)
    window = open_url(desktop, monkeypatch, "mysql://me@host/trip")
    page = shows(qtbot, window, "RefusedPage")
    assert "mysql:// is no database" in page.text.text()  # type: ignore[attr-defined]
