"""Parquet tables as Spark reads them: columns and types are looked at first, rows stay on the cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING

from ..column import DECIMAL_DIGITS, DECIMAL_PLACES, columns
from ..errors import LoadError
from ..model import TABLES, TermRecord
from ..tables import STORED, to_tables
from .cluster import plainly
from .session import first_line

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset
    from pyspark.sql import DataFrame, SparkSession

SQL_TYPES = {
    "text": "string",
    "integer": "bigint",
    "decimal": f"decimal({DECIMAL_DIGITS},{DECIMAL_PLACES})",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
# What other writers give a column, and what can be taken for it without loss.
TAKEN = {
    "string": {"string", "void"},
    "bigint": {"bigint", "int", "smallint", "tinyint", "void"},
    "boolean": {"boolean", "void"},
    "date": {"date", "void"},
    "timestamp": {"timestamp", "void"},
}


def sql_types(table: str) -> dict[str, str]:
    """The columns of a table with their types in Spark."""
    return {col.name: SQL_TYPES[col.kind] for col in columns(TABLES[table])}


def at_address(spark: SparkSession, where: str) -> dict[str, DataFrame]:
    """The tables at an address that the cluster itself reads: `<table>.parquet`, or a folder of that name.

    Raises LoadError naming every table and column that is not as the model has it.
    """
    faults: list[str] = []
    tables: dict[str, DataFrame] = {}
    for table in STORED:
        rows = _first(spark, where.rstrip("/"), table, faults)
        if rows is not None:
            faults += misfits(table, dict(rows.dtypes))
            tables[table] = rows
        elif table != TermRecord.table:
            faults.append(f"{table}: there is neither {table}.parquet nor a folder {table} with Parquet files")
    if faults:
        raise LoadError(
            f"{where} does not hold the tables of the model:\n  " + "\n  ".join(faults),
            help="`onrecord codebook TABLE` lists the columns of a table",
        )
    return _whole(spark, {table: as_modelled(table, rows) for table, rows in tables.items()})


def _first(spark: SparkSession, where: str, table: str, faults: list[str]) -> DataFrame | None:
    from pyspark.errors import AnalysisException, PySparkException

    for place in (f"{where}/{table}.parquet", f"{where}/{table}", *_below(where, table)):
        try:
            rows = spark.read.option("mergeSchema", "true").parquet(_exactly(place))
            rows.dtypes  # Connect asks only now  # noqa: B018
            return rows
        except AnalysisException as error:
            if "PATH_NOT_FOUND" not in str(error) and "UNABLE_TO_INFER_SCHEMA" not in str(error):
                faults.append(f"{table}: {first_line(error)}")
                return None
        except PySparkException as error:
            faults.append(f"{table}: {first_line(error)}")
            return None
        except Exception as error:
            with plainly():
                raise LoadError(f"{place} cannot be read: {first_line(error)}") from error
    return None


def _below(where: str, table: str) -> Iterator[str]:
    yield f"{where}/claims/tables/{table}.parquet"
    yield f"{where}/claims/tables/{table}"


def in_files(spark: SparkSession, tables: Mapping[str, Dataset]) -> dict[str, DataFrame]:
    """Tables whose files were looked at already, read by the cluster: it has to see the same paths."""
    return _whole(spark, {table: _of_files(spark, table, rows) for table, rows in tables.items() if table in STORED})


def _of_files(spark: SparkSession, table: str, dataset: Dataset) -> DataFrame:
    with plainly():
        if not hasattr(dataset, "files"):
            return spark.createDataFrame(dataset.to_table())
        reader = spark.read.option("mergeSchema", "true")
        named = dataset.partitioning.schema.names if dataset.partitioning else []
        if named:
            reader = reader.option("basePath", _root(dataset.files, len(named)))
        return as_modelled(table, reader.parquet(*(f"file://{_exactly(file)}" for file in dataset.files)))


def _exactly(path: str) -> str:
    """The pattern that a path alone matches: Spark takes every path for a pattern."""
    return re.sub(r"[][{}*?\\]", r"\\\g<0>", path)


def _root(files: list[str], depth: int) -> str:
    return "file://" + files[0].rsplit("/", depth + 1)[0]


def misfits(table: str, found: Mapping[str, str]) -> list[str]:
    """What is wrong with the columns of a table, column by column."""
    wanted = sql_types(table)
    faults = [f"{table}.{name}: the column is missing" for name in wanted if name not in found]
    faults += [f"{table}.{name}: there is no such column in the model" for name in found if name not in wanted]
    for name, kind in found.items():
        if name in wanted and not _fits(kind, wanted[name]):
            faults.append(f"{table}.{name}: it is {kind}, and has to be {wanted[name]}")
    return faults


def _fits(found: str, wanted: str) -> bool:
    if not wanted.startswith("decimal"):
        return found in TAKEN[wanted]
    if decimal := re.fullmatch(r"decimal\((\d+),(\d+)\)", found):
        digits, places = map(int, decimal.groups())
        return places <= DECIMAL_PLACES and digits - places <= DECIMAL_DIGITS - DECIMAL_PLACES
    return found in TAKEN["bigint"]


def as_modelled(table: str, rows: DataFrame) -> DataFrame:
    """The columns of the model in its order, with its types."""
    return rows.selectExpr(*(f"CAST(`{name}` AS {kind}) AS `{name}`" for name, kind in sql_types(table).items()))


def _whole(spark: SparkSession, tables: dict[str, DataFrame]) -> dict[str, DataFrame]:
    """The tables, with the vocabularies of this version where they are left out."""
    if TermRecord.table not in tables:
        tables[TermRecord.table] = spark.createDataFrame(to_tables({})[TermRecord.table])
    return tables


def together(frames: list[DataFrame]) -> DataFrame:
    """Rows of the same columns, one frame after another."""
    return reduce(lambda one, other: one.unionAll(other), frames)
