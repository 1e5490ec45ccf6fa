"""Parts written as their rows come by: one row group of each part in memory, two parts at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..formats import PART_ROWS, part_writer
from ..model import TABLES
from ..staging import StagedFile, make_folder
from ..tables import arrow_schema
from .digest import Content
from .part import Part

HOLD = 64 * 1024 * 1024  # bytes of rows that wait for the answer whether there is such a part already
LANES = 2
WAITING = 6  # row groups


class Group(NamedTuple):
    """Some rows of a part, at most a row group; None after the last."""

    number: int
    rows: pa.Table | None


def groups(batches: Iterable[pa.RecordBatch], size: int = PART_ROWS) -> Iterator[Group]:
    """Rows in row groups that never reach over a cut.

    The last column, `cut`, has the number of the part, or is true where a part begins.
    """
    cutter = _Cutter(size)
    for batch in batches:
        if batch.num_rows:
            yield from cutter.take(batch)
    yield from cutter.end()


@dataclass(slots=True)
class _Cutter:
    size: int
    number: int | None = None
    waiting: list[pa.RecordBatch] = field(default_factory=list)
    count: int = 0

    def take(self, batch: pa.RecordBatch) -> Iterator[Group]:
        cut = batch.column(batch.num_columns - 1)
        rows = batch.select(batch.schema.names[:-1])
        starts = self._starts(cut)
        for start, stop in zip(starts, [*starts[1:], batch.num_rows], strict=True):
            number = self._number(cut, start)
            if number != self.number:
                yield from self.end()
                self.number = number
            yield from self._add(rows.slice(start, stop - start))

    def _starts(self, cut: pa.Array) -> list[int]:
        if pa.types.is_boolean(cut.type):
            changed = pc.indices_nonzero(cut.slice(1))
        else:
            changed = pc.indices_nonzero(pc.not_equal(cut.slice(1), cut.slice(0, len(cut) - 1)))
        return [0, *(index + 1 for index in changed.to_pylist())]

    def _number(self, cut: pa.Array, start: int) -> int:
        said = cut[start].as_py()
        if not isinstance(said, bool):
            return int(said)
        return 0 if self.number is None else self.number + said

    def _add(self, rows: pa.RecordBatch) -> Iterator[Group]:
        while rows.num_rows:
            some = rows.slice(0, self.size - self.count)
            self.waiting.append(some)
            self.count += some.num_rows
            rows = rows.slice(some.num_rows)
            if self.count == self.size:
                yield self._group()

    def _group(self) -> Group:
        assert self.number is not None
        made = Group(self.number, pa.Table.from_batches(self.waiting))
        self.waiting, self.count = [], 0
        return made

    def end(self) -> Iterator[Group]:
        if self.count:
            yield self._group()
        if self.number is not None:
            yield Group(self.number, None)


class PartFile:
    """A part being written, unless one with the same content is there already."""

    def __init__(
        self, table: str, path: str, root: Path, said: Mapping[str, str], before: tuple[Path, Part] | None
    ) -> None:
        self.table, self.path = table, path
        self._root, self._said, self._before = root, said, before
        self._content = Content(table, said)
        self._ends = _Ends(table)
        self._held: list[pa.Table] = []
        self._rows = 0
        self._file: StagedFile | None = None
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Add a row group."""
        rows = rows.cast(arrow_schema(self.table)).combine_chunks()
        self._content.add(rows)
        self._ends.add(rows)
        self._rows += rows.num_rows
        self._held.append(rows)
        if self._before is None or self._writer or sum(held.nbytes for held in self._held) > HOLD:
            self._write()

    def _write(self) -> None:
        if self._writer is None:
            place = self._root / self.path
            make_folder(place.parent)
            self._file = StagedFile(place, place.open("wb"), together=True)
            self._writer = part_writer(self.table, self._file, self._said)
        for rows in self._held:
            self._writer.write_table(rows, row_group_size=max(1, rows.num_rows))
        self._held = []

    def end(self) -> tuple[Part, bool]:
        """Finish the part. Returns it, and whether the one that was there before is kept."""
        kept = self._kept()
        if kept is not None:
            return kept, True
        self._write()
        assert self._writer is not None and self._file is not None
        self._writer.close()
        with self._file:
            self._file.flush()
        written = self._file.bytes, self._file.hash, self._rows, *self._ends.keys, self._content.hash
        return Part(self.path, *written, self._ends.documents), False

    def _kept(self) -> Part | None:
        if self._before is None or self._writer:
            return None
        root, part = self._before
        same = (part.path, part.content, part.rows) == (self.path, self._content.hash, self._rows)
        return part if same and is_whole(root, part) else None

    def abandon(self) -> None:
        """Leave off; whatever was written is of no use."""
        if self._file:
            with suppress(Exception):
                self._file.handle.close()
        if self._writer:
            with suppress(Exception):
                self._writer.close()


@dataclass(slots=True)
class _Ends:
    """The first and last key of a part, and the range of its documents."""

    table: str
    keys: tuple[str | None, str | None] = (None, None)
    documents: tuple[str, str] | None = None

    def add(self, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        key = rows.column(TABLES[self.table].primary_key[0])
        self.keys = (key[0].as_py() if self.keys[0] is None else self.keys[0], key[-1].as_py())
        if "document_id" in rows.column_names:
            ends = pc.min_max(rows.column("document_id")).as_py()
            least, most = self.documents or (ends["min"], ends["max"])
            self.documents = min(least, ends["min"]), max(most, ends["max"])


class FinishedPart(PartFile):
    """A part that an interrupted build had finished; its rows are passed over."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def add(self, rows: pa.Table) -> None:
        """Nothing is to be done."""

    def end(self) -> tuple[Part, bool]:
        """The part."""
        return self._part, False

    def abandon(self) -> None:
        """Nothing is open."""


def is_whole(root: Path, part: Part) -> bool:
    """Whether the file of a part is there, as it was written."""
    place = root / part.path
    try:
        if place.is_symlink() or place.stat().st_size != part.bytes:
            return False
        with place.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}" == part.hash
    except OSError:
        return False


Opening = Callable[[int, pa.Table], PartFile]
Ended = Callable[[Part, bool], None]


class Lanes:
    """Parts being written side by side; the groups of one part stay in their order."""

    def __init__(self, ended: Ended) -> None:
        self._lanes = [ThreadPoolExecutor(1, thread_name_prefix="part") for _ in range(LANES)]
        self._waiting: list[Future[Any]] = []
        self._open: list[PartFile] = []
        self._ended = ended

    def write(self, stream: Iterable[Group], opening: Opening) -> dict[int, Part]:
        """Write all parts of a table. Returns them by their numbers."""
        made: dict[int, Future[Part]] = {}
        file: PartFile | None = None
        for group in stream:
            lane = self._lanes[len(made) % LANES]
            if group.rows is None:
                assert file is not None
                made[group.number] = self._later(lane, self._end, file)
                file = None
                continue
            if file is None:
                file = opening(group.number, group.rows)
                self._open.append(file)
            self._later(lane, file.add, group.rows)
        while self._waiting:  # what failed is told before anything counts as made
            self._waiting.pop(0).result()
        return {number: future.result() for number, future in made.items()}

    def _end(self, file: PartFile) -> Part:
        part, kept = file.end()
        self._open.remove(file)
        self._ended(part, kept)
        return part

    def _later(self, lane: ThreadPoolExecutor, work: Callable[..., Any], *said: Any) -> Future[Any]:
        while len(self._waiting) >= WAITING:
            self._waiting.pop(0).result()
        future = lane.submit(work, *said)
        self._waiting.append(future)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for lane in self._lanes:
            lane.shutdown(wait=True, cancel_futures=True)
        for file in self._open:
            file.abandon()
