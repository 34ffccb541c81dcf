"""What each revision brought to documents, as the revisions themselves say it; Alembic is not imported."""

import ast
import os
import re
from dataclasses import dataclass

from myapp.document.format import DocumentFormat
from myapp.schema.manifest import files, is_revision, revision_in


@dataclass(frozen=True)
class RevisionNews:
    """A revision, its message, and the first sentence about it."""

    revision: str
    message: str
    what: str


def news(format: DocumentFormat) -> list[RevisionNews]:
    """Return what each revision of the migrations directory brought, the newest first."""
    paths = [os.path.join(format.migrations, name) for name in files(format.migrations) if is_revision(name)]
    known = {revision_in(path): path for path in paths}
    return [_read(revision, known[revision]) for revision in reversed(format.order) if revision in known]


def _read(revision: str, path: str) -> RevisionNews:
    with open(path, encoding="utf-8") as stream:
        docstring = ast.get_docstring(ast.parse(stream.read())) or ""
    message = docstring.partition("\n")[0].strip()
    return RevisionNews(revision, message, first_sentence(docstring))


def first_sentence(docstring: str) -> str:
    """Return the first sentence after a docstring's first line, in one line; empty where none follows."""
    _message, _, rest = docstring.partition("Revision ID")[0].strip().partition("\n")
    text = " ".join(rest.split())
    sentence = re.match(r".+?\.(?=\s+[A-Z(“]|$)", text)
    return sentence.group()[:-1] if sentence else text
