"""Runs every rule over the tables and joins the keys it returns to the places of the records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from .engine import Engine
from .finding import Finding, Severity
from .info import info_file, read_info
from .logend import cut_short, project_of
from .records import Loaded, load_records
from .rules import RULES
from .rules.references import UNKNOWN_REFERENCE
from .rules.rule import Rule
from .tables import plain, to_tables
from .views import OF_RECORDS, VIEWS

OPTIONS_LIMIT = 2_000  # a suggestion is sought among that many ids, and for that many faults of a rule


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: findings in order, how many records were judged, which rules had to wait."""

    findings: tuple[Finding, ...]
    records: int
    counts: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings block a build."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings do not."""
        return len(self.findings) - self.errors

    @property
    def codes(self) -> Counter[str]:
        """Findings per code."""
        return Counter(finding.code for finding in self.findings)


def check(path: str | Path, loaded: Loaded | None = None, tables: Mapping[str, pa.Table] | None = None) -> Checked:
    """Check a records folder, `package.yaml` included, and its review log against the package that was built from it.

    Raises LoadError when it cannot be read at all. Where its records were read already, and made
    into tables, they are not read again.
    """
    loaded = load_records(path) if loaded is None else loaded
    checked = check_loaded(loaded, tables)
    faults = read_info(path)[1] if info_file(path).exists() else []
    faults += cut_short(project_of(path), loaded, path)
    return replace(checked, findings=tuple(sorted([*checked.findings, *faults], key=lambda f: f.order)))


def check_loaded(loaded: Loaded, tables: Mapping[str, pa.Table] | None = None) -> Checked:
    """Check records that were read from YAML, and made into tables already or not; findings carry their places."""
    tables = to_tables(loaded.records) if tables is None else tables
    rules = [rule for rule in RULES if rule.select and _can_judge(rule, loaded)]
    skipped = tuple(rule.code for rule in RULES if rule.select and rule not in rules)
    findings = [*loaded.findings, *run_rules(tables, rules, loaded)]
    counts = {table: len(rows) for table, rows in loaded.records.items()}
    return Checked(tuple(sorted(set(findings), key=lambda f: f.order)), loaded.count, counts, skipped)


def _can_judge(rule: Rule, loaded: Loaded) -> bool:
    """Whether a rule can be trusted: not when it looks for something that may be in a record that was lost."""
    if rule is UNKNOWN_REFERENCE:
        return loaded.unread is not None  # what refers to a lost record is left out by its id
    return loaded.complete or not rule.whole


def _refers_to(row: Mapping[str, Any], unread: Iterable[str]) -> bool:
    """Whether a reference is to a record that could not be read, or to one nested in it."""
    value = str(row.get("value"))
    return any(value == id or value.startswith(f"{id}.") for id in unread)


def check_tables(tables: Mapping[str, pa.Table]) -> Checked:
    """Check tables that were never YAML; findings carry table and key."""
    findings = run_rules(tables, [rule for rule in RULES if rule.select])
    counts = {table: rows.num_rows for table, rows in tables.items()}
    return Checked(tuple(sorted(set(findings), key=lambda f: f.order)), sum(counts.values()), counts)


def run_rules(tables: Mapping[str, pa.Table], rules: Iterable[Rule], loaded: Loaded | None = None) -> list[Finding]:
    """The findings of these rules over these tables."""
    unread, rules = (loaded.unread or ()) if loaded else (), list(rules)
    with Engine(tables, views=OF_RECORDS if loaded else VIEWS) as engine:
        return [
            finding_of(rule, row, _options(row, tables) if number < OPTIONS_LIMIT else [], loaded)
            for rule, rows in zip(rules, engine.each(rule.select or "" for rule in rules), strict=True)
            for number, row in enumerate(rows)
            if rule is not UNKNOWN_REFERENCE or not _refers_to(row, unread)
        ]


def _options(row: dict[str, Any], tables: Mapping[str, pa.Table]) -> list[str]:
    """The ids that the value of a row could have been meant for."""
    known = tables.get(row.get("options_table", ""))
    if known is None or known.num_rows > OPTIONS_LIMIT:
        return []
    return [id for id in known.column("id").to_pylist() if id is not None]


def _shown(value: Any) -> Any:
    """A value as people write it: `null` for nothing, 40 for 40.000000000, times as in records."""
    if isinstance(value, Decimal | dt.datetime):
        return plain(value)
    return "null" if value is None else value


def finding_of(rule: Rule, row: dict[str, Any], options: list[str], loaded: Loaded | None = None) -> Finding:
    """The finding that a row of a rule's SELECT states; `options` are the ids that its value could have been."""
    table, key, column = row["record_table"], row["record_id"] or "(null)", row.get("record_column")
    said = {name: _shown(value) for name, value in row.items()}
    if "options_table" in said:
        said["options"] = options
    places = loaded.place(table, key, column) if loaded else []
    others = loaded.place(table, row["other_id"])[:1] if loaded and row.get("other_id") else []
    place = places[0] if places else None
    if rule.name == "duplicate-id" and len(places) > 1:  # the later record is at fault, the first is the other
        place, others = places[-1], places[:-1]
    return rule.finding(said, location=place, table=table, key=key, column=column, others=tuple(others))
