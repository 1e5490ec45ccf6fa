"""Plants faults: small documents of their own among the others, each with one fault, and keeps a list of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from onrecord.check import check_tables
from onrecord.column import columns
from onrecord.model import TABLES, Review
from onrecord.reviewlog import entry_hash
from onrecord.tables import arrow_schema, empty, in_order

from .chance import Ints, below
from .logs import Entry, Logs
from .variants import LOGS, TABLED, Row, Rows, Variant, variants

if TYPE_CHECKING:
    from .package import Stream

SHARED = ("agents", "topics", "claims", "quantities", "relations")
TRIAL = "d99999999x"
NULLS = "OR101"  # columns that may not be null may be in a package with this fault
_DIGITS = set("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Planted:
    """One finding that a planted fault brings about; `because` names the fault where it only follows from it."""

    code: str
    table: str
    key: str
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a variant was planted: what its ids begin with, and its ids in the logs."""

    prefix: str
    logged: dict[str, list[str]]

    def moved(self, table: str, key: str, to: Place) -> str:
        """The key of the same record where the same variant is planted elsewhere. Raises ValueError if it has none."""
        if table in self.logged and key in self.logged[table]:
            return to.logged[table][self.logged[table].index(key)]
        if not key.startswith(self.prefix):
            raise ValueError(f"{key} in {table} is no record of the variant")
        return to.prefix + key.removeprefix(self.prefix)


@cache
def identities(table: str) -> tuple[str, ...]:
    """The columns of a table that hold ids."""
    own = {"id", "record_id", "successor_id"}
    return tuple(col.name for col in columns(TABLES[table]) if col.references or col.name in own)


@cache
def digested(table: str) -> tuple[str, ...]:
    """The columns of a table that hold hashes of words."""
    return tuple(col.name for col in columns(TABLES[table]) if col.name == "text_sha256")


class Instance:
    """A variant with ids, hashes and propositions of its own, its log entries put at the end of the logs."""

    def __init__(self, variant: Variant, prefix: str, number: int, logs: Logs, version: str) -> None:
        self.prefix, self.number, self.logs, self.version = prefix, number, logs, version
        self.rows: Rows = {table: self._renamed(table, variant.rows[table]) for table in TABLED if table not in LOGS}
        self.reviews = self._reviews(variant.rows["reviews"])
        matches, changes = self._matches(variant.rows["matches"]), self._changes(variant.rows["changes"])
        self.rows |= {"matches": matches, "changes": changes}
        first = logs.reviews + 1
        reviews = [f"r{number:010d}" for number in range(first, first + len(self.reviews))]
        logged = {"reviews": reviews, "matches": [row["id"] for row in matches]}
        self.place = Place(prefix, logged | {"changes": [row["id"] for row in changes]})

    def _id(self, value: str | None) -> str | None:
        if value is None or value == "crane":
            return value and self.prefix
        return self.prefix + (value[5:] if value.startswith("crane.") else f".{value}")

    def _renamed(self, table: str, rows: Iterable[Row]) -> list[Row]:
        return [self._row(table, dict(row)) for row in rows]

    def _row(self, table: str, row: Row) -> Row:
        for name in identities(table):
            row[name] = self._id(row[name])
        for name in digested(table):
            if row[name] and len(row[name]) == 64 and set(row[name]) <= _DIGITS:
                row[name] = sha256(f"{self.prefix} {row[name]}".encode()).hexdigest()
        if table == "claims" and row["proposition"]:
            row["proposition"] = f"In case {self.number}, {row['proposition']}"
        return row

    def _reviews(self, rows: Iterable[Row]) -> list[Entry]:
        entries: list[Entry] = []
        before: Row | None = None
        expected: str | None = None
        for row in sorted(rows, key=lambda one: one["number"]):
            waited = (row["reviewed_at"] - before["reviewed_at"]).total_seconds() if before else 60
            entries.append(
                Entry(
                    row["record_table"],
                    self._id(row["record_id"]) or "",
                    row["status"],
                    row["reviewer"],
                    self._id(row["successor_id"]) or "",
                    row["note"] or "",
                    int(waited),
                    row["previous_sha256"] == expected,
                )
            )
            before, expected = row, entry_hash(Review.model_construct(**row))
        return entries

    def _matches(self, rows: Iterable[Row]) -> list[Row]:
        ordered = sorted(rows, key=lambda one: one["number"])
        ids = {row["id"]: f"m{self.logs.matches + place:010d}" for place, row in enumerate(ordered, 1)}
        start, made = self.logs.answer_time(60), []
        for row in ordered:
            self.logs.matches += 1
            waited = int((row["answered_at"] - ordered[0]["answered_at"]).total_seconds())
            new = self._row("matches", dict(row))
            new |= {"id": ids[row["id"]], "number": self.logs.matches, "undoes_id": ids.get(row["undoes_id"])}
            new["answered_at"] = dt.datetime.fromtimestamp(start + waited, dt.UTC)
            made.append(new)
        self.logs.answer_time(86_400)
        return made

    def _changes(self, rows: Iterable[Row]) -> list[Row]:
        ordered, made = sorted(rows, key=lambda one: one["number"]), []
        for row in ordered:
            self.logs.changes += 1
            lower = _version(row["version"]) < _version(ordered[0]["version"])
            version = row["version"] if lower else self.version
            new = self._row("changes", dict(row)) | {"number": self.logs.changes, "version": version}
            made.append(new | {"id": f"{self.version}.{self.logs.changes:010d}"})
        return made


def said(code: str, nested: bool) -> list[Variant]:
    """The variants of a rule, or those that the nested form can say. Raises ValueError when there are none."""
    found = [one for one in variants(code) if one.nested or not nested]
    if not found:
        raise ValueError(f"a fault of {code} cannot be said in the nested form")
    return found


Trials = dict[tuple[str, int], tuple[Place, list[Planted]]]


@cache
def trials(codes: tuple[str, ...], nested: bool) -> Trials:
    """What all rules find in each variant of these, beside one another and nothing else."""
    logs, made = Logs(), {}
    tables: dict[str, list[Any]] = defaultdict(list)
    owners: dict[str, tuple[str, int]] = {}
    every = [(code, which, one) for code in codes for which, one in enumerate(said(code, nested))]
    for number, (code, which, variant) in enumerate(every, 1):
        one = Instance(variant, f"{TRIAL}{number:05d}", number, logs, "0.1.0")
        _put(tables, one)
        made[code, which] = one.place, list[Planted]()
        owners[one.prefix] = code, which
        owners |= {f"{table} {id}": (code, which) for table, ids in one.place.logged.items() for id in ids}
    for finding in check_tables(_tables(tables)).findings if every else ():
        table, key = finding.table or "", finding.key or ""
        code, which = owners[key[: len(TRIAL) + 5]] if key.startswith(TRIAL) else owners[f"{table} {key}"]
        because = None if finding.code == code else code
        made[code, which][1].append(Planted(finding.code, table, key, because))
    for code, which, variant in every:
        if all(one.code != code for one in made[code, which][1]):
            raise ValueError(f"the rules find no {code} in {variant.where or 'its own example'}")
    return made


@dataclass(slots=True)
class Planter:
    """Plants faults of chosen kinds: a share of the statements below 1, else so many in all."""

    wanted: Mapping[str, float]
    nested: bool = False
    planted: list[Planted] = field(default_factory=list)
    count: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _shared: Rows = field(default_factory=lambda: defaultdict(list))
    _latest: Rows = field(default_factory=dict)
    _trials: Trials = field(default_factory=dict)
    _variants: dict[str, list[Variant]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code in self.wanted:
            self._variants[code] = said(code, self.nested)
        self._trials = trials(tuple(sorted(self.wanted)), self.nested)

    def plant(self, tables: dict[str, pa.Table], stream: Stream, numbers: Ints, logs: Logs, version: str) -> None:
        """Put the faults that are due among the documents of a batch."""
        self._latest = {}
        new: dict[str, list[Any]] = defaultdict(list)
        for code, share in self.wanted.items():
            due = int(share * stream.statements if share < 1 else share * stream.done + 1e-9)
            while self.count[code] < due:
                self._one(code, stream.plan.seed, numbers, logs, version, new)
        for table, rows in new.items():
            if table in SHARED:
                self._shared[table] += rows
                self._latest[table] = rows
            elif rows:
                both = pa.concat_tables([tables[table], _rows(table, rows)])
                tables[table] = in_order(table, both)

    def latest(self, table: str) -> pa.Table:
        """The rows planted in the newest batch, of a table that documents share."""
        return _rows(table, self._latest.get(table, []))

    def _one(self, code: str, seed: int, numbers: Ints, logs: Logs, version: str, new: dict[str, list[Any]]) -> None:
        which = self.count[code] % len(self._variants[code])
        self.count[code] += 1
        total = sum(self.count.values())
        document = numbers[below(np.array([total + 1_000_003 * seed]), len(numbers), 40)[0]]
        one = Instance(self._variants[code][which], f"d{document:08d}x{total}", total, logs, version)
        _put(new, one)
        trial, found = self._trials[code, which]
        for finding in found:
            key = trial.moved(finding.table, finding.key, one.place)
            self.planted.append(Planted(finding.code, finding.table, key, finding.because))

    @property
    def shared(self) -> dict[str, pa.Table]:
        """The planted rows of tables that documents share, in order."""
        made = {table: in_order(table, _rows(table, self._shared[table])) for table in SHARED}
        return made

    @property
    def loose(self) -> bool:
        """Whether columns that may not be null are null in places."""
        return NULLS in self.wanted

    def loosened(self, tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """The tables, with columns that may be null wherever nulls are planted."""
        if not self.loose:
            return tables
        return {table: rows.cast(nullable(rows.schema)) for table, rows in tables.items()}

    def manifest(self) -> list[dict[str, str | None]]:
        """What was planted, in order."""
        return [asdict(one) for one in sorted(set(self.planted), key=lambda one: (one.code, one.table, one.key))]


def nullable(schema: pa.Schema) -> pa.Schema:
    """A schema whose columns may all be null, as other writers leave them."""
    return pa.schema([field.with_nullable(True) for field in schema], schema.metadata)


def _version(said: str) -> list[int]:
    return [int(part) for part in said.split(".") if part.isdigit()]


def _put(tables: dict[str, list[Any]], one: Instance) -> None:
    for table, rows in one.rows.items():
        tables[table] += rows
    tables["reviews"] += one.logs.reviewed(one.reviews).to_pylist()


def _rows(table: str, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(table)) if rows else empty(arrow_schema(table))


def _tables(rows: Mapping[str, list[Row]]) -> dict[str, pa.Table]:
    return {table: _rows(table, rows[table]).cast(nullable(arrow_schema(table))) for table in TABLED}
