"""OR80x and OR81x: reviews: the log is whole and in order, names records that are there, and gives its reasons."""

from __future__ import annotations

import datetime as dt

from ..constraints import quoted
from ..model import MODELS, Overview, Review
from ..reviewlog import ENTRY_HASH, chained
from .rule import Rule


def entry(
    number: int, status: str, at: str, note: str = "", record: str = "statements crane.s1", successor: str = ""
) -> Review:
    """One entry of a review log."""
    table, _, key = record.partition(" ")
    return Review.model_construct(
        id=f"r{number}",
        number=number,
        record_table=table,
        record_id=key,
        status=status,
        reviewer="first coder",
        reviewed_at=dt.datetime.fromisoformat(at),
        successor_id=successor or None,
        note=note or None,
        previous_sha256=None,
    )


def log(*entries: Review) -> str:
    """An example: the review log of the example dataset with these entries after its first, each with its hash."""
    first = entry(1, "accepted", "2021-03-05T10:00:00Z")
    return "reviews.yaml:\n  reviews:\n" + "".join(map(_written, chained([first, *entries])))


def _written(review: Review) -> str:
    """One entry of a log as YAML."""
    optional = {"successor_id": review.successor_id, "note": review.note}
    rest = "".join(f", {key}: {said}" for key, said in optional.items() if said)
    link = f',\n       previous_sha256: "{review.previous_sha256}"' if review.previous_sha256 else ""
    return (
        f"    - {{id: {review.id}, record_table: {review.record_table}, record_id: {review.record_id}, "
        f"status: {review.status}, reviewer: {review.reviewer},\n"
        f'       reviewed_at: "{review.reviewed_at:%Y-%m-%dT%H:%M:%SZ}"{rest}{link}}}\n'
    )


REVIEWED = [model for model in MODELS if model is not Overview]
TABLE_NAMES = ", ".join(model.table for model in REVIEWED)
KNOWN_TABLES = ", ".join(quoted(model.table) for model in REVIEWED)
# The status that an entry replaces: that of the entry before it for the same record.
SUCCESSION = """
    SELECT id, record_table, record_id, status, note,
           lag(id) OVER (PARTITION BY record_table, record_id ORDER BY reviewed_at, number, id) AS before_id,
           lag(status) OVER (PARTITION BY record_table, record_id ORDER BY reviewed_at, number, id) AS before
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
        FROM reviews WHERE record_table NOT IN ({KNOWN_TABLES})
    """,
    bad=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="statement crane.s2")),
    good=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="statements crane.s2")),
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
        FROM reviews r SEMI JOIN unfound u ON u.record_table = r.record_table AND u.record_id = r.record_id
        WHERE r.record_table IN ({KNOWN_TABLES})
        UNION ALL
        SELECT 'reviews', id, 'record_id', record_id, record_table
        FROM reviews WHERE record_id IS NULL AND record_table IN ({KNOWN_TABLES})
    """,
    bad=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="attributions crane.s2")),
    good=log(entry(2, "accepted", "2021-03-05T11:00:00Z", record="attributions crane.s2/1")),
)
LOG_OUT_OF_ORDER = Rule(
    code="OR803",
    name="log-out-of-order",
    what="An entry of the review log is older than the entry before it.",
    why="The log is appended to, never rewritten; an earlier time at a later place shows that it was.",
    message="`{record_id}` is of {reviewed_at}, but `{other_id}`, the entry before it, of {before_at}",
    mend="append the entry at the end of the log, with the time at which it was made",
    select="""
        SELECT 'reviews' AS record_table, id AS record_id, 'reviewed_at' AS record_column, other_id,
               reviewed_at, before_at
        FROM (SELECT id, reviewed_at, lag(id) OVER log AS other_id, lag(reviewed_at) OVER log AS before_at
              FROM reviews WINDOW log AS (ORDER BY number, id))
        WHERE reviewed_at < before_at
    """,
    bad=log(entry(2, "accepted", "2021-03-04T10:00:00Z", record="statements crane.s2")),
    good=log(entry(2, "accepted", "2021-03-06T10:00:00Z", record="statements crane.s2")),
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
    what="The two newest reviews of a record are of the same instant and have different statuses.",
    why="The newest review is the one that counts, and here neither is newer.",
    message="{reviewed_table} `{reviewed}` is {status} by `{record_id}` and {other_status} by `{other_id}`, "
    "both at {reviewed_at}",
    mend="settle the two, and append an entry that says which of them stands",
    select="""
        SELECT 'reviews' AS record_table, l.id AS record_id, 'status' AS record_column, f.id AS other_id,
               l.record_table AS reviewed_table, l.record_id AS reviewed, l.status, f.status AS other_status,
               l.reviewed_at
        FROM reviews f JOIN latest_reviews l
          ON l.record_table = f.record_table AND l.record_id = f.record_id AND l.reviewed_at = f.reviewed_at
        WHERE f.id <> l.id AND f.status <> l.status
    """,
    bad=log(entry(2, "work-needed", "2021-03-05T10:00:00Z")),
    good=log(entry(2, "work-needed", "2021-03-05T10:00:00Z"), entry(3, "work-needed", "2021-03-05T10:00:01Z")),
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
    what="A record is accepted straight after a conflict, or stands again after it was withdrawn, without a note.",
    why="The log must tell how the conflict was settled or why a withdrawn record stands again.",
    message="{reviewed_table} `{reviewed}` was {before} by `{other_id}` and is {status} by `{record_id}`, "
    "without a note",
    mend="add a note to the later review: which reading was chosen, or why the record stands again, by whom and why",
    select=f"""
        SELECT 'reviews' AS record_table, id AS record_id, 'status' AS record_column, before_id AS other_id,
               record_table AS reviewed_table, record_id AS reviewed, status,
               CASE WHEN before = 'conflict' THEN 'in conflict' ELSE before END AS before
        FROM ({SUCCESSION})
        WHERE note IS NULL AND (status = 'accepted' AND before = 'conflict'
           OR status NOT IN ('superseded', 'retracted') AND before IN ('superseded', 'retracted'))
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

# What an entry stands behind, and what it says it stands behind; the numbers in ids tell where one is missing.
CHAIN = f"""
    WITH hashed AS (
        SELECT id, number, previous_sha256, {ENTRY_HASH} AS hash,
               regexp_extract(id, '^(.*[^0-9])?[0-9]{{1,18}}$', 1) AS series,
               TRY_CAST(regexp_extract(id, '^(.*[^0-9])?([0-9]{{1,18}})$', 2) AS BIGINT) AS counted
        FROM reviews
    ), linked AS (
        SELECT *, lag(id) OVER log AS other_id, lag(hash) OVER log AS expected,
               lag(series) OVER log = series AND lag(counted) OVER log + 1 < counted AS gap
        FROM hashed WINDOW log AS (ORDER BY number, id)
    )
    SELECT l.id, l.other_id, l.expected, l.previous_sha256, l.gap, f.id AS followed
    FROM linked l LEFT JOIN hashed f ON f.hash = l.previous_sha256
    WHERE l.previous_sha256 IS DISTINCT FROM l.expected
"""

BROKEN_LOG = Rule(
    code="OR809",
    name="broken-log",
    what="An entry of the review log does not carry the hash of the entry before it.",
    why="An entry was changed, taken out, put in or moved after it was made; the log no longer says what was decided.",
    message="`{record_id}` {problem}",
    mend="restore the log as it was published; what was wrong in it is set right by a further entry at its end",
    whole=True,
    select=f"""
        SELECT 'reviews' AS record_table, id AS record_id, 'previous_sha256' AS record_column, other_id,
               CASE WHEN other_id IS NULL THEN 'is the first entry, but carries the hash of one before it'
                    WHEN previous_sha256 IS NULL
                    THEN 'carries no hash of `' || other_id || '`, the entry before it; it is ' || expected
                    WHEN followed IS NOT NULL
                    THEN 'carries the hash of `' || followed || '`, but stands behind `' || other_id || '`'
                    WHEN gap THEN 'carries the hash of an entry that is missing between `' || other_id || '` and it'
                    ELSE 'does not carry the hash of `' || other_id || '`, the entry before it: that one was changed, '
                         || 'or one between them is missing'
               END AS problem
        FROM ({CHAIN})
    """,
    bad=log(
        entry(2, "work-needed", "2021-03-06T10:00:00Z", "The voice is wrong."),
        entry(3, "accepted", "2021-03-07T10:00:00Z"),
    ).replace("The voice is wrong.", "The day is wrong."),
    good=log(
        entry(2, "work-needed", "2021-03-06T10:00:00Z", "The voice is wrong."),
        entry(3, "accepted", "2021-03-07T10:00:00Z"),
    ),
)
SUPERSEDED_WITHOUT_SUCCESSOR = Rule(
    code="OR810",
    name="superseded-without-successor",
    what="A record is superseded, and no record is named that stands in its place.",
    why="Whoever cited the record wants to go on from it to the one that replaces it.",
    message="{reviewed_table} `{reviewed}` is superseded, but `successor_id` is missing",
    mend="add `successor_id`, or write `status: retracted` where nothing stands in its place",
    select="""
        SELECT 'reviews' AS record_table, id AS record_id, 'successor_id' AS record_column,
               record_table AS reviewed_table, record_id AS reviewed
        FROM reviews WHERE status = 'superseded' AND successor_id IS NULL
    """,
    bad=log(entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.")),
    good=log(entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s2")),
)
UNKNOWN_SUCCESSOR = Rule(
    code="OR811",
    name="unknown-successor",
    what="A review names a successor that is no record of the same table.",
    why="Whoever follows the record to its successor arrives at nothing.",
    message='`successor_id`: there is no "{value}" in {reviewed_table}',
    mend="correct the key, or add the record that stands in its place",
    whole=True,
    select=f"""
        SELECT 'reviews' AS record_table, r.id AS record_id, 'successor_id' AS record_column,
               r.successor_id AS value, r.record_table AS reviewed_table
        FROM reviews r SEMI JOIN unfound u ON u.record_table = r.record_table AND u.record_id = r.successor_id
        WHERE r.record_table IN ({KNOWN_TABLES})
    """,
    bad=log(entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s7")),
    good=log(entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s2")),
)
OWN_SUCCESSOR = Rule(
    code="OR812",
    name="own-successor",
    what="A review names a record as its own successor.",
    why="A record that was withdrawn cannot stand in its own place.",
    message="{reviewed_table} `{reviewed}` is said to be replaced by itself",
    mend="name the other record, or append an entry with the status accepted if it stands again",
    select="""
        SELECT 'reviews' AS record_table, id AS record_id, 'successor_id' AS record_column,
               record_table AS reviewed_table, record_id AS reviewed
        FROM reviews WHERE successor_id = record_id
    """,
    bad=log(entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s1")),
    good=log(entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s2")),
)
NEEDLESS_SUCCESSOR = Rule(
    code="OR813",
    name="successor-of-a-record-that-stands",
    what="A review names a successor, but neither supersedes the record nor retracts it.",
    why="Either the record stands or another stands in its place.",
    message="{reviewed_table} `{reviewed}` is {status}, but `{successor_id}` is named as its successor",
    mend="write `status: superseded`, or leave `successor_id` out",
    select="""
        SELECT 'reviews' AS record_table, id AS record_id, 'successor_id' AS record_column,
               record_table AS reviewed_table, record_id AS reviewed, status, successor_id
        FROM reviews WHERE successor_id IS NOT NULL AND status NOT IN ('superseded', 'retracted')
    """,
    bad=log(entry(2, "work-needed", "2021-03-06T10:00:00Z", successor="crane.s2")),
    good=log(entry(2, "retracted", "2021-03-06T10:00:00Z", "The other says it.", successor="crane.s2")),
)
LOG_CUT_SHORT = Rule(
    code="OR814",
    name="log-cut-short",
    what="The review log no longer holds the entry with which it ended when the package was built, as it was then.",
    why="Entries at the end can be taken out or changed without a trace in the log itself; the package remembers them.",
    message="the log of the package that was built ends with `{id}`, entry {number}; {problem}",
    mend="restore the log: the package has it in claims/tables/reviews.csv, and so has the version control of the "
    "records; what was wrong in it is set right by a further entry at its end",
    example_file="datapackage.json",
    bad="A package that was built when the log ended with `r3`, and a log that ends with `r2`.\n",
    good="The same package, and a log that holds `r3` as it was, with entries after it.\n",
)

CIRCLE_OF_SUCCESSORS = Rule(
    code="OR815",
    name="circle-of-successors",
    what="Records that were withdrawn stand in the place of one another.",
    why="Whoever follows them comes back to where the way began, and no record of the circle stands.",
    message="{reviewed_table} `{reviewed}` is {status} by `{value}`, and that one in turn by `{reviewed}`, "
    "be it over others",
    mend="append an entry that makes one of them stand again, or that names a record outside the circle",
    # From its smallest member alone, as circles of references are found.
    select="""
        WITH RECURSIVE steps AS (
            SELECT id, record_table, record_id AS origin, successor_id AS target, status FROM latest_reviews
            WHERE status IN ('superseded', 'retracted') AND successor_id <> record_id
        ), reached(record_table, origin, target) AS (
            SELECT record_table, origin, target FROM steps WHERE target > origin
            UNION
            SELECT r.record_table, r.origin, s.target FROM reached r
            JOIN steps s ON s.record_table = r.record_table AND s.origin = r.target WHERE s.target > r.origin
        )
        SELECT 'reviews' AS record_table, s.id AS record_id, 'successor_id' AS record_column,
               s.record_table AS reviewed_table, s.origin AS reviewed, s.target AS value, s.status
        FROM steps s JOIN reached r
          ON r.record_table = s.record_table AND r.target = s.origin AND r.origin = s.target
    """,
    bad=log(
        entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s2"),
        entry(3, "superseded", "2021-03-07T10:00:00Z", "There.", "statements crane.s2", "crane.s3"),
        entry(4, "superseded", "2021-03-08T10:00:00Z", "There.", "statements crane.s3", "crane.s1"),
    ),
    good=log(
        entry(2, "superseded", "2021-03-06T10:00:00Z", "It is said in full there.", successor="crane.s2"),
        entry(3, "superseded", "2021-03-07T10:00:00Z", "There.", "statements crane.s2", "crane.s3"),
        entry(4, "accepted", "2021-03-08T10:00:00Z", record="statements crane.s3"),
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
    BROKEN_LOG,
    SUPERSEDED_WITHOUT_SUCCESSOR,
    UNKNOWN_SUCCESSOR,
    OWN_SUCCESSOR,
    NEEDLESS_SUCCESSOR,
    LOG_CUT_SHORT,
    CIRCLE_OF_SUCCESSORS,
)
