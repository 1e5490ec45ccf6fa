"""How the places of a document stand to a text: exact, moved, ambiguous or missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from .errors import MissingExtra
from .places import FULL, Compared, Places, compared, spans_in
from .relocation import Nearest, Placement, Pointer, State, fits, relocate
from .relocation.nearest import nearest
from .span import ELISION, Spans, words_at, write_spans

OTHER_DIGITS = "the words at its offsets have another hash in full"
WORDS, CHARACTERS = 12, 80  # of the nearest words, at most


def counted_places(number: int) -> str:
    """A number of places in words: `1 place`, `2,000 places`."""
    return f"{number:,} place" if number == 1 else f"{number:,} places"


class Text(Protocol):
    """A text in canonical form, in pieces, any number of times. Its form is known when it was read once."""

    form: str
    sha256: str | None

    def __iter__(self) -> Iterator[str]: ...


@dataclass(slots=True)
class Held:
    """A text in memory."""

    pieces: Sequence[str]
    form: str
    sha256: str | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self.pieces)


@dataclass(frozen=True)
class Standing:
    """How the places of one document stand to one text: the edition it was recorded from, or another."""

    places: Places
    found: Compared
    form: str
    placements: Mapping[int, Placement]
    like: dict[int, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether the text is the edition on record, whatever its form is called."""
        return bool(self.found.sha256 == self.places.document["text_sha256"])

    @property
    def counts(self) -> Counter[State]:
        """How many places are in each state."""
        said = Counter(placement.state for placement in self.placements.values())
        said[State.EXACT] += len(self.places) - len(self.placements)
        return said

    def state(self, row: int) -> State:
        """The state of one place."""
        return self.placements[row].state if row in self.placements else State.EXACT

    def summary(self) -> str:
        """The states of all places on one line."""
        counts = self.counts
        said = ", ".join(f"{counts[state]:,} {state}" for state in State if counts[state] or state is State.EXACT)
        return f"{self.places.id}: {counted_places(len(self.places))}: {said}"

    def note_nearest(self, text: str) -> None:
        """Keep the first words of what is most like missing ones, to be shown to the holder of the text only."""
        for row, placement in self.placements.items():
            if placement.nearest:
                words = words_at(text, placement.nearest.spans)
                short = " ".join(words.split()[:WORDS])[:CHARACTERS]
                self.like[row] = short if short == words else f"{short} {ELISION}"

    def proposals(self) -> Iterator[str]:
        """What stands where words are most like the missing ones, on a line each. It is the text: not for any file."""
        for row, words in self.like.items():
            nearest = self.placements[row].nearest
            if nearest:
                yield f"{self.places.key(row)[1]}: most like it, at {write_spans(nearest.spans)}: “{words}”"

    def plain(self) -> dict[str, Any]:
        """Everything as plain values, but no words."""
        document = self.places.document
        names = ("sha256", "length", "form")
        return {
            "document": self.places.id,
            "recorded": dict(zip(names, (document[f"text_{name}"] for name in names), strict=True)),
            "text": dict(zip(names, (self.found.sha256, self.found.length, self.form), strict=True)),
            "counts": {state.value: self.counts[state] for state in State},
            "places": [self._plain(row) for row in range(len(self.places))],
        }

    def _plain(self, row: int) -> dict[str, Any]:
        table, id = self.places.key(row)
        said = {"table": table, "id": id, "spans": write_spans(self.places.spans(row)), "state": self.state(row).value}
        placement = self.placements.get(row)
        return said if placement is None else said | placement_plain(placement)


def placement_plain(placement: Placement) -> dict[str, Any]:
    """Where words were found, as plain values."""
    said: dict[str, Any] = {
        "to": write_spans(placement.spans) if placement.spans else None,
        "settled": placement.settled,
        "evidence": placement.evidence,
        "count": placement.count,
        "places": [write_spans(spans) for spans in placement.places],
    }
    if placement.nearest:
        said["nearest"] = {
            "spans": write_spans(placement.nearest.spans),
            "similarity": round(placement.nearest.similarity, 3),
        }
    return said


def stand(places: Places, text: Text, *, digits: int = FULL) -> Standing:
    """Hold the places of a document against a text, which passes by in pieces.

    The whole of it is held in memory only if some words are not at their offsets. In the edition on
    record, those are sought by themselves; in another edition every place is, among its neighbours.
    """
    found = compared(text, places, digits=digits, asked=_asked(places), sha256=text.sha256)
    rows: Sequence[int] = range(len(places))
    if found.sha256 == places.document["text_sha256"]:
        rows = found.wrong
    whole = "".join(text) if rows else ""
    placed = _sought(whole, pointers_of(places, rows, digits)) if rows else []
    placements = _proposed(places, whole, _placements(rows, placed, {*found.wrong}))
    standing = Standing(places, found, text.form, placements)
    standing.note_nearest(whole)
    return standing


def _sought(text: str, pointers: list[Pointer]) -> list[Placement]:
    """Where words stand. Without the library that seeks them, those that are not where they were are said to be so."""
    try:
        return relocate(text, pointers)
    except MissingExtra as error:
        said = f"not sought: {error.message}; {error.help}"
        missing = (Placement(pointer, State.MISSING, evidence=said) for pointer in pointers)
        return [
            replace(one, state=State.EXACT, spans=one.pointer.spans, count=1) if fits(text, one.pointer) else one
            for one in missing
        ]


def _placements(rows: Iterable[int], placed: Iterable[Placement], wrong: set[int]) -> dict[int, Placement]:
    """The placements that are worth a word. What was seen not to fit at its offsets is not exact, whatever is said."""
    said = {
        row: replace(placement, state=State.MISSING, spans=None, count=0, settled=False, evidence=OTHER_DIGITS)
        if placement.state is State.EXACT and row in wrong
        else placement
        for row, placement in zip(rows, placed, strict=True)
    }
    return {
        row: placement for row, placement in said.items() if placement.state is not State.EXACT or not placement.settled
    }


def _proposed(places: Places, text: str, placements: dict[int, Placement]) -> dict[int, Placement]:
    """The same placements; where missing words are quoted by a record, with what is most like them in their place."""
    quotes = places.quoted.to_pylist() if placements else []
    quoted = {row["anchor_id"]: row["said"] for row in quotes if row["record_table"] != "roles"}  # a title is a part
    found, shift = dict(placements), 0
    for row, placement in placements.items():
        shift = shift if row - 1 in placements else 0
        if placement.spans:
            shift = placement.spans[0][0] - places.starts[row]
        table, key = places.key(row)
        words = quoted.get(key, ELISION) if table == "anchors" else ELISION
        if placement.state is State.MISSING and placement.nearest is None and ELISION not in words:
            found[row] = replace(placement, nearest=_nearest(words, text, places.starts[row] + shift))
    return found


def _nearest(words: str, text: str, start: int) -> Nearest | None:
    try:
        return nearest(words, text, (start, start + len(words)))
    except MissingExtra:  # said once already: nothing was sought
        return None


def pointers_of(places: Places, rows: Iterable[int], digits: int = FULL) -> list[Pointer]:
    """What to look for in another text: the places in these rows."""
    tiles = set(places.tiles)
    return [Pointer("/".join(places.key(n)), places.spans(n), places.digest(n)[:digits], n in tiles) for n in rows]


def _asked(places: Places) -> Iterator[Spans]:
    """What of the text is compared beyond hashes: the words that records quote, what lies in no passage."""
    if len(places.quoted):
        yield from (spans_in(row) for row in places.quoted.to_pylist())
    yield from (((before, after),) for before, after in places.gaps if before < after)
