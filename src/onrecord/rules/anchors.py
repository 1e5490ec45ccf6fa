"""OR3xx: passages and anchors: spans that lie in the text, in their passage and in order.

Overlaps and gaps are found in one pass over the spans in reading order: the furthest end of all
spans before a span tells whether it begins too early or too late.
"""

from __future__ import annotations

from ..finding import Severity
from .rule import Rule

GAP = 8  # code points of white space that may stand between two passages

# The spans of what points into a text: one each, or a row per fragment.
SPANS = """
    SELECT record_table, record_id, document_id, start, "end" FROM pointers WHERE fragments IS NULL
    UNION ALL
    SELECT 'anchors', anchor_id, document_id, start, "end" FROM pieces
    ANTI JOIN (SELECT anchor_id AS known FROM pieces WHERE whole) ON anchor_id = known
"""

# Most texts are long enough for whatever points into them, which their furthest span tells.
BEYOND = f"""
WITH exceeded AS (
    SELECT d.id, d.text_length
    FROM (SELECT document_id, max(start) AS start, max("end") AS "end" FROM ({SPANS}) GROUP BY document_id) furthest
    JOIN documents d ON document_id = d.id WHERE "end" > text_length OR start > text_length
)
SELECT DISTINCT record_table, record_id, 'end' AS record_column, p.start, p."end", p.document_id, text_length
FROM ({SPANS}) p JOIN exceeded d ON p.document_id = d.id
WHERE p."end" > text_length OR p.start > text_length
"""

EMPTY = f"""
SELECT DISTINCT record_table, record_id, 'start' AS record_column, start, "end"
FROM ({SPANS}) WHERE start >= "end"
"""

DISORDER = """
WITH ordered AS (
    SELECT anchor_id, start, "end",
           max("end") OVER (PARTITION BY anchor_id ORDER BY start, "end"
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
    FROM (SELECT DISTINCT anchor_id, start, "end" FROM pieces)
), rebuilt AS (
    SELECT anchor_id, min(start) AS begins, max("end") AS ends, count(CASE WHEN start < reach THEN 1 END) AS clashes,
           string_agg(CAST(start AS VARCHAR) || '-' || CAST("end" AS VARCHAR), ';' ORDER BY start, "end") AS said
    FROM ordered GROUP BY anchor_id
)
SELECT 'anchors' AS record_table, id AS record_id, 'fragments' AS record_column, fragments
FROM anchors JOIN rebuilt ON id = anchor_id
WHERE fragments IS NOT NULL AND (clashes > 0 OR said <> fragments OR start <> begins OR "end" <> ends)
"""

# A voice may be named far from its words; a note on the statement says so.
OUTSIDE = """
SELECT DISTINCT u.record_table, u.record_id, u.record_column, n.start, n."end", p.id AS passage_id,
       p.start AS first, p."end" AS last
FROM (SELECT p.* FROM placed_uses p SEMI JOIN outlying o ON p.anchor_id = o.anchor_id) u
JOIN statements s ON u.statement_id = s.id
JOIN passages p ON s.passage_id = p.id
JOIN anchors n ON u.anchor_id = n.id AND n.document_id = p.document_id
WHERE (n.start < p.start OR n."end" > p."end") AND (u.record_table <> 'attributions' OR s.note IS NULL)
UNION ALL
SELECT 'units', u.id, 'start', u.start, u."end", p.id, p.start, p."end"
FROM units u JOIN passages p ON u.passage_id = p.id
WHERE (u.start < p.start OR u."end" > p."end") AND u.document_id = p.document_id
"""

TWO_HASHES = """
SELECT record_table, record_id, 'text_sha256' AS record_column, said, left(text_sha256, 16) AS value,
       left(first_hash, 16) AS first_hash, first_table, first_id
FROM (SELECT *, first_value(text_sha256) OVER same AS first_hash, first_value(record_table) OVER same AS first_table,
             first_value(record_id) OVER same AS first_id
      FROM (SELECT *, coalesce(fragments, CAST(start AS VARCHAR) || '-' || CAST("end" AS VARCHAR)) AS said
            FROM pointers p SEMI JOIN doubtful d ON p.document_id = d.document_id)
      WINDOW same AS (PARTITION BY document_id, said ORDER BY record_table DESC, record_id, text_sha256))
WHERE text_sha256 <> first_hash AND said IS NOT NULL
"""


def overlapping(table: str, chosen: str = "TRUE") -> str:
    """The records of a table that begin before an earlier one of their document has ended."""
    return f"""
WITH known AS (
    SELECT document_id, start, "end", min(id) AS id FROM {table}
    WHERE start < "end" AND {chosen} GROUP BY document_id, start, "end"
), swept AS (
    SELECT *, max("end") OVER (PARTITION BY document_id ORDER BY start, "end"
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
    FROM known
)
SELECT '{table}' AS record_table, s.id AS record_id, 'start' AS record_column, s.start, s."end",
       min(k.id) AS other_id, s.reach
FROM swept s JOIN known k ON s.document_id = k.document_id AND s.reach = k."end" AND k.start <= s.start
WHERE s.start < s.reach AND s.id <> k.id
GROUP BY s.id, s.start, s."end", s.reach
"""


# The end of the text is a row of its own, so that a gap before it is found like any other.
GAPS = f"""
SELECT record_table, record_id, record_column, reach AS gap_start, start AS gap_end
FROM (SELECT record_table, record_id, record_column, start,
             coalesce(max("end") OVER (PARTITION BY document_id ORDER BY start, "end", record_table DESC
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS reach
      FROM (SELECT 'passages' AS record_table, id AS record_id, 'start' AS record_column, document_id, start, "end"
            FROM passages WHERE start < "end"
            UNION ALL
            SELECT 'documents', id, 'text_length', id, text_length, text_length FROM documents))
WHERE CAST(start AS DOUBLE) - reach > {GAP}
"""


def mention(anchor: str) -> str:
    """The example with one more mention, at this anchor."""
    head = "crane/mentions.yaml:\n  mentions:\n"
    return f'{head}    - {{id: crane.m5, agent_id: ada-lind, form: name, anchor: "{anchor}"}}\n'


HEADLINE = """crane/document.yaml:
  passages:
    - {id: crane.p1, kind: headline, anchor: "SPAN {h:SPAN}"}
"""
SPOKEN = """crane/statements.yaml:
  statements:
    - id: crane.s4
      passage_id: PASSAGE
      claim_id: crane-overloaded
      anchor: "167-191 {h:167-191}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: the-company, mode: indirect, act: deny, factuality: CT-,
           cue_anchor: "155-161 {h:155-161} denies", source_anchor: "143-154 {h:143-154}"}
"""
ORPHAN = """tables:
  anchors:
    - {id: crane.s9, document_id: crane, start: 0, end: 5, text_sha256: "SHA"}
  mentions:
    - {id: crane.m9, document_id: crane, agent_id: ada-lind, form: name, anchor_id: crane.USED}
""".replace("SHA", "0" * 64)

BEYOND_LENGTH = Rule(
    code="OR301",
    name="span-outside-text",
    what="A span reaches beyond the end of the document's text.",
    why="There are no words there; the span belongs to another text or a digit is wrong.",
    message="{start}-{end} reaches beyond the text of `{document_id}`, which has {text_length} code points",
    mend="correct the span; offsets count the code points of the canonical text from 0",
    select=BEYOND,
    bad=mention("186-200 {h:186-200}"),
    good=mention("86-94 {h:86-94}"),
)
EMPTY_SPAN = Rule(
    code="OR302",
    name="empty-span",
    what="A span ends where it begins, or before.",
    why="It points to no words, so nothing can be verified there.",
    message="{start}-{end} holds no words",
    mend="write the offset of the first code point, then the offset after the last",
    select=EMPTY,
    bad=mention("94-86 {h:94-86}"),
    good=mention("86-94 {h:86-94}"),
)
FRAGMENT_ORDER = Rule(
    code="OR303",
    name="fragments-out-of-order",
    what="The spans of a discontinuous anchor overlap or do not stand in reading order.",
    why="The hash is taken over the words in the order in which the spans are written; another order is another text.",
    message="the spans of {fragments} overlap or are out of order",
    mend="write them from left to right, without leading zeros, each beginning at or after the end of the one before",
    select=DISORDER,
    bad=mention("90-94;86-89 {h:90-94;86-89}"),
    good=mention("86-89;90-94 {h:86-89;90-94}"),
)
OUTSIDE_PASSAGE = Rule(
    code="OR304",
    name="anchor-outside-passage",
    what="A unit, a statement's content, figure or time, or (where no note explains it) a voice's cue or source "
    "lies outside the passage that the record names.",
    why="The reader is sent to the wrong block, and counts per passage come out wrong.",
    message="{start}-{end} does not lie in `{passage_id}`, which is {first}-{last}",
    mend="name the passage in which the words stand, or correct the span; where a cue or source really stands in "
    "another passage, say so in the statement's `note`",
    select=OUTSIDE,
    bad=SPOKEN.replace("PASSAGE", "crane.p1"),
    good=SPOKEN.replace("PASSAGE", "crane.p2"),
)
SPAN_WITH_TWO_HASHES = Rule(
    code="OR305",
    name="span-with-two-hashes",
    what="The same span of one document stands in the records with two different hashes.",
    why="The same words have one hash; at least one of the two was made from another text or typed wrong.",
    message="{said} is recorded here with {value}..., but with {first_hash}... in {first_table} `{first_id}`",
    mend="run `onrecord verify --source FILE` with your copy of the text to see which of the two is right",
    select=TWO_HASHES,
    bad=mention("86-94 {h:71-79}"),
    good=mention("86-94 {h:86-94}"),
)
OVERLAPPING_PASSAGES = Rule(
    code="OR306",
    name="passages-overlap",
    what="A passage begins before an earlier one has ended, or two passages have the same span.",
    why="Passages are the blocks of the text, one after the other; no word belongs to two of them.",
    message="{start}-{end} overlaps with `{other_id}`, which ends at {reach}",
    mend="end the earlier passage before this one begins, or remove one of the two",
    select=f"""{overlapping("passages")}
UNION ALL
SELECT 'passages', id, 'start', start, "end", other_id, "end"
FROM (SELECT *, row_number() OVER same AS place, first_value(id) OVER same AS other_id FROM passages
      WHERE start < "end" WINDOW same AS (PARTITION BY document_id, start, "end" ORDER BY id)) WHERE place > 1""",
    bad=HEADLINE.replace("SPAN", "0-32"),
    good=HEADLINE.replace("SPAN", "0-25"),
)
PASSAGE_GAP = Rule(
    code="OR307",
    name="gap-between-passages",
    what=f"More than {GAP} code points before, between or after the passages lie in no passage.",
    why="What lies in no passage is in no unit of coverage either, so nobody would notice that it was left out. "
    f"Up to {GAP} code points may be blank lines; whether words hide there only the text can tell, and "
    "`onrecord verify --source FILE` looks.",
    message="{gap_start}-{gap_end} of the text lies in no passage",
    mend="add the passage that is missing, or correct the spans around it",
    whole=True,
    select=GAPS,
    bad="crane/document.yaml:\n  document:\n    text_length: 205\n",
    good="crane/document.yaml:\n  document:\n    text_length: 192\n",
)
FOREIGN_ANCHOR = Rule(
    code="OR314",
    name="anchor-of-another-document",
    what="A record refers to an anchor that points into another document than its own.",
    why="Its words would be looked up in the wrong text.",
    message="`{record_column}`: `{value}` points into `{there}`, and this record belongs to `{here}`",
    mend="point to an anchor in `{here}`",
    select="""SELECT record_table, record_id, record_column, anchor_id AS value, there, here
              FROM astray WHERE there <> here""",
    bad=ORPHAN.replace("document_id: crane, start", "document_id: tide, start").replace("USED", "s9"),
    good=ORPHAN.replace("USED", "s9"),
)
UNUSED_ANCHOR = Rule(
    code="OR315",
    name="unused-anchor",
    severity=Severity.WARNING,
    what="No record refers to the anchor.",
    why="It points to words without saying what they are there for; its record may have been lost.",
    message="nothing refers to the anchor `{record_id}`",
    mend="restore the record that it belongs to, or remove the row",
    whole=True,
    select="""SELECT 'anchors' AS record_table, found AS record_id
              FROM astray WHERE anchor_id IS NULL AND found IS NOT NULL""",
    bad=ORPHAN.replace("USED", "m1"),
    good=ORPHAN.replace("USED", "s9"),
)

ANCHOR_RULES: tuple[Rule, ...] = (
    BEYOND_LENGTH,
    EMPTY_SPAN,
    FRAGMENT_ORDER,
    OUTSIDE_PASSAGE,
    SPAN_WITH_TWO_HASHES,
    OVERLAPPING_PASSAGES,
    PASSAGE_GAP,
    FOREIGN_ANCHOR,
    UNUSED_ANCHOR,
)
