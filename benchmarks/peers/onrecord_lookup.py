"""Statements looked up by their ids in a built package: the first, which opens what is needed, and others after it."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

import pyarrow.dataset as pads

import onrecord

OTHERS = 200


def look_up(folder: Path) -> dict[str, float]:
    """Seconds for loading the package and finding one statement, and for finding another: median and 95th centile."""
    root = folder / "package"
    ids = _some_ids(root)
    start = time.perf_counter()
    dataset = onrecord.load(root)
    dataset.statement(ids[0])
    first = time.perf_counter() - start
    others = []
    for id in ids[1:]:
        start = time.perf_counter()
        if dataset.statement(id).id != id:
            raise AssertionError(f"{id} was not found")
        others.append(time.perf_counter() - start)
    return {"first": first, "median": statistics.median(others), "p95": statistics.quantiles(others, n=20)[-1]}


def _some_ids(root: Path) -> list[str]:
    """Ids from all over the package, the same in every run."""
    where = root / "claims" / "tables"
    files = sorted((where / "statements").rglob("*.parquet")) or [where / "statements.parquet"]
    rows, chance = pads.dataset([str(file) for file in files]), random.Random(0)
    places = sorted(chance.sample(range(rows.count_rows()), OTHERS + 1))
    found: list[str] = rows.take(places, columns=["id"]).column("id").to_pylist()
    chance.shuffle(found)
    return found
