"""A claim and the claims it is related to: an arrow for each relation, with its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...lettering import counted
from ...vocabulary import terms_of
from .chart import Chart
from .picture import FAINT, INK, SMALL, Picture
from .wording import label, line, lines

COLUMNS = ("this claim", "relation", "other claim", "proposition")
_RAIL, _BOX, _LINE = 16.5, 132, 18


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of the claim with another one; `outgoing` where it starts from the claim."""

    kind: str
    claim_id: str
    proposition: str
    outgoing: bool


def related(prefix: str, claim: str, links: Sequence[Link], most: int = 25) -> Chart:
    """The claim above, the related claims below it, each on an arrow in the direction of its relation."""
    kinds = list(terms_of("relation"))
    known = sorted(links, key=lambda one: (_place(kinds, one.kind), one.kind, not one.outgoing, one.claim_id))
    picture = Picture()
    own = lines(claim, picture.width - 20, most=4)
    y = len(own) * _LINE + 12.0
    picture.box(0.5, 0.5, picture.width - 0.5, y, edge=INK, round_=2)
    picture.text(10, 19, own, weight="bold")
    start, last = y, y
    y += 16
    for one in known[:most]:
        last, y = _link(picture, one, y)
    picture.line(_RAIL, start, _RAIL, last)
    picture.height = y
    said = " ".join(_alternative(claim, known, min(most, len(known))))
    rows = tuple((_role(one), label("relation", one.kind), one.claim_id, one.proposition) for one in known)
    return Chart(picture.svg(f"{prefix}-related", "Related claims", said), said, COLUMNS, rows)


def _place(kinds: Sequence[str], kind: str) -> int:
    return kinds.index(kind) if kind in kinds else len(kinds)


def _link(picture: Picture, one: Link, y: float) -> tuple[float, float]:
    """One related claim on its arrow; returns the arrow's height and where the next begins."""
    said = lines(one.proposition, picture.width - _BOX - 20, most=4)
    height = len(said) * _LINE + 12
    middle = y + height / 2
    picture.box(_BOX, y, picture.width - 0.5, y + height, edge=FAINT, round_=2)
    picture.text(_BOX + 10, y + 19, said)
    picture.line(_RAIL, middle, _BOX, middle)
    head, shape = (_BOX - 6, "triangle-right") if one.outgoing else (_RAIL + 8, "triangle-left")
    picture.symbol(head, middle, shape, size=80)
    at = (_RAIL + _BOX) / 2
    picture.text(at, middle - 7, line(label("relation", one.kind), _BOX - 30, SMALL), size=SMALL, align="center")
    return middle, y + height + 12


def _role(one: Link) -> str:
    return "from" if one.outgoing else "to"


def _alternative(claim: str, known: Sequence[Link], shown: int) -> Iterator[str]:
    yield f"The claim “{claim}” and {counted(len(known), 'relation')} with other claims."
    for one in known[:shown]:
        kind = label("relation", one.kind)
        yield f"It {_verb(kind)} “{one.proposition}”" if one.outgoing else f"“{one.proposition}” {_verb(kind)} it."
    if shown < len(known):
        yield f"The picture shows {shown} of {len(known):,}; the table has all."


def _verb(kind: str) -> str:
    return f"is {kind}" if kind == "part of" else kind
