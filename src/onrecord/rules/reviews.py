"""OR8xx: reviews: the log is in order, names records that are there, and gives its reasons."""

from __future__ import annotations

from ..model import MODELS, Overview
from .rule import Rule
from .shape import key_of, quoted

LOG = """reviews.yaml:
  reviews:
    - {id: r1, record_table: statements, record_id: crane.s1, status: accepted, reviewer: first coder,
       reviewed_at: "2021-03-05T10:00:00Z"}
"""


def entry(number: int, status: str, at: str, note: str = "", record: str = "statements, record_id: crane.s1") -> str:
    """One entry of a review log, as YAML."""
    reason = f", note: {note}" if note else ""
    return (
        f"    - {{id: r{number}, record_table: {record}, status: {status}, reviewer: first coder,\n"
        f'       reviewed_at: "{at}"{reason}}}\n'
    )


def log(*entries: str) -> str:
    """An example: the review log of the example dataset with these entries."""
    return LOG + "".join(entries)


REVIEWED = [model for model in MODELS if model is not Overview]
TABLE_NAMES = ", ".join(model.table for model in REVIEWED)
KEYS = "\nUNION ALL\n".join(
    f'SELECT {quoted(model.table)} AS record_table, {key_of(model)} AS record_id FROM "{model.table}"'
    for model in REVIEWED
)
# The status that an entry replaces: that of the entry before it for the same record.
SUCCESSION = """
    SELECT id, record_table, record_id, status, note,
           lag(id) OVER (PARTITION BY record_table, record_id ORDER BY reviewed_at, id) AS before_id,
           lag(status) OVER (PARTITION BY record_table, record_id ORDER BY reviewed_at, id) AS before
    FROM reviews
"""

UNKNOWN_TABLE = Rule(
    code="OR801",
    name="review-of-unknown-table",
    what="A review names a table that is none of the record tables.",
    why="Its verdict would belong to nothing.",
    message='`record_table`: "{value}" is no table of records{nearest}',
    mend="write the name of the table, such as `statements`",
    select=f"""
        SELECT 'reviews' AS record_table, id AS record_id, 'record_table' AS record_column, record_table AS value,
               {quoted(TABLE_NAMES)} AS options
        FROM reviews WHERE record_table NOT IN ({", ".join(quoted(model.table) for model in REVIEWED)})
    """,
    bad=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="statement, record_id: crane.s2")),
    good=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="statements, record_id: crane.s2")),
)
UNKNOWN_RECORD = Rule(
    code="OR802",
    name="review-of-unknown-record",
    what="A review names a record that is not there.",
    why="A record may be retracted, never deleted: the log must stay readable to its end.",
    message='`record_id`: there is no "{value}" in {reviewed_table}',
    mend="correct the key (parts of a composite key are joined by `/`), or restore the record",
    whole=True,
    select=f"""
        SELECT 'reviews' AS record_table, r.id AS record_id, 'record_id' AS record_column,
               r.record_id AS value, r.record_table AS reviewed_table
        FROM reviews r ANTI JOIN ({KEYS}) k ON k.record_table = r.record_table AND k.record_id = r.record_id
        WHERE r.record_table IN ({", ".join(quoted(model.table) for model in REVIEWED)})
    """,
    bad=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="attributions, record_id: crane.s2")),
    good=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="attributions, record_id: crane.s2/1")),
)
LOG_OUT_OF_ORDER = Rule(
    code="OR803",
    name="log-out-of-order",
    what="An entry of the review log is older than the entry numbered before it.",
    why="The log is appended to, never rewritten; a later number with an earlier time shows that it was.",
    message="`{record_id}` is of {reviewed_at}, but `{other_id}`, numbered before it, of {before_at}",
    mend="correct the time, or append the entry with the next free number",
    select="""
        WITH numbered AS (
            SELECT id, reviewed_at, regexp_extract(id, '^(.*[^0-9])?[0-9]{1,18}$', 1) AS series,
                   TRY_CAST(regexp_extract(id, '^(.*[^0-9])?([0-9]{1,18})$', 2) AS BIGINT) AS number
            FROM reviews WHERE regexp_matches(id, '^(.*[^0-9])?[0-9]{1,18}$')
        ), in_order AS (
            SELECT id, reviewed_at, lag(id) OVER (PARTITION BY series ORDER BY number, id) AS other_id,
                   lag(reviewed_at) OVER (PARTITION BY series ORDER BY number, id) AS before_at
            FROM numbered
        )
        SELECT 'reviews' AS record_table, id AS record_id, 'reviewed_at' AS record_column, other_id,
               reviewed_at, before_at
        FROM in_order WHERE reviewed_at < before_at
    """,
    bad=log(entry(2, "accepted", "2021-03-04T10:00:00Z", record="statements, record_id: crane.s2")),
    good=log(entry(2, "accepted", "2021-03-06T10:00:00Z", record="statements, record_id: crane.s2")),
)
WITHDRAWN_WITHOUT_NOTE = Rule(
    code="OR804",
    name="withdrawn-without-note",
    what="A record is superseded or retracted without a note.",
    why="Whoever cited the record must learn why it no longer stands, and what stands in its place.",
    message="{reviewed_table} `{reviewed}` is {status} without a note",
    mend="add a note: the reason and, for a superseded record, the id of the one that replaces it",
    select="""
        SELECT 'reviews' AS record_table, id AS record_id, 'status' AS record_column,
               record_table AS reviewed_table, record_id AS reviewed, status
        FROM reviews WHERE status IN ('superseded', 'retracted') AND note IS NULL
    """,
    bad=log(entry(2, "retracted", "2021-03-06T10:00:00Z")),
    good=log(entry(2, "retracted", "2021-03-06T10:00:00Z", "The headline names no quay.")),
)
CONFLICT_WITHOUT_NOTE = Rule(
    code="OR805",
    name="conflict-without-note",
    what="A conflict is recorded without a note.",
    why="Two readings that could not be settled are worth keeping only if both are told.",
    message="{reviewed_table} `{reviewed}` is in conflict, but no note says between which readings",
    mend="add a note that gives both readings and the words they rest on",
    select="""
        SELECT 'reviews' AS record_table, id AS record_id, 'status' AS record_column,
               record_table AS reviewed_table, record_id AS reviewed
        FROM reviews WHERE status = 'conflict' AND note IS NULL
    """,
    bad=log(entry(2, "conflict", "2021-03-06T10:00:00Z")),
    good=log(entry(2, "conflict", "2021-03-06T10:00:00Z", "Event or assessment.")),
)
TWO_VERDICTS = Rule(
    code="OR806",
    name="two-verdicts",
    what="Two reviews of one record at the same instant have different statuses.",
    why="The newest review is the one that counts, and here neither is newer.",
    message="{reviewed_table} `{reviewed}` is {status} by `{record_id}` and {other_status} by `{other_id}`, "
    "both at {reviewed_at}",
    mend="correct one of the times, or settle the two and append one entry",
    select="""
        SELECT 'reviews' AS record_table, l.id AS record_id, 'status' AS record_column, f.id AS other_id,
               l.record_table AS reviewed_table, l.record_id AS reviewed, l.status, f.status AS other_status,
               l.reviewed_at
        FROM reviews f JOIN reviews l
          ON l.record_table = f.record_table AND l.record_id = f.record_id AND l.reviewed_at = f.reviewed_at
        WHERE f.id < l.id AND f.status <> l.status
    """,
    bad=log(entry(2, "work-needed", "2021-03-05T10:00:00Z")),
    good=log(entry(2, "work-needed", "2021-03-05T10:00:01Z")),
)
ACCEPTED_WITHOUT_CLAIM = Rule(
    code="OR807",
    name="accepted-without-claim",
    what="A statement is accepted although no claim has been chosen for it.",
    why="An accepted statement says what the document says; without a claim it says nothing yet.",
    message="`{reviewed}` is accepted, but has no `claim_id`",
    mend="choose its claim, or append a review with the status work-needed",
    select="""
        SELECT 'reviews' AS record_table, r.id AS record_id, 'status' AS record_column, s.id AS reviewed
        FROM latest_reviews r JOIN statements s ON s.id = r.record_id
        WHERE r.record_table = 'statements' AND r.status = 'accepted' AND s.claim_id IS NULL
    """,
    bad="""crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: assert, factuality: CT+}
""",
    good=log(),
)
SETTLED_WITHOUT_NOTE = Rule(
    code="OR808",
    name="settled-without-note",
    what="A record is accepted straight after a conflict or a withdrawal, without a note.",
    why="The log must tell how the conflict was settled or why a withdrawn record stands again.",
    message="{reviewed_table} `{reviewed}` was {before} by `{other_id}` and is accepted by `{record_id}`, "
    "without a note",
    mend="add a note to the accepting review: which reading was chosen, by whom and why",
    select=f"""
        SELECT 'reviews' AS record_table, id AS record_id, 'status' AS record_column, before_id AS other_id,
               record_table AS reviewed_table, record_id AS reviewed,
               CASE WHEN before = 'conflict' THEN 'in conflict' ELSE before END AS before
        FROM ({SUCCESSION})
        WHERE status = 'accepted' AND note IS NULL AND before IN ('conflict', 'superseded', 'retracted')
    """,
    bad=log(
        entry(2, "conflict", "2021-03-06T10:00:00Z", "Event or assessment."),
        entry(3, "accepted", "2021-03-07T10:00:00Z"),
    ),
    good=log(
        entry(2, "conflict", "2021-03-06T10:00:00Z", "Event or assessment."),
        entry(3, "accepted", "2021-03-07T10:00:00Z", "Both coders agree on event."),
    ),
)

REVIEW_RULES: tuple[Rule, ...] = (
    UNKNOWN_TABLE,
    UNKNOWN_RECORD,
    LOG_OUT_OF_ORDER,
    WITHDRAWN_WITHOUT_NOTE,
    CONFLICT_WITHOUT_NOTE,
    TWO_VERDICTS,
    ACCEPTED_WITHOUT_CLAIM,
    SETTLED_WITHOUT_NOTE,
)
