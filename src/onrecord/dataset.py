"""The reading API: a dataset's tables, its records, its voices. Nothing is read until it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, overload

from .errors import OnrecordError, RecordNotFound
from .holdings import Holdings
from .lookup import not_found
from .opening import Opened, opened

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa
    import pyarrow.dataset as pads

    from .comparison import Comparison
    from .engine import Relation
    from .finding import Finding
    from .frames import PandasFrame, PolarsFrame, PolarsLazyFrame
    from .model import Agent, Claim, Document, Record, Statement
    from .verdicts import Status
    from .voices import Drift, Voice

    R = TypeVar("R", bound=Record)

TableName = Literal[
    "documents",
    "passages",
    "units",
    "agents",
    "roles",
    "mentions",
    "topics",
    "claims",
    "statements",
    "attributions",
    "figures",
    "quantities",
    "times",
    "anchors",
    "relations",
    "caveats",
    "cites",
    "replies",
    "reviews",
    "matches",
    "changes",
    "agreement",
    "terms",
    "overview",
]

# A record of these tables goes by the id of the record it belongs to, which is the one meant.
_DERIVED = ("anchors", "overview")


def load(path: str | os.PathLike[str] | None = None) -> Dataset:
    """The dataset that comes with the package, or the one at a path or an address; works offline but for these.

    A path names a folder that holds `datapackage.json`, or a folder of YAML records. Where a
    folder holds both, the built package is what is opened. Nothing is read until it is asked for.
    An address (`s3://bucket/folder`, `https://...`, whatever fsspec knows) names a package; what is
    asked for is read in ranges of its files. Raises LoadError when there is no dataset.

    >>> ds = onrecord.load()
    >>> "statements" in ds.tables
    True
    """
    if isinstance(path, str) and "://" in path:
        from .remote import PackageAt

        return Dataset(PackageAt(path))
    return Dataset(opened(path))


class Dataset:
    """A dataset: tables by name, records by id, voices and how they differ.

    >>> ds = onrecord.load()
    >>> ds.table("attributions").column_names[:3]
    ['statement_id', 'level', 'agent_id']
    """

    def __init__(self, source: Opened) -> None:
        self._source = source
        self._held = Holdings(source)

    def __repr__(self) -> str:
        try:
            said = f"{self.name or 'without a name'} {self.version or 'without a version'}"
        except OnrecordError:  # a repr does not raise; `name` does
            said = "that cannot be read"
        return f"<Dataset {said} at {self._source.where}>"

    @property
    def root(self) -> Path:
        """The folder it lies in. Raises LoadError for a package at an address."""
        return self._source.root

    @property
    def name(self) -> str | None:
        """The dataset's name, if it states one."""
        return self._said("name")

    @property
    def version(self) -> str | None:
        """The version of the data, which is not that of the code, if the dataset states one."""
        return self._said("version")

    def _said(self, key: str) -> str | None:
        value = self._source.describe().get(key)
        return None if value is None else str(value)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables.

        >>> onrecord.load().tables[:3]
        ('documents', 'passages', 'units')
        """
        from .model import TABLES

        return tuple(TABLES)

    def table(self, name: TableName | str) -> pa.Table:
        """One table as Arrow. Raises SchemaError for an unknown name, LoadError when it cannot be read.

        >>> onrecord.load().table("claims").schema.field("proposition").nullable
        False
        """
        return self._held.table(name)

    def to_pandas(self, name: TableName | str) -> PandasFrame:
        """One table as a pandas frame whose columns keep their Arrow types.

        Whole numbers stay whole beside nulls, dates stay dates, decimals stay exact: every
        column is a `pandas.ArrowDtype`. Needs the extra `pandas`.
        """
        from .frames import pandas_frame

        return pandas_frame(self.table(name))

    def to_polars(self, name: TableName | str) -> PolarsFrame:
        """One table as a polars frame. Needs the extra `polars`."""
        from .frames import polars_frame

        return polars_frame(self.table(name))

    @overload
    def scan(self, name: TableName | str, as_: Literal["duckdb"] = "duckdb") -> Relation: ...
    @overload
    def scan(self, name: TableName | str, as_: Literal["polars"]) -> PolarsLazyFrame: ...
    @overload
    def scan(self, name: TableName | str, as_: Literal["pyarrow"]) -> pads.Dataset: ...
    def scan(self, name: TableName | str, as_: Literal["duckdb", "polars", "pyarrow"] = "duckdb") -> Any:
        """One table, not read until rows are asked for: a DuckDB relation, a polars LazyFrame or an Arrow dataset.

        Of a package in parts only the files and columns are read that an answer needs, wherever
        they lie. `polars` needs the extra of that name.

        >>> onrecord.load().scan("attributions").filter("level = 0").count("*").fetchall()[0][0] > 0
        True
        """
        from .frames import arrow_dataset, polars_scan

        match as_:
            case "duckdb":
                return self._held.relation(name)
            case "polars":
                return polars_scan(self._held.source(name))
            case "pyarrow":
                return arrow_dataset(self._held.source(name))
        raise ValueError(f"a table is scanned as duckdb, polars or pyarrow, not as {as_!r}")

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """The rows of one SELECT over all tables, in DuckDB's dialect; `$name` stands for a parameter.

        The query sees the tables and nothing else: no files, no network. Raises EngineError when
        it cannot be run.

        >>> onrecord.load().sql("SELECT min(level) AS least FROM attributions").to_pylist()
        [{'least': 0}]
        """
        return self._held.select(query, parameters)

    def codebook(self, name: TableName | str) -> pa.Table:
        """What each column of a table means: a row per column, with type, constraints and an example.

        >>> book = onrecord.load().codebook("statements")
        >>> book.column("name").to_pylist()[:2]
        ['id', 'document_id']
        """
        from .codebook import codebook

        return codebook(name, self._held.first_rows(name))

    @overload
    def record(self, table: type[R], key: str) -> R: ...
    @overload
    def record(self, table: TableName | str, key: str) -> Record: ...
    def record(self, table: type[Record] | str, key: str) -> Record:
        """One record of a table, by its key; the parts of a composite key are joined by `/`.

        The table is given by its name or by its model. Raises RecordNotFound.

        >>> onrecord.load().record("terms", "factuality/CT+").label
        'certainly so'
        """
        from .tables import to_record

        name = table if isinstance(table, str) else table.table
        return to_record(name, self._row(name, key))

    def find(self, id: str) -> Record:
        """The record that an id means, whatever its table. Raises RecordNotFound.

        Where records of several tables have that id, write the table before it: `agents/ID`.

        >>> onrecord.load().find("terms/factuality/CT+").key
        'factuality/CT+'
        """
        return self.record(*self._find(id))

    def claim(self, id: str) -> Claim:
        """One claim. Raises RecordNotFound."""
        from .model import Claim

        return self.record(Claim, id)

    def statement(self, id: str) -> Statement:
        """One statement. Raises RecordNotFound."""
        from .model import Statement

        return self.record(Statement, id)

    def agent(self, id: str) -> Agent:
        """One agent. Raises RecordNotFound."""
        from .model import Agent

        return self.record(Agent, id)

    def document(self, id: str) -> Document:
        """One document. Raises RecordNotFound."""
        from .model import Document

        return self.record(Document, id)

    def chain(self, statement_id: str) -> tuple[Voice, ...]:
        """The voices of a statement, the document's own first, the innermost source last.

        >>> ds = onrecord.load()
        >>> first = ds.table("statements").column("id")[0].as_py()
        >>> ds.chain(first)[0].level
        0
        """
        self.statement(statement_id)
        rows = self._rows("attributions", "statement_id", statement_id)
        return tuple(self._voice(row) for row in sorted(rows, key=lambda row: int(row["level"])))

    def _voice(self, row: Mapping[str, Any]) -> Voice:
        from .model import Agent, Anchor
        from .voices import Voice

        return Voice(
            level=row["level"],
            agent=self.agent(row["agent_id"]),
            mode=row["mode"],
            act=row["act"],
            factuality=row["factuality"],
            stance=row["stance"],
            cue=self._maybe(Anchor, row["cue_anchor_id"]),
            source=self._maybe(Anchor, row["source_anchor_id"]),
            addressee=self._maybe(Agent, row["addressee_id"]),
            medium=row["medium"],
        )

    def _maybe(self, model: type[R], key: str | None) -> R | None:
        return None if key is None else self.record(model, key)

    def statements_of(self, claim_id: str) -> tuple[Statement, ...]:
        """The statements of a claim, in the reading order of their documents. Raises RecordNotFound.

        >>> ds = onrecord.load()
        >>> stated = ds.sql("SELECT claim_id FROM statements WHERE claim_id IS NOT NULL LIMIT 1")
        >>> len(ds.statements_of(stated.column("claim_id")[0].as_py())) > 0
        True
        """
        from .model import Statement
        from .tables import to_record

        self.claim(claim_id)
        rows = self._rows(Statement.table, "claim_id", claim_id)
        found = [cast("Statement", to_record(Statement.table, row)) for row in rows]
        return tuple(sorted(found, key=lambda s: (s.document_id, s.number)))

    def drift(self) -> tuple[Drift, ...]:
        """The claims to which voices commit themselves differently: who is surer than whom, and where.

        A voice that commits itself to nothing (`Uu`) is left out.

        >>> for drift in onrecord.load().drift():
        ...     assert len({c.factuality for c in drift.commitments}) > 1
        """
        from .voices import DRIFTING, NO_COMMITMENT, drifts

        return drifts(self.sql(DRIFTING, {"none": NO_COMMITMENT}).to_pylist())

    def compare(self, id: str) -> Comparison:
        """Every statement of a claim or quantity, side by side. Raises RecordNotFound, also for other records."""
        from .comparison import COMPARED, compare

        known = [table for table in COMPARED if self._held.lookup.has(table, id)]
        record = self.record(known[0], id) if len(known) == 1 else self.find(id)
        return compare(self._held.sources(), record)

    def cite(self, id: str) -> str:
        """A record as one string: what it is, its document, the dataset with version, the licence.

        Any record can be cited. Where records of several tables have that id, write the table
        before it: `agents/ID`. Raises RecordNotFound.

        >>> onrecord.load().cite("terms/factuality/CT+").startswith("Term factuality/CT+, “certainly so”.")
        True
        """
        from .citation import citation

        table, key = self._find(id)
        row, status = self._row(table, key), self.status(f"{table}/{key}")
        taken_back = status.status if status.withdrawn else None
        return citation(table, self._placed(row), self._document_of(table, row), self._source.describe(), taken_back)

    def status(self, id: str, as_of: dt.date | str | None = None) -> Status:
        """What reviews say of a record, now or as of a day (all of it, in UTC) or an instant; with its history.

        Raises RecordNotFound.

        >>> onrecord.load().status("terms/factuality/CT+").history
        ()
        """
        from .verdicts import status_of

        table, key = self._find(id)
        return status_of(table, key, self._rows("reviews", "record_id", key), as_of)

    def verify(self) -> list[Finding]:
        """The faults of the dataset where it lies: none when it is whole and unchanged."""
        return self._source.verify()

    def _rows(self, table: str, column: str | None, value: str) -> list[dict[str, Any]]:
        return self._held.lookup.rows(table, column, value)

    def _row(self, table: str, key: str) -> dict[str, Any]:
        self._held.source(table)  # an unknown table is named as such
        found = self._rows(table, None, key)
        if not found:
            raise not_found(key, self._held.lookup.known(table), f"no record of {table} has the id")
        return found[0]

    def _find(self, id: str) -> tuple[str, str]:
        """The table and key of the record that an id means."""
        table, _, key = id.partition("/")
        if key and table in self.tables:
            self._row(table, key)
            return table, key
        found = [name for name in self.tables if self._held.lookup.has(name, id)]
        owners = [name for name in found if name not in _DERIVED] or found[:1]
        if not owners:
            known = [known for name in self.tables for known in self._held.lookup.known(name)]
            raise not_found(id, known, "no record has the id")
        if len(owners) > 1:
            help = "write the table before it: " + " or ".join(f"`{name}/{id}`" for name in owners)
            raise RecordNotFound(f"`{id}` is the id of a record in each of {', '.join(owners)}", help=help)
        return owners[0], id

    def _placed(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row with the place of its anchor, where it has one of its own."""
        if row.get("anchor_id") is None:
            return row
        anchor = self._row("anchors", row["anchor_id"])
        return row | {"start": anchor["start"], "end": anchor["end"]}

    def _document_of(self, table: str, row: dict[str, Any]) -> dict[str, Any] | None:
        if table == "documents":
            return None
        if "document_id" not in row and row.get("statement_id"):
            row = self._row("statements", row["statement_id"])
        return self._row("documents", row["document_id"]) if row.get("document_id") else None
