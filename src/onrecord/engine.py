"""Opens tables and runs one SELECT at a time: the only importer of DuckDB.

A table is an Arrow table, or a dataset of Parquet files that is never held whole in memory.
Besides the tables, a SELECT can use the views of `views.py`. Those that several rules share are
computed once, when the first rule asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import duckdb
import pyarrow as pa

from .chronology import EDTF_COLUMNS, EDTF_SCHEMA, edtf_table
from .errors import EngineError
from .tables import MIXED, OVERVIEW, STORED, Source, Tables, arrow_schema, empty, in_order, row_count
from .views import SHARED, VIEWS

if TYPE_CHECKING:
    from pyarrow.dataset import FileSystemDataset

ROWS_AT_ONCE = 65_536
FEW_ROWS = 50_000  # so many are copied rather than looked up in Python by each SELECT, and judged by one thread
EDTF = "edtf_bounds"


Relation: TypeAlias = duckdb.DuckDBPyRelation


class Engine:
    """A DuckDB connection over tables, shut off from every file but theirs and from the network.

    `memory` is the number of bytes it may hold; what is more is spilled into the folder `spill`.
    Without `views` it knows these tables alone, and no other as one without rows. Few rows in memory are
    copied; those in files too, where `copied` says that many SELECTs are to come.
    Raises EngineError when a table cannot be opened.
    """

    def __init__(
        self,
        tables: Mapping[str, Source],
        *,
        memory: int | None = None,
        spill: Path | None = None,
        views: Mapping[str, str] = VIEWS,
        copied: bool = False,
    ) -> None:
        self._few = _are_few(tables, copied)
        self._views = views
        self._lent: dict[str, Source] = {}  # what each cursor has to be told of
        self._asking: set[duckdb.DuckDBPyConnection] = set()
        self._making = Lock()
        self._connection = duckdb.connect(":memory:", config={"threads": "1"} if self._few else {})
        try:
            self._open(tables, memory, spill)
        except duckdb.Error as error:
            self.close()
            raise EngineError(str(error)) from error

    def _open(self, tables: Mapping[str, Source], memory: int | None, spill: Path | None) -> None:
        self._set("temp_directory", str(spill or ""))
        if memory is not None:
            self._set("memory_limit", f"{memory}B")
            # Whoever cares for an order asks for one; to keep that of the files takes memory that cannot be spilled.
            self._set("preserve_insertion_order", False)
        self._set("TimeZone", "UTC")
        files = {name: _files(source) for name, source in tables.items()}
        self._set(
            "allowed_paths", [name for paths in files.values() for path in paths for name in (path, _exactly(path))]
        )
        self._set("enable_external_access", False)
        for name in dict.fromkeys((*(STORED if self._views else ()), *tables)):
            if files.get(name):
                select = _read(tables[name], files[name])
                self._keep("TABLE" if self._few else "VIEW", name, select)
            else:
                self._hold(name, tables[name] if name in tables else empty(arrow_schema(name)))
        self._unused = {EDTF, *self._views} if self._views else set()
        self._set("lock_configuration", True)

    def _set(self, name: str, value: Any) -> None:
        self._connection.execute(f"SET GLOBAL {name}={_literal(value)}")

    def _keep(self, kind: str, name: str, select: str) -> None:
        self._connection.execute(f'CREATE {kind} "{name}" AS {select}')

    def _hold(self, name: str, rows: Source) -> None:
        """Make a table known that does not lie in files."""
        if not self._few:
            self._connection.register(name, rows)
            self._lent[name] = rows
            return
        self._connection.register("arriving", rows)
        self._keep("TABLE", name, "SELECT * FROM arriving")
        self._connection.unregister("arriving")

    def _make_views(self, sql: str) -> None:
        """Make the views that a SELECT names, and those that they rest on, unless they were made before."""
        for name in sorted(self._unused.intersection(_words(sql))):
            if name not in self._unused:  # another one of them rests on it
                continue
            self._unused.discard(name)
            try:
                self._make_view(name)
            except BaseException:
                self._unused.add(name)  # whoever asks next makes it anew
                raise

    def _make_view(self, name: str) -> None:
        if name == EDTF:
            self._hold(name, self._edtf())
            return
        self._make_views(self._views[name])
        if self._few or name in SHARED:  # with few rows most of the time goes into planning
            self._compute(name)
        else:
            self._keep("VIEW", name, self._views[name])

    def _compute(self, name: str) -> None:
        """Put the rows of a view into a table of its name: all of them, or there is no such table."""
        # Arm after arm when there are many rows: else each would hold its own keys in memory at once.
        arms = [self._views[name]] if self._few or self._views[name] is not VIEWS[name] else SHARED[name]
        try:
            for number, arm in enumerate(arms):
                self._connection.execute(f"INSERT INTO {name} {arm}" if number else f"CREATE TABLE {name} AS {arm}")
        except BaseException:
            self._connection.execute(f"DROP TABLE IF EXISTS {name}")
            raise

    def _edtf(self) -> pa.Table:
        said: set[str] = set()
        for table, column in EDTF_COLUMNS:
            rows = self._connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")
            said.update(row[0] for row in rows.fetchall())
        return edtf_table(said) if said else empty(EDTF_SCHEMA)

    def each(self, selects: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
        """The rows of each of these SELECTs, in their order. Raises EngineError when one cannot be run.

        With few rows most of the time goes into planning, so that two are planned at a time.
        """
        with ThreadPoolExecutor(2 if self._few else 1, thread_name_prefix="select") as pool:
            try:
                yield from pool.map(self._rows, selects)
            except BaseException:
                self.interrupt()
                raise

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        with self._cursor(sql) as cursor:
            found = cursor.execute(sql)
            if any(str(about[1]) == "TIMESTAMP WITH TIME ZONE" for about in found.description):
                found.abort()
                return list(cursor.sql(sql).to_arrow_table().to_pylist())  # else it would need another library
            names = [about[0] for about in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def batches(self, sql: str, rows: int = ROWS_AT_ONCE) -> Iterator[pa.RecordBatch]:
        """Run a rule's SELECT and give its rows in batches. Raises EngineError when it cannot be run.

        Several threads can ask at a time.
        """
        with self._cursor(sql) as cursor:
            yield from cursor.sql(sql).to_arrow_reader(rows)

    @contextmanager
    def _cursor(self, sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own for one SELECT, whose views are there."""
        try:
            with self._making:
                self._make_views(sql)
                cursor = self._connection.cursor()
                for name, rows in self._lent.items():
                    cursor.register(name, rows)
                self._asking.add(cursor)
            try:
                yield cursor
            finally:
                self._asking.discard(cursor)
                cursor.close()
        except duckdb.Error as error:
            raise EngineError(str(error)) from error

    def interrupt(self) -> None:
        """End what other threads are asking: they get an EngineError."""
        for cursor in (*self._asking, self._connection):
            cursor.interrupt()

    def select(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one SELECT and return its rows. Raises EngineError when it cannot be run."""
        try:
            statements = duckdb.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _READING:
                raise EngineError("only one SELECT can be run at a time", help="tables are read-only here")
            self._make_views(sql)
            result = self._connection.sql(sql, params=dict(parameters) if parameters else None).to_arrow_table()
        except duckdb.Error as error:
            raise EngineError(str(error), help="`onrecord codebook TABLE` lists the columns of a table") from error
        return result

    def relation(self, name: str) -> Relation:
        """A table as a DuckDB relation, which reads nothing until it is asked for rows."""
        return self._connection.table(name) if self._few else self._connection.view(name)

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


@cache
def _words(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql))


def _are_few(tables: Mapping[str, Source], copied: bool) -> bool:
    if not copied and not all(isinstance(source, pa.Table) for source in tables.values()):
        return False
    try:
        return sum(map(row_count, tables.values())) <= FEW_ROWS
    except (OSError, pa.ArrowException):  # the engine says what is wrong with a file when it reads it
        return False


def _files(source: Source) -> list[str]:
    """The Parquet files of a dataset that lies on this machine; none for what has to be read through Arrow."""
    if isinstance(source, pa.Table):
        return []
    from pyarrow.dataset import FileSystemDataset  # it takes a fifth of a second
    from pyarrow.fs import LocalFileSystem

    if not isinstance(source, FileSystemDataset) or not isinstance(source.filesystem, LocalFileSystem):
        return []
    return [str(file) for file in source.files]


def _read(dataset: FileSystemDataset, files: list[str]) -> str:
    """The SELECT of a dataset's files: its columns with its types, whatever the types and the order in the files."""
    said = dataset.partitioning.schema.names if dataset.partitioning else []
    options = f", hive_partitioning={_literal(bool(said))}"  # else any folder with `=` in its name would count
    if said:
        options += ", hive_types={" + ", ".join(f"{_literal(name)}: VARCHAR" for name in said) + "}"
    if MIXED in (dataset.schema.metadata or {}):
        options += ", union_by_name=true"
    columns = ", ".join(map(_column, dataset.schema))
    return f"SELECT {columns} FROM read_parquet({_literal(map(_exactly, files))}{options})"


def _exactly(path: str) -> str:
    """The pattern that a path alone matches: what DuckDB takes for a file's name may stand for other files too."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


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
