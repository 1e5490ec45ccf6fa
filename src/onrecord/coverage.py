"""What of a document is recorded, what is waived for which reason, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from .engine import Engine
from .errors import RecordNotFound
from .rules.ledger import UNCOVERED

CONTENT, POINTED, WAIVED, OPEN, BARE = "█", "▓", "░", "?", "·"
LEGEND = (
    f"{CONTENT} content of a statement  {POINTED} other anchor  "
    f"{WAIVED} waived  {OPEN} open unit  {BARE} nothing recorded"
)
STRIP_WIDTH = 60

# A unit that is said to be covered is open where rule OR308 finds that nothing lies on it.
_STATES = f"""
SELECT u.*, CASE WHEN u.status = 'waived' THEN 'waived' WHEN bare.id IS NULL THEN 'covered' ELSE 'open' END AS state
FROM units u LEFT JOIN (SELECT DISTINCT record_id AS id FROM ({UNCOVERED})) bare ON bare.id = u.id
"""
_UNITS = f"""
SELECT id, passage_id, kind, start, "end", waiver, state FROM ({_STATES})
WHERE document_id = $document ORDER BY start, "end", id
"""
_TOTALS = f"SELECT state, waiver, count(*) AS number FROM ({_STATES}) GROUP BY ALL ORDER BY ALL"
_SPANS = """
SELECT s.start, s."end", s.anchor_id IN (SELECT anchor_id FROM statements) AS content
FROM spans s WHERE s.document_id = $document AND s.anchor_id NOT IN (SELECT anchor_id FROM mentions)
    AND s.anchor_id NOT IN (SELECT anchor_id FROM caveats WHERE anchor_id IS NOT NULL)
"""
_PASSAGES = 'SELECT id, number, kind, start, "end" FROM passages WHERE document_id = $document ORDER BY number'


@dataclass(slots=True)
class Tally:
    """Units of one kind in one place: covered, waived by reason, open."""

    covered: int = 0
    open: int = 0
    waived: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many units there are."""
        return self.covered + self.open + sum(self.waived.values())

    def add(self, state: str, waiver: str | None, number: int = 1) -> None:
        """Count one unit, or several that are alike."""
        if state == "waived":
            self.waived[waiver or "no reason"] = self.waived.get(waiver or "no reason", 0) + number
        elif state == "covered":
            self.covered += number
        else:
            self.open += number


@dataclass(slots=True)
class PassageCoverage:
    """One passage: its place, its units by kind, its strip."""

    id: str
    number: int
    kind: str
    start: int
    end: int
    units: dict[str, Tally] = field(default_factory=dict)
    strip: str = ""


@dataclass(slots=True)
class Coverage:
    """One document: its units by kind, and its passages in reading order."""

    document_id: str
    units: dict[str, Tally]
    passages: list[PassageCoverage]
    scale: int

    @property
    def open(self) -> int:
        """How many units are neither covered nor waived."""
        return sum(tally.open for tally in self.units.values())

    def plain(self) -> dict[str, Any]:
        """The numbers as plain values, strips left out."""
        said = asdict(self) | {"open": self.open}
        del said["scale"]
        for passage in said["passages"]:
            del passage["strip"]
        return said


def coverage(tables: Mapping[str, pa.Table], document: str) -> Coverage:
    """Count the units of a document and draw its passages. Raises RecordNotFound for an unknown document."""
    known = tables["documents"].column("id").to_pylist()
    if document not in known:
        listed = ", ".join(known) or "none"
        raise RecordNotFound(f"there is no document `{document}`", help=f"the documents are: {listed}")
    with Engine(tables) as engine:
        return _covered(engine, document)


def coverages(tables: Mapping[str, pa.Table]) -> list[Coverage]:
    """The coverage of every document."""
    with Engine(tables) as engine:
        return [_covered(engine, document) for document in tables["documents"].column("id").to_pylist()]


def total(tables: Mapping[str, pa.Table]) -> Tally:
    """The units of all documents and kinds in one tally."""
    tally = Tally()
    with Engine(tables) as engine:
        for row in engine.select(_TOTALS).to_pylist():
            tally.add(row["state"], row["waiver"], row["number"])
    return tally


def _covered(engine: Engine, document: str) -> Coverage:
    said = {"document": document}
    passages = [PassageCoverage(**row) for row in engine.select(_PASSAGES, said).to_pylist()]
    return _tallied(
        document, passages, engine.select(_UNITS, said).to_pylist(), engine.select(_SPANS, said).to_pylist()
    )


def _tallied(document: str, passages: list[PassageCoverage], units: list[Any], spans: list[Any]) -> Coverage:
    by_id = {passage.id: passage for passage in passages}
    totals: dict[str, Tally] = {}
    for unit in units:
        homes = [totals, by_id[unit["passage_id"]].units] if unit["passage_id"] in by_id else [totals]
        for home in homes:
            home.setdefault(unit["kind"], Tally()).add(unit["state"], unit["waiver"])
    longest = max((passage.end - passage.start for passage in passages), default=1)
    scale = max(1, -(-longest // STRIP_WIDTH))
    for passage in passages:
        passage.strip = _strip(passage, units, spans, scale)
    return Coverage(document, totals, passages, scale)


def _strip(passage: PassageCoverage, units: list[Any], spans: list[Any], scale: int) -> str:
    """One character for every `scale` code points; what is recorded wins over what is not."""
    marks = [BARE] * -(-(passage.end - passage.start) // scale)
    for said, mark in _layers(units, spans):
        first, last = max(said["start"], passage.start), min(said["end"], passage.end)
        if first < last:
            for i in range((first - passage.start) // scale, (last - 1 - passage.start) // scale + 1):
                marks[i] = mark
    return "".join(marks)


def _layers(units: list[Any], spans: list[Any]) -> Iterator[tuple[Any, str]]:
    """What is drawn, lowest first."""
    yield from ((unit, WAIVED) for unit in units if unit["state"] == "waived")
    yield from ((span, POINTED) for span in spans if not span["content"])
    yield from ((span, CONTENT) for span in spans if span["content"])
    yield from ((unit, OPEN) for unit in units if unit["state"] == "open")
