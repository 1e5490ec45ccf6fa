"""Opens tables and runs one SELECT at a time: the only importer of DuckDB.

Besides the tables, a SELECT can use views that several rules share:
`spans` (anchor_id, document_id, start, end: a row per fragment of an anchor),
`pointers` (every passage, unit and anchor: record_table, record_id, document_id, start, end,
fragments, text_sha256), `anchor_uses` (every reference to an anchor: record_table, record_id,
record_column, document_id, statement_id, anchor_id),
`latest_reviews` (the newest review of each record), `innermost` (the deepest attribution of
each statement) and `edtf_bounds` (each EDTF expression with its validity and days).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from .chronology import EDTF_SCHEMA, edtf_table
from .errors import EngineError
from .tables import OVERVIEW, STORED, Tables, arrow_schema, empty, in_order

VIEWS = {
    "spans": """
        SELECT id AS anchor_id, document_id, start, "end" FROM anchors WHERE fragments IS NULL
        UNION ALL
        SELECT anchor_id, document_id, CAST(split_part(piece, '-', 1) AS BIGINT) AS start,
               CAST(split_part(piece, '-', 2) AS BIGINT) AS "end"
        FROM (SELECT id AS anchor_id, document_id, unnest(string_split(fragments, ';')) AS piece
              FROM anchors WHERE regexp_matches(fragments, '^[0-9]{1,12}-[0-9]{1,12}(;[0-9]{1,12}-[0-9]{1,12})+$'))
    """,
    "pointers": """
        SELECT 'passages' AS record_table, id AS record_id, document_id, start, "end",
               CAST(NULL AS VARCHAR) AS fragments, text_sha256 FROM passages
        UNION ALL SELECT 'units', id, document_id, start, "end", CAST(NULL AS VARCHAR), text_sha256 FROM units
        UNION ALL SELECT 'anchors', id, document_id, start, "end", fragments, text_sha256 FROM anchors
    """,
    "anchor_uses": """
        WITH voices AS (
            SELECT a.statement_id || '/' || CAST(a.level AS VARCHAR) AS id, s.document_id, a.statement_id,
                   a.cue_anchor_id, a.source_anchor_id
            FROM attributions a JOIN statements s ON a.statement_id = s.id
        )
        SELECT 'statements' AS record_table, id AS record_id, 'anchor_id' AS record_column, document_id,
               id AS statement_id, anchor_id FROM statements
        UNION ALL SELECT 'attributions', id, 'cue_anchor_id', document_id, statement_id, cue_anchor_id
               FROM voices WHERE cue_anchor_id IS NOT NULL
        UNION ALL SELECT 'attributions', id, 'source_anchor_id', document_id, statement_id, source_anchor_id
               FROM voices WHERE source_anchor_id IS NOT NULL
        UNION ALL SELECT 'figures', f.id, 'anchor_id', s.document_id, f.statement_id, f.anchor_id
               FROM figures f JOIN statements s ON f.statement_id = s.id
        UNION ALL SELECT 'times', id, 'anchor_id', document_id, statement_id, anchor_id FROM times
        UNION ALL SELECT 'roles', id, 'anchor_id', document_id, CAST(NULL AS VARCHAR), anchor_id FROM roles
        UNION ALL SELECT 'mentions', id, 'anchor_id', document_id, CAST(NULL AS VARCHAR), anchor_id FROM mentions
        UNION ALL SELECT 'caveats', id, 'anchor_id', document_id, statement_id, anchor_id
               FROM caveats WHERE anchor_id IS NOT NULL
        UNION ALL SELECT 'cites', id, 'anchor_id', document_id, CAST(NULL AS VARCHAR), anchor_id
               FROM cites WHERE anchor_id IS NOT NULL
        UNION ALL SELECT 'replies', id, 'anchor_id', document_id, statement_id, anchor_id
               FROM replies WHERE anchor_id IS NOT NULL
    """,
    "latest_reviews": """
        SELECT record_table, record_id, status, reviewer, reviewed_at, successor_id, note, id, number FROM (
            SELECT *, row_number() OVER (
                PARTITION BY record_table, record_id ORDER BY reviewed_at DESC, number DESC, id DESC) AS place
            FROM reviews) WHERE place = 1
    """,
    "innermost": """
        SELECT a.* FROM attributions a
        JOIN (SELECT statement_id, max(level) AS level FROM attributions GROUP BY statement_id) deepest
          ON a.statement_id = deepest.statement_id AND a.level = deepest.level
    """,
}


class Engine:
    """A DuckDB connection over Arrow tables, shut off from files and the network."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET enable_external_access=false")
        self._connection.execute("SET TimeZone='UTC'")
        for name in (*STORED, *tables):
            self._connection.register(name, tables[name] if name in tables else empty(arrow_schema(name)))
        self._connection.register("edtf_bounds", self._edtf(tables))
        for name, select in VIEWS.items():
            self._connection.execute(f"CREATE TEMP VIEW {name} AS {select}")
        self._connection.execute("SET lock_configuration=true")

    @staticmethod
    def _edtf(tables: Mapping[str, pa.Table]) -> pa.Table:
        said: list[str] = []
        for table, column in (("times", "edtf"), ("documents", "published_edtf"), ("replies", "asked_at")):
            if table in tables:
                said += [value for value in tables[table].column(column).to_pylist() if value is not None]
        return edtf_table(said) if said else empty(EDTF_SCHEMA)

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


_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def with_overview(tables: Tables) -> Tables:
    """The tables with `overview` computed from them, in the model's order."""
    with Engine(tables) as engine:
        rows = engine.select(OVERVIEW).cast(arrow_schema("overview"))
    return tables | {"overview": in_order("overview", rows)}
