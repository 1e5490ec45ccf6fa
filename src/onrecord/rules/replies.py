"""OR46x: replies: an answer is a statement of the party about the claim; where none came, none is named."""

from __future__ import annotations

from .history import ONE_CLAIM
from .rule import Rule

ANSWERS = "('deny', 'acknowledge-act-deny-responsibility', 'alternative-account', 'accept')"
# Whose claim it is that answers a claim: the claim itself, one that contradicts or qualifies it, or one that
# people said is the same.
ANSWERING = f"""
    SELECT from_claim_id AS answer, to_claim_id AS claim FROM relations WHERE type IN ('contradicts', 'qualifies')
    UNION
    SELECT to_claim_id, from_claim_id FROM relations WHERE type = 'contradicts'
    UNION
    SELECT one, other FROM ({ONE_CLAIM})
"""


def reply(rest: str, claim: str = "crane-overloaded", party: str = "the-company") -> str:
    """The example with its one reply so."""
    return (
        f"crane/replies.yaml:\n  replies:\n    - {{id: crane.reply1, claim_id: {claim}, party_id: {party}, {rest}}}\n"
    )


DENIED = reply("response: deny, statement_id: crane.s4")
ASKED = 'asked_at: "2021-03-04", asked_earliest: "2021-03-04", asked_latest: "2021-03-04"'

REPLY_WITHOUT_STATEMENT = Rule(
    code="OR461",
    name="reply-without-statement",
    what="A party is said to have answered, and no statement holds the answer.",
    why="What a party answers is stated somewhere, with a voice, a certainty and a place; without it nobody can look.",
    message="`{party_id}` is said to {response}, but `statement_id` is missing",
    mend="encode the answer as a statement and name it, or write `response: no-reply` or `reply-pending`",
    select=f"""
        SELECT 'replies' AS record_table, id AS record_id, 'statement_id' AS record_column, party_id,
               replace(response, '-', ' ') AS response
        FROM replies WHERE response IN {ANSWERS} AND statement_id IS NULL
    """,
    bad=reply("response: deny"),
    good=DENIED,
)
STATEMENT_WITHOUT_REPLY = Rule(
    code="OR462",
    name="statement-without-reply",
    what="A party is said not to have answered, and a statement is named as its answer.",
    why="Either there is an answer or there is none.",
    message="the response is {response}, but `{statement_id}` is named as the answer",
    mend="write how the party answered, or leave `statement_id` out; where it was asked goes into `anchor`",
    select="""
        SELECT 'replies' AS record_table, id AS record_id, 'statement_id' AS record_column, response, statement_id
        FROM replies WHERE response IN ('no-reply', 'reply-pending') AND statement_id IS NOT NULL
    """,
    bad=reply("response: no-reply, statement_id: crane.s4"),
    good=reply("response: no-reply"),
)
PENDING_WITHOUT_DATE = Rule(
    code="OR463",
    name="pending-without-date",
    what="A reply is pending, and no date says since when.",
    why="A question put yesterday and one put ten years ago are not the same silence.",
    message="a reply of `{party_id}` is pending, but `asked_at` is missing",
    mend="add `asked_at` with its two bounds; where the document gives no date, write `response: no-reply`",
    select="""
        SELECT 'replies' AS record_table, id AS record_id, 'asked_at' AS record_column, party_id
        FROM replies WHERE response = 'reply-pending' AND asked_at IS NULL
    """,
    bad=reply("response: reply-pending"),
    good=reply(f"response: reply-pending, {ASKED}"),
)
REPLY_TO_ANOTHER_CLAIM = Rule(
    code="OR464",
    name="reply-to-another-claim",
    what="The statement named as an answer states a claim that is not the one answered and has no bearing on it.",
    why="A denial of something else is no answer.",
    message="`{statement_id}` states `{stated}`, which neither is `{claim_id}` nor contradicts or qualifies it",
    mend="name the statement that answers, or add the relation `contradicts` or `qualifies` between the two claims",
    whole=True,
    select=f"""
        SELECT 'replies' AS record_table, r.id AS record_id, 'statement_id' AS record_column, r.statement_id,
               s.claim_id AS stated, r.claim_id
        FROM replies r JOIN statements s ON s.id = r.statement_id
        ANTI JOIN ({ANSWERING}) a ON a.answer = s.claim_id AND a.claim = r.claim_id
        WHERE s.claim_id <> r.claim_id
    """,
    bad=reply("response: deny, statement_id: crane.s4", claim="crane-fell"),
    good=DENIED,
)
REPLY_OF_ANOTHER_VOICE = Rule(
    code="OR465",
    name="reply-of-another-voice",
    what="The party addressed is no voice of the statement that is named as its answer.",
    why="What others say for a party, without it, is not its reply.",
    message="`{party_id}` is no voice of `{statement_id}`",
    mend="name the statement in which the party speaks, or the party that speaks in it",
    whole=True,
    select="""
        SELECT 'replies' AS record_table, r.id AS record_id, 'party_id' AS record_column, r.party_id, r.statement_id
        FROM replies r SEMI JOIN statements s ON s.id = r.statement_id
        ANTI JOIN attributions a ON a.statement_id = r.statement_id AND a.agent_id = r.party_id
        WHERE r.party_id IS NOT NULL
    """,
    bad=reply("response: deny, statement_id: crane.s4", party="ada-lind"),
    good=DENIED,
)

REPLY_RULES: tuple[Rule, ...] = (
    REPLY_WITHOUT_STATEMENT,
    STATEMENT_WITHOUT_REPLY,
    PENDING_WITHOUT_DATE,
    REPLY_TO_ANOTHER_CLAIM,
    REPLY_OF_ANOTHER_VOICE,
)
