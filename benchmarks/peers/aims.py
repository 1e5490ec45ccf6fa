"""What the project asks of itself, and whether a run shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from . import LIMIT
from .measuring import Measure, ratio

Run = Mapping[str, Any]


class Aim(NamedTuple):
    """An aim in words, what was measured, and whether that meets it."""

    words: str
    measured: str
    met: bool


def measures(run: Run) -> list[Measure]:
    """The single measurements of a run, as they were kept."""
    return [Measure(**one) for one in run["measures"]]


def aims(run: Run) -> Iterator[Aim]:
    """The aims on which a run of one size has something to say."""
    found, size = measures(run), int(run["statements"])
    by = {one["case"]: one for one in run["summaries"]}
    if size >= 1_000_000:
        yield from _full(found, by, size)
    for name in ("check-records", "build-records"):
        if name in by:
            rate = size / by[name]["seconds"]
            yield Aim(f"{by[name]['title']}: at least 60,000 statements/s", f"{rate:,.0f}", rate >= 60_000)
    if lookup := [one.result for one in found if one.case == "lookup"]:
        median = sorted(one["median"] for one in lookup)[len(lookup) // 2]
        yield Aim("a statement by its id, after the first: milliseconds", f"{median * 1000:.1f} ms", median < 0.1)
    for case, most in (("bundled", 0.6), ("version", 0.1)):
        if case in by:
            wall = by[case]["seconds"]
            yield Aim(f"{by[case]['title']}: under {most} s", f"{wall:.2f} s", wall < most)


def _full(found: list[Measure], by: Mapping[str, Any], size: int) -> Iterator[Aim]:
    """The aims for a full check."""
    most, memory = (3.0, 1.0) if size < 10_000_000 else (3.5, 2.0)
    if (said := ratio(found, "onrecord", LIMIT)) is not None:
        yield Aim(f"every rule: at most {most:g} times reading", f"{said:.1f}", said <= most)
    for name in ("onrecord", "onrecord-check"):
        if name in by:
            peak = by[name]["peak"] / 1e9
            yield Aim(f"{by[name]['title']}: peak under {memory:g} GB", f"{peak:.2f} GB", peak < memory)
    if (said := ratio(found, "frictionless", ["onrecord"])) is not None:
        yield Aim("every rule: at least 80 times as fast as frictionless", f"{said:.0f}", said >= 80)
    for peer in ("pandera", "pointblank"):
        if (said := ratio(found, "onrecord", [peer])) is not None:
            yield Aim(f"every rule: no slower than {peer}", f"{said:.1f} times its time", said <= 1)
