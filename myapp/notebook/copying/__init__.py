"""Copies a notebook, or a selection of it, between files and servers."""
