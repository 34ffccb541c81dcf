"""Runs the revisions of the recipes."""

from myapp.document.header import header_writer
from myapp.schema.environment import run
from tests.second_application import APPLICATION_ID

run(on_apply=header_writer(APPLICATION_ID))
