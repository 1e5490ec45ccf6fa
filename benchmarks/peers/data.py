"""The data that is measured: one package as Parquet (`tables/`), as CSV (`csv/`) and as JSON Lines (`records/`).

    python -m peers.data FOLDER

writes the CSV files of a folder's Parquet files.
"""

from __future__ import annotations

import sys
from pathlib import Path

from onrecord.tables import STORED


def parquet_files(folder: Path, table: str | None = None) -> list[Path]:
    """The Parquet files of a table, or of every table that is checked, in the order of their names."""
    tables, root = STORED if table is None else (table,), folder / "tables"
    return [file for name in tables for file in (sorted((root / name).glob("*.parquet")) or [root / f"{name}.parquet"])]


def csv_file(table: str) -> str:
    """The path of a table's CSV file."""
    return f"csv/{table}.csv"


def write_csv_files(folder: Path) -> None:
    """Write the rows of every table as one CSV file."""
    import pyarrow.parquet as pq

    from onrecord.formats import write_csv

    (folder / "csv").mkdir(exist_ok=True)
    for table in STORED:
        rows = pq.read_table([str(file) for file in parquet_files(folder, table)])
        with (folder / csv_file(table)).open("wb") as file:
            write_csv(rows, file)


if __name__ == "__main__":
    write_csv_files(Path(sys.argv[1]))
