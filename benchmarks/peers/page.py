"""What was measured as Markdown: a table for each size, the agreement, the aims, the slope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .aims import aims

Run = Mapping[str, Any]
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
USUAL = ("required", "pattern", "length", "range", "vocabulary")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def seconds(said: float) -> str:
    """A time with three digits."""
    return f"{said:,.0f}" if said >= 100 else f"{said:.1f}" if said >= 10 else f"{said:.2f}"


def times(said: float | None) -> str:
    """A ratio with two digits or three."""
    if said is None:
        return ""
    return f"{said:,.0f}" if said >= 100 else f"{said:.1f}" if said >= 10 else f"{said:.2f}"


def covered(words: Sequence[str]) -> str:
    """What a case checks, in words."""
    if not words or words[0] not in USUAL:
        return ", ".join(words)
    extra = [f"{word}s" for word in words if word not in USUAL]
    return ", ".join(["values", *extra])


def rendered(runs: Mapping[str, Run], picture: str = "") -> str:
    """Everything that is written between the markers of the page."""
    parts: list[str] = []
    for run in _by_size(runs):
        parts += [f"### {run['statements']:,} statements", "", *_about(run), "", _times(run), ""]
        parts += _others(run)
    parts += _slopes(_by_size(runs))
    if picture:
        parts[:0] = [picture, ""]
    return "\n".join(parts).strip() + "\n"


def _by_size(runs: Mapping[str, Run]) -> list[Run]:
    return [runs[size] for size in sorted(runs, key=int)]


def _about(run: Run) -> Iterator[str]:
    machine, versions = run["machine"], run["versions"]
    yield (
        f"{run['rows']:,} rows in {run['bytes'] / 1e6:,.0f} MB of Parquet. {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory'] / 1e9:.0f} GB, {machine['system']}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + "."
    )


def _times(run: Run) -> str:
    heads = ["", "checks", "seconds (least-most, n)", "× reading", "CPU, s", "peak, MB"]
    return table(heads, [_row(one) for one in run["summaries"] if one["group"] in ("limit", "ours", "peer")])


def _row(one: Mapping[str, Any]) -> list[str]:
    said = f"{seconds(one['seconds'])} ({seconds(one['least'])}-{seconds(one['most'])}, {one['rounds']})"
    return [
        one["title"],
        covered(one["covers"]),
        said,
        times(one["ratio"]),
        seconds(one["processor"]),
        f"{one['peak'] / 1e6:,.0f}",
    ]


def _others(run: Run) -> Iterator[str]:
    """What is not a check of the same rows: streams, look-ups, processes; then agreement and aims."""
    streams = [one for one in run["summaries"] if one["group"] == "stream"]
    if streams:
        heads = ["", "seconds (least-most, n)", "statements/s", "peak, MB"]
        yield from (table(heads, [_stream(run, one) for one in streams]), "")
    if found := [one["result"] for one in run["measures"] if one["case"] == "lookup"]:
        middle = sorted(found, key=lambda one: one["median"])[len(found) // 2]
        yield (
            f"A statement by its id in the built package: the first {middle['first'] * 1000:,.0f} ms, with opening; "
            f"others {middle['median'] * 1000:.1f} ms at the median, {middle['p95'] * 1000:.1f} ms at the 95th centile."
        )
        yield ""
    if processes := [one for one in run["summaries"] if one["group"] == "process"]:
        rows = [[one["title"], _row(one)[2], f"{one['peak'] / 1e6:,.0f}"] for one in processes]
        yield from (table(["whole process", "seconds (least-most, n)", "peak, MB"], rows), "")
    if said := _left_out(run):
        yield from (said, "")
    if run.get("agreement"):
        yield from (_agreement(run["agreement"]), "")
    if reached := list(aims(run)):
        rows = [[one.words, one.measured, "yes" if one.met else "no"] for one in reached]
        yield from (table(["aim", "measured", "met"], rows), "")


def _stream(run: Run, one: Mapping[str, Any]) -> list[str]:
    rate = run["statements"] / one["seconds"]
    return [one["title"], _row(one)[2], f"{rate:,.0f}", f"{one['peak'] / 1e6:,.0f}"]


def _left_out(run: Run) -> str:
    said = [f"{title}: {why}" for title, why in (run["skipped"] | run["failed"]).items()]
    return "Left out: " + "; ".join(said) + "." if said else ""


def _agreement(said: Mapping[str, Any]) -> str:
    rows = [
        [one["title"], "failed: " + one["failed"], "", ""]
        if "failed" in one
        else [one["title"], f"{one['found']} of {one['planted']}", str(one["missed"]), str(one["besides"])]
        for one in said["modules"].values()
    ]
    words = f"Faults of the subset planted among {said['statements']:,} other statements, and what each found of them:"
    return words + "\n\n" + table(["", "found of those planted", "missed", "found besides"], rows)


def _slopes(runs: Sequence[Run]) -> Iterator[str]:
    """Seconds per million statements by size, and what follows for a hundred million."""
    names = ("read", "onrecord", "onrecord-check", "onrecord-subset", "duckdb", "polars", "build-records")
    by = [{one["case"]: one for one in run["summaries"]} for run in runs]
    sizes = [run["statements"] for run in runs]
    shown = [name for name in names if sum(name in one for one in by) > 1]
    if not shown:
        return
    yield from ("### By size", "", "Seconds for each million statements, and the peak of memory in MB.", "")
    rows = []
    for name in shown:
        title = next(one[name]["title"] for one in by if name in one)
        rows.append([title, *(_per_million(one.get(name), size) for one, size in zip(by, sizes, strict=True))])
    yield from (table(["", *(f"{size:,}" for size in sizes)], rows), "")
    yield from _beyond(runs, by)


def _per_million(one: Mapping[str, Any] | None, size: int) -> str:
    return "" if one is None else f"{one['seconds'] / size * 1e6:.2f}; {one['peak'] / 1e6:,.0f} MB"


def _beyond(runs: Sequence[Run], by: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The whole command at the two largest sizes, drawn out in a straight line."""
    case = "onrecord-check"
    large = [(run["statements"], one[case]) for run, one in zip(runs, by, strict=True) if case in one]
    if len(large) < 2 or large[-1][0] >= 100_000_000:
        return
    (small, before), (size, last) = large[-2:]
    slope = (last["seconds"] - before["seconds"]) / (size - small)
    beyond = last["seconds"] + slope * (100_000_000 - size)
    change = last["seconds"] / size / (before["seconds"] / small) - 1
    yield (
        f"From {small:,} to {size:,} statements, `onrecord check` changes its time for one by {change:+.0%}. "
        f"Drawn out in a straight line, a hundred million would take {beyond:,.0f} s. That was not measured."
    )
    yield ""


def write(page: Path, words: str) -> None:
    """Put words between the markers of a page. Raises ValueError when it has none."""
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{page} has no lines {BEGIN} and {END}")
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{words}\n{END}", text), encoding="utf-8")
