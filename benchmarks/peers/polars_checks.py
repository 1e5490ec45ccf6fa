"""Plain Polars, as one would write it by hand for this subset; keys compared as they are, or by 64-bit hashes.

Hashes may collide: a repeated hash is no repeated key, and a reference whose hash is known may
still lead nowhere. What they report has to be looked at again, and what they miss nobody sees.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from onrecord.tables import STORED

from . import KEY, LENGTH, PATTERN, RANGE, REFERENCE, REQUIRED, VOCABULARY, Fault
from .data import parquet_files
from .subset import NOTHING, Constraint, key_column, key_columns, references, row_constraints


def broken(one: Constraint) -> pl.Expr:
    """Whether a row breaks a constraint on a value."""
    column = pl.col(one.column)
    match one.kind:
        case k if k == REQUIRED:
            return column.is_null()
        case k if k == PATTERN:
            return ~column.str.contains(one.limit)
        case k if k == LENGTH:
            return column.str.len_chars() > one.limit
        case k if k == VOCABULARY:
            return ~column.is_in(one.limit)
    assert one.kind == RANGE
    least, most = one.limit
    below = pl.lit(False) if least is None else column < least
    return below if most is None else below | (column > most)


def _scan(folder: Path, table: str) -> pl.LazyFrame:
    return pl.scan_parquet(parquet_files(folder, table), glob=False)


def _values(folder: Path, table: str) -> pl.LazyFrame:
    """One row: how often each constraint on a value is broken."""
    conditions = [broken(one).sum().alias(str(place)) for place, one in enumerate(row_constraints(table))]
    return _scan(folder, table).select(conditions)


def check(folder: Path) -> int:
    """How many faults there are, keys compared as they are."""
    found = 0
    for table in STORED:
        rows = _scan(folder, table)
        again = rows.group_by(key_columns(table)).len().filter(pl.col("len") > 1).select(pl.len())
        asked = [_values(folder, table), again]
        asked += [_dangling(folder, table, one).select(pl.len()) for one in references(table)]
        found += sum(sum(frame.row(0)) for frame in (one.collect(engine="streaming") for one in asked))
    return found


def _dangling(folder: Path, table: str, one: Constraint) -> pl.LazyFrame:
    there = _scan(folder, one.limit).select(pl.col(key_column(one.limit)).alias("known"))
    rows = _scan(folder, table).filter(pl.col(one.column).is_not_null())
    return rows.join(there, left_on=one.column, right_on="known", how="anti")


def check_hashed(folder: Path) -> int:
    """How many faults there are, keys compared by their hashes; each table is read once."""
    found = 0
    known: dict[str, pl.Series] = {}
    asked: list[tuple[pl.Series, str]] = []
    for table in STORED:
        frame = _scan(folder, table).select(
            _hash(key_columns(table)).alias("key"),
            *(
                pl.when(pl.col(one.column).is_not_null()).then(_hash((one.column,))).alias(f"to {one.column}")
                for one in references(table)
            ),
        )
        hashes = frame.collect(engine="streaming")
        found += sum(_values(folder, table).collect(engine="streaming").row(0))
        found += hashes.height - hashes["key"].n_unique()
        known[table] = hashes["key"]
        asked += [(hashes[f"to {one.column}"].drop_nulls().unique(), one.limit) for one in references(table)]
    for said, there in asked:
        found += said.len() - int(said.is_in(known[there].implode()).sum())
    return found


def _hash(names: tuple[str, ...]) -> pl.Expr:
    """One hash for the values of these columns."""
    return pl.col(names[0]).hash() if len(names) == 1 else pl.struct(names).hash()


def faults(folder: Path) -> set[Fault]:
    """The faults themselves, keys compared as they are."""
    found: set[Fault] = set()
    for table in STORED:
        key = pl.concat_str(
            [pl.col(name).cast(pl.String).fill_null(NOTHING) for name in key_columns(table)], separator="/"
        ).alias("said key")
        rows = _scan(folder, table)
        for one in row_constraints(table):
            keys = rows.filter(broken(one)).select(key).collect()["said key"]
            found |= {(one.kind, table, one.column, said) for said in keys}
        again = rows.group_by(key).len().filter(pl.col("len") > 1).collect()["said key"]
        found |= {(KEY, table, "", said) for said in again}
        for one in references(table):
            keys = _dangling(folder, table, one).select(key).collect()["said key"]
            found |= {(REFERENCE, table, one.column, said) for said in keys}
    return found
