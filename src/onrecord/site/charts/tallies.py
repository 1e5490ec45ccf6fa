"""Counts as bars: how many statements of each certainty, of each mode, of anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .certainty import APART, SCALE
from .chart import Chart
from .picture import COLOURS, FAINT, SIZE, Picture
from .wording import label, lines, listed

_ROW, _BAR = 46, 14


def certainties(prefix: str, counts: Mapping[str, int]) -> Chart:
    """How often each certainty is expressed, the surest first, what is left open last."""
    terms = [term for term in (*reversed(SCALE), *APART) if counts.get(term)]
    rows = [(f"{label('factuality', term)} ({term})", counts[term]) for term in terms]
    return tally(prefix, "How sure the voices are", rows)


def tally(prefix: str, what: str, counts: Sequence[tuple[str, int]]) -> Chart:
    """Counts as bars from zero, each with its words and its number, in the given order."""
    picture = Picture(420)
    picture.height = max(_ROW * len(counts), 1)
    picture.scales = [{"name": "x", "type": "linear", "domain": [0, max([1, *(n for _, n in counts)])],
                       "range": [0, 350]}]  # fmt: skip
    for number, (name, count) in enumerate(counts):
        foot = _ROW * number + SIZE + 2
        picture.text(0, foot, lines(name, 410, most=1))
        picture.box(0, foot + 8, count, foot + 8 + _BAR, fill=COLOURS[0], scale="x")
        picture.line(0, foot + 6, 0, foot + 10 + _BAR, colour=FAINT)
        picture.text(count, foot + 8 + _BAR - 2, f"{count:,}", scale="x", dx=8)
    said = f"{what}: {listed((f'{name} {count:,}' for name, count in counts), 20) or 'nothing'}."
    rows = tuple((name, f"{count:,}") for name, count in counts)
    return Chart(picture.svg(f"{prefix}-tally", what, said), said, (what, "number"), rows)
