"""Small synthetic packages for tests of packages in parts, and parts of them by documents."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from onrecord.packing import footers, write_package
from onrecord.parts.building import Task, Written
from onrecord.tables import Tables

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
INFO = """
name: cranes
title: Cranes
description: Invented records about cranes.
version: 0.1.0
licenses:
  - name: CC0-1.0
    title: CC0 1.0
    path: https://creativecommons.org/publicdomain/zero/1.0/
contributors:
  - title: nobody
    roles: [author]
"""


@cache
def synthetic(documents: int, seed: int = 3) -> Tables:
    """The stored tables of a synthetic package in which no rule finds anything."""
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are in the repository only", allow_module_level=True)
    if str(BENCHMARKS) not in sys.path:
        sys.path.insert(0, str(BENCHMARKS))
    package = importlib.import_module("generating.package")
    tables, _ = package.whole(package.Plan(documents=documents, seed=seed, reviews=0.3, changes=0.1))
    return dict(tables)


def only(tables: Mapping[str, pa.Table], documents: Collection[str]) -> Tables:
    """What belongs to some documents, and all that belongs to none."""
    wanted = pa.array(sorted(documents), pa.string())
    statements = tables["statements"].filter(pc.is_in(tables["statements"]["document_id"], wanted))["id"]
    kept = {}
    for name, rows in tables.items():
        if name == "documents":
            rows = rows.filter(pc.is_in(rows["id"], wanted))
        elif "document_id" in rows.column_names:
            rows = rows.filter(pc.is_in(rows["document_id"], wanted))
        elif "statement_id" in rows.column_names:
            rows = rows.filter(pc.is_in(rows["statement_id"], statements.combine_chunks()))
        kept[name] = rows
    return kept


def noted(tables: Mapping[str, pa.Table], documents: Collection[str], note: str) -> Tables:
    """The tables with another note in some documents."""
    rows = tables["documents"]
    changed = pc.is_in(rows["id"], pa.array(sorted(documents), pa.string()))
    place = rows.column_names.index("note")
    notes = pc.if_else(changed, pa.scalar(note), rows["note"].cast(pa.string()))
    return {**tables, "documents": rows.set_column(place, rows.schema.field("note"), notes)}


def in_folder(tables: Mapping[str, pa.Table], folder: Path, *, parts: int = 1) -> Path:
    """The tables as Parquet files, one or many to a table, each file with rows from everywhere."""
    for name, rows in tables.items():
        if parts == 1:
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, folder / f"{name}.parquet")
            continue
        (folder / name).mkdir(parents=True, exist_ok=True)
        for part in range(parts):
            some = rows.take(pa.array(range(part, rows.num_rows, parts), pa.int64()))
            pq.write_table(some, folder / name / f"part-{part:05d}.parquet")
    return folder


def packed(tables: Mapping[str, pa.Table], target: Path, *, every: int = 4, work: Path | None = None) -> Written:
    """A package of these tables in parts, without a look at its rules."""
    about = {"name": "cranes", "version": "0.1.0"}
    scratch = target.parent / f"{target.name}-scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    task = Task(tables, footers(about), scratch, every)
    written, _ = write_package(task, about, target, work=work, accept_drop="this is a test")
    return written


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }
