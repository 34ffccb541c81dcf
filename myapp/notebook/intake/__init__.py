"""Reads what instruments write: CSV files of any layout, into times and numbers by channel."""
