"""Figures for a quantity: who says how many, as points and bars that stay open where the words leave them open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...lettering import counted
from .chart import Chart
from .picture import COLOURS, PAPER, QUIET, SMALL, Picture
from .wording import LARGE, label, lines, number, words

COLUMNS = ("who", "in the words", "read as", "from", "up to", "unit", "place")
_LEFT, _RIGHT = 14, 500
_ROW, _AXIS = 62, 44
_FEW = 8
_WIDE, _NARROW = 1000, Decimal("0.9")  # ends so far apart need a logarithmic scale; so near, one without zero


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure as somebody gives it: its words, what they say exactly, and the bounds that they set."""

    who: str
    place: str
    verbatim: str
    comparator: str
    approximate: bool
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str

    @property
    def reading(self) -> str:
        """What the words say: `more than 40`, `about 7`, `10 to 12`, `no value stated`."""
        about = "about " if self.approximate else ""
        if self.value is not None:
            sign = "" if self.comparator == "=" else f"{label('comparator', self.comparator)} "
            return f"{about}{sign}{number(self.value)}"
        if self.lower is None and self.upper is None:
            return "no value stated"
        ends = [f"from {number(self.lower)}"] if self.lower is not None else []
        ends += [f"up to {number(self.upper)}"] if self.upper is not None else []
        return about + " ".join(ends)

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """The ends that its words state."""
        return tuple({one for one in (self.lower, self.upper) if one is not None} or
                     ({self.value} if self.value is not None else ()))  # fmt: skip


def figures(prefix: str, name: str, unit: str, amounts: Sequence[Amount], most: int = 40) -> Chart:
    """Every figure for a quantity beside the others: a point where it is exact, a bar open where it has no end.

    Nothing is added up or averaged. Figures in another unit or without a value are listed, not drawn.
    """
    drawn = [one for one in amounts if one.ends and one.unit == unit]
    apart = [one for one in amounts if one not in drawn]
    shown, below = drawn[:most], apart[: most // 2]
    picture = Picture()
    ends = [end for one in shown for end in one.ends]
    scale = _scale(picture, ends)
    y = 0.0
    for one in shown:
        y = _amount(picture, one, unit, y)
    if shown:
        y = _axis(picture, unit, scale, ends, y)
    if below:
        picture.text(0, y + 22, "Not on the scale: no value stated, or another unit", size=SMALL, colour=QUIET)
        y += 28
    for one in below:
        y = _words(picture, one, unit, y) + 12
    picture.height = max(y, 1)
    said = " ".join(_alternative(name, unit, scale, amounts, len(shown) + len(below)))
    return Chart(picture.svg(f"{prefix}-figures", "Who says how many", said), said, COLUMNS, tuple(_rows(amounts)))


def _scale(picture: Picture, ends: Sequence[Decimal]) -> str:
    """The scale that holds these ends; returns what must be said of it."""
    if not ends:
        return ""
    low, high = min(ends), max(ends)
    kind, domain, said = "linear", [min(Decimal(0), low), max(Decimal(0), high)], ""
    if low > 0 and high / low >= _WIDE:
        kind, domain, said = "log", [low, high], "The scale is logarithmic."
    elif low > 0 and len(set(ends)) > 1 and low / high > _NARROW:
        domain, said = [low - (high - low) / 4, high], "The scale does not begin at zero."
    if domain[0] == domain[1]:
        domain[1] = domain[0] + 1
    # What is open beyond the last end needs room to be seen as open.
    left = _LEFT + (60 if low < 0 or said else 24)
    picture.scales = [{"name": "x", "type": kind, "domain": [float(end) for end in domain],
                       "range": [left, _RIGHT - 70]}]  # fmt: skip
    return said


def _amount(picture: Picture, one: Amount, unit: str, y: float) -> float:
    """One figure: who and the words above, its mark below."""
    foot = _words(picture, one, unit, y)
    middle, colour = foot + 16, COLOURS[0]
    low, high = (None if end is None else float(end) for end in (one.lower, one.upper))
    if low is None and high is None and one.value is not None:
        low = high = float(one.value)
    if low is not None and low == high:
        shape = "diamond" if one.approximate else "circle"
        picture.symbol(low, middle, shape, fill=PAPER if one.approximate else colour, edge=colour, scale="x")
    else:
        _bar(picture, one, low, high, middle)
    return foot + 36


def _bar(picture: Picture, one: Amount, low: float | None, high: float | None, middle: float) -> None:
    """A bar between two ends; an arrow where there is no end, a hollow end where the end itself is left out."""
    colour = COLOURS[0]
    at = next(end for end in (low, high) if end is not None)
    dash = (7, 4) if one.approximate else ()
    if low is not None and high is not None:
        picture.line(low, middle, high, middle, colour=colour, width=5, scale="x", dash=dash)
    else:
        edge = _RIGHT - 6 if high is None else _LEFT
        _open(picture, at, edge, middle, dash)
    for end in (low, high):
        if end is not None:
            hollow = one.comparator in ("<", ">")
            picture.symbol(end, middle, "circle", fill=PAPER if hollow else colour, edge=colour, scale="x")


def _open(picture: Picture, at: float, edge: float, middle: float, dash: Sequence[float]) -> None:
    """A bar from an end to the edge of the picture, with an arrow head there."""
    picture.bar_to_edge(at, edge, middle, colour=COLOURS[0], dash=dash)
    picture.symbol(edge, middle, "triangle-right" if edge > _LEFT else "triangle-left", fill=COLOURS[0],
                   edge=COLOURS[0], size=90)  # fmt: skip


def _words(picture: Picture, one: Amount, unit: str, y: float) -> float:
    who = lines(one.who, _RIGHT, most=2)
    picture.text(0, y + 16, who)
    foot = y + 16 + 18 * (len(who) - 1) + 17
    said = f"{one.reading} ({words(one.unit)})" if one.unit != unit and one.ends else one.reading
    picture.text(0, foot, lines(f"“{words(one.verbatim)}”: {said}", _RIGHT, SMALL, 1), size=SMALL, colour=QUIET)
    return foot


def _axis(picture: Picture, unit: str, scale: str, ends: Sequence[Decimal], y: float) -> float:
    whole = all(end == end.to_integral_value() for end in ends)
    large = max(map(abs, ends)) >= LARGE
    picture.axes = [{"scale": "x", "tickCount": 5, "format": ",~f" if large else "~f"}]
    if whole and min(ends) >= 0 and max(ends) <= _FEW:  # no halves of what is counted
        picture.axes[0] |= {"values": list(range(int(max(ends)) + 1)), "tickCount": _FEW + 1}
    picture.axis_at = y + 4
    said = f"in the unit: {words(unit)}. {scale}".strip()
    picture.text(_RIGHT, y + 40, lines(said, _RIGHT, SMALL, 1), size=SMALL, align="right", colour=QUIET)
    return y + _AXIS + 8


def _alternative(name: str, unit: str, scale: str, amounts: Sequence[Amount], shown: int) -> Iterator[str]:
    yield f"Who says how many: {name}, in the unit {unit}. {counted(len(amounts), 'figure')}."
    for one in amounts[:12]:
        yield f"{one.who}: {one.reading}{f' ({one.unit})' if one.unit != unit else ''}."
    if len(amounts) > 12:
        yield f"{len(amounts) - 12:,} more are in the table."
    if scale:
        yield scale
    if shown < len(amounts):
        yield f"The picture shows {shown} of {len(amounts):,}; the table has all."


def _rows(amounts: Sequence[Amount]) -> Iterator[tuple[str, ...]]:
    for one in amounts:
        low, high = ("open" if end is None and one.ends else "" if end is None else number(end)
                     for end in (one.lower, one.upper))  # fmt: skip
        yield one.who, one.verbatim, one.reading, low, high, one.unit, one.place
