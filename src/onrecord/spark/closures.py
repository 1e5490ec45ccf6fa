"""Recursive parts of SELECTs, worked out round by round: each reads only the rows that the last one found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import EngineError
from .dialect import Closure

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MOST = 10_000  # rounds: as many as the longest way has steps


def work_out(spark: SparkSession, closure: Closure) -> None:
    """Make the view that a SELECT reads in place of its recursive part. Raises EngineError when it never ends."""
    known = newest = held(_rows(spark, closure.base, closure))
    for _ in range(MOST):
        if newest.isEmpty():
            known.createOrReplaceTempView(closure.name)
            return
        newest.createOrReplaceTempView(closure.newest)
        found = _rows(spark, closure.step, closure)
        newest = held(found.subtract(known) if closure.distinct else found)
        known = known.unionAll(newest)
    raise EngineError(f"a recursive SELECT found new rows in each of {MOST:,} rounds")


def _rows(spark: SparkSession, sql: str, closure: Closure) -> DataFrame:
    rows = spark.sql(sql).toDF(*closure.columns)
    return rows.distinct() if closure.distinct else rows


def held(rows: DataFrame) -> DataFrame:
    """Rows held by the cluster and nothing else of them: what reads them neither computes nor plans them again.

    They are on the workers' disks: in memory they would stand beside what the next SELECT needs there. Their
    columns are named anew: Spark would take them for those they were made from, which joins mix up.
    """
    from pyspark import StorageLevel

    return rows.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY).toDF(*rows.columns)
