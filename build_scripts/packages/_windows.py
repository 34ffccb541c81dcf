"""Makes what people on Windows download: a zip of a bundle, and an installer for one user (NSIS)."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import _archive
import _desktop_files
import _icons
import _zip
from _environment import clean
from myapp.product import HOMEPAGE, NAME, SUFFIX, VERSION

SYSTEM = "windows-x86_64"
INSTALLED = r"C:\Program Files (x86)\NSIS\makensis.exe"
"""The compiler of installers where it was installed on Windows, which tells no shell of it."""

SCRIPT = Path(__file__).with_name("installer.nsi")


class NotBuilt(Exception):
    """The package cannot be built here; the message says why."""


def build_zip(bundle: Path, folder: Path, time: int) -> Path:
    """Write the zip of a bundle for Windows into a folder, and return it; raise NotBuilt."""
    with tempfile.TemporaryDirectory() as work:
        copy = _copy(bundle, Path(work), time)
        return _zip.pack(copy, folder / f"{NAME}-{VERSION}-{SYSTEM}.zip", time)


def build_installer(bundle: Path, folder: Path, time: int, compressor: str = "lzma") -> Path:
    """Write the installer of a bundle for Windows into a folder, and return it; raise NotBuilt."""
    tool = shutil.which("makensis") or shutil.which(INSTALLED)
    if tool is None:
        raise NotBuilt("there is no makensis: install NSIS (Debian: nsis)")
    with tempfile.TemporaryDirectory() as work:
        copy = _copy(bundle, Path(work), time)
        (copy / f"{NAME}.ico").write_bytes(_icons.ico())
        _archive.normalize(copy, time)
        target = folder.absolute() / f"{NAME}-{VERSION}-{SYSTEM}-setup.exe"
        names = _names(copy, target, compressor)
        (Path(work) / "bundle.nsh").write_text(names, encoding="utf-8-sig", newline="\r\n")
        script = shutil.copy(SCRIPT, work)
        environment = clean() | {"SOURCE_DATE_EPOCH": str(time), "TZ": "UTC"}
        command = [tool, "-V2", "-WX", "-INPUTCHARSET", "UTF8", script]
        done = subprocess.run(
            command,
            cwd=work,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode:
        raise NotBuilt(f"makensis failed: {done.stdout.strip()}")
    return target


def _copy(bundle: Path, work: Path, time: int) -> Path:
    """Copy a bundle under the program's name, with one time and one mode."""
    if not (bundle / f"{NAME}.exe").is_file():
        raise NotBuilt(f"{bundle} has no {NAME}.exe: it is no bundle for Windows")
    copy = Path(shutil.copytree(bundle, work / NAME))
    _archive.normalize(copy, time)
    return copy


def _names(bundle: Path, target: Path, compressor: str) -> str:
    """Return the names that the script uses, and the macros that install and remove each file."""
    files = [path for path in bundle.rglob("*") if path.is_file()]
    names = {
        "NAME": NAME,
        "VERSION": VERSION,
        "NUMBERS": _four_numbers(),
        "SUFFIX": SUFFIX,
        "MIME_TYPE": _desktop_files.MIME_TYPE,
        "HOMEPAGE": HOMEPAGE,
        "TARGET": target,
        "ICON": bundle / f"{NAME}.ico",
        "LICENSE": bundle / "LICENSE",
        "COMPRESSOR": compressor,
        "KILOBYTES": sum(file.stat().st_size for file in files) // 1024,
    }
    lines = [f'!define {name} "{value}"' for name, value in names.items()]
    return "\n".join(
        [*lines, *_macro("InstallFiles", _install(bundle)), *_macro("RemoveFiles", _remove(bundle)), ""]
    )


def _macro(name: str, lines: Iterable[str]) -> list[str]:
    return [f"!macro {name}", *lines, "!macroend"]


def _install(bundle: Path) -> Iterator[str]:
    for folder in _folders(bundle):
        yield f'SetOutPath "{_installed(bundle, folder)}"'
        yield from (f'File "{file}"' for file in sorted(folder.iterdir()) if file.is_file())


def _remove(bundle: Path) -> Iterator[str]:
    """Yield the removal of each file, and of each folder that is empty then; children before parents."""
    for folder in reversed(_folders(bundle)):
        files = sorted(file for file in folder.iterdir() if file.is_file())
        yield from (f'Delete "{_installed(bundle, file)}"' for file in files)
        yield f'RMDir "{_installed(bundle, folder)}"'


def _folders(bundle: Path) -> list[Path]:
    return [bundle, *sorted(path for path in bundle.rglob("*") if path.is_dir())]


def _installed(bundle: Path, path: Path) -> str:
    r"""Return the place where a file is installed: `$INSTDIR\lib\alembic`."""
    return "\\".join(["$INSTDIR", *(part.replace("$", "$$") for part in path.relative_to(bundle).parts)])


def _four_numbers() -> str:
    """Return the version as Windows wants it: `0.7.0.0`."""
    numbers = re.findall(r"\d+", VERSION)[:4]
    return ".".join([*numbers, *["0"] * (4 - len(numbers))])
