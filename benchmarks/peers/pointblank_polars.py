"""pointblank on Polars: a plan of steps for each table. It knows no references between tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pointblank as pb
import polars as pl

from onrecord.tables import STORED

from . import KEY, LENGTH, PATTERN, RANGE, REQUIRED, VOCABULARY, Fault
from .data import parquet_files
from .subset import Constraint, key_columns, key_of, row_constraints, used_columns


def _step(plan: pb.Validate, one: Constraint) -> pb.Validate:
    match one.kind:
        case k if k == REQUIRED:
            return plan.col_vals_not_null(columns=one.column)
        case k if k == PATTERN:
            return plan.col_vals_regex(columns=one.column, pattern=one.limit, na_pass=True)
        case k if k == LENGTH:
            short = pl.col(one.column).str.len_chars().fill_null(0) <= one.limit
            return plan.col_vals_expr(expr=short)
        case k if k == VOCABULARY:
            return plan.col_vals_in_set(columns=one.column, set=[*one.limit, None])
    assert one.kind == RANGE
    least, most = one.limit
    if most is None:
        return plan.col_vals_ge(columns=one.column, value=least, na_pass=True)
    if least is None:
        return plan.col_vals_le(columns=one.column, value=most, na_pass=True)
    return plan.col_vals_between(columns=one.column, left=least, right=most, na_pass=True)


def _interrogated(folder: Path, table: str, extracts: bool) -> pb.Validate:
    plan = pb.Validate(pl.read_parquet(parquet_files(folder, table), columns=used_columns(table), glob=False))
    for one in row_constraints(table):
        plan = _step(plan, one)
    plan = plan.rows_distinct(columns_subset=list(key_columns(table)))
    return plan.interrogate(collect_extracts=extracts, collect_tbl_checked=False, extract_limit=1_000_000)


def check(folder: Path) -> int:
    """How many rows fail, of all steps of all tables."""
    return sum(sum(_numbers(_interrogated(folder, table, extracts=False).n_failed())) for table in STORED)


def _numbers(said: Any) -> list[int]:
    return [int(number or 0) for number in said.values()]


def faults(folder: Path) -> set[Fault]:
    """The rows that fail, each by its key."""
    found: set[Fault] = set()
    for table in STORED:
        extracts = _interrogated(folder, table, extracts=True).get_data_extracts()
        steps = [(one.kind, one.column) for one in row_constraints(table)] + [(KEY, "")]
        for number, (kind, column) in enumerate(steps, start=1):
            rows = extracts.get(number)
            if rows is not None and rows.height:
                found |= {(kind, table, column, key_of(key)) for key in rows.select(key_columns(table)).iter_rows()}
    return found
