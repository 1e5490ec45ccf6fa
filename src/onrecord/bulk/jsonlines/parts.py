"""Parts on disk: a folder for each, with its rows, its findings and a page that says it is whole.

A part is made in a folder of another name and renamed when all of it is written, so that it is
there or it is not, whenever a run is stopped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...errors import LoadError
from ...finding import Finding, Location, Severity
from .block import Made
from .lines import RawPart
from .unnesting import CODED

PAGE = "part.json"
FINDINGS = "findings.jsonl"
NAMED_AT_MOST = 100_000  # lost records that are named; when there are more, no one of them is
_OPTIONS: dict[str, Any] = {
    "compression": "none",
    "store_schema": False,  # what is numbered in a block is plain text to who reads it
    "write_statistics": False,
    "dictionary_pagesize_limit": 1 << 26,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A finished part, as its page says."""

    folder: Path
    file: str
    source: list[Any]
    start: int
    first: int
    end: int
    after: int
    last: bool
    files: Mapping[str, int]
    """The name and the bytes of each file."""
    logs: Mapping[str, int]
    """How many entries each log has in the part."""
    lost: int
    unread: list[str] | None
    readable: int
    unreadable: int

    def tables(self) -> Iterator[tuple[str, Path]]:
        """The tables that have rows in it, and their files."""
        for name in self.files:
            if name.endswith(".parquet"):
                yield name.removesuffix(".parquet"), self.folder / name

    def findings(self) -> Iterator[Finding]:
        """What was found in it."""
        if FINDINGS in self.files:
            with (self.folder / FINDINGS).open(encoding="utf-8") as lines:
                yield from map(_finding, lines)


class PartWriter:
    """Writes the blocks of a part."""

    def __init__(self, folder: Path, part: RawPart) -> None:
        self._target = folder / f"part-{part.number:06}"
        self._folder = folder / f"{self._target.name}.unfinished"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._files: dict[str, pq.ParquetWriter] = {}
        self._findings: Any = None
        self._lost: set[str] | None = set()
        self._counts = {"lost": 0, "readable": 0, "unreadable": 0}
        self.logs: dict[str, int] = {}

    def add(self, made: Made) -> None:
        """Write what became of a block."""
        for table, rows in made.tables.items():
            self._writer(table, rows[0].schema).write_table(pa.concat_tables(rows))
        self.find(made.findings)
        self.lose(made.lost)
        self._counts["readable"] += made.readable
        self._counts["unreadable"] += made.unreadable
        self.logs = made.logs

    def find(self, findings: Iterable[Finding]) -> None:
        """Write findings."""
        for finding in findings:
            if self._findings is None:
                self._findings = (self._folder / FINDINGS).open("w", encoding="utf-8")
            self._findings.write(json.dumps(_plain(finding)) + "\n")

    def lose(self, lost: Iterable[Finding]) -> None:
        """Note findings by which a record is lost."""
        for finding in lost:
            self._counts["lost"] += 1
            named = finding.key is not None and finding.column != "id"
            if self._lost is not None and named and len(self._lost) < NAMED_AT_MOST:
                self._lost.add(finding.key or "")
            else:
                self._lost = None

    def _writer(self, table: str, schema: pa.Schema) -> pq.ParquetWriter:
        if table not in self._files:
            file = self._folder / f"{table}.parquet"
            listed = [field.name for field in schema if field.type == CODED or field.name in ("record_table", "file")]
            self._files[table] = pq.ParquetWriter(file, schema, use_dictionary=listed, **_OPTIONS)
        return self._files[table]

    def finish(self, part: RawPart, last: bool) -> Part:
        """Close all files and put the part in its place."""
        self.close()
        sizes = {file.name: file.stat().st_size for file in sorted(self._folder.iterdir())}
        said: dict[str, Any] = {
            "file": str(part.source.path),
            "source": part.source.identity,
            "start": part.start,
            "first": part.first,
            "end": part.end,
            "after": part.after,
            "last": last,
            "files": sizes,
            "logs": self.logs,
            "unread": None if self._lost is None else sorted(self._lost),
            **self._counts,
        }
        (self._folder / PAGE).write_text(json.dumps(said), encoding="utf-8")
        shutil.rmtree(self._target, ignore_errors=True)
        self._folder.rename(self._target)
        return Part(self._target, **said)

    def close(self) -> None:
        """Close what is open."""
        for writer in self._files.values():
            writer.close()
        if self._findings is not None:
            self._findings.close()

    def drop(self) -> None:
        """Leave nothing of the part."""
        try:
            self.close()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)


def finished(folder: Path, wanted: RawPart) -> Part | None:
    """The part that is wanted, where an earlier run finished it and it is whole."""
    target = folder / f"part-{wanted.number:06}"
    try:
        part = Part(target, **json.loads((target / PAGE).read_text(encoding="utf-8")))
        whole = all((target / name).stat().st_size == size for name, size in part.files.items())
        for _, file in part.tables():
            pq.read_metadata(file)
    except (OSError, ValueError, TypeError):
        return None
    of = (str(wanted.source.path), wanted.source.identity, wanted.start, wanted.first)
    same = (part.file, part.source, part.start, part.first) == of
    return part if whole and same else None


def _plain(finding: Finding) -> dict[str, Any]:
    return asdict(finding)


def _finding(line: str) -> Finding:
    said = json.loads(line)
    said["severity"] = Severity(said["severity"])
    said["location"] = Location(**said["location"]) if said["location"] else None
    said["others"] = tuple(Location(**place) for place in said["others"])
    return Finding(**said)


def cannot_write(folder: Path, error: OSError) -> LoadError:
    """The error for a disk that is full, or a folder that cannot be written to."""
    help = "name a folder on a disk with more space: `--work DIR`, or the environment variable TMPDIR"
    return LoadError(f"cannot write to {folder}: {error.strerror or error}", help=help)
