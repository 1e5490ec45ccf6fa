"""Every rule over tables of any size: how often each finds something, and a few of what it finds.

The same rules as a check, and the same findings; but they are counted where the tables are, and
only samples are held in memory. All of them go into a Parquet file where that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .bulk.progress import Told, silent
from .finding import Finding, Severity
from .rules import RULES
from .rules.rule import Rule
from .tables import Source

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.dataset import Dataset

SAMPLES = 5
Into = Callable[["pa.RecordBatch"], None]


class Judge(Protocol):
    """What runs the SELECT of a rule: an engine of this machine, or a cluster."""

    def tally(self, select: str, samples: int, into: Into | None) -> tuple[int, pa.Table]:
        """How many rows a SELECT gives, and the first of them in the order of their keys.

        All of them go into `into` where it is given, a batch at a time.
        """


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
    def errors(self) -> int:
        """How many findings block a build."""
        return sum(tally.count for tally in self.tallies if tally.rule.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings do not."""
        return sum(tally.count for tally in self.tallies) - self.errors


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
) -> Survey:  # noqa: ARG001
    """Run every rule over tables.

    `early` are findings of reading, `unread` the ids of records that were lost to them (None: some
    cannot be named) and `complete` whether none was. `findings` is a Parquet file to write all
    findings to; `lines` says on which line of which file a document or a shared record stands.
    """
    from .check import check_tables

    whole = check_tables(
        {name: rows if not hasattr(rows, "to_table") else rows.to_table() for name, rows in tables.items()}
    )
    rules = {rule.code: rule for rule in RULES}
    found: dict[str, list[Finding]] = {}
    for finding in (*early, *whole.findings):
        found.setdefault(finding.code, []).append(finding)
    return Survey(tuple(Tally(rules[c], len(f), tuple(f[:samples])) for c, f in found.items()), whole.counts)
