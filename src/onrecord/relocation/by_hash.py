"""Placements of pointers of which only the hashes are known."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from .blocks import Block, Order, Span
from .by_words import LEFT_OVER, LOOKALIKE, near_to
from .hashed import Finder, short
from .known import rival
from .placement import COUNT_LIMIT, Placement, Pointer, State, hull, placed, shifted
from .proved import proved
from .tally import Tally, tally

PROVED = "it moved with its neighbours, which stand once in both editions"
ONE_PLACE = "the only place now; the edition it was recorded from would show whether it is the same"
NOT_EVERYWHERE = "not sought everywhere: give the edition it was recorded from"


def relocate_hashes(new: str, pointers: Sequence[Pointer], *, prove: bool = True) -> list[Placement]:
    """Where words with these hashes stand in the new edition; with `prove`, which are certain."""
    finder = Finder(new, pointers)
    order = proved(finder) if prove else Order([], len(new))
    certain = _certain(finder, order)
    rest = [pointer for pointer in pointers if pointer not in certain]
    counted = tally(new, {words for pointer in rest if (words := _words(finder, pointer))}, COUNT_LIMIT)
    alike = Counter(digest for digest, _ in {(short(p), p.spans) for p in pointers if len(p.spans) == 1})
    return [certain.get(pointer) or _doubtful(finder, pointer, counted, alike[short(pointer)]) for pointer in pointers]


def _certain(finder: Finder, order: Order) -> dict[Pointer, Placement]:
    begins = [block.begin for block in order.blocks]
    found: dict[Pointer, Placement] = {}
    for pointer, shift in finder.shifts.items():
        span = hull(pointer.spans)
        index = bisect_right(begins, span[0]) - 1
        if index >= 0 and _held(order.blocks[index], span, shift) and not _copied(finder, order, index, span, shift):
            found[pointer] = placed(pointer, shifted(pointer.spans, shift), PROVED, settled=True)
    return found


def _held(block: Block, span: Span, shift: int) -> bool:
    return block.shift == shift and block.first <= span[0] and span[1] <= block.last


def _copied(finder: Finder, order: Order, index: int, span: Span, shift: int) -> bool:
    """Whether the words also stand where they would had they not moved."""
    words = finder.new[span[0] + shift : span[1] + shift]
    return rival(finder.new, words, order.vacated(index, span), span[0] + shift)


def _words(finder: Finder, pointer: Pointer) -> str | None:
    """The words from the first piece of a pointer to the last, if they are known."""
    if pointer in finder.shifts:
        start, end = hull(shifted(pointer.spans, finder.shifts[pointer]))
        return finder.new[start:end]
    return finder.words.get(short(pointer)) if len(pointer.spans) == 1 else None


def _doubtful(finder: Finder, pointer: Pointer, counted: Tally, alike: int) -> Placement:
    words = _words(finder, pointer)
    if words is None:
        return _missing(finder, pointer)
    start, places = hull(pointer.spans)[0], counted[words]
    if len(places) == 1 and alike <= 1:
        return placed(pointer, shifted(pointer.spans, places[0] - start), ONE_PLACE, settled=False)
    near = near_to(finder.new, words, places, start + finder.shifts.get(pointer, 0))
    shown = tuple(shifted(pointer.spans, place - start) for place in near)
    evidence = LEFT_OVER if len(places) == 1 else LOOKALIKE
    return Placement(pointer, State.AMBIGUOUS, None, shown, len(places), evidence=evidence)


def _missing(finder: Finder, pointer: Pointer) -> Placement:
    """Words that were not found; where not every window was hashed, this is said."""
    sought = pointer.spans and not finder.new
    if len(pointer.spans) == 1:
        length = pointer.spans[0][1] - pointer.spans[0][0]
        sought = length in finder.everywhere or not 0 < length <= len(finder.new)
    return Placement(pointer, State.MISSING, evidence="" if sought else NOT_EVERYWHERE)
