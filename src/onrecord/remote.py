"""A data package at an address."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from weakref import finalize

from .descriptor import table_file
from .errors import LoadError, OnrecordError
from .opening import DESCRIPTOR, described, whole

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.fs import FileSystem

    from .finding import Finding
    from .parts.part import Part
    from .tables import Source

AT_ONCE = 1024 * 1024


class PackageAt:
    """A data package at an address: nothing is fetched but what is asked for, in ranges of its files."""

    def __init__(self, where: str) -> None:
        from .bulk.address import safe

        self._address = where.removesuffix(DESCRIPTOR).rstrip("/")
        self.where = safe(self._address)

    @property
    def root(self) -> Path:
        """The folder it lies in. Raises LoadError: it lies in none."""
        raise LoadError(f"{self.where} is an address, not a folder", help="fetch the package to work on its files")

    @cached_property
    def _connection(self) -> tuple[FileSystem, str]:
        from pyarrow.fs import FSSpecHandler, PyFileSystem

        from .bulk.connection import connected

        with self.guarded("the protocol"):
            system, root = connected(self._address)
        return PyFileSystem(FSSpecHandler(system)), root.rstrip("/")

    @cached_property
    def _descriptor(self) -> dict[str, Any]:
        system, root = self._connection
        with self.guarded(DESCRIPTOR), system.open_input_stream(f"{root}/{DESCRIPTOR}") as file:
            raw = file.read()
        return described(raw, f"{self.where}/{DESCRIPTOR}")

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """Whatever goes wrong on the way from there is a LoadError."""
        from .bulk.connection import plain

        try:
            yield
        except OnrecordError:
            raise
        except Exception as error:  # each protocol's library has errors of its own
            raise plain(error, f"{self.where} ({what})") from error

    def describe(self) -> Mapping[str, Any]:
        """The descriptor."""
        return self._descriptor

    @property
    def in_parts(self) -> bool:
        """Always: what lies elsewhere is not held in memory unasked."""
        return True

    @cached_property
    def _parts(self) -> dict[str, list[Part]]:
        from .parts.opened import parts_listed

        return parts_listed(self._descriptor)

    @property
    def elsewhere(self) -> bool:
        """Yes."""
        return True

    def local(self, table: str) -> Source:
        """One table, its files fetched whole: DuckDB is not to wait for Python's file systems, nor they for it."""
        from pyarrow.fs import LocalFileSystem

        from .parts.opened import dataset_in_one, dataset_of

        home = self._copies
        for path, size in self._files(table):
            if not (home / path).is_file():
                self._fetch(path, size)
        if not self._parts:
            return dataset_in_one(table, str(home), LocalFileSystem())
        return dataset_of(table, self._parts[table], str(home), LocalFileSystem())

    def _files(self, table: str) -> list[tuple[str, int | None]]:
        if self._parts:
            return [(part.path, part.bytes) for part in self._parts[table]]
        return [(table_file(table, "parquet"), None)]

    def _fetch(self, path: str, size: int | None) -> None:
        system, root = self._connection
        place = self._copies / path
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f"{place.name}.part")
        with self.guarded(path):
            with system.open_input_stream(f"{root}/{path}") as file, draft.open("wb") as out:
                shutil.copyfileobj(file, out, AT_ONCE)
            if size is not None and draft.stat().st_size != size:
                raise LoadError(f"{self.where}/{path} did not come whole", help="load it again, and try again")
            draft.replace(place)

    @cached_property
    def _copies(self) -> Path:
        folder = TemporaryDirectory(prefix="onrecord-copies-", ignore_cleanup_errors=True)
        finalize(self, folder.cleanup)
        return Path(folder.name)

    def read(self, table: str) -> pa.Table:
        """One table, fetched."""
        with self.guarded(table):
            return whole(table, self.source(table))

    def source(self, table: str) -> Source:
        """One table as a dataset over its files."""
        from .parts.opened import dataset_in_one, dataset_of
        from .tables import arrow_schema

        arrow_schema(table)  # raises for an unknown table
        system, root = self._connection
        if not self._parts:
            return dataset_in_one(table, root, system)
        return dataset_of(table, self._parts[table], root, system)

    def verify(self) -> list[Finding]:
        """Findings of the package verifier, over a copy that is fetched for it."""
        from .bulk.address import local_copy
        from .bulk.workspace import workspace
        from .verify import verify_package

        with workspace() as work:
            return verify_package(local_copy(self._address, work / "fetched"))
