"""OR4xx: attribution: whole chains from the document's own voice inwards, each voice committed as its words allow.

How a voice's words are given, and whether quotation marks bear that out, is in `quoting.py`.
"""

from __future__ import annotations

from ..finding import Severity
from .rule import Rule

KEY = "a.statement_id || '/' || CAST(a.level AS VARCHAR)"
FROM_VOICES = "FROM attributions a JOIN agents g ON g.id = a.agent_id"


def innermost(voice: str) -> str:
    """The SQL for the innermost voices of those chains of which something may be wrong with a stance or an act."""
    return (
        f"FROM odd_chains o JOIN attributions {voice} "
        f"ON {voice}.statement_id = o.statement_id AND {voice}.level = o.deepest"
    )


DENIAL = """crane/statements.yaml:
  statements:
    - id: crane.s4
      passage_id: crane.p2
      claim_id: crane-overloaded
      anchor: "167-191 {h:167-191}"
      attributions:
"""
NARRATOR = "level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays"
CUE = 'cue_anchor: "155-161 {h:155-161} denies"'
SOURCE = 'source_anchor: "143-154 {h:143-154}"'
COMPANY = f"level: 1, agent_id: the-company, mode: indirect, act: deny, factuality: CT-, {CUE}, {SOURCE}"


def chain(*voices: str) -> str:
    """An example: the denial of the example text with these voices."""
    return DENIAL + "".join(f"        - {{{voice}}}\n" for voice in voices)


GOOD = chain(NARRATOR, COMPANY)

NARRATOR_MISSING = Rule(
    code="OR401",
    name="narrator-missing",
    what="A statement has no level 0.",
    why="Whatever a text says it says first in its own voice; without it nobody knows where the document stands.",
    message="`{record_id}` has no attribution at level 0, the document's own voice",
    mend="add level 0: the document's narrator, mode narration, and with factuality Uu if it only passes the claim on",
    whole=True,
    select="""
        SELECT 'statements' AS record_table, s.id AS record_id
        FROM statements s ANTI JOIN (SELECT statement_id FROM attributions WHERE level = 0) outermost
          ON outermost.statement_id = s.id
    """,
    bad=chain(COMPANY),
    good=GOOD,
)
LEVEL_GAP = Rule(
    code="OR402",
    name="level-gap",
    what="A chain of voices leaves out a level.",
    why="A source is reached only through the voice above it; a missing level is a missing voice.",
    message="`{statement_id}` has a voice at level {level}, but none at level {missing}",
    mend="number the levels 0, 1, 2 ... without a gap, or add the voice that is missing",
    whole=True,
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'level' AS record_column,
               a.statement_id, a.level, a.level - 1 AS missing
        FROM attributions a ANTI JOIN (SELECT statement_id, level + 1 AS next FROM attributions WHERE level < 20) above
          ON above.statement_id = a.statement_id AND above.next = a.level
        WHERE a.level BETWEEN 2 AND 20
    """,
    bad=chain(NARRATOR, COMPANY.replace("level: 1", "level: 2")),
    good=GOOD,
)
NARRATOR_EXPECTED = Rule(
    code="OR403",
    name="narrator-expected",
    what="Level 0 is given to an agent that is not of kind `narrator`.",
    why="Level 0 is the document's own voice. Even an author quoted in her own text is one voice further in.",
    message="level 0 of `{statement_id}` is `{agent_id}`, of kind {kind}",
    mend="give level 0 to the document's narrator and move `{agent_id}` to level 1",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'agent_id' AS record_column,
               a.statement_id, a.agent_id, g.kind
        {FROM_VOICES} WHERE a.level = 0 AND g.kind <> 'narrator'
    """,
    bad=chain(NARRATOR.replace("crane.narrator", "ada-lind"), COMPANY),
    good=GOOD,
)
NARRATOR_INSIDE = Rule(
    code="OR404",
    name="narrator-inside",
    what="An agent of kind `narrator` stands at a level above 0.",
    why="A narrator is the voice of a whole document. A quoted document speaks through its author or publisher.",
    message="level {level} of `{statement_id}` is the narrator `{agent_id}`",
    mend="name the person or organisation whose words are passed on, or end the chain at level 0",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'agent_id' AS record_column,
               a.statement_id, a.agent_id, a.level
        {FROM_VOICES} WHERE a.level > 0 AND g.kind = 'narrator'
    """,
    bad="agents.yaml:\n  agents:\n    - {id: notice.narrator, name: The notice, kind: narrator}\n"
    + chain(NARRATOR, COMPANY.replace("the-company", "notice.narrator")),
    good=GOOD,
)
TWO_NARRATORS = Rule(
    code="OR405",
    name="two-narrators",
    what="A document speaks at level 0 through two narrators.",
    why="Commitments of one voice could not be compared if they were booked under two names.",
    message="level 0 in `{record_id}` is `{first}` in some statements and `{second}` in others",
    mend="keep one narrator for the document and give all its level 0 attributions to it",
    select="""
        SELECT 'documents' AS record_table, s.document_id AS record_id,
               min(a.agent_id) AS first, max(a.agent_id) AS second
        FROM statements s JOIN attributions a ON a.statement_id = s.id JOIN agents g ON g.id = a.agent_id
        WHERE a.level = 0 AND g.kind = 'narrator'
        GROUP BY s.document_id HAVING min(a.agent_id) <> max(a.agent_id)
    """,
    bad="agents.yaml:\n  agents:\n    - {id: crane.caption-writer, name: The captions, kind: narrator}\n"
    + chain(NARRATOR.replace("crane.narrator", "crane.caption-writer"), COMPANY),
    good=GOOD,
)

SECOND = """crate/document.yaml:
  document: {id: crate, title: A crate is found, language: en, medium: newspaper, text_sha256: "{text}",
    text_length: 25, text_form: nfc-lf/1, rights: None known.}
  passages:
    - {id: crate.p1, kind: headline, anchor: "0-25 {h:0-25}"}
crate/ledger.yaml:
  units:
    - {id: crate.u1, passage_id: crate.p1, kind: sentence, anchor: "0-25 {h:0-25}", status: covered}
crate/statements.yaml:
  statements:
    - id: crate.s1
      passage_id: crate.p1
      claim_id: crane-fell
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: NARRATOR, mode: narration, act: assert, factuality: CT+}
agents.yaml:
  agents:
    - {id: crane.narrator, name: The report, kind: narrator}
"""
SHARED_NARRATOR = Rule(
    code="OR406",
    name="shared-narrator",
    what="One narrator is the voice of two documents.",
    why="Two texts by one author are two voices: each may commit itself to what the other only passes on.",
    message="`{record_id}` is the narrator of `{first}` and of `{second}`",
    mend="give each document a narrator of its own, for example `{second}.narrator`",
    select="""
        SELECT 'agents' AS record_table, g.id AS record_id,
               min(s.document_id) AS first, max(s.document_id) AS second
        FROM statements s JOIN attributions a ON a.statement_id = s.id JOIN agents g ON g.id = a.agent_id
        WHERE a.level = 0 AND g.kind = 'narrator'
        GROUP BY g.id HAVING min(s.document_id) <> max(s.document_id)
    """,
    bad=SECOND.replace("NARRATOR", "crane.narrator"),
    good=SECOND.replace("NARRATOR", "crate.narrator")
    + "    - {id: crate.narrator, name: The other report, kind: narrator}\n",
)
SELF_ATTRIBUTION = Rule(
    code="OR409",
    name="self-attribution",
    what="A voice passes a claim on from itself: the same agent stands at two adjacent levels.",
    why="A level is added only where the content passes to somebody else; a voice counted twice seems confirmed.",
    message="`{agent_id}` stands at level {outer_level} and again at level {level} of `{statement_id}`",
    mend="keep one of the two levels and number the others anew",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'agent_id' AS record_column,
               o.statement_id || '/' || CAST(o.level AS VARCHAR) AS other_id,
               a.statement_id, a.agent_id, a.level, o.level AS outer_level
        FROM attributions a JOIN attributions o
          ON o.statement_id = a.statement_id AND o.agent_id = a.agent_id AND o.level + 1 = a.level
        WHERE o.level BETWEEN 0 AND 20
    """,
    bad=chain(
        NARRATOR,
        COMPANY.replace("act: deny, factuality: CT-", "act: report, factuality: Uu, stance: relays"),
        COMPANY.replace("level: 1", "level: 2"),
    ),
    good=GOOD,
)
CUE_MISSING = Rule(
    code="OR410",
    name="cue-missing",
    what="A source has no cue, and the statement has no note that says how its voice was recognised.",
    why="The cue shows that the words are somebody's. Without it the attribution is only the encoder's word.",
    message="`{name}` at level {level} of `{statement_id}` has no `cue_anchor`, and the statement has no note",
    mend="anchor the reporting words (`said`, `according to`), or say in the statement's note what shows the voice",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, g.name, a.level, a.statement_id
        {FROM_VOICES} JOIN statements s ON s.id = a.statement_id
        WHERE a.level > 0 AND a.mode <> 'narration' AND a.cue_anchor_id IS NULL AND s.note IS NULL
    """,
    bad=chain(NARRATOR, COMPANY.replace(f"{CUE}, ", "")),
    good=GOOD,
)
SOURCE_UNANCHORED = Rule(
    code="OR411",
    name="source-unanchored",
    what="A source is named by no anchor, and the statement has no note.",
    why="A reader should be able to see which words name the speaker, or why none do.",
    message="nothing shows which words name `{name}` at level {level} of `{statement_id}`",
    mend="anchor the words that name the source (a pronoun will do), or say in the statement's note how it is known",
    severity=Severity.WARNING,
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, g.name, a.level, a.statement_id
        {FROM_VOICES} JOIN statements s ON s.id = a.statement_id
        WHERE a.level > 0 AND a.source_anchor_id IS NULL AND s.note IS NULL
    """,
    bad=chain(NARRATOR, COMPANY.replace(f", {SOURCE}", "")),
    good=GOOD,
)

DEMAND = """claims.yaml:
  claims:
    - {id: crane-overloaded, proposition: Cranes should be weighed., kind: demand, topic_id: accident}
"""
DIRECTIVE_COMMITTED = Rule(
    code="OR415",
    name="directive-committed",
    what="A voice is committed to the truth of what it asks for: a demand, a request, an urging.",
    why="To ask for something is not to say that it is so; such a factuality would be counted as an assertion.",
    message="`{agent_id}` has factuality {factuality} at level {level} of `{statement_id}`, {reason}",
    mend="write `factuality: Uu`; what the asking takes for granted is a statement of its own",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'factuality' AS record_column,
               a.statement_id, a.agent_id, a.level, a.factuality,
               CASE WHEN a.act IN ('request', 'urge', 'demand') THEN 'where its act is ' || a.act
                    ELSE 'but the claim `' || c.id || '` is a demand' END AS reason
        FROM attributions a JOIN statements s ON s.id = a.statement_id LEFT JOIN claims c ON c.id = s.claim_id
        WHERE a.factuality <> 'Uu'
          AND (a.act IN ('request', 'urge', 'demand') OR (c.kind = 'demand' AND a.act <> 'deny'))
    """,
    bad=chain(NARRATOR, COMPANY.replace("act: deny, factuality: CT-", "act: demand, factuality: CT+")),
    good=DEMAND + chain(NARRATOR, COMPANY.replace("act: deny, factuality: CT-", "act: demand, factuality: Uu")),
)
RELAYED_AND_COMMITTED = Rule(
    code="OR416",
    name="relayed-and-committed",
    what="A voice that merely relays a claim has a factuality of its own.",
    why="A hedge or a certainty carried from one voice to another changes what the outer one said.",
    message="`{agent_id}` relays at level {level} of `{statement_id}`, but has factuality {factuality}",
    mend="write `factuality: Uu`, or `stance: endorses` or `distances` if its own words commit it",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'factuality' AS record_column,
               a.statement_id, a.agent_id, a.level, a.factuality
        {innermost("i")} JOIN attributions a ON a.statement_id = i.statement_id
        WHERE a.level < i.level AND a.stance = 'relays' AND a.factuality <> 'Uu'
    """,
    bad=chain(NARRATOR.replace("Uu", "CT-"), COMPANY),
    good=chain(NARRATOR.replace("Uu, stance: relays", "CT-, stance: endorses"), COMPANY),
)
STANCE_MISSING = Rule(
    code="OR417",
    name="stance-missing",
    what="A voice passes a claim on, but has no stance.",
    why="Whether a voice relays, endorses or distances itself is what its readers take from it.",
    message="`{agent_id}` at level {level} of `{statement_id}` passes on what level {next} states, without a stance",
    mend="add `stance: relays`, `endorses` or `distances`",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, a.statement_id, a.agent_id, a.level,
               a.level + 1 AS next
        {innermost("i")} JOIN attributions a ON a.statement_id = i.statement_id
        WHERE a.level < i.level AND a.stance IS NULL
    """,
    bad=chain(NARRATOR.replace(", stance: relays", ""), COMPANY),
    good=GOOD,
)
STANCE_AT_INNERMOST = Rule(
    code="OR418",
    name="stance-at-innermost",
    what="The innermost voice has a stance.",
    why="A stance is taken to what is passed on from a deeper level, and there is none.",
    message="`{agent_id}` is the innermost voice of `{statement_id}`, but has the stance {stance}",
    mend="remove the stance, or add the voice that `{agent_id}` passes on",
    whole=True,
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'stance' AS record_column,
               a.statement_id, a.agent_id, a.stance
        {innermost("a")} WHERE a.stance IS NOT NULL
    """,
    bad=chain(NARRATOR, f"{COMPANY}, stance: relays"),
    good=GOOD,
)
DENIED_AND_AFFIRMED = Rule(
    code="OR419",
    name="denied-and-affirmed",
    what="The innermost voice denies a claim with a factuality that does not deny it.",
    why="Negation lives in the factuality; with the wrong sign a denial is counted as support.",
    message="`{agent_id}` denies the claim of `{statement_id}`, but has factuality {factuality}",
    mend="write CT-, PR- or PS- (or Uu where it only refuses to agree), or correct the act",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'factuality' AS record_column,
               a.statement_id, a.agent_id, a.factuality
        {innermost("a")} WHERE a.act = 'deny' AND a.factuality IN ('CT+', 'PR+', 'PS+', 'CTu')
    """,
    bad=chain(NARRATOR, COMPANY.replace("CT-", "CT+")),
    good=GOOD,
)
ADDRESSED_TO_ITSELF = Rule(
    code="OR420",
    name="addressed-to-itself",
    what="A voice speaks to itself: its addressee is the speaker.",
    why="The addressee is somebody else; the same id twice is nearly always a slip.",
    message="`{agent_id}` at level {level} of `{statement_id}` is its own addressee",
    mend="correct `addressee_id`, or leave it out where nobody is named",
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'addressee_id' AS record_column,
               a.statement_id, a.agent_id, a.level
        FROM attributions a WHERE a.addressee_id = a.agent_id
    """,
    bad=chain(NARRATOR, f"{COMPANY}, addressee_id: the-company"),
    good=chain(NARRATOR, f"{COMPANY}, addressee_id: ada-lind"),
)
REPORT_AT_INNERMOST = Rule(
    code="OR421",
    name="report-at-innermost",
    what="The innermost voice has the act `report`.",
    why="To report is to pass on another voice, and no deeper voice is there.",
    message="`{agent_id}` is the innermost voice of `{statement_id}`, but its act is report",
    mend="add the voice that it reports, or say what it does with the claim itself: assert, deny, predict ...",
    whole=True,
    select=f"""
        SELECT 'attributions' AS record_table, {KEY} AS record_id, 'act' AS record_column, a.statement_id, a.agent_id
        {innermost("a")} WHERE a.act = 'report'
    """,
    bad=chain(NARRATOR, COMPANY.replace("act: deny, factuality: CT-", "act: report, factuality: CT+")),
    good=GOOD,
)

ATTRIBUTION_RULES: tuple[Rule, ...] = (
    NARRATOR_MISSING,
    LEVEL_GAP,
    NARRATOR_EXPECTED,
    NARRATOR_INSIDE,
    TWO_NARRATORS,
    SHARED_NARRATOR,
    SELF_ATTRIBUTION,
    CUE_MISSING,
    SOURCE_UNANCHORED,
    DIRECTIVE_COMMITTED,
    RELAYED_AND_COMMITTED,
    STANCE_MISSING,
    STANCE_AT_INNERMOST,
    DENIED_AND_AFFIRMED,
    ADDRESSED_TO_ITSELF,
    REPORT_AT_INNERMOST,
)
