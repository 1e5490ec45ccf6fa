"""Views that several rules share, as SQL: what every engine offers beside the tables.

`spans` (anchor_id, document_id, start, end: a row per fragment of an anchor),
`pointers` (every passage, unit and anchor: record_table, record_id, document_id, start, end,
fragments, text_sha256), `anchor_uses` (every reference to an anchor: record_table, record_id,
record_column, document_id, statement_id, anchor_id),
`placed_uses` (those of them that belong into the passage of a statement),
`misshapen`, `suspects` and `misreferences` (see `constraints.py`), more of that kind (see `preselected.py`),
`latest_reviews` (the newest review of each record) and `innermost` (the deepest attribution of
each statement). An engine makes `edtf_bounds` itself: each EDTF expression with its validity and days.
"""

from __future__ import annotations

from .constraints import CONSTRAINT_VIEWS, MISSHAPEN_THOUGH_READ
from .preselected import PRESELECTED

# Views that an engine had better compute once for all the rules that use them, each as its arms,
# which are joined by UNION ALL: what they hold is small, or dear to compute.
SHARED: dict[str, tuple[str, ...]] = {**CONSTRAINT_VIEWS, **PRESELECTED}
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
    "placed_uses": """
        SELECT 'statements' AS record_table, id AS record_id, 'anchor_id' AS record_column, id AS statement_id,
               anchor_id FROM statements
        UNION ALL SELECT 'figures', id, 'anchor_id', statement_id, anchor_id FROM figures
        UNION ALL SELECT 'times', id, 'anchor_id', statement_id, anchor_id FROM times
        UNION ALL SELECT 'attributions', statement_id || '/' || CAST(level AS VARCHAR), 'cue_anchor_id', statement_id,
                         cue_anchor_id FROM attributions WHERE cue_anchor_id IS NOT NULL
        UNION ALL SELECT 'attributions', statement_id || '/' || CAST(level AS VARCHAR), 'source_anchor_id',
                         statement_id, source_anchor_id FROM attributions WHERE source_anchor_id IS NOT NULL
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
} | {name: "\nUNION ALL\n".join(arms) for name, arms in SHARED.items()}
OF_RECORDS = VIEWS | {"misshapen": MISSHAPEN_THOUGH_READ}  # for tables of records that were read from YAML
