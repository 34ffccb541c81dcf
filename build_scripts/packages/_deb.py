"""Builds the Debian package: the bundle in /usr/lib, and what the desktop and the shells look for.

Written without dpkg, so that every system builds it and the same input gives the same bytes (deb(5)).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import platform
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import _archive
import _desktop_files
import _elf
from _environment import ROOT
from myapp.product import DESCRIPTION, HOMEPAGE, NAME, VERSION

PACKAGE = NAME.replace("_", "-")
"""The package's name, in which Debian allows no underscore."""

MAINTAINER = f"the {NAME} developers <{PACKAGE}@packages.invalid>"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

PRESET = 2
"""Of xz: a tenth larger than with 6, in a quarter of the time."""

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
"""Libraries that the window takes from the system, with their packages; libxcb's are named by a rule."""


_DESCRIPTION = f""" {DESCRIPTION}
 The command line needs the C library alone; the window needs the recommended
 packages. Nothing is written outside of the user's folders."""

_OTHERS = f"""The libraries in /usr/lib/{NAME}/lib have licenses of their own, which are in
/usr/lib/{NAME}/lib/*.dist-info/licenses and, with Python's,
/usr/lib/{NAME}/licenses.

Qt, PySide6 and psycopg are used under the GNU Lesser General Public License,
version 3: /usr/share/common-licenses/LGPL-3. The notice with the place of their
sources is /usr/lib/{NAME}/lib/pyside6_essentials-*.dist-info/licenses/Qt-notice.txt.
"""


class UnknownLibrary(Exception):
    """The window is linked to a library whose package is not known; the message names it."""


def build(bundle: Path, folder: Path, time: int, version: str = VERSION, preset: int | None = PRESET) -> Path:
    """Write the package of a bundle into a folder and return its file, `myapp_0.7.0_amd64.deb`.

    `preset` is xz's; None leaves it as large as it is.
    """
    debian = debian_version(version)
    architecture = ARCHITECTURES.get(platform.machine(), platform.machine())
    target = folder / f"{PACKAGE}_{debian}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / "root"
        _fill(root, bundle, time)
        _archive.normalize(root, time)
        files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
        fields = control(bundle, debian, architecture, sum(path.stat().st_size for path in files))
        digests = "".join(
            f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  {file.relative_to(root)}\n"
            for file in files
        )
        end = "" if preset is None else ".xz"
        members = {
            "debian-binary": b"2.0\n",
            f"control.tar{end}": _tar_of({"control": fields, "md5sums": digests}, time, preset),
            f"data.tar{end}": _tar_of_folder(root, time, preset),
        }
    target.write_bytes(_ar(members, time))
    target.chmod(0o644)
    return target


def debian_version(version: str) -> str:
    """Return a version so that dpkg sorts a release candidate before the release: `1.0~rc1`."""
    return re.sub(r"(?<=\d)\.?(a|b|rc|dev)(?=\d)", r"~\1", version)


def control(bundle: Path, version: str, architecture: str, size: int) -> str:
    """Return the fields that dpkg and apt read; `size` is in bytes."""
    fields = {
        "Package": PACKAGE,
        "Version": version,
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(-(-size // 1024)),
        "Depends": "libc6 (>= 2.17)",
        "Recommends": ", ".join(recommended(bundle)),
        "Section": "database",
        "Priority": "optional",
        **({"Homepage": HOMEPAGE} if HOMEPAGE else {}),
        "Description": f"{_synopsis()}\n{_DESCRIPTION}",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def recommended(bundle: Path) -> list[str]:
    """Return the packages that the window needs: the libraries that the bundle takes from the desktop.

    Raise UnknownLibrary for one whose package is not known.
    """
    own = {path.name for path in bundle.rglob("*.so*")}
    linked = {name for path in bundle.rglob("*") if path.is_file() for name in _elf.needed(path)}
    foreign = sorted(name for name in linked - own if not name.startswith(_elf.C_LIBRARY))
    return sorted({"libc6 (>= 2.34)", "shared-mime-info", *map(package_of, foreign)})


def package_of(library: str) -> str:
    """Return the package of a library's name: `libxcb-randr0` for `libxcb-randr.so.0`."""
    if library in LIBRARIES:
        return LIBRARIES[library]
    if match := re.fullmatch(r"(libxcb(?:-[a-z-]+)?)\.so\.(\d+)", library):
        return "".join(match.groups())
    raise UnknownLibrary(f"{library}: name its Debian package in LIBRARIES of {__file__}")


def _synopsis() -> str:
    return DESCRIPTION[0].lower() + DESCRIPTION[1:].rstrip(".")


def _fill(root: Path, bundle: Path, time: int) -> None:
    """Lay out the files as they are installed."""
    share = root / "usr" / "share"
    shutil.copytree(bundle, root / "usr" / "lib" / NAME, symlinks=True)
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    _desktop_files.write(share, time)
    (share / "zsh" / "site-functions").rename(share / "zsh" / "vendor-completions")
    manual = share / "man" / "man1" / f"{NAME}.1"
    _gzip(manual.with_suffix(".1.gz"), manual.read_bytes())
    manual.unlink()
    documentation = share / "doc" / PACKAGE
    documentation.mkdir(parents=True)
    (documentation / "copyright").write_text(_copyright(), encoding="utf-8", newline="\n")
    if (ROOT / "CHANGELOG.md").exists():
        _gzip(documentation / "NEWS.gz", (ROOT / "CHANGELOG.md").read_bytes())
    _gzip(documentation / "changelog.gz", _changelog(time).encode())


def _copyright() -> str:
    own = (ROOT / "LICENSE").read_text(encoding="utf-8")
    return f"{NAME}:\n\n{own}\n{_OTHERS}"


def _changelog(time: int) -> str:
    date = format_datetime(datetime.fromtimestamp(time, UTC))
    version = debian_version(VERSION)
    first = f"{PACKAGE} ({version}) stable; urgency=medium"
    return f"{first}\n\n  * Release {VERSION}.\n\n -- {MAINTAINER}  {date}\n"


def _gzip(target: Path, content: bytes) -> None:
    target.write_bytes(gzip.compress(content, 9, mtime=0))


def _tar_of(texts: dict[str, str], time: int, preset: int | None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")
        _archive.normalize(Path(folder), time)
        return _tar_of_folder(Path(folder), time, preset)


def _tar_of_folder(folder: Path, time: int, preset: int | None) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        _archive.add(archive, folder, ".", time, owner="root")
    return stream.getvalue() if preset is None else lzma.compress(stream.getvalue(), preset=preset)


def _ar(members: dict[str, bytes], time: int) -> bytes:
    """Return an archive of `ar`: for each member a line of 60 bytes and the content, to an even length."""
    parts: Iterable[bytes] = (
        f"{name:<16}{time:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        + content
        + b"\n" * (len(content) % 2)
        for name, content in members.items()
    )
    return b"!<arch>\n" + b"".join(parts)
