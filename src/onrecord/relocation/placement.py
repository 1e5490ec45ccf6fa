"""What is asked and what is answered: anchored words, and where they stand in another edition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..span import DIGEST_PREFIX, Spans, digest_of, words_at

COUNT_LIMIT = 100  # candidates are counted up to here
SHOWN = 5  # candidates that a placement lists


class State(StrEnum):
    """What has become of anchored words."""

    EXACT = "exact"
    MOVED = "moved"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place in the old edition and the hash of the words there.

    `digest` is the SHA-256 of the words in hex, or its first 16 digits. `tile` marks passages and
    sentences: tiles cover the whole of the old text.
    """

    key: str
    spans: Spans
    digest: str
    tile: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """The text most like words that are missing: a proposal, never applied."""

    spans: Spans
    similarity: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the words of a pointer stand.

    `spans` is the place (exact, moved), `places` the candidates (ambiguous), nearest to where the
    words are expected first, at most five. `count` says how many there are; it stops at 100.
    `settled` means that these are certainly the same words and no lookalike; only a settled
    placement may be written without asking a person. `evidence` says why, or what is in doubt.
    """

    pointer: Pointer
    state: State
    spans: Spans | None = None
    places: tuple[Spans, ...] = ()
    count: int = 0
    settled: bool = False
    evidence: str = ""
    nearest: Nearest | None = None


def placed(pointer: Pointer, spans: Spans, evidence: str, *, settled: bool) -> Placement:
    """The words stand at one place, the old one or another."""
    state = State.EXACT if spans == pointer.spans else State.MOVED
    return Placement(pointer, state, spans, count=1, settled=settled, evidence=evidence)


def fits(text: str, pointer: Pointer, shift: int = 0) -> bool:
    """Whether the words of a pointer stand in a text, so far from where it says."""
    spans = shifted(pointer.spans, shift)
    if len(pointer.digest) < DIGEST_PREFIX or not spans:
        return False
    if not all(0 <= start < end <= len(text) for start, end in spans):
        return False
    return digest_of(words_at(text, spans)).startswith(pointer.digest)


def shifted(spans: Spans, shift: int) -> Spans:
    """Spans, so many code points further on."""
    return tuple((start + shift, end + shift) for start, end in spans) if shift else spans


def hull(spans: Spans) -> tuple[int, int]:
    """The span from the first code point of all spans to the last."""
    if len(spans) == 1:
        return spans[0]
    return min(start for start, _ in spans), max(end for _, end in spans)
