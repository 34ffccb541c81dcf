"""Shows the window's texts, and those of Qt's own dialogs, in the language of the user's system."""

from __future__ import annotations

from glob import escape, glob

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from myapp import paths


def install_translations(application: QCoreApplication, locale: QLocale | None = None) -> None:
    """Install the translations of a language, or English, which needs them for its plurals alone."""
    of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    window = paths.shipped("window")
    ours = [*glob(f"{escape(window)}/translations"), *glob(f"{escape(window)}/*/translations")]
    for name, folder in [("qtbase", of_qt), *(("window", folder) for folder in ours)]:
        translator = QTranslator(application)
        wanted = translator.load(locale or QLocale(), name, "_", folder)
        if wanted or translator.load(QLocale("en"), name, "_", folder):
            application.installTranslator(translator)
