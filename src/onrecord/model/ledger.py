"""What is said about the records themselves: caveats, terms, and the overview for readers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..column import Anchored, Count, Id, Inherited, Line, Offset, OneOf, Ref, Text
from .record import Record


class Caveat(Record):
    """Something by which a careful reader of the record or the document could be misled."""

    table: ClassVar[str] = "caveats"
    id: Id
    """Identifier of the caveat."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it is about."""
    statement_id: Annotated[Id, Ref("statements")] | None = None
    """The statement it is about, if it is about one."""
    kind: Annotated[str, OneOf("caveat-kind")]
    """What sort of caveat it is."""
    note: Text
    """What the reader should know, in plain words."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored] | None = None
    """The words it is about, if particular ones."""


class TermRecord(Record):
    """A term of a controlled vocabulary."""

    table: ClassVar[str] = "terms"
    primary_key: ClassVar[tuple[str, ...]] = ("vocabulary", "term")
    vocabulary: Line
    """The vocabulary it belongs to."""
    term: Line
    """The term as it stands in the tables."""
    label: Line
    """The term for readers."""
    definition: Text
    """What it means."""
    source: Line
    """Where the term comes from."""


class Overview(Record):
    """One row per statement, for people who do not want to join tables."""

    table: ClassVar[str] = "overview"
    primary_key: ClassVar[tuple[str, ...]] = ("statement_id",)
    statement_id: Annotated[Id, Ref("statements")]
    """The statement."""
    document_id: Annotated[Id, Ref("documents")]
    """The document it stands in."""
    claim_id: Annotated[Id, Ref("claims")] | None
    """The claim stated."""
    proposition: Line | None
    """The claim's proposition."""
    kind: Annotated[str, OneOf("claim-kind")] | None
    """The claim's kind."""
    topic: Line | None
    """Label of the claim's topic."""
    chain: Text
    """Names of the voices, outermost first, joined by ` > `."""
    speaker: Line
    """Name of the innermost source."""
    speaker_role: Text | None
    """The roles of the innermost source as the document states them, joined by `; `."""
    mode: Annotated[str, OneOf("mode")]
    """How the innermost source's words are given."""
    act: Annotated[str, OneOf("act")]
    """What the innermost source does with the claim."""
    factuality: Annotated[str, OneOf("factuality")]
    """The innermost source's commitment."""
    narrator_factuality: Annotated[str, OneOf("factuality")]
    """The document's own commitment."""
    figure: Text | None
    """The statement's figures as printed, joined by `; `."""
    excerpt: Line | None
    """The words of the content, where they are kept."""
    start: Offset
    """Offset of the content's first code point."""
    end: Count
    """Offset after the content's last code point."""
    review_status: Annotated[str, OneOf("review-status")]
    """Status of the newest review of the statement; `draft` when there is none."""
