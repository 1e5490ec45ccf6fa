"""Batches of tables to files, each row once and none kept: Parquet, in one file for a table or in several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord import formats
from onrecord.model import TABLES
from onrecord.tables import arrow_schema

from .faults import nullable

Tables = dict[str, pa.Table]
_OPTIONS = {key: value for key, value in formats._PARQUET.items() if key != "row_group_size"}


def footer(name: str, version: str, table: str) -> dict[str, str]:
    """The few words that a Parquet file of a package carries about itself."""
    description = " ".join((TABLES[table].__doc__ or "").split())
    return {"package": name, "version": version, "table": table, "description": description}


def schema_of(table: str, said: Mapping[str, str], loose: bool) -> pa.Schema:
    """The schema that a file is written with: the model's, with words about it."""
    schema = arrow_schema(table).with_metadata({key: value.encode() for key, value in sorted(said.items())})
    return nullable(schema) if loose else schema


class TableFile:
    """One Parquet file, filled batch by batch with row groups of the usual size."""

    def __init__(self, path: Path, table: str, said: Mapping[str, str], loose: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.rows = path, 0
        self._schema = schema_of(table, said, loose)
        keys = [(name, "ascending") for name in TABLES[table].primary_key]
        order = pq.SortingColumn.from_ordering(self._schema, keys)
        self._writer = pq.ParquetWriter(path, self._schema, sorting_columns=order, **_OPTIONS)
        self._waiting: list[pa.Table] = []

    def add(self, rows: pa.Table) -> None:
        """Take rows; what fills a row group is written."""
        self._waiting.append(rows.cast(self._schema))
        if sum(part.num_rows for part in self._waiting) < formats.ROW_GROUP:
            return
        there = pa.concat_tables(self._waiting)
        full = there.num_rows - there.num_rows % formats.ROW_GROUP
        self._write(there.slice(0, full))
        self._waiting = [there.slice(full)]

    def _write(self, rows: pa.Table) -> None:
        self.rows += rows.num_rows
        self._writer.write_table(rows, row_group_size=formats.ROW_GROUP)

    def close(self) -> None:
        """Write what is left and the footer."""
        there = pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table()
        if there.num_rows or not self.rows:
            self._write(there)
        self._writer.close()


@dataclass(slots=True)
class ParquetFolder:
    """A folder of Parquet tables: `TABLE.parquet`, or `TABLE/part-0000.parquet` where there are several parts."""

    root: Path
    name: str
    version: str
    parts: int = 1
    loose: bool = False
    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _part: int = -1
    _number: int = -1  # parts that would be empty are left out
    _files: dict[str, TableFile] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _pending: Future[Any] | None = None

    def add(self, tables: Tables, done: float) -> None:
        """Take a batch; it is written while the next one is made. `done` is the part of the package before it."""
        self._wait()
        self._pending = self._pool.submit(self._write, tables, min(int(done * self.parts), self.parts - 1))

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()

    def _write(self, tables: Tables, part: int) -> None:
        if part != self._part:
            self._close()
            self._part, self._number = part, self._number + 1
        for table, rows in tables.items():
            if table not in self._files:
                self._files[table] = TableFile(self._path(table), table, self._said(table), self.loose)
            self._files[table].add(rows)
            self.rows[table] += rows.num_rows

    def _said(self, table: str) -> dict[str, str]:
        return footer(self.name, self.version, table)

    def _path(self, table: str) -> Path:
        return self.root / (f"{table}.parquet" if self.parts == 1 else f"{table}/part-{self._number:04d}.parquet")

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def close(self) -> None:
        """Finish every file."""
        self._wait()
        self._close()
        self._pool.shutdown()
