"""A document's ledger for its page: which statement lies on each unit, and how many units are covered."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..rules.ledger import UNCOVERED
from ..span import read_spans
from ..vocabulary import terms_of
from .charts import StripPassage, StripUnit
from .shelf import Row, Shelf
from .statements import Stated

Span = tuple[int, int, Stated]


@dataclass(frozen=True, slots=True)
class Counted:
    """The units of one kind: covered, waived, open; and the reasons of the waived ones."""

    kind: str
    covered: int
    waived: int
    open: int
    reasons: str


def open_units(shelf: Shelf) -> frozenset[str]:
    """The units of all documents that are said to be covered while nothing lies on them."""
    if not shelf.rows("units"):
        return frozenset()
    return frozenset(shelf.dataset.sql(UNCOVERED).column("record_id").to_pylist())


def counts(shelf: Shelf, document_id: str, bare: Collection[str]) -> list[Counted]:
    """The units of a document by kind."""
    units = shelf.where("units", "document_id", document_id)
    return [_counted(shelf, kind, own, bare) for kind in terms_of("unit-kind")
            if (own := [unit for unit in units if unit["kind"] == kind])]  # fmt: skip


def _counted(shelf: Shelf, kind: str, units: list[Row], bare: Collection[str]) -> Counted:
    states = [_state(unit, bare) for unit in units]
    waivers = [unit["waiver"] for unit in units if unit["status"] == "waived"]
    reasons = [
        f"{shelf.label('waiver', term)} {waivers.count(term):,}" for term in terms_of("waiver") if term in waivers
    ]
    return Counted(
        kind=shelf.label("unit-kind", kind),
        covered=states.count("covered"),
        waived=states.count("waived"),
        open=states.count("open"),
        reasons=", ".join(reasons),
    )


def _state(unit: Row, bare: Collection[str]) -> str:
    return str(unit["status"]) if unit["status"] == "waived" or unit["id"] not in bare else "open"


class _Words:
    """The words of statements by where they begin, so that those on a unit are found without reading all."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = sorted(spans, key=_start)
        self.longest = max((end - start for start, end, _ in self.spans), default=0)

    def on(self, unit: Row) -> Stated | None:
        """The statement with most of a unit's characters; of two, the one whose words are fewest, then the first."""
        first = bisect_left(self.spans, unit["start"] - self.longest, key=_start)
        last = bisect_left(self.spans, unit["end"], key=_start)
        found = [
            (min(end, unit["end"]) - max(start, unit["start"]), start - end, one)
            for start, end, one in self.spans[first:last]
            if end > unit["start"]
        ]
        return max(found, key=lambda said: (*said[:2], -said[2].number))[2] if found else None


def _start(span: Span) -> int:
    return span[0]


def strips(shelf: Shelf, document_id: str, statements: Sequence[Stated], bare: Collection[str]) -> list[StripPassage]:
    """The passages of a document with their units, each with the statement that lies on it."""
    words = _Words(_spans(shelf, statements))
    return [
        StripPassage(
            passage["id"],
            passage["number"],
            passage["kind"],
            tuple(
                _unit(unit, words, bare)
                for unit in sorted(_of(shelf, passage), key=lambda unit: (unit["start"], -unit["end"]))
            ),
        )
        for passage in shelf.where("passages", "document_id", document_id)
    ]


def _of(shelf: Shelf, passage: Row) -> list[Row]:
    return shelf.where("units", "passage_id", passage["id"])


def _spans(shelf: Shelf, statements: Sequence[Stated]) -> Iterator[Span]:
    """Every stretch of text that a statement, its figures or its times lie on."""
    for one in statements:
        rows = [shelf.one("statements", one.id)]
        rows += [*shelf.where("figures", "statement_id", one.id), *shelf.where("times", "statement_id", one.id)]
        for row in rows:
            anchor = shelf.one("anchors", row["anchor_id"])
            for start, end in read_spans(anchor["fragments"] or f"{anchor['start']}-{anchor['end']}"):
                yield start, end, one


def _unit(unit: Row, words: _Words, bare: Collection[str]) -> StripUnit:
    state = _state(unit, bare)
    one = words.on(unit) if state == "covered" else None
    return StripUnit(
        kind=unit["kind"],
        start=unit["start"],
        end=unit["end"],
        state=state,
        statement_id=one.id if one else None,
        speaker=one.source.name if one else None,
        waiver=unit["waiver"],
    )
