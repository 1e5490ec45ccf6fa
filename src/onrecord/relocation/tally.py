"""Where many strings occur in a text, each counted up to a limit, in one pass over the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ..errors import MissingExtra

Tally = dict[str, list[int]]
CHUNK = 1 << 14
LONG = 1 << 13  # longer strings are few, and are sought one by one
MATCHES = 1 << 22  # matches that one chunk may give at the very most, which bounds memory
DULL = 1 << 12  # so many matches in a chunk, and strings that are counted out leave the automaton


def tally(text: str, strings: Iterable[str], limit: int = 2) -> Tally:
    """The first places of each string, overlapping ones too, at most `limit` of them.

    Frequent strings drop out early, so the work is that of one pass, however often they occur.
    """
    found: Tally = {string: [] for string in strings if string}
    for string in (string for string in found if len(string) > LONG):
        found[string] = [*islice(_places(text, string), limit)]
    sought = [string for string in found if len(string) <= LONG]
    longest = max(map(len, sought), default=0)
    most = max(longest, _largest_chunk(sought))
    automaton, start, size = _automaton(sought), 0, min(CHUNK, most)
    while start < len(text) and sought:
        matches = automaton.find_matches_as_indexes(text[start : start + size + longest - 1], overlapping=True)
        _note(found, sought, matches, start, size, limit)
        if len(matches) > DULL + len(sought):
            sought = [string for string in sought if len(found[string]) < limit]
            automaton = _automaton(sought)
        start, size = start + size, min(size * 2, most)
    return found


def _places(text: str, string: str) -> Iterator[int]:
    start = -1
    while (start := text.find(string, start + 1)) >= 0:
        yield start


def _note(found: Tally, sought: list[str], matches: Any, start: int, size: int, limit: int) -> None:
    """Keep the matches that begin in this chunk; those behind it are met again in the next."""
    for index, at, _ in matches:
        places = found[sought[index]]
        if at < size and len(places) < limit:
            places.append(start + at)


def _largest_chunk(strings: list[str]) -> int:
    """At one place begins at most one string of each length."""
    lengths = len({len(string) for string in strings}) or 1
    return max(1 << 12, min(1 << 20, MATCHES // lengths))


def _automaton(strings: list[str]) -> Any:
    try:
        from ahocorasick_rs import AhoCorasick
    except ImportError:
        raise MissingExtra("ahocorasick-rs", "text") from None
    return AhoCorasick(strings or ["\0"], store_patterns=False)
