"""pandera on Polars: a DataFrameSchema for each table. It knows no references between tables."""

from __future__ import annotations

from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from onrecord.tables import STORED

from . import KEY, LENGTH, PATTERN, RANGE, REQUIRED, VOCABULARY, Fault
from .data import parquet_files
from .subset import Constraint, key_columns, key_of, row_constraints, used_columns

_KINDS = {"not_nullable": REQUIRED, "str_matches": PATTERN, "str_length": LENGTH, "isin": VOCABULARY}


def _check(one: Constraint) -> list[pa.Check]:
    match one.kind:
        case k if k == PATTERN:
            return [pa.Check.str_matches(one.limit)]
        case k if k == LENGTH:
            return [pa.Check.str_length(max_value=one.limit)]
        case k if k == VOCABULARY:
            return [pa.Check.isin(one.limit)]
        case k if k == RANGE:
            least, most = one.limit
            said = [pa.Check.ge(least)] if least is not None else []
            return said + ([pa.Check.le(most)] if most is not None else [])
    return []


def _schema(table: str) -> pa.DataFrameSchema:
    said = row_constraints(table)
    required = {one.column for one in said if one.kind == REQUIRED}
    key = key_columns(table)
    columns = {
        name: pa.Column(
            checks=[check for one in said if one.column == name for check in _check(one)],
            nullable=name not in required,
            unique=key == (name,),
        )
        for name in used_columns(table)
    }
    return pa.DataFrameSchema(columns, unique=list(key) if len(key) > 1 else None)


def _rows(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(parquet_files(folder, table), columns=used_columns(table), glob=False)


def check(folder: Path) -> int:
    """How many checks fail, of all tables."""
    failed = 0
    for table in STORED:
        try:
            _schema(table).validate(_rows(folder, table), lazy=True)
        except SchemaErrors as error:
            failed += len(error.schema_errors)
    return failed


def faults(folder: Path) -> set[Fault]:
    """The failure cases, each by the key of its row."""
    found: set[Fault] = set()
    for table in STORED:
        rows = _rows(folder, table)
        try:
            _schema(table).validate(rows, lazy=True)
        except SchemaErrors as error:
            keys = rows.select(key_columns(table))
            for case in error.failure_cases.iter_rows(named=True):
                found.add(_fault(table, case, keys))
    return found


def _fault(table: str, case: dict[str, object], keys: pl.DataFrame) -> Fault:
    name = str(case["check"]).split("(")[0]
    kind = KEY if "unique" in name else _KINDS.get(name, RANGE)
    key = key_of(keys.row(int(str(case["index"]))))
    return kind, table, "" if kind == KEY else str(case["column"]), key
