"""Alembic in-process: knows connections and URLs, no documents and no models.

manifest.py     what the migrations directory must hold, checked before anything is upgraded
connections.py  engines and the one transaction in which a schema changes
config.py       Alembic's Config made in memory, and the lock around Alembic's global context
migrations.py   Migrations: everything that Alembic's commands offer, as values
recipes.py      run_migrations(script_location, dsn), for a program that wants just that
stock.py        the stock Alembic command line, in-process
driver_errors.py what a driver's exceptions mean to a person
sealed.py        keeps a revision from ending the transaction it runs in
conservation.py what a revision says it keeps, checked around it
lost.py          what a schema has lost from one step to the next
fingerprint.py  a schema as comparable text
"""
