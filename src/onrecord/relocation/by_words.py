"""Placements of pointers whose words are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from ..span import Spans
from .blocks import Region, Span
from .known import Sought
from .nearest import ROOM, nearest
from .placement import COUNT_LIMIT, SHOWN, Placement, Pointer, State, hull, placed, shifted
from .tally import Tally, tally

LOOKALIKE = "it has lookalikes, and its surroundings do not say which it is"
LEFT_OVER = "it had lookalikes: the one that is left may be another"
COPIED = "its words also stand where they would if they had not moved"
PIECES = "its pieces are there, but it is not certain which they are"


def relocate_words(old: str, new: str, pointers: Sequence[Pointer]) -> Iterator[Placement]:
    """Where the words of each pointer stand in the new edition; in the old one they stand as it says."""
    spans = {span for pointer in pointers for span in (hull(pointer.spans), *pointer.spans)}
    sought = Sought(old, new, spans)
    certain = {pointer: found for pointer in pointers if (found := _settled(sought, pointer))}
    words = {sought.words(hull(pointer.spans)) for pointer in pointers if pointer not in certain}
    counted = tally(new, words, COUNT_LIMIT)
    for pointer in pointers:
        yield certain.get(pointer) or _unsettled(sought, pointer, new, counted)


def _settled(sought: Sought, pointer: Pointer) -> Placement | None:
    """Every piece must be certain by itself: all from the first to the last may stand in a damaged copy."""
    if not all(span in sought.settled for span in pointer.spans):
        return None
    found = tuple(_at(span, sought.settled[span][0]) for span in pointer.spans)
    evidence = sought.settled[pointer.spans[0]][1]
    return placed(pointer, found, evidence, settled=True) if _in_order(pointer.spans, found) else None


def _at(span: Span, place: int) -> Span:
    return place, place + span[1] - span[0]


def _in_order(spans: Spans, found: Spans) -> bool:
    """Whether the pieces follow one another as they did."""
    ordered = [there for _, there in sorted(zip(spans, found, strict=True))]
    return all(one[1] <= other[0] for one, other in pairwise(ordered))


def _unsettled(sought: Sought, pointer: Pointer, new: str, counted: Tally) -> Placement:
    whole = hull(pointer.spans)
    words, region = sought.words(whole), _region(sought, whole)
    places = counted[words]
    if places:
        near = near_to(new, words, places, region[0])
        shown = tuple(shifted(pointer.spans, place - whole[0]) for place in near)
        return Placement(pointer, State.AMBIGUOUS, None, shown, len(places), evidence=_doubt(sought, whole, places))
    pieces = [sought.settled.get(span, (None, ""))[0] for span in pointer.spans]
    if len(pieces) > 1 and all(p is not None or _there(sought, s) for p, s in zip(pieces, pointer.spans, strict=True)):
        return _in_pieces(sought, pointer, new, region[0])
    return Placement(pointer, State.MISSING, nearest=nearest(words, new, region))


def _doubt(sought: Sought, span: Span, places: Sequence[int]) -> str:
    if span in sought.doubted:
        return COPIED
    return LEFT_OVER if len(places) == 1 else LOOKALIKE


def _there(sought: Sought, span: Span) -> bool:
    return bool(sought.tally.get(sought.words(span)))


def _in_pieces(sought: Sought, pointer: Pointer, new: str, expected: int) -> Placement:
    """Each piece stands somewhere: the places nearest to where they are expected are a candidate."""
    found = tuple(_at(span, _piece(sought, span, new, expected)) for span in pointer.spans)
    places = (found,) if _in_order(pointer.spans, found) else ()
    return Placement(pointer, State.AMBIGUOUS, None, places, 1, evidence=PIECES)


def _piece(sought: Sought, span: Span, new: str, expected: int) -> int:
    if span in sought.settled:
        return sought.settled[span][0]
    words = sought.words(span)
    return near_to(new, words, [], expected)[0]


def _region(sought: Sought, span: Span) -> Region:
    """Where the words are expected: as far from the new places of their neighbours as they were."""
    (old_start, old_end), (start, end) = sought.alignment.between(span)
    start, end = start + span[0] - old_start, end + span[1] - old_end
    return start, max(start, min(end, start + 2 * (span[1] - span[0]) + ROOM))


def near_to(text: str, words: str, places: Sequence[int], expected: int) -> list[int]:
    """The places nearest to the expected one; `places` are all of them, if they are few enough."""
    if not 0 < len(places) < COUNT_LIMIT:
        places = [*islice(_down(text, words, expected), SHOWN), *islice(_up(text, words, expected), SHOWN)]
    return sorted(sorted(places), key=lambda place: abs(place - expected))[:SHOWN]


def _up(text: str, words: str, start: int) -> Iterator[int]:
    while (start := text.find(words, max(0, start))) >= 0:
        yield start
        start += 1


def _down(text: str, words: str, start: int) -> Iterator[int]:
    while start > 0 and (start := text.rfind(words, 0, start - 1 + len(words))) >= 0:
        yield start
