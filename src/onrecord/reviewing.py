"""One entry more at the end of the review log: numbered, chained and appended in place, or refused.

What stands in the log already is never touched. The log is read, judged and written under one lock, so that
two runs at once make two entries, one behind the other.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from re import fullmatch
from typing import Any

import pyarrow as pa

from .check import run_rules
from .dataset import Dataset
from .errors import BuildError, OnrecordError, RecordNotFound
from .finding import Finding
from .lettering import visible
from .lock import Busy
from .logend import LOG, cut_short, project_of
from .model import Overview, Record, Review
from .opening import DESCRIPTOR, RecordsFolder
from .records import Loaded, load_texts, read_texts, records_folder
from .reviewlog import entry_hash
from .rules.reviews import BROKEN_LOG, LOG_OUT_OF_ORDER, REVIEW_RULES
from .staging import Publication, publication
from .tables import to_arrow, to_tables
from .verdicts import WITHDRAWN, Status, instant, successors, write_instant
from .yamledit import appended, double_quoted, scalar
from .yamltext import refuse_unwritable

PATIENCE = 30.0  # seconds that one run waits for another
REASONED = (*WITHDRAWN, "conflict")  # statuses that need a note
_OPTIONAL = ("successor_id", "note", "previous_sha256")
_SCHEMA = "# yaml-language-server: $schema=../../schema/reviews.schema.json\n"
_HEAD = "# The review log, append-only: `onrecord review` adds entries, and the newest for a record is its status.\n"


class ReviewRefused(OnrecordError):
    """Nothing was appended to the review log; `findings` says why, where the log or the entry is at fault."""

    def __init__(self, message: str, *, help: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message, help=help)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Asked:
    """A review as a person states it. Without a time it is made now."""

    status: str
    reviewer: str
    note: str | None = None
    successor: str | None = None
    at_time: str | dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The entry that was appended, the status that the record had before, and the log."""

    review: Review
    before: Status
    file: Path
    packaged: bool

    def lines(self) -> Iterator[str]:
        """What was appended, and where."""
        successor = f" by {self.review.successor_id}" if self.review.successor_id else ""
        said = f"{self.before.table} {self.before.key} is {self.review.status}{successor}"
        yield visible(f"{self.review.id}: {said}; it was {self.before.status}")
        rest = "; `onrecord build` takes it into the package" if self.packaged else ""
        yield visible(f"entry {self.review.number} of {self.file}") + rest

    def plain(self) -> dict[str, Any]:
        """The entry as plain values, with its hash and the status before."""
        said = self.review.model_dump() | {"reviewed_at": write_instant(self.review.reviewed_at)}
        return said | {"sha256": entry_hash(self.review), "status_before": self.before.status}


def review(id: str, records: Path, asked: Asked) -> Reviewed:
    """Append a review of a record to the log of a project or records folder.

    Raises RecordNotFound for a record that is not there, ReviewRefused for an entry that the rules on reviews
    would not allow or a log that is not whole; then nothing is changed.
    """
    root = records_folder(records)
    if not root.is_dir():
        read_texts(records)  # says what is wrong with it
    asked = _stripped(asked)
    try:
        with ExitStack() as held:
            stage = turn(held, root)
            done, log = _Desk(records).entry(id, asked)
            stage.put(LOG, log)
            stage.publish()
            return done
    except BuildError as error:
        raise ReviewRefused(f"nothing was appended to {root / LOG}: {error.message}", help=error.help) from error


def _stripped(asked: Asked) -> Asked:
    """The same without spaces at the ends of its texts; an empty one is none."""
    texts = {"name of the reviewer": asked.reviewer, "note": asked.note, "successor": asked.successor}
    refuse_unwritable(texts, ReviewRefused)
    reviewer, note, successor = ((text or "").strip() for text in texts.values())
    reviewer = " ".join(reviewer.split())
    if not reviewer:
        help = "give a role or a name that the reviewer agreed to have published"
        raise ReviewRefused("a review needs a reviewer", help=help)
    return Asked(asked.status, reviewer, note or None, successor or None, asked.at_time)


def turn(held: ExitStack, root: Path) -> Publication:
    """Wait until no other run is at work on the records, then hold them."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return held.enter_context(publication(root))
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


class _Tables(RecordsFolder):
    """A folder whose records were read already."""

    def __init__(self, root: Path, tables: Mapping[str, pa.Table]) -> None:
        super().__init__(root)
        self._tables = tables


class _Desk:
    """The records and their log as they lie there, to make the next entry for."""

    def __init__(self, records: Path) -> None:
        self.root, self.project = records_folder(records), project_of(records)
        self.texts, unread = read_texts(records)
        self.loaded = load_texts(self.texts, prefix=str(self.root))
        self.loaded.findings[:0] = unread
        self.tables = to_tables(self.loaded.records) | {Overview.table: to_arrow(Overview.table, ())}
        self.dataset = Dataset(_Tables(self.root, self.tables))
        self.log = [entry for entry in self.loaded.records[Review.table] if isinstance(entry, Review)]

    def entry(self, id: str, asked: Asked) -> tuple[Reviewed, bytes]:
        """The next entry, and the whole log with it at its end."""
        self._refuse_broken_log()
        record = self._record(id)
        if isinstance(record, Review):
            help = f"append a review of `{record.record_id}`: the newest one counts"
            raise ReviewRefused(f"`{record.id}` is itself a review, and the log is never changed", help=help)
        before = self.dataset.status(f"{record.table}/{record.key}")
        successor = self._successor(asked.successor, record)
        _refuse_without_reason(asked, before)
        review = self._review(asked, before, self._moment(asked, before), successor)
        raw = self.texts.get(LOG) or self._head()
        log = appended(raw, Review.table, [_written(review)], str(self.root / LOG))
        self._refuse_faults(review, log)
        return Reviewed(review, before, self.root / LOG, (self.project / DESCRIPTOR).is_file()), log

    def _refuse_broken_log(self) -> None:
        file = str(self.root / LOG)
        lost = [fault for fault in self.loaded.losses() if fault.location and fault.location.file == file]
        broken = run_rules(self.tables, [BROKEN_LOG, LOG_OUT_OF_ORDER], self.loaded)
        found = lost or [*broken, *cut_short(self.project, self.loaded, self.root)]
        if found:
            raise ReviewRefused(
                "the review log is not whole, so nothing is appended to it",
                help="restore it as it was, from version control or the package, then run this again",
                findings=sorted(found, key=lambda finding: finding.order),
            )

    def _record(self, id: str) -> Record:
        try:
            return self.dataset.find(id)
        except RecordNotFound as error:
            if self.loaded.complete:
                raise
            lost = "; faults keep records from being read, and it may be one of them: `onrecord check` lists them"
            raise RecordNotFound(error.message, help=error.help + lost) from error

    def _successor(self, id: str | None, record: Record) -> str | None:
        """The key of the successor, which is another record of the same table."""
        if id is None:
            return None
        key = id.removeprefix(f"{record.table}/")
        self.dataset.record(record.table, key)
        if key == record.key:
            help = "name the record that replaces it with --successor"
            raise ReviewRefused(f"`{key}` cannot stand in its own place", help=help)
        status = self.dataset.status(f"{record.table}/{key}")
        then = successors(self.dataset, status)
        if record.key in (one.key for one in then):
            help = f"append a review that makes `{key}` stand again, or name a record that stands"
            raise ReviewRefused(f"`{record.key}` itself stands in the place of `{key}`", help=help)
        if status.withdrawn:
            last = then[-1] if then and not then[-1].withdrawn else None
            help = f"name `{last.key}`, which stands in its place" if last else "name a record that stands"
            raise ReviewRefused(f"`{key}` is {status.status} itself, so it can stand in no place", help=help)
        return key

    def _moment(self, asked: Asked, before: Status) -> dt.datetime:
        """When the review is made: never before the last entry, never in the future, one verdict a second."""
        moment = _now() if asked.at_time is None else _stated(asked.at_time)
        last = self.log[-1] if self.log else None
        if last and moment < last.reviewed_at:
            how = (
                "write the time at which the review is made"
                if asked.at_time
                else f"set the clock of this computer right; if it is right, `{last.id}` is of a time to come"
            )
            raise ReviewRefused(
                f"{write_instant(moment)} is before {write_instant(last.reviewed_at)}, "
                f"the time of the last entry, `{last.id}`",
                help=f"the log is in the order of time: {how}",
            )
        newest = before.newest
        if newest and newest.reviewed_at == moment and newest.status != asked.status:
            if asked.at_time is not None:
                raise ReviewRefused(
                    f"`{before.key}` is {newest.status} by `{newest.id}` at the same instant, {write_instant(moment)}",
                    help="give a later time with --at-time: of two verdicts, one must be newer",
                )
            return _next_second(moment)
        return moment

    def _review(self, asked: Asked, before: Status, moment: dt.datetime, successor: str | None) -> Review:
        last = self.log[-1] if self.log else None
        return Review.model_construct(
            id=next_id([entry.id for entry in self.log]),
            number=len(self.log) + 1,
            record_table=before.table,
            record_id=before.key,
            status=asked.status,
            reviewer=asked.reviewer,
            reviewed_at=moment,
            successor_id=successor,
            note=asked.note,
            previous_sha256=entry_hash(last) if last else None,
        )

    def _head(self) -> bytes:
        return ((_SCHEMA if self.project != self.root.absolute() else "") + _HEAD).encode()

    def _refuse_faults(self, review: Review, log: bytes) -> None:
        """The new log is read as any other, and its new entry is judged by every rule on reviews."""
        again = load_texts({LOG: log}, prefix=str(self.root))
        found = again.losses() or self._judged(review, again)
        if found:
            raise ReviewRefused(
                "this review is not as it must be; nothing was appended", help="state it anew", findings=found
            )

    def _judged(self, review: Review, again: Loaded) -> list[Finding]:
        tables = {**self.tables, Review.table: to_arrow(Review.table, again.records[Review.table])}
        found = run_rules(tables, [rule for rule in REVIEW_RULES if rule.select], again)
        return [finding for finding in found if finding.key == review.id]


def _refuse_without_reason(asked: Asked, before: Status) -> None:
    if asked.status == "superseded" and asked.successor is None:
        raise ReviewRefused(
            f"`{before.key}` cannot be superseded by nothing",
            help="name the record that stands in its place with --successor, or use --status retracted",
        )
    if asked.successor and asked.status not in WITHDRAWN:
        raise ReviewRefused(
            f"a successor is named, but `{before.key}` is to be {asked.status}",
            help="use --status superseded or retracted, or leave --successor out",
        )
    again = before.withdrawn or (asked.status == "accepted" and before.status in REASONED)
    if asked.note is None and (asked.status in REASONED or again):
        was = f", having been {before.status}," if again else ""
        raise ReviewRefused(
            f"`{before.key}` cannot be {asked.status}{was} without a reason",
            help="say why with --note: whoever cites the record must be able to learn it",
        )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _next_second(moment: dt.datetime) -> dt.datetime:
    """The log counts in seconds: a second verdict on the same record waits for the next one."""
    while _now() <= moment:
        time.sleep(0.02)
    return _now()


def _stated(said: str | dt.datetime) -> dt.datetime:
    if isinstance(said, str) and len(said) <= len("2026-11-22"):
        raise ReviewRefused(f'"{said}" is no instant', help="write the time as well: 2026-11-22T14:00:00Z")
    moment = instant(said).replace(microsecond=0)
    if moment > _now():
        raise ReviewRefused(
            f"{write_instant(moment)} is in the future",
            help="leave --at-time out, or write the time at which the review was made, in UTC",
        )
    return moment


def next_id(ids: list[str]) -> str:
    """The id after the last one: the number at its end goes up, and keeps its width.

    >>> next_id(["r0009"]), next_id(["r9", "r10"]), next_id([])
    ('r0010', 'r11', 'r0001')
    """
    found = fullmatch(r"(.*?)([0-9]{1,18})", ids[-1] if ids else "r0000")
    stem, digits = (found[1], found[2]) if found else (f"{ids[-1]}.", "0")
    number, taken = int(digits) + 1, set(ids)
    while f"{stem}{number:0{len(digits)}}" in taken:
        number += 1
    return f"{stem}{number:0{len(digits)}}"


def _written(review: Review) -> str:
    """An entry as YAML, a line for each key."""
    said = {name: getattr(review, name) for name in ("id", "record_table", "record_id", "status")}
    lines = [f"{name}: {scalar(value)}" for name, value in said.items()]
    lines += [f"reviewer: {scalar(review.reviewer)}", f'reviewed_at: "{write_instant(review.reviewed_at)}"']
    rest = {name: getattr(review, name) for name in _OPTIONAL}
    return "\n".join([*lines, *(f"{name}: {double_quoted(value)}" for name, value in rest.items() if value)])
