"""Which claims a statement may state, and which claims may be one: candidates by the likeness of their words.

Likeness orders what is put before a person; it decides nothing. Two texts are graded as the same
claim only where they are the same words in the same order: a single `not`, another number or two
names exchanged make another claim, however like the texts are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import SourceError
from .likeness import alike, likeness, opposite, prepared, same_words
from .model import Attribution, Claim, Match, Relation, Review, Statement
from .records import Loaded
from .source import find_source
from .span import Spans, read_spans, words_at
from .verdicts import withdrawn

EXACT, OTHER_CLAIMANT, SAME_TOPIC = "exact", "same-claim-other-claimant", "same-topic"
NEAR_CLAIMS, NEAR_WORDS = 0.7, 0.4  # from which claims, and words and claims, are put before a person
NEAREST = 100  # claims near to one that are looked at, beside those settled already


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement or claim, a claim that may be the same, how near they are, and the texts that were compared.

    `said` are the record's words: of a statement those on record, or those of a copy of the text.
    """

    table: str
    id: str
    claim: str
    grade: str
    score: float | None
    said: str
    proposition: str

    @property
    def opposite(self) -> bool:
        """Whether one of the two texts is the other with a negation."""
        return opposite(self.said, self.proposition)

    @property
    def pair(self) -> tuple[str, str, str]:
        """The two it is about."""
        return self.table, self.id, self.claim

    def plain(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "record_table": self.table,
            "record_id": self.id,
            "claim_id": self.claim,
            "grade": self.grade,
            "score": self.score,
            "opposite": self.opposite,
            "said": self.said,
            "proposition": self.proposition,
        }


@dataclass(slots=True)
class Words:
    """The words of statements, by id, and the documents of whose text there was no copy."""

    of: dict[str, str]
    missing: list[str] = field(default_factory=list)


def words_of(loaded: Loaded, copies: Path | None = None) -> Words:
    """What is known of the words of statements: from copies of the texts, else the excerpts and figures on record.

    Raises SourceError when copies are named and none of them is a text on record.
    """
    anchors: dict[str, Any] = {anchor.key: anchor for anchor in loaded.records["anchors"]}
    figures: dict[str, list[str]] = defaultdict(list)
    for figure in _all(loaded, "figures"):
        figures[figure.statement_id].append(f"{figure.verbatim} {figure.counted}")
    statements: list[Statement] = _all(loaded, "statements")
    found = {
        one.id: (anchors[one.anchor_id].excerpt if one.anchor_id in anchors else None) or "; ".join(figures[one.id])
        for one in statements
    }
    words = Words({id: said for id, said in found.items() if said})
    for document, text in _texts(loaded, copies, words.missing):
        spoken = (one for one in statements if one.document_id == document and one.anchor_id in anchors)
        words.of |= {one.id: words_at(text, _spans(anchors[one.anchor_id])) for one in spoken}
    return words


def _texts(loaded: Loaded, copies: Path | None, missing: list[str]) -> Iterator[tuple[str, str]]:
    if copies is None:
        return
    documents, fault = _all(loaded, "documents"), None
    for document in documents:
        try:
            source = find_source(copies, document.text_sha256, document.text_form)
        except SourceError as error:
            fault = error
            missing.append(document.id)
            continue
        if source.sha256 == document.text_sha256:
            yield document.id, source.text
        else:
            missing.append(document.id)
    if documents and len(missing) == len(documents):
        help = "give the text that the records were made from, or a folder that holds it"
        raise fault or SourceError(f"{copies} is not the text of a document on record", help=help)


def _spans(anchor: Any) -> Spans:
    return read_spans(anchor.fragments) if anchor.fragments else ((anchor.start, anchor.end),)


def _all(loaded: Loaded, table: str) -> list[Any]:
    return list(loaded.records[table])


class Matcher:
    """Candidates among the records of one dataset, by what is known of their words."""

    def __init__(self, loaded: Loaded, words: Words) -> None:
        self.words = words.of
        self.claims: dict[str, Claim] = {claim.id: claim for claim in _all(loaded, "claims")}
        self.statements: dict[str, Statement] = {one.id: one for one in _all(loaded, "statements")}
        self.stated: dict[str, list[str]] = defaultdict(list)
        for one in self.statements.values():
            if one.claim_id is not None:
                self.stated[one.claim_id].append(one.id)
        self.speaker = _speakers(_all(loaded, "attributions"))
        self.gone = _gone(_all(loaded, "matches"), _all(loaded, "reviews"))
        self.settled = _settled(_all(loaded, "matches"), _all(loaded, "relations"))
        self.withdrawn = withdrawn(_all(loaded, "reviews"), Statement.table)
        self._prepared = {id: prepared(claim.proposition) for id, claim in self.claims.items()}
        self._spoken = {id: prepared(said) for id, said in self.words.items()}

    def candidates(self, limit: int, least: float | None = None) -> Iterator[Candidate]:
        """What to put before a person: for statements without a claim, then for claims that are near to others."""
        yield from self._for_statements(limit, NEAR_WORDS if least is None else least)
        yield from self._for_claims(limit, NEAR_CLAIMS if least is None else least)

    def silent(self) -> list[str]:
        """The statements without a claim of which no words are known."""
        return [one.id for one in self._open() if one.id not in self.words]

    def _open(self) -> Iterator[Statement]:
        """The statements without a claim, but for those that a review took back."""
        return (one for one in self.statements.values() if one.claim_id is None and one.id not in self.withdrawn)

    def _for_statements(self, limit: int, least: float) -> Iterator[Candidate]:
        open_claims = [id for id in self.claims if id not in self.gone]
        references = [(id, self._prepared[id]) for id in open_claims]
        references += [(id, self._spoken[s]) for id in open_claims for s in self.stated[id] if s in self._spoken]
        texts = [text for _, text in references]
        for one in self._open():
            if one.id in self._spoken:
                near: dict[str, float] = {}
                for score, place in alike(self._spoken[one.id], texts, least):
                    claim = references[place][0]
                    if (Statement.table, one.id, claim) not in self.settled:
                        near[claim] = max(score, near.get(claim, 0))
                best = sorted(near, key=lambda claim: -near[claim])[:limit]
                yield from (self.candidate(Statement.table, one.id, claim) for claim in best)

    def _for_claims(self, limit: int, least: float) -> Iterator[Candidate]:
        stated = [id for id in self.claims if self.stated[id] and id not in self.gone]
        texts, shown = [self._prepared[id] for id in stated], defaultdict[str, int](int)
        apart = Counter(id for table, *pair in self.settled if table == Claim.table for id in pair)
        near = [
            (score, number, number + 1 + place)
            for number, text in enumerate(texts)
            for score, place in alike(text, texts[number + 1 :], least, limit + NEAREST + apart[stated[number]])
        ]
        for _, one, other in sorted(near, key=lambda found: (-found[0], *found[1:])):
            kept, moved = stated[one], stated[other]
            if len(self.stated[moved]) > len(self.stated[kept]):
                kept, moved = moved, kept
            if (Claim.table, moved, kept) not in self.settled and shown[moved] < limit:
                shown[moved] += 1
                yield self.candidate(Claim.table, moved, kept)

    def candidate(self, table: str, id: str, claim: str) -> Candidate:
        """A statement or claim and a claim, with their likeness and grade. Without words there is no likeness."""
        proposition = self.claims[claim].proposition
        said = self.words.get(id, "") if table == Statement.table else self.claims[id].proposition
        if not said:
            return Candidate(table, id, claim, SAME_TOPIC, None, said, proposition)
        texts = {proposition: self._prepared[claim]}
        if table == Statement.table:
            texts |= {self.words[s]: self._spoken[s] for s in self.stated[claim] if s in self._spoken and s != id}
        score = max(likeness(prepared(said), other) for other in texts.values())
        same = any(same_words(said, text) for text in texts)
        return Candidate(
            table, id, claim, self._grade(table, id, claim) if same else SAME_TOPIC, score, said, proposition
        )

    def _grade(self, table: str, id: str, claim: str) -> str:
        """The grade of two that are the same in words."""
        if table == Claim.table and self.claims[id].kind != self.claims[claim].kind:
            return SAME_TOPIC
        mine = {id} if table == Statement.table else set(self.stated[id])
        return OTHER_CLAIMANT if self._voices(mine).isdisjoint(self._voices(self.stated[claim])) else EXACT

    def _voices(self, statements: Iterable[str]) -> set[str]:
        return {self.speaker[id] for id in statements if id in self.speaker}


def _speakers(attributions: Iterable[Attribution]) -> dict[str, str]:
    """The innermost voice of each statement."""
    chains = sorted(attributions, key=lambda one: one.level)
    return {one.statement_id: one.agent_id for one in chains}


def standing(answers: Iterable[Match]) -> list[Match]:
    """The answers that no later one has taken back."""
    answers = list(answers)
    undone = {answer.undoes_id for answer in answers}
    return [answer for answer in answers if answer.id not in undone]


def _gone(answers: Iterable[Match], reviews: Iterable[Review]) -> set[str]:
    """The claims that are no candidates: merged into another one, superseded or retracted."""
    merged = {a.record_id for a in standing(answers) if a.record_table == Claim.table and a.answer == "yes"}
    return merged | set(withdrawn(reviews, Claim.table))


def _settled(answers: Iterable[Match], relations: Iterable[Relation]) -> set[tuple[str, str, str]]:
    """The pairs that nobody is asked about: answered already, or said by a relation to be two claims."""
    pairs = {(a.record_table, a.record_id, a.claim_id) for a in answers}
    pairs |= {(Claim.table, one.from_claim_id, one.to_claim_id) for one in relations}
    return pairs | {(table, claim, id) for table, id, claim in pairs if table == Claim.table}


def pairs_apart(answers: Iterable[Match], relations: Iterable[Relation]) -> Mapping[frozenset[str], str]:
    """The pairs of claims that may not become one, each with the record that says so."""
    apart = {
        frozenset((a.record_id, a.claim_id)): f"answer `{a.id}` says that they are not one claim"
        for a in standing(answers)
        if a.record_table == Claim.table and a.answer == "no"
    }
    return apart | {
        frozenset((one.from_claim_id, one.to_claim_id)): f"relation `{one.id}` says that they contradict"
        for one in relations
        if one.type == "contradicts"
    }
