"""The parts of a file of Office (Open Packaging Conventions), found by the relations between them."""

import zipfile
from posixpath import dirname, join, normpath
from xml.etree import ElementTree

_SMALL_PART = 1 << 24
_OFFICE = "/officeDocument"
_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


class Package:
    """The parts of an archive; raise KeyError, ValueError or ParseError where one is missing or damaged."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts = {_normal(info.filename): info for info in archive.infolist()}

    @property
    def main(self) -> str:
        """The name of the main part, as `xl/workbook.xml`; "" in an archive that is no file of Office."""
        if "[content_types].xml" not in self.parts:
            return ""
        targets = [target for kind, target in self._relations("").values() if kind.endswith(_OFFICE)]
        return targets[0] if targets else ""

    def sheet(self, name: str) -> zipfile.ZipInfo:
        """Return the part that holds a workbook's sheet."""
        targets = self._relations(self.main)
        for each in ElementTree.fromstring(self._read(self.main)).iter():
            if each.tag.rpartition("}")[2] == "sheet" and each.get("name") == name:
                relation = next(filter(None, map(each.get, _IDS)), "")
                return self.parts[targets[relation][1]]
        raise KeyError(f"no part holds the sheet {name}")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the kind and the part of each relation of a part, or of the package."""
        folder, _, name = part.rpartition("/")
        root = ElementTree.fromstring(self._read(join(folder, "_rels", f"{name}.rels")))
        return {
            each.get("Id", ""): (
                each.get("Type", ""),
                _normal(join("/", dirname(part), each.get("Target", ""))),
            )
            for each in root
        }

    def _read(self, name: str) -> bytes:
        part = self.parts[name]
        if part.file_size > _SMALL_PART:
            raise ValueError(f"{name} is too large")
        return self.archive.read(part)


def _normal(name: str) -> str:
    """Return the name of a part as others are compared with it: some programs write backslashes."""
    return normpath(name.replace("\\", "/")).lstrip("/").casefold()
