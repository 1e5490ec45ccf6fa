"""Every rule over tables of any size: how often each finds something, and a few of what it finds.

The same rules as a check, and the same findings; but they are counted where the tables are, and
only samples are held in memory. All of them go into a Parquet file where that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bulk.parquet import DERIVED
from ..bulk.progress import Told, silent
from ..check import OPTIONS_LIMIT, finding_of
from ..finding import Finding, Severity
from ..model import TABLES
from ..rules import RULES
from ..rules.references import UNKNOWN_REFERENCE
from ..rules.rule import Rule
from ..tables import Source, row_count
from .early import Early, first_of
from .findings import FindingsFile, findings_file
from .judge import EngineJudge, Judge
from .places import Places
from .selects import UNREAD, readers, select_of, told_columns, unread_table

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.dataset import Dataset

    from ..bulk.intake import Intake

__all__ = ["SAMPLES", "Judge", "Survey", "Tally", "survey", "survey_taken"]
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule found something, and the first findings in the order of their keys."""

    rule: Rule
    count: int
    samples: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The outcome: a tally for each rule that found something, rows per table, which rules had to wait."""

    tallies: tuple[Tally, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    @property
    def records(self) -> int:
        """How many records were judged; terms and the overview follow from the rest."""
        return sum(number for table, number in self.rows.items() if table not in DERIVED)

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(tally.count for tally in self.tallies)

    @property
    def errors(self) -> int:
        """How many findings block a build."""
        return sum(tally.count for tally in self.tallies if tally.rule.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings do not."""
        return self.count - self.errors


def survey(
    tables: Mapping[str, Source],
    *,
    samples: int = SAMPLES,
    findings: Path | None = None,
    lines: Dataset | None = None,
    early: Iterable[Finding] = (),
    unread: frozenset[str] | None = frozenset(),
    complete: bool = True,
    judge: Judge | None = None,
    told: Told = silent,
    memory: int | None = None,
    spill: Path | None = None,
) -> Survey:
    """Run every rule over tables.

    `early` are findings of reading, `unread` the ids of records that were lost to them (None: some
    cannot be named) and `complete` whether none was. `findings` is a Parquet file to write all
    findings to; `lines` says on which line of which file a document or a shared record stands.
    Without a judge, DuckDB runs the rules within `memory` bytes and spills into the folder `spill`.
    """
    rows = {name: row_count(source) for name, source in tables.items()}
    with ExitStack() as opened:
        file = opened.enter_context(findings_file(findings)) if findings else None
        lost = {UNREAD: unread_table(unread)} if unread else {}
        if judge is None:
            judge = opened.enter_context(EngineJudge.over({**tables, **lost}, memory, spill))
        else:
            for name, few in lost.items():
                judge.offer(name, few)
        run = _Run(judge, rows, samples, file, Places(tables, lines), bool(unread), told)
        tallies = run.early(early)
        rules = [rule for rule in RULES if rule.select and _can_judge(rule, complete, unread)]
        with judge.ahead([select_of(rule, run.lost) for rule in rules], samples, file is not None):
            for rule, tally in zip(rules, run.rules(rules), strict=True):
                tallies[rule.code] = _together(tallies.get(rule.code), tally, samples)
    skipped = tuple(rule.code for rule in RULES if rule.select and rule not in rules)
    found = (tallies[rule.code] for rule in RULES if rule.code in tallies)
    return Survey(tuple(tally for tally in found if tally.count), rows, skipped)


def survey_taken(
    intake: Intake,
    *,
    samples: int = SAMPLES,
    findings: Path | None = None,
    judge: Judge | None = None,
    told: Told = silent,
    memory: int | None = None,
    spill: Path | None = None,
) -> Survey:
    """As `survey`, of input that was taken: with its lines, and what was found while it was read."""
    return survey(
        intake.tables,
        samples=samples,
        findings=findings,
        lines=intake.lines,
        early=intake.findings,
        unread=intake.unread,
        complete=intake.complete,
        judge=judge,
        told=told,
        memory=memory,
        spill=spill,
    )


def _can_judge(rule: Rule, complete: bool, unread: frozenset[str] | None) -> bool:
    """Whether a rule can be trusted: not when it looks for something that may be in a record that was lost."""
    if rule is UNKNOWN_REFERENCE:
        return unread is not None  # what refers to a lost record is left out by its id
    return complete or not rule.whole


def _together(before: Tally | None, after: Tally, samples: int) -> Tally:
    """What reading found of a rule, and what the rule itself did."""
    if before is None:
        return after
    return Tally(after.rule, before.count + after.count, tuple(first_of([*before.samples, *after.samples], samples)))


@dataclass(slots=True)
class _Run:
    """One pass of the rules over the tables."""

    judge: Judge
    sizes: Mapping[str, int]
    samples: int
    file: FindingsFile | None
    places: Places
    lost: bool
    told: Told
    ids: dict[str, list[str]] = field(default_factory=dict)

    def early(self, found: Iterable[Finding]) -> dict[str, Tally]:
        """What reading found, counted by rule."""
        early = Early(self.samples)
        for finding in found:
            early.add(finding)
            if self.file:
                self.file.add([(finding, None)])
        rules = {rule.code: rule for rule in RULES}
        return {
            code: Tally(rules[code], count, tuple(first_of(early.kept[code], self.samples)))
            for code, count in early.counts.items()
        }

    def rules(self, rules: Iterable[Rule]) -> Iterator[Tally]:
        """The tally of each rule, in turn; told by the rows that a rule reads."""
        rules = list(rules)
        weights = [sum(self.sizes.get(table, 0) for table in readers(rule)) for rule in rules]
        done, total = 0, sum(weights)
        for rule, weight in zip(rules, weights, strict=True):
            self.told("checking", done, total)
            yield self.rule(rule)
            done += weight
        self.told("checking", total, total)

    def rule(self, rule: Rule) -> Tally:
        if "options_table" in told_columns(rule):
            self._learn_ids()
        batches = _Numbered(lambda rows, start: self._keep(rule, rows, start)) if self.file else None
        count, first = self.judge.tally(select_of(rule, self.lost), self.samples, batches)
        found = [finding for finding, _ in self._findings(rule, first, 0)]
        return Tally(rule, count, tuple(first_of(found, self.samples)))

    def _keep(self, rule: Rule, rows: pa.RecordBatch, start: int) -> None:
        if self.file:
            self.file.add(self._findings(rule, rows, start))

    def _findings(self, rule: Rule, rows: pa.Table | pa.RecordBatch, start: int) -> list[tuple[Finding, str | None]]:
        """The findings of some rows, with the other record that each names, at their places."""
        said = rows.to_pylist()
        found = [finding_of(rule, row, self._options(row, n)) for n, row in enumerate(said, start)]
        places = self.places.of((finding.table or "", finding.key or "") for finding in found)
        placed = [_placed(finding, places.get((finding.table or "", finding.key or ""), ()), rule) for finding in found]
        return [(finding, row.get("other_id")) for finding, row in zip(placed, said, strict=True)]

    def _options(self, row: Mapping[str, Any], number: int) -> list[str]:
        """The ids that the value of a row could have been meant for, where there are few."""
        return self.ids.get(row.get("options_table", ""), []) if number < OPTIONS_LIMIT else []

    def _learn_ids(self) -> None:
        """Have the ids of small tables at hand: while an engine gives the rows of one SELECT it takes no other."""
        small = [table for table in TABLES if TABLES[table].primary_key == ("id",) and table not in self.ids]
        for table in small:
            if 0 < self.sizes.get(table, 0) <= OPTIONS_LIMIT:
                select = f'SELECT id AS record_id FROM "{table}" WHERE id IS NOT NULL'
                first = self.judge.tally(select, OPTIONS_LIMIT, None)[1]
                self.ids[table] = first.column("record_id").to_pylist() if first.num_rows else []


class _Numbered:
    """Counts the rows that came before a batch."""

    def __init__(self, keep: Callable[[pa.RecordBatch, int], None]) -> None:
        self._keep, self._before = keep, 0

    def __call__(self, rows: pa.RecordBatch) -> None:
        self._keep(rows, self._before)
        self._before += rows.num_rows


def _placed(finding: Finding, places: Iterable[Any], rule: Rule) -> Finding:
    """A finding at its place; of records that stand twice the later one is at fault."""
    known = list(places)
    if not known:
        return finding
    if rule.name == "duplicate-id":
        return replace(finding, location=known[-1], others=tuple(known[:-1]))
    return replace(finding, location=known[0])
