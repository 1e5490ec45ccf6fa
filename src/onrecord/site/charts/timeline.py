"""Times as bars from the first to the last day that they can mean; what is open at one end points onwards."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...lettering import counted
from .chart import Chart
from .picture import COLOURS, QUIET, SMALL, Picture
from .wording import lines, listed, words

COLUMNS = ("time", "in the words", "about", "EDTF", "not before", "not after", "place")
_LEFT, _RIGHT, _ROW, _AXIS = 14, 506, 62, 30
_DAY = 86_400_000  # milliseconds
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as printed, and the days it can mean; a day that is None is open or beyond the calendar."""

    verbatim: str
    about: str
    edtf: str | None
    earliest: dt.date | None
    latest: dt.date | None
    place: str

    @property
    def resolved(self) -> bool:
        """True where at least one end is known."""
        return self.edtf is not None and (self.earliest is not None or self.latest is not None)

    @property
    def precision(self) -> str:
        """`day`, `month` or `year` where it is exactly one; else `span`, or `open` where an end is missing."""
        if self.earliest is None or self.latest is None:
            return "open"
        first, last = self.earliest, self.latest
        if first == last:
            return "day"
        if (first.month, first.day, last) == (1, 1, dt.date(first.year, 12, 31)):
            return "year"
        month_end = calendar.monthrange(first.year, first.month)[1]
        return "month" if first.day == 1 and last == first.replace(day=month_end) else "span"

    @property
    def said(self) -> str:
        """The days in words, no more exact than they are: `March 2018`, `from 9 April 2019, end open`."""
        first, last = self.earliest, self.latest
        match self.precision:
            case "year" if first:
                return f"{first.year}"
            case "month" if first:
                return f"{calendar.month_name[first.month]} {first.year}"
            case "day" if first:
                return _day(first)
            case "span" if first and last:
                return f"{_day(first)} to {_day(last)}"
        if first:
            return f"from {_day(first)}, end open"
        return f"until {_day(last)}, beginning open" if last else "open"


def timeline(prefix: str, moments: Sequence[Moment], most: int = 30) -> tuple[Chart, ...]:
    """Every time that resolves, the earliest first, at most `most` rows to a picture.

    Times that mean the same days share a row. What does not resolve is drawn nowhere.
    """
    known = sorted((one for one in moments if one.resolved), key=_order)
    rows = [list(alike) for _, alike in groupby(known, key=_order)]
    parts = [rows[first : first + most] for first in range(0, len(rows), most)]
    return tuple(_part(f"{prefix}-{number}", part, number, len(parts)) for number, part in enumerate(parts, 1))


def _order(one: Moment) -> tuple[dt.date, dt.date]:
    """Open beginnings first; of two that begin together the longer one first, an open end before any other."""
    first = one.earliest or dt.date.min
    return first, dt.date.min + (dt.date.max - (one.latest or dt.date.max))


def _part(prefix: str, rows: Sequence[list[Moment]], number: int, all_: int) -> Chart:
    picture = Picture()
    picture.height = _ROW * len(rows) + _AXIS
    _scale(picture, [end for row in rows for end in (row[0].earliest, row[0].latest) if end])
    for place, row in enumerate(rows):
        _row(picture, row, _ROW * place)
    said = " ".join(_alternative(rows, number, all_))
    table = tuple(
        (one.said, one.verbatim, one.about, one.edtf or "", str(one.earliest or "open"), str(one.latest or "open"),
         one.place)
        for row in rows for one in row
    )  # fmt: skip
    return Chart(picture.svg(f"{prefix}-timeline", "Times", said), said, COLUMNS, table)


def _scale(picture: Picture, days: Sequence[dt.date]) -> None:
    first, last = min(days), max(days)
    span = (last - first).days
    low, high = _milliseconds(first), _milliseconds(last) + _DAY
    room = max((high - low) * 0.02, 3 * _DAY if span < 3 else 0)
    form = "%Y" if span > 5 * 365 else "%b %Y" if span > 120 else "%-d %b %Y"
    picture.scales = [{"name": "x", "type": "utc", "domain": [low - room, high + room],
                       "range": [_LEFT + 26, _RIGHT - 26]}]  # fmt: skip
    picture.axes = [{"scale": "x", "tickCount": 4, "format": form, "formatType": "utc"}]
    picture.axis_at = picture.height - _AXIS + 4


def _row(picture: Picture, row: list[Moment], y: float) -> None:
    """Times that mean the same days: the days, how the words have them, the bar."""
    one, middle, colour = row[0], y + 48, COLOURS[0]
    picture.text(0, y + 16, one.said, weight="bold")
    spoken = listed((f"“{said}”" for said in dict.fromkeys(words(each.verbatim) for each in row)), 3)
    about = f": {words(one.about)}" if len(row) == 1 else f", {counted(len(row), 'time')}"
    picture.text(0, y + 33, lines(spoken + about, _RIGHT, SMALL, 1), size=SMALL, colour=QUIET)
    first = None if one.earliest is None else _milliseconds(one.earliest)
    last = None if one.latest is None else _milliseconds(one.latest) + _DAY
    if one.precision == "day" and first is not None:
        picture.symbol(first + _DAY / 2, middle, "diamond", fill=colour, edge=colour, scale="x")
        return
    if first is not None and last is not None:
        picture.line(first, middle, last, middle, colour=colour, width=6, scale="x")
    elif first is not None or last is not None:
        edge = _RIGHT - 4 if last is None else _LEFT - 8
        at = first if first is not None else last or 0
        picture.bar_to_edge(at, edge, middle, colour=colour, width=6)
        arrow = "triangle-right" if last is None else "triangle-left"
        picture.symbol(edge, middle, arrow, fill=colour, edge=colour, size=140)
    for end in (first, last):
        if end is not None:
            picture.line(end, middle - 7, end, middle + 7, colour=colour, width=2, scale="x")


def _alternative(rows: Sequence[list[Moment]], number: int, all_: int) -> Iterator[str]:
    part = f", picture {number} of {all_}" if all_ > 1 else ""
    yield f"Times in order{part}: {counted(len(rows), 'row')} for {counted(sum(map(len, rows)), 'time')}."
    known = [f"{row[0].said}{f' ({len(row)} times)' if len(row) > 1 else ''}" for row in rows]
    yield f"{listed(known, 16)}."


def _milliseconds(day: dt.date) -> int:
    return (day - _EPOCH).days * _DAY


def _day(day: dt.date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
