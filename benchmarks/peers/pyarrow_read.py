"""The limit: every column of every table read with pyarrow, and nothing done with it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset  # noqa: F401  # read_table would load it while the clock runs
import pyarrow.parquet as pq

from .data import parquet_files

ROWS_AT_ONCE = 131_072


def in_batches(folder: Path) -> int:
    """Read all tables in a stream; returns the number of rows."""
    return sum(
        batch.num_rows for file in parquet_files(folder) for batch in pq.ParquetFile(file).iter_batches(ROWS_AT_ONCE)
    )


def as_tables(folder: Path) -> int:
    """Read all tables, file by file, each held until the next is read; returns the number of rows."""
    return sum(pq.read_table(file).num_rows for file in parquet_files(folder))
