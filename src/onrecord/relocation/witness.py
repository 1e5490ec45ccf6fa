"""Where words of the old edition certainly stand in the new one, although they have lookalikes.

A left witness of some words is a string that ends with them and stands once in both editions; a
right witness begins with them. One witness alone proves nothing: where all between two lookalikes
was deleted, the one that is left has the left side of the first and the right side of the second.
So both sides must speak, and for the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .blocks import MARGIN, Alignment, Span, run_back, run_on
from .tally import tally

STEPS = (4, 8, 12, 16, 24, 32, 64, 128, 256)  # lengths of surroundings that are tried
BATCH = 4000  # spans whose surroundings are counted in one pass
BOTH = "its surroundings stand once in both editions"
Settled = dict[Span, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Editions:
    """Two texts and what they have in common."""

    old: str
    new: str
    alignment: Alignment


def witnessed(editions: Editions, spans: Sequence[Span]) -> Settled:
    """Those of the spans whose place is certain, with the place and the reason."""
    found: Settled = {}
    for start in range(0, len(spans), BATCH):
        sides = _witnesses(editions, spans[start : start + BATCH])
        found |= {span: (left, BOTH) for span, (left, right) in sides.items() if left is not None and left == right}
    return found


def grown(span: Span, length: int, size: int, *, left: bool) -> Span | None:
    """A span with so many code points more on one side, if the text has them."""
    start, end = (span[0] - length, span[1]) if left else (span[0], span[1] + length)
    return (start, end) if start >= 0 and end <= size else None


def _witnesses(editions: Editions, spans: Iterable[Span]) -> dict[Span, tuple[int | None, int | None]]:
    """The places that the witnesses on the left and on the right give."""
    asked = {span: (_contexts(editions, span, left=True), _contexts(editions, span, left=False)) for span in spans}
    strings = {editions.old[a:b] for pair in asked.values() for contexts in pair for a, b in contexts}
    there = _once_in_both(editions, strings)
    return {
        span: (_said(editions, span, before, there, left=True), _said(editions, span, after, there, left=False))
        for span, (before, after) in asked.items()
    }


def _said(
    editions: Editions, span: Span, contexts: Iterable[Span], there: Mapping[str, int], *, left: bool
) -> int | None:
    """The place that the edge of the text gives, or else the first witness, if it has something to spare."""
    edge = _edge(editions, span, left=left)
    if edge is not None:
        return edge
    for start, end in contexts:
        context = editions.old[start:end]
        if context in there:
            place = there[context] + span[0] - start
            spare = _same(editions, span, place, left=left) - (end - start - (span[1] - span[0]))
            return place if spare >= MARGIN else None
    return None


def _contexts(editions: Editions, span: Span, *, left: bool) -> list[Span]:
    """Strings of the old edition that may be witnesses: growing ones, and those that fill a block."""
    strings = [grown(span, length, len(editions.old), left=left) for length in STEPS]
    for block in editions.alignment.covering(span):
        length = (span[0] - block.old if left else block.old + block.size - span[1]) - MARGIN
        if length >= STEPS[0]:
            strings.append(grown(span, min(length, STEPS[-1]), len(editions.old), left=left))
    return sorted((string for string in strings if string), key=lambda string: string[1] - string[0])


def _edge(editions: Editions, span: Span, *, left: bool) -> int | None:
    """The start of a text is a witness on the left, its end one on the right."""
    if left:
        return span[0] if span[1] <= editions.alignment.prefix else None
    tail = len(editions.old) - span[0]
    return len(editions.new) - tail if tail <= editions.alignment.suffix else None


def _once_in_both(editions: Editions, strings: Iterable[str]) -> dict[str, int]:
    """The place in the new edition of each string that stands once in both."""
    once = [string for string, places in tally(editions.old, strings).items() if len(places) == 1]
    return {string: places[0] for string, places in tally(editions.new, once).items() if len(places) == 1}


def _same(editions: Editions, span: Span, place: int, *, left: bool) -> int:
    """How far the surroundings of the words on one side are the same in both editions."""
    most = STEPS[-1] + MARGIN
    if left:
        return run_back(editions.old, span[0], editions.new, place, most)
    return run_on(editions.old, span[1], editions.new, place + span[1] - span[0], most)
