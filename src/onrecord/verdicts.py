"""What reviews say of a record: its status at some time, its reason and successor, and what came before.

The newest review counts; at the same instant, the one later in the log. A record without one is a draft.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .errors import OnrecordError
from .model import Review

DRAFT = "draft"
WITHDRAWN = ("superseded", "retracted")


@dataclass(frozen=True, slots=True)
class Status:
    """The status of one record, and the reviews that led to it, the oldest first."""

    table: str
    key: str
    history: tuple[Review, ...] = ()

    @property
    def newest(self) -> Review | None:
        """The review that counts; None where there is none."""
        return self.history[-1] if self.history else None

    @property
    def status(self) -> str:
        """A term of the vocabulary `review-status`."""
        return self.newest.status if self.newest else DRAFT

    @property
    def withdrawn(self) -> bool:
        """Whether the record no longer stands: it is superseded or retracted."""
        return self.status in WITHDRAWN

    @property
    def reason(self) -> str | None:
        """The note of the review that counts."""
        return self.newest.note if self.newest else None

    @property
    def successor_id(self) -> str | None:
        """The key of the record of the same table that stands in its place."""
        return self.newest.successor_id if self.newest else None


def status_of(table: str, key: str, reviews: Iterable[Mapping[str, Any]], as_of: dt.date | str | None = None) -> Status:
    """The status of a record, given the rows of its reviews; at the end of a day, at an instant, or now."""
    until = None if as_of is None else instant(as_of, end_of_day=True)
    rows = (row for row in reviews if row["record_table"] == table and row["record_id"] == key)
    past = sorted(
        (row for row in rows if until is None or row["reviewed_at"] <= until),
        key=lambda row: (row["reviewed_at"], row["number"]),
    )
    return Status(table, key, tuple(Review.model_construct(**row) for row in past))


class _Reviewed(Protocol):
    """A dataset that knows the status of its records."""

    def status(self, id: str) -> Status: ...


def successors(dataset: _Reviewed, status: Status) -> list[Status]:
    """What stands in the place of a withdrawn record, then what in the place of that, as far as reviews say."""
    found: list[Status] = []
    seen = {status.key}
    while status.withdrawn and status.successor_id and status.successor_id not in seen:
        seen.add(status.successor_id)
        status = dataset.status(f"{status.table}/{status.successor_id}")
        found.append(status)
    return found


def withdrawn(reviews: Iterable[Review], table: str) -> dict[str, Review]:
    """The records of a table that their newest review superseded or retracted, each with that review."""
    newest = {
        one.record_id: one
        for one in sorted(reviews, key=lambda one: (one.reviewed_at, one.number))
        if one.record_table == table
    }
    return {id: one for id, one in newest.items() if one.status in WITHDRAWN}


def instant(said: dt.date | str, *, end_of_day: bool = False) -> dt.datetime:
    """An instant in UTC: a day is its first moment, or its last one; a time without a zone is in UTC.

    Raises OnrecordError for a text that is neither a day nor an instant.
    """
    if isinstance(said, str):
        said = _read(said)
    if not isinstance(said, dt.datetime):
        said = dt.datetime.combine(said, dt.time.max if end_of_day else dt.time.min)
    try:
        return said.replace(tzinfo=dt.UTC) if said.tzinfo is None else said.astimezone(dt.UTC)
    except OverflowError as error:
        raise _no_instant(str(said)) from error


def _read(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said) if len(said) == len("2026-11-22") else dt.datetime.fromisoformat(said)
    except ValueError as error:
        raise _no_instant(said) from error


def _no_instant(said: str) -> OnrecordError:
    help = "write a day, 2026-11-22, or an instant, 2026-11-22T14:00:00Z"
    return OnrecordError(f'"{said}" is no day and no instant', help=help)


def write_instant(moment: dt.datetime) -> str:
    """An instant as records write it: `2026-11-22T14:00:00Z`."""
    return f"{moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
