"""Pictures: marks at their places, given to Vega, and its SVG rewritten for a page.

Vega computes scales, axes and shapes. It gets the places of words but not the words: it would measure
each (2 ms), and no font of the machine should have a say in what the same values look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup, escape

from ...errors import MissingExtra
from .wording import safe, words

INK, PAPER = "currentColor", "var(--md-default-bg-color, Canvas)"
QUIET, FAINT = "var(--onrecord-quiet, currentColor)", "var(--onrecord-line, currentColor)"
COLOURS = tuple(f"var(--onrecord-{number}, currentColor)" for number in range(1, 7))
SIZE, SMALL = 14, 12
WIDTH = 520  # of most pictures: their words can still be read when they are fitted to a phone

# What of Vega's SVG goes into a page. Everything else is left out.
_ELEMENTS = {"g", "path", "line", "rect", "text", "tspan"}
_ATTRIBUTES = frozenset((
    "d", "transform", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "fill", "stroke",
    "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "fill-opacity", "stroke-opacity",
    "text-anchor", "font-size", "font-weight", "font-style",
))  # fmt: skip
_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
Row = dict[str, Any]


# What lies over what. Few kinds of marks also mean little work for Vega, which compiles each by itself.
_LAYERS = ("rect", "path", "rule", "symbol", "text")


class Picture:
    """Marks of one picture: boxes lie under lines, lines under symbols, symbols under words."""

    def __init__(self, width: float = WIDTH) -> None:
        self.width = width
        self.height = 0.0
        self.least = 0.0  # in pixels: narrower than this, a picture is scrolled rather than fitted
        self.scales: list[Row] = []
        self.axes: list[Row] = []
        self.axis_at = 0.0
        self._marks: list[tuple[str, str, Row]] = []

    def _add(self, kind: str, scale: str, row: Row) -> None:
        self._marks.append((kind, scale, row))

    def text(
        self, x: float, y: float, said: str | Sequence[str], *, size: float = SIZE, align: str = "left",
        colour: str = INK, weight: str = "normal", halo: bool = False, scale: str = "", dx: float = 0,
    ) -> None:  # fmt: skip
        """Words, their first line's foot at `y`; several lines stand one below the other."""
        clean = [words(one) for one in ([said] if isinstance(said, str) else said)]
        row = {"x": x, "y": y, "text": clean, "fontSize": size, "align": align, "fill": colour, "fontWeight": weight,
               "dx": dx}  # fmt: skip
        self._add("text", scale, row | ({"stroke": PAPER, "strokeWidth": 4} if halo else {}))

    def line(
        self, x: float, y: float, x2: float, y2: float, *, colour: str = INK, width: float = 1,
        dash: Sequence[float] = (), scale: str = "",
    ) -> None:  # fmt: skip
        """A straight line."""
        row = {"x": x, "y": y, "x2": x2, "y2": y2, "stroke": colour, "strokeWidth": width, "strokeDash": list(dash)}
        self._add("rule", scale, row)

    def bar_to_edge(
        self, x: float, edge: float, y: float, *, colour: str = INK, dash: Sequence[float] = (), width: float = 5
    ) -> None:
        """A line from a value on the scale to a place at the edge of the picture, where the scale has ended."""
        row = {"x": x, "y": y, "edge": edge, "stroke": colour, "strokeWidth": width, "strokeDash": list(dash)}
        self._add("rule", "x", row)

    def box(
        self, x: float, y: float, x2: float, y2: float, *, fill: str = "none", edge: str = "none",
        opacity: float = 1, round_: float = 0, scale: str = "",
    ) -> None:  # fmt: skip
        """A rectangle from corner to corner."""
        row = {"x": x, "y": y, "x2": x2, "y2": y2, "fill": fill, "stroke": edge, "fillOpacity": opacity,
               "cornerRadius": round_}  # fmt: skip
        self._add("rect", scale, row)

    def symbol(
        self, x: float, y: float, shape: str, *, fill: str = INK, edge: str = INK, size: float = 110,
        scale: str = "", offset: float = 0,
    ) -> None:  # fmt: skip
        """A small shape around a point: one of Vega's names or an SVG path."""
        row = {"x": x, "y": y, "shape": shape, "fill": fill, "stroke": edge, "strokeWidth": 1.5, "size": size}
        self._add("symbol", scale, row | ({"offset": offset} if offset else {}))

    def path(self, path: str, *, colour: str = INK, width: float = 1, fill: str = "none",
             dash: Sequence[float] = ()) -> None:  # fmt: skip
        """A line along an SVG path."""
        row = {"path": path, "stroke": colour, "strokeWidth": width, "fill": fill, "strokeDash": list(dash)}
        self._add("path", "", row)

    def svg(self, prefix: str, title: str, description: str) -> Markup:
        """The picture for a page, with its title and its description; ids begin with the prefix."""
        root = ElementTree.fromstring(_converted(self.spec()))
        _fill(root, [row for kind, _, row in sorted(self._marks, key=_layer) if kind == "text"])
        id = re.sub(r"[^a-z0-9]+", "-", prefix.lower()).strip("-") or "chart"
        size = f"0 0 {self.width:g} {self.height:g}"
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{0}-title {0}-desc" '
            'viewBox="{1}" width="100%" style="max-width:{2:g}px;min-width:{3:g}px" direction="ltr">'
            '<title id="{0}-title">{4}</title><desc id="{0}-desc">{5}</desc>{6}</svg>'
        ).format(id, size, self.width, self.least, safe(title), safe(description), Markup("".join(_written(root))))

    def spec(self) -> Row:
        """The picture as a Vega specification."""
        data, marks = [], []
        for number, ((kind, scale, keys), rows) in enumerate(groupby(sorted(self._marks, key=_layer), key=_alike)):
            values = [{key: value for key, value in row.items() if key != "text"} for _, _, row in rows]
            data.append({"name": f"d{number}", "values": values})
            encode = dict(_channel(key, scale, keys) for key in keys if key != "offset")
            marks.append({"type": kind, "from": {"data": f"d{number}"}, "encode": {"enter": encode}})
        axes = [AXIS | {"offset": self.axis_at - self.height} | axis for axis in self.axes]
        return {
            "$schema": "https://vega.github.io/schema/vega/v5.json",
            "width": self.width, "height": self.height, "padding": 0, "autosize": "none",
            "data": data, "scales": self.scales, "axes": axes, "marks": marks,
            "config": {"aria": False},
        }  # fmt: skip


AXIS: Row = {
    "orient": "bottom", "labelColor": INK, "labelFontSize": SMALL, "tickColor": FAINT, "domainColor": FAINT,
    "gridColor": FAINT, "labelOverlap": False,
}  # fmt: skip


def _layer(mark: tuple[str, str, Row]) -> tuple[int, str, int]:
    kind, scale, row = mark
    return _LAYERS.index(kind), scale, len(row)


def _alike(mark: tuple[str, str, Row]) -> tuple[str, str, tuple[str, ...]]:
    kind, scale, row = mark
    return kind, scale, tuple(row)


def _channel(key: str, scale: str, keys: tuple[str, ...]) -> tuple[str, Row]:
    if key == "text":
        return key, {"value": ""}
    if key == "edge":
        return "x2", {"field": key}
    if not scale or key not in ("x", "x2"):
        return key, {"field": key}
    return key, {"scale": scale, "field": key} | ({"offset": {"field": "offset"}} if "offset" in keys else {})


def _converted(spec: Row) -> str:
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("vl-convert-python", "docs") from error
    said: str = vl_convert.vega_to_svg(spec, allowed_base_urls=[])
    return said


def _fill(root: ElementTree.Element, rows: Sequence[Row]) -> None:
    """Put the words where Vega kept their places: in the order of the marks, several lines below each other."""
    groups = (group for group in root.iter(f"{_SVG}g") if group.get("class") == "mark-text role-mark")
    for place, row in zip((child for group in groups for child in group), rows, strict=True):
        if len(row["text"]) == 1:
            place.text = row["text"][0]
            continue
        for number, one in enumerate(row["text"]):
            below = {"x": "0", "dy": f"{row['fontSize'] * 1.3:.0f}"} if number else {}
            ElementTree.SubElement(place, f"{_SVG}tspan", below).text = one


def _written(node: ElementTree.Element) -> Iterator[str]:
    """The children of an element as text: known elements and attributes only, groups that do nothing left out."""
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if tag not in _ELEMENTS or child.get("class") in ("background", "foreground") or _does_nothing(child):
            continue
        inner = (safe(child.text) if child.text else "") + "".join(_written(child))
        said = "".join(_attributes(tag, child))
        if tag == "g" and not said:
            yield inner
        elif inner:
            yield f"<{tag}{said}>{inner}</{tag}>"
        elif tag != "g":
            yield f"<{tag}{said}/>"


def _does_nothing(child: ElementTree.Element) -> bool:
    return child.get("opacity") == "0" or child.get("display") == "none"


def _attributes(tag: str, child: ElementTree.Element) -> Iterator[str]:
    for name, value in child.items():
        if name in _ATTRIBUTES and value and (name, value) not in _USELESS:
            yield f' {name}="{escape(_NUMBER.sub(_shorter, value))}"'
    if tag == "text" and child.get("stroke"):
        yield ' paint-order="stroke" stroke-linejoin="round"'


_USELESS = {("transform", "translate(0,0)"), ("stroke", "none"), ("text-anchor", "start")}


def _shorter(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}"
