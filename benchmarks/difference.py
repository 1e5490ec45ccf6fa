"""A package against the next version of it, side by side with an outer merge in pandas, in one run.

    python benchmarks/difference.py [ROWS]

The rows are invented anchors: some added, some removed, some whose words changed, some that moved.
What was done to each is noted, and both ways have to find exactly that. Each way runs in a process
of its own, on the same Parquet files, without starting Python. Processor time is what a busy machine
touches least. The merge only counts; the SELECTs also refuse keys that stand twice, find records under
another key, and give a row with the old and new value for each field.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.tables import arrow_schema

EVERY = {"added": 1_000, "removed": 1_001, "corrected": 13, "moved": 7}
WORDS = [sha256(str(number).encode()).hexdigest() for number in range(5_000)]


def fate(number: int) -> str:
    """What becomes of a row."""
    return next((said for said, every in EVERY.items() if number % every == 0), "kept")


def made(rows: int, new: bool) -> pa.Table:
    """One side's table of anchors, in the order of its keys."""
    columns: dict[str, list[object]] = {name: [] for name in arrow_schema("anchors").names}
    for number in range(rows):
        said = fate(number)
        if said == ("removed" if new else "added"):
            continue
        shift = 3 if new and said == "moved" else 0
        words = WORDS[(number + (new and said == "corrected")) % len(WORDS)]
        start = number * 10 + shift
        row = (f"crane.s{number:09}", "crane", start, start + 5, None, words, None)
        for values, value in zip(columns.values(), row, strict=True):
            values.append(value)
    return pa.table(columns, schema=arrow_schema("anchors"))


def with_selects(old: Path, new: Path) -> dict[str, int]:
    """As `onrecord diff` does it, with a row for each field that changed."""
    from onrecord.difference import difference

    found = difference({"anchors": pq.read_table(old)}, {"anchors": pq.read_table(new)})
    return {change: records for (_, change), records in found.counts.items()}


def with_pandas(old: Path, new: Path) -> dict[str, int]:
    """An outer merge of two frames, and a comparison of every pair of columns."""
    import pandas as pd

    both = pd.read_parquet(old).merge(pd.read_parquet(new), on="id", how="outer", indicator=True, suffixes=("", "_new"))
    there = both[both["_merge"] == "both"]
    names = [name for name in there.columns if f"{name}_new" in there.columns]
    differs = {
        name: ~((there[name] == there[f"{name}_new"]) | (there[name].isna() & there[f"{name}_new"].isna()))
        for name in names
    }
    frame = pd.DataFrame(differs)
    words, any_field = frame["text_sha256"], frame.any(axis=1)
    changed = [there[there_differs][["id", name, f"{name}_new"]] for name, there_differs in differs.items()]
    assert sum(len(part) for part in changed) >= int(any_field.sum())
    return {
        "added": int((both["_merge"] == "right_only").sum()),
        "removed": int((both["_merge"] == "left_only").sum()),
        "corrected": int(words.sum()),
        "moved": int((any_field & ~words).sum()),
    }


WAYS: dict[str, Callable[[Path, Path], dict[str, int]]] = {"onrecord": with_selects, "pandas": with_pandas}


def measure(way: str, folder: Path) -> None:
    """Run one way and print what it took and found, as JSON."""
    start, spent = time.perf_counter(), time.process_time()
    found = WAYS[way](folder / "old.parquet", folder / "new.parquet")
    seconds, processor = time.perf_counter() - start, time.process_time() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "processor": processor, "memory": memory, "found": found}))


def main(rows: int) -> None:
    """Make both sides, run both ways over them, print them side by side."""
    expected = {said: sum(fate(number) == said for number in range(rows)) for said in EVERY}
    print(f"{rows:,} rows, {platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    with tempfile.TemporaryDirectory() as place:
        for name in ("old", "new"):
            pq.write_table(made(rows, name == "new"), Path(place, f"{name}.parquet"))
        for way in WAYS:
            command = [sys.executable, __file__, "--way", way, place]
            said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            right = "right" if said["found"] == expected else f"WRONG: {said['found']} instead of {expected}"
            took = f"{said['seconds']:7.2f} s  {said['processor']:7.2f} s processor"
            print(f"{way:10} {took}  {said['memory'] / 2**20:7,.0f} MiB  {right}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
