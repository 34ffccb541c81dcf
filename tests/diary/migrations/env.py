"""Runs the revisions of the diary."""

from myapp.document.header import header_writer
from myapp.schema.environment import run
from tests.diary import APPLICATION_ID

run(on_apply=header_writer(APPLICATION_ID))
