"""What runs the SELECTs of rules: DuckDB on this machine, or whatever else follows the same protocol."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..engine import Engine
from ..errors import EngineError
from ..tables import Source, row_count

if TYPE_CHECKING:
    import pyarrow as pa

LITTLE = 128 * 1024 * 1024  # bytes, of an engine
AT_ONCE = 2  # SELECTs
MANY = 20_000_000  # rows, of which one SELECT alone wants all the memory that there is
Into = Callable[["pa.RecordBatch"], None]
Answer = tuple[int, "pa.Table"]
_FULL = ("No space left", "max_temp_directory_size", "not enough space", "Disk quota", "File too large")


class Judge(Protocol):
    """What runs the SELECT of a rule: an engine of this machine, or a cluster."""

    def tally(self, select: str, samples: int, into: Into | None) -> tuple[int, pa.Table]:
        """How many rows a SELECT gives, and the first of them in the order of its columns from left to right.

        All of them go into `into` where it is given, in that order, a batch at a time. Texts are
        compared by code points.
        """

    def ahead(self, selects: Iterable[str], samples: int, whole: bool) -> AbstractContextManager[None]:
        """While the block runs, judge these SELECTs before they are asked for, some at a time.

        `whole` says that all their rows are going to be asked for.
        """

    def offer(self, name: str, rows: pa.Table) -> None:
        """Let the SELECTs that follow use a small table."""


class EngineJudge:
    """DuckDB as the judge; it spills to disk what does not fit into its memory.

    An aggregation that is allowed much begins to spill late, at times too late for what runs beside
    it: what runs out of memory is tried again with half of it, which often is enough. Two SELECTs are
    judged at a time until one of them fails; it is tried again alone, and so are those after it.
    """

    def __init__(self, tables: Mapping[str, Source], memory: int | None, spill: Path | None) -> None:
        self._tables, self._memory, self._spill = tables, memory, spill
        self._engine = self._opened()
        self._ahead: dict[tuple[str, int], Future[Answer]] = {}

    def _opened(self) -> Engine:
        return Engine(self._tables, memory=self._memory, spill=self._spill, copied=True)

    @classmethod
    @contextmanager
    def over(cls, tables: Mapping[str, Source], memory: int | None, spill: Path | None) -> Iterator[EngineJudge]:
        """A judge over tables. What the disk or the memory cannot hold ends in words that say so."""
        with plainly(tables), ExitStack() as closing:
            judge = cls(tables, memory, spill)
            closing.callback(lambda: judge._engine.close())
            yield judge

    def tally(self, select: str, samples: int, into: Into | None) -> Answer:
        """How many rows a SELECT gives, and the first of them in order."""
        ahead = self._ahead.pop((select, samples), None)
        if ahead is not None:
            try:
                return ahead.result()
            except (EngineError, CancelledError):
                wait(self._begun())
        handed = 0

        def hand(batch: pa.RecordBatch) -> None:
            nonlocal handed
            handed += batch.num_rows
            if into:
                into(batch)

        while True:
            try:
                return self._answer(select, samples, hand)
            except EngineError as error:
                if handed or "Out of Memory" not in error.message or not self._lessened():
                    raise

    def _answer(self, select: str, samples: int, into: Into) -> Answer:
        import pyarrow as pa

        count, first, schema = 0, list[pa.RecordBatch](), pa.schema([])
        for batch in self._engine.batches(f"SELECT * FROM ({select}) AS found ORDER BY ALL"):
            schema = batch.schema
            if count < samples:
                first.append(batch.slice(0, samples - count))
            count += batch.num_rows
            if batch.num_rows:
                into(batch)
        return count, pa.Table.from_batches(first, schema)

    @contextmanager
    def ahead(self, selects: Iterable[str], samples: int, whole: bool) -> Iterator[None]:
        """While the block runs, judge two SELECTs at a time, unless all their rows are wanted or there are too many."""
        whole = whole or sum(map(row_count, self._tables.values())) > MANY
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rule") as pool:
            wanted = () if whole else selects
            self._ahead = {(sql, samples): pool.submit(self._answer, sql, samples, _nowhere) for sql in wanted}
            try:
                yield
            finally:
                begun = self._begun()
                self._ahead = {}
                while wait(begun, timeout=0.1 if begun else 0).not_done:
                    self._engine.interrupt()  # again and again: one may not have got to its SELECT yet

    def _begun(self) -> list[Future[Answer]]:
        """What was begun ahead; no more is going to be."""
        return [one for one in self._ahead.values() if not one.cancel()]

    def _lessened(self) -> bool:
        """Go on with half the memory, unless that is too little for anything."""
        if self._memory is None or self._memory // 2 < LITTLE:
            return False
        wait(self._begun())
        self._memory //= 2
        self._engine.close()
        self._engine = self._opened()
        return True

    def offer(self, name: str, rows: pa.Table) -> None:
        """Tables are given to the engine when it is opened."""
        raise EngineError(f"the engine is open already: {name} ({rows.num_rows:,} rows) comes too late")


def _nowhere(batch: pa.RecordBatch) -> None:
    """Where rows go that nobody asked for."""


@contextmanager
def plainly(tables: Mapping[str, Source] | None = None) -> Iterator[None]:
    """While the engine of this machine works: what it raises, in words that say what can be done about it."""
    try:
        yield
    except EngineError as error:
        raise plain(error, tables) from error


def plain(error: EngineError, tables: Mapping[str, Source] | None = None) -> EngineError:
    """An error of DuckDB in words that say what can be done about it, and which file of the tables is damaged."""
    if any(words in error.message for words in _FULL):
        help = "free some space, or name a folder on a larger disk with --work; nothing was changed"
        return EngineError("the disk is full: there is no room for what does not fit into memory", help=help)
    if "Out of Memory" in error.message:
        return EngineError("the memory allowed is too little for this", help="allow more with --memory, such as 4GB")
    said = next(_damaged(tables or {}), error.message)
    help = "where it names a file, write or fetch that file anew"
    return EngineError(f"the tables cannot be read to their end: {said}", help=help)


def _damaged(tables: Mapping[str, Source]) -> Iterator[str]:
    """The files that cannot be read, and why: DuckDB does not always name them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = (file for source in tables.values() for file in getattr(source, "files", ()))
    for file in filter(os.path.isfile, files):
        try:
            with pq.ParquetFile(file, page_checksum_verification=True) as parquet:
                for batch in parquet.iter_batches(use_threads=False):
                    batch.validate(full=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            yield f"{file} is damaged ({' '.join(str(error).split())[:200]})"
