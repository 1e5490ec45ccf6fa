"""OR2xx: keys and references: every id once, every reference to something, no circles."""

from __future__ import annotations

from ..constraints import STORED_MODELS, key_of, quoted, references
from ..finding import Severity
from ..model import TABLES, Relation
from .rule import Rule


def _duplicates() -> str:
    return "\nUNION ALL\n".join(
        f"SELECT {quoted(m.table)} AS record_table, {key_of(m)} AS record_id, count(*) AS times "
        f'FROM "{m.table}" GROUP BY ALL HAVING count(*) > 1'
        for m in STORED_MODELS
    )


def _unused(table: str) -> str:
    """The records of a table to which no reference leads."""
    uses = " UNION ALL ".join(f'SELECT "{c.name}" AS used FROM "{m.table}"' for m, c in references(table))
    return (
        f"SELECT {quoted(table)} AS record_table, id AS record_id, {quoted(table)} AS kept_in "
        f'FROM "{table}" ANTI JOIN ({uses}) ON id = used WHERE id IS NOT NULL'
    )


def _across(table: str, column: str, other: str) -> str:
    """The records that refer to a record of another document than their own."""
    key = f"t.{TABLES[table].primary_key[0]}"
    return (
        f"SELECT {quoted(table)} AS record_table, {key} AS record_id, {quoted(column)} AS record_column, "
        f"t.{column} AS value, o.document_id AS there, t.document_id AS here "
        f"FROM {table} t JOIN {other} o ON t.{column} = o.id WHERE o.document_id <> t.document_id"
    )


def _broken_unique_keys() -> str:
    """The rows whose unique key stands in an earlier row; relations have a rule of their own."""
    return "\nUNION ALL\n".join(
        f"SELECT {quoted(m.table)} AS record_table, record_id, {quoted(key[-1])} AS record_column, "
        f"other_id, {quoted(', '.join(key))} AS fields, said FROM ("
        f"SELECT {key_of(m)} AS record_id, "
        + " || ', ' || ".join(f'CAST("{name}" AS VARCHAR)' for name in key)
        + " AS said, row_number() OVER same AS place, first_value(id) OVER same AS other_id "
        + f'FROM "{m.table}" WHERE '
        + " AND ".join(f'"{name}" IS NOT NULL' for name in key)
        + f" WINDOW same AS (PARTITION BY {', '.join(key)} ORDER BY id)) WHERE place > 1"
        for m in STORED_MODELS
        for key in m.unique_keys
        if m is not Relation
    )


# A circle is found from its smallest member alone: paths that start there and never go below it.
# `UNION` keeps each pair once, so a circle that is not the start's own ends the walk too.
def _circles(table: str, origin: str, target: str, chosen: str = "TRUE") -> str:
    """The rows that lead from a record to another from which a way leads back."""
    return f"""
WITH RECURSIVE steps AS (
    SELECT id, {origin} AS origin, {target} AS target FROM {table} WHERE {chosen} AND {origin} <> {target}
), reached(origin, target) AS (
    SELECT origin, target FROM steps WHERE target > origin
    UNION
    SELECT r.origin, s.target FROM reached r JOIN steps s ON r.target = s.origin WHERE s.target > r.origin
)
SELECT {quoted(table)} AS record_table, s.id AS record_id, {quoted(target)} AS record_column,
       s.origin AS {origin}, s.target AS {target}
FROM steps s JOIN reached r ON s.origin = r.target AND s.target = r.origin
"""


def relating(said: str, note: str = "") -> str:
    """The example's first claim with one more relation."""
    return f"""claims.yaml:
  claims:
    - id: crane-overloaded
      proposition: The crane carried too heavy a load.
      kind: state
      topic_id: accident
      relations:
        - {{{said}{note}}}
"""


SECOND_DOCUMENT = """tide/document.yaml:
  document:
    id: tide
    title: High tide at noon
    language: en
    medium: post
    text_sha256: "{text}"
    text_length: 17
    text_form: nfc-lf/1
    rights: The author's; the text is not part of this dataset.
  passages:
    - {id: tide.p1, kind: paragraph, anchor: "0-17 {h:0-17}"}
tide/ledger.yaml:
  units:
    - {id: tide.u1, passage_id: PASSAGE, kind: sentence, anchor: "0-17 {h:0-17}", status: waived, waiver: frame}
"""


def citing(document: str) -> str:
    """The example with a second document that passes on this one."""
    links = f"  cites:\n    - {{id: tide.cite1, cited_id: {document}}}\n"
    return SECOND_DOCUMENT.replace("PASSAGE", "tide.p1").replace("tide/ledger.yaml:", links + "tide/ledger.yaml:")


DUPLICATE_ID = Rule(
    code="OR201",
    name="duplicate-id",
    what="Two records of one table have the same key.",
    why="A reference to that key, a citation or a review could mean either of them.",
    message="`{record_id}` is used by {times} records of {record_table}",
    mend="give each record an id of its own, or remove the repetition",
    select=_duplicates(),
    bad="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
    - {agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}", id: crane.m5}
""",
    good="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
""",
)
UNKNOWN_REFERENCE = Rule(
    code="OR202",
    name="unknown-reference",
    what="A field refers to a record that is not there.",
    why="A statement without its speaker, or a figure without its statement, says nothing.",
    message='`{record_column}`: there is no "{value}" in {options_table}{nearest}',
    mend="correct the id, or add the record to {options_table}",
    whole=True,
    select="""SELECT record_table, record_id, record_column, value, options_table FROM misreferences WHERE missing""",
    bad="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lynd, form: name, anchor: "86-94 {h:86-94}"}
""",
    good="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
""",
)
FOREIGN_PASSAGE = Rule(
    code="OR203",
    name="passage-of-another-document",
    what="A statement or unit names a passage that belongs to another document.",
    why="Its offsets would be read in a text in which they mean other words.",
    message="`{record_column}`: `{value}` is a passage of `{there}`, and this record belongs to `{here}`",
    mend="name the passage of `{here}` in which the words stand, or move the record to the folder `{there}`",
    select=_across("statements", "passage_id", "passages")
    + "\nUNION ALL\n"
    + _across("units", "passage_id", "passages"),
    bad=SECOND_DOCUMENT.replace("PASSAGE", "crane.p1"),
    good=SECOND_DOCUMENT.replace("PASSAGE", "tide.p1"),
)
SELF_RELATION = Rule(
    code="OR204",
    name="relation-to-itself",
    what="A relation leads from a claim to the same claim.",
    why="No claim supports, qualifies or contradicts itself; one of the two ids is a slip.",
    message="`{value}` is said to stand in the relation `{type}` to itself",
    mend="name the other claim, or remove the relation",
    select="""SELECT 'relations' AS record_table, id AS record_id, 'to_claim_id' AS record_column,
                     to_claim_id AS value, type FROM relations WHERE from_claim_id = to_claim_id""",
    bad=relating("type: supports, to_claim_id: crane-overloaded"),
    good=relating("type: supports, to_claim_id: crane-fell"),
)
BARE_CONTRADICTION = Rule(
    code="OR205",
    name="contradiction-without-note",
    what="Two claims are said to contradict one another, and no note says why.",
    why="That two claims cannot both hold is a judgement; a reader must be able to follow it.",
    message="nothing says why `{from_claim_id}` and `{to_claim_id}` cannot both hold",
    mend="add a `note` that gives the ground from the documents' own words, or choose a weaker relation",
    select="""SELECT 'relations' AS record_table, id AS record_id, 'note' AS record_column,
                     from_claim_id, to_claim_id FROM relations WHERE type = 'contradicts' AND note IS NULL""",
    bad=relating("type: contradicts, to_claim_id: crane-fell"),
    good=relating("type: contradicts, to_claim_id: crane-fell", ", note: The company gives it as the reason why not."),
)
CIRCULAR_DEPENDENCE = Rule(
    code="OR206",
    name="circular-dependence",
    what="A claim depends, directly or through others, on itself.",
    why="`depends-on` orders claims by what must hold first; in a circle nothing comes first.",
    message="`{from_claim_id}` depends on `{to_claim_id}`, which itself depends on `{from_claim_id}`",
    mend="remove the `depends-on` relation of the circle that does not hold, or call it `elaborates` or `supports`",
    select=_circles("relations", "from_claim_id", "to_claim_id", "type = 'depends-on'"),
    bad="""claims.yaml:
  claims:
    - id: crane-fell
      proposition: A crane came down at North Quay.
      kind: event
      topic_id: accident
      relations:
        - {type: depends-on, to_claim_id: people-were-near}
""",
    good=relating("type: depends-on, to_claim_id: crane-fell"),
)
DUPLICATE_RELATION = Rule(
    code="OR207",
    name="duplicate-relation",
    what="The same relation between the same two claims is given twice.",
    why="Whoever counts relations would count it twice, and its two notes could disagree.",
    message="`{from_claim_id}` {type} `{to_claim_id}` is already said by `{other_id}`",
    mend="keep one of the two and join their notes",
    select="""SELECT 'relations' AS record_table, id AS record_id, 'to_claim_id' AS record_column,
                     other_id, from_claim_id, type, to_claim_id
              FROM (SELECT *, row_number() OVER same AS place, first_value(id) OVER same AS other_id FROM relations
                    WINDOW same AS (PARTITION BY from_claim_id, type, to_claim_id ORDER BY id))
              WHERE place > 1 AND from_claim_id IS NOT NULL AND type IS NOT NULL AND to_claim_id IS NOT NULL""",
    bad=relating("type: supports, to_claim_id: crane-fell}\n        - {type: supports, to_claim_id: crane-fell"),
    good=relating("type: supports, to_claim_id: crane-fell}\n        - {type: causes, to_claim_id: crane-fell"),
)
BROKEN_UNIQUE_KEY = Rule(
    code="OR208",
    name="broken-unique-key",
    what="Two records of one table have the same values in fields that together must be unique.",
    why="Passages and statements are read in the order of their numbers; two with one number have no order.",
    message="{fields}: `{said}` is already used by `{other_id}`",
    mend="number the records of the document anew, in reading order from 1",
    select=_broken_unique_keys(),
    bad="tables:\n  statements:\n    - {id: crane.s2, number: 1}\n",
    good="tables:\n  statements:\n    - {id: crane.s2, number: 2}\n",
)
UNSTATED_CLAIM = Rule(
    code="OR209",
    name="claim-without-statement",
    severity=Severity.WARNING,
    what="No statement states the claim, and no review has withdrawn it.",
    why="A claim that nobody makes in any document is not on record; it may be left over from an earlier encoding.",
    message="nobody states `{record_id}`",
    mend="name it in the `claim_id` of the statement that makes it; else review it as superseded or retracted, "
    "or remove it if it was never released",
    whole=True,
    select="""SELECT 'claims' AS record_table, c.id AS record_id FROM claims c
              ANTI JOIN statements s ON s.claim_id = c.id
              ANTI JOIN (SELECT record_id AS id FROM latest_reviews
                         WHERE record_table = 'claims' AND status IN ('superseded', 'retracted')) r ON r.id = c.id
              WHERE c.id IS NOT NULL""",
    bad="""claims.yaml:
  claims:
    - {id: crane-was-new, proposition: The crane had been built that year., kind: state, topic_id: accident}
""",
    good="""claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: The crane bore too heavy a load., kind: state, topic_id: accident}
""",
)
UNUSED_AGENT = Rule(
    code="OR210",
    name="agent-without-use",
    severity=Severity.WARNING,
    what="No record refers to the agent. A document's own voice, `DOCUMENT.narrator`, needs no record to be in use.",
    why="An agent is on record because a document lets it speak or speaks of it; this one is not shown to be.",
    message="no attribution, role, mention or document refers to `{record_id}`",
    mend="add a mention at the place where the document refers to it, or remove the agent",
    whole=True,
    select=f"""SELECT unused.* FROM ({_unused("agents")}) unused
               ANTI JOIN (SELECT id || '.narrator' AS own_voice FROM documents) ON unused.record_id = own_voice""",
    bad="agents.yaml:\n  agents:\n    - {id: port-authority, name: The port authority, kind: body}\n",
    good="""agents.yaml:
  agents:
    - {id: port-authority, name: The port authority, kind: body}
crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: port-authority, form: description, anchor: "71-78 {h:71-78}"}
""",
)
UNUSED_LABEL = Rule(
    code="OR211",
    name="topic-or-quantity-without-use",
    severity=Severity.WARNING,
    what="No claim has the topic, or no figure measures the quantity.",
    why="A reader who browses by it finds nothing.",
    message="nothing in the records refers to `{record_id}` of {kept_in}",
    mend="refer to it where it belongs, or remove it",
    whole=True,
    select=_unused("topics") + "\nUNION ALL\n" + _unused("quantities"),
    bad="claims.yaml:\n  topics:\n    - {id: weather, label: The weather}\n",
    good="claims.yaml:\n  topics:\n    - {id: accident, label: The crane's fall}\n",
)
FOREIGN_STATEMENT = Rule(
    code="OR212",
    name="statement-of-another-document",
    what="A caveat, a time or a reply names a statement that belongs to another document.",
    why="It would warn the reader of one document about the words of another.",
    message="`{record_column}`: `{value}` is a statement of `{there}`, and this record belongs to `{here}`",
    mend="name a statement of `{here}`, or move the record to the folder `{there}`",
    select=_across("caveats", "statement_id", "statements")
    + "\nUNION ALL\n"
    + _across("times", "statement_id", "statements")
    + "\nUNION ALL\n"
    + _across("replies", "statement_id", "statements"),
    bad=SECOND_DOCUMENT.replace("PASSAGE", "tide.p1")
    + """tide/caveats.yaml:
  caveats:
    - {id: tide.c1, statement_id: crane.s1, kind: publisher-not-stated, note: Nobody is named.}
""",
    good=SECOND_DOCUMENT.replace("PASSAGE", "tide.p1")
    + """tide/caveats.yaml:
  caveats:
    - {id: tide.c1, kind: publisher-not-stated, note: Nobody is named.}
""",
)

SELF_CITATION = Rule(
    code="OR213",
    name="document-cites-itself",
    what="A document is said to pass on itself.",
    why="A link says that one document's words come from another; its own words are its own.",
    message="`{value}` is said to pass on itself",
    mend="name the document that it passes on, or remove the link",
    select="""SELECT 'cites' AS record_table, id AS record_id, 'cited_id' AS record_column, cited_id AS value
              FROM cites WHERE cited_id = document_id""",
    bad=citing("tide"),
    good=citing("crane"),
)
CIRCULAR_CITATION = Rule(
    code="OR214",
    name="circular-citation",
    what="A document passes on, directly or through others, a document that passes it on.",
    why="What is passed on was there first; in a circle no document is the source, and every one counts as an echo.",
    message="`{document_id}` passes on `{cited_id}`, which itself passes on `{document_id}`",
    mend="remove the link that does not hold; two editions of one text are two documents",
    select=_circles("cites", "document_id", "cited_id"),
    bad=citing("crane") + "crane/document.yaml:\n  cites:\n    - {id: crane.cite1, cited_id: tide}\n",
    good=citing("crane"),
)

REFERENCE_RULES: tuple[Rule, ...] = (
    DUPLICATE_ID,
    UNKNOWN_REFERENCE,
    FOREIGN_PASSAGE,
    SELF_RELATION,
    BARE_CONTRADICTION,
    CIRCULAR_DEPENDENCE,
    DUPLICATE_RELATION,
    BROKEN_UNIQUE_KEY,
    UNSTATED_CLAIM,
    UNUSED_AGENT,
    UNUSED_LABEL,
    FOREIGN_STATEMENT,
    SELF_CITATION,
    CIRCULAR_CITATION,
)
