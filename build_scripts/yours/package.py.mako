"""Keeps documents: SQLite files that every later release opens with nothing lost."""

from ${package} import product

__version__ = product.VERSION
