"""The pages of a window without an open document: the welcome, work that runs, and an older document."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from myapp.errors import UpgradeNeeded
from myapp.window.progress import ReportedProgress, TimeLeft
from myapp.window.wording import duration, size

if TYPE_CHECKING:
    from myapp.document.plan import Plan

WIDEST = 640


class Page(QWidget):
    """A heading, texts below it, and a row of buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(self)
        self.heading.setObjectName("heading")
        self.heading.setStyleSheet("font-size: 18pt")
        self.text = QLabel(self)
        self.text.setObjectName("text")
        for label in (self.heading, self.text):
            label.setWordWrap(True)
            label.setMaximumWidth(WIDEST)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column = QVBoxLayout(self)
        self.column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.text)
        self.buttons = QHBoxLayout()
        self.buttons.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Give the first of the buttons the focus, or the one that is proposed."""
        super().showEvent(event)
        buttons = self.findChildren(QPushButton)
        proposed = [button for button in buttons if button.isDefault()] or buttons
        if proposed:
            proposed[0].setFocus()

    def add_button(self, name: str, text: str, action: Callable[[], object]) -> QPushButton:
        """Add a button; `name` is for programs, the text for people."""
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked: action())
        self.buttons.addWidget(button)
        return button


class WelcomePage(Page):
    """No document is open: how to open one, and those that were opened last."""

    open_requested = Signal()
    new_requested = Signal()
    file_requested = Signal(str)

    def __init__(self, recent: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading.setText(self.tr("Open a document"))
        self.text.setText(self.tr("Drop a document or files for a new one here, or choose one."))
        self.add_button("open", self.tr("Open…"), self.open_requested.emit).setDefault(True)
        self.add_button("new", self.tr("New…"), self.new_requested.emit)
        for path in recent:
            self._add_recent(path)

    def _add_recent(self, path: str) -> None:
        button = QPushButton(os.path.basename(path), self)
        button.setObjectName("recent")
        button.setFlat(True)
        button.setToolTip(path)
        button.clicked.connect(lambda: self.file_requested.emit(path))
        self.column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)


class WorkingPage(Page):
    """Work that runs: its step, how much is done, the time that is left, and Stop."""

    def __init__(
        self,
        heading: str,
        progress: ReportedProgress,
        stop: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.heading.setText(heading)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setMinimumWidth(400)
        self.bar.setAccessibleName(heading)
        self.column.insertWidget(2, self.bar)
        self.left = QLabel(self)
        self.column.insertWidget(3, self.left)
        self._stop = stop
        self._time = TimeLeft()
        self._button = self.add_button("stop", self.tr("Stop"), self._stopped)
        progress.step.connect(self._show_step)
        progress.amount.connect(self._show_amount)
        progress.waiting.connect(self._show_waiting)

    def _stopped(self) -> None:
        self._button.setEnabled(False)
        self.text.setText(self.tr("Stopping; the document stays as it was."))
        self._stop()

    def _show_step(self, description: str) -> None:
        self.text.setText(description)

    def _show_waiting(self) -> None:
        self.text.setText(self.tr("Another program uses the document; waiting for it."))

    def _show_amount(self, done: int, total: int) -> None:
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(done * 1000 // total if total else 0)
        seconds = self._time.seconds(done, total)
        self.left.setText("" if seconds is None else self.tr("{} left").format(duration(seconds)))


class OlderPage(Page):
    """A document of an older release: what an upgrade does, and the choice."""

    upgrade_requested = Signal()
    copy_requested = Signal()
    cancelled = Signal()

    def __init__(self, plan: Plan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = os.path.basename(plan.path)
        self.heading.setText(self.tr("{} is of an older release").format(name))
        self.text.setText("\n".join(self._lines(plan)))
        upgrade = self.add_button("upgrade", self.tr("Upgrade"), self.upgrade_requested.emit)
        upgrade.setDefault(True)
        upgrade.setEnabled(plan.writable and not plan.hindrances)
        self.add_button("read-only", self.tr("Open read-only"), self.copy_requested.emit)
        self.add_button("cancel", self.tr("Cancel"), self.cancelled.emit)

    def _lines(self, plan: Plan) -> list[str]:
        lines = [
            self.tr("Revision {} becomes {}:").format(plan.revision, plan.target),
            *(f"  • {step.message}" for step in plan.steps),
            self.tr("This takes about {} and needs {}; {} are free.").format(
                duration(plan.seconds), size(plan.space_needed), size(plan.space_free)
            ),
        ]
        if plan.backup:
            backup = os.path.basename(plan.backup)
            lines.append(self.tr("The document as it is now stays beside it: {}").format(backup))
        if not plan.writable:
            lines.append(self.tr("It cannot be written here: a copy of it can be read."))
        lines += [self.tr("It cannot be upgraded: {}").format(reason) for reason in plan.hindrances]
        return lines


class SharedOlderPage(Page):
    """A document of an older release on a server, which others share: upgrade it, or leave it."""

    upgrade_requested = Signal()
    cancelled = Signal()

    def __init__(self, name: str, error: UpgradeNeeded, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading.setText(self.tr("{} is of an older release").format(name))
        note = self.tr(
            "Others share it: after the upgrade, older releases cannot open it. There is no backup."
        )
        self.text.setText(f"{error.message()}\n\n{note}")
        self.add_button("upgrade", self.tr("Upgrade"), self.upgrade_requested.emit)
        self.add_button("cancel", self.tr("Cancel"), self.cancelled.emit).setDefault(True)
