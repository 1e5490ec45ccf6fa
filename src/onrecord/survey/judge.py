"""What runs the SELECTs of rules: DuckDB on this machine, or whatever else follows the same protocol."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..engine import Engine
from ..errors import EngineError
from ..tables import Source

if TYPE_CHECKING:
    import pyarrow as pa

LITTLE = 128 * 1024 * 1024  # bytes, of an engine
Into = Callable[["pa.RecordBatch"], None]
_FULL = ("No space left", "max_temp_directory_size", "not enough space", "Disk quota", "File too large")


class Judge(Protocol):
    """What runs the SELECT of a rule: an engine of this machine, or a cluster."""

    def tally(self, select: str, samples: int, into: Into | None) -> tuple[int, pa.Table]:
        """How many rows a SELECT gives, and the first of them in the order of its columns from left to right.

        All of them go into `into` where it is given, in that order, a batch at a time. Texts are
        compared by code points.
        """

    def offer(self, name: str, rows: pa.Table) -> None:
        """Let the SELECTs that follow use a small table."""


class EngineJudge:
    """DuckDB as the judge; it spills to disk what does not fit into its memory.

    An aggregation that is allowed much begins to spill late, at times too late for what runs beside
    it: what runs out of memory is tried again with half of it, which often is enough.
    """

    def __init__(self, tables: Mapping[str, Source], memory: int | None, spill: Path | None) -> None:
        self._tables, self._memory, self._spill = tables, memory, spill
        self._engine = Engine(tables, memory=memory, spill=spill)

    @classmethod
    @contextmanager
    def over(cls, tables: Mapping[str, Source], memory: int | None, spill: Path | None) -> Iterator[EngineJudge]:
        """A judge over tables. What the disk or the memory cannot hold ends in words that say so."""
        with plainly(tables), ExitStack() as closing:
            judge = cls(tables, memory, spill)
            closing.callback(lambda: judge._engine.close())
            yield judge

    def tally(self, select: str, samples: int, into: Into | None) -> tuple[int, pa.Table]:
        """How many rows a SELECT gives, and the first of them in order."""
        import pyarrow as pa

        while True:
            count, first, schema = 0, list[pa.RecordBatch](), pa.schema([])
            try:
                for batch in self._engine.batches(f"SELECT * FROM ({select}) AS found ORDER BY ALL"):
                    schema = batch.schema
                    if count < samples:
                        first.append(batch.slice(0, samples - count))
                    count += batch.num_rows
                    if into and batch.num_rows:
                        into(batch)
            except EngineError as error:
                if count or "Out of Memory" not in error.message or not self._lessened():
                    raise
            else:
                return count, pa.Table.from_batches(first, schema)

    def _lessened(self) -> bool:
        """Go on with half the memory, unless that is too little for anything."""
        if self._memory is None or self._memory // 2 < LITTLE:
            return False
        self._memory //= 2
        self._engine.close()
        self._engine = Engine(self._tables, memory=self._memory, spill=self._spill)
        return True

    def offer(self, name: str, rows: pa.Table) -> None:
        """Tables are given to the engine when it is opened."""
        raise EngineError(f"the engine is open already: {name} ({rows.num_rows:,} rows) comes too late")


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
