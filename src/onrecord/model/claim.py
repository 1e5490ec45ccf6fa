"""Claims: propositions, how they stand to one another, what they count."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..column import From, Id, Inherited, Line, OneOf, Ref, Text
from .record import Record


class Topic(Record):
    """A subject to browse claims by."""

    table: ClassVar[str] = "topics"
    id: Id
    """Identifier of the topic."""
    label: Line
    """Its name for readers."""
    note: Text | None = None
    """What belongs under it."""


class Claim(Record):
    """A proposition, in neutral words of our own, that one or more voices state."""

    table: ClassVar[str] = "claims"
    id: Id
    """Identifier of the claim."""
    proposition: Line
    """One affirmative sentence, understandable alone; never the words of the document."""
    kind: Annotated[str, OneOf("claim-kind")]
    """What sort of proposition it is."""
    topic_id: Annotated[Id, Ref("topics")]
    """The topic it is browsed under."""
    note: Text | None = None
    """How the proposition is to be read."""


class Relation(Record):
    """How one claim stands to another."""

    table: ClassVar[str] = "relations"
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("from_claim_id", "type", "to_claim_id"),)
    id: Annotated[Id, From("child-id", "r")]
    """Identifier of the relation."""
    from_claim_id: Annotated[Id, Ref("claims"), Inherited]
    """The claim that it goes out from."""
    type: Annotated[str, OneOf("relation")]
    """What the first claim is to the second."""
    to_claim_id: Annotated[Id, Ref("claims")]
    """The claim that it goes to."""
    note: Text | None = None
    """Why the relation holds; required for a contradiction."""


class Quantity(Record):
    """Something countable that figures of one or more documents measure."""

    table: ClassVar[str] = "quantities"
    id: Id
    """Identifier of the quantity."""
    label: Line
    """Its name for readers."""
    definition: Text
    """What is counted, and what is not, as far as the documents say."""
    unit: Line
    """Unit in which its figures are given."""
