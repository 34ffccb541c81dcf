"""Runs the revisions; Alembic executes this file for each command (see ${package}/schema/environment.py)."""

from ${package} import paths
from ${package}.document.header import header_writer
from ${package}.product import APPLICATION_ID, NAME
from ${package}.schema.environment import run
from ${package}.schema.manifest import Manifest

% if not example:

def include_name(name: str | None, _type: str, _parents: object) -> bool:
    """Leave the record of the programs that wrote a document out of comparisons: it is in no model."""
    return name != "document"


% endif
manifest = Manifest.read(paths.shipped("manifest.sha256"))
% if example:
run(on_apply=header_writer(APPLICATION_ID, manifest), application_name=NAME)
% else:
run(
    on_apply=header_writer(APPLICATION_ID, manifest),
    include_name=include_name,
    application_name=NAME,
)
% endif
