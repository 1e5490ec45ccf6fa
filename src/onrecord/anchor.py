"""Anchors against the text they point into: exact, or moved, ambiguous or missing.

Nothing is moved here. Where the words of a place are not at its offsets, it is said where they
stand, and what is most like them where they stand nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from .errors import RecordNotFound, SourceError
from .finding import Finding, Location
from .model import Document, Record
from .places import FULL, Compared, places_of, spans_in
from .relocation import COUNT_LIMIT, Placement, State
from .rules import sourced
from .rules.rule import Rule
from .source import Source, explain_form
from .span import DIGEST_PREFIX, ELISION, Spans, digest_of, read_spans, words_at, write_spans
from .standing import Held, Standing, counted_places, stand
from .tables import to_tables

Records = Mapping[str, Sequence[Record]]
Place = Callable[[str, str, str | None], Sequence[Location]]
NAMED = 20  # documents named to someone who asks for another one

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
