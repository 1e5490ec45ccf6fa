"""The tables of an opened dataset: rows that were asked for, files where there are too many, an engine over both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import finalize

from .lookup import InFiles, InMemory, Lookup
from .opening import Opened

if TYPE_CHECKING:
    import pyarrow as pa

    from .engine import Engine, Relation
    from .tables import Source

EXAMPLES_FROM = 1_000  # rows
_WORD = re.compile(r"\w+")
# A relation outlives the dataset that it is of: the files it reads and spills into stay until the process ends.
_LENT: set[Holdings] = set()


def named(query: str) -> tuple[set[str], set[str]]:
    """The tables and views that a query can mean, with the tables that the views rest on."""
    from .model import TABLES
    from .views import VIEWS

    words, found = {word.lower() for word in _WORD.findall(query)}, set[str]()
    while words := (words & {*TABLES, *VIEWS}) - found:
        found |= words
        words = {word for name in words for word in _WORD.findall(VIEWS.get(name, ""))}
    return found & set(TABLES), found & set(VIEWS)


class Holdings:
    """What has been read of a dataset, and the ways to more of it."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._tables: dict[str, pa.Table] = {}
        self._sources: dict[str, Source] = {}
        self._copies: dict[str, Source] = {}
        self._lock = Lock()

    def table(self, name: str) -> pa.Table:
        """All rows of a table."""
        if name not in self._tables:
            self._tables[name] = self._opened.read(name)
        return self._tables[name]

    def source(self, name: str) -> Source:
        """A table as what it lies in; where that is files, nothing of them is read."""
        if not self._opened.in_parts:
            return self.table(name)
        if name not in self._sources:
            self._sources[name] = self._opened.source(name)
        return self._sources[name]

    def sources(self) -> dict[str, Source]:
        """All tables on this machine, as what they lie in; what lies elsewhere is fetched."""
        from .model import TABLES

        return {name: self.local(name) for name in TABLES}

    def local(self, name: str) -> Source:
        """A table on this machine, as what it lies in; what lies elsewhere is fetched."""
        if not self._opened.elsewhere:
            return self.source(name)
        if name not in self._copies:
            self._copies[name] = self._opened.local(name)
        return self._copies[name]

    def first_rows(self, name: str) -> pa.Table:
        """Enough rows of a table to take examples from."""
        if not self._opened.in_parts:
            return self.table(name)
        from .frames import arrow_dataset
        from .tables import arrow_schema

        with self._opened.guarded(name):
            return arrow_dataset(self.source(name)).head(EXAMPLES_FROM).cast(arrow_schema(name))

    @cached_property
    def lookup(self) -> Lookup:
        """What finds records."""
        if not self._opened.in_parts:
            return InMemory(self.table)
        return InFiles(self.source, None if self._opened.elsewhere else self.select, self._opened.guarded)

    def select(self, query: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """The rows of one SELECT over all tables."""
        from .engine import Engine

        if self._opened.elsewhere:
            tables, views = named(query)
            with self._bounded({name: self.local(name) for name in tables}, views=bool(views)) as engine:
                return engine.select(query, parameters)
        if self._opened.in_parts:
            with self._lock:  # one connection answers one question at a time
                return self._engine.select(query, parameters)
        with Engine(self.sources()) as engine:
            return engine.select(query, parameters)

    def relation(self, name: str) -> Relation:
        """A table as a DuckDB relation. Raises SchemaError for an unknown name."""
        from .tables import arrow_schema

        arrow_schema(name)
        if self._opened.in_parts:
            _LENT.add(self)
        if self._opened.elsewhere:
            return self._bounded({name: self.local(name)}, views=False).relation(name)
        return self._engine.relation(name)

    @cached_property
    def _engine(self) -> Engine:
        """An engine that is kept: what it has learnt of files it need not learn again."""
        from .engine import Engine

        return self._bounded(self.sources(), views=True) if self._opened.in_parts else Engine(self.sources())

    def _bounded(self, tables: Mapping[str, Source], *, views: bool) -> Engine:
        """An engine over files, within the memory that a run may take."""
        from .bulk.memory import default_memory
        from .engine import Engine
        from .views import VIEWS

        return Engine(tables, memory=default_memory(), spill=self._spill, views=VIEWS if views else {})

    @cached_property
    def _spill(self) -> Path:
        folder = TemporaryDirectory(prefix="onrecord-sql-", ignore_cleanup_errors=True)
        finalize(self, folder.cleanup)
        return Path(folder.name)
