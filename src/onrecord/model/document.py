"""The document and its text: what it is, its blocks, its units of coverage, the pointers into it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..column import (
    Anchored,
    Count,
    Date,
    Fragments,
    Id,
    Inherited,
    Language,
    Line,
    Offset,
    OneOf,
    Position,
    Ref,
    Sha256,
    Spanned,
    Text,
    TextForm,
    Url,
)
from .record import Record


class Document(Record):
    """A source document: what it is, which edition of its text the offsets count, what it does not state."""

    table: ClassVar[str] = "documents"
    id: Id
    """Identifier of the document; also the name of its records folder."""
    title: Line
    """Title of the document, as printed in it."""
    language: Language
    """Language of the text, as a BCP 47 tag."""
    medium: Annotated[str, OneOf("document-medium")]
    """What sort of thing the document is."""
    publisher_id: Annotated[Id, Ref("agents")] | None = None
    """Who publishes it, if the document itself says so."""
    source_url: Url | None = None
    """Where the document was published, or a copy of it can be found."""
    source_url_basis: Annotated[str, OneOf("source-url-basis")] | None = None
    """Whether the document states that address or it was located elsewhere."""
    published_verbatim: Line | None = None
    """The document's own date of publication, in its words."""
    published_edtf: Line | None = None
    """The date of publication in EDTF (ISO 8601-2), where the words resolve."""
    published_earliest: Date | None = None
    """First day on which it can have been published."""
    published_latest: Date | None = None
    """Last day on which it can have been published."""
    text_sha256: Sha256
    """SHA-256 of the canonical text, encoded as UTF-8."""
    text_length: Count
    """Length of the canonical text in Unicode code points."""
    text_form: TextForm
    """Name and version of the normalisation whose code points the offsets count."""
    rights: Line
    """Who holds rights in the text and what may be done with it, as far as known."""
    note: Text | None = None
    """What a reader should know about the document, among it what it leaves unstated."""


class Cite(Record):
    """A document or medium on record that a document passes on, as the document itself says."""

    table: ClassVar[str] = "cites"
    id: Id
    """Identifier of the link."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document that passes it on."""
    cited_id: Annotated[Id, Ref("documents")]
    """The document that is passed on."""
    note: Text | None = None
    """What is passed on, or how the two are known to be linked."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored] | None = None
    """The words that say so."""


class Passage(Record):
    """A block of the text: a paragraph, heading, list item, caption or piece of page furniture."""

    table: ClassVar[str] = "passages"
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("document_id", "number"),)
    id: Id
    """Identifier of the passage."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it belongs to."""
    number: Annotated[Count, Position]
    """Place in the reading order of the document, from 1."""
    kind: Annotated[str, OneOf("passage-kind")]
    """What sort of block it is."""
    start: Annotated[Offset, Spanned]
    """Offset of its first code point in the canonical text."""
    end: Annotated[Count, Spanned]
    """Offset after its last code point."""
    text_sha256: Annotated[Sha256, Spanned]
    """SHA-256 of its text, encoded as UTF-8."""


class Unit(Record):
    """A unit of coverage: a sentence, quotation or numeral that is covered by records or waived."""

    table: ClassVar[str] = "units"
    id: Id
    """Identifier of the unit."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it belongs to."""
    passage_id: Annotated[Id, Ref("passages")]
    """The passage it stands in."""
    kind: Annotated[str, OneOf("unit-kind")]
    """What sort of unit it is."""
    start: Annotated[Offset, Spanned]
    """Offset of its first code point in the canonical text."""
    end: Annotated[Count, Spanned]
    """Offset after its last code point."""
    text_sha256: Annotated[Sha256, Spanned]
    """SHA-256 of its text, encoded as UTF-8."""
    status: Annotated[str, OneOf("unit-status")]
    """Whether records cover it or it is waived."""
    waiver: Annotated[str, OneOf("waiver")] | None = None
    """Why it is waived."""
    note: Text | None = None
    """Anything a reader should know about this unit."""


class Anchor(Record):
    """A pointer into the canonical text: offsets in code points and the hash of the words there."""

    table: ClassVar[str] = "anchors"
    id: Id
    """Identifier: that of the record it belongs to and what it anchors."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it points into."""
    start: Annotated[Offset, Spanned]
    """Offset of the first code point."""
    end: Annotated[Count, Spanned]
    """Offset after the last code point."""
    fragments: Annotated[Fragments, Spanned] | None = None
    """The spans of a discontinuous anchor, `start-end` joined by `;`; null when it is one span."""
    text_sha256: Annotated[Sha256, Spanned]
    """SHA-256 of the words, encoded as UTF-8; fragments are joined by one space."""
    excerpt: Annotated[Line, Spanned] | None = None
    """The words themselves, where the wording is the datum: at most 12, never a whole sentence."""
