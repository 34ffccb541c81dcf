"""Alembic in-process for any SQLAlchemy program: knows connections and URLs, no documents and no models.

It imports `myapp.errors` and, for how long others are waited for, `myapp.progress`: copied with these two
under another name, it works there.

migrations.py   Migrations: everything that Alembic's commands do, as values
recipes.py      run_migrations(script_location, dsn), for a program that wants just that
stock.py        the stock Alembic command line, in-process
environment.py  run(), the body of an application's env.py

revisions.py    a revision and a step as values
directory.py    a migrations directory, read without a database
runner.py       runs a directory's env.py on its databases
database.py     the databases of a Migrations: opened for each task, or the caller's connections
config.py       Alembic's Config made in memory, and the lock around Alembic's global context
manifest.py     the digests of the released revisions, checked before anything is upgraded
data_files.py   the data files that revisions name, shipped and checked like them

connections.py  engines, and the one transaction in which a schema changes
sealed.py       keeps revisions from ending the transaction they run in
conservation.py enforces the declarations of a revision: what it keeps, drops and loses
lost.py         parts of a schema that a revision dropped unasked
fingerprint.py  a schema as comparable text

servers.py      URLs of PostgreSQL databases
session.py      the settings of a PostgreSQL session, whatever its role or database say
locations.py    URLs from paths, paths from URLs
event_loop.py   drivers for event loops, from code that has none
urls.py         URL or file name?
libraries.py    what waits for the first use of the database libraries
waiting.py      waits for another program's SQLite lock
driver_errors.py the drivers' exceptions as errors for the user
"""
