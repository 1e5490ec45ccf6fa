"""Which statement of one encoding is which of the other: one to one, by span and then by voice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import MissingExtra
from ..span import Spans
from .encoding import Encoding, Stated

try:
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import csr_array
except ImportError:
    raise MissingExtra("scipy", "agreement") from None

HALF = 0.5  # two spans are one when they share at least half of their characters
VOICE = 0.1  # what the same speaker, and a chain as deep, each add to the likeness of two spans


@dataclass(frozen=True, slots=True)
class Alignment:
    """The pairs of statements that are one, what is left over on each side, and which agents are one."""

    pairs: tuple[tuple[Stated, Stated], ...]
    only_first: tuple[Stated, ...]
    only_second: tuple[Stated, ...]
    agents: dict[str, str]  # agent of the second -> agent of the first

    def agent(self, second: str) -> str:
        """The first encoding's agent for one of the second's; one that it has not keeps apart from all."""
        return self.agents.get(second, f"second:{second}")

    def same_voice(self, one: Stated, other: Stated) -> bool:
        """Whether the same speaker states both, through as many voices."""
        return one.depth == other.depth and one.speaker.agent_id == self.agent(other.speaker.agent_id)


def align(first: Encoding, second: Encoding) -> Alignment:
    """Align two encodings so that the likeness of all pairs together is greatest."""
    agents = aligned_agents(first, second)
    bare = Alignment((), (), (), agents)
    spans = likeness([s.content for s in first.statements], [s.content for s in second.statements])
    score = spans + VOICE * _voices(bare, first.statements, second.statements)
    found = _assigned(np.where(spans >= HALF, score, 0.0))
    ones, others = {i for i, _ in found}, {j for _, j in found}
    return Alignment(
        tuple((first.statements[i], second.statements[j]) for i, j in found),
        tuple(s for i, s in enumerate(first.statements) if i not in ones),
        tuple(s for j, s in enumerate(second.statements) if j not in others),
        agents,
    )


def aligned_agents(first: Encoding, second: Encoding) -> dict[str, str]:
    """Which agent of the second is which of the first: narrators, then by name and by where they are named."""
    ones, others = list(first.names), list(second.names)
    if not ones or not others:
        return {}
    score = likeness([_all(first, a) for a in ones], [_all(second, a) for a in others])
    names = np.array([[_folded(first.names[a]) == _folded(second.names[b]) for b in others] for a in ones])
    told = np.array([[(a in first.narrators) + (b in second.narrators) for b in others] for a in ones])
    score = np.where(told == 2, 3.0, np.where(told == 1, 0.0, score + names))
    return {others[j]: ones[i] for i, j in _assigned(np.where(score >= HALF, score, 0.0))}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _all(encoding: Encoding, agent: str) -> Spans:
    return tuple(span for spans in encoding.places.get(agent, ()) for span in spans)


def likeness(first: Sequence[Spans], second: Sequence[Spans]) -> np.ndarray:
    """Dice's coefficient of the characters of each span of one list with each of another, from 0 to 1."""
    width = max((end for spans in (*first, *second) for _, end in spans), default=0) + 1
    one, other = _characters(first, width), _characters(second, width)
    shared = (one @ other.T).toarray().astype(float)
    sizes = np.asarray(one.sum(axis=1))[:, None] + np.asarray(other.sum(axis=1))[None, :]
    return np.asarray(np.divide(2 * shared, sizes, out=np.zeros_like(shared), where=sizes > 0))


def _characters(places: Sequence[Spans], width: int) -> csr_array:
    held = [sorted({at for start, end in spans for at in range(start, end)}) for spans in places]
    starts = np.cumsum([0, *map(len, held)])
    columns = np.array([at for row in held for at in row], dtype=np.int64)
    return csr_array((np.ones(len(columns), dtype=np.int64), columns, starts), shape=(len(places), width))


def _voices(alignment: Alignment, first: Iterable[Stated], second: Iterable[Stated]) -> np.ndarray:
    """For each pair of statements: how many of speaker and depth are the same."""
    ones, others = list(first), list(second)
    score = np.zeros((len(ones), len(others)))
    for column, other in enumerate(others):
        agent = alignment.agent(other.speaker.agent_id)
        score[:, column] = [(one.speaker.agent_id == agent) + (one.depth == other.depth) for one in ones]
    return score


def _assigned(score: np.ndarray) -> list[tuple[int, int]]:
    """The pairs, each row and column once, whose scores add up to most; pairs that score nothing are none."""
    rows, columns = linear_sum_assignment(score, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if score[i, j] > 0]
