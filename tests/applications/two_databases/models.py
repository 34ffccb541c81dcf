"""Its models, those of each database for themselves."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

catalogue = MetaData()
books = Table("books", catalogue, Column("id", Integer, primary_key=True), Column("title", Text))

accounts = MetaData()
readers = Table("readers", accounts, Column("id", Integer, primary_key=True), Column("address", Text))
