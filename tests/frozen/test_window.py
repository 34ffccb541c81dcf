"""The frozen window on a real display: Xvfb, an X server without a screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.displays import running_display
from tests.program import Program, tree_digest

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Xvfb is for Linux"),
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb (Debian: xvfb)"),
]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """The name of a display of the tests' own."""
    with running_display() as name:
        yield name


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(documents / "0001.myapp", tmp_path / "trip 100%.myapp"))


OPENED = """
import os, sys, time
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from myapp.window.desktop import Desktop
from myapp.window.display import demand_display, demand_qt
demand_qt()
demand_display()
application = QApplication([])
assert application.platformName() == "xcb", application.platformName()
desktop = Desktop()
desktop.open([sys.argv[1]])
window = desktop.windows[0]
def wait_for(what):
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until, type(window.page).__name__
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
"""
"""Opens a document in a window, in the frozen program."""

CLICKS = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
def page(name):
    wait_for(lambda: type(window.page).__name__ == name)
    return window.page
page("OlderPage").findChild(QPushButton, "upgrade").click()
runs = page("ContentView").runs
wait_for(lambda: len(runs.model.rows) > 1)
wait_for(lambda: window.notice.isVisible())
image = window.grab().toImage()
colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
print(len(colors) > 10, len(runs.model.rows))
window.notice.button.click()
page("OlderPage")
desktop.close()
"""


def test_the_frozen_window_upgrades_lists_and_undoes(
    program: Program, document: Path, display: str, tmp_path: Path
) -> None:
    before = document.read_bytes()
    script = tmp_path / "clicks.py"
    script.write_text(OPENED + CLICKS, encoding="utf-8")
    done = program.script(script, document, env={"DISPLAY": display})
    assert (done.returncode, done.stderr) == (0, "")
    drawn, runs = done.stdout.split()
    assert (drawn, int(runs) > 1) == ("True", True)
    assert document.read_bytes() == before


@pytest.mark.parametrize("library", ["libQt6XcbQpa.so.6", "libQt6Widgets.so.6"])
def test_a_library_that_is_missing_is_named_in_one_line_with_exit_code_8(
    program: Program, document: Path, display: str, tmp_path: Path, library: str
) -> None:
    whole = Path(program.command[0]).parent
    bundle = Path(shutil.copytree(whole, tmp_path / "bundle", copy_function=os.link, symlinks=True))
    (file,) = bundle.rglob(library)
    file.unlink()
    before = document.read_bytes()
    command = [bundle / Path(program.command[0]).name, document]
    environment = program.environment({"DISPLAY": display})
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (8, "", 1)
    assert f"this system lacks the library {library}" in done.stderr
    assert document.read_bytes() == before


GERMAN = """
import sys
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from myapp.window.display import demand_display, demand_qt
demand_qt()
demand_display()
application = QApplication([])
from myapp.window.desktop import Desktop
from myapp.window.language import install_translations
install_translations(application)
desktop = Desktop()
desktop.open([])
(window,) = desktop.windows
buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, window)
cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "")
sys.stdout.reconfigure(encoding="utf-8")
of_runs = application.translate("RunsModel", "Readings")
print(window.page.heading.text(), window._help.title(), of_runs, cancel, sep="|")
desktop.close()
"""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de_DE.UTF-8", "Ein Dokument öffnen|&Hilfe|Messwerte|Abbrechen"),
        ("en_GB.UTF-8", "Open a document|&Help|Readings|Cancel"),
    ],
)
def test_the_frozen_window_speaks_the_language_of_the_desktop(
    program: Program, display: str, tmp_path: Path, language: str, words: str
) -> None:
    script = tmp_path / "german.py"
    script.write_text(GERMAN, encoding="utf-8")
    environment = {"DISPLAY": display, "LANG": language, "LC_ALL": language, "LANGUAGE": ""}
    done = program.script(script, env=environment)
    assert (done.returncode, done.stdout.strip()) == (0, words), done.stderr  # glibc may not have the locale


ZOOMS = """
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
wait_for(lambda: hasattr(window.page, "plot"))
view = window.page.plot
plot, canvas = view.plot, view.canvas
def is_exact():
    start, end = plot.view.start, plot.view.end
    read = (curve.detail and curve.detail.covers(start, end) for curve in plot.shown)
    return plot.shown and not plot.busy and all(read)
wait_for(is_exact)
def screenshot():
    application.processEvents()
    return application.primaryScreen().grabWindow(canvas.winId()).toImage()
def is_drawn(image):
    places = [(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
    return len({image.pixel(x, y) for x, y in places}) > 10
before = screenshot()
none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase
place = QPointF(canvas.width() / 2, canvas.height() / 2)
for _time in range(5):
    turned = QWheelEvent(place, canvas.mapToGlobal(place), QPoint(), QPoint(0, 120), *none, False)
    application.sendEvent(canvas, turned)
wait_for(is_exact)
after = screenshot()
whole = plot.views.whole
saved = []
for ending in ("png", "svg", "pdf", "csv"):
    path = os.path.join(os.path.dirname(sys.argv[1]), "saved." + ending)
    view.saving.save(path)
    wait_for(lambda: not view.saving.busy)
    saved.append(os.path.getsize(path) > 500)
print(is_drawn(before), is_drawn(after), before != after, plot.view.length < whole.length / 2, *saved)
desktop.close()
"""


def test_the_frozen_window_zooms_and_saves_what_it_draws(
    program: Program, documents: Path, display: str, tmp_path: Path
) -> None:
    document = shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp")
    script = tmp_path / "zooms.py"
    script.write_text(OPENED + ZOOMS, encoding="utf-8")
    done = program.script(script, document, env={"DISPLAY": display})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["True"] * 8


def test_the_executable_shows_a_window_until_it_is_closed(
    program: Program, document: Path, display: str, tmp_path: Path
) -> None:
    before, bundle = document.read_bytes(), Path(program.command[0]).parent
    digest = tree_digest(bundle)
    environment = program.environment({"DISPLAY": display})
    process = subprocess.Popen([*program.command, os.fspath(document)], env=environment)
    titles = ""
    for _time in range(300):
        time.sleep(0.2)
        titles = _titles(program, display, tmp_path)
        if document.name in titles or process.poll() is not None:
            break
    assert (document.name in titles, process.poll()) == (True, None)
    process.terminate()
    process.wait(timeout=60)
    assert document.read_bytes() == before
    assert tree_digest(bundle) == digest


def _titles(program: Program, display: str, tmp_path: Path) -> str:
    """Return the titles of all windows, which the X server keeps as properties."""
    tool = shutil.which("xwininfo")
    if not tool:
        pytest.skip("needs xwininfo (Debian: x11-utils)")
    command = [tool, "-root", "-tree", "-display", display]
    environment = program.environment()
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False).stdout
