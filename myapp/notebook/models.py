"""The models: what a document of this release holds.

Times are integer microseconds since 1970-01-01 00:00 UTC. The full-text index (`search…`) is no
model; search.py adds it to what `metadata.create_all` creates.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from myapp.notebook import search

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
search.attach(metadata)


class Base(DeclarativeBase):
    """The base of all models."""

    metadata = metadata


class Document(Base):
    """The one row that says which program made the document and which wrote it last."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created_by: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(Text)


class Run(Base):
    """One series of measurements."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    started_at: Mapped[int] = mapped_column(BigInteger)
    notes: Mapped[str | None] = mapped_column(Text)

    tags: Mapped[list["Tag"]] = relationship(secondary="run_tags", order_by="Tag.name")
    sources: Mapped[list["Source"]] = relationship(cascade="all, delete", passive_deletes=True)
    attachments: Mapped[list["Attachment"]] = relationship(cascade="all, delete", passive_deletes=True)


class Channel(Base):
    """What is measured, in a unit (empty where none is stated); shared by all runs."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("name", "unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)


class Reading(Base):
    """The value of one channel of one run at one time."""

    __tablename__ = "readings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    time: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    value: Mapped[float] = mapped_column(Double)


class Tag(Base):
    """A word that runs are found by."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


run_tags = Table(
    "run_tags",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
)


class Source(Base):
    """The file that a run was imported from; its content is not kept."""

    __tablename__ = "sources"
    __table_args__ = (Index(None, "run_id"), Index(None, "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    imported_at: Mapped[int] = mapped_column(BigInteger)


class Attachment(Base):
    """A file kept with a run."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("run_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary)
