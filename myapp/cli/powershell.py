"""Writes the completion script of PowerShell, which shtab has not."""

from argparse import SUPPRESS, ArgumentParser, _SubParsersAction
from collections.abc import Iterator

_SCRIPT = """\
Register-ArgumentCompleter -Native -CommandName {program} -ScriptBlock {{
    param($word, $command, $cursor)
    $words = @{{
{words}
    }}
    $place = ''
    foreach ($element in $command.CommandElements | Select-Object -Skip 1) {{
        $further = "$place $element".Trim()
        if ($element.Extent.EndOffset -ge $cursor -or -not $words.ContainsKey($further)) {{ break }}
        $place = $further
    }}
    $words[$place] | Where-Object {{
        $_.StartsWith($word) -and ($word -or -not $_.StartsWith('-'))  # without a word, names of files
    }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def completion(parser: ArgumentParser) -> str:
    """Return the script for a parser: the commands, those below them, and the options of each."""
    lines = (
        f"        {_quoted(place)} = @({', '.join(map(_quoted, words))})"
        for place, words in _words(parser, "")
    )
    return _SCRIPT.format(program=_quoted(parser.prog), words="\n".join(lines))


def _words(parser: ArgumentParser, place: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what can stand behind each command: further commands or values, and options."""
    words: list[str] = []
    below = {}
    for action in (action for action in parser._actions if action.help != SUPPRESS):
        words += action.option_strings or map(str, action.choices or ())
        if isinstance(action, _SubParsersAction):
            below = action.choices
    yield place, words
    for name, further in below.items():
        yield from _words(further, f"{place} {name}".strip())


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
