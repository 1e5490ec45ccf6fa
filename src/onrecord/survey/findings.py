"""All findings as one Parquet file, written a batch at a time and seen only when it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import BuildError
from ..finding import Finding
from ..staging import move, remove, sync

ROWS_AT_ONCE = 65_536
SCHEMA = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        *(pa.field(name, pa.string()) for name in ("record_table", "record_id", "record_column", "other_id")),
        pa.field("message", pa.string(), nullable=False),
        pa.field("help", pa.string()),
        pa.field("file", pa.string()),
        pa.field("line", pa.int64()),
    ]
)


class FindingsFile:
    """Takes findings and writes them when there are enough for a row group."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._rows: list[tuple[Any, ...]] = []

    def add(self, found: Iterable[tuple[Finding, str | None]]) -> None:
        """Take findings, each with the other record that it names."""
        self._rows += (row_of(finding, other) for finding, other in found)
        if len(self._rows) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            values = zip(*self._rows, strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(values, SCHEMA, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA))
            self._rows = []


def row_of(finding: Finding, other: str | None) -> tuple[Any, ...]:
    """A finding as a row of the file, with the other record that it names."""
    at = finding.location
    texts = (finding.table, finding.key, finding.column, other, finding.message, finding.help)
    return (
        finding.code,
        finding.name,
        finding.severity.value,
        *map(_sound, texts),
        _sound(at.file if at else None),
        at.line if at else None,
    )


def _sound(text: str | None) -> str | None:
    """A text that can be written as UTF-8: half of a surrogate pair becomes its escape."""
    return text and text.encode("utf-8", "backslashreplace").decode("utf-8")


def _refuse_others(path: Path) -> None:
    """Refuse to write over what is not a file of findings, such as a table that is checked."""
    if path.is_dir():
        raise BuildError(f"{path} is a folder", help="name the file that the findings are to be written to")
    if not path.exists() or (path.is_file() and (not path.stat().st_size or holds_findings(path))):
        return
    help = "name another file for the findings, or remove this one; nothing was changed"
    raise BuildError(f"{path} is there already and holds no findings", help=help)


def holds_findings(path: Path) -> bool:
    """Whether a file is a Parquet file of findings."""
    try:
        return set(pq.read_schema(path).names) >= {"code", "message"}
    except (OSError, ValueError, pa.ArrowException):
        return False


@contextmanager
def findings_file(path: Path) -> Iterator[FindingsFile]:
    """A file of findings. It takes the place of an older one when all is written; else nothing changes.

    Raises BuildError when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _refuse_others(path)
        try:
            with pq.ParquetWriter(draft, SCHEMA, compression="zstd", write_page_checksum=True) as writer:
                file = FindingsFile(writer)
                yield file
                file.flush()
            sync(draft)
            move(draft, path)
        finally:
            remove(draft)
    except OSError as error:
        help = "name a file in a folder that can be written to, on a disk with space left; nothing was changed"
        raise BuildError(f"cannot write {path}: {error.strerror or error}", help=help) from error
