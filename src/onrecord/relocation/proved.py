"""What the hashes of tiles prove about places in an old text that is not at hand.

Tiles whose words were found make the old text known but for holes. A run is a row of tiles that
moved alike. A string of a run is a marker if it stands once in the new text and can have stood
nowhere else in the old one: neither in what is known of it, nor in a hole, nor half in one. Words
with a marker of their run on both sides, or the edge of both texts, are certain.

A string that is longer than every hole sticks out of any hole by some code points, at its start or
at its end; so it is enough that its first and its last code points stand nowhere else in what is
known. White space between tiles is not hashed, so all this is done without white space.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .blocks import Block, Order, Span
from .hashed import Finder, short
from .placement import Pointer, hull
from .tally import tally

GRAM = 24  # code points at a string's start and end that must stand nowhere else
TRIES, STEP = 32, 24  # how many strings of a run are tried as markers, and how far apart
GAP = 8  # more than this between two tiles is a hole, not white space
HOLE = "\0"


@dataclass(slots=True)
class Run:
    """Old text that is known to stand in the new text, so far further on."""

    start: int
    end: int
    shift: int


def proved(finder: Finder) -> Order:
    """The blocks of old text whose place in the new one is proved, with markers at both ends."""
    tiles = _leaves(finder)
    runs = list(_runs(finder, tiles))
    islands, holes = _islands(finder, tiles)
    marked = _marked(finder, runs, HOLE.join(islands), _least(islands, holes))
    nowhere = finder.old_end + 1
    edges = (min((hull(p.spans)[0] for p in tiles), default=0), max((hull(p.spans)[1] for p in tiles), default=0))
    blocks = [Block(0, 0, 0, 0, 0, nowhere, -1)]
    for run, (left, right) in zip(runs, marked, strict=True):
        opens, closes = _edges(finder, edges, run)
        block = _block(run, opens or left, closes or right, nowhere)
        blocks += [block] if block else []
    blocks.append(Block(finder.old_end, len(finder.new), 0, finder.old_end, finder.old_end, nowhere, -1))
    return Order(sorted(blocks, key=lambda block: block.begin), len(finder.new))


def _leaves(finder: Finder) -> list[Pointer]:
    """Tiles that hold no others, and tiles found as a whole; in the order of the text."""
    tiles = [p for p in finder.pointers if p.tile]
    kept: list[Pointer] = []
    covered = 0
    for tile, after in zip(tiles, [*tiles[1:], None], strict=False):
        parent = after is not None and hull(after.spans)[1] <= hull(tile.spans)[1] and tile not in finder.shifts
        if not parent and hull(tile.spans)[1] > covered:
            kept.append(tile)
            covered = hull(tile.spans)[1] if tile in finder.shifts else covered
    return kept


def _runs(finder: Finder, tiles: Sequence[Pointer]) -> Iterator[Run]:
    run: Run | None = None
    for tile in tiles:
        (start, end), shift = hull(tile.spans), finder.shifts.get(tile)
        gap = finder.new[run.end + run.shift : start + run.shift] if run else ""
        if run and shift == run.shift and start >= run.end and not gap.strip():
            run.end = end
            continue
        if run:
            yield run
        run = Run(start, end, shift) if shift is not None and not (run and start < run.end) else None
    if run:
        yield run


def _islands(finder: Finder, tiles: Sequence[Pointer]) -> tuple[list[str], list[int]]:
    """What is known of the old text, without white space, and the lengths of the holes between."""
    islands, holes, end = [""], [], 0
    for tile in tiles:
        start, stop = hull(tile.spans)
        words = finder.words.get(short(tile))
        if words is None or not 0 <= start - end <= GAP:
            holes.append(max(0, start - end) + (stop - start if words is None else 0))
            islands.append("")
        islands[-1] += squeezed(words or "")
        end = max(end, stop)
    return islands, holes


def _least(islands: Sequence[str], holes: Sequence[int]) -> int:
    """How long a string must be to stick out of every hole, islands shorter than it being part of the holes."""
    least = 2 * GRAM
    while True:
        longest = hole = 0
        for island, after in zip(islands, [*holes, 0], strict=True):
            hole = 0 if len(island) >= least else hole + len(island)
            hole += after
            longest = max(longest, hole)
        if longest + 2 * GRAM <= least:
            return least
        least = longest + 2 * GRAM


@dataclass(frozen=True, slots=True)
class _Trial:
    """A string of a run that may be a marker: its place in the new text, and what stands at its ends."""

    span: Span
    head: str  # in the new text
    grams: tuple[str, str]  # first and last code points without white space


def _trials(new: str, run: Run, least: int, *, left: bool) -> list[_Trial]:
    """Strings from one end of a run, each of just the length that is needed."""
    start, end = run.start + run.shift, run.end + run.shift
    reach = 2 * (TRIES * STEP + least)
    start, end = (start, min(end, start + reach)) if left else (max(start, end - reach), end)
    at = [i for i in range(start, end) if not new[i].isspace()]
    firsts = range(0, len(at) - least + 1, STEP) if left else range(len(at) - least, -1, -STEP)
    return [_trial(new, at[first : first + least]) for first in firsts[:TRIES]]


def _trial(new: str, at: Sequence[int]) -> _Trial:
    letters = "".join(new[i] for i in (*at[:GRAM], *at[-GRAM:]))
    return _Trial((at[0], at[-1] + 1), new[at[0] : at[GRAM - 1] + 1], (letters[:GRAM], letters[GRAM:]))


def _marked(finder: Finder, runs: Sequence[Run], known: str, least: int) -> Iterator[tuple[Span | None, Span | None]]:
    """The first and the last marker of each run, as spans of the new text."""
    trials = [[_trials(finder.new, run, least, left=left) for left in (True, False)] for run in runs]
    every = [trial for pair in trials for side in pair for trial in side]
    in_old = tally(known, {gram for trial in every for gram in trial.grams})
    in_new = tally(finder.new, {trial.head for trial in every})
    one = {t for t in every if len(in_new[t.head]) == 1 and all(len(in_old[gram]) == 1 for gram in t.grams)}
    for left, right in trials:
        yield next((t.span for t in left if t in one), None), next((t.span for t in right if t in one), None)


def _block(run: Run, left: Span | None, right: Span | None, nowhere: int) -> Block | None:
    if left is None and right is None:
        return None
    marks = [mark for mark in (left, right) if mark]
    begin, end = min(m[0] for m in marks) - run.shift, max(m[1] for m in marks) - run.shift
    first = left[1] - run.shift if left else nowhere
    last = right[0] - run.shift if right else -1
    return Block(run.start, run.start + run.shift, run.end - run.start, begin, end, first, last)


def _edges(finder: Finder, edges: Span, run: Run) -> tuple[Span | None, Span | None]:
    """The start of both texts and the end of both, where a run reaches them."""
    start, end = run.start + run.shift, run.end + run.shift
    opens = run.start == edges[0] == start and not finder.new[:start].strip()
    closes = run.end == edges[1] and not finder.new[end:].strip()
    return (start, start) if opens else None, (end, end) if closes else None


def squeezed(words: str) -> str:
    """Words without white space."""
    return "".join(words.split())
