"""All tables written in parts: sorted by the engine within its memory, streamed, one table after another."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from ..bulk.progress import Told, silent
from ..engine import Engine
from ..errors import BuildError
from ..formats import PART_FORMAT, PART_ROWS
from ..logend import LogEnd, log_end
from ..model import TABLES, Overview, Review, Statement
from ..schemas import OFFERED
from ..survey.judge import plainly
from ..tables import OVERVIEW, STORED, Source, Tables, arrow_schema, empty, row_count
from ..views import VIEWS
from .cuts import DOCUMENTS, PLACES, column_of, part_file, places, rows_in_order
from .digest import Content
from .finished import Finished
from .part import Part
from .writing import FinishedPart, Group, Lanes, PartFile, groups

AT_ONCE = 500_000  # statements whose overview is made in one go, where the memory is enough for so many:
BYTES_OF_ONE = 2_500
_OWN = ("statements", "attributions", "anchors", "figures")
_SHARED = ("agents", "claims", "topics", "roles", "reviews")
OVERVIEW_SELECT = f"WITH latest_reviews AS ({VIEWS['latest_reviews']}) SELECT * FROM ({OVERVIEW})"
NEW, KEPT, RESUMED = "new", "kept", "resumed"


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be written: tables, the words of each file's footer, how often to cut, the engine's memory."""

    tables: Mapping[str, Source]
    said: Mapping[str, Mapping[str, str]]
    work: Path
    every: int = DOCUMENTS
    memory: int | None = None
    told: Told = silent

    def rows(self, table: str) -> int:
        """How many rows a table is to have."""
        source = self.tables.get(Statement.table if table == Overview.table else table)
        return 0 if source is None else row_count(source)


@dataclass(slots=True)
class Written:
    """What was written: the parts of each table, how many are new, kept or resumed, the end of the review log."""

    parts: dict[str, list[Part]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    unchanged: set[str] = field(default_factory=set)
    end: LogEnd | None = None

    def rows(self) -> dict[str, int]:
        """Rows per table."""
        return {table: sum(part.rows for part in parts) for table, parts in self.parts.items()}


@dataclass(slots=True)
class Writer:
    """Writes the tables of a task into a folder; parts that an earlier package has already stay where they are."""

    task: Task
    root: Path
    target: Path
    before: Mapping[str, Part]
    finished: Finished
    written: Written = field(default_factory=Written)
    firsts: dict[str, dict[int, str]] = field(default_factory=dict)
    numbered: dict[str, dict[int, Part]] = field(default_factory=dict)

    def run(self) -> Written:
        """Write every table. Raises BuildError when a table comes out short, EngineError when there is no room."""
        with plainly():
            return self._all_written()

    def _all_written(self) -> Written:
        known = self._places()
        with (
            Engine(
                {**self.task.tables, PLACES: known}, memory=self.task.memory, spill=self.task.work, views={}
            ) as engine,
            Lanes(self._ended) as lanes,
        ):
            for table in STORED:
                self._finish(table, self._table(table, [engine], lanes))
            last = engine.select(f"SELECT * FROM {Review.table} ORDER BY number DESC LIMIT 1")
        with Lanes(self._ended) as lanes:
            self._finish(Overview.table, self._table(Overview.table, self._ranges(known), lanes))
        self.written.end = log_end(last.cast(arrow_schema(Review.table)))
        return self.written

    def _places(self) -> pads.Dataset:
        """The part of each document, as a table in a file; its first document beside it."""
        documents = {"documents": _all(self.task.tables)["documents"]}
        schema = pa.schema([("id", pa.string()), ("fine", pa.int64()), ("coarse", pa.int64())])
        file = self.task.work / f"{PLACES}.parquet"
        with (
            Engine(documents, memory=self.task.memory, spill=self.task.work, views={}) as engine,
            pq.ParquetWriter(file, schema, compression="lz4") as out,
        ):
            for batch in engine.batches(places(self.task.every)):
                out.write_batch(batch.cast(schema))
        known = pads.dataset(str(file), format="parquet")
        with Engine({PLACES: known}, views={}) as engine:
            for column in ("fine", "coarse"):
                rows = engine.select(f"SELECT {column}, min(id) AS id FROM {PLACES} GROUP BY {column}")
                self.firsts[column] = dict(zip(*(values.to_pylist() for values in rows.columns), strict=True))
        return known

    def _table(self, table: str, engines: Iterable[Engine], lanes: Lanes) -> dict[int, Part]:
        """Write a table; its rows come from one engine after another."""
        done = self._done(table)
        source = table if table != Overview.table else f"({OVERVIEW_SELECT})"
        sql = rows_in_order(table, source, self.task.every, tuple(done))
        self.written.counts[RESUMED] += len(done)
        batches = (batch for engine in engines for batch in engine.batches(sql, PART_ROWS))
        made = lanes.write(groups(self._told(table, batches)), lambda n, rows: self._opened(table, n, rows))
        return {**done, **made}

    def _finish(self, table: str, made: dict[int, Part]) -> None:
        self.numbered[table] = made
        self.written.parts[table] = [part for _, part in sorted(made.items())] or [self._empty(table)]
        found, wanted = sum(part.rows for part in made.values()), self.task.rows(table)
        if found != wanted:
            message = f"{table} has {wanted:,} rows, but {found:,} could be written"
            raise BuildError(message, help="`onrecord check` says which records are at fault")

    def _ranges(self, known: pads.Dataset) -> Iterator[Engine]:
        """Engines over the parts that were written, some documents at a time, to make the overview from."""
        whole = {table: self._rows_of(self.written.parts[table]) for table in _SHARED}
        for numbers in self._spans():
            parts = {table: [self.numbered[table][n] for n in numbers if n in self.numbered[table]] for table in _OWN}
            some = {
                table: self._rows_of(parts[table]) if parts[table] else empty(arrow_schema(table)) for table in _OWN
            }
            with Engine(
                {**whole, **some, PLACES: known}, memory=self.task.memory, spill=self.task.work, views={}
            ) as engine:
                yield engine

    def _spans(self) -> Iterator[list[int]]:
        """The numbers of parts whose statements are looked at together."""
        enough = AT_ONCE if self.task.memory is None else min(AT_ONCE, self.task.memory // BYTES_OF_ONE)
        span: list[int] = []
        rows = 0
        for number, part in sorted(self.numbered[Statement.table].items()):
            span.append(number)
            rows += part.rows
            if rows >= enough:
                yield span
                span, rows = [], 0
        yield span

    def _rows_of(self, parts: Iterable[Part]) -> pads.Dataset:
        files = [str((self.target if part.path in self.written.unchanged else self.root) / part.path) for part in parts]
        return pads.dataset(files, format="parquet")

    def _told(self, table: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows, total = 0, self.task.rows(table)
        for batch in batches:
            yield batch
            rows += batch.num_rows
            self.task.told(f"writing {table}", rows, total)

    def _done(self, table: str) -> dict[int, Part]:
        """The parts of a table that are cut by documents and were finished before."""
        column = column_of(table)
        if column is None:
            return {}
        found = {n: self.finished.get(part_file(table, first)) for n, first in self.firsts[column].items()}
        return {number: part for number, part in found.items() if part is not None}

    def _opened(self, table: str, number: int, rows: pa.Table) -> PartFile:
        column = column_of(table)
        if column is not None:
            return self._part(table, part_file(table, self.firsts[column][number]))
        path = part_file(table, first_key(table, rows))
        part = self.finished.get(path)
        if part is None:
            return self._part(table, path)
        self.written.counts[RESUMED] += 1
        return FinishedPart(part)

    def _part(self, table: str, path: str) -> PartFile:
        before = self.before.get(path)
        return PartFile(table, path, self.root, self.task.said[table], (self.target, before) if before else None)

    def _empty(self, table: str) -> Part:
        """The one part of a table without rows: readers find its columns there."""
        path = part_file(table, "none")
        file = self._part(table, path)
        try:
            file.add(empty(arrow_schema(table)))
            part, kept = file.end()
        finally:
            file.abandon()
        self._ended(part, kept)
        return part

    def _ended(self, part: Part, kept: bool) -> None:
        if self.finished.get(part.path) is not None:
            return
        if kept:
            self.written.unchanged.add(part.path)
        else:
            self.finished.add(part)
        self.written.counts[KEPT if kept else NEW] += 1


def _all(tables: Mapping[str, Source]) -> dict[str, Source]:
    """Every table; those that are not there, without rows."""
    return {table: empty(arrow_schema(table)) for table in STORED} | dict(tables)


def first_key(table: str, rows: pa.Table) -> str:
    """The key of the first of some rows."""
    return "/".join(str(rows.column(name)[0].as_py()) for name in TABLES[table].primary_key)


def build_id(task: Task) -> str:
    """What a build is of: its input and its way of writing. An interrupted build goes on only with the same."""
    told = [task.every, pa.__version__, PART_ROWS, sorted((k, str(v)) for k, v in PART_FORMAT.items())]
    said = [*told, {table: dict(words) for table, words in task.said.items()}]
    inputs = {name: _input(name, source) for name, source in sorted(task.tables.items())}
    return hashlib.sha256(json.dumps([said, inputs], sort_keys=True).encode()).hexdigest()


def _input(name: str, source: Source) -> list[object]:
    if files := [Path(file) for file in getattr(source, "files", ())]:
        return [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in files]
    rows = source if isinstance(source, pa.Table) else source.to_table() if hasattr(source, "to_table") else None
    if rows is None:  # only a cluster has them: whether they are the same as before cannot be told, so they are not
        return [uuid4().hex]
    content = Content(name, {})
    content.add(rows.combine_chunks())
    return [content.hash]


def heads(written: Written, root: Path, target: Path) -> Tables:
    """The first rows of each table, for the examples of its schema."""
    return {table: _head(table, parts, written, root, target) for table, parts in written.parts.items()}


def _head(table: str, parts: list[Part], written: Written, root: Path, target: Path) -> pa.Table:
    batches: list[pa.RecordBatch] = []
    for part in parts:
        with pq.ParquetFile((target if part.path in written.unchanged else root) / part.path) as file:
            batches += next(([batch] for batch in file.iter_batches(OFFERED + 1, use_threads=False)), [])
        if sum(batch.num_rows for batch in batches) > OFFERED:
            break
    schema = arrow_schema(table)
    rows = pa.Table.from_batches(batches).cast(schema) if batches else empty(schema)
    return rows.slice(0, OFFERED + 1)


__all__ = ["KEPT", "NEW", "RESUMED", "Group", "Task", "Writer", "Written", "build_id", "heads"]
