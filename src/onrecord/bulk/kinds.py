"""What lies at a path: records in YAML, a package, tables in Parquet files, or JSON Lines."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ..model import TABLES
from ..records import PACKAGE, records_folder
from ..rules.packaged import DESCRIPTOR

Kind = Literal["records", "package", "parquet", "jsonl"]
_LINES = (".jsonl", ".ndjson")
_PACKED = ("", ".gz", ".zst")
# What packed files begin with: gzip, zstd, and frames of zstd that are passed over, as some packers put first.
PACKINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"} | {
    bytes([kind]) + b"\x2a\x4d\x18": "zstd" for kind in range(0x50, 0x60)
}
_BEGINNINGS = (b"{", *PACKINGS)
JSONL_ENDINGS = tuple(f"{lines}{packed}" for lines in _LINES for packed in _PACKED)


def kind_at(path: Path) -> Kind:
    """The kind of what lies at a path; `records` where nothing else is recognised."""
    if not path.is_dir():
        if path.name == DESCRIPTOR:
            return "package"
        if path.suffix == ".parquet":
            return "parquet"
        return "jsonl" if path.name.endswith(JSONL_ENDINGS) or _begins_like_lines(path) else "records"
    if _has_records(path):
        return "records"
    if (path / DESCRIPTOR).is_file():
        return "package"
    if has_tables(path) or has_tables(path / "claims" / "tables"):
        return "parquet"
    return "jsonl" if any(file.name.endswith(JSONL_ENDINGS) for file in path.iterdir()) else "records"


def _has_records(folder: Path) -> bool:
    """Whether a folder holds records in YAML; `package.yaml` beside tables or lines describes these."""
    records = records_folder(folder)
    return any(records != folder or file.name != PACKAGE for file in records.glob("*.yaml"))


def _begins_like_lines(path: Path) -> bool:
    """Whether a file of another name begins like a line of JSON, or like a packed file."""
    try:
        if not path.is_file() or path.suffix in (".yaml", ".yml"):
            return False
        with path.open("rb") as file:
            return file.read(4).startswith(_BEGINNINGS)
    except OSError:
        return False


def has_tables(folder: Path) -> bool:
    """Whether a folder holds a table of the model, as a Parquet file or as a folder of them."""
    return any((folder / f"{table}.parquet").is_file() or any((folder / table).rglob("*.parquet")) for table in TABLES)
