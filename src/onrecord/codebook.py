"""The codebook of a table: what each column means, what may stand in it, and an example."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from .column import PATTERN_SAYS, Column, columns
from .model import TABLES
from .tables import as_line, from_json_lines, plain

CODEBOOK = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("nullable", pa.bool_(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("vocabulary", pa.string()),
        pa.field("references", pa.string()),
        pa.field("constraints", pa.string()),
        pa.field("example", pa.string()),
    ]
)


def codebook(table: str, rows: pa.Table) -> pa.Table:
    """One row per column of a table; the example is the first value that the rows have."""
    return from_json_lines([as_line(_row(table, col, rows)) for col in columns(TABLES[table])], CODEBOOK)


def _row(table: str, col: Column, rows: pa.Table) -> dict[str, str | bool | None]:
    return {
        "name": col.name,
        "title": col.title,
        "type": col.kind,
        "nullable": col.nullable,
        "description": col.description,
        "vocabulary": col.vocabulary,
        "references": col.references,
        "constraints": "; ".join(constraints(table, col)) or None,
        "example": _example(rows.column(col.name)),
    }


def constraints(table: str, col: Column) -> Iterator[str]:
    """What a value of a column has to satisfy, in words."""
    model = TABLES[table]
    if col.name in model.primary_key:
        yield "the key" if len(model.primary_key) == 1 else f"part of the key ({', '.join(model.primary_key)})"
    if col.pattern:
        yield PATTERN_SAYS.get(col.pattern, col.pattern)
    if col.min_length is not None:
        yield f"at least {col.min_length} characters"
    if col.max_length is not None:
        yield f"at most {col.max_length} characters"
    if col.minimum is not None:
        yield f"at least {col.minimum}"
    if col.maximum is not None:
        yield f"at most {col.maximum}"


def _example(values: pa.ChunkedArray) -> str | None:
    first = next((value for value in values if value.is_valid), None)
    return None if first is None else plain(first.as_py())
