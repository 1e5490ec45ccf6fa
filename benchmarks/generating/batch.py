"""One batch in the making: its layout, its ids, and the anchors that come together from all its tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from . import columns as c
from . import world
from .chance import Bools, Bytes, Ints, hashes, zipf
from .columns import digits, joined, text
from .layout import Layout, places_within

FIRST_DAY, LAST_DAY = 10_957, 20_088  # 2000 to 2024
# Where an anchor's id stands among those of its document.
CAVEAT, CITE, MENTION, REPLY, ROLE, STATEMENT, TIME = range(7)


class Batch:
    """A batch of documents whose tables are made one after another."""

    def __init__(self, chance: Generator, layout: Layout, quantities: int) -> None:
        self.chance, self.layout, self.quantities = chance, layout, quantities
        self.ids = world.document_ids(layout.numbers)
        self.published = chance.integers(FIRST_DAY, LAST_DAY, len(layout.numbers))
        self.tables: dict[str, pa.Table] = {}
        self._anchors: list[tuple[pa.Table, Ints]] = []
        self._numerals: list[tuple[Ints, Ints, Ints, Ints, Bools]] = []
        said = layout.statements
        self.statement_ids = joined(self.ids[said.document], ".s", digits(said.number, 4))
        self.passage = np.cumsum(layout.clauses.new_passage) - 1
        self._passage_starts = np.flatnonzero(layout.clauses.new_passage)
        self._passage_document = layout.clauses.document[self._passage_starts]
        self._passage_number = places_within(np.bincount(self._passage_document, minlength=len(self.ids))) + 1

    def _random(self, count: int) -> np.ndarray:
        return self.chance.random(count)

    def _hash(self, document: Ints, start: Ints, end: Ints, fragments: Ints | None = None) -> pa.Array:
        parts = (self.layout.numbers[document], start, end, *([] if fragments is None else [fragments]))
        return text(hashes(*parts))

    def _anchor(
        self, ids: Bytes, document: Ints, kind: int, number: Ints, sub: Ints | int, start: Ints, end: Ints,
        excerpt: pa.Array | None = None, fragments: pa.Array | None = None,
    ) -> None:  # fmt: skip
        if not len(ids):
            return
        nothing = pa.nulls(len(ids), pa.string())
        spans, excerpt = (nothing if column is None else column for column in (fragments, excerpt))
        middle = np.asarray(pc.is_valid(spans)).astype(np.int64)
        rows = c.table(
            "anchors",
            {
                "id": text(ids),
                "document_id": text(self.ids[document]),
                "start": c.integers(start),
                "end": c.integers(end),
                "fragments": spans,
                "text_sha256": pc.if_else(
                    pa.array(middle == 1), self._hash(document, start, end, middle), self._hash(document, start, end)
                ),
                "excerpt": excerpt,
            },
        )
        self._anchors.append((rows, ((document * 8 + kind) * 100_000 + number) * 64 + sub))

    def _passage_ids(self, passages: Ints) -> Bytes:
        return joined(self.ids[self._passage_document[passages]], ".p", digits(self._passage_number[passages], 4))

    def _agents(self, count: int) -> Ints:
        return zipf(self._random(count), max(self.layout.known.agents, 1))

    def _some(self, count: int, share: float) -> Bools:
        """Chosen rows, none of them while there is no agent to name."""
        return (self._random(count) < share) & (self.layout.known.agents > 1)
