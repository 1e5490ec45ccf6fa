"""The tables of a dataset in layers, each below those it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...column import columns
from ...errors import MissingExtra
from ...lettering import counted
from ...model import TABLES, Record
from .chart import Chart
from .picture import COLOURS, FAINT, INK, QUIET, Picture
from .wording import line, listed

COLUMNS = ("table", "primary key", "foreign key", "refers to")
_WIDTH, _GAP, _BETWEEN, _HEAD, _ROW = 720, 8, 52, 26, 15
_TYPE = 11.5


@dataclass(frozen=True, slots=True)
class _Entity:
    """A table: its key, and its foreign keys with the tables that they refer to."""

    name: str
    key: tuple[str, ...]
    references: tuple[tuple[str, str], ...]

    @property
    def height(self) -> float:
        rows = len([name for name in self.key if name not in dict(self.references)]) + 2 * len(self.references)
        return _HEAD + rows * _ROW + 8

    @property
    def targets(self) -> set[str]:
        return {target for _, target in self.references} - {self.name}


def entities(prefix: str = "tables", tables: Mapping[str, type[Record]] = TABLES) -> Chart:
    """Every table with its key and its foreign keys.

    Lines lead to the tables of the layer above; all other references are named in their rows.
    """
    known = {name: _entity(name, model) for name, model in tables.items()}
    layers, apart = _layers(known)
    widest = max([1, *(len(layer) for layer in [*layers, apart])])
    box = (_WIDTH - _GAP * (widest - 1)) / widest
    picture = Picture(_WIDTH)
    picture.least = _WIDTH * 0.9
    places: dict[str, tuple[float, float]] = {}
    y = 4.0
    for layer in [*layers, apart] if apart else layers:
        left = (_WIDTH - len(layer) * (box + _GAP) + _GAP) / 2
        places |= {name: (left + number * (box + _GAP), y) for number, name in enumerate(layer)}
        y += max(known[name].height for name in layer) + _BETWEEN
    picture.height = y - _BETWEEN + 4
    _lines(picture, layers, known, places, box)
    for name, (x, top) in places.items():
        _box(picture, known[name], x, top, box)
    said = " ".join(_alternative(known, layers, apart))
    svg = picture.svg(f"{prefix}-entities", "The tables", said)
    return Chart(svg, said, COLUMNS, tuple(_rows(known)), scrolls=True)


def _entity(name: str, model: type[Record]) -> _Entity:
    references = tuple((col.name, col.references) for col in columns(model) if col.references)
    return _Entity(name, model.primary_key, references)


def _layers(known: Mapping[str, _Entity]) -> tuple[list[list[str]], list[str]]:
    """Tables below all that they refer to, those with common references near each other; and those with none."""
    try:
        import networkx as nx
    except ImportError as error:
        raise MissingExtra("networkx", "docs") from error
    graph = nx.DiGraph()
    graph.add_nodes_from(known)
    graph.add_edges_from((target, name) for name, one in known.items() for target in sorted(one.targets))
    apart = [name for name in known if graph.degree(name) == 0]
    graph.remove_nodes_from(apart)
    layers: list[list[str]] = [list(layer) for layer in nx.topological_generations(graph)]
    order = {name: number for number, name in enumerate(known)}
    places: dict[str, float] = {}
    for number, layer in enumerate(layers):
        above = set(layers[number - 1]) if number else set()
        layer.sort(key=lambda name: (_near(known[name].targets & above, places), order[name]))
        places |= {name: (place + 0.5) / len(layer) for place, name in enumerate(layer)}
    return layers, apart


def _near(targets: set[str], places: Mapping[str, float]) -> float:
    return sum(places[target] for target in targets) / len(targets) if targets else 0.5


def _lines(
    picture: Picture, layers: Sequence[Sequence[str]], known: Mapping[str, _Entity],
    places: Mapping[str, tuple[float, float]], box: float,
) -> None:  # fmt: skip
    """From the top of each table to the foot of those it refers to in the layer above."""
    for above, layer in pairwise(layers):
        for name in layer:
            targets = sorted(known[name].targets & set(above), key=lambda target: places[target][0])
            for number, target in enumerate(targets, 1):
                x, y = places[name][0] + box * number / (len(targets) + 1), places[name][1]
                x2, y2 = places[target][0] + box / 2, places[target][1] + known[target].height + 8
                start, bend = y - 24, y - _BETWEEN + 4
                picture.path(
                    f"M{x:.1f},{y:.1f}L{x:.1f},{y - 6:.1f}C{x:.1f},{start:.1f},{x2:.1f},{start:.1f},"
                    f"{x2:.1f},{bend:.1f}L{x2:.1f},{y2:.1f}",
                    colour=COLOURS[0], width=1.5,
                )  # fmt: skip
                picture.symbol(x2, y2 - 3, "triangle-up", fill=COLOURS[0], edge=COLOURS[0], size=60)


def _box(picture: Picture, one: _Entity, x: float, top: float, box: float) -> None:
    picture.box(x + 0.5, top, x + box - 0.5, top + one.height, edge=INK, round_=2)
    picture.text(x + 6, top + 17, line(one.name, box - 8, 12), weight="bold", size=13)
    picture.line(x, top + _HEAD - 3, x + box, top + _HEAD - 3, colour=FAINT)
    y, known = top + _HEAD - 3, dict(one.references)
    for name in [*one.key, *(name for name in known if name not in one.key)]:
        y += _ROW
        picture.text(x + 6, y, name, size=_TYPE, weight="bold" if name in one.key else "normal")
        if name in known:
            y += _ROW - 2
            picture.text(x + 12, y, f"→ {known[name]}", size=_TYPE, colour=QUIET)
            y += 2


def _alternative(known: Mapping[str, _Entity], layers: Sequence[Sequence[str]], apart: Sequence[str]) -> Iterator[str]:
    yield f"{counted(len(known), 'table')} in {counted(len(layers), 'layer')}, each below those it refers to."
    for number, layer in enumerate(layers, 1):
        yield f"Layer {number}: {listed(layer, 20)}."
    for one in known.values():
        if one.targets:
            yield f"{one.name} refers to {listed(sorted(one.targets), 20)}."
    if apart:
        yield f"Without references: {listed(apart, 20)}."


def _rows(known: Mapping[str, _Entity]) -> Iterator[tuple[str, ...]]:
    for one in known.values():
        for name, target in one.references or (("", ""),):
            yield one.name, ", ".join(one.key), name, target
