"""What runs the SELECTs of rules: DuckDB on this machine, or whatever else follows the same protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..engine import Engine
from ..errors import EngineError
from ..tables import Source

if TYPE_CHECKING:
    import pyarrow as pa

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
    """DuckDB as the judge; it spills to disk what does not fit into its memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    @contextmanager
    def over(cls, tables: Mapping[str, Source], memory: int | None, spill: Path | None) -> Iterator[EngineJudge]:
        """A judge over tables. What the disk or the memory cannot hold ends in words that say so."""
        with plainly(), Engine(tables, memory=memory, spill=spill) as engine:
            yield cls(engine)

    def tally(self, select: str, samples: int, into: Into | None) -> tuple[int, pa.Table]:
        """How many rows a SELECT gives, and the first of them in order."""
        import pyarrow as pa

        count, first, schema = 0, list[pa.RecordBatch](), pa.schema([])
        for batch in self._engine.batches(f"SELECT * FROM ({select}) AS found ORDER BY ALL"):
            schema = batch.schema
            if count < samples:
                first.append(batch.slice(0, samples - count))
            count += batch.num_rows
            if into and batch.num_rows:
                into(batch)
        return count, pa.Table.from_batches(first, schema)

    def offer(self, name: str, rows: pa.Table) -> None:
        """Tables are given to the engine when it is opened."""
        raise EngineError(f"the engine is open already: {name} ({rows.num_rows:,} rows) comes too late")


@contextmanager
def plainly() -> Iterator[None]:
    """While the engine of this machine works: what it raises, in words that say what can be done about it."""
    try:
        yield
    except EngineError as error:
        raise plain(error) from error


def plain(error: EngineError) -> EngineError:
    """An error of DuckDB in words that say what can be done about it."""
    if any(words in error.message for words in _FULL):
        help = "free some space, or name a folder on a larger disk with --work; nothing was changed"
        return EngineError("the disk is full: there is no room for what does not fit into memory", help=help)
    if "Out of Memory" in error.message:
        return EngineError("the memory allowed is too little for this", help="allow more with --memory, such as 4GB")
    help = "where it names a file, write or fetch that file anew"
    return EngineError(f"the tables cannot be read to their end: {error.message}", help=help)
