"""What a batch of documents says and where it stands: clauses, sentences, passages, statements, voices.

A document is a row of clauses. A clause carries one statement, or is a frame that carries none;
one to three clauses make a sentence, some sentences a passage. A statement's clause begins with
its voices, outermost first, each with the words that name it and the words that report it; then
comes the content, with marks around it or around its end where it is quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from . import world
from .chance import Bools, Ints, pick, zipf

LONGEST = 9  # voices in a chain, so that levels are one digit
CUES = ("said", "wrote", "told", "added", "argued", "denied", "warned", "asked", "claimed", "stated", "announced")
MODES = ("narration", "direct", "indirect", "mixed")
NARRATION, DIRECT, INDIRECT, MIXED = range(4)
SHORTEST = 48  # code points of content, so that the words kept of a text stay a small part of it
SLOT = 28  # code points for a figure or a time within the content


@dataclass(frozen=True, slots=True)
class Known:
    """How many agents, claims and quantities are in use."""

    agents: int = 0
    claims: int = 0
    quantities: int = 0


@dataclass(slots=True)
class Clauses:
    """The clauses of a batch in reading order, with the sentence and the passage of each."""

    document: Ints
    frame: Bools
    new_sentence: Bools
    new_passage: Bools
    start: Ints
    end: Ints


@dataclass(slots=True)
class Statements:
    """The statements of a batch in reading order."""

    document: Ints
    number: Ints
    clause: Ints
    claim: Ints
    has_claim: Bools
    depth: Ints
    mode: Ints
    noted: Bools
    figures: Ints
    times: Ints
    content: Ints  # code points
    before: Ints  # code points of the clause before the content
    broken: Bools
    start: Ints
    end: Ints
    commitment: Ints


@dataclass(slots=True)
class Voices:
    """The voices above level 0, by statement and level."""

    statement: Ints
    level: Ints
    agent: Ints
    cue: Ints
    source_length: Ints
    has_cue: Bools
    has_source: Bools
    source_start: Ints
    cue_start: Ints


@dataclass(slots=True)
class Layout:
    """One batch: its documents by number, and everything that stands in them."""

    numbers: Ints
    lengths: Ints
    clauses: Clauses
    statements: Statements
    voices: Voices
    known: Known


def places_within(counts: Ints) -> Ints:
    """0, 1, 2 ... within each group of a row of groups."""
    return np.arange(counts.sum(), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)


def drawn_anew(chance: Generator, fresh: Bools, before: int) -> tuple[Ints, int]:
    """Numbers of things in use: the fresh ones are new, the others come by Zipf's law; how many there are then."""
    available = before + np.cumsum(fresh) - fresh
    drawn = zipf(chance.random(len(fresh)), np.maximum(available, 1))
    return np.where(fresh, available, drawn).astype(np.int64), before + int(fresh.sum())


def lay_out(chance: Generator, numbers: Ints, counts: Ints, known: Known) -> Layout:
    """Draw a batch: documents with these numbers and so many statements each."""
    clauses = _clauses(chance, counts)
    statements, claims = _statements(chance, numbers, clauses, known)
    voices, agents = _voices(chance, statements, known)
    lengths = _place(clauses, statements, voices, len(numbers))
    return Layout(numbers, lengths, clauses, statements, voices, Known(agents, claims, known.quantities))


def _clauses(chance: Generator, counts: Ints) -> Clauses:
    frames = chance.binomial(counts, 0.15)
    document = np.repeat(np.arange(len(counts), dtype=np.int64), counts + frames)
    total, place = len(document), places_within(counts + frames)
    frame = np.zeros(total, bool)
    frame[np.argsort(document + chance.random(total))] = place < np.repeat(frames, counts + frames)
    after_frame = np.concatenate([[False], frame[:-1]])
    new_sentence = (place <= 1) | frame | after_frame | (chance.random(total) < 0.75)
    new_passage = (place <= 1) | (new_sentence & (chance.random(total) < 0.28))
    nothing = np.zeros(total, np.int64)
    return Clauses(document, frame, new_sentence, new_passage, nothing, chance.integers(20, 60, total))


def _statements(chance: Generator, numbers: Ints, clauses: Clauses, known: Known) -> tuple[Statements, int]:
    clause = np.flatnonzero(~clauses.frame)
    document, total = clauses.document[clause], len(clause)
    number = places_within(np.bincount(document, minlength=len(numbers))) + 1
    claim, in_use = _chosen_claims(chance, number, known)
    has_claim = (chance.random(total) >= 0.01) | (claim >= known.claims)  # a new claim must be stated
    depth = _depths(chance, total)
    kinds = world.claim_kinds(claim)
    figures = pick((86, 11, 3), chance.random(total))
    figures = np.where(has_claim & (kinds == world.QUANTITY) & (figures == 0), 1, figures)
    times = pick((78, 20, 2), chance.random(total))
    mode = np.where(depth == 0, NARRATION, 1 + pick((35, 50, 15), chance.random(total)))
    content = SHORTEST + np.exp(chance.normal(3.3, 0.7, total)).astype(np.int64).clip(0, 400) + SLOT * (figures + times)
    nothing = np.zeros(total, np.int64)
    commitment = world.commitments(numbers[document], claim)
    commitment = np.where(has_claim, commitment, 0)
    noted, broken = chance.random(total) < 0.06, chance.random(total) < 0.02
    made = Statements(
        document, number, clause, claim, has_claim, depth, mode, noted, figures, times, content, nothing, broken,
        nothing, nothing, commitment,
    )  # fmt: skip
    return made, in_use


def _chosen_claims(chance: Generator, number: Ints, known: Known) -> tuple[Ints, int]:
    """The claim of each statement: new, known, or that of the statement before it; how many there are then."""
    again = (chance.random(len(number)) < 0.1) & (number > 1)
    fresh = ~again & (chance.random(len(number)) < 0.45)
    if not known.claims:
        fresh[0] = True
    claim, in_use = drawn_anew(chance, fresh, known.claims)
    own = np.maximum.accumulate(np.where(again, 0, np.arange(len(number))))
    return claim[own], in_use


def _depths(chance: Generator, total: int) -> Ints:
    """How many voices stand between the document and the content: mostly one, now and then a long chain."""
    usual = pick((28, 61, 8, 2, 1), chance.random(total))
    long = chance.integers(5, LONGEST + 1, total)
    return np.where(chance.random(total) < 0.001, long, usual)


def _voices(chance: Generator, statements: Statements, known: Known) -> tuple[Voices, int]:
    statement = np.repeat(np.arange(len(statements.depth)), statements.depth)
    level, total = places_within(statements.depth) + 1, int(statements.depth.sum())
    fresh = chance.random(total) < 0.03
    fresh[: max(0, 2 - known.agents)] = True
    agent, in_use = drawn_anew(chance, fresh, known.agents)
    available = known.agents + np.cumsum(fresh)
    for depth in range(2, LONGEST + 1):  # nobody passes on from himself
        deeper = np.flatnonzero((level == depth) & ~fresh)
        same = deeper[agent[deeper] == agent[deeper - 1]]
        agent[same] = (agent[same] + 1) % available[same]
    noted = statements.noted[statement]
    has_cue, has_source = ~noted | (chance.random(total) < 0.5), ~noted | (chance.random(total) < 0.5)
    cue, length = chance.integers(0, len(CUES), total), chance.integers(5, 19, total)
    nothing = np.zeros(total, np.int64)
    return Voices(statement, level, agent, cue, length, has_cue, has_source, nothing, nothing), in_use


def _place(clauses: Clauses, statements: Statements, voices: Voices, documents: int) -> Ints:
    """Give everything its offsets; returns the length of each document's text."""
    cues = np.array([len(word) for word in CUES])[voices.cue]
    both = voices.source_length + cues + 2
    introduced = np.bincount(voices.statement, both, len(statements.depth)).astype(np.int64)
    marks = (statements.mode == DIRECT).astype(np.int64)
    statements.before = introduced + marks
    lengths = clauses.end  # of frames; a clause with a statement is as long as what is in it
    lengths[statements.clause] = statements.before + statements.content + marks
    first = np.concatenate([[True], clauses.document[1:] != clauses.document[:-1]])
    # A full stop ends a sentence, then comes a space or a blank line; a comma and a space part clauses.
    gap = np.where(first, 0, np.where(clauses.new_passage, 3, 2))
    ends = np.cumsum(lengths + gap)
    begins = (ends - lengths)[first]
    clauses.start = ends - lengths - begins[clauses.document]
    clauses.end = clauses.start + lengths
    statements.start = clauses.start[statements.clause] + statements.before
    statements.end = statements.start + statements.content
    total = np.cumsum(both) - both
    counts = np.bincount(voices.statement, minlength=len(statements.depth))
    earlier = np.repeat(total[(np.cumsum(counts) - counts)[counts > 0]], counts[counts > 0])
    voices.source_start = clauses.start[statements.clause][voices.statement] + total - earlier
    voices.cue_start = voices.source_start + voices.source_length + 1
    last = np.concatenate([first[1:], [True]])
    lengths_of_texts: Ints = clauses.end[last][:documents] + 1
    return lengths_of_texts
