"""Where two encodings differ, side by side with the words of the text: for reconciliation, and for the screen only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..lettering import visible, wrapped
from ..seek import words_between
from ..span import Spans, write_spans
from .alignment import Alignment
from .encoding import Encoding, Stated
from .rows import FIELDS, values_of


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement that only one encoding has, or one of both with what they say differently."""

    first: Stated | None
    second: Stated | None
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def start(self) -> int:
        """Where it stands in the text."""
        return min(s.content[0][0] for s in (self.first, self.second) if s)

    def plain(self) -> dict[str, Any]:
        """The same as plain values, with places and without words of the text."""
        sides = {"first": self.first, "second": self.second}
        told: dict[str, Any] = {
            side: {"id": s.id, "spans": write_spans(s.content), "proposition": s.proposition} if s else None
            for side, s in sides.items()
        }
        return told | {"fields": {name: {"first": one, "second": other} for name, one, other in self.fields}}


def differences(first: Encoding, second: Encoding, found: Alignment) -> tuple[Difference, ...]:
    """Every difference between two aligned encodings, in reading order."""
    both = [Difference(*pair, tuple(_differing(pair, first, second, found))) for pair in found.pairs]
    alone = [Difference(s, None) for s in found.only_first] + [Difference(None, s) for s in found.only_second]
    kept = [d for d in both if d.fields] + alone
    return tuple(sorted(kept, key=lambda d: (d.start, d.first is None)))


def _differing(
    pair: tuple[Stated, Stated], first: Encoding, second: Encoding, found: Alignment
) -> Iterator[tuple[str, str, str]]:
    one, other = pair
    if one.content != other.content:
        yield "span", write_spans(one.content), write_spans(other.content)
    for field in FIELDS:
        mine, theirs = values_of(field, pair, found)
        if mine == theirs:
            continue
        if field == "speaker":
            mine, theirs = first.names[one.speaker.agent_id], second.names[other.speaker.agent_id]
        yield field, str(mine), str(theirs)
    for layer in ("cue", "source"):
        spans = getattr(one.speaker, layer), getattr(other.speaker, layer)
        if spans[0] != spans[1]:
            yield layer, write_spans(spans[0]) or "none", write_spans(spans[1]) or "none"


def told(difference: Difference, coders: tuple[str, str], text: str) -> Iterator[str]:
    """A difference as lines: both statements with their words, then each field in both."""
    width = max(map(len, coders))
    for coder, statement in zip(coders, (difference.first, difference.second), strict=True):
        label = f"{coder}:".ljust(width + 2)
        if statement is None:
            yield f"{label}has no such statement"
            continue
        yield from wrapped(f"{label}{statement.id}  “{_words(text, statement.content)}”", " " * (width + 2))
        if statement.proposition:
            yield from wrapped(f"{' ' * (width + 2)}= {statement.proposition}", " " * (width + 4))
    for field, one, other in difference.fields:
        yield visible(f"  {field}: {_shown(field, one, difference.first, text)} | ") + visible(
            _shown(field, other, difference.second, text)
        )


def _shown(field: str, said: str, statement: Stated | None, text: str) -> str:
    if field not in ("cue", "source") or statement is None or said == "none":
        return said
    return f"{said} “{_words(text, getattr(statement.speaker, field))}”"


def _words(text: str, spans: Spans) -> str:
    return " ".join(words_between(text, spans).split())
