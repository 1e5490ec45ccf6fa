"""Tables as CSV and Parquet files, the same bytes for the same rows.

CSV is RFC 4180: UTF-8, CRLF, quotes only where they are needed, null as nothing between commas.
Parquet carries the types, a checksum per page and each column's description.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from .model import TABLES
from .tables import arrow_schema, exact

ROWS_AT_ONCE = 8192
_EPOCH, _INSTANT = datetime(1970, 1, 1), pa.timestamp("ms", tz="UTC")
ROW_GROUP = 131_072
MAX_GROWTH, SMALL = 200, 256 * 1024 * 1024  # Parquet holds such records about ten times denser than memory
# Every engine reads version 1 of the pages; version 2 would save nothing on tables without lists.
_PARQUET: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "row_group_size": ROW_GROUP,
    "use_dictionary": True,
    "write_statistics": True,
    "write_page_checksum": True,
    "store_schema": True,
}
PART_ROWS = 32_768  # rows in a row group of a table in parts: a record by its id takes some milliseconds
# Of a table in parts: what belongs to a page can be found without reading its neighbours, where a reader knows how.
PART_FORMAT = {name: value for name, value in _PARQUET.items() if name != "row_group_size"} | {"write_page_index": True}


class Sink(Protocol):
    """Something that takes bytes."""

    def write(self, data: bytes) -> int:
        """Take some bytes."""


def _shown(kind: pa.DataType) -> Callable[[Any], str]:
    """How the values of a type are written in CSV."""
    if pa.types.is_boolean(kind):
        return lambda value: "true" if value else "false"
    if pa.types.is_decimal(kind):
        return exact
    if kind == _INSTANT:
        return _instant
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str


def _instant(milliseconds: int) -> str:
    """An instant of the model, counted in milliseconds since 1970, in ISO 8601."""
    return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat() + "Z"


def _values(column: pa.Array) -> list[Any]:
    """The values of a column; the model's instants as numbers, since Arrow would import pandas for them."""
    return list((column.cast(pa.int64()) if column.type == _INSTANT else column).to_pylist())


def csv_rows(rows: pa.Table) -> Iterator[tuple[str, ...]]:
    """The rows of a table as the cells of a CSV file, without the header."""
    kinds = [_shown(field.type) for field in rows.schema]
    for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE):
        cells = [
            ["" if value is None else kind(value) for value in _values(column)]
            for kind, column in zip(kinds, batch.columns, strict=True)
        ]
        yield from zip(*cells, strict=True)


def write_csv(rows: pa.Table, out: Sink) -> None:
    """Write a table as CSV."""
    lines = itertools.chain([tuple(rows.column_names)], csv_rows(rows))
    while some := list(itertools.islice(lines, ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL).writerows(some)
        out.write(text.getvalue().encode("utf-8"))


def read_csv(path: Path) -> Iterator[list[str]]:
    """The rows of a CSV file, the header first. Raises ValueError when it is not CSV in UTF-8."""
    with path.open(encoding="utf-8", newline="") as file:
        try:
            yield from csv.reader(file, strict=True)
        except csv.Error as error:
            raise ValueError(f"not CSV: {error}") from error


def write_parquet(table: str, rows: pa.Table, out: Sink, said: Mapping[str, str]) -> None:
    """Write a table as Parquet, with a few words about it in the footer."""
    schema, order = _footer(table, said)
    pq.write_table(rows.cast(schema), out, sorting_columns=order, **_PARQUET)


def _footer(table: str, said: Mapping[str, str]) -> tuple[pa.Schema, Any]:
    schema = arrow_schema(table).with_metadata({key: value.encode("utf-8") for key, value in sorted(said.items())})
    return schema, pq.SortingColumn.from_ordering(schema, [(name, "ascending") for name in TABLES[table].primary_key])


def part_writer(table: str, out: Sink, said: Mapping[str, str]) -> pq.ParquetWriter:
    """What writes a part of a table, a row group at a time. Each group has to be one piece, as its pages follow it."""
    schema, order = _footer(table, said)
    return pq.ParquetWriter(out, schema, sorting_columns=order, **PART_FORMAT)


def parquet_size(path: Path) -> tuple[int, int]:
    """How many rows a Parquet file says it has, and to how many bytes its pages grow, without reading them."""
    footer = pq.read_metadata(path)
    groups = (footer.row_group(number) for number in range(footer.num_row_groups))
    return footer.num_rows, sum(group.total_byte_size for group in groups)


def growth_limit(path: Path) -> int:
    """How many bytes the rows of a Parquet file may take before it counts as a bomb."""
    return max(SMALL, MAX_GROWTH * path.stat().st_size)


def read_parquet(path: Path, limit: int | None = None) -> pa.Table:
    """Read a Parquet file, checking the checksum of every page.

    Raises ValueError as soon as the rows take more than `limit` bytes: a dictionary of one long
    text lets a small file say it a million times, and no size in the footer tells.
    """
    file = pq.ParquetFile(path, page_checksum_verification=True)
    batches: list[pa.RecordBatch] = []
    for batch in file.iter_batches(ROWS_AT_ONCE, use_threads=False):
        batches.append(batch)
        limit = None if limit is None else limit - batch.nbytes
        if limit is not None and limit < 0:
            raise ValueError("it would grow beyond all measure")
    return pa.Table.from_batches(batches, schema=file.schema_arrow)
