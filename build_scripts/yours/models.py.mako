"""The models, an example: items, each with a title."""

from sqlalchemy import BigInteger, CheckConstraint, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names for all constraints: without one, a later revision could not drop or change it."""


class Base(DeclarativeBase):
    """The base of all models."""

    metadata = MetaData(naming_convention=CONVENTION)


class Document(Base):
    """The programs that made and last wrote a document: its only row."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    created_by: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(Text)


class Item(Base):
    """An item; `added_at` is in UTC microseconds since 1970."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    added_at: Mapped[int] = mapped_column(BigInteger)
