"""The naive program: Alembic's upgrade to head at every start, then a Session that counts the runs."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The base of all models."""


class Run(Base):
    """One series of measurements."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    started_at: Mapped[int]
    notes: Mapped[str | None]


def main(database: str) -> None:
    """Open a document and print how many runs it holds."""
    url = f"sqlite:///{database}"
    config = Config()
    config.set_main_option("script_location", str(Path(sys.prefix) / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url)
    command.upgrade(config, "head")
    with Session(create_engine(url)) as session:
        print(session.scalar(select(func.count()).select_from(Run)), "runs")


if __name__ == "__main__":
    main(sys.argv[1])
