"""The words of a text, each with what an encoding makes of it: source, cue, content of an attribution, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..span import Spans
from .encoding import Encoding

# The layers of PolNeAR (Newell, Margolin and Ruths 2018); of several on a word, the first one counts.
LAYERS = ("cue", "source", "content")
NONE = "none"
_WORD = re.compile(r"\w+(?:[’'\-]\w+)*")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text by place, each with the number of the passage it stands in."""

    spans: tuple[tuple[int, int], ...]
    passages: tuple[str, ...]


def words_of(text: str, passages: dict[str, Spans]) -> Words:
    """The words of a text; punctuation is left out, since no encoding decides on it."""
    inside = sorted((start, end, id) for id, spans in passages.items() for start, end in spans)
    found = [match.span() for match in _WORD.finditer(text)]
    return Words(tuple(found), tuple(_passage(start, inside) for start, _ in found))


def _passage(at: int, inside: list[tuple[int, int, str]]) -> str:
    return next((id for start, end, id in inside if start <= at < end), "")


def layers_of(words: Words, encoding: Encoding) -> dict[str, list[bool]]:
    """For each layer, which words are in it. The document's own voice attributes nothing and is in none."""
    quoted = [s for s in encoding.statements if s.depth]
    voices = [voice for s in quoted for voice in s.voices[1:]]
    places = {
        "cue": [voice.cue for voice in voices],
        "source": [voice.source for voice in voices],
        "content": [s.content for s in quoted],
    }
    return {layer: _covered(words, places[layer]) for layer in LAYERS}


def _covered(words: Words, places: Iterable[Spans]) -> list[bool]:
    held = {at for spans in places for start, end in spans for at in range(start, end)}
    return [any(at in held for at in range(start, end)) for start, end in words.spans]


def one_layer(layers: dict[str, list[bool]]) -> list[str]:
    """One layer for each word, as a nominal variable needs it."""
    rows = zip(*(layers[layer] for layer in LAYERS), strict=True)
    return [next((layer for layer, inside in zip(LAYERS, row, strict=True) if inside), NONE) for row in rows]
