"""A document as strips of its passages: what is covered, waived or open, by whom. HTML, since it has links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from string import ascii_uppercase

from markupsafe import Markup

from ...lettering import counted
from .chart import Chart
from .wording import label, listed, safe

COLUMNS = ("passage", "kind", "units", "covered", "waived", "open", "voices")
STATES = ("covered", "waived", "open")
_LETTERED = 5  # voices that get a letter and a colour; the others share none
_LONG = 4  # a passage so many times as long as the middle one is drawn shorter than it is
_MANY = 2000  # of more units than this, neighbours are drawn as one piece


@dataclass(frozen=True, slots=True)
class StripUnit:
    """A unit: `covered`, `waived` or `open`; by whom, and the statement that it leads to."""

    kind: str
    start: int
    end: int
    state: str
    statement_id: str | None = None
    speaker: str | None = None
    waiver: str | None = None


@dataclass(frozen=True, slots=True)
class StripPassage:
    """A passage with its units in reading order."""

    id: str
    number: int
    kind: str
    units: tuple[StripUnit, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is drawn as one: a unit, or neighbours in a long document."""

    units: Sequence[StripUnit]

    @property
    def state(self) -> str:
        """What is open shows wherever it is; a piece is waived only where all of it is."""
        found = {unit.state for unit in self.units}
        return next((state for state in ("open", "covered", "waived") if state in found), "open")

    @property
    def speaker(self) -> str | None:
        """The voice, where all of the piece has the same."""
        found = {unit.speaker for unit in self.units}
        return self.units[0].speaker if len(found) == 1 else None

    @property
    def statement_id(self) -> str | None:
        """The first statement that it leads to."""
        return next((unit.statement_id for unit in self.units if unit.statement_id), None)


def coverage_strip(prefix: str, document: str, passages: Sequence[StripPassage]) -> Chart:
    """A strip for each passage, a piece for each unit, leading to its statement where it has one.

    Sentences stand in the upper lane, quotations and numerals in the lower one.
    """
    units = [unit for passage in passages for unit in passage.units]
    letters = _letters(units)
    lengths = sorted(_length(passage) for passage in passages) or [1]
    longest = max(1, min(lengths[-1], _LONG * lengths[len(lengths) // 2]))
    share = min(1.0, _MANY / max(len(units), 1))
    rows = Markup().join(_passage(passage, letters, longest, share) for passage in passages)
    said = " ".join(_alternative(document, passages, units, letters))
    html = Markup(
        '<div class="onrecord-strip" id="{0}-strip"><p>{1}</p>{2}<ol>{3}</ol></div>'
    ).format(safe(prefix), safe(said), _legend(letters), rows)  # fmt: skip
    return Chart(html, said, COLUMNS, tuple(_row(passage) for passage in passages))


def _letters(units: Sequence[StripUnit]) -> dict[str, str]:
    """The voices with most units, each with a letter."""
    often = Counter(unit.speaker for unit in units if unit.speaker)
    order = sorted(often, key=lambda name: (-often[name], name))[:_LETTERED]
    return dict(zip(order, ascii_uppercase, strict=False))


def _legend(letters: dict[str, str]) -> Markup:
    names = {"covered": "covered, by another voice or none"} if letters else {}
    states = [Markup('<li><span class="onrecord-{}"></span> {}</li>').format(Markup(state), names.get(state, state))
              for state in STATES]  # fmt: skip
    voices = [Markup('<li><span class="onrecord-covered onrecord-voice-{0}">{1}</span> {2}</li>')
              .format(number, Markup(letter), safe(name))
              for number, (name, letter) in enumerate(letters.items(), 1)]  # fmt: skip
    return Markup('<ul class="onrecord-legend" aria-hidden="true">{}</ul>').format(Markup().join(voices + states))


def _length(passage: StripPassage) -> int:
    if not passage.units:
        return 0
    return max(unit.end for unit in passage.units) - min(unit.start for unit in passage.units)


def _passage(passage: StripPassage, letters: dict[str, str], longest: int, share: float) -> Markup:
    start = min((unit.start for unit in passage.units), default=0)
    lanes = [[unit for unit in passage.units if (unit.kind == "sentence") == upper] for upper in (True, False)]
    width = min(100 * max(_length(passage), 1) / longest, 100)
    drawn = Markup().join(_lane(lane, letters, start, max(_length(passage), 1), share) for lane in lanes if lane)
    name = f"{passage.number} {label('passage-kind', passage.kind)}"
    name += ", drawn shorter" if _length(passage) > longest else ""
    return Markup(
        '<li><span class="onrecord-passage" title="{0}">{1}</span>'
        '<div class="onrecord-lanes" style="width:{2:.2f}%">{3}</div></li>'
    ).format(safe(passage.id), safe(name), width, drawn)


def _lane(units: Sequence[StripUnit], letters: dict[str, str], start: int, length: int, share: float) -> Markup:
    runs = [list(run) for _, run in groupby(units, key=_alike)] if share < 1 else [[unit] for unit in units]
    together = max(1, ceil(len(runs) / max(share * len(units), 1)))  # so many runs make a piece
    pieces = (
        _Piece([unit for run in runs[first : first + together] for unit in run])
        for first in range(0, len(runs), together)
    )
    drawn = Markup().join(_piece(piece, letters, start, length) for piece in pieces)
    upper = "" if units[0].kind == "sentence" else " onrecord-lower"
    return Markup('<div class="onrecord-lane{}">{}</div>').format(Markup(upper), drawn)


def _alike(unit: StripUnit) -> tuple[str | None, ...]:
    return unit.kind, unit.state, unit.speaker, unit.waiver


def _piece(piece: _Piece, letters: dict[str, str], start: int, length: int) -> Markup:
    first, last = piece.units[0].start, max(unit.end for unit in piece.units)
    letter = letters.get(piece.speaker or "", "")
    place = f"left:{100 * (first - start) / length:.2f}%;width:{100 * (last - first) / length:.2f}%"
    voice = f" onrecord-voice-{ascii_uppercase.index(letter) + 1}" if letter and piece.state == "covered" else ""
    leads = piece.statement_id
    tag = Markup('<a href="#{}"').format(safe(leads)) if leads else Markup('<span role="img"')
    return Markup('{0} class="onrecord-{1}{2}" style="{3}" title="{4}" aria-label="{4}">{5}</{6}>').format(
        tag, piece.state, voice, Markup(place), safe(_said(piece, letter)), letter, "a" if leads else "span"
    )


def _said(piece: _Piece, letter: str) -> str:
    """A piece in words: `A: Zoë, sentence 0-9, covered, crane.s1`."""
    units, first = piece.units, piece.units[0]
    kind = label("unit-kind", first.kind)
    what = kind if len(units) == 1 else f"{len(units):,} units, from {kind}"
    states = Counter(unit.state for unit in units)
    several = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    voices = "several voices" if len({unit.speaker for unit in units}) > 1 else ""
    said = [f"{letter}: {piece.speaker}" if letter else piece.speaker or voices,
            f"{what} {first.start}-{max(unit.end for unit in units)}",
            first.state if len(units) == 1 else several,
            label("waiver", first.waiver) if first.waiver and len(states) == 1 else "",
            piece.statement_id or ""]  # fmt: skip
    return ", ".join(one for one in said if one)


def _alternative(
    document: str, passages: Sequence[StripPassage], units: Sequence[StripUnit], letters: dict[str, str]
) -> Iterator[str]:
    states = Counter(unit.state for unit in units)
    yield f"{document}: {counted(len(passages), 'passage')}, {counted(len(units), 'unit')}:"
    yield listed(f"{states[state]:,} {state}" for state in STATES) + "."
    if letters:
        named = listed(f"{name} ({letter})" for name, letter in letters.items())
        yield f"Letters and colours are for the voices that cover most units: {named}."


def _row(passage: StripPassage) -> tuple[str, ...]:
    states = Counter(unit.state for unit in passage.units)
    voices = dict.fromkeys(unit.speaker for unit in passage.units if unit.speaker)
    return (passage.id, label("passage-kind", passage.kind), f"{len(passage.units):,}",
            *(f"{states[state]:,}" for state in STATES), "; ".join(voices))  # fmt: skip
