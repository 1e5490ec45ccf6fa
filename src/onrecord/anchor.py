"""Anchors against the text they point into: exact, or moved, ambiguous or missing.

Nothing is moved here. Where the words of a place are not at its offsets, it is said where they
stand, and what is most like them where they stand nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Protocol

from .errors import MissingExtra, RecordNotFound, SourceError
from .finding import Finding, Location
from .model import Document, Record
from .places import FULL, Compared, Places, compared, places_of, spans_in
from .relocation import COUNT_LIMIT, Placement, Pointer, State, fits, relocate
from .rules import sourced
from .rules.rule import Rule
from .source import Source, explain_form
from .span import DIGEST_PREFIX, ELISION, Spans, digest_of, read_spans, words_at, write_spans
from .tables import to_tables

Records = Mapping[str, Sequence[Record]]
Place = Callable[[str, str, str | None], Sequence[Location]]
OTHER_DIGITS = "the words at its offsets have another hash in full"
NAMED = 20  # documents named to someone who asks for another one
WORDS, CHARACTERS = 12, 80  # of the nearest words, at most

FINDING_RULES = {
    State.MOVED: sourced.MOVED_WORDS,
    State.AMBIGUOUS: sourced.AMBIGUOUS_WORDS,
    State.MISSING: sourced.MISSING_WORDS,
}
_QUOTED = {
    "anchors": sourced.OTHER_EXCERPT,
    "figures": sourced.OTHER_VERBATIM,
    "times": sourced.OTHER_VERBATIM,
    "roles": sourced.OTHER_TITLE,
}


def documents_of(source: Source, records: Records) -> list[Document]:
    """The documents that were recorded from this text."""
    return [d for d in records["documents"] if isinstance(d, Document) and d.text_sha256 == source.sha256]


def document_named(records: Records, id: str) -> Document:
    """The document with this id. Raises RecordNotFound when there is none."""
    for document in records["documents"]:
        if isinstance(document, Document) and document.id == id:
            return document
    known = [document.key for document in records["documents"]]
    help = f"the documents are: {', '.join(known) or 'none'}"
    if len(known) > NAMED:
        close = get_close_matches(id, known, n=5, cutoff=0.3)
        help = f"of {len(known):,} documents these are most like it: {', '.join(close) or 'none'}"
    raise RecordNotFound(f"there is no document `{id}`", help=help)


def spans_of(record: Any) -> Spans:
    """The spans of a passage, unit or anchor."""
    fragments = getattr(record, "fragments", None)
    return read_spans(fragments) if fragments else ((record.start, record.end),)


def pointers(records: Records, document: str) -> Iterator[Any]:
    """Every passage, unit and anchor of a document."""
    for table in ("passages", "units", "anchors"):
        yield from (record for record in records[table] if getattr(record, "document_id", None) == document)


def digest_lines(text: str, places: Iterable[Spans]) -> str:
    """The content of `digests.sha256`: a line `64hex  spans` for every place, by offset."""
    return "".join(f"{digest_of(words_at(text, spans))}  {write_spans(spans)}\n" for spans in sorted(set(places)))


def digests(source: Source, records: Records, document: str | None = None) -> str:
    """The content of `digests.sha256` of a document.

    The document is the one recorded from this text unless it is named. Raises SourceError when there is none.
    """
    ids = [document] if document else [d.id for d in documents_of(source, records)]
    if not ids:
        raise SourceError(
            f"no document was recorded from the text with SHA-256 {source.sha256}",
            help="give the edition of the text whose hash stands in document.yaml",
        )
    return digest_lines(source.text, (spans_of(record) for id in ids for record in pointers(records, id)))


def verify_anchors(
    source: Source, records: Records, document: str, *, place: Place | None = None, prefix_only: bool = False
) -> list[Finding]:
    """Findings where the records of a document are not what its text says.

    `place` gives the locations of a record where they are known; with `prefix_only` the hashes
    count only as far as they are written in YAML.
    """
    places = places_of(to_tables(records))[document_named(records, document).id]
    digits = DIGEST_PREFIX if prefix_only else FULL
    return findings_of(stand(places, Held([source.text], source.form, source.sha256), digits=digits), place)


# How places stand to a text


class Text(Protocol):
    """A text in canonical form, in pieces, any number of times. Its form is known when it was read once."""

    form: str
    sha256: str | None

    def __iter__(self) -> Iterator[str]: ...


@dataclass(slots=True)
class Held:
    """A text in memory."""

    pieces: Sequence[str]
    form: str
    sha256: str | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self.pieces)


@dataclass(frozen=True)
class Standing:
    """How the places of one document stand to one text: the edition it was recorded from, or another."""

    places: Places
    found: Compared
    form: str
    placements: Mapping[int, Placement]
    like: dict[int, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether the text is the edition on record, whatever its form is called."""
        return bool(self.found.sha256 == self.places.document["text_sha256"])

    @property
    def counts(self) -> Counter[State]:
        """How many places are in each state."""
        said = Counter(placement.state for placement in self.placements.values())
        said[State.EXACT] += len(self.places) - len(self.placements)
        return said

    def state(self, row: int) -> State:
        """The state of one place."""
        return self.placements[row].state if row in self.placements else State.EXACT

    def summary(self) -> str:
        """The states of all places on one line."""
        counts = self.counts
        said = ", ".join(f"{counts[state]:,} {state}" for state in State if counts[state] or state is State.EXACT)
        return f"{self.places.id}: {counted_places(len(self.places))}: {said}"

    def note_nearest(self, text: str) -> None:
        """Keep the first words of what is most like missing ones, to be shown to the holder of the text only."""
        for row, placement in self.placements.items():
            if placement.nearest:
                words = words_at(text, placement.nearest.spans)
                short = " ".join(words.split()[:WORDS])[:CHARACTERS]
                self.like[row] = short if short == words else f"{short} {ELISION}"

    def proposals(self) -> Iterator[str]:
        """What stands where words are most like the missing ones, on a line each. It is the text: not for any file."""
        for row, words in self.like.items():
            nearest = self.placements[row].nearest
            if nearest:
                yield f"{self.places.key(row)[1]}: most like it, at {write_spans(nearest.spans)}: “{words}”"

    def plain(self) -> dict[str, Any]:
        """Everything as plain values, but no words."""
        document = self.places.document
        names = ("sha256", "length", "form")
        return {
            "document": self.places.id,
            "recorded": dict(zip(names, (document[f"text_{name}"] for name in names), strict=True)),
            "text": dict(zip(names, (self.found.sha256, self.found.length, self.form), strict=True)),
            "counts": {state.value: self.counts[state] for state in State},
            "places": [self._plain(row) for row in range(len(self.places))],
        }

    def _plain(self, row: int) -> dict[str, Any]:
        table, id = self.places.key(row)
        said = {"table": table, "id": id, "spans": write_spans(self.places.spans(row)), "state": self.state(row).value}
        placement = self.placements.get(row)
        return said if placement is None else said | placement_plain(placement)


def placement_plain(placement: Placement) -> dict[str, Any]:
    """Where words were found, as plain values."""
    said: dict[str, Any] = {
        "to": write_spans(placement.spans) if placement.spans else None,
        "settled": placement.settled,
        "evidence": placement.evidence,
        "count": placement.count,
        "places": [write_spans(spans) for spans in placement.places],
    }
    if placement.nearest:
        said["nearest"] = {
            "spans": write_spans(placement.nearest.spans),
            "similarity": round(placement.nearest.similarity, 3),
        }
    return said


def stand(places: Places, text: Text, *, digits: int = FULL) -> Standing:
    """Hold the places of a document against a text, which passes by in pieces.

    The whole of it is held in memory only if some words are not at their offsets. In the edition on
    record, those are sought by themselves; in another edition every place is, among its neighbours.
    """
    found = compared(text, places, digits=digits, asked=_asked(places), sha256=text.sha256)
    rows: Sequence[int] = range(len(places))
    if found.sha256 == places.document["text_sha256"]:
        rows = found.wrong
    whole = "".join(text) if rows else ""
    placed = _sought(whole, pointers_of(places, rows, digits)) if rows else []
    standing = Standing(places, found, text.form, _placements(rows, placed, {*found.wrong}))
    standing.note_nearest(whole)
    return standing


def _sought(text: str, pointers: list[Pointer]) -> list[Placement]:
    """Where words stand. Without the library that seeks them, those that are not where they were are said to be so."""
    try:
        return relocate(text, pointers)
    except MissingExtra as error:
        said = f"not sought: {error.message}; {error.help}"
        missing = (Placement(pointer, State.MISSING, evidence=said) for pointer in pointers)
        return [
            replace(one, state=State.EXACT, spans=one.pointer.spans, count=1) if fits(text, one.pointer) else one
            for one in missing
        ]


def _placements(rows: Iterable[int], placed: Iterable[Placement], wrong: set[int]) -> dict[int, Placement]:
    """The placements that are worth a word. What was seen not to fit at its offsets is not exact, whatever is said."""
    said = {
        row: replace(placement, state=State.MISSING, spans=None, count=0, settled=False, evidence=OTHER_DIGITS)
        if placement.state is State.EXACT and row in wrong
        else placement
        for row, placement in zip(rows, placed, strict=True)
    }
    return {
        row: placement for row, placement in said.items() if placement.state is not State.EXACT or not placement.settled
    }


def pointers_of(places: Places, rows: Iterable[int], digits: int = FULL) -> list[Pointer]:
    """What to look for in another text: the places in these rows."""
    tiles = set(places.tiles)
    return [Pointer("/".join(places.key(n)), places.spans(n), places.digest(n)[:digits], n in tiles) for n in rows]


def _asked(places: Places) -> Iterator[Spans]:
    """What of the text is compared beyond hashes: the words that records quote, what lies in no passage."""
    if len(places.quoted):
        yield from (spans_in(row) for row in places.quoted.to_pylist())
    yield from (((before, after),) for before, after in places.gaps if before < after)


# Findings


def findings_of(standing: Standing, place: Place | None = None) -> list[Finding]:
    """Findings where the records of a document are not what a text says; another edition is said first.

    What records quote is judged in the edition on record only, and only where the words are those on record.
    """
    judge = _Judge(standing, place)
    if not standing.same:
        return [judge.edition(), *_ordered(judge.states())]
    said = (judge.states(), judge.quotations(), judge.gaps(), judge.length())
    return _ordered(finding for some in said for finding in some)


def _ordered(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: finding.order)


class _Judge:
    """Says of one document what is not as its records say."""

    def __init__(self, standing: Standing, place: Place | None) -> None:
        self.standing, self.places, self.found, self.place = standing, standing.places, standing.found, place

    def _finding(self, rule: Rule, record: tuple[str, str], column: str | None, said: dict[str, Any]) -> Finding:
        at = self.place(*record, column) if self.place else ()
        return rule.finding(said, location=at[0] if at else None, table=record[0], key=record[1], column=column)

    def _of_document(self, rule: Rule, column: str, said: dict[str, Any]) -> Finding:
        return self._finding(rule, ("documents", self.places.id), column, said)

    def edition(self) -> Finding:
        document = self.places.document
        forms = explain_form(document["text_form"], self.standing.form)
        said: dict[str, Any] = {"found": self.found.sha256, "wanted": document["text_sha256"]}
        said |= {"fit": self.standing.counts[State.EXACT], "spans": len(self.places), "document": self.places.id}
        return self._of_document(sourced.OTHER_EDITION, "text_sha256", said | {"form": f"; {forms}" if forms else ""})

    def length(self) -> Iterator[Finding]:
        recorded = self.places.document["text_length"]
        if recorded != self.found.length:
            said = {"length": self.found.length, "said": recorded}
            yield self._of_document(sourced.OTHER_LENGTH, "text_length", said)

    def states(self) -> Iterator[Finding]:
        for row, placement in self.standing.placements.items():
            if placement.state is State.EXACT:
                continue
            said = placement_said(placement, self.found.length) | {"mend": self._mend(placement)}
            if self.standing.same:  # evidence is about editions
                said["because"] = ""
            yield self._finding(FINDING_RULES[placement.state], self.places.key(row), None, said)

    def _mend(self, placement: Placement) -> str:
        if not self.standing.same:
            return f"`onrecord reanchor {self.places.id}` writes what is certain, and asks about the rest"
        if placement.state is State.MOVED:
            return f"compare the words there with the record; if they are meant, write {places_said(placement)}"
        return "compare these places with the record, and write the one that is meant"

    def quotations(self) -> Iterator[Finding]:
        """Quoted words that are not as printed; where an anchor is at fault itself, nothing can be said of them."""
        wrong = {key for table, key in map(self.places.key, self.standing.placements) if table == "anchors"}
        for row in self.places.quoted.to_pylist():
            if row["anchor_id"] not in wrong and not _printed(row, self.found):
                said = {"said": row["said"], "spans": write_spans(spans_in(row))}
                column = row["column"] if row["record_table"] != "anchors" else None
                yield self._finding(_QUOTED[row["record_table"]], (row["record_table"], row["id"]), column, said)

    def gaps(self) -> Iterator[Finding]:
        for number, (before, after) in enumerate(self.places.gaps):
            words = self.found.words.get((before, after), "").split()
            if words:
                passage = self.places.passages[min(number, len(self.places.passages) - 1)]
                said = {"spans": f"{before}-{after}", "words": len(words)}
                yield self._finding(sourced.BETWEEN_PASSAGES, self.places.key(passage), None, said)


def places_said(placement: Placement) -> str:
    """The places at which words stand, as far as they are listed."""
    places = placement.places or ((placement.spans,) if placement.spans else ())
    more = " and elsewhere" if placement.count > len(places) else ""
    return ", ".join(map(write_spans, places)) + more


def counted_places(number: int) -> str:
    """A number of places in words: `1 place`, `2,000 places`."""
    return f"{number:,} place" if number == 1 else f"{number:,} places"


def placement_said(placement: Placement, length: int) -> dict[str, Any]:
    """What a finding says of where words stand: offsets and numbers, never the words."""
    spans, nearest = placement.pointer.spans, placement.nearest
    beyond = max(end for _, end in spans) > length
    return {
        "spans": write_spans(spans),
        "places": places_said(placement),
        "count": f"{COUNT_LIMIT} or more places" if placement.count >= COUNT_LIMIT else counted_places(placement.count),
        "because": f" ({placement.evidence})" if placement.evidence else "",
        "beyond": f", which has {length:,} code points" if beyond else "",
        "after": " after comparing it with the words that are most like it" if nearest else "",
        "nearest": f"; most like them is {write_spans(nearest.spans)} (similarity {nearest.similarity:.2f})"
        if nearest
        else "",
    }


def _printed(row: Mapping[str, Any], found: Compared) -> bool:
    """Whether what a record quotes stands at its anchor; only white space may differ."""
    spans, said = spans_in(row), _spaced(row["said"])
    if row["record_table"] == "roles":
        pieces = [re.escape(_spaced(piece)) for piece in said.split(ELISION)]
        return re.search(".*".join(pieces), _spaced(found.words_at(spans)), re.DOTALL) is not None
    joined = (f" {ELISION} ",) if row["record_table"] == "anchors" else (" ", f" {ELISION} ")
    return said in {_spaced(found.words_at(spans, by)) for by in joined}


def _spaced(words: str) -> str:
    """Words with every run of white space as one space."""
    return " ".join(words.split())
