"""The SELECTs of a comparison: what is asked of the tables, once for a claim and once for a quantity.

Every one begins with the same common tables: `target` (the statements compared), `live` (those of
them that no review took back), `held` (their voices that commit themselves), `amounts` (their
figures with bounds) and `positions` (who, deepest in a statement, holds which position).
"""

from __future__ import annotations

from ..voices import NO_COMMITMENT

TARGET = {
    "claims": "SELECT id AS statement_id FROM statements WHERE claim_id = $id",
    "quantities": "SELECT DISTINCT statement_id FROM figures WHERE quantity_id = $id",
}
_OF_QUANTITY = {"claims": "f.quantity_id IS NOT NULL", "quantities": "f.quantity_id = $id"}

# A publisher may speak in its own voice in what it issues itself; not in these, which are others' words.
OTHERS_WORDS = "'letter', 'transcript', 'book'"

_HELD = f"""
live AS (
    SELECT t.statement_id, s.document_id, s.claim_id, s.number
    FROM target t JOIN statements s ON s.id = t.statement_id
    LEFT JOIN latest_reviews r ON r.record_table = 'statements' AND r.record_id = s.id
    WHERE coalesce(r.status, 'draft') NOT IN ('superseded', 'retracted')
), held AS (
    SELECT l.*, a.level, a.agent_id, a.factuality, right(a.factuality, 1) AS sign,
           l.statement_id || '/' || CAST(a.level AS VARCHAR) AS voice_id
    FROM live l JOIN attributions a ON a.statement_id = l.statement_id
    WHERE a.factuality <> '{NO_COMMITMENT}'
)"""

# The amounts that the words allow. A figure that is only imprecise (`about 60`) has no bounds: none are made up.
_AMOUNTS = """
bounds AS (
    SELECT f.id AS figure_id, f.statement_id, f.quantity_id, f.unit, f.approximate, f.comparator, f.value,
           CASE WHEN comparator IN ('<', '<=') OR (comparator = '=' AND approximate) THEN lower
                ELSE coalesce(lower, value) END AS low,
           CASE WHEN comparator IN ('>', '>=') OR (comparator = '=' AND approximate) THEN upper
                ELSE coalesce(upper, value) END AS high
    FROM figures f JOIN live l ON l.statement_id = f.statement_id
    WHERE {of_quantity}
), opened AS (
    SELECT *, comparator = '>' AND low IS NOT NULL AS low_open, comparator = '<' AND high IS NOT NULL AS high_open,
           CASE WHEN low IS NULL AND high IS NULL THEN value END AS loose
    FROM bounds
), amounts AS (
    SELECT *, concat_ws('|', quantity_id, unit, coalesce(CAST(low AS VARCHAR), ''), low_open,
                        coalesce(CAST(high AS VARCHAR), ''), high_open, approximate,
                        coalesce(CAST(loose AS VARCHAR), '')) AS amount
    FROM opened
)"""

# The deepest voice of a statement on each side: whoever passes it on is not its source.
_DEEPEST = """
deepest AS (
    SELECT * FROM held WHERE sign IN ('+', '-')
    QUALIFY row_number() OVER (PARTITION BY statement_id, sign ORDER BY level DESC) = 1
)"""
_POSITIONS = {
    "claims": "positions AS (SELECT *, sign AS position FROM deepest)",
    "quantities": """positions AS (
        SELECT DISTINCT d.*, a.amount AS position
        FROM deepest d JOIN amounts a ON a.statement_id = d.statement_id WHERE d.sign = '+'
    )""",
}


def asked(table: str, select: str) -> str:
    """A SELECT with the common tables before it, for a claim (`claims`) or a quantity (`quantities`)."""
    amounts = _AMOUNTS.format(of_quantity=_OF_QUANTITY[table])
    common = (f"target AS ({TARGET[table]})", _HELD, amounts, _DEEPEST, _POSITIONS[table])
    return f"WITH RECURSIVE {', '.join(common)} {select}"


STATEMENTS = """
SELECT s.id AS statement_id, s.document_id, s.passage_id, s.claim_id, c.proposition, s.presupposed,
       n.start, n."end", n.fragments, n.excerpt, coalesce(r.status, 'draft') AS status, r.successor_id
FROM target t JOIN statements s ON s.id = t.statement_id
JOIN anchors n ON n.id = s.anchor_id
LEFT JOIN claims c ON c.id = s.claim_id
LEFT JOIN latest_reviews r ON r.record_table = 'statements' AND r.record_id = s.id
ORDER BY s.document_id, s.number
"""
VOICES = """
SELECT a.statement_id, a.level, a.agent_id, g.name AS agent, a.mode, a.act, a.factuality, a.stance, a.medium,
       n.excerpt AS cue
FROM target t JOIN attributions a ON a.statement_id = t.statement_id
JOIN agents g ON g.id = a.agent_id
LEFT JOIN anchors n ON n.id = a.cue_anchor_id
ORDER BY a.statement_id, a.level
"""
FIGURES = {
    table: f"""
SELECT f.statement_id, f.id AS figure_id, f.quantity_id, f.verbatim, f.comparator, f.approximate, f.value,
       f.lower, f.upper, f.unit, f.counted, a.amount
FROM target t JOIN figures f ON f.statement_id = t.statement_id
LEFT JOIN amounts a ON a.figure_id = f.id
WHERE {"true" if table == "claims" else of}
ORDER BY f.statement_id, f.id
"""
    for table, of in _OF_QUANTITY.items()
}
TIMES = """
SELECT m.statement_id, m.verbatim, m.edtf, m.earliest, m.latest, m.basis
FROM target t JOIN times m ON m.statement_id = t.statement_id
ORDER BY m.statement_id, m.id
"""
CAVEATS = """
SELECT c.statement_id, c.kind, c.note FROM target t JOIN caveats c ON c.statement_id = t.statement_id
ORDER BY c.statement_id, c.id
"""

# Which document passes on which, also through others, and by how many links at the least.
_PASSES = """
links AS (
    SELECT document_id, cited_id, 1 AS depth FROM cites
    UNION
    SELECT l.document_id, c.cited_id, l.depth + 1 FROM links l JOIN cites c ON c.document_id = l.cited_id
    WHERE l.depth < 64
), passes AS (SELECT document_id, cited_id, min(depth) AS depth FROM links GROUP BY document_id, cited_id)
"""

# A document without a date is not earlier than what it passes on, and not later than what passes it on.
DOCUMENTS = f"""
, {_PASSES}, compared AS (
    SELECT DISTINCT s.document_id FROM target t JOIN statements s ON s.id = t.statement_id
), after AS (
    SELECT p.document_id, max(d.published_earliest) AS not_before
    FROM passes p JOIN documents d ON d.id = p.cited_id GROUP BY p.document_id
), before AS (
    SELECT p.cited_id AS document_id, min(d.published_latest) AS not_after,
           min(d.published_earliest) AS passed_on
    FROM passes p JOIN documents d ON d.id = p.document_id GROUP BY p.cited_id
), depths AS (SELECT document_id, max(depth) AS depth FROM links GROUP BY document_id)
SELECT d.id, d.title, d.medium, d.publisher_id, d.published_edtf AS edtf, d.published_earliest AS earliest,
       d.published_latest AS latest, a.not_before, b.not_after,
       (SELECT string_agg(c.cited_id, ' ' ORDER BY c.cited_id) FROM cites c WHERE c.document_id = d.id) AS cites
FROM compared v JOIN documents d ON d.id = v.document_id
LEFT JOIN after a ON a.document_id = d.id LEFT JOIN before b ON b.document_id = d.id
LEFT JOIN depths e ON e.document_id = d.id
ORDER BY coalesce(d.published_earliest, a.not_before, b.passed_on) NULLS LAST, coalesce(e.depth, 0), d.id
"""

# Amounts pair by pair, each amount once however many give it. What is null is open.
# Of a quantity with very many amounts only the nearest that conflict are paired: all pairs would be their square.
PAIRWISE = 100
_SIDES = """
, dated AS (
    SELECT statement_id, min(earliest) AS earliest, max(latest) AS latest FROM times
    WHERE statement_id IS NOT NULL GROUP BY statement_id
    HAVING count(*) = count(earliest) AND count(*) = count(latest)
), sides AS (
    SELECT a.quantity_id, a.amount, a.unit, a.low, a.high, a.low_open, a.high_open, a.approximate, a.loose,
           list(DISTINCT h.voice_id ORDER BY h.voice_id) AS voices, min(a.figure_id) AS figure_id,
           list(DISTINCT a.statement_id ORDER BY a.statement_id) AS statements,
           CASE WHEN count(*) = count(d.earliest) THEN min(d.earliest) END AS earliest,
           CASE WHEN count(*) = count(d.earliest) THEN max(d.latest) END AS latest
    FROM amounts a JOIN held h ON h.statement_id = a.statement_id AND h.sign = '+'
    LEFT JOIN dated d ON d.statement_id = a.statement_id
    GROUP BY a.quantity_id, a.amount, a.unit, a.low, a.high, a.low_open, a.high_open, a.approximate, a.loose
), many AS (SELECT quantity_id, count(*) AS amounts FROM sides GROUP BY quantity_id),
-- The ends of all amounts in one order, such that an upper end before a lower one is a conflict, and no other is:
-- at the same value first what stops short of it, then what begins with it, what ends with it, what begins above.
ends AS (
    SELECT quantity_id, unit, amount, low AS edge, CASE WHEN low_open THEN 3 ELSE 1 END AS turn, true AS begins
    FROM sides WHERE low IS NOT NULL
    UNION ALL
    SELECT quantity_id, unit, amount, high, CASE WHEN high_open THEN 0 ELSE 2 END, false
    FROM sides WHERE high IS NOT NULL
), ordered AS (
    SELECT *, row_number() OVER (PARTITION BY quantity_id, unit ORDER BY edge, turn, amount) AS place FROM ends
), begun AS (SELECT * FROM ordered WHERE begins), ended AS (SELECT * FROM ordered WHERE NOT begins)
"""
FIGURES_APART = f"""
{_SIDES}, nearest AS (
    SELECT e.quantity_id, e.amount AS one, b.amount AS other
    FROM ended e ASOF JOIN begun b ON e.quantity_id = b.quantity_id AND e.unit = b.unit AND e.place < b.place
    UNION
    SELECT e.quantity_id, e.amount, b.amount
    FROM begun b ASOF JOIN ended e ON e.quantity_id = b.quantity_id AND e.unit = b.unit AND b.place > e.place
), paired AS (
    SELECT a.amount AS one, b.amount AS other
    FROM sides a JOIN many m ON m.quantity_id = a.quantity_id AND m.amounts <= {PAIRWISE}
    JOIN sides b ON a.quantity_id = b.quantity_id AND a.amount < b.amount
    UNION ALL
    SELECT n.one, n.other FROM nearest n JOIN many m ON m.quantity_id = n.quantity_id AND m.amounts > {PAIRWISE}
    WHERE n.one <> n.other
)
SELECT a.quantity_id AS about, a.voices AS first_voices, b.voices AS second_voices,
       a.figure_id AS first_figure, b.figure_id AS second_figure,
       CASE WHEN a.unit <> b.unit THEN 'unit'
            WHEN len(a.statements) = 1 AND a.statements = b.statements THEN 'together'
            WHEN coalesce(a.high < b.low OR b.high < a.low
                          OR (a.high = b.low AND (a.high_open OR b.low_open))
                          OR (b.high = a.low AND (b.high_open OR a.low_open)), false) THEN 'figures'
            WHEN (a.low IS NULL AND a.high IS NULL) OR (b.low IS NULL AND b.high IS NULL) THEN 'imprecise'
            WHEN a.low IS NULL OR a.high IS NULL OR b.low IS NULL OR b.high IS NULL THEN 'open-bound'
            ELSE 'overlap' END AS kind,
       a.approximate OR b.approximate AS approximate,
       coalesce(a.latest < b.earliest OR b.latest < a.earliest, false) AS other_times
FROM paired p JOIN sides a ON a.amount = p.one JOIN sides b ON b.amount = p.other
ORDER BY about, first_figure, second_figure
"""
# How many pairs conflict where not all are listed: for each lower end, the upper ends before it.
CROWDED = f"""
{_SIDES}, before AS (
    SELECT quantity_id, begins,
           count(*) FILTER (WHERE NOT begins) OVER (PARTITION BY quantity_id, unit ORDER BY place) AS ended
    FROM ordered
)
SELECT m.quantity_id AS about, m.amounts, CAST(coalesce(sum(b.ended) FILTER (WHERE b.begins), 0) AS BIGINT) AS conflicts
FROM many m LEFT JOIN before b ON b.quantity_id = m.quantity_id
WHERE m.amounts > {PAIRWISE} GROUP BY m.quantity_id, m.amounts ORDER BY about
"""
SIGNS_APART = """
SELECT p.claim_id AS about, 'factuality' AS kind, p.voices AS first_voices, m.voices AS second_voices
FROM (SELECT claim_id, list(voice_id ORDER BY voice_id) AS voices FROM held WHERE sign = '+' GROUP BY claim_id) p
JOIN (SELECT claim_id, list(voice_id ORDER BY voice_id) AS voices FROM held WHERE sign = '-' GROUP BY claim_id) m
  ON p.claim_id = m.claim_id
ORDER BY about
"""
CERTAINTIES_APART = """
, sides AS (
    SELECT claim_id, sign, factuality, list(voice_id ORDER BY voice_id) AS voices
    FROM held GROUP BY claim_id, sign, factuality
)
SELECT a.claim_id AS about, CASE WHEN a.sign = b.sign THEN 'certainty' ELSE 'undecided' END AS kind,
       a.voices AS first_voices, b.voices AS second_voices
FROM sides a JOIN sides b ON a.claim_id = b.claim_id AND a.factuality < b.factuality
WHERE a.sign = b.sign OR a.sign = 'u' OR b.sign = 'u'
ORDER BY about, a.factuality, b.factuality
"""
CONTRADICTIONS = {
    "claims": """
SELECT r.id AS relation_id, r.from_claim_id, r.to_claim_id, r.note FROM relations r
WHERE r.type = 'contradicts' AND $id IN (r.from_claim_id, r.to_claim_id) ORDER BY r.id
""",
    "quantities": f"""
WITH stated AS (SELECT DISTINCT s.claim_id FROM ({TARGET["quantities"]}) t JOIN statements s ON s.id = t.statement_id)
SELECT r.id AS relation_id, r.from_claim_id, r.to_claim_id, r.note FROM relations r
JOIN stated a ON a.claim_id = r.from_claim_id JOIN stated b ON b.claim_id = r.to_claim_id
WHERE r.type = 'contradicts' ORDER BY r.id
""",
}

# Whose voice a document's own voice is: its publisher's, where the publisher issues it in its own name.
_OWN = f"""
own AS (
    SELECT DISTINCT s.document_id, a.agent_id, d.publisher_id,
           CASE WHEN d.medium NOT IN ({OTHERS_WORDS}) THEN d.publisher_id END AS party_id
    FROM attributions a JOIN statements s ON s.id = a.statement_id JOIN documents d ON d.id = s.document_id
    WHERE a.level = 0
)"""
PARTIES = f"""
, {_OWN}
SELECT p.position, p.statement_id, p.level, p.document_id, p.agent_id, g.name AS agent,
       coalesce(o.party_id, p.agent_id) AS party_id, coalesce(h.name, g.name) AS party,
       coalesce(h.kind, g.kind) = 'unnamed' AS unnamed
FROM positions p JOIN agents g ON g.id = p.agent_id
LEFT JOIN own o ON o.document_id = p.document_id AND o.agent_id = p.agent_id
LEFT JOIN agents h ON h.id = o.party_id
ORDER BY p.document_id, p.number, p.position
"""

# What a statement passes on: the nearest statement of a document that its own document passes on, where it
# speaks in its own voice and says the same, or names that document or its publisher as the source.
ECHOES = f"""
, {_OWN}, {_PASSES}, firsts AS (
    SELECT * FROM positions
    QUALIFY row_number() OVER (PARTITION BY document_id, position ORDER BY number, level DESC) = 1
), named AS (
    SELECT document_id, agent_id FROM own
    UNION SELECT document_id, publisher_id FROM own WHERE publisher_id IS NOT NULL
)
SELECT p.statement_id, p.position, f.statement_id AS of_id, f.position AS of_position, f.document_id AS of_document_id,
       e.agent_id IS NULL AS own_voice, n.depth
FROM positions p JOIN passes n ON n.document_id = p.document_id
JOIN firsts f ON f.document_id = n.cited_id AND f.document_id <> p.document_id
LEFT JOIN named e ON e.document_id = n.cited_id AND e.agent_id = p.agent_id
WHERE e.agent_id IS NOT NULL OR (p.level = 0 AND f.position = p.position)
QUALIFY row_number() OVER (PARTITION BY p.statement_id, p.position
                           ORDER BY f.position = p.position DESC, n.depth, f.document_id, f.number, f.position) = 1
ORDER BY p.statement_id, p.position
"""
TIES = """
SELECT DISTINCT r.agent_id, g.name AS agent, r.body_id, b.name AS body, r.title, r.document_id
FROM roles r JOIN (SELECT DISTINCT agent_id FROM positions) p ON p.agent_id = r.agent_id
JOIN agents g ON g.id = r.agent_id JOIN agents b ON b.id = r.body_id
ORDER BY r.agent_id, r.body_id, r.document_id, r.title
"""
