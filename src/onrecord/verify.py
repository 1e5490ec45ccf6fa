"""Judges a built, installed or checked-out package by itself: no network, no records, nothing but its files.

Nothing in the package is trusted. Paths are judged before they are opened, sizes and hashes
before a file is parsed, and a Parquet file says how large it will grow before it is read. A
package in parts is judged part by part, and then as a whole within the memory of a run.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from .check import check_tables
from .descriptor import TABLES_FOLDER, table_file
from .engine import with_overview
from .errors import EngineError
from .finding import Finding, Location, Severity
from .formats import csv_rows, growth_limit, parquet_size, read_csv, read_parquet
from .logend import cut_short_table
from .model import TABLES
from .parts.judging import judged_part, judged_together
from .parts.part import parts_of
from .rules import packaged as rules
from .rules.rule import Rule
from .staging import FOLDER, JOURNAL, is_plain, link_on_way, settle
from .tables import STORED, arrow_schema

MAX_DESCRIPTOR = 64 * 1024 * 1024
_HASH_PREFIX = "sha256:"
Resource = Mapping[str, Any]


def verify_package(root: str | Path) -> list[Finding]:
    """Every fault of the package in a folder; an empty list when it is as it was published.

    A publication that was cut short there is finished first. If the descriptor changes while the
    files are read, a new release came in between and the new one is judged.
    """
    folder = Path(root)
    for _ in range(3):
        before = _fingerprint(folder)
        findings = _Verification(folder).run()
        if _fingerprint(folder) == before:
            break
    return findings


def _fingerprint(root: Path) -> bytes | None:
    try:
        return (root / rules.DESCRIPTOR).read_bytes()
    except OSError:
        return None


@dataclass(slots=True)
class _Verification:
    """One pass over a package."""

    root: Path
    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def run(self) -> list[Finding]:
        if not settle(self.root):
            self._report(rules.PUBLICATION_INTERRUPTED, f"{FOLDER}/{JOURNAL}", file=f"{FOLDER}/{JOURNAL}")
        resources = self._resources()
        if resources is not None and any("parts" in item for item in resources):
            self._in_parts(resources)
        elif resources is not None:
            sound = {item["path"]: item for item in resources if self._sound(item)}
            listed = self._listed(resources)
            for table in TABLES:
                self._table(table, sound, listed)
            self._unlisted(listed)
            self._records()
        return sorted(self.findings, key=lambda finding: finding.order)

    def _report(self, rule: Rule, at: str, on: str | None = None, **said: Any) -> None:
        """Add a finding at a file of the package, on a table if it is one's."""
        said = {"path": at, **said}
        self.findings.append(rule.finding(said, location=Location(str(self.root / at)), table=on))

    # The descriptor

    def _resources(self) -> list[Resource] | None:
        path = self.root / rules.DESCRIPTOR
        try:
            if path.is_symlink() or path.stat().st_size > MAX_DESCRIPTOR:
                raise ValueError("it is a link, or larger than any descriptor")
            resources = json.loads(path.read_bytes())["resources"]
            if not isinstance(resources, list) or not all(isinstance(item, dict) for item in resources):
                raise ValueError("`resources` is not a list of resources")
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            problem = {KeyError: "it has no `resources`", TypeError: "it is not a mapping"}.get(type(error))
            problem = problem or getattr(error, "strerror", None) or str(error)
            self._report(rules.DESCRIPTOR_UNREADABLE, rules.DESCRIPTOR, problem=problem)
            return None
        return resources

    def _listed(self, resources: list[Resource]) -> set[str]:
        """The paths that the descriptor lists; some disks take `A` for `a`, so no two may differ in that alone."""
        listed = [path for path in (item.get("path") for item in resources) if isinstance(path, str)]
        times = Counter(path.casefold() for path in listed)
        for path in sorted({path for path in listed if times[path.casefold()] > 1}):
            self._report(rules.UNSAFE_PATH, rules.DESCRIPTOR, path=_shown(path), problem="it is listed twice")
        return set(listed)

    # One file

    def _sound(self, item: Resource) -> bool:
        """True when a resource's file is the one that was published."""
        path = item.get("path")
        if not is_plain(path):
            problem = "it is not a plain path below the package's own folder"
            self._report(rules.UNSAFE_PATH, rules.DESCRIPTOR, path=_shown(path), problem=problem)
            return False
        assert isinstance(path, str)
        link = link_on_way(self.root, path)
        if link:
            self._report(rules.UNSAFE_PATH, path, problem=f"{link.relative_to(self.root).as_posix()} is a link")
            return False
        if not (self.root / path).is_file():
            self._report(rules.RESOURCE_MISSING, path)
            return False
        try:
            return self._as_published(path, item)
        except OSError as error:
            self._report(rules.TABLE_UNREADABLE, path, problem=error.strerror or str(error))
            return False

    def _as_published(self, path: str, item: Resource) -> bool:
        size, wanted = (self.root / path).stat().st_size, item.get("bytes")
        if type(wanted) is not int or size != wanted:
            self._report(rules.WRONG_SIZE, path, found=f"{size:,}", wanted=_shown(wanted))
            return False
        said = item.get("hash")
        digits = said.removeprefix(_HASH_PREFIX) if isinstance(said, str) and said.startswith(_HASH_PREFIX) else ""
        if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
            self._report(rules.UNKNOWN_HASH, path, said=_shown(said))
            return False
        with (self.root / path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digits:
            self._report(rules.WRONG_HASH, path, found=found, wanted=digits)
        return found == digits

    def _unlisted(self, listed: set[str]) -> None:
        folder = self.root / TABLES_FOLDER
        if link_on_way(self.root, TABLES_FOLDER) or not folder.is_dir():
            return
        for file in sorted(folder.rglob("*")):
            path = file.relative_to(self.root).as_posix()
            if path not in listed and (file.is_symlink() or not file.is_dir()):
                self._report(rules.UNLISTED_FILE, path, path=_shown(path))

    # One table

    def _table(self, table: str, sound: Mapping[str, Resource], listed: set[str]) -> None:
        csv, parquet = table_file(table, "csv"), table_file(table, "parquet")
        for path in (csv, parquet):
            if path not in listed:
                self._report(rules.TABLE_MISSING, rules.DESCRIPTOR, on=table, path=path, table=table)
        count = sound.get(csv, {}).get("rows")
        rows = self._parquet(table, parquet, count) if parquet in sound else None
        if rows is not None:
            self.tables[table] = rows
            if csv in sound:
                self._csv(table, csv, rows)

    def _parquet(self, table: str, path: str, count: Any) -> pa.Table | None:
        rows = self._read(path, lambda: self._bounded(path, count))
        if rows is None:
            return None
        wanted = arrow_schema(table)
        if not rows.schema.equals(wanted):
            self._report(rules.COLUMNS_DIFFER, path, on=table, problem=_difference(rows.schema, wanted))
            return None
        return rows

    def _bounded(self, path: str, count: Any) -> pa.Table | None:
        rows, size = parquet_size(self.root / path)
        if count is not None and rows != count:
            self._report(rules.WRONG_ROW_COUNT, path, found=f"{rows:,}", wanted=_shown(count))
            return None
        limit = growth_limit(self.root / path)
        if size > limit:
            raise ValueError("it would grow beyond all measure")
        table = read_parquet(self.root / path, limit)
        table.validate(full=True)
        return table

    def _read(self, path: str, reading: Callable[[], pa.Table | None]) -> pa.Table | None:
        try:
            return reading()
        except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
            self._report(rules.TABLE_UNREADABLE, path, problem=" ".join(str(error).split())[:200])
            return None

    def _csv(self, table: str, path: str, rows: pa.Table) -> None:
        try:
            different = _first_difference(read_csv(self.root / path), _cells(rows))
        except (OSError, ValueError) as error:
            self._report(rules.TABLE_UNREADABLE, path, problem=str(error))
            return
        if different:
            number, problem = different
            other = table_file(table, "parquet")
            self._report(rules.FORMATS_DIFFER, path, on=table, other=other, problem=f"row {number}: {problem}")

    # Tables in parts: never held in memory

    def _in_parts(self, resources: list[Resource]) -> None:
        try:
            parts = {str(item.get("name")): parts_of(item) for item in resources if "parts" in item}
        except ValueError as error:
            self._report(rules.DESCRIPTOR_UNREADABLE, rules.DESCRIPTOR, problem=str(error))
            return
        listed = self._listed([{"path": part.path} for some in parts.values() for part in some])
        for table in TABLES:
            if table not in parts:
                path = f"{TABLES_FOLDER}/{table}"
                self._report(rules.TABLE_MISSING, rules.DESCRIPTOR, on=table, path=path, table=table)
        for table in (table for table in TABLES if table in parts):
            for part in parts[table]:
                if self._sound(part.plain()):
                    self.findings += judged_part(self.root, table, part)
        self._unlisted(listed)
        if not self.findings:
            self.findings += judged_together(self.root, {table: parts[table] for table in TABLES})

    # All tables together

    def _records(self) -> None:
        """Keys, references and every other rule over the rows; their warnings are for the curators."""
        if len(self.tables) < len(TABLES):
            return
        checked = check_tables({table: self.tables[table] for table in STORED})
        errors = [finding for finding in checked.findings if finding.severity is Severity.ERROR]
        self.findings += errors
        reviews = Location(str(self.root / table_file("reviews", "parquet")))
        self.findings += cut_short_table(self.root, self.tables["reviews"], reviews)
        if not errors and not self._overview_follows():
            said = {"other": "the tables it is made from", "problem": "it was not made from these rows"}
            self._report(rules.FORMATS_DIFFER, table_file("overview", "parquet"), "overview", **said)

    def _overview_follows(self) -> bool:
        try:
            made = with_overview({table: self.tables[table] for table in STORED})["overview"]
        except (EngineError, pa.ArrowException, ValueError):
            return False
        return bool(made.equals(self.tables["overview"]))


def _shown(value: Any) -> str:
    """A stranger's value, short and without anything that could drive a terminal."""
    if value is None:
        return "nothing"
    return ascii(value)[:80] if not isinstance(value, str) else ascii(value)[1:81].removesuffix("'")


def _difference(found: pa.Schema, wanted: pa.Schema) -> str:
    """What sets the columns of a file apart from those of the model."""
    for there, here in itertools.zip_longest(found, wanted):
        if here is None:
            return f"there is a column {_shown(there.name)} that the model has not"
        if there is None:
            return f"the column {here.name} is missing"
        if not there.equals(here):
            return f"expected {here}, found {_shown(str(there))}"
    return "the columns are the same"


def _cells(rows: pa.Table) -> Iterator[list[str]]:
    yield list(rows.column_names)
    yield from (list(row) for row in csv_rows(rows))


def _first_difference(csv: Iterator[list[str]], parquet: Iterator[list[str]]) -> tuple[int, str] | None:
    """The first row, the header being row 0, in which two tables differ, and how."""
    for number, (said, wanted) in enumerate(itertools.zip_longest(csv, parquet)):
        if said is None or wanted is None:
            return number, "one of the two ends here"
        if said != wanted:
            return number, "the cells differ" if len(said) == len(wanted) else "the number of cells differs"
    return None
