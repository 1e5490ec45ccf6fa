"""What is measured of two encodings, as rows of the table `agreement`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .alignment import Alignment
from .encoding import Encoding, Given, Stated
from .layers import LAYERS, Words, layers_of, one_layer
from .measures import BOOTSTRAP, Measured, alpha, counts_of, f1, measured, recall

ALIGNED = "statements aligned one to one by span and voice"
ALPHA = "Krippendorff's alpha, nominal (Krippendorff 2011), computed by krippendorff (Castro 2017)"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement."""

    measure: str
    field: str | None
    measured: Measured
    method: str

    def plain(self) -> dict[str, Any]:
        """The same as values of the table."""
        m = self.measured
        said = {"value": m.value, "lower": m.lower, "upper": m.upper, "n": m.n}
        return {"measure": self.measure, "field": self.field, **said, "method": self.method}


def rows_of(first: Encoding, second: Encoding, found: Alignment, words: Words) -> Iterator[Row]:
    """Every measurement of two aligned encodings."""
    yield from _recalls(first, second, found)
    yield from _layers(first, second, words)
    yield from _fields(found)
    yield from _figures(first, second)


# Recall

_KINDS: tuple[tuple[str | None, str], ...] = (
    (None, ""),
    ("same-span", "; with the same span"),
    ("same-voice", "; with the same speaker and as many voices"),
    ("attributed", "; of those attributed to a source"),
)


def _recalls(first: Encoding, second: Encoding, found: Alignment) -> Iterator[Row]:
    for number, name, encoding in ((0, "recall-first", first), (1, "recall-second", second)):
        other = "second" if number == 0 else "first"
        for field, said in _KINDS:
            hit = {pair[number].id for pair in found.pairs if _counts(field, pair, found)}
            of = [s for s in encoding.statements if field != "attributed" or s.depth]
            rows = np.array([[s.id in hit] for s in of], dtype=np.int64).reshape(len(of), 1)
            method = f"share of its statements that the {other} has too{said}; {ALIGNED}; {BOOTSTRAP}"
            yield Row(name, field, measured(recall, rows, [s.passage_id for s in of]), method)


def _counts(field: str | None, pair: tuple[Stated, Stated], found: Alignment) -> bool:
    one, other = pair
    match field:
        case "same-span":
            return one.content == other.content
        case "same-voice":
            return found.same_voice(one, other)
        case "attributed":
            return bool(one.depth and other.depth)
    return True


# Words


def _layers(first: Encoding, second: Encoding, words: Words) -> Iterator[Row]:
    one, other = layers_of(words, first), layers_of(words, second)
    said = "word by word over source, cue, content, none, as PolNeAR (Newell et al. 2018) reports it"
    rows = counts_of(one_layer(one), one_layer(other))
    method = f"{ALPHA}, {said}; of several on a word the first of {', '.join(LAYERS)}; {BOOTSTRAP}"
    yield Row("alpha", "words", measured(alpha, rows, words.passages), method)
    for layer in ("source", "cue", "content"):
        rows = counts_of(one[layer], other[layer])
        method = f"{ALPHA}, word by word, {layer} or not; {BOOTSTRAP}"
        yield Row("alpha", f"words-{layer}", measured(alpha, rows, words.passages), method)


# Fields

FIELDS: dict[str, Callable[[Stated], Any]] = {
    "kind": lambda s: s.kind,
    "presupposed": lambda s: s.presupposed,
    "depth": lambda s: s.depth,
    "speaker": lambda s: s.speaker.agent_id,
    "mode": lambda s: s.speaker.mode,
    "act": lambda s: s.speaker.act,
    "factuality": lambda s: s.speaker.factuality,
    "outer-factuality": lambda s: s.voices[0].factuality,
}
_OF = {
    "kind": "kind of the claim",
    "presupposed": "whether it is taken for granted",
    "depth": "how many voices it passes through",
    "speaker": "innermost voice, agents aligned one to one by name and place",
    "mode": "mode of the innermost voice",
    "act": "act of the innermost voice",
    "factuality": "factuality of the innermost voice",
    "outer-factuality": "factuality of the document's own voice",
}


def values_of(field: str, pair: tuple[Stated, Stated], found: Alignment) -> tuple[Any, Any]:
    """What two encodings say of one field of a statement; agents under the name of the first encoding."""
    one, other = map(FIELDS[field], pair)
    return one, found.agent(other) if field == "speaker" else other


def _fields(found: Alignment) -> Iterator[Row]:
    passages = [one.passage_id for one, _ in found.pairs]
    for field in FIELDS:
        values = [values_of(field, pair, found) for pair in found.pairs]
        rows = counts_of([one for one, _ in values], [other for _, other in values])
        method = f"{ALPHA}, {_OF[field]}; {ALIGNED}; {BOOTSTRAP}"
        yield Row("alpha", field, measured(alpha, rows, passages), method)
        same = np.array([[one == other] for one, other in values], dtype=np.int64).reshape(len(values), 1)
        method = f"share of aligned statements with the same value, {_OF[field]}; {ALIGNED}; {BOOTSTRAP}"
        yield Row("same", field, measured(recall, same, passages), method)


# Figures and times


def _figures(first: Encoding, second: Encoding) -> Iterator[Row]:
    for field, one, other in (("figures", first.figures, second.figures), ("times", first.times, second.times)):
        yield _shared(f"{field}-places", one, other, lambda g: g.spans, "span")
        yield _shared(field, one, other, lambda g: (g.spans, g.reading), "span and reading")


def _shared(field: str, one: Sequence[Given], other: Sequence[Given], key: Callable[[Given], Any], said: str) -> Row:
    """F1 of what is given at places, each counted once, however many statements have it."""
    places = {key(given): given.passage_id for given in (*other, *one)}
    mine, theirs = {key(g) for g in one}, {key(g) for g in other}
    rows = np.array([[place in mine, place in theirs] for place in places], dtype=np.int64).reshape(len(places), 2)
    method = f"F1: twice what both have, by what each has; same {said}; {BOOTSTRAP}"
    return Row("f1", field, measured(f1, rows, list(places.values())), method)
