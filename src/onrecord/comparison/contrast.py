"""Where statements are in conflict, and where they merely differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..voices import Commitment, certainty_of
from .selects import CERTAINTIES_APART, CONTRADICTIONS, CROWDED, FIGURES_APART, SIGNS_APART, asked
from .stated import Ask, Given, Stated

# What cannot both hold, and what can.
CONFLICTS = {"figures": "their bounds cannot both hold", "factuality": "one affirms what the other denies"}
DIFFERENCES = {
    "open-bound": "an open bound against another figure; both can hold",
    "imprecise": "at least one of them sets no bounds; both can hold",
    "overlap": "they overlap; both can hold",
    "unit": "given in different units; not compared",
    "together": "one statement gives both, such as from one amount to another",
    "certainty": "the same said with another certainty",
    "undecided": "one leaves open whether it is so",
}
_IMPRECISE = "at least one of the two is marked as imprecise"
_OTHER_TIMES = "their statements name times that do not overlap"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says, and the voices that commit themselves to it."""

    said: str
    voices: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sides that say different things of one claim or quantity."""

    kind: str
    """`figures` or `factuality` for a conflict; the others are differences."""
    about: str
    """The claim or the quantity."""
    first: Side
    second: Side
    notes: tuple[str, ...] = ()

    @property
    def conflict(self) -> bool:
        """True where both cannot hold."""
        return self.kind in CONFLICTS

    @property
    def how(self) -> str:
        """What sort of conflict or difference it is, in words."""
        return CONFLICTS.get(self.kind) or DIFFERENCES[self.kind]


@dataclass(frozen=True, slots=True)
class Crowd:
    """A quantity with so many amounts that of each only the nearest that conflict with it are contrasts."""

    about: str
    """The quantity."""
    amounts: int
    """How many different amounts it is given."""
    conflicts: int
    """How many pairs of them cannot both hold."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims of which a coder recorded that they contradict each other."""

    relation_id: str
    from_claim_id: str
    to_claim_id: str
    note: str | None


def commitments(statements: Iterable[Stated]) -> dict[str, Commitment]:
    """Every voice as a commitment, by statement and level: `crane.s01/0`."""
    return {
        f"{one.statement_id}/{said.level}": Commitment(
            said.agent_id, said.agent, said.level, said.factuality,
            one.statement_id, one.document_id, one.start, one.end,
        )
        for one in statements
        for said in one.voices
    }  # fmt: skip


def read_contrasts(ask: Ask, table: str, statements: tuple[Stated, ...]) -> tuple[Contrast, ...]:
    """Every conflict and difference, the conflicts first. A statement that was taken back is in none."""
    place = {one.statement_id: number for number, one in enumerate(statements)}
    held = commitments(statements)
    figures = {given.figure_id: given for one in statements for given in one.figures}
    found = [
        *(_figures(row, held, figures, place) for row in ask(asked(table, FIGURES_APART))),
        *(_signs(row, held, place) for row in ask(asked(table, SIGNS_APART))),
        *(_certainties(row, held, place) for row in ask(asked(table, CERTAINTIES_APART))),
    ]
    return tuple(sorted(found, key=lambda one: not one.conflict))


def read_crowds(ask: Ask, table: str) -> tuple[Crowd, ...]:
    """The quantities of which not every pair of amounts is a contrast."""
    return tuple(Crowd(**row) for row in ask(asked(table, CROWDED)))


def read_contradictions(ask: Ask, table: str) -> tuple[Contradiction, ...]:
    """The contradictions that coders recorded: of the claim, or between the claims of a quantity."""
    return tuple(Contradiction(**row) for row in ask(CONTRADICTIONS[table]))


def _side(said: str, ids: list[str], held: Mapping[str, Commitment], place: Mapping[str, int]) -> Side:
    voices = sorted((held[id] for id in ids), key=lambda one: (place[one.statement_id], one.level))
    return Side(said, tuple(voices))


def _figures(
    row: dict[str, Any], held: Mapping[str, Commitment], figures: Mapping[str, Given], place: Mapping[str, int]
) -> Contrast:
    sides = [
        _side(str(figures[row[f"{which}_figure"]]), row[f"{which}_voices"], held, place)
        for which in ("first", "second")
    ]
    first, second = sorted(sides, key=lambda side: place[side.voices[0].statement_id])
    return Contrast(row["kind"], row["about"], first, second, (*_notes(row), *_both(row["kind"], first, second)))


def _notes(row: Mapping[str, Any]) -> Iterator[str]:
    if row["kind"] == "figures" and row["approximate"]:
        yield _IMPRECISE
    if row["other_times"]:
        yield _OTHER_TIMES


def _both(kind: str, first: Side, second: Side) -> Iterator[str]:
    """Who stands on both sides of a conflict: one voice that corrects or contradicts itself, not two that differ."""
    if kind not in CONFLICTS:
        return
    others = {voice.agent_id for voice in second.voices}
    both = {voice.agent_id: voice.agent for voice in first.voices if voice.agent_id in others}
    for agent in both.values():
        yield f"{agent} says both"


def _signs(row: dict[str, Any], held: Mapping[str, Commitment], place: Mapping[str, int]) -> Contrast:
    first = _side("affirmed", row["first_voices"], held, place)
    second = _side("denied", row["second_voices"], held, place)
    return Contrast(row["kind"], row["about"], first, second, tuple(_both(row["kind"], first, second)))


def _certainties(row: dict[str, Any], held: Mapping[str, Commitment], place: Mapping[str, int]) -> Contrast:
    ids = (row["first_voices"], row["second_voices"])
    sides = [_side(held[voices[0]].factuality, voices, held, place) for voices in ids]
    first, second = sorted(sides, key=lambda side: (-certainty_of(side.said), side.said))
    return Contrast(row["kind"], row["about"], first, second)
