"""What may be at fault, as SQL views: one pass over large tables for several rules, which then judge the few rows left.

Each condition here is necessary for the faults of its rules: what it leaves out can be none of them.

`pieces` (anchor_id, document_id, start, end, whole) has the spans of anchors with fragments, and of
anchors without (`whole`) that have the id of one with fragments. `astray` has the anchor uses that
meet no anchor, or one in another document (there), and the anchors that no use meets (found).
`outlying` (anchor_id) has those outside the passage that their statement names, `doubtful`
(document_id) the documents in which a span may stand with two hashes.
`unborne` has the units whose status the statements, figures and times on them do not bear out.
`divided` has the claims to which one document's voices commit themselves differently, `caveated`
(document_id, claim_id, kind) those that a caveat is about. `odd_chains` (statement_id, deepest) has
the chains of voices in which a stance or an act may not fit the place of its voice. `unfound`
(record_table, record_id) has the keys that reviews name and no record has.
"""

from __future__ import annotations

from .constraints import STORED_MODELS, UNION, key_of, quoted

# A span is known by its start and what it is of, a unit by its end: in that order, the furthest end of
# all spans before a unit tells whether one lies on it. Ids and hashes would make the sort slow.
_REACHED = """
    SELECT document_id, kind, status, start, position AS "end", stated, numbered FROM (
        SELECT document_id, kind, status, start, position,
               max(stated) OVER earlier AS stated, max(numbered) OVER earlier AS numbered
        FROM (SELECT document_id, kind, status, start, "end" AS position, 0 AS is_span,
                     CAST(NULL AS BIGINT) AS stated, CAST(NULL AS BIGINT) AS numbered
              FROM units WHERE status IN ('covered', 'waived')
              UNION ALL
              SELECT s.document_id, NULL, NULL, NULL, s.start, 1,
                     CASE WHEN stating THEN s."end" END, CASE WHEN NOT stating THEN s."end" END
              FROM spans s
              JOIN (SELECT anchor_id AS used, TRUE AS stating FROM statements
                    UNION ALL
                    SELECT anchor_id, FALSE FROM anchor_uses WHERE record_table IN ('figures', 'times'))
                ON s.anchor_id = used)
        WINDOW earlier AS (PARTITION BY document_id ORDER BY position, is_span
                           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
    WHERE (status = 'covered' AND kind = 'numeral' AND (numbered IS NULL OR numbered <= start))
       OR (status = 'covered' AND kind <> 'numeral'
           AND (greatest(stated, numbered) IS NULL OR greatest(stated, numbered) <= start))
       OR (status = 'waived' AND kind = 'sentence' AND stated > start)
       OR (status = 'waived' AND kind = 'numeral' AND numbered > start)
"""
_KEYS = UNION.join(
    f'SELECT {quoted(model.table)} AS known_table, {key_of(model)} AS known FROM "{model.table}"'
    for model in STORED_MODELS
)
PRESELECTED: dict[str, tuple[str, ...]] = {
    "pieces": (
        """
        SELECT anchor_id, document_id, CAST(split_part(piece, '-', 1) AS BIGINT) AS start,
               CAST(split_part(piece, '-', 2) AS BIGINT) AS "end", FALSE AS whole
        FROM (SELECT id AS anchor_id, document_id, unnest(string_split(fragments, ';')) AS piece
              FROM anchors WHERE regexp_matches(fragments, '^[0-9]{1,12}-[0-9]{1,12}(;[0-9]{1,12}-[0-9]{1,12})+$'))
        """,
        """
        SELECT id, document_id, start, "end", TRUE FROM anchors
        SEMI JOIN (SELECT id AS cut FROM anchors WHERE fragments IS NOT NULL) ON id = cut WHERE fragments IS NULL
        """,
    ),
    "astray": (
        """
        SELECT u.record_table, u.record_id, u.record_column, u.anchor_id, u.document_id AS here,
               n.id AS found, n.document_id AS there
        FROM anchor_uses u FULL JOIN anchors n ON n.id = u.anchor_id
        WHERE n.id IS NULL OR u.anchor_id IS NULL OR n.document_id <> u.document_id
        """,
    ),
    # A statement that stands twice may name two passages: the narrowest bounds count.
    "outlying": (
        """
        SELECT DISTINCT n.id AS anchor_id
        FROM placed_uses u
        JOIN (SELECT s.id, max(p.start) AS first, min(p."end") AS last
              FROM statements s JOIN passages p ON s.passage_id = p.id GROUP BY s.id) b ON u.statement_id = b.id
        JOIN anchors n ON u.anchor_id = n.id
        WHERE n.start < b.first OR n."end" > b.last
        """,
    ),
    # Fragments that are one span are no fragments, and may be the same as a span. To count distinct hashes
    # per span would be simpler, but what such a count gathers cannot always be spilled; a sort can.
    "doubtful": (
        """
        SELECT document_id FROM (
            SELECT document_id, start, "end", text_sha256, lag(start) OVER along AS start_before,
                   lag("end") OVER along AS end_before, lag(text_sha256) OVER along AS hash_before
            FROM pointers WHERE fragments IS NULL AND text_sha256 IS NOT NULL
            WINDOW along AS (PARTITION BY document_id ORDER BY start, "end"))
        WHERE hash_before <> text_sha256
          AND start_before IS NOT DISTINCT FROM start AND end_before IS NOT DISTINCT FROM "end"
        """,
        """
        SELECT document_id FROM (SELECT DISTINCT document_id, fragments, text_sha256 FROM anchors
                                 WHERE fragments IS NOT NULL AND text_sha256 IS NOT NULL)
        GROUP BY document_id, fragments HAVING count(*) > 1
        """,
        """
        SELECT document_id FROM anchors WHERE fragments NOT LIKE '%;%'
        """,
    ),
    "unborne": (
        f"""
        SELECT u.id, u.document_id, u.kind, u.status, u.start, u."end"
        FROM (SELECT DISTINCT document_id, kind, status, start, "end" FROM ({_REACHED})) r
        JOIN units u ON u.document_id IS NOT DISTINCT FROM r.document_id AND u.kind = r.kind AND u.status = r.status
         AND u.start IS NOT DISTINCT FROM r.start AND u."end" IS NOT DISTINCT FROM r."end"
        """,
    ),
    "divided": (
        """
        SELECT s.document_id, s.claim_id FROM statements s JOIN attributions a ON a.statement_id = s.id
        WHERE s.claim_id IS NOT NULL AND a.factuality <> 'Uu'
        GROUP BY s.document_id, s.claim_id HAVING min(a.factuality) <> max(a.factuality)
        """,
    ),
    "odd_chains": (
        """
        SELECT statement_id, max(level) AS deepest FROM attributions GROUP BY statement_id
        HAVING min(CASE WHEN stance IS NULL OR (stance = 'relays' AND factuality <> 'Uu') THEN level END) < max(level)
            OR max(CASE WHEN stance IS NOT NULL OR act = 'report'
                          OR (act = 'deny' AND factuality IN ('CT+', 'PR+', 'PS+', 'CTu')) THEN level END) = max(level)
        """,
    ),
    "unfound": (
        f"""
        SELECT record_table, record_id
        FROM (SELECT record_table, record_id FROM reviews
              UNION SELECT record_table, successor_id FROM reviews WHERE successor_id IS NOT NULL)
        ANTI JOIN ({_KEYS}) ON known_table = record_table AND known = record_id
        """,
    ),
    # A caveat is about the statement it names, or about those whose content its words touch.
    "caveated": (
        """
        SELECT s.document_id, s.claim_id, c.kind FROM caveats c JOIN statements s ON s.id = c.statement_id
        """,
        """
        SELECT s.document_id, s.claim_id, c.kind
        FROM caveats c
        JOIN spans w ON w.anchor_id = c.anchor_id
        JOIN spans p ON p.document_id = w.document_id AND p.start < w."end" AND p."end" > w.start
        JOIN statements s ON s.anchor_id = p.anchor_id
        """,
    ),
}
