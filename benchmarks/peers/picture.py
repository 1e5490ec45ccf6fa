"""What was measured as a picture: for each size, how many times the time of reading each check takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Run = Mapping[str, Any]
COLOURS = {"limit": "#8c959f", "ours": "#0b5cad", "peer": "#d0832b"}
NAMES = {"limit": "reading alone", "ours": "onrecord", "peer": "others, the subset or less"}
PAPER = "#ffffff"


def bars(runs: Mapping[str, Run]) -> Iterator[dict[str, Any]]:
    """A row for each bar, in the order in which they are drawn."""
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


def chart(runs: Mapping[str, Run]) -> str:
    """The picture as SVG: bars on a logarithmic axis that starts at the time of reading, so that bars have a base."""
    import vl_convert

    rows = list(bars(runs))
    y = {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 320}}
    x = {"field": "ratio", "type": "quantitative", "title": "times as long as reading the same Parquet"}
    x |= {"scale": {"type": "log", "domainMin": 0.5}, "axis": {"format": "~g", "grid": True, "tickCount": 6}}
    colour = {"field": "kind", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    colour["scale"] = {"domain": list(NAMES.values()), "range": list(COLOURS.values())}
    base = {"y": y, "x": x}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": PAPER,
        "padding": 12,
        "data": {"values": rows},
        "facet": {"row": {"field": "size", "type": "nominal", "title": None, "sort": None}},
        "spec": {
            "width": 420,
            "height": {"step": 22},
            "layer": [
                {"mark": {"type": "bar", "height": 14}, "encoding": base | {"color": colour, "x2": {"datum": 0.5}}},
                {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": base | {"text": {"field": "said"}}},
            ],
        },
        "resolve": {"scale": {"y": "independent"}},
        "config": {"font": "sans-serif", "view": {"stroke": None}, "header": {"labelFontWeight": "bold"}},
    }
    said: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return said
