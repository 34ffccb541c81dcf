"""The window speaks German on a German desktop: every text of it, and those of Qt's own dialogs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from myapp.window import help as help_menu
from myapp.window.desktop import Desktop
from myapp.window.language import install_translations
from myapp.window.main_window import MainWindow
from myapp.window.notebook.import_dialog import ImportDialog
from myapp.window.work_dialog import WorkDialog
from tests.program import ROOT
from tests.window.conftest import WAIT_MS, shows

FOLDERS = [ROOT / "myapp" / "window" / part / "translations" for part in (".", "notebook")]
SCRIPTS = ROOT / "build_scripts"


@pytest.fixture(scope="module")
def scripts() -> Iterator[None]:
    sys.path.insert(0, os.fspath(SCRIPTS))
    yield
    sys.path.remove(os.fspath(SCRIPTS))


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_text_of_the_sources_is_collected_and_translated(folder: Path, tmp_path: Path) -> None:
    import translate

    for file in translate.texts(folder):
        shutil.copy(file, tmp_path)
    translate.update(folder, tmp_path)
    for file in translate.texts(tmp_path):
        assert translate.untranslated(file) == []
        assert file.read_text(encoding="utf-8") == (folder / file.name).read_text(encoding="utf-8")


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize("folder", FOLDERS)
def test_what_qt_loads_is_made_of_the_texts_as_they_are_now(folder: Path, tmp_path: Path) -> None:
    import translate

    assert translate.folders() == sorted(FOLDERS)
    for language in ("de", "en"):
        translate.compile_language(folder, language, tmp_path)
        name = f"window_{language}.qm"
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def pairs() -> dict[str, str]:
    """Return the English texts, each with its German one."""
    roots = [ET.parse(folder / "window_de.ts").getroot() for folder in FOLDERS]
    messages = [message for root in roots for message in root.iter("message")]
    return {message.findtext("source", ""): message.findtext("translation", "") for message in messages}


def test_translations_have_the_places_and_the_key_of_their_texts() -> None:
    for english, german in pairs().items():
        if "%n" not in english:
            assert german.count("{}") == english.count("{}"), english
            assert german.count("&") == english.count("&"), english
            assert re.findall(r"%[dmyHM]|\*\.\w+", german) == re.findall(r"%[dmyHM]|\*\.\w+", english)


@pytest.fixture
def german(qapp: QCoreApplication) -> Iterator[None]:
    """The translations of a German desktop, for one test."""
    before = set(qapp.findChildren(QTranslator))
    install_translations(qapp, QLocale("de_DE"))
    added = set(qapp.findChildren(QTranslator)) - before
    assert len(added) == 3  # Qt's, the window's and the notebook's
    yield
    for translator in added:
        qapp.removeTranslator(translator)
        translator.deleteLater()


def texts(widget: QWidget) -> Iterator[str]:
    """Give all texts of a widget and of what is in it."""
    for each in [widget, *widget.findChildren(QWidget)]:
        yield from (each.accessibleName(), each.windowTitle(), each.toolTip(), each.accessibleDescription())
        if isinstance(each, QAbstractButton | QLabel):
            yield each.text()
        if isinstance(each, QLineEdit):
            yield each.placeholderText()
        if isinstance(each, QMenu | QGroupBox):
            yield each.title()
        if isinstance(each, QTabWidget):
            yield from (each.tabText(index) for index in range(each.count()))
    yield from (action.text() for action in widget.findChildren(QAction))


def in_english(widget: QWidget) -> set[str]:
    """Return the texts of a widget that a German would not read."""
    english = {text for text, german in pairs().items() if text != german}
    return english & set(texts(widget))


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("revision", ["0001", "0007"])
def test_a_document_is_shown_in_german(
    opened: Callable[[Path], MainWindow], document: Callable[[str], Path], qtbot: QtBot, revision: str
) -> None:
    window = opened(document(revision))
    page = shows(qtbot, window, "OlderPage", "ContentView")
    assert in_english(window) == set()
    words = "älteren Version" if revision == "0001" else "Titel, Notizen"
    assert any(words in text for text in texts(page))


@pytest.mark.usefixtures("german")
def test_the_welcome_and_a_refusal_are_german(
    desktop: Desktop, opened: Callable[[Path], MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    desktop.open([])
    assert "Ein Dokument öffnen" in set(texts(desktop.windows[0].page))
    assert in_english(desktop.windows[0]) == set()
    broken = tmp_path / "broken.myapp"
    broken.write_text("no document", encoding="utf-8")
    window = opened(broken)
    shows(qtbot, window, "RefusedPage")
    assert "broken.myapp ist kein Dokument" in set(texts(window.page))
    assert in_english(window) == set()


@pytest.mark.usefixtures("german")
def test_every_dialog_is_german(
    opened: Callable[[Path], MainWindow], document: Callable[[str], Path], qtbot: QtBot
) -> None:
    window = opened(document("0007"))
    page = shows(qtbot, window, "ContentView")
    qtbot.waitUntil(lambda: bool(page.runs.chosen()), timeout=WAIT_MS)  # type: ignore[attr-defined]
    page.take_files([os.fspath(ROOT / "tests" / "data" / "co2.csv")])  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)), timeout=WAIT_MS)
    for name in ("export", "attachments", "extract", "copy"):
        before = len(window.findChildren(WorkDialog))
        page.notebook_actions.menu.findChild(QAction, name).trigger()  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda count=before: len(window.findChildren(WorkDialog)) > count, timeout=WAIT_MS)  # type: ignore[misc]
    for action in ("show_shortcuts", "show_news", "show_versions"):
        getattr(window.findChild(help_menu.HelpMenu), action)()
    dialogs = window.findChildren(WorkDialog)
    assert len(dialogs) == 5
    assert in_english(window) == set()
    cancel = dialogs[0].findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel)  # type: ignore[union-attr]
    assert cancel.text().replace("&", "") == "Abbrechen"  # Qt's own text


@pytest.mark.parametrize(
    ("locale", "counts"), [("de_DE", ("1 Lauf", "2 Läufe")), ("en_GB", ("1 run", "2 runs"))]
)
def test_counts_have_their_plurals(qapp: QCoreApplication, locale: str, counts: tuple[str, str]) -> None:
    before = set(qapp.findChildren(QTranslator))
    install_translations(qapp, QLocale(locale))
    shown = tuple(QCoreApplication.translate("RunsView", "%n run(s)", "", count) for count in (1, 2))
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    assert shown == counts


def test_a_desktop_without_a_translation_is_english(qapp: QCoreApplication) -> None:
    before = set(qapp.findChildren(QTranslator))
    install_translations(qapp, QLocale("zu_ZA"))
    shown = (
        QCoreApplication.translate("MainWindow", "Undo"),
        QCoreApplication.translate("RunsView", "%n run(s)", "", 1),
    )
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    assert shown == ("Undo", "1 run")


def test_the_script_says_that_nothing_is_left_to_translate() -> None:
    before = {file: file.read_bytes() for folder in FOLDERS for file in folder.iterdir()}
    command = [sys.executable, os.fspath(SCRIPTS / "translate.py")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "all texts are translated\n"
    assert {file: file.read_bytes() for folder in FOLDERS for file in folder.iterdir()} == before
