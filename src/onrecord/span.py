"""The notation of anchors: `"752-760;769-800 9f3a1c2e5b6a7980 the words"`.

A span is `start-end` in code points, end exclusive; the spans of discontinuous text are joined
by `;`. Then come the first 16 hex digits of the SHA-256 of the words (fragments joined by one
space) and, where the wording is the datum, the words themselves as an excerpt.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

Spans = tuple[tuple[int, int], ...]
DIGEST_PREFIX = 16
ELISION = "…"  # between the pieces of discontinuous words


@dataclass(frozen=True, slots=True)
class AnchorNote:
    """An anchor as written: its spans, the hash prefix and the excerpt."""

    spans: Spans
    digest: str
    excerpt: str | None = None

    @property
    def start(self) -> int:
        """Offset of the first code point."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Offset after the last code point."""
        return max(end for _, end in self.spans)

    @property
    def fragments(self) -> str | None:
        """The spans as written, or None when there is only one."""
        return write_spans(self.spans) if len(self.spans) > 1 else None


def read_spans(said: str) -> Spans:
    """Parse `752-760;769-800`. Raises ValueError when it is not of that form."""
    pairs = [piece.split("-") for piece in said.split(";")]
    return tuple((int(start), int(end)) for start, end in pairs)


def write_spans(spans: Spans) -> str:
    """Write spans in the notation that `read_spans` reads."""
    return ";".join(f"{start}-{end}" for start, end in spans)


def read_anchor(said: str) -> AnchorNote:
    """Parse an anchor as written in YAML. Raises ValueError when it is not of that form."""
    spans, digest, *excerpt = said.split(" ", 2)
    return AnchorNote(read_spans(spans), digest, excerpt[0] if excerpt else None)


def words_at(text: str, spans: Spans) -> str:
    """The words of a text at these spans; fragments are joined by one space."""
    return " ".join(text[start:end] for start, end in spans)


def digest_of(words: str) -> str:
    """SHA-256 of the words, encoded as UTF-8, as 64 hex digits."""
    return hashlib.sha256(words.encode("utf-8")).hexdigest()
