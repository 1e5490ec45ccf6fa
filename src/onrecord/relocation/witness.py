"""Where words of the old edition certainly stand in the new one, although they have lookalikes.

A left witness of some words is a string that ends with them and stands once in both editions; a
right witness begins with them. One witness alone proves nothing: where all between two lookalikes
was deleted, the one that is left has the left side of the first and the right side of the second.
So both sides must speak, and for the same place. One side is enough only where no lookalike is near
and the surroundings of the other side are nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .blocks import MARGIN, Alignment, Region, Span, run_back, run_on
from .tally import Tally, tally

STEPS = (4, 8, 12, 16, 24, 32, 64, 128, 256)  # lengths of surroundings that are tried
NEAR, FAR = 12, 24  # where one side speaks alone: how near it is one of a kind, how far it is the same
BATCH = 4000  # spans whose surroundings are counted in one pass
GAP = 1 << 16  # the longest stretch between markers in which words are counted
VARIED = 6  # different code points in those near surroundings; fewer agree by chance
ROOM = 32  # so near to words that one side speaks for there is no lookalike
TRIED = 24  # how many lengths of a side are tried to see whether it stands elsewhere
BOTH = "its surroundings stand once in both editions"
BETWEEN = "the only one between its neighbours in both editions"
Settled = dict[Span, tuple[int, str]]
One = tuple[int, bool]  # the place that one side gives, and whether that is the left one


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
        found |= _one_sided(editions, {span: one for span, pair in sides.items() if (one := _alone_said(*pair))})
    return found


def _alone_said(left: int | None, right: int | None) -> One | None:
    """What one side says where the other says nothing."""
    if left is None:
        return None if right is None else (right, False)
    return (left, True) if right is None else None


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


def _one_sided(editions: Editions, said: Mapping[Span, One]) -> Settled:
    """Spans with a witness on one side alone that are certain all the same."""
    strong = {span: said[span] for span in _strong(editions, said)}
    alone = {span: one for span, one in strong.items() if _alone(editions, span, one[0])}
    old, new = {}, {}
    for span, (at, left) in alone.items():
        there, same = (at, at + span[1] - span[0]), _same(editions, span, at, left=not left)
        old[span] = _beyond(editions.old, span, same, left=not left)
        new[span] = _beyond(editions.new, there, same, left=not left)
    strings = {string for side in (old, new) for beyond in side.values() for string in beyond}
    in_old, in_new = tally(editions.old, strings), tally(editions.new, strings)
    free = (s for s in alone if not _stands(old[s], in_old, in_new) and not _stands(new[s], in_new, in_old))
    return {span: (alone[span][0], BETWEEN) for span in free}


def _strong(editions: Editions, said: Mapping[Span, One]) -> list[Span]:
    """The spans that have no lookalikes with like surroundings, and whose place is like theirs for long."""
    far = [span for span, (at, left) in said.items() if _same(editions, span, at, left=left) >= FAR]
    near = {span: _near(editions.old, span, left=said[span][1]) for span in far}
    other = {span: _near(editions.old, span, left=not said[span][1]) for span in far}
    in_old = tally(editions.old, {*near.values(), *other.values()})
    varied = [span for span in far if len(set(near[span])) >= VARIED]
    once = [span for span in varied if len(in_old[near[span]]) == 1 == len(in_old[other[span]])]
    in_new = tally(editions.new, {near[span] for span in once})
    return [span for span in once if len(in_new[near[span]]) == 1]


def _near(text: str, span: Span, *, left: bool) -> str:
    """The words with their near surroundings on one side, as far as the text has them."""
    start, end = (max(0, span[0] - NEAR), span[1]) if left else (span[0], span[1] + NEAR)
    return text[start:end]


def _alone(editions: Editions, span: Span, place: int) -> bool:
    """Whether the words have no lookalike between the next markers nor near by, in both editions."""
    there = (place, place + span[1] - span[0])
    old, new = editions.alignment.between(span)
    if not new[0] <= there[0] or not there[1] <= new[1] or max(old[1] - old[0], new[1] - new[0]) > GAP:
        return False
    words = editions.old[span[0] : span[1]]
    return _stands_once(editions.old, words, span, old) and _stands_once(editions.new, words, there, new)


def _stands_once(text: str, words: str, span: Span, region: Region) -> bool:
    around = text[max(0, min(region[0], span[0] - ROOM)) : max(region[1], span[1] + ROOM)]
    first = around.find(words)
    return first >= 0 and around.find(words, first + 1) < 0


def _same(editions: Editions, span: Span, place: int, *, left: bool) -> int:
    """How far the surroundings of the words on one side are the same in both editions."""
    most = STEPS[-1] + MARGIN
    if left:
        return run_back(editions.old, span[0], editions.new, place, most)
    return run_on(editions.old, span[1], editions.new, place + span[1] - span[0], most)


def _beyond(text: str, span: Span, length: int, *, left: bool) -> list[str]:
    """The words with the surroundings on one side that both editions share there, and with more of them."""
    spans = (grown(span, more, len(text), left=left) for more in range(length, length + 1 + TRIED))
    return [text[found[0] : found[1]] for found in spans if found]


def _stands(strings: Sequence[str], own: Tally, other: Tally) -> bool:
    """Whether surroundings that are one of a kind in their edition stand in the other, so far as one can see.

    If so these words, by that side, belong elsewhere, or others belong here.
    """
    shared, *more = strings
    if len(own[shared]) == 1 and len(other[shared]) > 1:
        return True
    for string in more:
        if not other[string]:
            return False
        if len(own[string]) == 1:
            return True
    return bool(more)
