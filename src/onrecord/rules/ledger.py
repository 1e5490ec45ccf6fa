"""OR3xx: the ledger: every unit of the text is covered by records or waived with a reason.

What lies on a unit is found in one pass over spans and units in reading order: of all spans
that begin before a unit ends, the one that reaches furthest tells whether any lies on it.
The view `unborne` makes that pass for statements, figures and times, and has the units that
they leave uncovered, or cover although they are waived.
"""

from __future__ import annotations

from .anchors import overlapping
from .rule import Rule

# The units that no content, figure or time lies on, each with the furthest end of the titles, cues
# and sources that begin before its own end. Of a numeral only figures and times take account.
TOUCHED = """
SELECT id, kind, start, "end", reach FROM (
    SELECT id, kind, start, "end",
           max(span_end) OVER (PARTITION BY document_id ORDER BY position, is_span
                               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS reach
    FROM (SELECT id, kind, document_id, start, "end", "end" AS position, 0 AS is_span,
                 CAST(NULL AS BIGINT) AS span_end
          FROM unborne WHERE status = 'covered' AND kind <> 'numeral'
          UNION ALL
          SELECT NULL, NULL, s.document_id, s.start, s."end", s.start, 1, s."end"
          FROM spans s
          SEMI JOIN (SELECT coalesce(document_id, '') AS place FROM unborne) ON coalesce(s.document_id, '') = place
          SEMI JOIN (SELECT anchor_id AS used FROM anchor_uses WHERE record_table IN ('roles', 'attributions'))
            ON s.anchor_id = used))
WHERE id IS NOT NULL"""

# The quotations that wholly contain a statement's content, found from the last span to the first.
CONTAINED = """
SELECT id, kind, start, "end" FROM (
    SELECT id, kind, start, "end",
           min(content_end) OVER (PARTITION BY document_id ORDER BY start DESC, is_unit
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS nearest
    FROM (SELECT id, kind, document_id, start, "end", 1 AS is_unit, CAST(NULL AS BIGINT) AS content_end
          FROM units WHERE kind = 'quotation' AND status = 'waived'
          UNION ALL
          SELECT NULL, NULL, n.document_id, n.start, n."end", 0, n."end"
          FROM anchors n
          SEMI JOIN (SELECT coalesce(document_id, '') AS place FROM units
                     WHERE kind = 'quotation' AND status = 'waived') ON coalesce(n.document_id, '') = place
          SEMI JOIN (SELECT anchor_id AS used FROM statements) ON n.id = used))
WHERE id IS NOT NULL AND nearest <= "end\""""


UNCOVERED = f"""
SELECT 'units' AS record_table, id AS record_id, 'status' AS record_column, kind, start, "end"
FROM ({TOUCHED}) WHERE reach IS NULL OR reach <= start
UNION ALL
SELECT 'units', id, 'status', kind, start, "end" FROM unborne
WHERE status = 'covered' AND kind = 'numeral' AND id IS NOT NULL
"""

NEEDLESS = f"""
SELECT 'units' AS record_table, id AS record_id, 'status' AS record_column, kind, start, "end",
       CASE WHEN kind = 'sentence' THEN 'a statement' ELSE 'a figure or time' END AS covering
FROM unborne WHERE status = 'waived' AND id IS NOT NULL
UNION ALL
SELECT 'units', id, 'status', kind, start, "end", 'a statement' FROM ({CONTAINED})
"""


def unit(kind: str, span: str, rest: str, key: str = "u9", place: str = "crane.p2") -> str:
    """One unit of an example."""
    return f'    - {{id: crane.{key}, passage_id: {place}, kind: {kind}, anchor: "{span} {{h:{span}}}", {rest}}}\n'


LEDGER = "crane/ledger.yaml:\n  units:\n"
THIRD_PASSAGE = """crane/document.yaml:
  document:
    text_length: 205
  passages:
    - {id: crane.p3, kind: footer, anchor: "193-205 0123456789abcdef"}
"""
THIRD_SENTENCE = LEDGER + (
    '    - {id: crane.u9, passage_id: crane.p3, kind: sentence, anchor: "193-205 0123456789abcdef",\n'
    "       status: waived, waiver: page-furniture}\n"
)

UNCOVERED_UNIT = Rule(
    code="OR308",
    name="unit-not-covered",
    what="A unit is said to be covered, and no record's anchor lies on it. A numeral is covered by a figure or time; "
    "a sentence or quotation by a statement's content, a figure, a time, a role, a cue or a source.",
    why="Coverage is the promise that nothing in the text was passed over; here it is not kept.",
    message="{kind} {start}-{end} is said to be covered, and no record lies on it",
    mend="add the record that it carries, or set `status: waived` and give the reason in `waiver`",
    whole=True,
    select=UNCOVERED,
    bad=LEDGER + unit("numeral", "86-89", "status: covered"),
    good=LEDGER + unit("numeral", "86-89", "status: waived, waiver: not-a-figure"),
)
NEEDLESS_WAIVER = Rule(
    code="OR309",
    name="waived-yet-covered",
    what="A unit is waived although a record covers it: a statement's content lies on the sentence or within the "
    "quotation, or a figure or time lies on the numeral.",
    why="The reason given for leaving it out cannot be true; counts of what was left out come out too high.",
    message="{kind} {start}-{end} is waived, and {covering} lies on it",
    mend="set `status: covered` and remove `waiver`, or remove the record that should not be there",
    select=NEEDLESS,
    bad=LEDGER + unit("quotation", "102-130", "status: waived, waiver: repeated", "u6"),
    good=LEDGER + unit("quotation", "102-130", "status: covered", "u6"),
)
WAIVER_MISMATCH = Rule(
    code="OR310",
    name="waiver-and-status-differ",
    what="A unit is waived without a reason, or has a reason and is not waived.",
    why="A unit left out without a reason is a unit forgotten.",
    message="the unit is {status} and its waiver is {value}",
    mend="give a waived unit its reason in `waiver`, and a covered one none",
    select="""SELECT 'units' AS record_table, id AS record_id, 'waiver' AS record_column, status,
                     coalesce('`' || waiver || '`', 'missing') AS value FROM units
              WHERE (status = 'waived' AND waiver IS NULL) OR (status = 'covered' AND waiver IS NOT NULL)""",
    bad=LEDGER + unit("sentence", "143-192", "status: covered, waiver: frame", "u8"),
    good=LEDGER + unit("sentence", "143-192", "status: covered", "u8"),
)
BARE_PASSAGE = Rule(
    code="OR311",
    name="passage-without-sentence",
    what="A passage has no unit of kind `sentence`.",
    why="Its words are in no unit of coverage, so they could be left out unnoticed.",
    message="no sentence of `{record_id}` is in the ledger",
    mend="add its sentences to `ledger.yaml`; a line without a verb is one sentence",
    whole=True,
    select="""SELECT 'passages' AS record_table, id AS record_id FROM passages
              ANTI JOIN (SELECT passage_id FROM units WHERE kind = 'sentence') ON id = passage_id
              WHERE id IS NOT NULL""",
    bad=THIRD_PASSAGE,
    good=THIRD_PASSAGE + THIRD_SENTENCE,
)
OVERLAPPING_SENTENCES = Rule(
    code="OR312",
    name="sentences-overlap",
    what="A sentence begins before an earlier sentence has ended.",
    why="The words in both would be counted twice in every measure of coverage.",
    message="{start}-{end} overlaps with `{other_id}`, which ends at {reach}",
    mend="correct the border between the two sentences",
    select=overlapping("units", "kind = 'sentence'"),
    bad=LEDGER + unit("sentence", "27-102", "status: covered", "u2"),
    good=LEDGER + unit("sentence", "27-100", "status: covered", "u2"),
)
UNIT_TWICE = Rule(
    code="OR313",
    name="unit-twice",
    what="Two units of one kind have the same span.",
    why="The same words would be counted twice, and could be covered in one and waived in the other.",
    message="{kind} {start}-{end} is already in the ledger as `{other_id}`",
    mend="remove one of the two",
    select="""SELECT 'units' AS record_table, id AS record_id, 'start' AS record_column, kind, start, "end", other_id
              FROM (SELECT *, row_number() OVER same AS place, first_value(id) OVER same AS other_id FROM units
                    SEMI JOIN (SELECT document_id AS place_of FROM units
                               GROUP BY document_id, kind, start, "end" HAVING count(*) > 1) ON document_id = place_of
                    WINDOW same AS (PARTITION BY document_id, kind, start, "end" ORDER BY id))
              WHERE place > 1 AND document_id IS NOT NULL AND kind IS NOT NULL AND start < "end\"""",
    bad=LEDGER + unit("numeral", "108-110", "status: covered"),
    good=LEDGER + unit("quotation", "108-110", "status: covered"),
)

LEDGER_RULES: tuple[Rule, ...] = (
    UNCOVERED_UNIT,
    NEEDLESS_WAIVER,
    WAIVER_MISMATCH,
    BARE_PASSAGE,
    OVERLAPPING_SENTENCES,
    UNIT_TWICE,
)
