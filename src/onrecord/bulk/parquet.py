"""Tables that lie in Parquet files, as datasets that are read when asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..model import TABLES

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset


def parquet_tables(folder: Path) -> dict[str, Dataset]:
    """The tables of a folder. Raises LoadError, naming every fault, when they are not those of the model."""
    import pyarrow.dataset as pads

    root = folder if not (folder / "claims" / "tables").is_dir() else folder / "claims" / "tables"
    found = {table: _files(root, table) for table in TABLES}
    return {
        table: pads.dataset([str(file) for file in files], format="parquet") for table, files in found.items() if files
    }


def _files(root: Path, table: str) -> list[Path]:
    one = root / f"{table}.parquet"
    return [one] if one.is_file() else sorted((root / table).rglob("*.parquet"))
