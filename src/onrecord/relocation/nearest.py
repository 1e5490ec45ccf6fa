"""The text most like words that are missing: a proposal for a person, never applied."""

from __future__ import annotations

from ..errors import MissingExtra
from .placement import Nearest

LEAST = 0.5  # below this likeness nothing is proposed
ROOM = 64  # code points looked at beyond the neighbours
WIDE = 4_000  # the longest region compared
SMALL = 20_000  # texts up to this length are compared as a whole where the region has nothing alike


def nearest(words: str, new: str, region: tuple[int, int]) -> Nearest | None:
    """What is most like these words in a region of the new edition, or in all of it if that is small."""
    margin = ROOM + len(words) // 4
    found = _alike(words, new, max(0, region[0] - margin), min(len(new), region[1] + margin))
    if found is None and len(new) <= SMALL:
        found = _alike(words, new, 0, len(new))
    return found


def _alike(words: str, new: str, start: int, end: int) -> Nearest | None:
    try:
        from rapidfuzz.fuzz import partial_ratio_alignment
    except ImportError:
        raise MissingExtra("rapidfuzz", "text") from None
    text = new[start : min(end, start + max(WIDE, 2 * len(words)))] if start < end else ""
    said = partial_ratio_alignment(words, text, score_cutoff=LEAST * 100) if words and text else None
    if said is None or said.dest_start == said.dest_end:
        return None
    return Nearest(((start + said.dest_start, start + said.dest_end),), round(said.score / 100, 4))
