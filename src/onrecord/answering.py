"""What an answer to a proposed link brings about: the entries for the log, and the statements that change their claim.

What an answer brought about stands in the log as well: a merge `m7` has an entry for each statement
that it gave the claim, `m7.1`, `m7.2`; a statement taken from another claim has one that says no to
that claim. So each can be undone. Nothing is written here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .errors import OnrecordError, RecordNotFound
from .finding import Finding
from .likeness import opposite
from .matching import Candidate, Matcher, pairs_apart, standing, words_of
from .model import Claim, Match, Review, Statement
from .records import Loaded
from .reviewing import next_id
from .verdicts import withdrawn, write_instant

YES, NO, UNSURE = "yes", "no", "unsure"


class MatchRefused(OnrecordError):
    """Nothing was written; `findings` says why, where records are at fault."""

    def __init__(self, message: str, *, help: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message, help=help)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of two that were put before them, and who it is."""

    answer: str
    coder: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A statement whose claim changes."""

    statement: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Plan:
    """Entries and moves as they are put together; the first entry is the answer, the others are its parts."""

    entries: list[Match]
    moves: list[Move] = field(default_factory=list)
    emptied: str | None = None


class Planner:
    """The records and the log as they lie there, to make the next entries for."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.log: list[Any] = list(self.loaded.records[Match.table])
        self.standing = {(one.record_table, one.record_id, one.claim_id): one for one in standing(self.log)}
        self.claims: dict[str, Any] = {one.key: one for one in self.loaded.records[Claim.table]}
        self.statements: dict[str, Any] = {one.key: one for one in self.loaded.records[Statement.table]}
        self.now = self._now()

    def _now(self) -> dt.datetime:
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        if self.log and now < self.log[-1].answered_at:
            last = self.log[-1]
            raise MatchRefused(
                f"{write_instant(now)} is before {write_instant(last.answered_at)}, "
                f"the time of the last answer, `{last.id}`",
                help="the log is in the order of time: set the clock of this computer right",
            )
        return now

    # What is asked for

    def answered(self, id: str, claim: str, asked: Answer, source: Path | None) -> Plan:
        """A new answer about two that nobody was asked about before."""
        table, key = self._record(id)
        claim = self._claim(claim)
        if (table, key) == (Claim.table, claim):
            raise MatchRefused(f"`{claim}` is itself", help="name two claims, or a statement and a claim")
        earlier = self.standing.get((table, key, claim))
        if table == Claim.table:
            earlier = earlier or self.standing.get((table, claim, key))
        if earlier:
            raise MatchRefused(
                f"`{key}` and `{claim}` were answered already: {earlier.answer} by {earlier.coder}, "
                f"{earlier.answered_at:%Y-%m-%d}, in `{earlier.id}`",
                help=f"no pair is asked twice; `onrecord match --undo {earlier.id} --instead ANSWER` replaces it",
            )
        if table == Statement.table and self.statements[key].claim_id == claim:
            raise MatchRefused(
                f"`{key}` states `{claim}` already", help="there is nothing to answer; --undo takes a merge back"
            )
        words = words_of(self.loaded, source if table == Statement.table else None)
        candidate = Matcher(self.loaded, words).candidate(table, key, claim)
        return self._planned(candidate, asked, None)

    def undone(self, id: str, asked: Answer) -> Plan:
        """Another answer in the place of an earlier one, whose moves go back."""
        entry = self._entry(id)
        if entry.answer == asked.answer:
            raise MatchRefused(f"`{id}` is {entry.answer} already", help="give the other answer with --instead")
        candidate = _candidate_of(entry)
        if asked.answer == YES:
            return self._planned(candidate, asked, entry.id)
        plan = Plan([self._match(self._next(), candidate, asked, entry.id)])
        undone = [*self._parts(entry), *([entry] if entry.record_table == Statement.table else [])]
        for one in undone:
            if one.answer == YES:
                plan.moves.append(self._back(one))
            if one is not entry:
                back = replace(asked, answer=YES if one.answer == NO else asked.answer, note=None)
                self._add(plan, _candidate_of(one), back, one.id)
        return plan

    # Finding what is named

    def _record(self, id: str) -> tuple[str, str]:
        tables = {Statement.table: self.statements, Claim.table: self.claims}
        found = [
            (table, id.removeprefix(f"{table}/"))
            for table, keys in tables.items()
            if id.removeprefix(f"{table}/") in keys
        ]
        if len(found) > 1:
            both = " or ".join(f"`{table}/{key}`" for table, key in found)
            raise MatchRefused(f"`{id}` is a statement and a claim", help=f"write {both}")
        if not found:
            raise self._not_found("statement or claim", id, [*self.statements, *self.claims])
        return found[0]

    def _claim(self, id: str) -> str:
        key = id.removeprefix(f"{Claim.table}/")
        if key not in self.claims:
            raise self._not_found("claim", id, list(self.claims))
        return key

    def _entry(self, id: str) -> Match:
        entry: Match | None = next((one for one in self.log if one.id == id), None)
        if entry is None:
            raise self._not_found("answer", id, [one.id for one in self.log])
        later = next((one for one in self.log if one.undoes_id == id), None)
        if later is not None:
            raise MatchRefused(
                f"`{id}` was taken back already by `{later.id}`",
                help=f"`{later.id}` holds; undo that one if it is wrong",
            )
        return entry

    @staticmethod
    def _not_found(what: str, id: str, known: list[str]) -> RecordNotFound:
        near = get_close_matches(id, known, n=3)
        help = (
            f"did you mean {', '.join(f'`{one}`' for one in near)}?" if near else f"there is no such {what} on record"
        )
        return RecordNotFound(f"there is no {what} `{id}`", help=help)

    def _parts(self, entry: Match) -> list[Match]:
        """The entries that an answer brought about, as far as they hold."""
        return [one for one in self.standing.values() if _whole_of(one.id, {entry.id}) == entry.id]

    # Planning

    def _planned(self, candidate: Candidate, asked: Answer, undoes: str | None) -> Plan:
        plan = Plan([self._match(self._next(), candidate, asked, undoes)])
        if asked.answer != YES:
            return plan
        if candidate.table == Claim.table:
            self._merge(plan, candidate, asked)
        else:
            self._give(plan, candidate, asked)
        return plan

    def _merge(self, plan: Plan, candidate: Candidate, asked: Answer) -> None:
        """Every statement of one claim is given the other."""
        for id in (candidate.id, candidate.claim):
            self._refuse_merged(id)
        self._refuse_withdrawn(candidate.claim)
        self._refuse_apart(candidate.id, candidate.claim, plan.entries[0].undoes_id)
        moved = [one for one in self.statements.values() if one.claim_id == candidate.id]
        for one in moved:
            part = replace(candidate, table=Statement.table, id=one.id)
            earlier = self.standing.get(part.pair)
            if earlier and earlier.answer == NO:
                raise MatchRefused(
                    f"`{one.id}` would state `{candidate.claim}`, but answer `{earlier.id}` says that it does not",
                    help=f"undo `{earlier.id}` first, or give `{one.id}` another claim",
                )
            self._add(plan, part, replace(asked, note=None), earlier.id if earlier else None)
            plan.moves.append(Move(one.id, candidate.id, candidate.claim))
        plan.emptied = candidate.id if moved else None

    def _give(self, plan: Plan, candidate: Candidate, asked: Answer) -> None:
        """One statement is given a claim; the one that it had, if any, is said not to be its."""
        before = self.statements[candidate.id].claim_id
        if before == candidate.claim:
            return
        self._refuse_merged(candidate.claim)
        self._refuse_withdrawn(candidate.claim)
        plan.moves.append(Move(candidate.id, before, candidate.claim))
        if before is not None:
            self._refuse_apart(before, candidate.claim, plan.entries[0].undoes_id)
            for claim in (before, *sorted(self._joined(before) - {before})):
                earlier = self.standing.get((Statement.table, candidate.id, claim))
                if claim == before or (earlier and earlier.answer == YES):
                    left = replace(candidate, claim=claim, grade="same-topic", score=None)
                    self._add(plan, left, replace(asked, answer=NO, note=None), earlier.id if earlier else None)

    def _back(self, entry: Match) -> Move:
        """A statement is given the claim it had before an answer."""
        statement = self.statements.get(entry.record_id)
        now = None if statement is None else statement.claim_id
        if statement is None or now != entry.claim_id:
            said = "is not there" if statement is None else f"states {f'`{now}`' if now else 'no claim'} now"
            raise MatchRefused(
                f"`{entry.id}` gave `{entry.record_id}` the claim `{entry.claim_id}`, but it {said}",
                help="undo the later answer first, or set its `claim_id` back by hand",
            )
        before = self._before(entry)
        if before is not None:
            self._refuse_merged(before, but=_whole_of(entry.id, {one.id for one in self.log}) or entry.id)
        return Move(entry.record_id, entry.claim_id, before)

    def _before(self, entry: Match) -> str | None:
        """The claim that a statement had before an answer gave it another."""
        by_id = {one.id: one for one in self.log}
        whole = by_id.get(_whole_of(entry.id, by_id) or "")
        if whole is not None and whole.record_table == Claim.table:
            return str(whole.record_id)
        return next((one.claim_id for one in self._parts(entry) if one.answer == NO), None)

    def _refuse_merged(self, claim: str, but: str = "") -> None:
        for one in self.standing.values():
            if (one.record_table, one.record_id, one.answer) == (Claim.table, claim, YES) and one.id != but:
                raise MatchRefused(
                    f"`{claim}` was merged into `{one.claim_id}` by `{one.id}`",
                    help=f"name `{one.claim_id}`, or undo `{one.id}` first",
                )

    def _refuse_withdrawn(self, claim: str) -> None:
        reviews: list[Any] = [*self.loaded.records[Review.table]]
        review = withdrawn(reviews, Claim.table).get(claim)
        if review is not None:
            raise MatchRefused(
                f"`{claim}` is {review.status} by review `{review.id}`",
                help=f"name `{review.successor_id}`" if review.successor_id else "name a claim that still holds",
            )

    def _refuse_apart(self, one: str, other: str, undone: str | None) -> None:
        """Claims that contradict, or that somebody said are two, are never joined, also by way of others."""
        log = [answer for answer in self.log if answer.id != undone]
        apart = pairs_apart(log, [*self.loaded.records["relations"]])  # type: ignore[list-item]
        left, right = self._joined(one), self._joined(other)
        for a in sorted(left):
            for b in sorted(right):
                why = apart.get(frozenset((a, b)))
                if why:
                    raise MatchRefused(
                        f"`{one}` and `{other}` cannot be one claim: of `{a}` and `{b}`, {why}",
                        help="answer no, or correct what says so if it is wrong",
                    )
                if opposite(self.claims[a].proposition, self.claims[b].proposition):
                    raise MatchRefused(
                        f"`{one}` and `{other}` cannot be one claim: only one of `{a}` and `{b}` is negated, so "
                        "statements that affirm the one would affirm the opposite",
                        help="answer no; or word both claims without negation, with the factualities that fit, "
                        "and answer then",
                    )

    def _joined(self, claim: str) -> set[str]:
        """The claim, and all that people said are one with it."""
        yes = [a for a in self.standing.values() if (a.record_table, a.answer) == (Claim.table, YES)]
        found, fresh = {claim}, {claim}
        while fresh:
            near = {a.record_id for a in yes if a.claim_id in fresh} | {a.claim_id for a in yes if a.record_id in fresh}
            fresh = near - found
            found |= fresh
        return found

    def _next(self) -> str:
        ids = {one.id for one in self.log}
        own = [one.id for one in self.log if _whole_of(one.id, ids) is None]
        return next_id(own or ["m0000"])

    def _add(self, plan: Plan, candidate: Candidate, asked: Answer, undoes: str | None) -> None:
        plan.entries.append(self._match(f"{plan.entries[0].id}.{len(plan.entries)}", candidate, asked, undoes))

    def _match(self, id: str, candidate: Candidate, asked: Answer, undoes: str | None) -> Match:
        return Match.model_construct(
            id=id,
            number=0,  # its place in the file says it
            claim_id=candidate.claim,
            record_table=candidate.table,
            record_id=candidate.id,
            grade=candidate.grade,
            score=None if candidate.score is None else Decimal(str(candidate.score)),
            answer=asked.answer,
            coder=asked.coder,
            answered_at=self.now,
            note=asked.note,
            undoes_id=undoes,
        )


def _whole_of(id: str, ids: Iterable[str]) -> str | None:
    """The answer of which an entry is a part, by its id: `m7` for `m7.1`."""
    stem, dot, number = id.rpartition(".")
    return stem if dot and number.isdecimal() and stem in ids else None


def _candidate_of(entry: Match) -> Candidate:
    score = None if entry.score is None else float(entry.score)
    return Candidate(entry.record_table, entry.record_id, entry.claim_id, entry.grade, score, "", "")
