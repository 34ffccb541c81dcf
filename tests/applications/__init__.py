"""Small applications on `myapp.schema` alone: asynchronous, with two databases, in a shared database."""
