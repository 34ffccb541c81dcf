"""Makes the files by which a Linux desktop and its shells know the program: entry, type, icons, manual."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

import _icons
import _man_page
from myapp.product import APPLICATION_ID, DESCRIPTION, HOMEPAGE, NAME, SUFFIX, VERSION

MIME_TYPE = f"application/vnd.{NAME}"

CATEGORIES = ("Office", "Database")

COMPLETIONS = {
    "bash": f"bash-completion/completions/{NAME}",
    "zsh": f"zsh/site-functions/_{NAME}",
    "fish": f"fish/vendor_completions.d/{NAME}.fish",
}
"""The file of each shell's completion script, in `share`."""


def write(share: Path, time: int) -> None:
    """Write all files into a folder `share`, as of a time in seconds since 1970."""
    for name, content in files(time).items():
        target = share / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def files(time: int) -> dict[str, bytes]:
    """Return the content of all files by their path in `share`."""
    hicolor, kind = "icons/hicolor", MIME_TYPE.replace("/", "-")
    pictures = {f"{size}x{size}": (_icons.png(size), "png") for size in _icons.SIZES}
    pictures["scalable"] = (_icons.svg(), "svg")
    return {
        f"applications/{NAME}.desktop": desktop_entry().encode(),
        f"mime/packages/{NAME}.xml": mime_type().encode(),
        f"metainfo/{NAME}.metainfo.xml": metainfo(time).encode(),
        f"man/man1/{NAME}.1": _man_page.man_page(time),
        **{COMPLETIONS[shell]: script for shell, script in _man_page.completions().items()},
        **{f"{hicolor}/{folder}/apps/{NAME}.{end}": icon for folder, (icon, end) in pictures.items()},
        **{f"{hicolor}/{folder}/mimetypes/{kind}.{end}": icon for folder, (icon, end) in pictures.items()},
    }


def desktop_entry() -> str:
    """Return the entry of menus, and of what opens a document (freedesktop.org, Desktop Entry)."""
    return f"""[Desktop Entry]
Type=Application
Name={NAME}
Comment={DESCRIPTION.rstrip(".")}
Exec={NAME} %f
Icon={NAME}
Terminal=false
StartupNotify=true
StartupWMClass={NAME}
Categories={";".join(CATEGORIES)};
MimeType={MIME_TYPE};
"""


def mime_type() -> str:
    """Return the type of documents (freedesktop.org, Shared MIME Info): by name, and by the header."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type={quoteattr(MIME_TYPE)}>
    <comment>{escape(NAME)} document</comment>
    <sub-class-of type="application/vnd.sqlite3"/>
    <generic-icon name="x-office-document"/>
    <magic priority="60">
      <match type="string" value="SQLite format 3" offset="0">
        <match type="big32" value="{APPLICATION_ID:#x}" offset="68"/>
      </match>
    </magic>
    <glob pattern="*{escape(SUFFIX)}"/>
  </mime-type>
</mime-info>
"""


def component_id() -> str:
    """Return the program's id: its name behind the reversed host of its home page, where it has one."""
    host = urlsplit(HOMEPAGE).hostname
    return ".".join([*reversed(host.split(".")), NAME]) if host else f"{NAME}.desktop"


def metainfo(time: int) -> str:
    """Return what software centres show (AppStream)."""
    date = datetime.fromtimestamp(time, UTC).date().isoformat()
    page = f'\n  <url type="homepage">{escape(HOMEPAGE)}</url>' if HOMEPAGE else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>{escape(component_id())}</id>
  <name>{escape(NAME)}</name>
  <summary>{escape(DESCRIPTION.rstrip("."))}</summary>
  <metadata_license>MIT</metadata_license>
  <project_license>MIT</project_license>
  <developer_name>the {escape(NAME)} developers</developer_name>
  <description>
    <p>
      {escape(DESCRIPTION)}
      A document is one file. A document of an older release is upgraded when it is opened, after a backup; a
      damaged one is never changed, and what is sound in it can be got out.
    </p>
  </description>
  <launchable type="desktop-id">{escape(NAME)}.desktop</launchable>
  <icon type="stock">{escape(NAME)}</icon>{page}
  <categories>
    {"".join(f"<category>{name}</category>" for name in CATEGORIES)}
  </categories>
  <provides>
    <binary>{escape(NAME)}</binary>
    <mediatype>{escape(MIME_TYPE)}</mediatype>
  </provides>
  <content_rating type="oars-1.1"/>
  <releases>
    <release version="{escape(VERSION)}" date="{date}"/>
  </releases>
</component>
"""
