"""Input of any kind as tables: what lies at a path or an address, taken in and ready for the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LoadError
from ..finding import Finding
from ..staging import settle
from .address import local_copy
from .kinds import Kind, kind_at
from .parquet import parquet_tables
from .progress import Told, silent

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

FETCHED, STAGED = "fetched", "staged"  # folders in the work folder


@dataclass(frozen=True, slots=True)
class Intake:
    """Tables, and what was found while they were read; the last three are of JSON Lines only."""

    kind: Kind
    path: Path
    tables: dict[str, Dataset]
    findings: Iterable[Finding] = ()
    complete: bool = True
    unread: frozenset[str] | None = frozenset()
    lines: Dataset | None = None


def take(
    where: str | Path, work: Path, *, memory: int | None = None, told: Told = silent, resume: bool = False
) -> Intake:
    """What lies at a path or an address, as tables. What has to be fetched or made is put into `work`.

    Raises LoadError when it cannot be read, or holds records in YAML, which are no input of this kind.
    """
    path = local_copy(where, work / FETCHED, told)
    kind = kind_at(path)
    if kind == "jsonl":
        from .jsonlines import stage

        made = stage([path], work / STAGED, memory=memory, told=told, resume=resume)
        return Intake(kind, path, made.tables, made.findings, made.complete, made.unread, made.lines)
    if kind == "records":
        help = "name a folder of Parquet tables or of JSON Lines, a file of JSON Lines, or a package"
        raise LoadError(f"{where} holds neither tables nor JSON Lines", help=help)
    return Intake(kind, path, parquet_tables(_settled(path) if kind == "package" else path))


def _settled(path: Path) -> Path:
    """A package's folder, when no build is putting files into it."""
    folder = path if path.is_dir() else path.parent
    if not settle(folder):
        help = "wait for the build to end, or run `onrecord build` to finish one that was cut short"
        raise LoadError(f"the package in {folder} is being replaced", help=help)
    return folder
