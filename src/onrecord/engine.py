"""Opens tables and runs one SELECT at a time: the only importer of DuckDB.

A table is an Arrow table, or a dataset of Parquet files that is never held whole in memory.
Besides the tables, a SELECT can use the views of `views.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.dataset as pads
from pyarrow.fs import LocalFileSystem

from .chronology import EDTF_SCHEMA, edtf_table
from .errors import EngineError
from .tables import MIXED, OVERVIEW, STORED, Source, Tables, arrow_schema, empty, in_order
from .views import VIEWS

ROWS_AT_ONCE = 65_536


class Engine:
    """A DuckDB connection over tables, shut off from every file but theirs and from the network.

    `memory` is the number of bytes it may hold; what is more is spilled into the folder `spill`.
    """

    def __init__(self, tables: Mapping[str, Source], *, memory: int | None = None, spill: Path | None = None) -> None:
        self._connection = duckdb.connect(":memory:")
        self._set("temp_directory", str(spill or ""))
        if memory is not None:
            self._set("memory_limit", f"{memory}B")
        self._set("TimeZone", "UTC")
        files = {name: _files(source) for name, source in tables.items()}
        self._set("allowed_paths", [path for paths in files.values() for path in paths])
        self._set("enable_external_access", False)
        for name in dict.fromkeys((*STORED, *tables)):
            if files.get(name):
                self._view(name, _read(tables[name], files[name]))
            else:
                self._connection.register(name, tables[name] if name in tables else empty(arrow_schema(name)))
        self._connection.register("edtf_bounds", self._edtf(tables))
        for name, select in VIEWS.items():
            self._view(name, select)
        self._set("lock_configuration", True)

    def _set(self, name: str, value: Any) -> None:
        self._connection.execute(f"SET {name}={_literal(value)}")

    def _view(self, name: str, select: str) -> None:
        self._connection.execute(f"CREATE TEMP VIEW {name} AS {select}")

    def _edtf(self, tables: Mapping[str, Source]) -> pa.Table:
        said: set[str] = set()
        for table, column in (("times", "edtf"), ("documents", "published_edtf"), ("replies", "asked_at")):
            if table in tables:
                rows = self.select(f"SELECT DISTINCT {column} AS said FROM {table} WHERE {column} IS NOT NULL")
                said.update(rows.column("said").to_pylist())
        return edtf_table(said) if said else empty(EDTF_SCHEMA)

    def batches(self, sql: str, rows: int = ROWS_AT_ONCE) -> Iterator[pa.RecordBatch]:
        """Run one SELECT and give its rows in batches, not all at once. Raises EngineError when it cannot be run."""
        try:
            yield from self._connection.sql(sql).to_arrow_reader(rows)
        except duckdb.Error as error:
            raise EngineError(str(error)) from error

    def select(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one SELECT and return its rows. Raises EngineError when it cannot be run."""
        try:
            statements = duckdb.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _READING:
                raise EngineError("only one SELECT can be run at a time", help="tables are read-only here")
            result = self._connection.sql(sql, params=dict(parameters) if parameters else None).to_arrow_table()
        except duckdb.Error as error:
            raise EngineError(str(error), help="`onrecord codebook TABLE` lists the columns of a table") from error
        return result

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


_SQL_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("ms", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def with_overview(tables: Tables) -> Tables:
    """The tables with `overview` computed from them, in the model's order."""
    with Engine(tables) as engine:
        rows = engine.select(OVERVIEW).cast(arrow_schema("overview"))
    return tables | {"overview": in_order("overview", rows)}


def _files(source: Source) -> list[str]:
    """The Parquet files of a dataset that lies on this machine; none for what has to be read through Arrow."""
    if not isinstance(source, pads.FileSystemDataset) or not isinstance(source.filesystem, LocalFileSystem):
        return []
    return [str(file) for file in source.files]


def _read(dataset: pads.FileSystemDataset, files: list[str]) -> str:
    """The SELECT of a dataset's files: its columns with its types, whatever the types and the order in the files."""
    said = dataset.partitioning.schema.names if dataset.partitioning else []
    options = f", hive_partitioning={_literal(bool(said))}"  # else any folder with `=` in its name would count
    if said:
        options += ", hive_types={" + ", ".join(f"{_literal(name)}: VARCHAR" for name in said) + "}"
    if MIXED in (dataset.schema.metadata or {}):
        options += ", union_by_name=true"
    columns = ", ".join(map(_column, dataset.schema))
    return f"SELECT {columns} FROM read_parquet({_literal(files)}{options})"


def _column(field: pa.Field) -> str:
    """A column as it is to come out of a file; types that the model does not have come as they are."""
    name, kind = '"' + field.name.replace('"', '""') + '"', field.type
    wanted = f"DECIMAL({kind.precision}, {kind.scale})" if pa.types.is_decimal(kind) else _SQL_TYPES.get(kind)
    return f"CAST({name} AS {wanted}) AS {name}" if wanted else name


def _literal(value: Any) -> str:
    """A setting or a list of paths as SQL."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return "'" + str(value).replace("'", "''") + "'"
