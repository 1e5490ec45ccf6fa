"""EDTF expressions on a cluster: judged by the same Python as everywhere, here if they are few, else by the workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa

from ..chronology import EDTF_COLUMNS, EDTF_SCHEMA, edtf_table
from ..tables import empty

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FEW = 200_000  # so many are judged on this machine, which holds them for it
_SQL = "edtf string, valid boolean, earliest date, latest date"


def edtf_rows(spark: SparkSession, tables: Mapping[str, DataFrame], few: int = FEW) -> DataFrame:
    """One row per distinct expression of the tables: whether it is EDTF, and its bounds."""
    said = [tables[table].selectExpr(f"{column} AS edtf") for table, column in EDTF_COLUMNS if table in tables]
    if not said:
        return spark.createDataFrame(empty(EDTF_SCHEMA), _SQL)
    distinct = reduce(lambda one, other: one.unionAll(other), said).where("edtf IS NOT NULL").distinct()
    known = distinct.limit(few + 1).toArrow().column("edtf").to_pylist()
    if len(known) > few:
        return distinct.mapInArrow(_judged, _SQL)
    return spark.createDataFrame(edtf_table(known) if known else empty(EDTF_SCHEMA), _SQL)


def _judged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if batch.num_rows:
            yield from edtf_table(batch.column("edtf").to_pylist()).to_batches()
