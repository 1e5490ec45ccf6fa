"""Where anchored words stand in another edition of a text, with no silent move.

Given the edition that the records were made from, the words are known and both texts are compared
(`known`, `blocks`, `witness`); without it only their hashes are (`hashed`, `proved`). What is not certain is
said to be so and left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from .by_hash import relocate_hashes
from .by_words import relocate_words
from .placement import COUNT_LIMIT, Nearest, Placement, Pointer, State, fits, placed

__all__ = ["COUNT_LIMIT", "Nearest", "Placement", "Pointer", "State", "fits", "relocate"]


def relocate(new: str, pointers: Sequence[Pointer], *, old: str | None = None) -> list[Placement]:
    """Where the words of each pointer stand in the new edition, in the order given.

    With the old edition, repeats are told apart by their surroundings; pointers that do not fit it
    are sought by their hashes. Without it, only what the hashes of the passages and sentences prove
    is settled.
    """
    new = _plain(new)
    if old is None:
        return relocate_hashes(new, pointers)
    old = _plain(old)
    known = [pointer for pointer in pointers if fits(old, pointer)]
    if old == new:
        found = {id(pointer): placed(pointer, pointer.spans, "same text", settled=True) for pointer in known}
    else:
        found = {id(placement.pointer): placement for placement in relocate_words(old, new, known)}
    rest = [pointer for pointer in pointers if id(pointer) not in found]
    found |= {id(p.pointer): p for p in relocate_hashes(new, rest, prove=False)}
    return [found[id(pointer)] for pointer in pointers]


def _plain(text: str) -> str:
    """A text without lone surrogates, which cannot be encoded and so never were hashed."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
