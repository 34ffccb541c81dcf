"""Its models."""

from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
loans = Table("library_loans", metadata, Column("id", Integer, primary_key=True), Column("book", Integer))
