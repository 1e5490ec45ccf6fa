"""A statement as readers see it, wherever it is shown: voices, figures, times, place, caveats, status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from ..model import Review
from ..verdicts import Status, successors
from ..vocabulary import terms_of
from .addresses import address
from .charts.wording import number
from .shelf import Row, Shelf

OWN_WORDS = ("narration", "direct")  # modes in which all of the words are the voice's own


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a statement, in plain words beside its codes."""

    level: int
    agent_id: str
    name: str
    address: str
    mode: str
    mode_term: str
    act: str
    factuality: str
    sure: str
    """The certainty in plain words."""
    stance: str
    medium: str | None
    addressee: Row | None
    addressee_address: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed, what it counts, and what it comes to."""

    id: str
    verbatim: str
    amount: str
    kind: str
    counted: str
    quantity: Row | None
    address: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A caveat in words, and where it belongs."""

    id: str
    kind: str
    note: str
    place: str
    about: str
    """The id of the statement or document it is about."""
    address: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement with everything that is shown of it."""

    id: str
    number: int
    address: str
    claim: Row | None
    claim_address: str
    document_id: str
    document_address: str
    presupposed: bool
    note: str | None
    passage: str
    passage_id: str
    points: str
    excerpt: str | None
    voices: tuple[Voice, ...]
    """The document's own first."""
    figures: tuple[Figure, ...]
    times: tuple[Row, ...]
    caveats: tuple[Warned, ...]
    status: Status
    status_words: str
    withdrawal: Withdrawal | None

    @property
    def inwards(self) -> tuple[Voice, ...]:
        """The voices from the source to the document: who, then through whom."""
        return self.voices[::-1]

    @property
    def source(self) -> Voice:
        """The innermost voice: whose statement it is."""
        return self.voices[-1]

    @property
    def place(self) -> str:
        """The passage and the code points."""
        return f"{self.passage}, {self.points}"


def stated(shelf: Shelf, row: Row) -> Stated:
    """What is shown of a row of `statements`."""
    claim = shelf.maybe("claims", row["claim_id"])
    anchor = shelf.one("anchors", row["anchor_id"])
    document = {"id": row["document_id"]}
    status = shelf.status("statements", row["id"])
    return Stated(
        id=row["id"],
        number=row["number"],
        address=address("statements", row),
        claim=claim,
        claim_address=address("claims", claim) if claim else "",
        document_id=row["document_id"],
        document_address=address("documents", document),
        presupposed=row["presupposed"],
        note=row["note"],
        passage=passage_words(shelf, row["passage_id"]),
        passage_id=row["passage_id"],
        points=points(anchor),
        excerpt=anchor["excerpt"],
        voices=tuple(_voice(shelf, said) for said in shelf.chain(row["id"])),
        figures=tuple(_figure(shelf, figure) for figure in shelf.where("figures", "statement_id", row["id"])),
        times=tuple(timed(shelf, time) for time in shelf.where("times", "statement_id", row["id"])),
        caveats=tuple(warned(shelf, caveat) for caveat in shelf.where("caveats", "statement_id", row["id"])),
        status=status,
        status_words=shelf.label("review-status", status.status),
        withdrawal=withdrawal(shelf, status),
    )


def passage_words(shelf: Shelf, passage_id: str) -> str:
    """A passage by its number and kind: `passage 3 (headline)`."""
    passage = shelf.one("passages", passage_id)
    return f"passage {passage['number']} ({shelf.label('passage-kind', passage['kind'])})"


def points(anchor: Mapping[str, object]) -> str:
    """The code points of an anchor, fragments and all."""
    spans = str(anchor["fragments"] or f"{anchor['start']}-{anchor['end']}")
    return f"code points {spans.replace('-', '–').replace(';', ', ')}"


def _voice(shelf: Shelf, row: Row) -> Voice:
    agent = shelf.one("agents", row["agent_id"])
    addressee = shelf.maybe("agents", row["addressee_id"])
    return Voice(
        level=row["level"],
        agent_id=agent["id"],
        name=agent["name"],
        address=address("agents", agent),
        mode=shelf.label("mode", row["mode"]),
        mode_term=row["mode"],
        act=shelf.label("act", row["act"]),
        factuality=row["factuality"],
        sure=shelf.label("factuality", row["factuality"]),
        stance=shelf.label("stance", row["stance"]),
        medium=row["medium"],
        addressee=addressee,
        addressee_address=address("agents", addressee) if addressee else "",
    )


def _figure(shelf: Shelf, row: Row) -> Figure:
    quantity = shelf.maybe("quantities", row["quantity_id"])
    return Figure(
        id=row["id"],
        verbatim=row["verbatim"],
        amount=amount(shelf, row),
        kind=shelf.label("figure-kind", row["kind"]),
        counted=row["counted"],
        quantity=quantity,
        address=address("quantities", quantity) if quantity else "",
    )


def amount(shelf: Shelf, row: Mapping[str, Any]) -> str:
    """What a figure comes to, in its unit: `more than 40 (person)`; never more exact than its words."""
    value, lower, upper = row["value"], row["lower"], row["upper"]
    if value is None and lower is None and upper is None:
        return "no value stated"
    bounds = " ".join([*_end("from", lower), *_end("up to", upper)])
    if value is None or row["comparator"] == "=":
        said = bounds if value is None else number(value)
    else:
        said = f"{shelf.label('comparator', row['comparator'])} {number(value)}"
    also = f", {bounds}" if value is not None and lower != upper and None not in (lower, upper) else ""
    return f"{'about ' if row['approximate'] else ''}{said} ({row['unit']}){also}"


def _end(word: str, value: Decimal | None) -> list[str]:
    return [] if value is None else [f"{word} {number(value)}"]


def timed(shelf: Shelf, row: Row) -> Row:
    """A time with what it resolves to in words, and how."""
    basis = shelf.label("time-basis", row["basis"])
    return row | {"resolved": f"{_resolved(row)}, {basis}" if row["edtf"] else "not resolved"}


def _resolved(row: Row) -> str:
    """The time in EDTF, with its days where they say more than that."""
    said, first, last = str(row["edtf"]), row["earliest"], row["latest"]
    if (first is None and last is None) or said == str(first) == str(last):
        return said
    return f"{said} ({first or 'open'} to {last or 'open'})"


def warned(shelf: Shelf, row: Row) -> Warned:
    """What is shown of a row of `caveats`."""
    anchor = shelf.maybe("anchors", row["anchor_id"])
    return Warned(
        id=row["id"],
        kind=shelf.label("caveat-kind", row["kind"]),
        note=row["note"],
        place=points(anchor) if anchor else "",
        about=row["statement_id"] or row["document_id"],
        address=where(row),
    )


def where(row: Row) -> str:
    """The address of the statement that a row belongs to; of its document where it belongs to none."""
    if row["statement_id"]:
        return address("statements", row | {"id": row["statement_id"]})
    return address("documents", {"id": row["document_id"]})


def by_weight(caveats: Iterable[Row]) -> list[Row]:
    """Caveats in order of importance: those about the document as a whole, then by kind, as the vocabulary has them.

    The vocabulary begins with what changes who said how much, and ends with what is only not stated.
    """
    kinds = {term: number for number, term in enumerate(terms_of("caveat-kind"))}
    return sorted(caveats, key=lambda row: (particular(row), kinds.get(row["kind"], len(kinds)), row["id"]))


def particular(row: Row) -> bool:
    """Whether a caveat is about a statement or about particular words."""
    return bool(row["statement_id"] or row["anchor_id"])


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a record no longer stands: since when, why, and what stands in its place."""

    words: str
    day: str
    reason: str | None
    successors: tuple[tuple[str, str], ...]
    """Ids and addresses: what stands in its place, then what in the place of that."""


def withdrawal(shelf: Shelf, status: Status) -> Withdrawal | None:
    """What a reader must know of a record that was taken back; None for one that stands."""
    if not status.withdrawn or status.newest is None:
        return None
    words = shelf.label("review-status", status.status)
    then = (shelf.one(one.table, one.key) for one in successors(shelf.dataset, status))
    after = tuple((row["id"], address(status.table, row)) for row in then)
    return Withdrawal(words, f"{status.newest.reviewed_at:%Y-%m-%d}", status.reason, after)


@dataclass(frozen=True, slots=True)
class Entry:
    """Entries of the review log that say the same of one record or several, with their addresses."""

    day: str
    status: str
    reviewer: str
    note: str | None
    successor: str | None
    records: tuple[tuple[str, str], ...]


def history(shelf: Shelf, statuses: Iterable[tuple[Status, str]]) -> list[Entry]:
    """The reviews of records, given with their addresses, the oldest first."""
    found = [(review, where) for status, where in statuses for review in status.history]
    found.sort(key=lambda one: (one[0].reviewed_at, one[0].number))
    return [
        Entry(day, shelf.label("review-status", status), reviewer, note, successor,
              tuple((review.record_id, where) for review, where in same))
        for (day, status, reviewer, note, successor), same in groupby(found, key=lambda one: _said(one[0]))
    ]  # fmt: skip


def _said(review: Review) -> tuple[str, str, str, str | None, str | None]:
    return f"{review.reviewed_at:%Y-%m-%d}", review.status, review.reviewer, review.note, review.successor_id


def standing(statements: Iterable[Stated]) -> list[Stated]:
    """Those that no review took back."""
    return [one for one in statements if not one.status.withdrawn]
