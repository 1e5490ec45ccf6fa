"""Plain SQL on DuckDB, as one would write it by hand for this subset: a query for each table's values,
one for its key, one for each reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from onrecord.tables import STORED

from . import KEY, LENGTH, PATTERN, RANGE, REFERENCE, REQUIRED, VOCABULARY, Fault
from .data import parquet_files
from .subset import Constraint, key_column, key_columns, references, row_constraints


def _text(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"


def _broken(one: Constraint) -> str:
    """The condition under which a row breaks a constraint."""
    name = f'"{one.column}"'
    match one.kind:
        case k if k == REQUIRED:
            return f"{name} IS NULL"
        case k if k == PATTERN:
            return f"NOT regexp_matches({name}, {_text(one.limit)})"
        case k if k == LENGTH:
            return f"length({name}) > {one.limit}"
        case k if k == VOCABULARY:
            return f"{name} NOT IN ({', '.join(map(_text, one.limit))})"
    assert one.kind == RANGE
    least, most = one.limit
    said = [f"{name} < {least}"] if least is not None else []
    return " OR ".join(said + ([f"{name} > {most}"] if most is not None else []))


def _connection(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    for table in STORED:
        files = ", ".join(_text(str(file)) for file in parquet_files(folder, table))
        connection.execute(f'CREATE VIEW "{table}" AS SELECT * FROM read_parquet([{files}])')
    return connection


def _key(table: str) -> str:
    return " || '/' || ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '(null)')" for name in key_columns(table))


def _dangling(table: str, one: Constraint) -> str:
    there = key_column(one.limit)
    known = f'SELECT "{there}" AS known FROM "{one.limit}"'
    return f'FROM "{table}" ANTI JOIN ({known}) ON "{one.column}" = known WHERE "{one.column}" IS NOT NULL'


def _counting() -> Iterator[str]:
    for table in STORED:
        counts = ", ".join(f"count(*) FILTER (WHERE {_broken(one)})" for one in row_constraints(table))
        yield f'SELECT {counts} FROM "{table}"'
        names = ", ".join(f'"{name}"' for name in key_columns(table))
        yield f'SELECT count(*) FROM (SELECT 1 FROM "{table}" GROUP BY {names} HAVING count(*) > 1)'
        yield from (f"SELECT count(*) {_dangling(table, one)}" for one in references(table))


def check(folder: Path) -> int:
    """How many faults there are."""
    connection = _connection(folder)
    return sum(sum(connection.execute(query).fetchone() or ()) for query in _counting())


def faults(folder: Path) -> set[Fault]:
    """The faults themselves."""
    connection, found = _connection(folder), set[Fault]()

    def add(kind: str, table: str, column: str, query: str) -> None:
        found.update((kind, table, column, key) for (key,) in connection.execute(query).fetchall())

    for table in STORED:
        for one in row_constraints(table):
            add(one.kind, table, one.column, f'SELECT {_key(table)} FROM "{table}" WHERE {_broken(one)}')
        again = f'SELECT {_key(table)} AS k FROM "{table}" GROUP BY k HAVING count(*) > 1'
        add(KEY, table, "", again)
        for one in references(table):
            add(REFERENCE, table, one.column, f"SELECT {_key(table)} {_dangling(table, one)}")
    return found
