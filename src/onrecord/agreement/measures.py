"""The measures: alpha by a published implementation, recall and F1, each with a bootstrap interval.

What stands in one passage was read together, so it is passages that are drawn anew, not words or statements.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from ..errors import MissingExtra

try:
    import krippendorff
    import numpy as np
    from scipy.stats import bootstrap
except ImportError:
    raise MissingExtra("krippendorff", "agreement") from None

SEED = 20_110_125  # of every interval, so that the same encodings always give the same figures
RESAMPLES = 1_000
CONFIDENCE = 0.95
PLACES = Decimal("0.0001")
BOOTSTRAP = f"percentile bootstrap over passages, {RESAMPLES:,} resamples"

Statistic = Callable[[np.ndarray], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its interval and the number of items it rests on."""

    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    n: int


def alpha(rows: np.ndarray) -> float:
    """Krippendorff's alpha for nominal data: a row per unit, a column per value, how often it was given.

    Not a number where there is nothing to compare, or where all values are one: then chance explains everything.
    """
    if len(rows) == 0 or np.count_nonzero(rows.sum(axis=0)) < 2:
        return float("nan")
    return float(krippendorff.alpha(value_counts=rows, level_of_measurement="nominal"))


def recall(rows: np.ndarray) -> float:
    """The share of items found."""
    return float(rows[:, 0].mean()) if len(rows) else float("nan")


def f1(rows: np.ndarray) -> float:
    """Of items with a column for each encoding that has them: twice those in both, by all of both."""
    total = rows.sum()
    return float(2 * (rows.sum(axis=1) == 2).sum() / total) if total else float("nan")


def counts_of(first: Sequence[Hashable], second: Sequence[Hashable]) -> np.ndarray:
    """How often each unit got each value, from the values that two encodings gave it."""
    domain = {value: at for at, value in enumerate(sorted({*first, *second}, key=str))}
    rows = np.zeros((len(first), max(len(domain), 1)), dtype=np.int64)
    for column in (first, second):
        for unit, value in enumerate(column):
            rows[unit, domain[value]] += 1
    return rows


def measured(statistic: Statistic, rows: np.ndarray, passages: Sequence[str]) -> Measured:
    """A measure of items, with the interval that comes of drawing their passages anew."""
    low, high = _interval(statistic, rows, passages)
    return Measured(_exact(statistic(rows)), _exact(low), _exact(high), len(rows))


def _interval(statistic: Statistic, rows: np.ndarray, passages: Sequence[str]) -> tuple[float, float]:
    groups = [rows[[at for at, p in enumerate(passages) if p == id]] for id in sorted(set(passages))]
    if len(groups) < 2:  # nothing to draw from
        return float("nan"), float("nan")

    def drawn(numbers: np.ndarray) -> float:
        return statistic(np.concatenate([groups[number] for number in numbers]))

    found = _drawn(np.arange(len(groups)), drawn)
    known = found[np.isfinite(found)]
    if len(known) < len(found) / 2:
        return float("nan"), float("nan")
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def _drawn(numbers: np.ndarray, statistic: Statistic) -> Any:
    """The statistic of each resample; where a resample has but one value it is not a number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of such resamples; they are counted below
        result = bootstrap(
            (numbers,),
            statistic,
            n_resamples=RESAMPLES,
            vectorized=False,
            method="percentile",
            confidence_level=CONFIDENCE,
            rng=np.random.default_rng(SEED),
        )
    return result.bootstrap_distribution


def _exact(value: float) -> Decimal | None:
    if not isfinite(value):
        return None
    return Decimal(repr(value)).quantize(PLACES).normalize() + 0
