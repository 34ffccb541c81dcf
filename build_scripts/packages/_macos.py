"""Makes an application for macOS of a bundle: `myapp.app`, known to the Finder by its documents.

Never run: it was written by the documentation of Apple, and only a macOS can start it.
"""

from __future__ import annotations

import platform
import plistlib
import shutil
import tempfile
from pathlib import Path

import _desktop_files
import _icons
import _zip
from myapp.product import HOMEPAGE, NAME, SUFFIX, VERSION

OLDEST_SYSTEM = "13.0"
"""The oldest macOS on which this release of Qt runs."""


def build(bundle: Path, folder: Path, time: int) -> Path:
    """Write the application into a zip in a folder, and return that."""
    with tempfile.TemporaryDirectory() as work:
        application = lay_out(bundle, Path(work))
        return _zip.pack(application, folder / f"{NAME}-{VERSION}-macos-{platform.machine()}.app.zip", time)


def lay_out(bundle: Path, folder: Path) -> Path:
    """Make the folder that macOS takes for an application, and return it."""
    contents = folder / f"{NAME}.app" / "Contents"
    shutil.copytree(bundle, contents / "MacOS", symlinks=True)
    (contents / "Resources").mkdir()
    (contents / "Resources" / f"{NAME}.icns").write_bytes(_icons.icns())
    (contents / "Info.plist").write_bytes(plistlib.dumps(_information()))
    return contents.parent


def _information() -> dict[str, object]:
    identifier, kind = _identifier(), f"{_identifier()}.document"
    return {
        "CFBundleName": NAME,
        "CFBundleIdentifier": identifier,
        "CFBundleExecutable": NAME,
        "CFBundleIconFile": f"{NAME}.icns",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": VERSION,
        "CFBundleVersion": VERSION,
        "LSMinimumSystemVersion": OLDEST_SYSTEM,
        "NSHighResolutionCapable": True,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": f"{NAME} document",
                "CFBundleTypeRole": "Editor",
                "CFBundleTypeIconFile": f"{NAME}.icns",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [kind],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": kind,
                "UTTypeDescription": f"{NAME} document",
                "UTTypeConformsTo": ["public.database"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [SUFFIX.removeprefix(".")],
                    "public.mime-type": [_desktop_files.MIME_TYPE],
                },
            }
        ],
    }


def _identifier() -> str:
    """Return the application's id, which must not change between releases."""
    return _desktop_files.component_id() if HOMEPAGE else f"application.{NAME}"
