#!/usr/bin/env python3
"""Collects the window's texts for their translators, and compiles the translations that Qt loads.

After a text has changed: run it, fill in what is new in window_de.ts, and run it again. What is left to
translate is printed.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from _environment import ROOT, enter

WINDOW = ROOT / "myapp" / "window"
LANGUAGES: dict[str, list[str]] = {"de": [], "en": ["-pluralonly"]}
"""The languages, each with what `lupdate` is told: English texts are in the sources, but for plurals."""


def main() -> int:
    """Update and compile all translations; return 1 where texts have none yet."""
    enter()
    left = []
    for folder in folders():
        update(folder, folder)
        for language in LANGUAGES:
            compile_language(folder, language, folder)
        left += [f"{file.relative_to(ROOT)}: {text}" for file in texts(folder) for text in untranslated(file)]
    print("\n".join(left) or "all texts are translated")
    return 1 if left else 0


def folders() -> list[Path]:
    """Return the folders of translations: that of the window, and those of its parts about a content."""
    return sorted(WINDOW.rglob("translations"))


def texts(folder: Path) -> list[Path]:
    """Return the files of a folder that are translated."""
    return sorted(folder.glob("*.ts"))


def update(folder: Path, target: Path) -> None:
    """Write the texts of the sources beside a folder into the files in `target`; translations stay."""
    others = [other.parent for other in folders() if folder.parent in other.parent.parents]
    sources = [
        file.relative_to(ROOT).as_posix()
        for file in sorted(folder.parent.rglob("*.py"))
        if not any(other in file.parents for other in others)
    ]
    for language, options in LANGUAGES.items():
        file = target / f"window_{language}.ts"
        names = ["-source-language", "en", "-target-language", language]
        _run("lupdate", *sources, *options, "-no-obsolete", "-locations", "none", *names, "-ts", str(file))


def compile_language(folder: Path, language: str, target: Path) -> None:
    """Compile a language's texts into the file that Qt loads."""
    name = f"window_{language}"
    _run("lrelease", str(folder / f"{name}.ts"), "-qm", str(target / f"{name}.qm"))


def untranslated(file: Path) -> list[str]:
    """Return the texts of a file that have no translation, or one that is not finished."""
    messages = ET.parse(file).getroot().iter("message")
    return [message.findtext("source", "") for message in messages if not _is_translated(message)]


def _is_translated(message: ET.Element) -> bool:
    translation = message.find("translation")
    if translation is None or translation.get("type") == "unfinished":
        return False
    forms = translation.findall("numerusform") or [translation]
    return all((form.text or "").strip() for form in forms)


def _run(tool: str, *arguments: str) -> None:
    """Run a tool of Qt, which is beside the Python of the environment."""
    command = [sys.executable, "-c", f"from PySide6.scripts.pyside_tool import {tool}; {tool}()", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{tool} failed: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
