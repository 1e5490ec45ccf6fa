"""What the bytes of a block tell before they are read in columns: which lines only the models can judge.

A columnar reader takes some things without a word that records do not allow: a number in quotes
for a decimal, an exponent, a control character written as an escape, two objects in one line.
Here a line is put aside too often rather than too seldom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from .nested import keys_of

_ESCAPES = (  # of characters that no record may hold; of those in keys, which would hide them from `_numbers`
    r"\\[bf]|\\u(?:00[01]|007[fF]|00[89]|202[89]|[fF][eE][fF][fF]|[fF]{3}[eEfF]"
    r"|00(?:3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA]))"
)
_CHARACTERS = r"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]"  # the same, in UTF-8


@cache
def _numbers() -> str:
    """Numbers as records do not write them, and text in their place."""
    decimals, integers = ("|".join(keys_of(kind)) for kind in ("decimal", "integer"))
    odd = rf'"(?:{decimals})"[ \t\r]*:[ \t\r]*(?:"|-0|[-0-9.]+[eE]|[-0-9]+\.[0-9]{{10}})'
    return rf'{odd}|"(?:{integers})"[ \t\r]*:[ \t\r]*-0'


def suspects(block: bytes, lines: Sequence[bytes]) -> set[int]:
    """The numbers of the lines of a block that are not to be read in columns."""
    found = {number for number, line in enumerate(lines) if not (line.startswith(b"{") and line.endswith(b"}"))}
    if not block.isascii() and not _is_utf8(block):
        found.update(number for number, line in enumerate(lines) if not _is_utf8(line))
    pattern = "|".join(_patterns(block))
    if _match(block, pattern):
        found.update(number for number, line in enumerate(lines) if _match(line, pattern))
    return found


def _patterns(block: bytes) -> Iterator[str]:
    yield _numbers()
    if b"\\" in block:
        yield _ESCAPES
    if not block.isascii():
        yield _CHARACTERS
    elif b"\x7f" in block:
        yield r"\x7f"


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _match(raw: bytes, pattern: str) -> bool:
    ends = pa.array([0, len(raw)], pa.int64()).buffers()[1]
    whole = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(raw)])
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())
