"""OR52x: times: EDTF against its bounds, bounds against one another, resolution against what the document states.

Rules that read `verbatim` know English phrases only, and only whole ones.
"""

from __future__ import annotations

from ..finding import Severity
from .rule import Rule

DATED = """crane/statements.yaml:
  statements:
    - id: crane.s2
      passage_id: crane.p2
      claim_id: crane-fell
      anchor: "27-69 {h:27-69}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: ada-lind, mode: indirect, act: assert, factuality: CT+,
           cue_anchor: "95-99 {h:95-99} said", source_anchor: "86-94 {h:86-94}"}
      times:
"""
MARCH_3 = 'verbatim: 3 March 2021, edtf: "2021-03-03", earliest: "2021-03-03", latest: "2021-03-03", basis: stated'


def times(*said: str) -> str:
    """An example: the indirect statement of the example text with these times."""
    return DATED + "".join(f'        - {{{one},\n           anchor: "57-69 {{h:57-69}}"}}\n' for one in said)


GOOD = times(MARCH_3)
DAYS = "(mon|tues|wednes|thurs|fri|satur|sun)day"
SPANS = "(day|week|weekend|month|year|decade|centur|summer|winter|spring|autumn|fall|season)(y|s|ies)?"
# Phrases that mean different days according to when they are said.
RELATIVE = (
    rf"^((on|by|since|until|from|last|next|this|late|early) )*{DAYS}( (morning|afternoon|evening|night))?$"
    r"|^(now|today|tonight|yesterday|tomorrow|currently|recently|last night|the day before yesterday)$"
    rf"|^((in|over|during|for|within|by|since) )?((the|this|these) )?((last|past|next|coming|previous|recent) )"
    rf"([a-z0-9-]+ )?{SPANS}$|^(this|since this|by this) {SPANS}$|^.* ago$"
)
# The months of a season are not laid down by the standard, nor the end of an interval left blank.
UNSETTLED = r"^(.*[/\[{,.])?[0-9X]{4}[?~%]?-(2[1-9]|3[0-9]|4[01])([?~%/,\]}.].*)?$|^/.*$|^.*/$"
# Times of records, publication dates of documents and days of asking, under the same names.
RESOLVED = """
    SELECT 'times' AS record_table, id AS record_id, '' AS prefix, 'edtf' AS written, verbatim, edtf,
           earliest, latest FROM times
    UNION ALL
    SELECT 'documents', id, 'published_', 'published_edtf', coalesce(published_verbatim, title), published_edtf,
           published_earliest, published_latest FROM documents
    UNION ALL
    SELECT 'replies', id, 'asked_', 'asked_at', 'asked_at', asked_at, asked_earliest, asked_latest FROM replies
"""

EDTF_INVALID = Rule(
    code="OR520",
    name="edtf-invalid",
    what="An EDTF expression cannot be read as EDTF (ISO 8601-2), or names a day that does not exist.",
    why="Programs sort and select by it; one they cannot read is lost to them.",
    message='`{record_column}`: "{edtf}" is not an EDTF expression',
    mend="write for example 1988, 1988-08, 1988-08-17, 1988-22 (summer), 198X, 1988? or 1988-03/1988-05",
    select=f"""
        SELECT t.record_table, t.record_id, t.written AS record_column, t.edtf
        FROM ({RESOLVED}) t JOIN edtf_bounds e ON e.edtf = t.edtf WHERE NOT e.valid
    """,
    bad=times(MARCH_3.replace('edtf: "2021-03-03"', 'edtf: "2021-13-03"')),
    good=GOOD,
)
EDTF_AND_BOUNDS = Rule(
    code="OR521",
    name="edtf-and-bounds",
    what="The first and last day given for a time are not those that its EDTF expression means, or are missing.",
    why="Some readers use EDTF, others the two days; both must arrive at the same time.",
    message='"{verbatim}": {edtf} means {right_earliest} to {right_latest}, but the bounds are {earliest} to {latest}',
    mend='write {prefix}earliest: "{right_earliest}" and {prefix}latest: "{right_latest}"; '
    "where a bound is null leave it out; or correct the EDTF",
    select=f"""
        SELECT t.record_table, t.record_id, t.written AS record_column, t.prefix, t.verbatim, t.edtf,
               t.earliest, t.latest, e.earliest AS right_earliest, e.latest AS right_latest
        FROM ({RESOLVED}) t JOIN edtf_bounds e ON e.edtf = t.edtf
        WHERE e.valid AND NOT regexp_matches(t.edtf, '{UNSETTLED}') AND coalesce(t.earliest <= t.latest, true)
          AND (coalesce(t.earliest <> e.earliest, e.earliest IS NOT NULL)
               OR coalesce(t.latest <> e.latest, e.latest IS NOT NULL))
    """,
    bad=times(MARCH_3.replace('latest: "2021-03-03"', 'latest: "2021-03-31"')),
    good=times(
        MARCH_3.replace(
            'edtf: "2021-03-03", earliest: "2021-03-03", latest: "2021-03-03"',
            'edtf: "2021-03", earliest: "2021-03-01", latest: "2021-03-31"',
        )
    ),
)
BOUNDS_REVERSED = Rule(
    code="OR522",
    name="bounds-reversed",
    what="A time's first day is after its last day.",
    why="No day lies between them.",
    message='"{verbatim}": {earliest} is after {latest}',
    mend="exchange the two, or correct the one that is wrong",
    select=f"""
        SELECT t.record_table, t.record_id, t.prefix || 'earliest' AS record_column, t.verbatim, t.earliest, t.latest
        FROM ({RESOLVED}) t WHERE t.earliest > t.latest
    """,
    bad=times(MARCH_3.replace('latest: "2021-03-03"', 'latest: "2021-03-01"')),
    good=GOOD,
)
UNRESOLVED_WITH_DATE = Rule(
    code="OR523",
    name="unresolved-with-date",
    what="A time is called unresolved, but has an EDTF expression or bounds.",
    why="Either the document lets the time be resolved or it does not; a date on an unresolved time is a guess.",
    message='"{verbatim}" is unresolved, but has edtf {edtf}, earliest {earliest}, latest {latest}',
    mend="remove the date, or write `basis: inferred` with a note that says from which words",
    select="""
        SELECT 'times' AS record_table, id AS record_id, 'basis' AS record_column, verbatim, edtf, earliest, latest
        FROM times
        WHERE basis = 'unresolved' AND (edtf IS NOT NULL OR earliest IS NOT NULL OR latest IS NOT NULL)
    """,
    bad=times(MARCH_3.replace("stated", "unresolved")),
    good=times("verbatim: 3 March 2021, basis: unresolved, note: The calendar is not known."),
)
RESOLVED_WITHOUT_DATE = Rule(
    code="OR524",
    name="resolved-without-date",
    what="A time is called stated or inferred, but has neither an EDTF expression nor bounds.",
    why="It would be counted among the resolved times, and no reader could say to what it was resolved.",
    message='"{verbatim}" is {basis}, but has neither edtf nor bounds',
    mend="add `edtf`, `earliest` and `latest`, or write `basis: unresolved` with a note that says why",
    select="""
        SELECT 'times' AS record_table, id AS record_id, 'basis' AS record_column, verbatim, basis FROM times
        WHERE basis IN ('stated', 'inferred') AND edtf IS NULL AND earliest IS NULL AND latest IS NULL
    """,
    bad=times("verbatim: 3 March 2021, basis: stated"),
    good=GOOD,
)
RELATIVE_AND_STATED = Rule(
    code="OR525",
    name="relative-and-stated",
    what="A time that depends on when it is said (`yesterday`, `on Monday`, `last year`) is called stated.",
    why="The words alone give no date; it was taken from elsewhere, and a reader should know from where.",
    message='"{verbatim}" gives no date by itself, but its basis is stated',
    mend="write `basis: inferred` with a note that names the words it is counted from, or `basis: unresolved`",
    select=f"""
        SELECT 'times' AS record_table, id AS record_id, 'basis' AS record_column, verbatim FROM times
        WHERE basis = 'stated' AND regexp_matches(lower(verbatim), '{RELATIVE}')
    """,
    bad=times(MARCH_3.replace("3 March 2021", "on Wednesday")),
    good=times(MARCH_3.replace("3 March 2021", "on Wednesday").replace("stated", "inferred, note: Dated beside it")),
)
NOTHING_TO_COUNT_FROM = Rule(
    code="OR526",
    name="nothing-to-count-from",
    what="A relative time is inferred in a document that gives no date to count it from, and no note says how.",
    why="Without a date of the document, or another that it states, the resolution can only come from outside it.",
    message='"{verbatim}" is inferred, but `{document_id}` has no date of publication and states no other time',
    mend="write `basis: unresolved`; or record the date it is counted from, or say in its note which words give it",
    whole=True,
    select=f"""
        SELECT 'times' AS record_table, t.id AS record_id, 'basis' AS record_column, t.verbatim, t.document_id
        FROM times t
        ANTI JOIN (SELECT id FROM documents WHERE published_edtf IS NOT NULL OR published_verbatim IS NOT NULL
                   OR published_earliest IS NOT NULL OR published_latest IS NOT NULL) dated ON dated.id = t.document_id
        ANTI JOIN (SELECT document_id FROM times WHERE basis = 'stated') known ON known.document_id = t.document_id
        WHERE t.basis = 'inferred' AND t.note IS NULL AND regexp_matches(lower(t.verbatim), '{RELATIVE}')
    """,
    bad=times(MARCH_3.replace("3 March 2021", "on Wednesday").replace("stated", "inferred")),
    good=times("verbatim: on Wednesday, basis: unresolved, note: The report has no date."),
)
LATER_THAN_DOCUMENT = Rule(
    code="OR527",
    name="later-than-document",
    what="A time begins after the document's last possible day of publication, in a statement about what has been.",
    why="A document can foretell a later day, but not report it; one of the two dates is probably wrong.",
    message='"{verbatim}" begins on {earliest}, but `{document_id}` was published by {published_latest}',
    mend="correct the time or the date of publication, or the claim's kind if it is a prediction or an intent",
    severity=Severity.WARNING,
    select="""
        WITH late AS (
            SELECT t.id, t.statement_id, t.verbatim, t.earliest, t.document_id, d.published_latest
            FROM times t JOIN documents d ON d.id = t.document_id WHERE t.earliest > d.published_latest
        ), voices AS (
            SELECT a.statement_id, a.act, rank() OVER (PARTITION BY a.statement_id ORDER BY a.level DESC) AS depth
            FROM attributions a SEMI JOIN late ON late.statement_id = a.statement_id WHERE a.level IS NOT NULL
        )
        SELECT 'times' AS record_table, t.id AS record_id, 'earliest' AS record_column,
               t.verbatim, t.earliest, t.document_id, t.published_latest
        FROM late t
        JOIN statements s ON s.id = t.statement_id
        JOIN claims c ON c.id = s.claim_id
        JOIN voices i ON i.statement_id = s.id
        WHERE i.depth = 1 AND c.kind NOT IN ('prediction', 'demand', 'intent')
          AND i.act NOT IN ('predict', 'intend', 'request', 'urge', 'demand', 'warn')
    """,
    bad=GOOD + 'crane/document.yaml:\n  document: {published_edtf: "2021-03-01", published_earliest: "2021-03-01",\n'
    '    published_latest: "2021-03-01"}\n',
    good=GOOD + 'crane/document.yaml:\n  document: {published_edtf: "2021-03-04", published_earliest: "2021-03-04",\n'
    '    published_latest: "2021-03-04"}\n',
)

TIME_RULES: tuple[Rule, ...] = (
    EDTF_INVALID,
    EDTF_AND_BOUNDS,
    BOUNDS_REVERSED,
    UNRESOLVED_WITH_DATE,
    RESOLVED_WITHOUT_DATE,
    RELATIVE_AND_STATED,
    NOTHING_TO_COUNT_FROM,
    LATER_THAN_DOCUMENT,
)
