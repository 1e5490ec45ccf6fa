"""What suggestions are made of: records as plain values, under the ids of the document they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..form import SUGGESTED
from ..segment import Outline, Piece
from ..span import Spans

Suggestion = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Words of the text that an anchor of a record is to point at, kept as an excerpt or not."""

    spans: Spans
    excerpt: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """Records that a person has still to confirm; statements by the sentence whose stub they replace."""

    statements: Mapping[str, Sequence[Suggestion]] = field(default_factory=dict)
    agents: Sequence[Suggestion] = ()
    roles: Sequence[Suggestion] = ()
    mentions: Sequence[Suggestion] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A text's passages, units and sentences under the ids that records know them by."""

    id: str
    outline: Outline
    passages: tuple[str, ...]
    units: tuple[str, ...]
    sentences: tuple[Piece, ...]
    statements: tuple[str, ...]

    @property
    def narrator(self) -> str:
        """The agent that is the document's own voice."""
        return f"{self.id}.narrator"


def named(id: str, outline: Outline) -> Named:
    """Passages, units and the statement of each sentence numbered in reading order."""
    sentences = tuple(piece for piece in outline.pieces if piece.kind == "sentence")
    passages = numbered(f"{id}.p", len(outline.blocks), 2)
    units = numbered(f"{id}.u", len(outline.pieces), 3)
    return Named(id, outline, tuple(passages), tuple(units), sentences, tuple(numbered(f"{id}.s", len(sentences), 3)))


def numbered(stem: str, count: int, digits: int) -> Iterator[str]:
    """Ids with numbers of equal length, so that they sort as they stand."""
    width = max(digits, len(str(count)))
    return (f"{stem}{number:0{width}}" for number in range(1, count + 1))


def marked(record: Suggestion) -> Iterator[tuple[str, Any]]:
    """The keys and values of a suggestion, the mark second: its line can be deleted, and the list item stays one."""
    first, *rest = ((key, value) for key, value in record.items() if key != SUGGESTED)
    yield first
    if record.get(SUGGESTED):
        yield SUGGESTED, True
    yield from rest
