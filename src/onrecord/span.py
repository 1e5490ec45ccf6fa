"""The notation of anchors: `"752-760;769-800 9f3a1c2e5b6a7980 the words"`.

A span is `start-end` in code points, end exclusive; the spans of discontinuous text are joined
by `;`. Then come the first 16 hex digits of the SHA-256 of the words (fragments joined by one
space) and, where the wording is the datum, the words themselves as an excerpt.

A placeholder stands for an anchor that is still to be made, and says its words and how to choose
among several places of them: `"?the words?"`, `"?the words? nth 2"`, `"?one piece … another?"`.

An unsettled anchor is one whose words could not be found with certainty in a new edition of the
text. It says where they stood in the old one, and its hash: `"!86-94@479656262b22bc50 9f3a1c2e5b6a7980"`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Spans = tuple[tuple[int, int], ...]
DIGEST_PREFIX = 16
ELISION = "…"  # between the pieces of discontinuous words


_UNSETTLED = re.compile(r"!([0-9]+-[0-9]+(?:;[0-9]+-[0-9]+)*)@([0-9a-f]{16}) [0-9a-f]{16}( .*)?")
_PLACEHOLDER = re.compile(
    r"\?(.*?)\?((?:\s+(?:nth\s+[0-9]{1,12}|near\s+[0-9]{1,12}|excerpt))*)((?:\s+(?:before|after):.*)?)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder as written: its words, how to choose among their places, whether to keep them as excerpt."""

    words: str
    near: int | None = None
    nth: int | None = None
    before: str | None = None
    after: str | None = None
    excerpt: bool = False


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


def unsettled(said: str, edition: str) -> str:
    """An anchor as written, marked as one of an edition (SHA-256 of its text) that is no longer on record."""
    spans, rest = said.split(" ", 1)
    return f"!{spans}@{edition[:DIGEST_PREFIX]} {rest}"


def read_unsettled(said: str) -> tuple[str, str] | None:
    """Spans and edition of an unsettled anchor; None when it is none."""
    found = _UNSETTLED.fullmatch(said)
    return (found[1], found[2]) if found else None


def is_placeholder(said: str) -> bool:
    """Whether something written in the place of an anchor is meant as a placeholder, well-formed or not."""
    return said.lstrip().startswith("?")


def read_placeholder(said: str) -> Placeholder:
    """Parse a placeholder. Raises ValueError, with the reason in words, when it is not of that form."""
    found = _PLACEHOLDER.fullmatch(said.strip())
    if not found:
        raise ValueError(
            "after its words come `?` and options" if "?" in said.strip()[1:] else "its words end with `?`"
        )
    words, options, around = found[1].strip(), found[2].split(), found[3]
    if not words:
        raise ValueError("it has no words")
    given = _choice(options) | _context(around)
    if len({"before or after" if key in ("before", "after") else key for key in given} - {"excerpt"}) > 1:
        raise ValueError("it chooses in several ways at once")
    return Placeholder(words, **given)


def _choice(options: list[str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for option, number in zip_longest(options, options[1:], fillvalue=""):
        if option in given:
            raise ValueError(f"`{option}` is given twice")
        if option == "excerpt":
            given[option] = True
        elif option in ("nth", "near"):
            given[option] = int(number)
    if given.get("nth") == 0:
        raise ValueError("places are counted from 1, not from 0")
    return given


def _context(around: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for piece in re.split(r"\s+(?=(?:before|after):)", around)[1:]:
        side, words = piece.split(":", 1)
        if side in given:
            raise ValueError(f"`{side}:` is given twice")
        given[side] = words.strip()
        if not given[side]:
            raise ValueError(f"`{side}:` has no words")
    return given
