"""OR6xx: drift and fidelity: what changes from voice to voice, and what the record itself adds or leaves loose."""

from __future__ import annotations

from ..finding import Severity
from .rule import Rule
from .times import DATED

HEADLINE = """crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      claim_id: crane-fell
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: assert, factuality: FACTUALITY}
"""
CAVEATS = """crane/caveats.yaml:
  caveats:
    - {id: crane.c2, note: The headline is flat where the harbour master hedges., CAVEAT}
"""
GOOD = HEADLINE.replace("FACTUALITY", "CT+")

# The caveats that tell a reader that voices differ; any of them discloses a drift.
DISCLOSING = (
    "'hedge-dropped', 'stronger-than-quoted', 'weaker-than-quoted', 'condition-dropped', 'term-drift', "
    "'speaker-versus-voice', 'attribution-boundary'"
)
# Only where one document's voices commit themselves differently to a claim.
COMMITTED = """
    SELECT s.document_id, s.claim_id, a.agent_id, a.level, a.factuality, min(s.id) AS statement_id
    FROM statements s
    SEMI JOIN divided d ON d.document_id = s.document_id AND d.claim_id = s.claim_id
    JOIN attributions a ON a.statement_id = s.id
    WHERE s.claim_id IS NOT NULL AND a.factuality <> 'Uu'
    GROUP BY s.document_id, s.claim_id, a.agent_id, a.level, a.factuality
"""
# The commitments of deeper voices to the same claim are counted, not paired: all of them, without those of the
# same agent and those of the same factuality.
DEEPER = "ORDER BY level DESC RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
WORDS = "[^\\p{L}\\p{M}\\p{N}]+"


def plain(text: str) -> str:
    """The SQL for a text's words alone: lower case, one space between them, no marks."""
    unmarked = f"replace(replace(lower({text}), '''', ''), '’', '')"
    return f"trim(regexp_replace({unmarked}, '{WORDS}', ' ', 'g'))"


RUN = 8
PLACES = 12 - RUN + 1  # where a run of 8 words can begin in 12


def long_enough(text: str) -> str:
    """The SQL that leaves out texts too short for a run of words: each has a letter, and a mark stands between two."""
    return f"length({text}) >= {2 * RUN - 1}"


def _runs() -> str:
    """Every run of 8 words in `words`: one SELECT for each place it can begin at."""
    return "\nUNION ALL\n".join(
        "SELECT claim_id, kept, "
        f"' ' || regexp_extract(words, '^([^ ]+ ){{{skip}}}([^ ]+( [^ ]+){{{RUN - 1}}})( .*)?$', 2) || ' ' AS run "
        f"FROM kept_words WHERE regexp_matches(words, '^([^ ]+ ){{{skip + RUN - 1}}}[^ ]+')"
        for skip in range(PLACES)
    )


KEPT = (
    DATED
    + """        - {verbatim: fell at North Quay on 3 March 2021, edtf: "2021-03-03", earliest: "2021-03-03",
           latest: "2021-03-03", basis: stated, anchor: "35-69 {h:35-69}"}
"""
)

UNDISCLOSED_DRIFT = Rule(
    code="OR601",
    name="undisclosed-drift",
    what="An outer and an inner voice of one document commit differently to a claim, and no caveat says so.",
    why="A hedge that disappears on the way outwards is what this record exists to show; a reader must be told.",
    message="`{claim_id}`: {outer} has {outer_factuality} in `{outer_statement}` (level {outer_level}), "
    "{inner} has {inner_factuality} in `{inner_statement}` (level {inner_level}), and no caveat says so",
    mend="add a caveat to one of the two statements: hedge-dropped, stronger-than-quoted, weaker-than-quoted, "
    "condition-dropped ...; or correct the factuality",
    whole=True,
    select=f"""
        WITH committed AS ({COMMITTED}), counted AS (
            SELECT *, count(*) OVER (PARTITION BY document_id, claim_id {DEEPER})
                    - count(*) OVER (PARTITION BY document_id, claim_id, agent_id {DEEPER})
                    - count(*) OVER (PARTITION BY document_id, claim_id, factuality {DEEPER})
                    + count(*) OVER (PARTITION BY document_id, claim_id, agent_id, factuality {DEEPER}) AS others
            FROM committed WHERE agent_id IS NOT NULL AND level IS NOT NULL
        ), outermost AS (
            SELECT *, rank() OVER (PARTITION BY document_id, claim_id ORDER BY statement_id, level) AS place
            FROM counted WHERE others > 0
        ), pairs AS (
            SELECT o.document_id, o.claim_id, o.agent_id AS outer_id, o.level AS outer_level,
                   o.factuality AS outer_factuality, o.statement_id AS outer_statement, i.agent_id AS inner_id,
                   i.level AS inner_level, i.factuality AS inner_factuality, i.statement_id AS inner_statement,
                   row_number() OVER (PARTITION BY o.document_id, o.claim_id
                                      ORDER BY i.statement_id, i.level, i.factuality, i.agent_id, o.agent_id,
                                               o.factuality) AS place
            FROM outermost o JOIN committed i ON i.document_id = o.document_id AND i.claim_id = o.claim_id
            WHERE o.place = 1 AND o.level < i.level AND o.agent_id <> i.agent_id AND o.factuality <> i.factuality
        )
        SELECT 'attributions' AS record_table, 'factuality' AS record_column, p.claim_id,
               p.outer_statement || '/' || CAST(p.outer_level AS VARCHAR) AS record_id,
               p.inner_statement || '/' || CAST(p.inner_level AS VARCHAR) AS other_id,
               coalesce(o.name, p.outer_id) AS outer, p.outer_level, p.outer_factuality, p.outer_statement,
               coalesce(i.name, p.inner_id) AS inner, p.inner_level, p.inner_factuality, p.inner_statement
        FROM pairs p
        ANTI JOIN (SELECT document_id, claim_id FROM caveated WHERE kind IN ({DISCLOSING})) told
          ON told.document_id = p.document_id AND told.claim_id = p.claim_id
        LEFT JOIN agents o ON o.id = p.outer_id LEFT JOIN agents i ON i.id = p.inner_id
        WHERE p.place = 1
    """,
    bad=HEADLINE.replace("FACTUALITY", "PR+"),
    good=HEADLINE.replace("FACTUALITY", "PR+")
    + CAVEATS.replace("CAVEAT", "kind: weaker-than-quoted, statement_id: crane.s1"),
)
OPPOSITE_POLARITY = Rule(
    code="OR602",
    name="opposite-polarity",
    what="One voice affirms and denies the same claim in one document, and no caveat is attached.",
    why="Either the voice contradicts itself, which readers must be told, or the sign of one factuality is wrong.",
    message="`{claim_id}`: {name} has {factuality} in `{first}` and {other_factuality} in `{second}`",
    mend="correct the factuality that is wrong, or add a caveat to one of the two statements",
    whole=True,
    select=f"""
        WITH signed AS (
            SELECT *, factuality IN ('CT+', 'PR+', 'PS+') AS affirms FROM ({COMMITTED})
            WHERE factuality IN ('CT+', 'PR+', 'PS+', 'CT-', 'PR-', 'PS-')
        ), earliest AS (
            SELECT *, row_number() OVER (PARTITION BY document_id, claim_id, agent_id, affirms
                                         ORDER BY statement_id, level, factuality) AS place
            FROM signed
        ), pairs AS (
            SELECT y.document_id, y.claim_id, y.agent_id, y.factuality, n.factuality AS other_factuality,
                   y.statement_id AS first, y.level, n.statement_id AS second, n.level AS other_level
            FROM earliest y
            JOIN earliest n ON n.document_id = y.document_id AND n.claim_id = y.claim_id AND n.agent_id = y.agent_id
            WHERE y.affirms AND NOT n.affirms AND y.place = 1 AND n.place = 1
        )
        SELECT 'attributions' AS record_table, 'factuality' AS record_column,
               p.first || '/' || CAST(p.level AS VARCHAR) AS record_id,
               p.second || '/' || CAST(p.other_level AS VARCHAR) AS other_id,
               p.claim_id, coalesce(g.name, p.agent_id) AS name, p.factuality, p.other_factuality, p.first, p.second
        FROM pairs p
        ANTI JOIN caveated told ON told.document_id = p.document_id AND told.claim_id = p.claim_id
        LEFT JOIN agents g ON g.id = p.agent_id
    """,
    bad="""crane/statements.yaml:
  statements:
    - id: crane.s5
      passage_id: crane.p2
      claim_id: crane-overloaded
      anchor: "167-191 {h:167-191}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: the-company, mode: indirect, act: assert, factuality: PS+,
           cue_anchor: "155-161 {h:155-161}", source_anchor: "143-154 {h:143-154}"}
""",
    good=GOOD,
)
CONTRADICTING_ITSELF = Rule(
    code="OR603",
    name="contradicting-itself",
    what="One voice is certain of two claims of which one is said to contradict the other.",
    why="People do contradict themselves, but more often the relation or a factuality is wrong.",
    message="{name} is certain of `{from_claim_id}` in `{first}` and of `{to_claim_id}` in `{second}`, "
    "which are said to contradict each other",
    mend="check both factualities and the relation; if the voice does contradict itself, nothing need be done",
    severity=Severity.WARNING,
    select="""
        WITH certain AS (
            SELECT s.claim_id, a.agent_id, min(s.id) AS statement_id
            FROM statements s JOIN attributions a ON a.statement_id = s.id
            SEMI JOIN (SELECT from_claim_id AS opposed FROM relations WHERE type = 'contradicts'
                       UNION ALL SELECT to_claim_id FROM relations WHERE type = 'contradicts') ON s.claim_id = opposed
            WHERE a.factuality = 'CT+' GROUP BY s.claim_id, a.agent_id
        )
        SELECT 'statements' AS record_table, f.statement_id AS record_id, t.statement_id AS other_id,
               coalesce(g.name, f.agent_id) AS name, r.from_claim_id, r.to_claim_id,
               f.statement_id AS first, t.statement_id AS second
        FROM relations r
        JOIN certain f ON f.claim_id = r.from_claim_id
        JOIN certain t ON t.claim_id = r.to_claim_id AND t.agent_id = f.agent_id
        LEFT JOIN agents g ON g.id = f.agent_id
        WHERE r.type = 'contradicts' AND r.from_claim_id <> r.to_claim_id
    """,
    bad="""claims.yaml:
  claims:
    - id: crane-fell
      proposition: A crane came down at North Quay.
      kind: event
      topic_id: accident
      relations: [{type: contradicts, to_claim_id: people-were-near, note: Said to exclude each other.}]
""",
    good="""claims.yaml:
  claims:
    - id: crane-fell
      proposition: A crane came down at North Quay.
      kind: event
      topic_id: accident
      relations: [{type: contradicts, to_claim_id: crane-overloaded, note: Said to exclude each other.}]
""",
)
SAME_PROPOSITION = Rule(
    code="OR604",
    name="same-proposition",
    what="Two claims have the same proposition, but for case and punctuation.",
    why="Statements of one proposition under two ids are never compared, so no drift between them is found.",
    message="`{record_id}` has the same proposition as `{other_id}`",
    mend="keep one of the two claims and give its id to the statements of the other",
    select=f"""
        WITH worded AS (
            SELECT id, {plain("proposition")} AS words FROM claims
        ), repeated AS (
            SELECT words, min(id) AS first FROM worded WHERE words <> '' GROUP BY words HAVING count(*) > 1
        )
        SELECT 'claims' AS record_table, w.id AS record_id, r.first AS other_id, 'proposition' AS record_column
        FROM worded w JOIN repeated r ON r.words = w.words WHERE w.id <> r.first
    """,
    bad="""claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: "A crane came down, at North Quay.", kind: state, topic_id: accident}
""",
    good="""claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: A second crane came down at North Quay., kind: state, topic_id: accident}
""",
)
BORROWED_WORDING = Rule(
    code="OR605",
    name="borrowed-wording",
    what=f"A proposition repeats {RUN} or more consecutive words that its own statements keep from the document.",
    why="A proposition in the document's words carries its framing and its copyright; paraphrase shows it was read.",
    message='the proposition repeats "{run}" from `{kept}`',
    mend="say it in neutral words of your own, short and understandable alone",
    select=f"""
        WITH texts AS (
            SELECT s.claim_id, n.id AS kept, n.excerpt AS said
            FROM statements s JOIN anchors n ON n.id = s.anchor_id WHERE {long_enough("n.excerpt")}
            UNION ALL
            SELECT s.claim_id, n.id, n.excerpt
            FROM statements s JOIN attributions a ON a.statement_id = s.id JOIN anchors n ON n.id = a.cue_anchor_id
            WHERE {long_enough("n.excerpt")}
            UNION ALL
            SELECT s.claim_id, n.id, n.excerpt
            FROM statements s JOIN attributions a ON a.statement_id = s.id JOIN anchors n ON n.id = a.source_anchor_id
            WHERE {long_enough("n.excerpt")}
            UNION ALL
            SELECT s.claim_id, f.id, f.verbatim FROM statements s JOIN figures f ON f.statement_id = s.id
            WHERE {long_enough("f.verbatim")}
            UNION ALL
            SELECT s.claim_id, t.id, t.verbatim FROM statements s JOIN times t ON t.statement_id = s.id
            WHERE {long_enough("t.verbatim")}
        ), kept_words AS (
            SELECT claim_id, kept, {plain("said")} AS words FROM texts
        ), runs AS (
            {_runs()}
        )
        SELECT 'claims' AS record_table, c.id AS record_id, 'proposition' AS record_column,
               min(r.kept) AS kept, trim(min(r.run)) AS run
        FROM runs r
        JOIN (SELECT id, ' ' || {plain("proposition")} || ' ' AS words
              FROM claims SEMI JOIN (SELECT claim_id AS quoted FROM runs) ON id = quoted) c ON c.id = r.claim_id
        WHERE strpos(c.words, r.run) > 0
        GROUP BY c.id
    """,
    bad=KEPT
    + """claims.yaml:
  claims:
    - {id: crane-fell, proposition: A crane fell at North Quay on 3 March 2021., kind: event, topic_id: accident}
""",
    good=KEPT
    + """claims.yaml:
  claims:
    - {id: crane-fell, proposition: A crane came down at the quay in March 2021., kind: event, topic_id: accident}
""",
)
NOT_A_SENTENCE = Rule(
    code="OR606",
    name="not-a-sentence",
    what="A proposition does not end with a full stop.",
    why="A claim is one affirmative sentence; a question, a phrase or a heading can be neither affirmed nor denied.",
    message='the proposition ends with "{ending}", not with a full stop',
    mend="write one affirmative sentence; negation and doubt belong to the factuality of its statements",
    select=r"""
        SELECT 'claims' AS record_table, id AS record_id, 'proposition' AS record_column,
               right(proposition, 1) AS ending
        FROM claims WHERE NOT regexp_matches(proposition, '^(.|\n)*[.。．।։።۔][”’»)\]"'']*$')
    """,
    bad="""claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: "Was the crane overloaded?", kind: state, topic_id: accident}
""",
    good="""claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: The crane was overloaded., kind: state, topic_id: accident}
""",
)
CAVEAT_POINTS_NOWHERE = Rule(
    code="OR607",
    name="caveat-points-nowhere",
    what="A caveat names neither a statement nor words, though its kind is not about the document as a whole.",
    why="A warning without a place cannot be seen where it matters, next to the statement it is about.",
    message="a caveat of kind {kind} needs a `statement_id` or an `anchor`",
    mend="name the statement, or anchor the words that could mislead",
    select="""
        SELECT 'caveats' AS record_table, id AS record_id, kind FROM caveats
        WHERE statement_id IS NULL AND anchor_id IS NULL
          AND kind NOT IN ('publisher-not-stated', 'date-of-page-not-of-document', 'date-unresolved')
    """,
    bad=CAVEATS.replace("CAVEAT", "kind: loaded-wording"),
    good=CAVEATS.replace("CAVEAT", "kind: loaded-wording, statement_id: crane.s4"),
)
QUANTITY_WITHOUT_FIGURE = Rule(
    code="OR608",
    name="quantity-without-figure",
    what="A statement of a claim of kind `quantity` has neither a figure nor a time.",
    why="How many was said is the matter of such a claim; without a figure its statements cannot be compared.",
    message="`{record_id}` states the quantity claim `{claim_id}`, but gives no figure",
    mend="add the figure as printed (`several` is one), or correct the claim's kind",
    severity=Severity.WARNING,
    whole=True,
    select="""
        SELECT 'statements' AS record_table, s.id AS record_id, s.claim_id
        FROM statements s JOIN claims c ON c.id = s.claim_id
        ANTI JOIN (SELECT statement_id FROM figures UNION ALL SELECT statement_id FROM times) said
          ON said.statement_id = s.id
        WHERE c.kind = 'quantity'
    """,
    bad="""claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: The crane carried twice its load., kind: quantity, topic_id: accident}
""",
    good=GOOD,
)

DRIFT_RULES: tuple[Rule, ...] = (
    UNDISCLOSED_DRIFT,
    OPPOSITE_POLARITY,
    CONTRADICTING_ITSELF,
    SAME_PROPOSITION,
    BORROWED_WORDING,
    NOT_A_SENTENCE,
    CAVEAT_POINTS_NOWHERE,
    QUANTITY_WITHOUT_FIGURE,
)
