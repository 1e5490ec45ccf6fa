"""Where words stand of which only the hash is known.

Passages and sentences (tiles) cover the old text, so they say much about it. Tiles that are whole
lines or blocks of the new text are found by one look-up; what stands around them moves alike; the
rest is sought window by window, near by first. A place found is a place of the same words, but
which of several lookalikes it is, only `proved` may say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..span import DIGEST_PREFIX, digest_of
from .placement import Pointer, fits, hull

WINDOWS = 3_000_000  # windows hashed in all, a long one counting for several
BLOCK = 256  # code points that cost as much as one more window
NEAR = 4_096  # the longest region in which every window is hashed for one pointer
ROOM = 64
AHEAD, LOST = 512, 8  # how far on a tile is sought that did not move like the last; after so many in vain, no longer
_BREAKS = (re.compile(r"\n"), re.compile(r"\n[^\S\n]*\n"))  # between lines, and between blocks of them


class Finder:
    """The shifts by which pointers are found in a new text, and the words that are known by them."""

    def __init__(self, new: str, pointers: Sequence[Pointer]) -> None:
        self.new = new
        self.pointers = sorted((p for p in pointers if p.spans), key=lambda p: (hull(p.spans)[0], -hull(p.spans)[1]))
        self.shifts: dict[Pointer, int] = {}
        self.words: dict[str, str] = {}  # by the first digits of the hash
        self.everywhere: set[int] = set()  # lengths of which every window was hashed
        self.old_end = max((hull(p.spans)[1] for p in self.pointers), default=0)
        self._budget = WINDOWS
        self._find()

    def _find(self) -> None:
        self._stretches()
        for seek in (self._near_tiles, self._follow, self._near_tiles, self._near_others, self._anywhere):
            self._sweep()
            seek()
        self._sweep()

    def _stretches(self) -> None:
        """Tiles that are a line or a block of lines, where there is one such tile and one such stretch."""
        tiles = Counter(short(p) for p in self.pointers if p.tile)
        places: dict[str, set[int]] = {}
        for start, words in (found for breaks in _BREAKS for found in _stretches(breaks, self.new)):
            places.setdefault(digest_of(words)[:DIGEST_PREFIX], set()).add(start)
        for pointer in self.pointers:
            found = places.get(short(pointer), ())
            if pointer.tile and tiles[short(pointer)] == 1 and len(found) == 1:
                self._take(pointer, min(found) - hull(pointer.spans)[0])

    def _sweep(self) -> None:
        """Try for each pointer the shift of the tile before it and of the tile after it."""
        for pointers, shift in ((self.pointers, 0), (self.pointers[::-1], len(self.new) - self.old_end)):
            for pointer in pointers:
                if pointer in self.shifts or self._take(pointer, shift):
                    shift = self.shifts[pointer] if pointer.tile else shift

    def _take(self, pointer: Pointer, shift: int) -> bool:
        if not fits(self.new, pointer, shift):
            return False
        self.shifts[pointer] = shift
        if len(pointer.spans) == 1:
            start, end = pointer.spans[0]
            self.words[short(pointer)] = self.new[start + shift : end + shift]
        return True

    def _follow(self) -> None:
        """Walk along the tiles; where one has not moved like the last, seek it a little further on."""
        tiles = [p for p in self.pointers if p.tile]
        place = shift = lost = 0
        for tile, after in zip(tiles, [*tiles[1:], None], strict=False):
            start, end = hull(tile.spans)
            found = tile in self.shifts or self._take(tile, shift)
            if not found and lost < LOST and not (after and hull(after.spans)[1] <= end):
                found = self._seek(tile, max(0, place - ROOM), min(len(self.new), place + AHEAD + end - start))
                lost += not found
            if found:
                shift, lost = self.shifts[tile], 0
                place = end + shift

    def _near_tiles(self) -> None:
        self._near([p for p in self.pointers if p.tile and p not in self.shifts])

    def _near_others(self) -> None:
        self._near([p for p in self.pointers if not p.tile and p not in self.shifts])

    def _near(self, pointers: Sequence[Pointer]) -> None:
        """Seek pointers between the new places of the tiles around them."""
        tiles = sorted((*hull(p.spans), shift) for p, shift in self.shifts.items() if p.tile)
        starts, ends = [tile[0] for tile in tiles], sorted((end, end + shift) for _, end, shift in tiles)
        for pointer in pointers:
            start, end = hull(pointer.spans)
            before, after = bisect_right(ends, (start, len(self.new))) - 1, bisect_left(starts, end)
            lo = ends[before][1] if before >= 0 else 0
            hi = tiles[after][0] + tiles[after][2] if after < len(tiles) else len(self.new)
            if short(pointer) not in self.words and lo <= hi <= lo + NEAR + end - start:
                self._seek(pointer, max(0, lo - ROOM), min(len(self.new), hi + ROOM))

    def _seek(self, pointer: Pointer, lo: int, hi: int) -> bool:
        start, end = hull(pointer.spans)
        shifts = range(lo - start, hi - end + 1)
        return self._spend(len(shifts), end - start) and any(self._take(pointer, shift) for shift in shifts)

    def _anywhere(self) -> None:
        """Hash every window of the lengths that are sought, the most wanted first, while the budget lasts."""
        single = [p for p in self.pointers if p not in self.shifts and len(p.spans) == 1]
        wanted = [p for p in single if 0 < _length(p) <= len(self.new) and short(p) not in self.words]
        for length, _ in Counter(map(_length, wanted)).most_common():
            starts = range(len(self.new) - length + 1)
            if self._spend(len(starts), length):
                self._windows({short(p) for p in wanted if _length(p) == length}, length, starts)
                self.everywhere.add(length)

    def _windows(self, wanted: set[str], length: int, starts: Iterable[int]) -> None:
        for start in starts:
            words = self.new[start : start + length]
            if (digest := digest_of(words)[:DIGEST_PREFIX]) in wanted:
                self.words[digest] = words

    def _spend(self, windows: int, length: int) -> bool:
        cost = windows * (1 + length // BLOCK)
        if cost > self._budget:
            return False
        self._budget -= cost
        return True


def short(pointer: Pointer) -> str:
    """The first digits of a pointer's hash, by which words are known."""
    return pointer.digest[:DIGEST_PREFIX]


def _length(pointer: Pointer) -> int:
    start, end = hull(pointer.spans)
    return end - start


def _stretches(breaks: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """What stands between the breaks, without white space at its ends."""
    start = 0
    for end, after in [*((found.start(), found.end()) for found in breaks.finditer(text)), (len(text), 0)]:
        words = text[start:end]
        yield start + len(words) - len(words.lstrip()), words.strip()
        start = after
