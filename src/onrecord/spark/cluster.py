"""Tables on a cluster, and the judge over them: rules run where the rows are, counts and samples come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from ..errors import EngineError
from ..views import SHARED, VIEWS
from .closures import held, work_out
from .dialect import Query, to_spark
from .edtf import edtf_rows
from .session import first_line

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

ROWS_AT_ONCE = 65_536
AT_ONCE = 3  # SELECTs
_WORD = re.compile(r"\w+")


class Cluster:
    """Tables as Spark has them, with the views of the rules; `tally` and `offer` make it a judge."""

    def __init__(self, spark: SparkSession, tables: Mapping[str, DataFrame]) -> None:
        self.spark = spark
        self.tables = dict(tables)
        self._made: set[str] = set()
        self._making = RLock()
        self._ahead: dict[tuple[str, int], Future[tuple[int, pa.Table]]] = {}
        self._found: dict[str, DataFrame] = {}
        with plainly():
            for name, rows in tables.items():
                rows.createOrReplaceTempView(name)

    def sizes(self) -> dict[str, int]:
        """How many rows each table has."""
        counts = [f"SELECT '{name}' AS name, count(*) AS rows FROM {name}" for name in self.tables]
        with plainly():
            return {row["name"]: row["rows"] for row in self.spark.sql(" UNION ALL ".join(counts)).collect()}

    def frame(self, select: str) -> DataFrame:
        """The rows of one SELECT in the DuckDB dialect, not computed yet."""
        query = to_spark(select)
        with self._making:
            self._prepare(query)
            return self.spark.sql(query.sql)

    def _prepare(self, query: Query) -> None:
        """Make the views that a query reads, and what they rest on, unless they are there."""
        for closure in query.closures:
            self._views(closure.base + closure.step)
            if closure.name not in self._made:
                work_out(self.spark, closure)
                self._made.add(closure.name)
        self._views(query.sql)

    def _views(self, sql: str) -> None:
        words = set(_WORD.findall(sql)) - self._made
        for name in sorted(words & {*VIEWS, "edtf_bounds"}):
            if name in self._made:
                continue
            self._made.add(name)
            rows = edtf_rows(self.spark, self.tables) if name == "edtf_bounds" else self.frame(VIEWS[name])
            # Held with its rows alone: a view that others rest on would be planned again for each use of it.
            (held(rows) if name in SHARED else rows).createOrReplaceTempView(name)

    def found(self, select: str) -> DataFrame:
        """The rows of a rule's SELECT, held by the cluster: they are counted, looked at and written."""
        if select not in self._found:
            # Not persisted: what is persisted keeps its plan, and the plan each table it sent to all workers.
            self._found[select] = held(self.frame(select))
        return self._found[select]

    def tally(self, select: str, samples: int, into: Callable[[pa.RecordBatch], None] | None) -> tuple[int, pa.Table]:
        """How many rows a SELECT gives, and the first of them in the order of its columns from left to right."""
        ahead = self._ahead.pop((select, samples), None)
        count, first = ahead.result() if ahead else self._tallied(select, samples)
        if into and count:
            with plainly():
                for batch in _batches(_ordered(self.found(select)), first.schema):
                    into(batch)
        return count, first

    def _tallied(self, select: str, samples: int) -> tuple[int, pa.Table]:
        with plainly():
            rows = self.found(select)
            first = _ordered(rows).limit(samples + 1).toArrow()
            count = first.num_rows if first.num_rows <= samples else rows.count()
        return count, first.slice(0, samples)

    @contextmanager
    def ahead(self, selects: Iterable[str], samples: int, whole: bool = False) -> Iterator[None]:  # noqa: ARG002
        """While the block runs, judge these SELECTs before they are asked for, some at once.

        Many rules are judged by few tasks; one after another would leave most workers idle. All rows can
        be asked for all the same (`whole`), since what is found is held.
        """
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rule") as pool:
            self._ahead = {(select, samples): pool.submit(self._tallied, select, samples) for select in selects}
            try:
                yield
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                self._ahead.clear()

    def offer(self, name: str, rows: pa.Table) -> None:
        """Let the SELECTs that follow use a small table of this machine."""
        with plainly():
            self.spark.createDataFrame(rows).createOrReplaceTempView(name)

    def forget(self) -> None:
        """Let the cluster free what it holds for the rules that were judged."""
        self._found.clear()


def _ordered(rows: DataFrame) -> DataFrame:
    return rows.orderBy(*(rows[name].asc_nulls_last() for name in rows.columns))


def _batches(rows: DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Rows through this machine, some at a time."""
    import pyarrow as pa

    some: list[dict[str, object]] = []
    for row in rows.toLocalIterator(prefetchPartitions=True):
        some.append(row.asDict())
        if len(some) == ROWS_AT_ONCE:
            yield pa.RecordBatch.from_pylist(some, schema)
            some = []
    if some:
        yield pa.RecordBatch.from_pylist(some, schema)


@contextmanager
def plainly() -> Iterator[None]:
    """What Spark raises, in words that say what can be done about it."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise failure(error) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] in ("py4j", "grpc"):
            raise failure(error) from error
        raise


_LOST = re.compile(r"Python worker exited|ExecutorLost|Lost task|worker lost|Connection refused|UNAVAILABLE|crashed")
_CAUSE = re.compile(r"ModuleNotFoundError: .*|Python worker exited unexpectedly[^\n.:]*|ExecutorLostFailure[^\n]*")


def failure(error: BaseException) -> EngineError:
    """The error for something that Spark could not do."""
    said = str(error)
    cause = _CAUSE.search(said)
    why = cause.group().strip()[:200] if cause else first_line(error)
    if "No space left on device" in said or "Disk quota exceeded" in said:
        help = "give the workers more disk (spark.local.dir), or use more of them; nothing was changed"
        return EngineError("a worker of Spark ran out of disk", help=help)
    if "OutOfMemory" in said or "StackOverflowError" in said:
        help = "give the workers more memory (spark.executor.memory), or more tasks (spark.sql.shuffle.partitions)"
        return EngineError("a worker of Spark ran out of memory", help=help)
    if "SparkContext was shut down" in said or "stopped SparkContext" in said:
        help = (
            "mostly it had too little memory: more with --memory, on a cluster spark.driver.memory; nothing was changed"
        )
        return EngineError("Spark ended while it was at work", help=help)
    if "ModuleNotFoundError" in said:
        help = "the workers need onrecord too: docs/scale.md says how, under `On a cluster`"
        return EngineError(f"a worker of Spark lacks a library: {why}", help=help)
    if _LOST.search(said):
        help = "nothing was changed; try again, and see the log of Spark for why it was lost"
        return EngineError(f"a worker of Spark was lost: {why}", help=help)
    return EngineError(f"Spark could not finish: {why}", help="the log of Spark says more; nothing was changed")
