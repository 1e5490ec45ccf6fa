"""Chance that can be repeated: the same number always gives the same draw, whatever was drawn before.

What is said of a claim or an agent must be the same in every batch that meets it, and no batch
may remember the others: it is a hash of its number, by the mixer of SplitMix64.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
_GAMMA, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_HEX = np.array([list(b"%02x" % byte) for byte in range(256)], dtype=np.uint8).view(np.uint16).reshape(256)


def mixed(numbers: ArrayLike, salt: int = 0) -> NDArray[np.uint64]:
    """A 64-bit hash of each number."""
    with np.errstate(over="ignore"):
        bits = np.asarray(numbers).astype(np.uint64) + _GAMMA * np.uint64(salt + 1)
        bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
        bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
        return bits ^ (bits >> np.uint64(31))


def below(numbers: ArrayLike, limit: int, salt: int) -> Ints:
    """For each number one from 0 below a limit, always the same."""
    return (mixed(numbers, salt) % np.uint64(limit)).astype(np.int64)


def pick(shares: Sequence[float], draws: NDArray[np.float64]) -> Ints:
    """Places in a list of shares, for draws from 0 to 1."""
    bounds = np.cumsum(shares) / sum(shares)
    return np.minimum(np.searchsorted(bounds, draws, side="right"), len(shares) - 1).astype(np.int64)


def share_of(numbers: ArrayLike, salt: int) -> NDArray[np.float64]:
    """For each number a draw from 0 to 1, always the same."""
    return (mixed(numbers, salt) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def zipf(draws: NDArray[np.float64], limit: int | Ints) -> Ints:
    """Numbers below a limit; how often one comes is inverse to its rank (Zipf's law)."""
    ranks = np.exp(draws * np.log(limit + 1.0)).astype(np.int64) - 1
    return np.clip(ranks, 0, limit - 1)


def hashes(*parts: Ints) -> Bytes:
    """The 64 hex digits of what stands for a SHA-256 of invented words: the same parts, the same digits."""
    key = mixed(parts[0], 100)
    for number, part in enumerate(parts[1:], 101):
        key = mixed(key ^ mixed(part, number), number)
    words = np.stack([mixed(key, 200 + lane) for lane in range(4)], axis=1).astype("<u8")
    return _HEX[words.view(np.uint8)].view(np.uint8).reshape(len(key), 64)
