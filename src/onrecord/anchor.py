"""Anchors against the text they point into: exact, or said why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from .errors import RecordNotFound, SourceError
from .finding import Finding, Location
from .model import Anchor, Document, Record
from .rules import sourced
from .rules.rule import Rule
from .source import Source
from .span import DIGEST_PREFIX, ELISION, Spans, digest_of, read_spans, words_at, write_spans

Records = Mapping[str, Sequence[Record]]
Place = Callable[[str, str, str | None], Sequence[Location]]
NAMED = 20  # documents named to someone who asks for another one
SEARCH_LIMIT = 200_000  # longest text in which moved words are sought


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


def digests(source: Source, records: Records, document: str | None = None) -> str:
    """The content of `digests.sha256`: a line `64hex  spans` for every place of the document, by offset.

    The document is the one recorded from this text unless it is named. Raises SourceError when there is none.
    """
    ids = [document] if document else [d.id for d in documents_of(source, records)]
    if not ids:
        raise SourceError(
            f"no document was recorded from the text with SHA-256 {source.sha256}",
            help="give the edition of the text whose hash stands in document.yaml",
        )
    places = {spans_of(record) for id in ids for record in pointers(records, id)}
    return "".join(f"{digest_of(words_at(source.text, spans))}  {write_spans(spans)}\n" for spans in sorted(places))


def verify_anchors(
    source: Source, records: Records, document: str, *, place: Place | None = None, prefix_only: bool = False
) -> list[Finding]:
    """Findings where the records of a document are not what its text says.

    Another edition is one finding and nothing else. `place` gives the locations of a record where
    they are known; with `prefix_only` the hashes count only as far as they are written in YAML.
    """
    return _Verifier(source, records, document, place, DIGEST_PREFIX if prefix_only else 64).findings()


class _Verifier:
    """Compares the records of one document with one text."""

    def __init__(self, source: Source, records: Records, document: str, place: Place | None, digits: int) -> None:
        self.text, self.source, self.records, self.id = source.text, source, records, document
        self.document = document_named(records, document)
        self.place, self.digits = place, digits
        self.anchors = {a.id: a for a in records["anchors"] if isinstance(a, Anchor) and a.document_id == document}

    def findings(self) -> list[Finding]:
        """All findings, by table and record; another edition is said alone."""
        if self.document.text_form != self.source.form:
            raise SourceError(
                f"the offsets of {self.document.id} count {self.document.text_form}, not {self.source.form}",
                help="this version reads only that form",
            )
        if self.document.text_sha256 != self.source.sha256:
            return [self._other_edition()]
        found = [*self._spans(), *self._excerpts(), *self._verbatims(), *self._titles(), *self._gaps(), *self._length()]
        return sorted(found, key=lambda finding: finding.order)

    def _finding(self, rule: Rule, record: Record, column: str | None, said: dict[str, Any]) -> Finding:
        places = self.place(record.table, record.key, column) if self.place else ()
        at = places[0] if places else None
        return rule.finding(said, location=at, table=record.table, key=record.key, column=column)

    def _exact(self, record: Any) -> bool:
        spans = spans_of(record)
        if max(end for _, end in spans) > self.source.length:
            return False
        return digest_of(words_at(self.text, spans))[: self.digits] == str(record.text_sha256)[: self.digits]

    def _other_edition(self) -> Finding:
        known = list(pointers(self.records, self.id))
        said: dict[str, Any] = {"found": self.source.sha256, "wanted": self.document.text_sha256}
        said |= {"fit": sum(map(self._exact, known)), "spans": len(known)}
        return self._finding(sourced.OTHER_EDITION, self.document, "text_sha256", said)

    def _length(self) -> Iterator[Finding]:
        if self.document.text_length != self.source.length:
            said = {"length": self.source.length, "said": self.document.text_length}
            yield self._finding(sourced.OTHER_LENGTH, self.document, "text_length", said)

    def _spans(self) -> Iterator[Finding]:
        for record in pointers(self.records, self.id):
            if self._exact(record):
                continue
            spans = spans_of(record)
            said: dict[str, Any] = {"spans": write_spans(spans), "length": self.source.length}
            if max(end for _, end in spans) > self.source.length:
                yield self._finding(sourced.BEYOND_TEXT, record, None, said)
                continue
            found = digest_of(words_at(self.text, spans))
            said |= {"found": found[:DIGEST_PREFIX], "wanted": record.text_sha256[:DIGEST_PREFIX]}
            said["where"] = self._where(spans, record.text_sha256[: self.digits])
            yield self._finding(sourced.OTHER_WORDS, record, None, said)

    def _where(self, spans: Spans, wanted: str) -> str:
        """Where the words with the wanted hash stand, in words; never applied, only said."""
        size = spans[0][1] - spans[0][0]
        if len(spans) > 1 or self.source.length > SEARCH_LIMIT:
            return "correct the offsets or the hash"
        starts = range(self.source.length - size + 1)
        at = [i for i in starts if digest_of(self.text[i : i + size])[: self.digits] == wanted]
        if not at:
            return "no words of that length have that hash: correct the offsets, or write the hash anew"
        places = ", ".join(f"{i}-{i + size}" for i in at[:5])
        return f"words with that hash stand at {places}: write {'that' if len(at) == 1 else 'the right one'}"

    def _words(self, anchor: Anchor, joined: str = " ") -> str:
        return joined.join(self.text[start:end] for start, end in spans_of(anchor))

    def _excerpts(self) -> Iterator[Finding]:
        for anchor in self.anchors.values():
            words = self._words(anchor, f" {ELISION} ")
            if anchor.excerpt is not None and _spaced(anchor.excerpt) != _spaced(words):
                said = {"excerpt": anchor.excerpt, "spans": write_spans(spans_of(anchor))}
                yield self._finding(sourced.OTHER_EXCERPT, anchor, None, said)

    def _anchored(self, table: str) -> Iterator[tuple[Any, Anchor]]:
        for record in self.records[table]:
            anchor = self.anchors.get(getattr(record, "anchor_id", None) or "")
            if anchor is not None:
                yield record, anchor

    def _verbatims(self) -> Iterator[Finding]:
        for table in ("figures", "times"):
            for record, anchor in self._anchored(table):
                if _spaced(record.verbatim) not in (_spaced(self._words(anchor)), _spaced(self._words(anchor, " … "))):
                    said = {"verbatim": record.verbatim, "spans": write_spans(spans_of(anchor))}
                    yield self._finding(sourced.OTHER_VERBATIM, record, "verbatim", said)

    def _titles(self) -> Iterator[Finding]:
        for role, anchor in self._anchored("roles"):
            pieces = [re.escape(_spaced(piece)) for piece in role.title.split(ELISION)]
            if not re.search(".*".join(pieces), _spaced(self._words(anchor)), re.DOTALL):
                said = {"title": role.title, "spans": write_spans(spans_of(anchor))}
                yield self._finding(sourced.OTHER_TITLE, role, "title", said)

    def _gaps(self) -> Iterator[Finding]:
        passages: list[Any] = sorted(
            (p for p in self.records["passages"] if getattr(p, "document_id", None) == self.id),
            key=lambda p: (p.start, p.end),
        )
        if not passages:
            return
        edges = [(0, 0), *((p.start, p.end) for p in passages), (self.source.length, self.source.length)]
        for number, ((_, before), (after, _)) in enumerate(pairwise(edges)):
            words = self.text[before:after].split()
            if words:
                said = {"spans": f"{before}-{after}", "words": len(words)}
                yield self._finding(sourced.BETWEEN_PASSAGES, passages[min(number, len(passages) - 1)], None, said)


def _spaced(words: str) -> str:
    """Words with every run of white space as one space."""
    return " ".join(words.split())
