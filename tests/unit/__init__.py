"""In-process tests, run once, from source."""
