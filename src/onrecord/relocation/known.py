"""Words of the old edition sought in the new one: both texts are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .blocks import Alignment, Block, Marker, Region, Span
from .tally import Tally, tally
from .witness import Editions, Settled, witnessed

# Pieces of the old edition that may be markers: few in the whole of it, many where those leave room.
COARSE, MIDDLE, FINE = (48, 1024), (32, 32), (12, 6)  # size, step
PIECES = 200_000
LEAST = 8  # shorter words may be the only ones by chance: they mark no place for others
ONCE = "the only place in both editions"
FLANKED = "between markers that stand once in both editions"


class Sought:
    """The places of spans of the old edition in the new one.

    `settled` holds those that are certain, with the reason, and `tally` the first places in the
    new edition of the words of all others.
    """

    def __init__(self, old: str, new: str, spans: Iterable[Span]) -> None:
        self.old, self.new = old, new
        self.settled: Settled = {}
        self.tally: Tally = {}
        self.doubted: set[Span] = set()
        self._seek(sorted({*spans}))

    def words(self, span: Span) -> str:
        """The words of a span of the old edition."""
        return self.old[span[0] : span[1]]

    def _seek(self, spans: list[Span]) -> None:
        markers = self._markers([(0, len(self.old))], *COARSE)
        alignment = Alignment(self.old, self.new, markers)
        markers += self._markers(alignment.loose(), *MIDDLE)
        alignment = Alignment(self.old, self.new, markers)
        markers += self._markers(alignment.loose(), *FINE)
        markers += self._once(span for span in spans if not alignment.flanked(span))
        self.alignment = Alignment(self.old, self.new, markers)
        self._flanked(spans)
        left = [span for span in spans if span not in self.settled and self.tally.get(self.words(span))]
        self.settled |= witnessed(Editions(self.old, self.new, self.alignment), left)
        self._doubt()

    def _markers(self, regions: Sequence[Region], size: int, step: int) -> list[Marker]:
        """Markers among the pieces of these regions."""
        total = sum(end - start for start, end in regions)
        starts = (at for start, end in regions for at in range(start, end, max(step, total // PIECES)))
        pieces = {self.old[start : start + size] for start in starts}
        return list(self._unique(piece for piece in pieces if len(piece) == size))

    def _unique(self, strings: Iterable[str]) -> Iterator[Marker]:
        once = {string: at[0] for string, at in tally(self.old, strings).items() if len(at) == 1}
        for string, places in tally(self.new, once).items():
            if len(places) == 1:
                yield Marker(once[string], places[0], len(string))

    def _once(self, spans: Iterable[Span]) -> list[Marker]:
        """Settle the spans whose words stand once in both editions; they are markers themselves."""
        by_words: dict[str, Span] = {self.words(span): span for span in spans}
        self.tally = tally(self.new, by_words)
        there = [words for words, places in self.tally.items() if len(places) == 1]
        found = [words for words, places in tally(self.old, there).items() if len(places) == 1]
        self.settled |= {by_words[words]: (self.tally[words][0], ONCE) for words in found}
        marking = (words for words in found if len(words) >= LEAST)
        return [Marker(by_words[words][0], self.tally[words][0], len(words)) for words in marking]

    def _flanked(self, spans: Sequence[Span]) -> None:
        for span in spans:
            block: Block | None = self.alignment.flanked(span)
            if block and span not in self.settled:
                self.settled[span] = (span[0] + block.shift, FLANKED)

    def _doubt(self) -> None:
        """Take back what may be a copy: the words also stand where they would had they not moved."""
        for span, (place, evidence) in [*self.settled.items()]:
            if evidence != ONCE and rival(self.new, self.words(span), self.alignment.vacated(span, place), place):
                del self.settled[span]
                self.doubted.add(span)


def rival(new: str, words: str, regions: Sequence[Region], place: int) -> bool:
    """Whether the words stand in one of these regions, elsewhere than at their place."""
    for lo, hi in regions:
        start, end = max(0, lo - len(words) + 1), hi + len(words) - 1
        at = new.find(words, start, end)
        if at == place:
            at = new.find(words, place + 1, end)
        if at >= 0:
            return True
    return False
