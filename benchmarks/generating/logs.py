"""What is appended over time: reviews in a chain of hashes, answers to proposed links, changes from version to version.

A log has one order over all documents, so its state goes from batch to batch: how many entries
there are, how late it is, the hash of the last review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from onrecord.reviewlog import SEPARATOR

from . import columns as c
from . import world
from .chance import Bools, Ints, below, pick
from .columns import digits, joined, text, words
from .documents import Documents

BEGIN = 1_735_689_600  # 2025-01-01
NO_HASH = "0" * 64
ANSWERS, GRADES = ("yes", "no", "unsure"), ("exact", "same-claim-other-claimant", "same-topic")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the review log, before it has its place in it."""

    table: str
    record: str
    status: str
    reviewer: str = "first coder"
    successor: str = ""
    note: str = ""
    seconds: int = 30  # since the entry before
    linked: bool = True  # whether it carries the hash of the entry before


class Logs:
    """The three logs of a package."""

    def __init__(self) -> None:
        self.reviews = self.matches = self.changes = 0
        self._reviewed = self._answered = BEGIN
        self._last: str | None = None

    # Reviews

    def reviewed(self, entries: Sequence[Entry]) -> pa.Table:
        """Entries appended to the review log, numbered and chained; a clock put back goes on from where it was."""
        first = self.reviews + 1
        self.reviews += len(entries)
        numbers = np.arange(first, self.reviews + 1, dtype=np.int64)
        at = self._clock([entry.seconds for entry in entries])
        ids = [f"r{number:010d}" for number in range(first, self.reviews + 1)]
        said = np.datetime_as_string(at.astype("datetime64[s]")).tolist() if len(at) else []
        links: list[str | None] = []
        for id, entry, moment in zip(ids, entries, said, strict=True):
            links.append(self._last if entry.linked or self._last is None else NO_HASH)
            fields = (
                id, entry.table, entry.record, entry.status, entry.reviewer, moment + "Z", entry.successor, entry.note,
                links[-1] or "",
            )  # fmt: skip
            self._last = sha256(SEPARATOR.join(fields).encode()).hexdigest()
        return c.table(
            "reviews",
            {
                "id": pa.array(ids, pa.string()),
                "number": c.integers(numbers),
                "record_table": pa.array([entry.table for entry in entries], pa.string()),
                "record_id": pa.array([entry.record for entry in entries], pa.string()),
                "status": pa.array([entry.status for entry in entries], pa.string()),
                "reviewer": pa.array([entry.reviewer for entry in entries], pa.string()),
                "reviewed_at": c.instants(at),
                "successor_id": pa.array([entry.successor or None for entry in entries], pa.string()),
                "note": pa.array([entry.note or None for entry in entries], pa.string()),
                "previous_sha256": pa.array(links, pa.string()),
            },
        )

    def _clock(self, waits: Sequence[int]) -> Ints:
        at = self._reviewed + np.cumsum(np.array(waits, dtype=np.int64))
        self._reviewed = int(at.max(initial=self._reviewed))
        return at

    def review_some(self, chance: Generator, made: Documents, share: float) -> list[Entry]:
        """Reviews of a share of a batch's statements; conflicts are settled in the end."""
        said = made.layout.statements
        chosen = np.flatnonzero(chance.random(len(said.number)) < share)
        status = pick((80, 10, 5, 3, 2), chance.random(len(chosen)))
        follows = np.append(said.document[1:] == said.document[:-1], False)[chosen]
        status = np.where((status == 0) & ~said.has_claim[chosen], 1, status)
        status = np.where((status == 4) & ~follows, 3, status)
        ids = text(made.statement_ids[chosen]).to_pylist()
        after = text(made.statement_ids[np.minimum(chosen + 1, len(said.number) - 1)]).to_pylist()
        entries = [self._entry(*one) for one in zip(ids, status.tolist(), after, strict=True)]
        settled = [one for one, claim in zip(entries, said.has_claim[chosen], strict=True) if claim]
        return entries + [
            Entry("statements", one.record, "accepted", "second coder", note="The words of the first reading stand.")
            for one in settled
            if one.status == "conflict"
        ]

    @staticmethod
    def _entry(record: str, status: int, after: str) -> Entry:
        match status:
            case 0:
                return Entry("statements", record, "accepted", "second coder", seconds=20)
            case 1:
                return Entry("statements", record, "work-needed", "second coder", seconds=45)
            case 2:
                return Entry("statements", record, "conflict", note="Two readings of its last words.", seconds=90)
            case 3:
                return Entry("statements", record, "retracted", note="The words state nothing.", seconds=60)
        return Entry("statements", record, "superseded", successor=after, note="It is said in full there.", seconds=75)

    # Answers to proposed links

    def answer_some(self, chance: Generator, made: Documents, share: float, fresh: tuple[int, int]) -> pa.Table:
        """Answers about a share of a batch's statements and some claims that are `fresh`."""
        said = made.layout.statements
        in_use = made.layout.known.claims
        chosen = np.flatnonzero(said.has_claim & (chance.random(len(said.number)) < share))
        answer = pick((60, 30, 10), chance.random(len(chosen)))
        answer = np.where(in_use < 2, 0, answer)
        claim = np.where(answer == 0, said.claim[chosen], (said.claim[chosen] + 1) % max(in_use, 1))
        records = text(made.statement_ids[chosen]).to_pylist()
        new = np.arange(*fresh, dtype=np.int64)
        pairs = new[(new > 0) & (below(new, 97, 30) == 0) & (below(new - 1, 97, 30) != 0)]
        apart = np.where(world.contested(pairs) | (below(pairs, 3, 31) > 0), 1, 0)
        again = np.flatnonzero((answer == 2) & (chance.random(len(chosen)) < 0.5))
        claims = np.concatenate([claim, pairs - 1, claim[again]])
        told = np.concatenate([answer, apart, np.ones(len(again), np.int64)])
        names = records + text(world.claim_ids(pairs)).to_pylist() + [records[place] for place in again]
        undone = np.concatenate([np.zeros(len(chosen) + len(pairs), np.int64), self.matches + 1 + again])
        tables = ["statements"] * len(chosen) + ["claims"] * len(pairs) + ["statements"] * len(again)
        return self._answers(chance, claims, told, names, tables, undone)

    def _answers(
        self, chance: Generator, claims: Ints, told: Ints, names: list[str], tables: list[str], undone: Ints
    ) -> pa.Table:
        total = len(claims)
        number = np.arange(self.matches + 1, self.matches + 1 + total)
        at = self._answered + 20 * np.arange(1, total + 1)
        self.matches, self._answered = self.matches + total, self._answered + 20 * total
        grade = pick((30, 30, 40), chance.random(total))
        return c.table(
            "matches",
            {
                "id": text(match_ids(number)),
                "number": c.integers(number),
                "claim_id": text(world.claim_ids(claims)),
                "record_table": pa.array(tables, pa.string()),
                "record_id": pa.array(names, pa.string()),
                "grade": words(GRADES, grade),
                "score": c.decimals(chance.integers(0, 1001, total) * 1_000_000),
                "answer": words(ANSWERS, told),
                "coder": words(("first coder", "second coder"), chance.integers(0, 2, total)),
                "answered_at": c.instants(at),
                "undoes_id": text(match_ids(undone), undone == 0),
            },
        )

    def answer_time(self, seconds: int) -> int:
        """The clock of the answers, put forward."""
        self._answered += seconds
        return self._answered

    # Changes

    def change_some(self, chance: Generator, made: Documents, share: float, version: str) -> pa.Table:
        """Changes of a share of a batch's statements."""
        chosen = np.flatnonzero(chance.random(len(made.layout.statements.number)) < share)
        total = len(chosen)
        number = np.arange(self.changes + 1, self.changes + 1 + total)
        self.changes += total
        corrected: Bools = chance.random(total) < 0.3
        told = corrected.astype(np.int64)
        return c.table(
            "changes",
            {
                "id": text(joined(f"{version}.", digits(number, 10))),
                "number": c.integers(number),
                "version": words((version,), told * 0),
                "record_table": words(("statements",), told * 0),
                "record_id": text(made.statement_ids[chosen]),
                "change": words(("added", "corrected"), told),
                "field": words((None, "presupposed"), told),
                "old": words((None, "true"), told),
                "new": words((None, "false"), told),
                "reason": words((None, "The words state it."), told),
            },
        )


def match_ids(numbers: Ints) -> np.ndarray:
    """The ids of answers to proposed links."""
    return joined("m", digits(numbers, 10))
