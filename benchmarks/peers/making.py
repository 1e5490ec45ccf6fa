"""Makes the data of a run, once for each size and seed; each piece in a process of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .measuring import BENCHMARKS, run

PART = 2_500_000  # statements for each file of a table
JSONL_PARTS = 4
# As many faults of each kind as there are columns in which it can be planted, or more.
FAULTS = "OR101=130,OR104=30,OR105=20,OR106=60,OR107=30,OR108=130,OR201=30,OR202=60"
Told = Callable[[str], None]


def _once(done: Path, make: Callable[[], object]) -> None:
    """Make what `done` says is there; what was left half-made is made again."""
    mark = done.with_name(done.name + ".done")
    if not mark.exists():
        for path in (done, done.with_name(done.name + ".manifest.json")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        make()
        mark.touch()


def _generate(out: Path, *words: str) -> None:
    run([sys.executable, str(BENCHMARKS / "generate.py"), *words, str(out)])


def package(work: Path, statements: int, seed: int, told: Told) -> Path:
    """The folder of a package without faults, as Parquet. Raises Failed."""
    folder = work / f"{statements}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    told(f"making {statements:,} statements")
    words = ("--parts", str(-(-statements // PART)), "--no-overview")
    _once(folder / "tables", lambda: _generate(folder / "tables", *_size(statements, seed), *words))
    return folder


def add_form(folder: Path, form: str, statements: int, seed: int, told: Told) -> None:
    """Make the package in another form: `csv`, `records` (JSON Lines) or `package` (a build). Raises Failed."""
    told(f"making {statements:,} statements as {form}")
    out = folder / form
    if form == "csv":
        _once(out, lambda: run([sys.executable, "-m", "peers.data", str(folder)]))
    elif form == "records":
        _once(out, lambda: _records(out, statements, seed))
    else:
        words = ["build", str(folder / "tables"), "--to", str(out)]
        _once(out, lambda: run([sys.executable, "-m", "onrecord", *words]))


def _records(out: Path, statements: int, seed: int) -> None:
    lines = out / "records.jsonl.zst"
    _generate(lines, *_size(statements, seed), "--format", "jsonl", "--parts", str(JSONL_PARTS))
    lines.with_name(lines.name + ".manifest.json").replace(out.with_name("records.manifest.json"))


def _size(statements: int, seed: int) -> tuple[str, ...]:
    return ("--statements", str(statements), "--seed", str(seed))


def faulty(work: Path, statements: int, seed: int) -> Path:
    """The folder of a small package with faults of the subset, as Parquet and CSV."""
    folder = work / f"faulty-{statements}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    words = (*_size(statements, seed), "--no-overview", "--faults", FAULTS)
    _once(folder / "tables", lambda: _generate(folder / "tables", *words))
    _once(folder / "csv", lambda: run([sys.executable, "-m", "peers.data", str(folder)]))
    return folder


def manifest(folder: Path) -> dict[str, Any]:
    """What the generator says of a package."""
    said: dict[str, Any] = json.loads((folder / "tables.manifest.json").read_bytes())
    return said


def weight(folder: Path) -> int:
    """The bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
