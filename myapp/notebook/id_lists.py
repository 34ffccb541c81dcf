"""The condition of sql.py, that a column has one of many ids, in SQLAlchemy's expressions."""

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import BigInteger, Boolean, ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from myapp.notebook.sql import as_text, condition


def one_of(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition; with one id it is a comparison, so that an index can give an order too."""
    if len(ids) == 1:
        return column == bindparam(None, ids[0], type_=BigInteger, unique=True)
    return _OneOf(column, bindparam(None, as_text(ids), type_=Text, unique=True))


class _OneOf(FunctionElement[bool]):
    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """Return the condition itself: SQLite would be asked whether it is 1, and not use an index for it."""
        return self


@compiles(_OneOf)
def _sql(element: _OneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(each, **options) for each in element.clauses)
    return condition(column, ids, compiler.dialect.name)
