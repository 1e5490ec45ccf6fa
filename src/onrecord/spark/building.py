"""Tables sorted, cut and written by the workers, in the very parts and bytes that one machine would write.

Each worker sorts whole parts and writes them with the same code; it sends back what the descriptor
lists of a part. The target has to be a folder that all workers see.
"""

from __future__ import annotations

import json
import shutil
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..descriptor import TABLES_FOLDER
from ..formats import PART_ROWS
from ..logend import log_end
from ..model import TABLES, Overview, Review
from ..parts.building import OVERVIEW_SELECT, Writer, Written, first_key
from ..parts.cuts import PLACES, column_of, part_file, places, rows_in_order
from ..parts.part import Part
from ..parts.writing import PartFile, groups
from ..staging import make_folder
from ..tables import STORED, arrow_schema
from .closures import held
from .cluster import Cluster, plainly
from .dialect import without_order

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ATTEMPTS = ".attempts"
_SENT_BACK = pa.schema([("number", pa.int64()), ("part", pa.string()), ("kept", pa.bool_())])
CUT = "cut"
Batches = Iterator[pa.RecordBatch]


@dataclass(slots=True)
class ClusterWriter(Writer):
    """Writes the tables of a task by the workers of a cluster."""

    cluster: Cluster = field(kw_only=True)

    def run(self) -> Written:
        """Write every table. Raises BuildError when a table comes out short, EngineError when a worker fails."""
        try:
            with plainly():
                self._cut()
                for number, table in enumerate((*STORED, Overview.table)):
                    self.task.told("writing", number, len(TABLES))
                    self._finish(table, self._written(table))
                last = self.cluster.frame(f"SELECT * FROM {Review.table} ORDER BY number DESC LIMIT 1").toArrow()
        finally:
            shutil.rmtree(self.root / ATTEMPTS, ignore_errors=True)
        self.written.end = log_end(last.cast(arrow_schema(Review.table)))
        return self.written

    def _cut(self) -> None:
        """The part of each document as a view; the first document of each part comes back."""
        known = held(self.cluster.frame(without_order(places(self.task.every))))
        known.createOrReplaceTempView(PLACES)
        for column in ("fine", "coarse"):
            firsts = self.cluster.spark.sql(f"SELECT {column} AS number, min(id) AS id FROM {PLACES} GROUP BY {column}")
            self.firsts[column] = {row["number"]: row["id"] for row in firsts.collect()}

    def _written(self, table: str) -> dict[int, Part]:
        """Have a table written; its parts by their numbers."""
        done = self._done(table)
        source = table if table != Overview.table else f"({OVERVIEW_SELECT})"
        rows = self.cluster.frame(without_order(rows_in_order(table, source, self.task.every, tuple(done))))
        key = TABLES[table].primary_key
        if column_of(table) is None:
            starts = sorted(tuple(row) for row in rows.where(CUT).select(*key).distinct().collect())
            rows = rows.drop(CUT).mapInArrow(_numbering(key, starts), _with_number(rows))
        parts = rows.repartition(CUT).sortWithinPartitions(CUT, *key)
        made: dict[int, Part] = {}
        for row in parts.mapInArrow(self._work(table), "number bigint, part string, kept boolean").collect():
            part = Part.of(json.loads(row["part"]))
            made[row["number"]] = part
            self._ended(part, row["kept"])
        return {**done, **made}

    def _work(self, table: str) -> Callable[[Batches], Batches]:
        """What a worker does with the rows of a table: everything it needs goes with it."""
        column = column_of(table)
        paths = {number: part_file(table, first) for number, first in self.firsts[column].items()} if column else {}
        before = {path: part for path, part in self.before.items() if path.startswith(f"{TABLES_FOLDER}/{table}/")}
        root, target, said = str(self.root.absolute()), str(self.target.absolute()), dict(self.task.said[table])

        def write(batches: Batches) -> Batches:
            yield from _parts(table, batches, Path(root), Path(target), said, paths, before)

        return write


def _with_number(rows: DataFrame) -> str:
    kinds = [f"`{name}` {kind}" for name, kind in rows.dtypes if name != CUT]
    return ", ".join([*kinds, f"{CUT} bigint"])


def _numbering(key: tuple[str, ...], starts: list[tuple[Any, ...]]) -> Callable[[Batches], Batches]:
    """What a worker does to number the parts of a table without documents: by the keys that begin one."""

    def numbered(batches: Batches) -> Batches:
        for batch in batches:
            keys = zip(*(batch.column(name).to_pylist() for name in key), strict=True)
            numbers = pa.array([bisect_right(starts, one) for one in keys], pa.int64())
            yield batch.append_column(CUT, numbers)

    return numbered


def _parts(
    table: str,
    batches: Batches,
    root: Path,
    target: Path,
    said: Mapping[str, str],
    paths: Mapping[int, str],
    before: Mapping[str, Part],
) -> Batches:
    """Write the parts in some rows. Each try has a folder of its own, so that two of them never meet in a file."""
    attempt = root / ATTEMPTS / uuid.uuid4().hex
    file: PartFile | None = None
    for number, rows in groups(batches, PART_ROWS):
        if rows is None:
            assert file is not None
            yield _ended(file, number, attempt, root)
            file = None
            continue
        if file is None:
            path = paths[number] if paths else part_file(table, first_key(table, rows))
            file = PartFile(table, path, attempt, said, (target, before[path]) if path in before else None)
        file.add(rows)
    shutil.rmtree(attempt, ignore_errors=True)


def _ended(file: PartFile, number: int, attempt: Path, root: Path) -> pa.RecordBatch:
    part, kept = file.end()
    if not kept:
        make_folder((root / part.path).parent)
        (attempt / part.path).replace(root / part.path)
    said = {"number": [number], "part": [json.dumps(part.plain())], "kept": [kept]}
    return pa.RecordBatch.from_pydict(said, _SENT_BACK)
