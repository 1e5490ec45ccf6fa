"""The anchor of given words in a document's text: one place, or all of them to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .anchor import document_named
from .check import run_rules
from .errors import LoadError, RecordNotFound, SourceError
from .faults import shown
from .finding import Finding
from .lettering import aligned, counted, visible
from .model import Anchor, Document, Passage, Record
from .records import Loaded, load_records, records_folder
from .report import plain_finding, render_findings
from .rules.rights import EXCERPT_TOO_LONG, WHOLE_SENTENCE
from .seek import Choice, Proposal, Sought, in_other_case, seek, words_between
from .source import Source, find_source
from .span import DIGEST_PREFIX, Spans, digest_of, words_at, write_spans
from .tables import to_tables

if TYPE_CHECKING:
    from rich.text import Text

SHOWN = 20  # places listed on a screen
NOTED = 3  # places named in a note
CONTEXT = 40  # code points shown on each side of a place
_SOUGHT = "onrecord.sought"


class Unreadable(LoadError):
    """Records that cannot be read; `findings` says why."""

    def __init__(self, message: str, findings: Iterable[Finding]) -> None:
        super().__init__(message, help="mend them, then run this again")
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with its records and the edition of its text that they were made from."""

    document: Document
    source: Source
    loaded: Loaded

    @property
    def passages(self) -> dict[str, Spans]:
        """The passages of the document, by id."""
        return {p.id: ((p.start, p.end),) for p in self._passages()}

    def passage_at(self, offset: int) -> str | None:
        """The passage in which an offset lies."""
        return next((p.id for p in self._passages() if p.start <= offset < p.end), None)

    def _passages(self) -> Iterator[Passage]:
        for passage in self.loaded.records["passages"]:
            if isinstance(passage, Passage) and passage.document_id == self.document.id:
                yield passage


def opened(id: str, loaded: Loaded, root: Path, text: Path) -> Opened:
    """A document with a copy of its text, which must be the edition that was recorded."""
    document = _document(id, loaded, root / id / "document.yaml")
    source = find_source(text, document.text_sha256, document.text_form)
    if source.sha256 != document.text_sha256:
        raise SourceError(
            f"{text} is another edition of {id}: it has SHA-256 {source.sha256}, "
            f"the document was recorded from {document.text_sha256}",
            help="give the text whose hash stands in document.yaml; offsets count that one only",
        )
    return Opened(document, source, loaded)


def _document(id: str, loaded: Loaded, file: Path) -> Document:
    try:
        return document_named(loaded.records, id)
    except RecordNotFound:
        faults = [f for f in loaded.findings if f.location and Path(f.location.file) == file]
        if faults:
            raise Unreadable(f"the document `{id}` cannot be read", faults) from None
        raise


def written(text: str, spans: Spans, *, excerpt: bool = False) -> str:
    """The anchor of these spans as records write it, with its words as excerpt if wanted."""
    anchor = f"{write_spans(spans)} {digest_of(words_at(text, spans))[:DIGEST_PREFIX]}"
    return f"{anchor} {words_between(text, spans)}" if excerpt else anchor


def beyond_limits(records: Mapping[str, Sequence[Record]]) -> list[Finding]:
    """The excerpts in these records that are longer than an excerpt may be."""
    return run_rules(to_tables(records), [EXCERPT_TOO_LONG, WHOLE_SENTENCE])


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for given words: the anchor, or the places to choose from, or what resembles them."""

    opened: Opened
    sought: Sought
    anchor: str | None = None
    findings: tuple[Finding, ...] = ()
    within: Spans | None = None

    @property
    def complete(self) -> bool:
        """Whether it is certain which place is meant."""
        return self.anchor is not None

    def lines(self) -> Iterator[Text | str]:
        """The anchor alone; or, for people, why there is none and what there is to choose from."""
        if self.anchor:
            yield self.anchor
            return
        yield from render_findings(self.findings)
        if not self.sought.chosen:
            yield visible(f"the words {shown(self.sought.words)} {self.sought.problem}")
            yield from self._places() if self.sought.matches else self._proposals()

    @property
    def note(self) -> str:
        """Where the words stand in another letter case, which a search as printed passes by; or an empty text."""
        others = self._other_case()
        if not others:
            return ""
        named = ", ".join(f"{start}-{end}" for start, end in others[:NOTED])
        more = " and elsewhere" if len(others) > NOTED else ""
        return f"in another letter case the words stand in {counted(len(others), 'more place')}: {named}{more}"

    def _other_case(self) -> tuple[tuple[int, int], ...]:
        if not self.sought.matches:  # then they are among the proposals
            return ()
        return in_other_case(self.opened.source.text, self.sought.words, self.within)

    def _places(self) -> Iterator[str]:
        header = ("nth", "place", "passage", "in the text")
        yield from aligned(header, [(m["number"], m["spans"], m["passage_id"], _line(m)) for m in self._matches(SHOWN)])
        if self.sought.count > SHOWN:
            yield f"and {counted(self.sought.count - SHOWN, 'place')} more"
        yield from [f"note: {self.note}"] if self.note else []
        yield self._choosing()

    def _choosing(self) -> str:
        """How to say which place is meant."""
        if self.sought.count == 1:
            return "there is only this one: choose it with --nth 1, or give other words"
        if self.sought.count > len(self.sought.matches):
            return "give more words, or look in one passage with --passage"
        return f"choose one with --nth (1 to {self.sought.count}), --near, --before or --after, or give more words"

    def _proposals(self) -> Iterator[str]:
        for proposal in self.sought.proposals:
            yield visible(f"did you mean {_shown(proposal)}")

    def _matches(self, limit: int) -> list[dict[str, Any]]:
        text = self.opened.source.text
        return [_match(text, self.opened, number, spans) for number, spans in enumerate(self.sought.matches[:limit], 1)]

    def plain(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {
            "words": self.sought.words,
            "anchor": self.anchor,
            "problem": self.sought.problem or None,
            "count": self.sought.count,
            "inside_words": self.sought.inside,
            "other_case": [write_spans((span,)) for span in self._other_case()],
            "matches": self._matches(len(self.sought.matches)),
            "proposals": [asdict(proposal) for proposal in self.sought.proposals],
            "findings": [plain_finding(finding) for finding in self.findings],
        }


def _match(text: str, opened: Opened, number: int, spans: Spans) -> dict[str, Any]:
    start, end = spans[0][0], spans[-1][1]
    return {
        "number": number,
        "spans": write_spans(spans),
        "passage_id": opened.passage_at(start),
        "before": text[max(start - CONTEXT, 0) : start],
        "words": words_between(text, spans),
        "after": text[end : end + CONTEXT],
    }


def _line(match: Mapping[str, Any]) -> str:
    """A place with its surroundings, on one line."""
    words = match["words"] if len(match["words"]) <= 2 * CONTEXT else match["words"][: 2 * CONTEXT] + "…"
    before, after = (re.sub(r"\s+", " ", match[side]) for side in ("before", "after"))
    return f"{before}[{words}]{after}".strip()


def _shown(proposal: Proposal) -> str:
    words = shown(" ".join(proposal.words.split()))
    if proposal.differs == "similar":
        return f"{words} at {proposal.start}-{proposal.end}? It is {proposal.similarity:.0%} similar"
    return f"{words} at {proposal.start}-{proposal.end}? It differs in {proposal.differs}"


def find_anchor(
    id: str,
    records: Path,
    text: Path,
    words: str,
    choice: Choice | None = None,
    *,
    passage: str | None = None,
    excerpt: bool = False,
) -> Found:
    """Find the anchor of words in a document's text, or in one passage of it.

    With `excerpt` the words are kept in the anchor, unless they are longer than an excerpt may be.
    """
    there = opened(id, load_records(records, pad_digests=True), records_folder(records), text)
    within = _passage(there, passage) if passage else None
    sought = seek(there.source.text, words, within=within, **asdict(choice or Choice()))
    if not sought.chosen:
        return Found(there, sought, within=within)
    findings = _excerpt_limits(there, sought.chosen) if excerpt else ()
    anchor = None if findings else written(there.source.text, sought.chosen, excerpt=excerpt)
    return Found(there, sought, anchor, findings, within)


def _passage(opened: Opened, id: str) -> Spans:
    """The spans of a passage, by its id or by what comes in it after the document's."""
    known = opened.passages
    for name in (id, f"{opened.document.id}.{id}"):
        if name in known:
            return known[name]
    raise RecordNotFound(
        f"{opened.document.id} has no passage `{id}`", help=f"its passages are: {', '.join(known) or 'none'}"
    )


def _excerpt_limits(opened: Opened, spans: Spans) -> tuple[Finding, ...]:
    """What the rules on rights have to say of an excerpt at these spans."""
    text, document = opened.source.text, opened.document.id
    anchor = Anchor.model_construct(
        id=_SOUGHT,
        document_id=document,
        start=spans[0][0],
        end=spans[-1][1],
        fragments=write_spans(spans) if len(spans) > 1 else None,
        text_sha256=digest_of(words_at(text, spans)),
        excerpt=words_between(text, spans),
    )
    records: dict[str, Sequence[Record]] = {**opened.loaded.records, "anchors": [anchor]}
    return tuple(replace(finding, key=document, table="documents") for finding in beyond_limits(records))
