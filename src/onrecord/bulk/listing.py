"""Which Parquet files belong to which table: found in a folder, compared with the descriptor where there is one."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..descriptor import TABLES_FOLDER
from ..model import TABLES
from ..rules.packaged import DESCRIPTOR
from ..staging import is_plain

_NULL = "__HIVE_DEFAULT_PARTITION__"  # what stands for null in the name of a folder
_UNCLEAR = re.compile(r"[=?\\\x00-\x1f\x7f\ud800-\udfff]")
_NUMBERED = re.compile(r"(\D*)(\d+)\.parquet")


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is wrong with a table, or with one of its files."""

    table: str
    said: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table, and the columns that the names of its folders state."""

    path: Path
    name: str
    keys: Mapping[str, str | None] = field(default_factory=dict)


def tables_root(folder: Path) -> Path:
    """Where the tables of a folder lie: `claims/tables` below it, or the folder itself."""
    below = folder / TABLES_FOLDER
    return below if below.is_dir() else folder


def listed(folder: Path) -> tuple[dict[str, list[Part]], list[Misfit]]:
    """The files of each table, by name, and what is wrong with the listing."""
    root, parts = tables_root(folder), dict[str, list[Part]]()
    misfits: list[Misfit] = []
    described = _described(folder, misfits)
    for table in TABLES:
        found = list(_found(root, table))
        parts[table] = sorted((one for one in found if isinstance(one, Part)), key=lambda part: part.name)
        misfits += [one for one in found if isinstance(one, Misfit)]
        if described is None:
            misfits += _gaps(table, parts[table])
        elif table in described:
            misfits += _differences(folder, root, table, parts[table], described[table])
    return parts, misfits


# Found in the folder


def _found(root: Path, table: str) -> Iterator[Part | Misfit]:
    one, folder = root / f"{table}.parquet", root / table
    if one.is_file() and folder.is_dir():
        yield Misfit(table, f"there is {one.name} and a folder {table} too; which is it?")
    elif one.is_file():
        yield Part(one, one.name)
    elif one.exists() and not one.is_dir():
        yield Misfit(table, "it is not a file", one.name)
    elif one.is_dir() or folder.is_dir():  # Spark writes a folder of the name that it is given
        yield from _walked(root, one if one.is_dir() else folder, table)


def _walked(root: Path, folder: Path, table: str) -> Iterator[Part | Misfit]:
    errors: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not _aside(name))
        for name in folders:
            if Path(place, name).is_symlink():
                yield Misfit(table, "it is a link to a folder, which is not followed", _below(root, Path(place, name)))
        for name in sorted(files):
            if not _aside(name):
                yield _part(root, folder, table, Path(place, name))
    for error in errors:
        yield Misfit(table, f"it cannot be read: {error.strerror}", _below(root, Path(str(error.filename))))


def _aside(name: str) -> bool:
    """Whether a file or folder is by custom not a part: `_SUCCESS`, `.part-0.parquet.crc`, `_temporary`."""
    return name.startswith((".", "_"))


def _below(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _part(root: Path, folder: Path, table: str, path: Path) -> Part | Misfit:
    name = _below(root, path)
    if path.suffix != ".parquet":
        return Misfit(table, "its name does not end in .parquet", name)
    if not path.is_file():  # a pipe would be waited for without end, a link may lead nowhere
        return Misfit(table, "it is not a file", name)
    pairs = [piece.partition("=") for piece in path.parent.relative_to(folder).parts if "=" in piece]
    keys = {unquote(key): None if value == _NULL else unquote(value) for key, _, value in pairs}
    unclear = next(
        (one for one in pairs if unquote(one[0]) in TABLES[table].model_fields and not _is_clear(one[2])), None
    )
    if unclear is not None:
        said = "".join(unclear)
        return Misfit(
            table, f"`{said}` is read in more than one way: write each other sign as `%` and its UTF-8 bytes", name
        )
    return Part(path, name, keys)


def _is_clear(value: str) -> bool:
    """Whether every reader takes the same value from the name of a folder."""
    try:
        said = unquote(value, errors="strict")
    except UnicodeDecodeError:
        return False
    return "\0" not in said and not _UNCLEAR.search(value)


def _gaps(table: str, parts: Iterable[Part]) -> Iterator[Misfit]:
    """Numbers missing among files that are numbered one after the other.

    A single file is no row of files; where less than half of the numbers are there, they are names.
    """
    numbered: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for part in parts:
        if not part.keys and (read := _NUMBERED.fullmatch(part.path.name)):
            numbered[str(part.path.parent), read[1]][int(read[2])] = len(read[2])
    for (_, stem), there in numbered.items():
        first = min(0 if min(there) <= 1 and 0 in there else 1, min(there))
        wanted = max(there) - first + 1
        if 1 < len(there) < wanted <= 2 * len(there):
            gone = [f"{stem}{n:0{max(there.values())}}.parquet" for n in range(first, max(there)) if n not in there]
            yield Misfit(table, f"the files are numbered up to {max(there)}, and {', '.join(gone[:3])} is missing")


# Named in the descriptor


def _described(folder: Path, misfits: list[Misfit]) -> dict[str, dict[str, int | None]] | None:
    """The Parquet files that the descriptor names for each table, with their sizes; None without one."""
    path = folder / DESCRIPTOR
    if not path.is_file():
        return None
    described: dict[str, dict[str, int | None]] = defaultdict(dict)
    try:
        for resource in json.loads(path.read_bytes())["resources"]:
            files = dict(_files(resource))
            if files:
                described[str(resource["name"]).removesuffix("-parquet")].update(files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        misfits.append(Misfit("", "it does not describe a data package", DESCRIPTOR))
        return None
    return described


def _files(resource: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
    size = resource.get("bytes") if len(paths) == 1 else None
    sizes = {part["path"]: part.get("bytes") for part in resource.get("parts", ())}
    for path in paths:
        if path.endswith(".parquet"):
            if not isinstance(said := sizes.get(path, size), int | None):
                raise ValueError(f"{said!r} is no size")
            yield path, said


def _differences(
    folder: Path, root: Path, table: str, parts: Iterable[Part], described: Mapping[str, int | None]
) -> Iterator[Misfit]:
    there = {_below(folder, part.path) for part in parts}
    for name, size in described.items():
        if not is_plain(name):
            yield Misfit(table, f"{DESCRIPTOR} names a path that leads elsewhere", str(name))
        elif not (folder / name).is_file():
            yield Misfit(table, f"{DESCRIPTOR} names it, and it is missing", name)
        elif size is not None and (folder / name).stat().st_size != size:
            got = (folder / name).stat().st_size
            yield Misfit(table, f"it has {got:,} bytes, and {DESCRIPTOR} says {size:,}", _below(root, folder / name))
    for name in sorted(there - set(described)):
        yield Misfit(table, f"{DESCRIPTOR} does not name it", name)
