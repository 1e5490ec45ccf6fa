"""What two editions have in common: blocks of equal text, held by strings that stand once in both.

A marker is a string that stands exactly once in the old edition and exactly once in the new one.
A block is a marker with all the equal text around it. Words in a block with a marker on their
left and one on their right are certain: whatever stands between those two markers in the old
edition stands between them in the new one, and nowhere else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Span = tuple[int, int]
Region = tuple[int, int]
MARGIN = 8  # a string must be one of a kind with so much to spare: one code point may differ by chance
REACH = 256  # how much further than its own size a region is taken to reach


class Marker(NamedTuple):
    """A string that stands once in both editions."""

    old: int
    new: int
    size: int


@dataclass(slots=True)
class Block:
    """Equal text: `size` code points at `old` and `new`.

    Its markers lie between `begin` and `end`, offsets of the old edition. Of those that have more
    equal text on their outer side, or the edge of both texts, the first one ends at `first` and the
    last one starts at `last`.
    """

    old: int
    new: int
    size: int
    begin: int
    end: int
    first: int
    last: int
    closes: bool = False  # it reaches the end of both texts

    @property
    def shift(self) -> int:
        """How much further on the text stands in the new edition."""
        return self.new - self.old

    def tail(self, span: Span) -> int:
        """Where the block ends in the new edition, leaving out what it shares with the words of a span."""
        return min(self.old + self.size, max(self.end, span[0])) + self.shift

    def head(self, span: Span) -> int:
        """Where the block begins in the new edition, leaving out what it shares with the words of a span."""
        return max(self.old, min(self.begin, span[1])) + self.shift

    def covers(self, span: Span) -> bool:
        """Whether a span of the old edition lies in the block."""
        return self.old <= span[0] and span[1] <= self.old + self.size

    def takes(self, marker: Marker) -> bool:
        """Take a marker in, if it lies in this block."""
        start, end = marker.old, marker.old + marker.size
        if marker.new - marker.old != self.shift or not self.covers((start, end)):
            return False
        self.begin, self.end = min(self.begin, start), max(self.end, end)
        if start - self.old >= MARGIN or self.old == self.new == 0:
            self.first = min(self.first, end)
        if self.old + self.size - end >= MARGIN or self.closes:
            self.last = max(self.last, start)
        return True


class Alignment:
    """The blocks of two editions, and what they say about a place in the old one."""

    def __init__(self, old: str, new: str, markers: Iterable[Marker]) -> None:
        # The ends of a text are markers too: a text has one start and one end.
        edges = {Marker(0, 0, 0), Marker(len(old), len(new), 0)}
        self.markers = sorted({*markers} | edges)
        self._length = len(old)
        self._by_end = sorted(self.markers, key=lambda marker: (marker.old + marker.size, marker.old))
        self._ends = [marker.old + marker.size for marker in self._by_end]
        self._starts = [marker.old for marker in self.markers]
        self.order = Order(_blocks(old, new, self.markers), len(new))
        self.blocks = self.order.blocks
        self._begins = [block.begin for block in self.blocks]
        self.prefix = self.blocks[0].size
        self.suffix = run_back(old, len(old), new, len(new))

    def flanked(self, span: Span) -> Block | None:
        """The block that has a marker on the left of a span and one on its right."""
        index = bisect_right(self._begins, span[0]) - 1
        block = self.blocks[index] if index >= 0 else None
        return block if block and block.first <= span[0] and span[1] <= block.last else None

    def covering(self, span: Span) -> list[Block]:
        """The blocks around a span, flanked by markers or not. Blocks may overlap at their ends."""
        index = bisect_right(self._begins, span[0])
        return [block for block in self.blocks[max(0, index - 2) : index + 2] if block.covers(span)]

    def between(self, span: Span) -> tuple[Region, Region]:
        """What lies between the next markers on both sides of a span, in the old and the new edition."""
        left = self._by_end[max(0, bisect_right(self._ends, span[0]) - 1)]
        right = self.markers[min(len(self.markers) - 1, bisect_left(self._starts, span[1]))]
        return (left.old + left.size, right.old), (left.new + left.size, right.new)

    def loose(self) -> list[Region]:
        """The regions of the old edition in which no words are flanked, with the markers at their ends."""
        held = [block for block in self.blocks if block.first <= block.last]
        edges = [0, *(edge for block in held for edge in (block.first, block.last)), self._length]
        return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]

    def vacated(self, span: Span, place: int) -> list[Region]:
        """Where words would stand in the new edition had they not moved with their block."""
        index = bisect_right(self._begins, span[0])
        near = range(max(0, index - 2), min(len(self.blocks), index + 2))
        held = [i for i in near if self.blocks[i].covers(span) and self.blocks[i].shift == place - span[0]]
        if held:
            return self.order.vacated(held[0], span)
        return [(lo, hi) for lo, hi in self.order.seam(index, span) if not lo <= place < hi]


class Order:
    """Blocks in the order of the old edition, and how the new one orders them.

    Blocks that follow one another in both editions are a train. Where a train has moved, the words
    that stood before it and after it in the old edition say where it would stand had it not.
    """

    def __init__(self, blocks: list[Block], length: int) -> None:
        self.blocks, self._length = blocks, length
        self._by_new = sorted(range(len(blocks)), key=lambda i: (blocks[i].begin + blocks[i].shift, i))
        self._rank = {index: rank for rank, index in enumerate(self._by_new)}
        self._train = self._trains()

    def _trains(self) -> list[Span]:
        """For each block the first and the last block of its train."""
        trains: list[Span] = []
        for index in range(len(self.blocks)):
            joins = index > 0 and self._rank[index] == self._rank[index - 1] + 1
            first = trains[-1][0] if joins else index
            trains.append((first, index))
        for index in range(len(trains) - 2, -1, -1):
            if trains[index + 1][0] == trains[index][0]:
                trains[index] = trains[index + 1]
        return trains

    def vacated(self, index: int, span: Span) -> list[Region]:
        """The regions around which a block's train would stand, as far as the span may reach into them."""
        first, last = self._train[index]
        return [*self._after(first - 1, span), *self._before(last + 1, span)]

    def seam(self, index: int, span: Span) -> list[Region]:
        """The regions after the block before a span and before the block after it."""
        return [*self._after(index - 1, span), *self._before(index, span)]

    def _after(self, index: int, span: Span) -> list[Region]:
        """The text behind a block, up to the next block of the new edition."""
        if index < 0:
            return []
        block, rank = self.blocks[index], self._rank[index]
        after = self.blocks[self._by_new[rank + 1]] if rank + 1 < len(self.blocks) else None
        region = (block.tail(span), after.head(span) if after else self._length)
        return [region] if _reaches(region, span[0] - block.end) else []

    def _before(self, index: int, span: Span) -> list[Region]:
        """The text in front of a block, down to the block before it in the new edition."""
        if index >= len(self.blocks):
            return []
        block, rank = self.blocks[index], self._rank[index]
        before = self.blocks[self._by_new[rank - 1]] if rank else None
        region = (before.tail(span) if before else 0, block.head(span))
        return [region] if _reaches(region, block.begin - span[1]) else []


def _reaches(region: Region, distance: int) -> bool:
    """Whether a region is large enough to hold what stood at such a distance from its border."""
    size = region[1] - region[0]
    return size > 0 and distance <= 2 * size + REACH


def _blocks(old: str, new: str, markers: Sequence[Marker]) -> list[Block]:
    blocks: list[Block] = []
    for marker in markers:
        if not blocks or not blocks[-1].takes(marker):
            blocks.append(_grown(old, new, marker))
    return blocks


def _grown(old: str, new: str, marker: Marker) -> Block:
    """A marker with all the equal text around it."""
    back = run_back(old, marker.old, new, marker.new)
    end = marker.old + marker.size
    size = back + marker.size + run_on(old, end, new, marker.new + marker.size)
    start, there = marker.old - back, marker.new - back
    closes = start + size == len(old) and there + size == len(new)
    block = Block(start, there, size, marker.old, end, len(old) + 1, -1, closes)
    block.takes(marker)
    return block


def run_on(one: str, i: int, two: str, j: int, most: int | None = None) -> int:
    """How many code points from two places on are the same."""
    limit = min(len(one) - i, len(two) - j)
    return _longest(lambda n, m: one[i + n : i + m] == two[j + n : j + m], limit if most is None else min(limit, most))


def run_back(one: str, i: int, two: str, j: int, most: int | None = None) -> int:
    """How many code points down from two places are the same."""
    limit = min(i, j)
    return _longest(lambda n, m: one[i - m : i - n] == two[j - m : j - n], limit if most is None else min(limit, most))


def _longest(same: Callable[[int, int], bool], limit: int) -> int:
    """The largest length up to which all is the same; strides grow while it is and shrink after."""
    length, stride = 0, 64
    while length < limit and same(length, min(limit, length + stride)):
        length, stride = min(limit, length + stride), stride * 2
    while stride:
        if length + stride <= limit and same(length, length + stride):
            length += stride
        stride //= 2
    return length
