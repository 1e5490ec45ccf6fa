"""Pydantic row by row: the record models over rows from Parquet. A row knows nothing of other rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from onrecord.model import TABLES
from onrecord.tables import STORED

from . import LENGTH, PATTERN, RANGE, REQUIRED, VOCABULARY, Fault
from .data import parquet_files
from .subset import key_columns, key_of

ROWS_AT_ONCE = 8_192
_KINDS = {
    "string_pattern_mismatch": PATTERN,
    "string_too_long": LENGTH,
    "literal_error": VOCABULARY,
    "greater_than_equal": RANGE,
    "less_than_equal": RANGE,
}


def _rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    for file in parquet_files(folder, table):
        for batch in pq.ParquetFile(file).iter_batches(ROWS_AT_ONCE):
            yield from batch.to_pylist()


def _failing(folder: Path) -> Iterator[tuple[str, dict[str, Any], ValidationError]]:
    for table in STORED:
        model = TABLES[table]
        for row in _rows(folder, table):
            try:
                model.model_validate(row)
            except ValidationError as error:
                yield table, row, error


def check(folder: Path) -> int:
    """How many values are at fault."""
    return sum(error.error_count() for _, _, error in _failing(folder))


def faults(folder: Path) -> set[Fault]:
    """The values at fault, each by the key of its row."""
    found: set[Fault] = set()
    for table, row, error in _failing(folder):
        key = key_of(tuple(row[name] for name in key_columns(table)))
        for one in error.errors(include_url=False, include_context=False):
            kind = REQUIRED if one["input"] is None else _KINDS.get(one["type"], one["type"])
            found.add((kind, table, str(one["loc"][0]), key))
    return found
