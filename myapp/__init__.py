"""Keeps measurements in documents: SQLite files that every later release opens with nothing lost."""

from myapp import product

__version__ = product.VERSION
