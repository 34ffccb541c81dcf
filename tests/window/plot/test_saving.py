"""The plot on the clipboard and in files: pictures, and the readings that are visible."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPalette
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from myapp.window.notebook.content import ContentView
from myapp.window.notebook.plot.view import PlotView
from tests.window.conftest import WAIT_MS
from tests.window.hands import answer
from tests.window.plot.conftest import GAP, SECOND, START_US, drawn, read, temperature
from tests.window.plot.test_mouse import select_both


def save(plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path, chosen: str = "") -> None:
    """Save by the dialog under a name."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (os.fspath(path), chosen))
    plot.commands.actions["save"].trigger()
    qtbot.waitUntil(lambda: not plot.saving.busy, timeout=WAIT_MS)


def is_drawn(image: QImage) -> bool:
    """Whether an image has the ground of paper and much on it."""
    places = [(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
    colors = {image.pixel(x, y) for x, y in places}
    return image.pixelColor(1, 1) == QColor("white") and len(colors) > 20


def test_a_copy_of_the_picture_is_on_the_clipboard(plot: PlotView) -> None:
    plot.commands.actions["copy"].trigger()
    assert is_drawn(QGuiApplication.clipboard().image())


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_is_the_picture_on_white_with_twice_the_pixels(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dark: bool
) -> None:
    if dark:
        palette = QPalette(plot.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor("black"))
        plot.window().setPalette(palette)
    path = tmp_path / "plot.png"
    save(plot, qtbot, monkeypatch, path)
    image = QImage(os.fspath(path))
    assert is_drawn(image)
    assert image.size() == plot.canvas.size() * 2


def test_an_svg_has_the_lines_clipped_to_their_panels_and_the_titles_as_text(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "plot.svg"
    save(plot, qtbot, monkeypatch, path)
    text = path.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "clipPath" in text
    for words in ("first", "temperature [°C]", "UTC, 2024-05-31"):
        assert words in text
    assert text.count("<polyline") >= 4


def test_a_pdf_is_a_page_of_the_pictures_shape(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "plot"
    save(plot, qtbot, monkeypatch, path, "Page (*.pdf)")
    content = path.with_suffix(".pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page/") == 1 or b"/Count 1" in content


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_has_all_readings_that_are_visible_exactly_and_no_others(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    start, end = GAP.start - 100, GAP.start + 10
    plot.plot.show_view(plot.plot.view.between(START_US + start * SECOND, START_US + end * SECOND))
    plot.plot.show_curve(plot.plot.curves[0], shown=False)
    read(qtbot, plot)
    path = tmp_path / "plot.csv"
    save(plot, qtbot, monkeypatch, path)
    written = rows(path)
    assert list(written[0]) == ["time", "pressure [hPa]", "temperature [°C]"]
    times = [round(datetime.fromisoformat(row["time"]).timestamp()) - START_US // SECOND for row in written]
    assert times == list(range(start, end + 1))
    for second, row in zip(times, written, strict=True):
        warm = row["temperature [°C]"]
        assert (float(warm) if warm else None) == (None if second in GAP else temperature(second))


def test_csv_of_several_runs_is_a_file_for_each(
    plot: PlotView, content: ContentView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    select_both(content)
    drawn(qtbot, plot, "first", "second")
    save(plot, qtbot, monkeypatch, tmp_path / "both.csv")
    assert {path.name: len(rows(path)) for path in tmp_path.glob("*.csv")} == {
        "both-1.csv": 2000,
        "both-2.csv": 1000,
    }


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv"])
def test_a_folder_that_is_not_there_is_said_in_words(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: shown.append(arguments[2]))
    save(plot, qtbot, monkeypatch, tmp_path / "nowhere" / f"plot.{ending}")
    assert len(shown) == 1
    assert "nowhere" in shown[0]


def test_csv_that_is_stopped_leaves_no_file(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "plot.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (os.fspath(path), ""))
    plot.commands.actions["save"].trigger()
    plot.saving.stop()
    qtbot.waitUntil(lambda: not plot.saving.busy, timeout=WAIT_MS)
    assert list(tmp_path.glob("plot*")) == []


@pytest.mark.skipif(os.name == "nt", reason="a link needs a right there")
@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv"])
def test_the_document_itself_is_never_replaced_whatever_its_name(
    plot: PlotView,
    recorded: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ending: str,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: shown.append(arguments[2]))
    path = tmp_path / f"plot.{ending}"
    path.symlink_to(recorded)
    before = recorded.read_bytes()
    save(plot, qtbot, monkeypatch, path)
    assert len(shown) == 1
    assert "is the document itself" in shown[0]
    assert recorded.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="modes mean little there")
@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv"])
def test_what_is_saved_of_a_private_document_is_private(
    plot: PlotView,
    recorded: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ending: str,
) -> None:
    recorded.chmod(0o600)
    path = tmp_path / f"plot.{ending}"
    save(plot, qtbot, monkeypatch, path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("agreed", [False, True])
def test_a_file_is_replaced_under_another_name_than_the_chosen_one_only_after_a_question(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, agreed: bool
) -> None:
    asked = answer(monkeypatch, agreed)
    path = tmp_path / "plot"
    path.with_suffix(".pdf").write_bytes(b"kept")
    save(plot, qtbot, monkeypatch, path, "Page (*.pdf)")
    assert asked == ["Replace plot.pdf?"]
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF-" if agreed else b"kept")


@pytest.mark.parametrize("agreed", [False, True])
def test_files_of_several_runs_replace_others_only_after_a_question(
    plot: PlotView,
    content: ContentView,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    agreed: bool,
) -> None:
    select_both(content)
    drawn(qtbot, plot, "first", "second")
    asked = answer(monkeypatch, agreed)
    (tmp_path / "both-2.csv").write_text("kept", encoding="utf-8")
    save(plot, qtbot, monkeypatch, tmp_path / "both.csv")
    assert asked == ["Replace both-2.csv?"]
    assert ((tmp_path / "both-2.csv").read_text(encoding="utf-8") == "kept") is not agreed
    assert (tmp_path / "both-1.csv").exists() is agreed
