"""Voices and how sure they are: a statement's chain, and claims on which commitments differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from .model import Agent, Anchor

# How certain a factuality value is, surest first: the certainty axis of FactBank (Saurí and
# Pustejovsky 2009), CT > PR > PS > U. A value is a certainty and a polarity: `PR-`, `CTu`.
CERTAINTY = ("CT", "PR", "PS", "U")
NO_COMMITMENT = "Uu"

# Every commitment to a claim on which commitments differ, in statements that no review has withdrawn.
DRIFTING = """
WITH stands AS (
    SELECT s.* FROM statements s JOIN overview o ON o.statement_id = s.id
    WHERE o.review_status NOT IN ('superseded', 'retracted'))
SELECT s.claim_id, c.proposition, a.agent_id, g.name AS agent, a.level, a.factuality,
       a.statement_id, s.document_id, n.start, n."end"
FROM attributions a
JOIN agents g ON g.id = a.agent_id
JOIN stands s ON s.id = a.statement_id
JOIN claims c ON c.id = s.claim_id
JOIN anchors n ON n.id = s.anchor_id
WHERE a.factuality <> $none AND s.claim_id IN (
    SELECT i.claim_id FROM attributions v JOIN stands i ON i.id = v.statement_id
    WHERE v.factuality <> $none GROUP BY i.claim_id HAVING count(DISTINCT v.factuality) > 1)
ORDER BY s.claim_id, s.document_id, s.number, a.level
"""


def certainty_of(factuality: str) -> int:
    """How certain a factuality value is: 3 for CT, 2 for PR, 1 for PS, 0 for U.

    >>> certainty_of("CT-") > certainty_of("PR+") > certainty_of("PS+") > certainty_of("Uu")
    True
    """
    return len(CERTAINTY) - 1 - CERTAINTY.index(factuality[:-1])


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a statement's chain, with the agent and the words that show it."""

    level: int
    agent: Agent
    mode: str
    act: str
    factuality: str
    stance: str | None
    cue: Anchor | None
    source: Anchor | None
    addressee: Agent | None
    medium: str | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """How far one voice commits itself to a claim in one statement, and where the content stands."""

    agent_id: str
    agent: str
    level: int
    factuality: str
    statement_id: str
    document_id: str
    start: int
    end: int

    @property
    def certainty(self) -> int:
        """How certain it is, from 3 (CT) to 0 (U)."""
        return certainty_of(self.factuality)

    @property
    def polarity(self) -> str:
        """`+` where it affirms the claim, `-` where it denies it, `u` where it leaves that open."""
        return self.factuality[-1]

    def __str__(self) -> str:
        return f"{self.agent} ({self.factuality}, {self.statement_id} at {self.start}-{self.end})"


def surest_first(commitment: Commitment) -> tuple[int, str]:
    """Sort key: the surer one first; of two that are as sure, the one that affirms."""
    return -commitment.certainty, commitment.factuality


@dataclass(frozen=True, slots=True)
class Pair:
    """Two commitments to one claim that differ; the surer one is the first."""

    first: Commitment
    second: Commitment

    @property
    def certainty(self) -> bool:
        """True where one is surer than the other."""
        return self.first.certainty != self.second.certainty

    @property
    def polarity(self) -> bool:
        """True where they do not agree whether the claim holds."""
        return self.first.polarity != self.second.polarity

    @property
    def opposite(self) -> bool:
        """True where one affirms what the other denies."""
        return {self.first.polarity, self.second.polarity} == {"+", "-"}

    def __str__(self) -> str:
        how = "is surer than" if self.certainty else "differs in polarity from"
        if self.certainty and self.polarity:
            how = "is surer than, and differs in polarity from,"
        return f"{self.first} {how} {self.second}"


@dataclass(frozen=True, slots=True)
class Drift:
    """A claim to which its voices commit themselves differently, here or in different places."""

    claim_id: str
    proposition: str
    commitments: tuple[Commitment, ...]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every two commitments that differ in certainty or polarity; computed when asked for."""
        both = (sorted(two, key=surest_first) for two in combinations(self.commitments, 2))
        return tuple(Pair(a, b) for a, b in both if a.factuality != b.factuality)


def drifts(rows: Iterable[dict[str, Any]]) -> tuple[Drift, ...]:
    """The rows of `DRIFTING` as claims with their commitments."""
    found: dict[tuple[str, str], list[Commitment]] = defaultdict(list)
    for row in rows:
        found[row.pop("claim_id"), row.pop("proposition")].append(Commitment(**row))
    return tuple(Drift(claim, said, tuple(commitments)) for (claim, said), commitments in found.items())
