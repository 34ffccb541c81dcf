"""Runs the revisions of the reading list."""

from pathlib import Path

from myapp.document.header import header_writer
from myapp.schema.environment import run
from myapp.schema.manifest import Manifest
from tests.shelf import APPLICATION_ID

run(on_apply=header_writer(APPLICATION_ID, Manifest.read(Path(__file__).with_name("manifest.sha256"))))
