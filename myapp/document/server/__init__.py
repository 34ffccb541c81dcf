"""Documents in a database on a PostgreSQL server."""
