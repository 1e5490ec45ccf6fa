"""OR7xx: rights: how much of a text may stand in its record, and where the text is said to be.

A word is what stands between white space; `…` for words left out is none.
"""

from __future__ import annotations

from .rule import Rule

WORDS = 12
SHARE = 15  # per cent of a document's text
GAP = r"[\s\p{Z}…]+"

ROLE = """crane/mentions.yaml:
  roles:
    - {id: crane.role1, agent_id: ada-lind, anchor: "71-85 {h:71-85}",
       title: "TITLE"}
"""
MENTION = """crane/mentions.yaml:
  mentions:
    - {id: crane.m4, agent_id: people-nearby, form: description, anchor: "ANCHOR"}
"""
ADDRESS = "crane/document.yaml:\n  document: {SAID}\n"
LONG_TITLE = "harbour master of the quays of the north, the south, the east and the west"
# Fields that repeat the document's words, with the key of their table.
PRINTED = (
    ("roles", "id", "title"),
    ("figures", "id", "verbatim"),
    ("times", "id", "verbatim"),
    ("documents", "id", "published_verbatim"),
    ("attributions", "statement_id || '/' || CAST(level AS VARCHAR)", "medium"),
)


def words(text: str) -> str:
    """The SQL for the number of words in a text."""
    return f"array_length(regexp_split_to_array(trim(regexp_replace({text}, '{GAP}', ' ', 'g')), ' '))"


def _long_texts() -> str:
    return "\nUNION ALL\n".join(
        f"SELECT '{table}' AS record_table, {key} AS record_id, '{name}' AS record_column, {words(name)} AS words "
        f"FROM {table} WHERE {words(name)} > {WORDS}"
        for table, key, name in PRINTED
    )


EXCERPT_TOO_LONG = Rule(
    code="OR701",
    name="excerpt-too-long",
    what=f"An excerpt has more than {WORDS} words.",
    why="An excerpt shows a wording; it is not a way to republish the text, which belongs to somebody else.",
    message=f"the excerpt at {{start}}-{{end}} has {{words}} words; {WORDS} are allowed",
    mend="keep the few words whose wording is the datum and narrow the anchor to them, or remove the excerpt",
    select=f"""
        SELECT 'anchors' AS record_table, id AS record_id, start, "end", {words("excerpt")} AS words
        FROM anchors WHERE {words("excerpt")} > {WORDS}
    """,
    bad=MENTION.replace("ANCHOR", "102-117 {h:102-117} a b c d e f g h i j k l m"),
    good=MENTION.replace("ANCHOR", "111-117 {h:111-117} people"),
)
WORDING_TOO_LONG = Rule(
    code="OR702",
    name="wording-too-long",
    what=f"A title, a figure, a time or a medium repeats more than {WORDS} words of the document.",
    why="The limit for excerpts would mean little if whole clauses stood in other fields.",
    message=f"`{{record_column}}` has {{words}} words; {WORDS} are allowed",
    mend="keep the words that carry the title, figure or time; `…` stands for words left out of a title",
    select=_long_texts(),
    bad=ROLE.replace("TITLE", LONG_TITLE),
    good=ROLE.replace("TITLE", "harbour master of … the north, … and the west"),
)
EXCERPTS_TOGETHER = Rule(
    code="OR703",
    name="excerpts-together",
    what=f"The excerpts of one document amount to more than {SHARE} per cent of its text.",
    why="Many short excerpts can add up to the text; what is kept must stay a small part of it.",
    message=f"the excerpts of `{{record_id}}` have {{kept}} of its {{text_length}} characters; "
    f"{SHARE} per cent are {{allowed}}",
    mend="remove the excerpts whose wording is not the datum; span and hash remain and can be verified",
    select=f"""
        WITH kept AS (
            SELECT document_id, start, "end", fragments, max(length(excerpt)) AS characters
            FROM anchors WHERE excerpt IS NOT NULL GROUP BY document_id, start, "end", fragments
        )
        SELECT 'documents' AS record_table, d.id AS record_id, sum(k.characters) AS kept, d.text_length,
               CAST(floor(CAST(d.text_length AS DOUBLE) * {SHARE / 100}) AS BIGINT) AS allowed
        FROM kept k JOIN documents d ON d.id = k.document_id
        GROUP BY d.id, d.text_length HAVING sum(k.characters) > CAST(d.text_length AS DOUBLE) * {SHARE / 100}
    """,
    bad=MENTION.replace("ANCHOR", "102-117 {h:102-117} About 40 people"),
    good=MENTION.replace("ANCHOR", "111-117 {h:111-117} people"),
)
WHOLE_SENTENCE = Rule(
    code="OR704",
    name="whole-sentence",
    what="An excerpt is a whole sentence, with or without its full stop and quotation marks.",
    why="A sentence is expression, not datum. Captions, headings within the text and page furniture are exempt.",
    message="the excerpt at {start}-{end} is the whole sentence `{unit_id}`",
    mend="narrow the anchor to the words that matter, or remove the excerpt",
    select="""
        WITH sentences AS (
            SELECT u.id, u.document_id, u.start, CAST(u.start AS DOUBLE) + 1 AS within_marks,
                   CAST(u."end" AS DOUBLE) - 1 AS before_stop
            FROM units u JOIN passages b ON b.id = u.passage_id
            WHERE u.kind = 'sentence' AND b.kind NOT IN ('banner', 'breadcrumb', 'caption', 'heading', 'footer')
        ), shown AS (
            SELECT p.document_id, p.start, p."end", p.anchor_id
            FROM spans p SEMI JOIN (SELECT id AS told FROM anchors WHERE excerpt IS NOT NULL) ON p.anchor_id = told
        ), swept AS (
            SELECT *, max(shown_to) OVER (PARTITION BY document_id ORDER BY position, later
                                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS reach
            FROM (SELECT *, within_marks AS position, 1 AS later, CAST(NULL AS BIGINT) AS shown_to FROM sentences
                  UNION ALL
                  SELECT NULL, document_id, NULL, NULL, NULL, CAST(start AS DOUBLE), 0, "end" FROM shown)
        )
        SELECT 'anchors' AS record_table, n.id AS record_id, n.start, n."end", min(u.id) AS unit_id
        FROM (SELECT DISTINCT id, document_id, start, within_marks, before_stop FROM swept
              WHERE later = 1 AND reach >= before_stop - 1) u
        JOIN shown p ON u.document_id = p.document_id
          AND ((p.start <= u.start AND p."end" >= u.before_stop)
               OR (p.start = u.within_marks AND p."end" >= u.before_stop - 1))
        JOIN anchors n ON n.id = p.anchor_id
        WHERE n.excerpt IS NOT NULL
        GROUP BY n.id, n.start, n."end"
    """,
    bad=MENTION.replace("ANCHOR", "0-25 {h:0-25} Crane falls"),
    good=MENTION.replace("ANCHOR", "0-11 {h:0-11} Crane falls"),
)
ADDRESS_WITHOUT_BASIS = Rule(
    code="OR705",
    name="address-without-basis",
    what="A document has a source address without its basis, or a basis without an address.",
    why="Whether the document states the address or it was located elsewhere decides how far it can be trusted.",
    message="`source_url` is {source_url}, `source_url_basis` is {source_url_basis}",
    mend="give both: `stated` if the document gives the address, `located` if it was found elsewhere; or neither",
    select="""
        SELECT 'documents' AS record_table, id AS record_id,
               CASE WHEN source_url IS NULL THEN 'source_url_basis' ELSE 'source_url' END AS record_column,
               source_url, source_url_basis
        FROM documents WHERE (source_url IS NULL) <> (source_url_basis IS NULL)
    """,
    bad=ADDRESS.replace("SAID", 'source_url: "https://example.org/crane"'),
    good=ADDRESS.replace("SAID", 'source_url: "https://example.org/crane", source_url_basis: located'),
)

RIGHTS_RULES: tuple[Rule, ...] = (
    EXCERPT_TOO_LONG,
    WORDING_TOO_LONG,
    EXCERPTS_TOGETHER,
    WHOLE_SENTENCE,
    ADDRESS_WITHOUT_BASIS,
)
