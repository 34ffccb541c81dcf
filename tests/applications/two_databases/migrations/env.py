"""Runs its revisions on both databases."""

from myapp.schema.environment import run

MODELS = "tests.applications.two_databases.models"
run(metadata={name: f"{MODELS}:{name}" for name in ("catalogue", "accounts")})
