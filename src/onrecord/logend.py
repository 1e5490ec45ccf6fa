"""The end of the review log that a package remembers: entries taken from the end of a log leave no trace in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from .finding import Finding, Location
from .model import Review
from .records import Loaded, records_folder
from .reviewlog import entry_hash
from .rules.packaged import DESCRIPTOR
from .rules.reviews import LOG_CUT_SHORT
from .tables import to_record

LOG = "reviews.yaml"
PROPERTY = "onrecord"  # what the descriptor says beyond the Data Package standard


class LogEnd(NamedTuple):
    """The last entry of a review log: its id, its place from 1, its hash."""

    id: str
    number: int
    sha256: str


def log_end(reviews: pa.Table) -> LogEnd | None:
    """The last entry of the log; None while it is empty."""
    if not reviews.num_rows:
        return None
    import pyarrow.compute as pc  # it takes a while, and a check has no need of it

    last = reviews.filter(pc.equal(reviews["number"], pc.max(reviews["number"])))
    return _end(_reviews(last)[0])


def _end(review: Review) -> LogEnd:
    return LogEnd(review.id, review.number, entry_hash(review))


def _reviews(rows: pa.Table) -> list[Review]:
    return [Review.model_construct(**dict(to_record(Review.table, row))) for row in rows.to_pylist()]


def remembered(root: Path) -> LogEnd | None:
    """The end of the log when the package in a folder was built; None where no package says so."""
    try:
        said: Any = json.loads((root / DESCRIPTOR).read_bytes())[PROPERTY][Review.table]
        end = LogEnd(said["id"], said["number"], said["sha256"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return end if (type(end.id), type(end.number), type(end.sha256)) == (str, int, str) else None


def project_of(records: str | Path) -> Path:
    """The project that a records folder is in, or the folder itself where it is in none."""
    folder = records_folder(Path(records)).absolute()
    return folder.parent.parent if folder.parts[-2:] == ("claims", "records") else folder


def cut_short(root: Path, loaded: Loaded, records: str | Path) -> list[Finding]:
    """Whether the log read from a records folder still holds the last entry of the one that was built in a project.

    While some record cannot be read nothing is said: it may be that entry.
    """
    end = remembered(root)
    if end is None or not loaded.complete:
        return []
    log: list[Any] = loaded.records[Review.table]
    file = Location(str(records_folder(Path(records)) / LOG))
    place = next(iter(loaded.place(Review.table, end.id)), file)
    return [_finding(end, problem, place) for problem in problems(end, (row for row in log if row.id == end.id))]


def cut_short_table(root: Path, reviews: pa.Table, location: Location) -> list[Finding]:
    """Whether a table of reviews holds the entry with which the log of the package in a folder ended."""
    end = remembered(root)
    if end is None:
        return []
    import pyarrow.compute as pc

    found = _reviews(reviews.filter(pc.equal(reviews["id"], end.id)))
    return [_finding(end, problem, location) for problem in problems(end, found)]


def problems(end: LogEnd, found: Iterable[Review]) -> list[str]:
    """What became of the last entry of a log, given the entries that have its id now."""
    now = next(iter(found), None)
    if now is None:
        return ["it is no longer there"]
    if entry_hash(now) != end.sha256:
        return ["it is another entry now, or one before it was changed"]
    return [f"it is entry {now.number} now"] if now.number != end.number else []


def _finding(end: LogEnd, problem: str, location: Location) -> Finding:
    said = {"id": end.id, "number": end.number, "problem": problem}
    return LOG_CUT_SHORT.finding(said, location=location, table=Review.table, key=end.id, column="previous_sha256")
