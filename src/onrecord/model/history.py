"""What is appended over time: reviews, answers to proposed links, changes from version to version, agreement."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..column import (
    Count,
    Exact,
    From,
    Id,
    Inherited,
    Instant,
    Line,
    Offset,
    OneOf,
    Position,
    Ref,
    Sha256,
    Share,
    Text,
)
from .record import Record


class Review(Record):
    """One entry of the append-only review log."""

    table: ClassVar[str] = "reviews"
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("number",),)
    id: Id
    """Identifier of the entry."""
    number: Annotated[Count, Position]
    """Place in the log, from 1."""
    record_table: Line
    """The table of the record reviewed."""
    record_id: Line
    """The key of the record reviewed; the parts of a composite key joined by `/`."""
    status: Annotated[str, OneOf("review-status")]
    """The outcome."""
    reviewer: Line
    """Who reviewed it: a role or a name that the reviewer agreed to have published."""
    reviewed_at: Instant
    """When, in UTC."""
    successor_id: Line | None = None
    """The key of the record of the same table that stands in its place; required when it is superseded."""
    note: Text | None = None
    """Why; required when the record is superseded, retracted or in conflict."""
    previous_sha256: Sha256 | None = None
    """SHA-256 of the entry before, so that a change of the log is found; null in the first entry."""


class Match(Record):
    """A person's answer to a proposed link: whether a record states, or is, a claim on record."""

    table: ClassVar[str] = "matches"
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("number",),)
    id: Id
    """Identifier of the answer."""
    number: Annotated[Count, Position]
    """Place in the log of answers, from 1."""
    claim_id: Annotated[Id, Ref("claims")]
    """The claim that was proposed."""
    record_table: Line
    """The table of the record it was proposed for: `statements` or `claims`."""
    record_id: Line
    """The record it was proposed for."""
    grade: Annotated[str, OneOf("match-grade")]
    """How near the two were found to be when the question was put."""
    score: Share | None = None
    """Their likeness when the question was put, from 0 to 1."""
    answer: Annotated[str, OneOf("match-answer")]
    """Whether the two are one claim."""
    coder: Line
    """Who answered: a role or a name that the coder agreed to have published."""
    answered_at: Instant
    """When, in UTC."""
    note: Text | None = None
    """Why."""
    undoes_id: Annotated[Id, Ref("matches")] | None = None
    """The earlier answer about the same two that this one takes back and replaces."""


class Change(Record):
    """One change from a version of the dataset to the next: of a record, or of one field of it."""

    table: ClassVar[str] = "changes"
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("number",),)
    id: Id
    """Identifier of the change: the version and a number."""
    number: Annotated[Count, Position]
    """Place in the list of all changes, from 1."""
    version: Line
    """The version of the data that has the change."""
    record_table: Line
    """The table of the record."""
    record_id: Line
    """The key of the record; the parts of a composite key joined by `/`."""
    change: Annotated[str, OneOf("change")]
    """What became of the record."""
    field: Line | None = None
    """The field, where one value changed."""
    old: Text | None = None
    """Its value before, as the CSV files have it; null where there was none."""
    new: Text | None = None
    """Its value since, as the CSV files have it; null where there is none."""
    reason: Text | None = None
    """Why, as the review log gives it."""


class Agreement(Record):
    """How far two independent encodings of a document agree, by one measure."""

    table: ClassVar[str] = "agreement"
    id: Annotated[Id, From("child-id", "k")]
    """Identifier of the measurement."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document that was encoded twice."""
    first: Line
    """The coder of the first encoding: a role or a name that the coder agreed to have published."""
    second: Line
    """The coder of the second encoding."""
    measure: Id
    """What was measured, such as `recall-first` or `alpha`."""
    field: Line | None = None
    """The field or layer it was measured on; null where it is the records as a whole."""
    value: Exact | None = None
    """The measurement; null where it is not defined, as when there is nothing to compare."""
    lower: Exact | None = None
    """Lower end of its 95% bootstrap interval."""
    upper: Exact | None = None
    """Upper end of its 95% bootstrap interval."""
    n: Offset
    """How many items it rests on."""
    method: Line
    """How it was computed, with the source of the measure."""
