"""Drift of a claim: every voice of every statement on the scale of certainty, joined from voice to voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...lettering import counted
from .certainty import APART, SCALE, SURENESS, mark, worded
from .chart import Chart
from .picture import FAINT, INK, QUIET, SMALL, Picture
from .wording import label, line, listed

READING = (
    "Each block is a statement, its voices from the document’s own inwards, each where its wording puts it; a voice"
    " that only relays leaves it open. “Indirect” and “mixed”: given wholly or partly in the words of others. None of"
    " it says what is so."
)
GIVEN = ("indirect", "mixed")  # modes in which words are wholly or partly those of others
COLUMNS = ("statement", "document", "level", "voice", "mode", "certainty", "in words")
_STEP, _FIRST, _GAP = 66, 44, 22  # between the columns, to the first, before what stands apart
_HEAD, _ROW, _UNDER = 66, 50, 28  # heights: of the heading, of a voice, of a statement's name
_LAST = _FIRST + 6 * _STEP + _GAP


@dataclass(frozen=True, slots=True)
class Voiced:
    """One voice of a statement, and how far it commits itself."""

    agent: str
    factuality: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """One statement with its voices, the document's own first."""

    statement_id: str
    document_id: str
    voices: tuple[Voiced, ...]


def drift(prefix: str, proposition: str, statements: Sequence[Chain], most: int = 30) -> Chart:
    """Who states a claim how surely: a row for each voice, a column for each certainty; at most `most` statements."""
    drawn = statements[:most]
    picture = Picture(_LAST + 40)
    picture.height = _HEAD + sum(_UNDER + _ROW * len(one.voices) for one in drawn) + 6
    _columns(picture)
    y = float(_HEAD)
    for one in drawn:
        y = _statement(picture, one, y)
    said = " ".join(_alternative(proposition, statements, drawn))
    return Chart(picture.svg(f"{prefix}-drift", "Certainty by voice", said), said, COLUMNS, tuple(_rows(statements)))


def _columns(picture: Picture) -> None:
    """The heading, and a faint line down each column."""
    for number, term in enumerate(SCALE):
        x = _FIRST + number * _STEP
        picture.line(x, _HEAD - 6, x, picture.height, colour=FAINT, dash=(1, 3))
        picture.text(x, 36, SURENESS[term[:2]], size=SMALL, align="center")
        picture.text(x, 52, term, size=SMALL, align="center", colour=QUIET)
    picture.line(_LAST, _HEAD - 6, _LAST, picture.height, colour=FAINT, dash=(1, 3))
    picture.text(_LAST, 36, "left open", size=SMALL, align="center")
    picture.text(_LAST, 52, ", ".join(APART), size=SMALL, align="center", colour=QUIET)
    for name, first in (("says it is not so", 0), ("says it is so", 3)):
        left = _FIRST + first * _STEP
        picture.text(left + _STEP, 14, name, align="center", weight="bold")
        picture.line(left - 26, 20, left + 2 * _STEP + 26, 20)


def _statement(picture: Picture, one: Chain, y: float) -> float:
    """One statement; returns where the next begins."""
    picture.line(0, y + 2, picture.width, y + 2, colour=FAINT)
    picture.text(0, y + 19, line(one.statement_id, 300, SMALL), size=SMALL, colour=QUIET, halo=True)
    places = [(_place(said.factuality), y + _UNDER + _ROW * number + 36) for number, said in enumerate(one.voices)]
    for (x, top), (x2, below) in pairwise(places):
        picture.line(x, top, x2, below, colour=INK, width=1.5)
    for number, (said, (x, foot)) in enumerate(zip(one.voices, places, strict=True)):
        lead = 14 * min(number, 4)
        name = line(("└ " if number else "") + said.agent, 430 - lead)
        picture.text(lead, foot - 20, name + _given(said), halo=True)
        picture.line(lead, foot, picture.width, foot, colour=FAINT)
        mark(picture, x, foot, said.factuality)
        leaning = number > 0 and places[number - 1][0] > x  # the line arrives from the right
        picture.text(x - 11 if leaning else x + 11, foot - 4, said.factuality, size=SMALL,
                     align="right" if leaning else "left", halo=True)  # fmt: skip
    return y + _UNDER + _ROW * len(one.voices)


def _given(said: Voiced) -> str:
    """The mode where others give the words: they may be surer than the voice was."""
    return f", {said.mode}" if said.mode in GIVEN else ""


def _place(factuality: str) -> float:
    return _FIRST + SCALE.index(factuality) * _STEP if factuality in SCALE else _LAST


def _alternative(proposition: str, statements: Sequence[Chain], drawn: Sequence[Chain]) -> Iterator[str]:
    voices = [said for one in statements for said in one.voices]
    yield f"How surely each voice states the claim “{proposition}”: {counted(len(statements), 'statement')}."
    for term in (*reversed(SCALE), *APART):
        names = dict.fromkeys(said.agent for said in voices if said.factuality == term)
        if names:
            yield f"{worded(term)}: {listed(names)}."
    if len(drawn) < len(statements):
        yield f"The picture shows {len(drawn)} of {len(statements):,}; the table has all."


def _rows(statements: Sequence[Chain]) -> Iterator[tuple[str, ...]]:
    for one in statements:
        for level, said in enumerate(one.voices):
            yield (one.statement_id, one.document_id, str(level), said.agent, label("mode", said.mode),
                   said.factuality, label("factuality", said.factuality))  # fmt: skip
