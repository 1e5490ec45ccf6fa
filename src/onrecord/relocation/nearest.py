"""The text most like words that are missing: a proposal for a person, never applied."""

from __future__ import annotations

from typing import Any

from ..errors import MissingExtra
from .placement import Nearest

LIKE, LEAST = 0.75, 0.5  # what stands in the place is taken if so like; below the other, nothing is proposed
ROOM = 64  # code points looked at beyond the neighbours
WIDE = 4_000  # the longest region compared
SMALL = 20_000  # texts up to this length are compared as a whole where the region has nothing alike


def nearest(words: str, new: str, region: tuple[int, int]) -> Nearest | None:
    """What is most like these words: what stands in their place, or near it, or, in a small text, anywhere."""
    in_place = _in_place(words, new, *region)
    if in_place and in_place.similarity >= LIKE:
        return in_place
    margin = ROOM + len(words) // 4
    found = _within(words, new, max(0, region[0] - margin), region[1] + margin) or in_place
    return _within(words, new, 0, len(new)) if found is None and len(new) <= SMALL else found


def _in_place(words: str, new: str, start: int, end: int) -> Nearest | None:
    if not 0 < end - start <= 2 * len(words) + ROOM:
        return None
    likeness = _fuzz().ratio(words, new[start:end], score_cutoff=LEAST * 100) / 100
    return Nearest(((start, end),), round(likeness, 4)) if likeness else None


def _within(words: str, new: str, start: int, end: int) -> Nearest | None:
    text = new[start : min(end, start + max(WIDE, 2 * len(words)))] if start < end else ""
    said = _fuzz().partial_ratio_alignment(words, text, score_cutoff=LEAST * 100) if words and text else None
    if said is None or said.dest_start == said.dest_end:
        return None
    return Nearest(((start + said.dest_start, start + said.dest_end),), round(said.score / 100, 4))


def _fuzz() -> Any:
    try:
        from rapidfuzz import fuzz
    except ImportError:
        raise MissingExtra("rapidfuzz", "text") from None
    return fuzz
