"""Statements: one place where somebody states a claim, through which voices, with which figures and times."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..column import Anchored, Count, Date, Exact, From, Id, Inherited, Level, Line, OneOf, Position, Ref, Text
from .record import Record


class Statement(Record):
    """One place where somebody states a claim."""

    table: ClassVar[str] = "statements"
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("document_id", "number"),)
    id: Id
    """Identifier of the statement."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it stands in."""
    passage_id: Annotated[Id, Ref("passages")]
    """The passage it stands in."""
    claim_id: Annotated[Id, Ref("claims")] | None = None
    """The claim stated; null while no claim has been chosen."""
    number: Annotated[Count, Position]
    """Place in the reading order of the document's statements, from 1."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored]
    """The words that carry the content."""
    presupposed: bool = False
    """True where the words take it for granted rather than state it."""
    note: Text | None = None
    """How the words were read; required where a source has no cue of its own."""


class Attribution(Record):
    """One voice of a statement's chain: level 0 is the document's own, the highest level the innermost source."""

    table: ClassVar[str] = "attributions"
    primary_key: ClassVar[tuple[str, ...]] = ("statement_id", "level")
    statement_id: Annotated[Id, Ref("statements"), Inherited]
    """The statement."""
    level: Level
    """Depth of the voice: 0 for the document, one more for each source it passes through."""
    agent_id: Annotated[Id, Ref("agents")]
    """Whose voice it is."""
    mode: Annotated[str, OneOf("mode")]
    """How the voice's words are given."""
    act: Annotated[str, OneOf("act")]
    """What the voice does with the claim."""
    factuality: Annotated[str, OneOf("factuality")]
    """The voice's own commitment to the claim, by its wording."""
    stance: Annotated[str, OneOf("stance")] | None = None
    """Stance towards what it passes on from the next level; null at the innermost level."""
    cue_anchor_id: Annotated[Id, Ref("anchors"), Anchored] | None = None
    """The reporting words that introduce the voice."""
    source_anchor_id: Annotated[Id, Ref("anchors"), Anchored] | None = None
    """The words that name the voice."""
    addressee_id: Annotated[Id, Ref("agents")] | None = None
    """To whom the voice speaks, if stated."""
    medium: Line | None = None
    """Through what it speaks (a letter, a post), as stated."""


class Figure(Record):
    """A number, count, share or duration that a statement gives, as printed and as parsed."""

    table: ClassVar[str] = "figures"
    id: Annotated[Id, From("child-id", "f")]
    """Identifier of the figure."""
    statement_id: Annotated[Id, Ref("statements"), Inherited]
    """The statement that gives it."""
    quantity_id: Annotated[Id, Ref("quantities")] | None = None
    """The quantity it is a figure for, shared by figures that measure the same thing."""
    kind: Annotated[str, OneOf("figure-kind")]
    """What sort of figure it is."""
    verbatim: Line
    """The figure as printed, at most 12 words."""
    comparator: Annotated[str, OneOf("comparator")]
    """How the true amount stands to the value."""
    approximate: bool
    """True where the words mark the figure as imprecise (`about`, `some`, `several`)."""
    value: Exact | None = None
    """The value, when one is stated."""
    lower: Exact | None = None
    """Lower bound, if the words give one."""
    upper: Exact | None = None
    """Upper bound, if the words give one."""
    unit: Line
    """Unit of the value: person, letter, decade, a currency."""
    counted: Line
    """What is counted, in the document's own terms."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored]
    """Where it stands."""


class Reply(Record):
    """What a party said of a claim about it, or that it was asked and did not answer."""

    table: ClassVar[str] = "replies"
    id: Id
    """Identifier of the reply."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document that reports it."""
    claim_id: Annotated[Id, Ref("claims")]
    """The claim that the party was to answer."""
    party_id: Annotated[Id, Ref("agents")]
    """The party addressed."""
    asked_at: Line | None = None
    """When it was asked, in EDTF (ISO 8601-2), as far as the document says."""
    asked_earliest: Date | None = None
    """First day on which it can have been asked."""
    asked_latest: Date | None = None
    """Last day on which it can have been asked."""
    response: Annotated[str, OneOf("response")]
    """How it answered, or that it did not."""
    statement_id: Annotated[Id, Ref("statements")] | None = None
    """The statement in which the party answers; null where there is no answer."""
    note: Text | None = None
    """How the answer was read, or what the document says about the asking."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored] | None = None
    """The words that say that it was asked, or did not answer."""


class Time(Record):
    """A date, time or period, as printed and, where the document allows, resolved."""

    table: ClassVar[str] = "times"
    id: Annotated[Id, From("child-id", "t")]
    """Identifier of the time."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it stands in."""
    statement_id: Annotated[Id, Ref("statements"), Inherited] | None = None
    """The statement it belongs to, if any."""
    verbatim: Line
    """The time as printed, at most 12 words."""
    edtf: Line | None = None
    """The time in EDTF (ISO 8601-2), where the words resolve."""
    earliest: Date | None = None
    """First day it can mean."""
    latest: Date | None = None
    """Last day it can mean."""
    basis: Annotated[str, OneOf("time-basis")]
    """Whether the words state it, the document lets it be inferred, or it stays unresolved."""
    note: Text | None = None
    """How it was resolved, or why not."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored]
    """Where it stands."""
