"""Records to Arrow tables, with types, nullability and descriptions taken from the model."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.json as pj

from .column import DECIMAL_DIGITS, DECIMAL_PLACES, Column, columns
from .errors import SchemaError
from .model import TABLES, Overview, Record, TermRecord
from .vocabulary import TERMS

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

Tables = dict[str, pa.Table]
Source: TypeAlias = "pa.Table | Dataset"  # rows in memory, or in Parquet files that are read when asked for
MIXED = b"onrecord.mixed"  # in the schema of a dataset whose files do not have the same types

_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
}
STORED = tuple(table for table in TABLES if table != Overview.table)

OVERVIEW = """
WITH innermost AS (
    SELECT a.* FROM attributions a
    JOIN (SELECT statement_id, max(level) AS level FROM attributions GROUP BY statement_id) deepest
      ON a.statement_id = deepest.statement_id AND a.level = deepest.level
), chains AS (
    SELECT a.statement_id, string_agg(g.name, ' > ' ORDER BY a.level) AS chain
    FROM attributions a JOIN agents g ON g.id = a.agent_id GROUP BY a.statement_id
), titles AS (
    SELECT agent_id, document_id, string_agg(DISTINCT title, '; ' ORDER BY title) AS titles
    FROM roles GROUP BY agent_id, document_id
), printed AS (
    SELECT statement_id, string_agg(verbatim, '; ' ORDER BY id) AS figures FROM figures GROUP BY statement_id
)
SELECT s.id AS statement_id, s.document_id, s.claim_id, c.proposition, c.kind, t.label AS topic,
       chains.chain, speaker.name AS speaker, titles.titles AS speaker_role, i.mode, i.act, i.factuality,
       narrator.factuality AS narrator_factuality, printed.figures AS figure, n.excerpt,
       n.start, n."end", coalesce(latest.status, 'draft') AS review_status
FROM statements s
JOIN innermost i ON i.statement_id = s.id
JOIN agents speaker ON speaker.id = i.agent_id
JOIN attributions narrator ON narrator.statement_id = s.id AND narrator.level = 0
JOIN chains ON chains.statement_id = s.id
JOIN anchors n ON n.id = s.anchor_id
LEFT JOIN claims c ON c.id = s.claim_id
LEFT JOIN topics t ON t.id = c.topic_id
LEFT JOIN titles ON titles.agent_id = i.agent_id AND titles.document_id = s.document_id
LEFT JOIN printed ON printed.statement_id = s.id
LEFT JOIN latest_reviews latest ON latest.record_table = 'statements' AND latest.record_id = s.id
"""


def arrow_field(col: Column) -> pa.Field:
    """The Arrow field of a column: its type, whether null may stand there, its description."""
    return pa.field(col.name, _ARROW[col.kind], col.nullable, {"description": col.description})


def row_count(source: Source) -> int:
    """How many rows a table has, wherever they lie."""
    return int(source.num_rows if isinstance(source, pa.Table) else source.count_rows())


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table. Raises SchemaError for an unknown table."""
    if table not in TABLES:
        raise SchemaError(f"there is no table `{table}`", help="the tables are: " + ", ".join(TABLES))
    return pa.schema([arrow_field(col) for col in columns(TABLES[table])])


def to_arrow(table: str, records: Iterable[Record]) -> pa.Table:
    """Records of one table as an Arrow table, sorted by key."""
    schema = arrow_schema(table)
    lines = [as_line({name: getattr(row, name) for name in schema.names}) for row in sorted(records, key=_place)]
    return from_json_lines(lines, schema)


def _place(record: Record) -> list[tuple[bool, Any]]:
    """Where a record stands among those of its table, as `in_order` has it: Arrow is slow to load what sorts."""
    key = [getattr(record, name) for name in record.primary_key]
    return [(part is None, part) for part in key]


def as_line(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON, for `from_json_lines`."""
    return json.dumps(row, default=_as_json, ensure_ascii=False)


def from_json_lines(lines: Sequence[str], schema: pa.Schema) -> pa.Table:
    """JSON objects, one a line, as an Arrow table; days as numbers since 1970, decimals as text.

    Arrow's own reader builds the columns: `pa.array` would import pandas wherever it is installed.
    """
    if not lines:
        return empty(schema)
    options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    rows = pj.read_json(pa.BufferReader("\n".join(lines).encode()), parse_options=options)
    return pa.Table.from_arrays(rows.columns, schema=schema)  # the reader drops nullability and descriptions


def _as_json(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case dt.date():
            return value.toordinal() - dt.date(1970, 1, 1).toordinal()
        case Decimal():
            return format(value, "f")
    raise TypeError(f"{value!r} has no column type")


def empty(schema: pa.Schema) -> pa.Table:
    """A table without rows."""
    return pa.Table.from_batches([], schema=schema)


def in_order(table: str, rows: pa.Table) -> pa.Table:
    """Rows sorted by the table's key."""
    return rows.sort_by([(name, "ascending") for name in TABLES[table].primary_key])


def to_tables(records: Mapping[str, Iterable[Record]]) -> Tables:
    """All stored tables of a set of records; `terms` comes from the vocabularies, `overview` from the engine."""
    tables = {table: to_arrow(table, records.get(table, ())) for table in STORED}
    terms = [TermRecord.model_construct(**term._asdict()) for term in TERMS]
    tables[TermRecord.table] = to_arrow(TermRecord.table, terms)
    return tables


def to_record(table: str, row: Mapping[str, Any]) -> Record:
    """One row as a record of its table, its figures without the zeros that a column's scale adds."""
    return TABLES[table].model_construct(**{name: _shortest(row[name]) for name in TABLES[table].model_fields})


def _shortest(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def exact(value: Any) -> str:
    """A decimal in full, without trailing zeros: `40`, `0.5`, never `4E+1`."""
    said = format(value, "f")
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return "0" if said == "-0" else said


def plain(value: object) -> str:
    """A value of a table as text, as the CSV files have it."""
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return exact(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return str(value)
