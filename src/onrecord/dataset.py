"""The reading API: a dataset's tables, its records, its voices. Nothing is read until it is asked for."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from .errors import ExtraMissing, OnrecordError, RecordNotFound
from .opening import Opened, opened

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from .comparison import Comparison
    from .finding import Finding
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
    """The dataset that comes with the package, or the one at a path; works offline.

    A path names a folder that holds `datapackage.json`, or a folder of YAML records. Where a
    folder holds both, the built package is what is opened. Nothing is read until it is asked for.
    Raises LoadError when there is no dataset.

    >>> ds = onrecord.load()
    >>> "statements" in ds.tables
    True
    """
    return Dataset(opened(path))


class Dataset:
    """A dataset: tables by name, records by id, voices and how they differ.

    >>> ds = onrecord.load()
    >>> ds.table("attributions").column_names[:3]
    ['statement_id', 'level', 'agent_id']
    """

    def __init__(self, source: Opened) -> None:
        self._source = source
        self._tables: dict[str, pa.Table] = {}
        self._indexes: dict[tuple[str, str | None], dict[str, list[int]]] = {}

    def __repr__(self) -> str:
        try:
            said = f"{self.name or 'without a name'} {self.version or 'without a version'}"
        except OnrecordError:  # a repr does not raise; `name` does
            said = "that cannot be read"
        return f"<Dataset {said} at {self.root}>"

    @property
    def root(self) -> Path:
        """The folder it lies in."""
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
        if name not in self._tables:
            self._tables[name] = self._source.read(name)
        return self._tables[name]

    def to_pandas(self, name: TableName | str) -> pd.DataFrame:
        """One table as a pandas frame whose columns keep their Arrow types.

        Whole numbers stay whole beside nulls, dates stay dates, decimals stay exact: every
        column is a `pandas.ArrowDtype`. Needs the extra `pandas`.
        """
        rows = self.table(name)
        try:
            import pandas
        except ImportError as error:
            raise _missing("pandas") from error
        frame: pd.DataFrame = rows.to_pandas(types_mapper=pandas.ArrowDtype)
        return frame

    def to_polars(self, name: TableName | str) -> pl.DataFrame:
        """One table as a polars frame. Needs the extra `polars`."""
        rows = self.table(name)
        try:
            import polars
        except ImportError as error:
            raise _missing("polars") from error
        return polars.DataFrame(rows)

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """The rows of one SELECT over all tables, in DuckDB's dialect; `$name` stands for a parameter.

        The query sees the tables and nothing else: no files, no network. Raises EngineError when
        it cannot be run.

        >>> onrecord.load().sql("SELECT min(level) AS least FROM attributions").to_pylist()
        [{'least': 0}]
        """
        from .engine import Engine

        with Engine({name: self.table(name) for name in self.tables}) as engine:
            return engine.select(query, parameters)

    def codebook(self, name: TableName | str) -> pa.Table:
        """What each column of a table means: a row per column, with type, constraints and an example.

        >>> book = onrecord.load().codebook("statements")
        >>> book.column("name").to_pylist()[:2]
        ['id', 'document_id']
        """
        from .codebook import codebook

        return codebook(name, self.table(name))

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

        self.claim(claim_id)
        found = [self.record(Statement, row["id"]) for row in self._rows("statements", "claim_id", claim_id)]
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

        known = [table for table in COMPARED if id in self._index(table)]
        record = self.record(known[0], id) if len(known) == 1 else self.find(id)
        return compare({name: self.table(name) for name in self.tables}, record)

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

    def _index(self, table: str, column: str | None = None) -> dict[str, list[int]]:
        """The row numbers of each value of a column, or of each key."""
        if (table, column) not in self._indexes:
            from .model import TABLES

            names = TABLES[table].primary_key if column is None else (column,)
            columns = [self.table(table).column(name).to_pylist() for name in names]
            index: dict[str, list[int]] = defaultdict(list)
            for number, parts in enumerate(zip(*columns, strict=True)):
                index["/".join(map(str, parts))].append(number)
            self._indexes[table, column] = dict(index)
        return self._indexes[table, column]

    def _rows(self, table: str, column: str | None, value: str) -> list[dict[str, Any]]:
        rows = self.table(table)
        return [rows.slice(number, 1).to_pylist()[0] for number in self._index(table, column).get(value, ())]

    def _row(self, table: str, key: str) -> dict[str, Any]:
        self.table(table)  # an unknown table is named as such
        found = self._rows(table, None, key)
        if not found:
            raise _not_found(key, list(self._index(table)), f"no record of {table} has the id")
        return found[0]

    def _find(self, id: str) -> tuple[str, str]:
        """The table and key of the record that an id means."""
        table, _, key = id.partition("/")
        if key and table in self.tables:
            self._row(table, key)
            return table, key
        found = [name for name in self.tables if id in self._index(name)]
        owners = [name for name in found if name not in _DERIVED] or found[:1]
        if not owners:
            known = [known for name in self.tables for known in self._index(name)]
            raise _not_found(id, known, "no record has the id")
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


def _missing(extra: str) -> ExtraMissing:
    return ExtraMissing(f"{extra} is not installed", help=f'pip install "onrecord[{extra}]"')


def _not_found(key: str, known: list[str], said: str) -> RecordNotFound:
    near = get_close_matches(key, dict.fromkeys(known), n=3, cutoff=0.5) if len(known) <= 100_000 else []
    help = (
        "did you mean " + " or ".join(f"`{id}`" for id in near) + "?"
        if near
        else "`sql` and `table` show what there is"
    )
    return RecordNotFound(f"{said} `{key}`", help=help)
