"""What was measured as a picture: for each size, how many times the time of reading each check takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Run = Mapping[str, Any]
COLOURS = {"limit": "#6e7781", "ours": "#0b5cad", "peer": "#b35900"}
NAMES = {"limit": "reading alone", "ours": "onrecord", "peer": "others: the subset, or less"}
PAPER = "#ffffff"
SAID = "How many times as long as reading each check takes; the numbers stand in the tables of the page."


def points(runs: Mapping[str, Run]) -> Iterator[dict[str, Any]]:
    """A row for each point, in the order in which they are drawn."""
    for size in sorted(runs, key=int):
        for one in runs[size]["summaries"]:
            if one["group"] in COLOURS and one["ratio"]:
                yield {
                    "size": f"{int(size):,} statements",
                    "what": one["title"].replace("`", ""),
                    "ratio": round(one["ratio"], 3),
                    "said": f"{one['ratio']:.3g}",
                    "kind": NAMES[one["group"]],
                }


def _layers() -> list[dict[str, Any]]:
    """The points with their numbers, and a line at the time of reading. A logarithmic axis has no base for bars."""
    y: dict[str, Any] = {"field": "what", "type": "nominal", "sort": None, "title": None}
    x: dict[str, Any] = {"field": "ratio", "type": "quantitative", "title": "times as long as reading the same Parquet"}
    x["scale"] = {"type": "log", "domainMin": 0.5, "nice": False, "padding": 30}
    x["axis"] = {"values": [0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000], "format": "~g", "labelOverlap": True}
    y["axis"] = {"labelLimit": 320, "grid": True, "domain": False, "ticks": False}
    colour: dict[str, Any] = {"field": "kind", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    colour["scale"] = {"domain": list(NAMES.values()), "range": list(COLOURS.values())}
    shape: dict[str, Any] = {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(NAMES.values())},
    }
    base = {"y": y, "x": x}
    point = {"type": "point", "filled": True, "size": 90, "opacity": 1}
    return [
        {"mark": {"type": "rule", "stroke": COLOURS["limit"], "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 1}}},
        {"mark": point, "encoding": base | {"color": colour, "shape": shape}},
        {"mark": {"type": "text", "align": "left", "dx": 8}, "encoding": base | {"text": {"field": "said"}}},
    ]


def chart(runs: Mapping[str, Run]) -> str:
    """The picture as SVG."""
    import vl_convert

    header = {"orient": "top", "anchor": "start", "title": None, "labelFontWeight": "bold", "labelFontSize": 12}
    rows = list(points(runs))
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": SAID,
        "background": PAPER,
        "padding": 12,
        "data": {"values": rows},
        "facet": {"row": {"field": "size", "type": "nominal", "sort": sizes, "header": header}},
        "spec": {"width": 460, "height": {"step": 20}, "layer": _layers()},
        "resolve": {"scale": {"y": "independent"}},
        "config": {"font": "sans-serif", "view": {"stroke": None}},
    }
    said: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return said
