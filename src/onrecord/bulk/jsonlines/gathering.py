"""The parts of a run gathered: logs counted through, the files of each table listed, what was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...errors import LoadError
from ...finding import Finding
from ...model import TermRecord
from ...tables import STORED, arrow_schema, empty, to_tables
from .block import LINES, LOGS, PLACES_SCHEMA
from .parts import NAMED_AT_MOST, Part, cannot_write
from .running import not_lines
from .staged import Staged

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

GATHERED = "gathered"


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of all parts, read from disk when they are gone through."""

    parts: Sequence[Part]

    def __iter__(self) -> Iterator[Finding]:
        """Each finding, in the order of files and lines."""
        for part in self.parts:
            yield from part.findings()


def gathered(parts: Sequence[Part], folder: Path) -> Staged:
    """What the parts of a run are together. Raises LoadError when a file had no line that could be read."""
    _refuse_unreadable(parts)
    files: dict[str, list[Path]] = {}
    for part in parts:
        for table, file in part.tables():
            files.setdefault(table, []).append(file)
    try:
        for section in LOGS:
            _count_through(section.key, section.model.table, parts, folder / GATHERED, files)
        tables = {table: _dataset(files.get(table, []), arrow_schema(table), folder, table) for table in STORED}
        tables[TermRecord.table] = _terms(folder)
        lines = _dataset(files.get(LINES, []), PLACES_SCHEMA, folder, LINES)
    except OSError as error:
        raise cannot_write(folder, error) from error
    complete = not any(part.lost for part in parts)
    return Staged(tables, Findings(parts), complete, _unread(parts), lines)


def _refuse_unreadable(parts: Sequence[Part]) -> None:
    """Refuse a file of which every line is a fault."""
    by_file: dict[str, list[Part]] = {}
    for part in parts:
        by_file.setdefault(str(part.file), []).append(part)
    for file, some in by_file.items():
        if any(part.unreadable for part in some) and not any(part.readable for part in some):
            first = next(finding for part in some for finding in part.findings())
            raise not_lines(Path(file), first.message)
    if not any(part.readable or part.lost for part in parts):
        said = ", ".join(by_file)
        raise LoadError(f"there are no records in {said}: no line has any", help="name a file of JSON Lines")


def _unread(parts: Sequence[Part]) -> frozenset[str] | None:
    named: set[str] = set()
    for part in parts:
        if part.unread is None:
            return None
        named.update(part.unread)
    return frozenset(named) if len(named) <= NAMED_AT_MOST else None


def _count_through(key: str, table: str, parts: Sequence[Part], folder: Path, files: dict[str, list[Path]]) -> None:
    """Write the entries of a log anew with their numbers over all parts, where more than one part has some."""
    before = 0
    moved: list[Path] = []
    for part in parts:
        file = dict(part.tables()).get(table)
        if file is not None:
            moved.append(_renumbered(file, table, before, folder / f"{part.folder.name}-{table}.parquet"))
        before += part.logs.get(key, 0)
    if moved:
        files[table] = moved


def _renumbered(file: Path, table: str, before: int, target: Path) -> Path:
    if not before:
        return file
    rows = pq.read_table(file, schema=arrow_schema(table))
    place = rows.schema.get_field_index("number")
    counted = pc.add(rows.column("number"), pa.scalar(before, pa.int64()))
    _write(rows.set_column(place, rows.schema.field(place), counted), target)
    return target


def _terms(folder: Path) -> Dataset:
    target = folder / GATHERED / f"{TermRecord.table}.parquet"
    _write(to_tables({})[TermRecord.table], target)
    return _opened([target], arrow_schema(TermRecord.table))


def _dataset(files: Sequence[Path], schema: pa.Schema, folder: Path, table: str) -> Dataset:
    if not files:
        files = [folder / GATHERED / f"no {table}.parquet"]
        _write(empty(schema), files[0])
    return _opened(files, schema)


def _write(rows: pa.Table, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    beside = target.with_suffix(".unfinished")
    pq.write_table(rows, beside, store_schema=False)
    beside.replace(target)


def _opened(files: Sequence[Path], schema: pa.Schema) -> Dataset:
    import pyarrow.dataset as pads

    return pads.dataset([str(file) for file in files], schema=schema, format="parquet")
