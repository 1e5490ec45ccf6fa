"""What of a document is recorded, what is waived for which reason, what is still open or was never listed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .engine import Engine
from .errors import RecordNotFound, SourceError
from .finding import Finding
from .rules.ledger import UNCOVERED
from .rules.sourced import UNLISTED_UNIT
from .source import Source, find_source
from .span import DIGEST_PREFIX, digest_of
from .vocabulary import terms_of

if TYPE_CHECKING:
    from .quotations import Unclosed
    from .segment import Outline

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
WHERE document_id = $document ORDER BY start, "end" DESC, id
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


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence, quotation or numeral at its place; without `unit_id` it is no unit of the ledger."""

    kind: str
    start: int
    end: int
    passage_id: str | None
    unit_id: str | None = None


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
    listed: list[Place] = field(default_factory=list)
    open_units: list[Place] = field(default_factory=list)

    @property
    def open(self) -> int:
        """How many units are neither covered nor waived."""
        return sum(tally.open for tally in self.units.values())

    def plain(self) -> dict[str, Any]:
        """The numbers as plain values, strips left out."""
        said = asdict(self) | {"open": self.open}
        del said["scale"], said["listed"]
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
    places = [Place(u["kind"], u["start"], u["end"], u["passage_id"], u["id"]) for u in units]
    still_open = [place for place, unit in zip(places, units, strict=True) if unit["state"] == "open"]
    longest = max((passage.end - passage.start for passage in passages), default=1)
    scale = max(1, -(-longest // STRIP_WIDTH))
    for passage in passages:
        passage.strip = _strip(passage, units, spans, scale)
    return Coverage(document, totals, passages, scale, places, still_open)


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


# The ledger beside the text


@dataclass(frozen=True, slots=True)
class Compared:
    """A document's coverage beside its text: what stands there and is no unit, and marks that never close."""

    coverage: Coverage
    source: Source
    unlisted: tuple[Place, ...]
    unclosed: tuple[Unclosed, ...]

    def words(self, place: Place) -> str:
        """The words at a place. They belong to whoever holds the text: show them, never keep them."""
        return self.source.text[place.start : place.end]

    def findings(self) -> Iterator[Finding]:
        """A finding for every place that is no unit of the ledger."""
        for place in self.unlisted:
            anchor = f"{place.start}-{place.end} {digest_of(self.words(place))[:DIGEST_PREFIX]}"
            where = f"`{place.passage_id}`" if place.passage_id else "no passage"
            said = {"kind": place.kind, "start": place.start, "end": place.end, "where": where, "anchor": anchor}
            yield UNLISTED_UNIT.finding(said, table="documents", key=self.coverage.document_id)

    def plain(self) -> dict[str, Any]:
        """The numbers as plain values, with the words of what is open and of what is no unit."""
        places = {"open_units": self.coverage.open_units, "unlisted": self.unlisted}
        spoken = {
            name: [asdict(place) | {"words": self.words(place)} for place in said] for name, said in places.items()
        }
        return self.coverage.plain() | spoken | {"unclosed": [asdict(mark) for mark in self.unclosed]}


def compared(tables: Mapping[str, pa.Table], found: Sequence[Coverage], texts: Path) -> dict[str, Compared]:
    """Hold ledgers against those of their texts that are there; by document.

    Raises SourceError when there is none, or when the text of a single document is another edition.
    """
    rows = {row["id"]: row for row in tables["documents"].to_pylist()}
    wanted = [rows[one.document_id] for one in found]
    sources = {row["id"]: _edition(texts, row) for row in wanted} if len(wanted) == 1 else _editions(texts, wanted)
    return {
        one.document_id: compare(one, sources[one.document_id], rows[one.document_id]["language"])
        for one in found
        if one.document_id in sources
    }


def _edition(texts: Path, row: Mapping[str, Any]) -> Source:
    source = find_source(texts, row["text_sha256"], row["text_form"])
    if source.sha256 != row["text_sha256"]:
        raise SourceError(
            f"{texts} has SHA-256 {source.sha256}, and `{row['id']}` was recorded from {row['text_sha256']}",
            help="give the text of that edition: the units of one edition say nothing about another",
        )
    return source


def _editions(texts: Path, rows: Iterable[Mapping[str, Any]]) -> dict[str, Source]:
    """The texts of documents by id, as far as they are there."""
    find = cache(lambda sha256, form: find_source(texts, sha256, form))
    found: dict[str, Source] = {}
    refused: SourceError | None = None
    for row in rows:
        try:
            source = find(row["text_sha256"] if texts.is_dir() else "", row["text_form"])
        except SourceError as error:
            refused = error
            continue
        if source.sha256 == row["text_sha256"]:
            found[row["id"]] = source
    if not found:
        raise refused or SourceError(
            f"no document was recorded from {texts}", help="name a document to see which edition it was recorded from"
        )
    return found


def compare(said: Coverage, source: Source, language: str) -> Compared:
    """Hold a document's ledger against its text, which must be the edition it was recorded from."""
    from .segment import segment  # what it needs is an extra

    outline = segment(source.text, language)
    return Compared(said, source, tuple(_unlisted(said, outline)), tuple(outline.unclosed))


def _unlisted(said: Coverage, outline: Outline) -> Iterator[Place]:
    """What was found in the text and touches no unit of its kind."""
    ledger = {kind: _Spans(p for p in said.listed if p.kind == kind) for kind in terms_of("unit-kind")}
    passages = sorted((passage.start, passage.end, passage.id) for passage in said.passages)
    starts = [start for start, _, _ in passages]
    for piece in outline.pieces:
        if not ledger[piece.kind].touch(piece.start, piece.end):
            before = bisect_right(starts, piece.start)
            _, end, passage = passages[before - 1] if before else (0, 0, "")
            yield Place(piece.kind, piece.start, piece.end, passage if piece.start < end else None)


class _Spans:
    """Spans that may overlap one another, asked whether any of them touches another span."""

    def __init__(self, places: Iterable[Place]) -> None:
        ordered = sorted((place.start, place.end) for place in places)
        self.starts = [start for start, _ in ordered]
        self.reach = list(accumulate((end for _, end in ordered), max))

    def touch(self, start: int, end: int) -> bool:
        """Whether any has a character in common with this span."""
        before = bisect_left(self.starts, end)
        return before > 0 and self.reach[before - 1] > start
