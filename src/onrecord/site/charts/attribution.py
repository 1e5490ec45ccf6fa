"""Who passes on whom: voices that pass on at the left, their sources at the right, as wide as they do it often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...lettering import counted
from .chart import Chart
from .picture import COLOURS, FAINT, SMALL, Picture
from .wording import lines, listed

COLUMNS = ("who passes on", "whom", "statements")
_WIDTH, _BOX, _PORT, _LINE, _GAP, _HEAD = 560, 196, 17, 18, 14, 34
_WIDEST = 10
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Passing:
    """How often one voice passes on another."""

    outer_id: str
    outer: str
    source_id: str
    source: str
    count: int


@dataclass(frozen=True, slots=True)
class _Node:
    """A voice on one side, with the height that its name and its lines take."""

    id: str
    name: list[str]
    ports: int

    @property
    def height(self) -> float:
        return max(len(self.name) * _LINE + 8, self.ports * _PORT + 4)


def attribution(prefix: str, passings: Sequence[Passing], most: int = 40) -> Chart:
    """An arrow from each voice to each source that it passes on, with its number; the `most` strongest are drawn.

    A voice that both passes on and is passed on stands on both sides.
    """
    names = {one.outer_id: one.outer for one in passings} | {one.source_id: one.source for one in passings}
    counts: Counter[Pair] = Counter()
    for one in passings:
        counts[one.outer_id, one.source_id] += one.count
    order = sorted(counts, key=lambda pair: (-counts[pair], names[pair[0]], names[pair[1]], pair))
    drawn = {pair: counts[pair] for pair in order[:most]}
    picture = Picture(_WIDTH)
    _draw(picture, drawn, names)
    said = " ".join(_alternative(order, drawn, counts, names))
    rows = tuple((names[outer], names[source], f"{counts[outer, source]:,}") for outer, source in order)
    return Chart(picture.svg(f"{prefix}-attribution", "Who passes on whom", said), said, COLUMNS, rows)


def _draw(picture: Picture, drawn: dict[Pair, int], names: dict[str, str]) -> None:
    left, right = _sides(drawn, names)
    tops = [_stacked(side) for side in (left, right)]
    heights = [sum(node.height + _GAP for node in side) for side in (left, right)]
    picture.height = _HEAD + max([*heights, 1])
    shifts = [(max(heights) - height) / 2 for height in heights]
    picture.text(0, 14, "passes on", weight="bold")
    picture.text(_WIDTH - _BOX, 14, "the source", weight="bold")
    placed = [
        {node.id: tops[side][node.id] + shifts[side] for node in nodes} for side, nodes in enumerate((left, right))
    ]
    _lines(picture, drawn, placed, {node.id: node for node in left}, {node.id: node for node in right})
    for side, nodes in enumerate((left, right)):
        x = side * (_WIDTH - _BOX)
        for node in nodes:
            top = placed[side][node.id]
            picture.box(x + 0.5, top, x + _BOX - 0.5, top + node.height, edge=FAINT, round_=2)
            first = top + (node.height - len(node.name) * _LINE) / 2 + 14
            picture.text(x + 8, first, node.name)


def _sides(drawn: dict[Pair, int], names: dict[str, str]) -> tuple[list[_Node], list[_Node]]:
    """Who passes on, the one with the most first; the sources near those that pass them on."""
    sums: Counter[str] = Counter()
    for (outer, _), count in drawn.items():
        sums[outer] += count
    outers = sorted(sums, key=lambda id: (-sums[id], names[id], id))
    place = {id: number for number, id in enumerate(outers)}
    by_source: dict[str, dict[str, int]] = defaultdict(dict)
    for (outer, source), count in drawn.items():
        by_source[source][outer] = count

    def near(id: str) -> tuple[float, int, str, str]:
        given = by_source[id]
        weight = sum(given.values()) or 1
        return sum(place[o] * n for o, n in given.items()) / weight, -sum(given.values()), names[id], id

    ports = Counter(outer for outer, _ in drawn)
    room = _BOX - 16
    left = [_Node(id, lines(names[id], room, most=3), ports[id]) for id in outers]
    right = [_Node(id, lines(names[id], room, most=3), len(by_source[id])) for id in sorted(by_source, key=near)]
    return left, right


def _stacked(nodes: Sequence[_Node]) -> dict[str, float]:
    y, tops = float(_HEAD), {}
    for node in nodes:
        tops[node.id] = y
        y += node.height + _GAP
    return tops


def _lines(
    picture: Picture, drawn: dict[Pair, int], placed: list[dict[str, float]],
    left: dict[str, _Node], right: dict[str, _Node],
) -> None:  # fmt: skip
    """The arrows, the widest below; each leaves and arrives at a place of its own."""
    largest = max([1, *drawn.values()])
    out = {id: sorted((p for p in drawn if p[0] == id), key=lambda p: placed[1][p[1]]) for id in left}
    into = {id: sorted((p for p in drawn if p[1] == id), key=lambda p: placed[0][p[0]]) for id in right}
    x, x2 = float(_BOX), float(_WIDTH - _BOX)
    middle = (x + x2) / 2
    for pair, count in drawn.items():
        outer, source = pair
        y = placed[0][outer] + left[outer].height * (out[outer].index(pair) + 0.5) / len(out[outer])
        y2 = placed[1][source] + right[source].height * (into[source].index(pair) + 0.5) / len(into[source])
        width = 1 + (_WIDEST - 1) * (count - 1) / max(largest - 1, 1)
        path = f"M{x:.1f},{y:.1f}C{middle:.1f},{y:.1f},{middle:.1f},{y2:.1f},{x2 - 38:.1f},{y2:.1f}"
        picture.path(path, colour=COLOURS[0], width=round(width, 1))
        picture.symbol(x2 - 7, y2, "triangle-right", fill=COLOURS[0], edge=COLOURS[0], size=80)
    for pair, count in drawn.items():
        source = pair[1]
        y2 = placed[1][source] + right[source].height * (into[source].index(pair) + 0.5) / len(into[source])
        picture.text(x2 - 24, y2 + 4, f"{count:,}", size=SMALL, align="center")


def _alternative(
    order: Sequence[Pair], drawn: dict[Pair, int], counts: Counter[Pair], names: dict[str, str]
) -> Iterator[str]:
    yield f"Who passes on whom: {counted(len(order), 'pair')} of voices."
    for outer, source in order[:12]:
        yield f"{names[outer]} passes on {names[source]} in {counted(counts[outer, source], 'statement')}."
    if len(order) > 12:
        yield f"{len(order) - 12:,} more pairs are in the table."
    both = sorted({names[o] for o, _ in drawn} & {names[s] for _, s in drawn})
    if both:
        yield f"On both sides, because they pass on and are passed on: {listed(both, 12)}."
    if len(drawn) < len(order):
        left = sum(counts[pair] for pair in order[len(drawn) :])
        yield f"The picture shows the {len(drawn)} strongest of {len(order):,}; left out: {counted(left, 'statement')}."
