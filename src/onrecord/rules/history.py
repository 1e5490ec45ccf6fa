"""OR82x and OR83x: answers to proposed links, and changes from version to version: appended, never rewritten."""

from __future__ import annotations

from ..finding import Severity
from .reviews import KNOWN_TABLES, TABLE_NAMES
from .rule import Rule

MATCHED = """
    SELECT 'statements' AS record_table, id AS record_id FROM statements
    UNION ALL
    SELECT 'claims', id FROM claims
"""
# The answers that no later one has taken back.
STANDING = "SELECT m.* FROM matches m ANTI JOIN (SELECT undoes_id AS undone FROM matches) u ON u.undone = m.id"

# Every two claims that people said are one, also by way of others.
ONE_CLAIM = f"""
    WITH RECURSIVE said AS (
        SELECT record_id AS one, claim_id AS other FROM ({STANDING})
        WHERE record_table = 'claims' AND answer = 'yes'
    ), either AS (SELECT one, other FROM said UNION SELECT other, one FROM said),
    joined AS (
        SELECT one, other FROM either
        UNION
        SELECT j.one, e.other FROM joined j JOIN either e ON e.one = j.other
    )
    SELECT one, other FROM joined WHERE one <> other
"""


def answer(number: int, said: str, rest: str = "", record: str = "statements, record_id: crane.s3") -> str:
    """One answer to a proposed link, as YAML."""
    return (
        f"    - {{id: m{number}, claim_id: crane-fell, record_table: {record}, grade: same-topic,\n"
        f'       answer: "{said}", coder: first coder, answered_at: "2021-03-05T09:0{number}:00Z"{rest}}}\n'
    )


def answers(*said: str) -> str:
    """The example with these answers after its first."""
    return "matches.yaml:\n  matches:\n" + "".join(said)


def changes(*said: str) -> str:
    """The example with these changes after its first."""
    return "changes.yaml:\n  changes:\n" + "".join(f"    - {{{one}}}\n" for one in said)


MATCH_OF_UNKNOWN_RECORD = Rule(
    code="OR820",
    name="match-of-unknown-record",
    what="An answer is about a record that is not there, or about one that is neither a statement nor a claim.",
    why="Only statements and claims are linked to claims, and an answer about nothing helps nobody.",
    message='`record_id`: there is no "{value}" among the records of "{matched}" that can be linked',
    mend="write `record_table: statements` or `claims` and the id of a record of that table",
    whole=True,
    select=f"""
        SELECT 'matches' AS record_table, m.id AS record_id, 'record_id' AS record_column, m.record_id AS value,
               m.record_table AS matched
        FROM matches m ANTI JOIN ({MATCHED}) k ON k.record_table = m.record_table AND k.record_id = m.record_id
        WHERE m.record_table IS NOT NULL AND m.record_id IS NOT NULL
    """,
    bad=answers(answer(2, "no", record="statements, record_id: crane.s9")),
    good=answers(answer(2, "no")),
)
MATCH_WITH_ITSELF = Rule(
    code="OR821",
    name="match-with-itself",
    what="An answer links a claim with itself.",
    why="A claim is itself; one of the two ids is a slip.",
    message="`{claim_id}` is linked with itself",
    mend="name the other claim",
    select="""
        SELECT 'matches' AS record_table, id AS record_id, 'record_id' AS record_column, claim_id
        FROM matches WHERE record_table = 'claims' AND record_id = claim_id
    """,
    bad=answers(answer(2, "no", record="claims, record_id: crane-fell")),
    good=answers(answer(2, "no", record="claims, record_id: people-were-near")),
)
PAIR_ANSWERED_TWICE = Rule(
    code="OR822",
    name="pair-answered-twice",
    what="The same two were answered twice, and the later answer does not take back the earlier.",
    why="No pair is asked twice; of two answers nobody could say which one holds.",
    message="`{matched}` and `{claim_id}` were answered already by `{other_id}`",
    mend="add `undoes_id: {other_id}` if this answer replaces that one, or remove the answer if it was never published",
    select=f"""
        SELECT 'matches' AS record_table, id AS record_id, 'answer' AS record_column, other_id, matched, claim_id
        FROM (SELECT id, claim_id, record_id AS matched, row_number() OVER pair AS place,
                     first_value(id) OVER pair AS other_id
              FROM ({STANDING})
              WINDOW pair AS (PARTITION BY record_table, least(record_id, claim_id), greatest(record_id, claim_id)
                              ORDER BY number, id))
        WHERE place > 1 AND matched IS NOT NULL AND claim_id IS NOT NULL
    """,
    bad=answers(answer(2, "unsure"), answer(3, "no")),
    good=answers(answer(2, "unsure"), answer(3, "no", ", undoes_id: m2")),
)
UNDOES_ANOTHER_PAIR = Rule(
    code="OR823",
    name="undoes-no-earlier-answer",
    what="An answer takes back one that is not earlier, or that is about another pair.",
    why="An answer replaces an earlier one about the same two; of others it can say nothing.",
    message="`{record_id}` takes back `{other_id}`, which {problem}",
    mend="name the earlier answer about the same two, or leave `undoes_id` out",
    select="""
        SELECT 'matches' AS record_table, m.id AS record_id, 'undoes_id' AS record_column, e.id AS other_id,
               CASE WHEN e.number >= m.number THEN 'is not earlier' ELSE 'is about another pair' END AS problem
        FROM matches m JOIN matches e ON e.id = m.undoes_id
        WHERE e.number >= m.number OR e.claim_id <> m.claim_id OR e.record_table <> m.record_table
           OR e.record_id <> m.record_id
    """,
    bad=answers(answer(2, "no", ", undoes_id: m1")),
    good=answers(answer(2, "unsure"), answer(3, "no", ", undoes_id: m2")),
)
CONTRADICTORY_MATCH = Rule(
    code="OR824",
    name="match-of-contradictory-claims",
    what="Two claims are said to be one, although a relation says that they cannot both hold.",
    why="Merged, the claim would contradict itself, and every voice would seem to say what some deny.",
    message="`{one}` and `{two}` are said to be one claim{way}, but `{relation_id}` says that they contradict",
    mend="take the answer back (`onrecord match --undo {record_id} --instead no`), or correct the relation",
    select=f"""
        SELECT 'matches' AS record_table, id AS record_id, 'answer' AS record_column, one, two, relation_id,
               CASE WHEN direct THEN '' ELSE ' by way of others' END AS way
        FROM (SELECT m.id, m.number, r.from_claim_id AS one, r.to_claim_id AS two, r.id AS relation_id,
                     list_sort([m.record_id, m.claim_id]) = list_sort([r.from_claim_id, r.to_claim_id]) AS direct
              FROM relations r
              JOIN ({ONE_CLAIM}) j ON j.one = r.from_claim_id AND j.other = r.to_claim_id
              JOIN ({ONE_CLAIM}) k ON k.one = r.from_claim_id
              JOIN ({STANDING}) m ON k.other IN (m.record_id, m.claim_id)
              WHERE r.type = 'contradicts' AND m.record_table = 'claims' AND m.answer = 'yes')
        QUALIFY row_number() OVER (PARTITION BY relation_id ORDER BY direct DESC, number DESC) = 1
    """,
    bad=answers(answer(2, "yes", record="claims, record_id: crane-overloaded"))
    + """claims.yaml:
  claims:
    - id: crane-overloaded
      proposition: The crane carried too heavy a load.
      kind: state
      topic_id: accident
      relations:
        - {type: contradicts, to_claim_id: crane-fell, note: The company gives it as the reason why not.}
""",
    good=answers(answer(2, "no", record="claims, record_id: crane-overloaded")),
)
ANSWERS_OUT_OF_ORDER = Rule(
    code="OR825",
    name="answers-out-of-order",
    what="An answer to a proposed link is older than the answer before it.",
    why="Answers are appended, never rewritten; an earlier time at a later place shows that they were.",
    message="`{record_id}` is of {answered_at}, but `{other_id}`, the answer before it, of {before_at}",
    mend="append the answer at the end of the file, with the time at which it was given",
    select="""
        SELECT 'matches' AS record_table, id AS record_id, 'answered_at' AS record_column, other_id,
               answered_at, before_at
        FROM (SELECT id, answered_at, lag(id) OVER log AS other_id, lag(answered_at) OVER log AS before_at
              FROM matches WINDOW log AS (ORDER BY number, id))
        WHERE answered_at < before_at
    """,
    bad=answers(answer(2, "no").replace("09:02", "08:02")),
    good=answers(answer(2, "no")),
)
ANSWER_NOT_KEPT = Rule(
    code="OR826",
    name="answer-not-kept",
    what="A statement was said to state a claim, and states another one now, or none.",
    why="The answer is a person's, with a name and a date; a change behind its back makes it say what nobody said.",
    message="`{matched}` was said to state `{claim_id}`, but it states {now}",
    mend="write `claim_id: {claim_id}` again; `onrecord match --answer {matched} CLAIM yes`, or `--undo {record_id}`, "
    "then changes it and keeps who did so",
    severity=Severity.WARNING,
    select=f"""
        SELECT 'matches' AS record_table, m.id AS record_id, 'answer' AS record_column, m.record_id AS matched,
               m.claim_id, coalesce('`' || s.claim_id || '`', 'no claim') AS now
        FROM ({STANDING}) m JOIN statements s ON s.id = m.record_id
        ANTI JOIN ({ONE_CLAIM}) j ON j.one = m.claim_id AND j.other = s.claim_id
        WHERE m.record_table = 'statements' AND m.answer = 'yes' AND s.claim_id IS DISTINCT FROM m.claim_id
    """,
    bad=answers(answer(2, "yes")),
    good=answers(answer(2, "no")),
)
CHANGE_OF_UNKNOWN_TABLE = Rule(
    code="OR830",
    name="change-of-unknown-table",
    what="A change names a table that is none of the record tables.",
    why="Nobody can look up the record that changed.",
    message='`record_table`: "{value}" is no table of records{nearest}',
    mend="write the name of the table, such as `statements`",
    select=f"""
        SELECT 'changes' AS record_table, id AS record_id, 'record_table' AS record_column, record_table AS value,
               '{TABLE_NAMES}' AS options
        FROM changes WHERE record_table NOT IN ({KNOWN_TABLES})
    """,
    bad=changes("id: 0.2.0.1, version: 0.2.0, record_table: statement, record_id: crane.s2, change: added"),
    good=changes("id: 0.2.0.1, version: 0.2.0, record_table: statements, record_id: crane.s2, change: added"),
)
CHANGES_OUT_OF_ORDER = Rule(
    code="OR831",
    name="changes-out-of-order",
    what="A change belongs to a lower version than the change before it.",
    why="Changes are appended with each version, never rewritten.",
    message="`{record_id}` is of version {version}, but `{other_id}`, the change before it, of {before}",
    mend="restore the file as it was published; `changes.yaml` is written when a version is released, not by hand",
    select=r"""
        SELECT 'changes' AS record_table, id AS record_id, 'version' AS record_column, other_id, version, before
        FROM (SELECT id, version, parts, lag(id) OVER log AS other_id, lag(version) OVER log AS before,
                     lag(parts) OVER log AS earlier
              FROM (SELECT *, CAST(string_split(nullif(regexp_extract(version, '^[0-9]{1,9}(\.[0-9]{1,9})*'), ''), '.')
                          AS BIGINT[]) AS parts FROM changes)
              WINDOW log AS (ORDER BY number, id))
        WHERE parts < earlier
    """,
    bad=changes("id: 0.0.9.1, version: 0.0.9, record_table: statements, record_id: crane.s2, change: added"),
    good=changes("id: 0.10.0.1, version: 0.10.0, record_table: statements, record_id: crane.s2, change: added"),
)
CORRECTION_WITHOUT_FIELD = Rule(
    code="OR832",
    name="correction-without-field",
    what="A record is said to have been corrected, and no field is named.",
    why="A reader who relied on the record must learn which value was wrong.",
    message="nothing says which field of `{changed}` was corrected",
    mend="name the `field`, with its `old` and `new` value",
    select="""
        SELECT 'changes' AS record_table, id AS record_id, 'field' AS record_column, record_id AS changed
        FROM changes WHERE change = 'corrected' AND field IS NULL
    """,
    bad=changes("id: 0.1.1.1, version: 0.1.1, record_table: statements, record_id: crane.s2, change: corrected"),
    good=changes(
        "id: 0.1.1.1, version: 0.1.1, record_table: statements, record_id: crane.s2, change: corrected, "
        "field: claim_id, old: people-were-near, new: crane-fell"
    ),
)

HISTORY_RULES: tuple[Rule, ...] = (
    MATCH_OF_UNKNOWN_RECORD,
    MATCH_WITH_ITSELF,
    PAIR_ANSWERED_TWICE,
    UNDOES_ANOTHER_PAIR,
    CONTRADICTORY_MATCH,
    ANSWERS_OUT_OF_ORDER,
    ANSWER_NOT_KEPT,
    CHANGE_OF_UNKNOWN_TABLE,
    CHANGES_OUT_OF_ORDER,
    CORRECTION_WITHOUT_FIELD,
)
