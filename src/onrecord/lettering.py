"""Text for a terminal: on one line, with nothing hidden in it, in columns that line up.

Records are data from anywhere. A character that would drive a terminal or turn text around is
shown by its code point, never sent as it is.
"""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

WIDTH = 96  # of lines that are wrapped

# Controls, bidirectional overrides, invisible and line-breaking characters, lone surrogates.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def visible(text: str) -> str:
    """A text on one line, with every hidden character shown as its code point: `<U+202E>`."""
    return _HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def as_json(value: Any) -> str:
    """A value as JSON that people can read; hidden characters are escaped, nothing is lost."""
    said = json.dumps(value, ensure_ascii=False, indent=2)
    return re.sub(rf"(?!\n){_HIDDEN.pattern}", _escaped, said)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 record`, `2 records`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def wrapped(text: str, indent: str) -> list[str]:
    """A text on lines of bearable width, with hidden characters shown; words are never cut."""
    return textwrap.wrap(visible(text), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def visible_lines(text: str) -> str:
    """Several lines of text, each with its hidden characters shown."""
    return "\n".join(visible(line) for line in text.split("\n"))


def aligned(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A table as aligned lines: every value in full, hidden characters shown, null as nothing."""
    shown = [[visible("" if value is None else str(value)) for value in row] for row in (header, *rows)]
    widths = [max(width(row[i]) for row in shown) for i in range(len(header))]
    for number, row in enumerate(shown):
        yield "  ".join(cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)).rstrip()
        if number == 0:
            yield "  ".join("-" * size for size in widths)


def width(text: str) -> int:
    """How many cells a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)
