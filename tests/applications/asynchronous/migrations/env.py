"""Runs its revisions."""

from myapp.schema.environment import run

run(metadata="tests.applications.asynchronous.models:Base.metadata")
