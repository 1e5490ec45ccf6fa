"""The files of a new document's folder: what can be said of it without reading it is said, the rest is left open.

No words of the text are written, neither as values nor in comments: anchors say where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from ..anchoring import written
from ..model import Document
from ..records import DIGESTS
from ..segment import Piece
from ..span import Spans, digest_of, words_at, write_spans
from ..suggestions import Named, Place, Suggested, Suggestion, marked
from ..vocabulary import terms_of
from ..yamledit import scalar

SCHEMA_LINE = "# yaml-language-server: $schema={path}schema/{name}.schema.json\n"
_HINTS = {
    "medium": f"one of: {', '.join(terms_of('document-medium'))}",
    "publisher_id": "id of an agent, if the document itself says who publishes it",
    "source_url": "the address at which it was published, or at which a copy is found",
    "source_url_basis": "`stated` if the document gives the address, `located` if it was found elsewhere",
    "published_verbatim": "its own date in its own words, if it states one",
    "published_edtf": 'that date in EDTF, such as "2021-03-03"',
    "published_earliest": 'the first day it can mean, such as "2021-03-03"',
    "published_latest": "the last day it can mean",
    "rights": "who holds rights in the text, and what may be done with it",
    "note": "what a reader should know, among it what the document does not state",
}
_WAIVERS = ", ".join(terms_of("waiver"))
_PASSAGES = ", ".join(terms_of("passage-kind"))

HEADS = {
    "document.yaml": (
        "What the document is and which text the offsets count; its passages.",
        "What the document does not state itself stays null.",
    ),
    "ledger.yaml": (
        "Every sentence, quotation and numeral of the text, in text order. A unit counts as open until a record lies",
        "on it: a statement, figure, time, role or attribution; on a numeral a figure or time. One that carries no",
        "record is waived: `status: waived, waiver: REASON`. Reasons are:",
        f"{_WAIVERS}.",
    ),
    "statements.yaml": (
        "The places where somebody states a claim, in reading order. For each sentence there is a stub: remove the",
        "`# ` before its lines, narrow the anchor to the words that carry the content, and write what belongs where",
        "`...` stands. A sentence may need several statements, or none; then waive its unit in ledger.yaml.",
    ),
    "mentions.yaml": (
        "Roles: titles as the document states them, at that place. Mentions: where it refers to somebody, in text",
        "order. Write the words in place of an anchor; `onrecord anchor {id} --fill` puts their place there.",
    ),
    "caveats.yaml": (
        "Where a careful reader of the records or of the document could be misled: the document as a whole first, then",
        "in text order.",
    ),
}
_SAMPLES = {
    "roles": '  # - {{id: {id}.role1, agent_id: ..., title: ..., anchor: "?words of the text?"}}\n',
    "mentions": '  # - {{id: {id}.m001, agent_id: ..., form: name, anchor: "?words of the text?"}}\n',
    "caveats": '  # - {{id: {id}.c01, kind: ..., note: ..., anchor: "?words of the text?"}}\n',
}


@dataclass(slots=True)
class Scribe:
    """Writes anchors into a text, and remembers the place of each for the file of full hashes."""

    text: str
    places: set[Spans] = field(default_factory=set)

    def at(self, *spans: tuple[int, int], excerpt: bool = False) -> str:
        """The anchor of these spans, in double quotes."""
        self.places.add(spans)
        return scalar(written(self.text, spans, excerpt=excerpt))

    def digests(self) -> str:
        """The lines of `digests.sha256`."""
        return "".join(
            f"{digest_of(words_at(self.text, spans))}  {write_spans(spans)}\n" for spans in sorted(self.places)
        )


def head(file: str, schemas: str | None, *lines: str) -> str:
    """The first lines of a records file: where its schema is, and what stands in it."""
    line = SCHEMA_LINE.format(path=schemas, name=file.removesuffix(".yaml")) if schemas is not None else ""
    return line + "".join(f"# {said}\n" for said in lines)


def folder_files(
    document: Document, scribe: Scribe, there: Named, schemas: str | None, suggested: Suggested
) -> dict[str, bytes]:
    """The files of a document's folder, by name; with what is suggested beside what is always there."""
    bodies = {
        "document.yaml": _document(document, there, scribe),
        "ledger.yaml": _ledger(there, scribe),
        "statements.yaml": _statements(there, scribe, suggested),
        "mentions.yaml": "\n".join(_section(key, suggested, there, scribe) for key in ("roles", "mentions")),
        "caveats.yaml": _section("caveats", suggested, there, scribe),
    }
    heads = {name: head(name, schemas, *(line.format(id=document.id) for line in HEADS[name])) for name in bodies}
    return {name: (heads[name] + body).encode() for name, body in bodies.items()} | {DIGESTS: scribe.digests().encode()}


def _document(document: Document, there: Named, scribe: Scribe) -> str:
    said = {name: getattr(document, name) for name in Document.model_fields}
    lines = [f"  {name}: {scalar(value)}{_hint(name, value)}" for name, value in said.items()]
    blocks = zip(there.passages, there.outline.blocks, strict=True)
    passages = [
        f"  - {{id: {scalar(id)}, kind: {block.kind}, anchor: {scribe.at((block.start, block.end))}}}"
        for id, block in blocks
    ]
    kinds = f"# Kinds are guessed from the layout; correct those that are wrong:\n# {_PASSAGES}."
    return "\n".join(["document:", *lines, "", kinds, "passages:", *passages, ""])


def _hint(name: str, value: object) -> str:
    open_still = value is None or name in ("medium", "rights")
    return f"  # {_HINTS[name]}" if open_still and name in _HINTS else ""


def _ledger(there: Named, scribe: Scribe) -> str:
    units = (
        f"  - {{id: {scalar(id)}, passage_id: {scalar(there.passages[piece.block])}, kind: {piece.kind}, "
        f"anchor: {scribe.at((piece.start, piece.end))}, status: covered}}\n"
        for id, piece in zip(there.units, there.outline.pieces, strict=True)
    )
    return "units:\n" + "".join(units)


def _statements(there: Named, scribe: Scribe, suggested: Suggested) -> str:
    pieces = ["statements:\n"]
    for block, sentences in groupby(zip(there.sentences, there.statements, strict=True), key=lambda one: one[0].block):
        pieces.append(f"  # {there.passages[block].rsplit('.', 1)[-1]}: {there.outline.blocks[block].kind}\n")
        for piece, id in sentences:
            records = [_record(record, scribe) for record in suggested.statements.get(id, ())]
            pieces += [f"{record}\n" for record in records or (_stub(id, there, piece, scribe),)]
    return "".join(pieces)


def _stub(id: str, there: Named, piece: Piece, scribe: Scribe) -> str:
    """A statement that waits for its curator, as a comment: only what the layout of the text says is in it."""
    return (
        f"  # - id: {scalar(id)}\n"
        f"  #   passage_id: {scalar(there.passages[piece.block])}\n"
        f"  #   claim_id: ...\n"
        f"  #   anchor: {scribe.at((piece.start, piece.end))}\n"
        f"  #   attributions:\n"
        f"  #     - {{level: 0, agent_id: {scalar(there.narrator)}, mode: narration, act: ..., factuality: ...}}\n"
    )


def _section(key: str, suggested: Suggested, there: Named, scribe: Scribe) -> str:
    records = getattr(suggested, key, ())
    return f"{key}:\n" + ("".join(_record(one, scribe) for one in records) or _SAMPLES[key].format(id=there.id))


def _record(record: Suggestion, scribe: Scribe) -> str:
    """A record as an item of a list at the top of a file, each key on a line of its own."""
    return "".join(f"{line}\n" for line in _item(record, scribe, "  "))


def _item(record: Suggestion, scribe: Scribe, indent: str) -> Iterator[str]:
    mark = "- "
    for key, value in marked(record):
        if isinstance(value, list):
            yield f"{indent}{mark}{key}:"
            for inner in value:
                yield from _item(inner, scribe, indent + "    ")
        else:
            said = scribe.at(*value.spans, excerpt=value.excerpt) if isinstance(value, Place) else scalar(value)
            yield f"{indent}{mark}{key}: {said}"
        mark = "  "
