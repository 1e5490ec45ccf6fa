"""Replies as readers see them: who was to answer what, and how it answered."""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import address
from .shelf import Row, Shelf
from .statements import points, where


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply in words, with the addresses of what it is about."""

    id: str
    party: Row
    party_address: str
    claim: Row
    claim_address: str
    response: str
    note: str | None
    asked: str | None
    place: str
    address: str


def answer(shelf: Shelf, row: Row) -> Answer:
    """What is shown of a row of `replies`."""
    party, claim = shelf.one("agents", row["party_id"]), shelf.one("claims", row["claim_id"])
    anchor = shelf.maybe("anchors", row["anchor_id"])
    return Answer(
        id=row["id"],
        party=party,
        party_address=address("agents", party),
        claim=claim,
        claim_address=address("claims", claim),
        response=shelf.label("response", row["response"]),
        note=row["note"],
        asked=row["asked_at"],
        place=points(anchor) if anchor else "",
        address=where(row),
    )


def answers(shelf: Shelf, column: str, value: str) -> list[Answer]:
    """The replies with this value in a column."""
    return [answer(shelf, row) for row in shelf.where("replies", column, value)]
