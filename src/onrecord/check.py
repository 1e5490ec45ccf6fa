"""Runs every rule over the tables and joins the keys it returns to the places of the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from .engine import Engine
from .finding import Finding, Severity
from .records import Loaded, load_records
from .rules import RULES, Rule
from .tables import to_tables

OPTIONS_LIMIT = 10_000


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


def check(path: str | Path) -> Checked:
    """Check a records folder. Raises LoadError when it cannot be read at all."""
    return check_loaded(load_records(path))


def check_loaded(loaded: Loaded) -> Checked:
    """Check records that were read from YAML; findings carry file, line and column."""
    tables = to_tables(loaded.records)
    rules = [rule for rule in RULES if rule.select and (loaded.complete or not rule.whole)]
    skipped = tuple(rule.code for rule in RULES if rule.select and rule not in rules)
    findings = [*loaded.findings, *run_rules(tables, rules, loaded)]
    counts = {table: len(rows) for table, rows in loaded.records.items()}
    return Checked(tuple(sorted(set(findings), key=lambda f: f.order)), loaded.count, counts, skipped)


def check_tables(tables: Mapping[str, pa.Table]) -> Checked:
    """Check tables that were never YAML; findings carry table and key."""
    findings = run_rules(tables, [rule for rule in RULES if rule.select])
    counts = {table: rows.num_rows for table, rows in tables.items()}
    return Checked(tuple(sorted(findings, key=lambda f: f.order)), sum(counts.values()), counts)


def run_rules(tables: Mapping[str, pa.Table], rules: Iterable[Rule], loaded: Loaded | None = None) -> list[Finding]:
    """The findings of these rules over these tables."""
    with Engine(tables) as engine:
        return [
            _finding(rule, row, tables, loaded)
            for rule in rules
            for row in engine.select(rule.select or "").to_pylist()
        ]


def _finding(rule: Rule, row: dict[str, Any], tables: Mapping[str, pa.Table], loaded: Loaded | None) -> Finding:
    table, key, column = row["record_table"], row["record_id"] or "(null)", row.get("record_column")
    said = {name: "null" if value is None else value for name, value in row.items()}
    if "options_table" in said:
        known = tables[said["options_table"]]
        said["options"] = known.column("id").to_pylist() if known.num_rows <= OPTIONS_LIMIT else []
    places = loaded.place(table, key, column) if loaded else []
    others = loaded.place(table, row["other_id"])[:1] if loaded and row.get("other_id") else []
    place = places[0] if places else None
    if rule.name == "duplicate-id" and len(places) > 1:  # the later record is at fault, the first is the other
        place, others = places[-1], places[:-1]
    return rule.finding(said, location=place, table=table, key=key, column=column, others=tuple(others))
