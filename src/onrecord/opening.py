"""Where a dataset is and how its tables come out of it: a data package, here or at an address, or records in YAML."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .errors import LoadError

if TYPE_CHECKING:
    import pyarrow as pa

    from .finding import Finding
    from .parts.part import Part
    from .tables import Source

DESCRIPTOR = "datapackage.json"
VERIFY = "`onrecord verify` says what is wrong with the package; `onrecord build` makes a new one from records"


class Opened(Protocol):
    """A place that tables can be read from, one at a time."""

    @property
    def root(self) -> Path:
        """The folder it lies in. Raises LoadError where it lies in none."""

    @property
    def where(self) -> str:
        """Where it lies, for people."""

    def describe(self) -> Mapping[str, Any]:
        """What the dataset says of itself: its name, version, licences."""

    def read(self, table: str) -> pa.Table:
        """One table. Raises LoadError when it cannot be read."""

    @property
    def in_parts(self) -> bool:
        """Whether tables lie in many files and are too large to be held in memory unasked."""

    def guarded(self, what: str, /) -> AbstractContextManager[None]:
        """While rows are read: what goes wrong with files and connections is a LoadError."""

    def source(self, table: str) -> Source:
        """One table as what it lies in: files that are read when asked for, or rows in memory."""

    @property
    def elsewhere(self) -> bool:
        """Whether it lies at an address."""

    def local(self, table: str) -> Source:
        """One table on this machine: what lies at an address is fetched."""

    def verify(self) -> list[Finding]:
        """The faults of the dataset as it lies there."""


def described(raw: bytes, place: object) -> dict[str, Any]:
    """A descriptor. Raises LoadError when it is none."""
    try:
        said = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LoadError(f"{place} is not JSON: {error}", help=VERIFY) from error
    if not isinstance(said, dict):
        raise LoadError(f"{place} does not describe a data package", help=VERIFY)
    return said


class PackageFolder:
    """A data package: a descriptor, and one or many Parquet files for each table."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.where = str(root)

    @cached_property
    def _descriptor(self) -> dict[str, Any]:
        path = self.root / DESCRIPTOR
        try:
            return described(path.read_bytes(), path)
        except OSError as error:
            raise LoadError(f"cannot read {path}: {error.strerror}", help=VERIFY) from error

    @cached_property
    def _parts(self) -> dict[str, list[Part]]:
        resources = self._descriptor.get("resources")
        if not isinstance(resources, list) or not any("parts" in item for item in resources if isinstance(item, dict)):
            return {}
        from .parts.opened import parts_listed

        edition, path = self._edition, self.root / DESCRIPTOR
        with self.guarded(str(path)):
            listed = parts_listed(described(path.read_bytes(), path))
        self._same_as(edition)
        return listed

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """What goes wrong with a file is a LoadError."""
        import pyarrow as pa

        try:
            yield
        except (OSError, ValueError, pa.ArrowException) as error:  # Arrow reports most damaged files as OSError
            raise LoadError(f"cannot read {what}: {' '.join(str(error).split())[:300]}", help=VERIFY) from error

    @property
    def in_parts(self) -> bool:
        """Whether its tables lie in parts."""
        return bool(self._parts)

    def describe(self) -> Mapping[str, Any]:
        """The descriptor."""
        return self._descriptor

    @cached_property
    def _edition(self) -> tuple[int, ...]:
        """What the descriptor's file was like when the first table was asked for."""
        from .staging import settle

        if not settle(self.root):
            help = "wait for the build to end, or run `onrecord build` to finish one that was cut short"
            raise LoadError(f"the package in {self.root} is being replaced", help=help)
        return self._stamp()

    def _stamp(self) -> tuple[int, ...]:
        try:
            said = (self.root / DESCRIPTOR).stat()
        except OSError as error:
            raise LoadError(f"cannot read {self.root / DESCRIPTOR}: {error.strerror}", help=VERIFY) from error
        return said.st_ino, said.st_mtime_ns, said.st_size

    def read(self, table: str) -> pa.Table:
        """One table, with its schema as the model has it."""
        from .descriptor import table_file
        from .tables import arrow_schema

        schema, edition = arrow_schema(table), self._edition
        if self._parts:
            with self.guarded(table):
                return whole(table, self.source(table))
        rows = parquet_rows(self.root / table_file(table, "parquet"))
        self._same_as(edition)
        if not rows.schema.equals(schema):
            raise LoadError(
                f"{table}.parquet does not have the columns that this version of onrecord knows", help=VERIFY
            )
        return rows

    def _same_as(self, edition: tuple[int, ...]) -> None:
        """Raises LoadError when another edition was put in place meanwhile: tables of two do not fit together."""
        if self._stamp() != edition:
            raise LoadError(f"the package in {self.root} was replaced since it was opened", help="load it again")

    def source(self, table: str) -> Source:
        """One table: its parts, or its rows in memory where it lies in one file."""
        from .tables import arrow_schema

        arrow_schema(table)  # raises for an unknown table
        if not self._parts:
            return self.read(table)
        from pyarrow.fs import LocalFileSystem

        from .parts.opened import dataset_of

        self._same_as(self._edition)
        return dataset_of(table, self._parts[table], str(self.root.absolute()), LocalFileSystem())

    @property
    def elsewhere(self) -> bool:
        """No."""
        return False

    def local(self, table: str) -> Source:
        """One table."""
        return self.source(table)

    def verify(self) -> list[Finding]:
        """Findings of the package verifier: files, hashes, schemas, rules."""
        from .verify import verify_package

        return verify_package(self.root)


def whole(table: str, source: Source) -> pa.Table:
    """All rows of a table."""
    import pyarrow as pa

    from .tables import arrow_schema

    return source if isinstance(source, pa.Table) else source.to_table().cast(arrow_schema(table))


def parquet_rows(path: Path) -> pa.Table:
    """The rows of a table's file with the columns that it has. Raises LoadError when it cannot be read."""
    import pyarrow as pa

    from .formats import growth_limit, read_parquet

    try:
        return read_parquet(path, growth_limit(path))
    except FileNotFoundError as error:
        raise LoadError(f"there is no {path.name} in {path.parent}", help=VERIFY) from error
    except (OSError, ValueError, pa.ArrowException) as error:  # Arrow reports most damaged files as OSError
        raise LoadError(f"cannot read {path}: {error}", help=VERIFY) from error


class RecordsFolder:
    """A folder of YAML records; its tables are made in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.where = str(root)

    @cached_property
    def _tables(self) -> Mapping[str, pa.Table]:
        from .engine import with_overview
        from .records import load_records
        from .tables import to_tables

        loaded = load_records(self.root)
        if not loaded.complete:  # the tables would be short of records and say nothing about it
            help = f"`onrecord check {self.root}` lists them with their places"
            raise LoadError(f"faults in {self.root} keep records from being read", help=help)
        return with_overview(to_tables(loaded.records))

    def describe(self) -> Mapping[str, Any]:
        """What `package.yaml` says; nothing while it is missing or has faults, which `onrecord check` lists."""
        from .info import read_info

        info, _ = read_info(self.root)
        return info.model_dump(mode="json", exclude_none=True) if info else {}

    def read(self, table: str) -> pa.Table:
        """One table."""
        from .tables import arrow_schema

        arrow_schema(table)  # raises for an unknown table
        return self._tables[table]

    def guarded(self, _: str) -> AbstractContextManager[None]:
        """Nothing is read any more once the records are in memory."""
        return nullcontext()

    @property
    def in_parts(self) -> bool:
        """Never: records that are written by hand fit into memory."""
        return False

    def source(self, table: str) -> Source:
        """One table."""
        return self.read(table)

    @property
    def elsewhere(self) -> bool:
        """No."""
        return False

    def local(self, table: str) -> Source:
        """One table."""
        return self.source(table)

    def verify(self) -> list[Finding]:
        """Findings of a check of the records."""
        from .check import check

        return list(check(self.root).findings)


def opened(path: str | os.PathLike[str] | None) -> Opened:
    """What lies at a path, or the dataset that comes with the package. Reads nothing yet."""
    if path is None:
        return PackageFolder(bundled())
    root = Path(path)
    try:
        return _at(root.parent if root.name == DESCRIPTOR else root)
    except (OSError, ValueError) as error:
        raise LoadError(f"cannot open {path}: {error}", help="name a folder that can be read") from error


def _at(root: Path) -> Opened:
    if (root / DESCRIPTOR).is_file():
        return PackageFolder(root)

    from .records import records_folder

    if not root.exists():
        raise LoadError(f"there is no folder {root}", help="name a folder that holds a dataset")
    if not root.is_dir():
        raise LoadError(f"{root} is not a folder", help=f"name the folder that holds {DESCRIPTOR} or the records")
    if not any(records_folder(root).glob("*.yaml")):
        raise LoadError(f"{root} holds neither {DESCRIPTOR} nor records", help="name a folder that holds one of them")
    return RecordsFolder(root)


def bundled(package: Path | None = None) -> Path:
    """The dataset that comes with the package: beside its modules, or in the checkout they lie in."""
    home = package or Path(str(files(__package__)))
    data, project = home / "data", home.parent.parent
    if (data / DESCRIPTOR).is_file():
        return data
    if home.parent.name != "src":
        help = "install onrecord anew, or give `load` the path of a dataset"
        raise LoadError("this installation of onrecord carries no dataset", help=help)
    if not (project / DESCRIPTOR).is_file():
        raise LoadError(f"no dataset is built in {project}", help="`onrecord build` makes it from the records")
    return project
