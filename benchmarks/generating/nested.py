"""Batches of tables as JSON Lines in the nested form of records: a line is what a folder of records files holds.

A line has the sections of all files of one document, or some records of a shared file. Anchors
are written as in YAML; the full hashes stand under `digests`, a text for each line of the
document's `digests.sha256`. What is null is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from onrecord.column import Column, columns
from onrecord.form import DOCUMENT_FILES, SHARED_FILES, Section
from onrecord.model import TABLES
from onrecord.tables import arrow_schema, empty

Tables = dict[str, pa.Table]
TOGETHER = 500  # shared records in a line
LINES_AT_ONCE = 200
_COMPRESSION = {".gz": "gzip", ".zst": "zstd"}
_PREFIX = 16
SPANS = """coalesce({0}, CAST(start AS VARCHAR) || '-' || CAST("end" AS VARCHAR))"""
VIEWS = {
    "anchored": f"SELECT id, {SPANS.format('fragments')} || ' ' || left(text_sha256, {_PREFIX}) "
    "|| coalesce(' ' || excerpt, '') AS said FROM anchors",
    "digested": "SELECT document_id AS owner, list(DISTINCT line ORDER BY line) AS items FROM ("
    + " UNION ALL ".join(
        f"SELECT document_id, text_sha256 || '  ' || {SPANS.format(fragments)} AS line FROM {table}"
        for table, fragments in (("anchors", "fragments"), ("passages", "NULL"), ("units", "NULL"))
    )
    + ") GROUP BY document_id",
}
# JSON in which no key has a quote in it: a null beside others, then one that comes first.
_WITHOUT_NULLS = """regexp_replace(regexp_replace({0}, ',"[a-z0-9_]+":null', '', 'g'), '"[a-z0-9_]+":null,', '', 'g')"""


def _value(col: Column) -> str:
    """The SQL for a value as it is written."""
    name = f't."{col.name}"'
    match col.kind:
        case "decimal":
            return f"CAST(rtrim(rtrim(CAST({name} AS VARCHAR), '0'), '.') AS JSON)"
        case "date":
            return f"strftime({name}, '%Y-%m-%d')"
        case "datetime":
            return f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ')"
    return name


def _fields(section: Section) -> Iterator[tuple[str, str]]:
    """The keys of a section's records, each with the SQL of its value."""
    for col in columns(section.model):
        if col.origin == "written":
            yield col.name, _value(col)
        elif col.origin == "anchor":
            yield col.written_as, f'"{col.name}".said'
        elif col.name == "text_sha256" and col.origin == "span":
            yield "anchor", f"{SPANS.format('NULL')} || ' ' || left(t.text_sha256, {_PREFIX})"
    for child in section.children:
        yield child.key, f'"{child.key}".items'


def _items(section: Section, owner: str) -> str:
    """The SELECT of a section's records in lists, one for each owner."""
    model = section.model
    own = {col.name for col in columns(model)}
    said = ", ".join(f"'{key}': {value}" for key, value in _fields(section))
    joins = [
        f'LEFT JOIN anchored AS "{col.name}" ON t."{col.name}" = "{col.name}".id'
        for col in columns(model)
        if col.origin == "anchor"
    ]
    key = model.primary_key[0]
    joins += [
        f'LEFT JOIN ({_items(child, _PARENTS[child.model.table])}) AS "{child.key}" ON "{child.key}".owner = t."{key}"'
        for child in section.children
    ]
    chosen = "WHERE t.statement_id IS NULL" if (model.table, owner) == ("times", "document_id") else ""
    order = "number" if "number" in own else ", ".join(f't."{name}"' for name in model.primary_key)
    return (
        f"SELECT {_owner(owner)} AS owner, list({{{said}}} ORDER BY {order}) AS items "
        f'FROM "{model.table}" t {" ".join(joins)} {chosen} GROUP BY ALL'
    )


def _owner(owner: str) -> str:
    return owner if owner.startswith("(") else f't."{owner}"'


_PARENTS = {
    "attributions": "statement_id", "figures": "statement_id", "times": "statement_id", "relations": "from_claim_id",
}  # fmt: skip


def document_lines() -> str:
    """The SELECT that gives a line for each document."""
    sections = [section for sections in DOCUMENT_FILES.values() for section in sections]
    joins, said = [], []
    for section in sections:
        owner = "id" if section.model.table == "documents" else "document_id"
        joins.append(f'LEFT JOIN ({_items(section, owner)}) AS "{section.key}" ON "{section.key}".owner = d.id')
        said.append(f"'{section.key}': \"{section.key}\".items" + ("" if section.many else "[1]"))
    said.append("'digests': digested.items")
    line = _WITHOUT_NULLS.format(f"CAST(to_json({{{', '.join(said)}}}) AS VARCHAR)")
    joins.append("LEFT JOIN digested ON digested.owner = d.id")
    return f"SELECT DISTINCT d.id, {line} AS line FROM documents d {' '.join(joins)} ORDER BY d.id"


def shared_lines(section: Section) -> str:
    """The SELECT that gives lines of some records each, of a section that documents share."""
    order = '"number"' if "number" in section.model.model_fields else "id"
    numbered = f'(SELECT *, (row_number() OVER (ORDER BY {order}) - 1) // {TOGETHER} AS "in_line" FROM "{{0}}")'
    table = section.model.table
    select = _items(section, "in_line").replace(f'FROM "{table}" t', f"FROM {numbered.format(table)} t")
    line = _WITHOUT_NULLS.format(f"CAST(to_json({{'{section.key}': items}}) AS VARCHAR)")
    return f"SELECT owner, {line} AS line FROM ({select}) ORDER BY owner"


@dataclass(slots=True)
class NestedFile:
    """JSON Lines in one file, or in several parts; compressed as its name says."""

    path: Path
    parts: int = 1
    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _part: int = -1
    _number: int = -1  # parts that would be empty are left out
    _out: Any = None

    def add(self, tables: Tables, done: float) -> None:
        """Write a batch. `done` is the part of the package before it."""
        part = min(int(done * self.parts), self.parts - 1)
        if part != self._part:
            self.close()
            self._part, self._number = part, self._number + 1
            self._out = pa.output_stream(str(self._file()), compression=_COMPRESSION.get(self.path.suffix))
        for table, rows in tables.items():
            self.rows[table] += rows.num_rows
        for line in lines(tables):
            self._out.write(line)

    def _file(self) -> Path:
        if self.parts == 1:
            return self.path
        stem, _, rest = self.path.name.partition(".")
        return self.path.with_name(f"{stem}-{self._number:04d}.{rest}")

    def close(self) -> None:
        """Finish the file."""
        if self._out is not None:
            self._out.close()
            self._out = None


def lines(tables: Mapping[str, pa.Table]) -> Iterator[bytes]:
    """The lines of a batch: what documents share, then a line for each document."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone='UTC'")
        for name in TABLES:
            connection.register(name, tables[name] if name in tables else empty(arrow_schema(name)))
        for name, select in VIEWS.items():
            connection.execute(f"CREATE TEMP VIEW {name} AS {select}")
        for sections in SHARED_FILES.values():
            for section in sections:
                if section.model.table in tables:
                    yield from _written(connection, shared_lines(section))
        if "documents" in tables:
            yield from _written(connection, document_lines())


def _written(connection: duckdb.DuckDBPyConnection, select: str) -> Iterator[bytes]:
    for batch in connection.sql(select).to_arrow_reader(LINES_AT_ONCE):
        yield "".join(f"{line}\n" for line in batch.column("line").to_pylist()).encode()
