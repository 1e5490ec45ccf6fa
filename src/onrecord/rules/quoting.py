"""OR4xx: how a voice's words are given, and whether the document's quotation marks bear that out."""

from __future__ import annotations

from .attribution import COMPANY, GOOD, KEY, NARRATOR, chain
from .rule import Rule

QUOTED = """crane/statements.yaml:
  statements:
    - id: crane.s3
      passage_id: crane.p2
      claim_id: people-were-near
      anchor: "{content}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: ada-lind, mode: {mode}, act: assert, factuality: CT+,
           cue_anchor: "136-141 {h:136-141} wrote", source_anchor: "132-135 {h:132-135}"}
      figures:
        - {quantity_id: people-nearby, kind: cardinal, verbatim: About 40, comparator: "=", approximate: true,
           value: 40, unit: person, counted: people nearby, anchor: "102-110 {h:102-110}"}
"""


def quoting(mode: str, content: str = "102-129 {h:102-129}") -> str:
    """An example: the quotation of the example text, given in this mode with this content."""
    return QUOTED.replace("{mode}", mode).replace("{content}", content)


# Contents and quotations are gone through in reading order, once: of the quotations that begin before a
# content does, or before it ends, the one that reaches furthest tells whether the content lies in one or touches one.
QUOTATIONS = """SELECT document_id, start, "end" FROM units
                        WHERE kind = 'quotation' AND document_id IS NOT NULL AND start IS NOT NULL"""
REACH = """max(quoted_to) OVER (PARTITION BY document_id ORDER BY position, later
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS reach"""

MODE_AT_LEVEL_0 = Rule(
    code="OR407",
    name="mode-at-level-0",
    what="Level 0 has a mode other than `narration`.",
    why="The document does not quote itself: what it says in its own voice is narrated.",
    message="level 0 of `{statement_id}` has mode {mode}",
    mend="write `mode: narration`, and give the quoted voice a level of its own",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'mode' AS record_column, a.statement_id, a.mode
        FROM attributions a WHERE a.level = 0 AND a.mode <> 'narration'
    """,
    bad=chain(NARRATOR.replace("narration", "indirect"), COMPANY),
    good=GOOD,
)
NARRATION_INSIDE = Rule(
    code="OR408",
    name="narration-inside",
    what="A voice above level 0 has the mode `narration`.",
    why="Everybody but the document itself is quoted, directly or not; how decides whose words these are.",
    message="level {level} of `{statement_id}`, `{agent_id}`, has mode narration",
    mend="write direct, mixed or indirect: all, part or none of the content stands in quotation marks",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'mode' AS record_column,
               a.statement_id, a.agent_id, a.level
        FROM attributions a WHERE a.level > 0 AND a.mode = 'narration'
    """,
    bad=chain(NARRATOR, COMPANY.replace("indirect", "narration")),
    good=GOOD,
)
DIRECT_UNQUOTED = Rule(
    code="OR412",
    name="direct-unquoted",
    what="Content of a directly quoted voice stands outside quotation marks.",
    why="Only words inside the marks are the source's own; the rest is the wording of the voice above.",
    message="`{name}` is quoted directly in `{statement_id}`, but {start}-{end} lies in no quotation of the ledger",
    mend="narrow the content to the quoted words, or write `mode: mixed` or `mode: indirect`",
    whole=True,
    select=f"""
        WITH contents AS (
            SELECT a.statement_id, a.level, a.agent_id, p.document_id, p.start, p."end"
            FROM attributions a JOIN statements s ON s.id = a.statement_id JOIN spans p ON p.anchor_id = s.anchor_id
            WHERE a.mode = 'direct'
        ), swept AS (
            SELECT *, {REACH}
            FROM (SELECT *, start AS position, 1 AS later, CAST(NULL AS BIGINT) AS quoted_to FROM contents
                  UNION ALL
                  SELECT NULL, NULL, NULL, document_id, start, "end", start, 0, "end" FROM ({QUOTATIONS}))
        )
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'mode' AS record_column,
               a.statement_id, g.name, a.start, a."end"
        FROM swept a JOIN agents g ON g.id = a.agent_id
        WHERE a.later = 1 AND (a.start IS NULL OR a."end" IS NULL OR a.reach IS NULL OR a.reach < a."end")
    """,
    bad=quoting("direct", "101-129 {h:101-129}"),
    good=quoting("direct"),
)
MIXED_UNQUOTED = Rule(
    code="OR413",
    name="mixed-unquoted",
    what="A voice has the mode `mixed`, but none of the content stands in quotation marks.",
    why="`mixed` tells readers that some words are the source's own; here none are shown to be.",
    message="`{name}` has mode mixed in `{statement_id}`, but {start}-{end} touches no quotation of the ledger",
    mend="write `mode: indirect`, or widen the content to the quoted words",
    whole=True,
    select=f"""
        WITH contents AS (
            SELECT a.statement_id, p.document_id, p.start, p."end"
            FROM attributions a JOIN statements s ON s.id = a.statement_id JOIN spans p ON p.anchor_id = s.anchor_id
            WHERE a.mode = 'mixed'
        ), swept AS (
            SELECT *, {REACH}
            FROM (SELECT *, "end" AS position, 0 AS later, CAST(NULL AS BIGINT) AS quoted_to FROM contents
                  UNION ALL
                  SELECT NULL, document_id, start, "end", start, 1, "end" FROM ({QUOTATIONS}))
        )
        SELECT DISTINCT 'attributions' AS record_table, {KEY} AS record_id, 'mode' AS record_column,
               a.statement_id, g.name, n.start, n."end"
        FROM attributions a
        ANTI JOIN (SELECT statement_id AS quoted FROM swept
                   WHERE later = 0 AND position IS NOT NULL AND reach > start) ON quoted = a.statement_id
        JOIN agents g ON g.id = a.agent_id
        JOIN statements s ON s.id = a.statement_id
        JOIN anchors n ON n.id = s.anchor_id
        SEMI JOIN spans p ON p.anchor_id = n.id
        WHERE a.mode = 'mixed'
    """,
    bad=chain(NARRATOR, COMPANY.replace("indirect", "mixed")),
    good=GOOD,
)
INDIRECT_QUOTED = Rule(
    code="OR414",
    name="indirect-quoted",
    what="All of the content stands in one quotation, but every voice of the chain is indirect.",
    why="Words in quotation marks are somebody's own; calling them a paraphrase hides whose.",
    message="`{name}` has mode indirect in `{statement_id}`, but {start}-{end} lies in the quotation `{unit_id}`",
    mend="write `mode: direct` for the voice whose words stand in the marks, or correct the content anchor",
    whole=True,
    select=f"""
        WITH reported AS (
            SELECT statement_id, min(level) AS level FROM attributions WHERE mode = 'indirect' GROUP BY statement_id
        ), unquoted AS (
            SELECT r.statement_id, r.level FROM reported r
            ANTI JOIN (SELECT statement_id FROM attributions WHERE mode IN ('direct', 'mixed')) q
              ON q.statement_id = r.statement_id
        ), swept AS (
            SELECT *, {REACH}
            FROM (SELECT r.statement_id, n.document_id, n."end", n.start AS position, 1 AS later,
                         CAST(NULL AS BIGINT) AS quoted_to
                  FROM unquoted r JOIN statements s ON s.id = r.statement_id JOIN anchors n ON n.id = s.anchor_id
                  UNION ALL
                  SELECT NULL, document_id, NULL, start, 0, "end" FROM ({QUOTATIONS}))
        )
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'mode' AS record_column,
               a.statement_id, g.name, n.start, n."end", min(u.id) AS unit_id
        FROM unquoted r
        SEMI JOIN (SELECT statement_id AS inside FROM swept
                   WHERE later = 1 AND position IS NOT NULL AND reach >= "end") ON inside = r.statement_id
        JOIN attributions a ON a.statement_id = r.statement_id AND a.level = r.level
        JOIN agents g ON g.id = a.agent_id
        JOIN statements s ON s.id = r.statement_id
        JOIN anchors n ON n.id = s.anchor_id
        JOIN units u ON u.document_id = n.document_id AND u.start <= n.start AND u."end" >= n."end"
        WHERE u.kind = 'quotation'
        GROUP BY a.statement_id, a.level, g.name, n.start, n."end"
    """,
    bad=quoting("indirect"),
    good=quoting("direct"),
)

QUOTING_RULES: tuple[Rule, ...] = (
    MODE_AT_LEVEL_0,
    NARRATION_INSIDE,
    DIRECT_UNQUOTED,
    MIXED_UNQUOTED,
    INDIRECT_QUOTED,
)
