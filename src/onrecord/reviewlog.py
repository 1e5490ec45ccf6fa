"""The review log as a chain: each entry carries the hash of the one before.

The hash of an entry is SHA-256 over its fields in the order of `FIELDS`, joined by U+001F, which
no field can hold; a missing value is empty. `ENTRY_HASH` says the same in SQL.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator

from .model import Review

SEPARATOR = "\x1f"
FIELDS = (
    "id",
    "record_table",
    "record_id",
    "status",
    "reviewer",
    "reviewed_at",
    "successor_id",
    "note",
    "previous_sha256",
)
_INSTANT = "strftime(reviewed_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
_TEXTS = ", ".join(f"coalesce({_INSTANT if name == 'reviewed_at' else name}, '')" for name in FIELDS)
ENTRY_HASH = f"sha256(concat_ws(chr(31), {_TEXTS}))"


def entry_hash(review: Review) -> str:
    """The hash of one entry of the log, as 64 hex digits."""
    return hashlib.sha256(SEPARATOR.join(_text(getattr(review, name)) for name in FIELDS).encode()).hexdigest()


def _text(value: str | dt.datetime | None) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return value or ""


def chained(reviews: Iterable[Review]) -> list[Review]:
    """The entries as a log: numbered from 1 in the order given, each with the hash of the one before."""
    return list(_links(reviews))


def _links(reviews: Iterable[Review]) -> Iterator[Review]:
    before: str | None = None
    for number, review in enumerate(reviews, 1):
        link = review.model_copy(update={"number": number, "previous_sha256": before})
        before = entry_hash(link)
        yield link
