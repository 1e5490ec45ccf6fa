"""A document as strips of its passages: what is covered, waived or open, by whom. HTML, since it has links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from string import ascii_uppercase

from markupsafe import Markup

from ...lettering import counted
from .chart import Chart
from .wording import label, listed, safe

COLUMNS = ("passage", "kind", "units", "covered", "waived", "open", "voices")
STATES = ("covered", "waived", "open")
_LETTERED = 5  # voices that get a letter and a colour; the others share none
_LONG = 4  # a passage so many times as long as the middle one is drawn shorter than it is
_MANY = 2000  # from so many units on, neighbours that are alike are one piece


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
    """What is drawn as one: a unit, or neighbours that are alike in a long document."""

    unit: StripUnit
    number: int


def coverage_strip(prefix: str, document: str, passages: Sequence[StripPassage]) -> Chart:
    """A strip for each passage, a piece for each unit, leading to its statement where it has one.

    Sentences stand in the upper lane, quotations and numerals in the lower one.
    """
    units = [unit for passage in passages for unit in passage.units]
    letters = _letters(units)
    lengths = sorted(_length(passage) for passage in passages) or [1]
    longest = max(1, min(lengths[-1], _LONG * lengths[len(lengths) // 2]))
    merged = len(units) > _MANY
    rows = Markup().join(_passage(passage, letters, longest, merged) for passage in passages)
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
    names = {"covered": "covered otherwise"} if letters else {}
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


def _passage(passage: StripPassage, letters: dict[str, str], longest: int, merged: bool) -> Markup:
    start = min((unit.start for unit in passage.units), default=0)
    lanes = [[unit for unit in passage.units if (unit.kind == "sentence") == upper] for upper in (True, False)]
    width = min(100 * max(_length(passage), 1) / longest, 100)
    drawn = Markup().join(_lane(lane, letters, start, max(_length(passage), 1), merged) for lane in lanes if lane)
    name = f"{passage.number} {label('passage-kind', passage.kind)}"
    name += ", drawn shorter" if _length(passage) > longest else ""
    return Markup(
        '<li><span class="onrecord-passage" title="{0}">{1}</span>'
        '<div class="onrecord-lanes" style="width:{2:.2f}%">{3}</div></li>'
    ).format(safe(passage.id), safe(name), width, drawn)


def _lane(units: Sequence[StripUnit], letters: dict[str, str], start: int, length: int, merged: bool) -> Markup:
    pieces = _merged(units) if merged else (_Piece(unit, 1) for unit in units)
    drawn = Markup().join(_piece(piece, letters, start, length) for piece in pieces)
    upper = "" if units[0].kind == "sentence" else " onrecord-lower"
    return Markup('<div class="onrecord-lane{}">{}</div>').format(Markup(upper), drawn)


def _merged(units: Sequence[StripUnit]) -> Iterator[_Piece]:
    """Neighbours of one kind, state and voice as one piece, which leads to the first statement."""
    for _, alike in groupby(units, key=lambda unit: (unit.kind, unit.state, unit.speaker, unit.waiver)):
        run = list(alike)
        yield _Piece(replace(run[0], end=run[-1].end), len(run))


def _piece(piece: _Piece, letters: dict[str, str], start: int, length: int) -> Markup:
    unit = piece.unit
    letter = letters.get(unit.speaker or "", "")
    place = f"left:{100 * (unit.start - start) / length:.2f}%;width:{100 * (unit.end - unit.start) / length:.2f}%"
    voice = f" onrecord-voice-{ascii_uppercase.index(letter) + 1}" if letter else ""
    state = unit.state if unit.state in STATES else "open"
    said = safe(_said(piece, letter))
    tag = Markup('<a href="#{}"').format(safe(unit.statement_id)) if unit.statement_id else Markup('<span role="img"')
    return Markup('{0} class="onrecord-{1}{2}" style="{3}" title="{4}" aria-label="{4}">{5}</{6}>').format(
        tag, Markup(state), Markup(voice), Markup(place), said, Markup(letter),
        Markup("a" if unit.statement_id else "span"),
    )  # fmt: skip


def _said(piece: _Piece, letter: str) -> str:
    unit = piece.unit
    kind = label("unit-kind", unit.kind)
    what = kind if piece.number == 1 else f"{piece.number:,} {kind}s"
    said = [
        f"{letter}: {unit.speaker}" if letter else unit.speaker or "",
        f"{what} {unit.start}-{unit.end}",
        unit.state,
    ]
    said += [label("waiver", unit.waiver)] if unit.waiver else []
    said += [unit.statement_id] if unit.statement_id else []
    return ", ".join(one for one in said if one)


def _alternative(
    document: str, passages: Sequence[StripPassage], units: Sequence[StripUnit], letters: dict[str, str]
) -> Iterator[str]:
    states = Counter(unit.state for unit in units)
    yield f"{document}: {counted(len(passages), 'passage')}, {counted(len(units), 'unit')}:"
    yield listed(f"{states[state]:,} {state}" for state in STATES) + "."
    if letters:
        yield f"Most are covered by {listed(f'{name} ({letter})' for name, letter in letters.items())}."


def _row(passage: StripPassage) -> tuple[str, ...]:
    states = Counter(unit.state for unit in passage.units)
    voices = dict.fromkeys(unit.speaker for unit in passage.units if unit.speaker)
    return (passage.id, label("passage-kind", passage.kind), f"{len(passage.units):,}",
            *(f"{states[state]:,}" for state in STATES), "; ".join(voices))  # fmt: skip
