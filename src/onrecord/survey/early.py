"""Findings of reading, counted by rule; only some of each are held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ..finding import Finding

_SLACK = 64


def first_of(found: Iterable[Finding], samples: int) -> list[Finding]:
    """The first findings in the order of their keys."""
    return sorted(found, key=lambda f: (f.table or "", f.key or "", f.column or "", f.order))[:samples]


class Early:
    """Counts findings and keeps the first of each rule, in the order of their places."""

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self.counts: Counter[str] = Counter()
        self.kept: dict[str, list[Finding]] = defaultdict(list)

    def add(self, finding: Finding) -> None:
        """Count one more."""
        self.counts[finding.code] += 1
        kept = self.kept[finding.code]
        kept.append(finding)
        if len(kept) > self._samples + _SLACK:
            self.kept[finding.code] = first_of(kept, self._samples)
