"""The channels that a person chose to import, by their names or titles; all where none was chosen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from myapp.errors import BadData
from myapp.notebook.intake import numbers
from myapp.notebook.intake.csv_format import ChannelColumn
from myapp.notebook.intake.table import Table, bad_line

_SHOWN = 200
"""The most characters of the names that a refusal lists."""


@dataclass(frozen=True)
class Chosen:
    """Names or titles of channels, in any case of letters."""

    texts: tuple[str, ...] = ()

    def takes(self, channel: ChannelColumn) -> bool:
        """Whether the channel is to be imported."""
        if not self.texts:
            return True
        folded = {text.casefold() for text in self.texts}
        return channel.name.casefold() in folded or channel.title.casefold() in folded

    def unknown(self, channels: Iterable[ChannelColumn]) -> list[str]:
        """Return the texts that are no channel's name or title."""
        known = {text.casefold() for each in channels for text in (each.name, each.title)}
        return [text for text in self.texts if text.casefold() not in known]


def no_channel(text: str, channels: Iterable[ChannelColumn], setting: str) -> BadData:
    """Return the error, without a place, for a name that no channel of a long file has."""
    titles = tuple(sorted({channel.title for channel in channels}))
    fact = f"no channel is {numbers.quoted(text)}: the channels are {', '.join(titles)[:_SHOWN]}"
    return bad_line(0, 0, fact, setting=setting, values=titles)


def check_columns(
    table: Table, only: Iterable[str], channels: Collection[int], left: Collection[int]
) -> None:
    """Raise BadData where a column that was chosen is none, holds no numbers, or is left out too.

    `channels` are the indexes of the columns that can be channels, `left` those that another option names.
    """
    for text in only:
        index = table.index(text, "only")
        if index in left:
            raise table.bad_header(
                index, f"{table.titles[index]} is both chosen and left out", setting="only"
            )
        if index not in channels:
            titles = tuple(table.titles[i] for i in sorted(channels))
            fact = f"{table.titles[index]} is no channel: it holds times, or text and no number"
            raise table.bad_header(index, fact, setting="only", values=titles)
