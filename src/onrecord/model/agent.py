"""Agents: who speaks, is spoken to or is spoken about, and where the documents say so."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..column import Anchored, Id, Inherited, Line, OneOf, Ref, Text
from .record import Record


class Agent(Record):
    """Somebody who speaks, is spoken to or is spoken about, under the name the documents use."""

    table: ClassVar[str] = "agents"
    id: Id
    """Identifier of the agent."""
    name: Line
    """Name or description, as the documents give it."""
    kind: Annotated[str, OneOf("agent-kind")]
    """What sort of agent it is."""
    note: Text | None = None
    """How the name is to be understood, or why two labels are or are not one agent."""


class Role(Record):
    """A title or office of an agent, as a document states it at one place."""

    table: ClassVar[str] = "roles"
    id: Id
    """Identifier of the role."""
    agent_id: Annotated[Id, Ref("agents")]
    """Who holds it."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document that states it."""
    title: Line
    """The title as stated; at most 12 words, left-out words shown as `…`."""
    body_id: Annotated[Id, Ref("agents")] | None = None
    """The body the title belongs to, as stated."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored]
    """Where it is stated."""


class Mention(Record):
    """One place where a document refers to an agent."""

    table: ClassVar[str] = "mentions"
    id: Id
    """Identifier of the mention."""
    agent_id: Annotated[Id, Ref("agents")]
    """Who is referred to."""
    document_id: Annotated[Id, Ref("documents"), Inherited]
    """The document it stands in."""
    form: Annotated[str, OneOf("mention-form")]
    """By name, by description or by pronoun."""
    anchor_id: Annotated[Id, Ref("anchors"), Anchored]
    """Where it stands."""
