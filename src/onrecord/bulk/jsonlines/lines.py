"""Files in blocks of whole lines, and blocks in parts: what one worker takes at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .inputs import Input, Stream

MAX_LINE = 64 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many bytes are read at once, and how many make a part."""

    block: int
    part: int


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Whole lines of a file: their bytes, and the number of the first."""

    first: int
    raw: bytes


@dataclass(slots=True)
class RawPart:
    """Some of a file: where it begins and ends, in bytes as unpacked and in lines."""

    number: int
    source: Input
    start: int
    first: int
    end: int = 0
    after: int = 0
    blocks: list[RawBlock] = field(default_factory=list)
    too_long: list[tuple[int, int]] = field(default_factory=list)
    """Lines that were not taken, each with its number and how many bytes it has."""


class Files:
    """The files of a run, part by part. A part is of one file; where it ends follows from sizes and bytes alone."""

    def __init__(self, sources: Sequence[Input], sizes: Sizes) -> None:
        self._left = list(sources)
        self._sizes = sizes
        self._stream: Stream | None = None
        self._source = sources[0]
        self._taken_before = 0
        self._carry = b""
        self._ended = False
        self._offset = 0
        self._line = 1
        self.number = 0

    @property
    def taken(self) -> int:
        """How many bytes of all files were read."""
        return self._taken_before + (self._stream.taken if self._stream else 0)

    def begin(self) -> RawPart | None:
        """The part that comes next, without its blocks; None at the end."""
        while self._stream is None or self._ended:
            if self._stream is not None:
                self._taken_before += self._source.size
                self.close()
            if not self._left:
                return None
            self._source = self._left.pop(0)
            self._stream = Stream(self._source)
            self._carry, self._ended, self._offset, self._line = b"", False, 0, 1
        return RawPart(self.number, self._source, self._offset, self._line)

    def fill(self, part: RawPart) -> RawPart:
        """Read the blocks of the part that `begin` gave."""
        while not self._ended and self._offset - part.start < self._sizes.part:
            self._block(part)
        return self._finished(part)

    def pass_over(self, part: RawPart, end: int, after: int, last: bool) -> None:
        """Go on after the end of the part that `begin` gave, which is known from before."""
        assert self._stream is not None
        # What was read beyond the end of the part before is the beginning of this one.
        known, self._carry = len(self._carry), self._carry[end - part.start :]
        self._stream.skip(max(0, end - part.start - known))
        self._offset, self._line, self._ended = end, after, last
        self._finished(part)

    def _finished(self, part: RawPart) -> RawPart:
        self.number += 1
        part.end, part.after = self._offset, self._line
        return part

    @property
    def ended(self) -> bool:
        """Whether the last part was the last of its file."""
        return self._ended

    def _block(self, part: RawPart) -> None:
        said = self._carry
        while (
            not self._ended
            and len(said) <= MAX_LINE
            and (not said or b"\n" not in said or len(said) < self._sizes.block)
        ):
            said += self._read(self._sizes.block - len(said) % self._sizes.block)
        cut = len(said) if self._ended else said.rfind(b"\n") + 1
        if not cut and len(said) > MAX_LINE:
            self._pass_long(part, said)
            return
        self._carry = said[cut:]
        if cut:
            raw = said[:cut] if cut < len(said) else said
            self._add(part, raw)

    def _add(self, part: RawPart, raw: bytes) -> None:
        size, lines = len(raw), raw.count(b"\n") + (not raw.endswith(b"\n"))
        shown = raw.removeprefix(_BOM) if self._offset == 0 else raw
        part.blocks.append(RawBlock(self._line, shown))
        self._offset += size
        self._line += lines

    def _read(self, size: int) -> bytes:
        """The next bytes, as many as are asked for: where blocks end must not hang on how bytes come in."""
        assert self._stream is not None
        said = self._stream.read(size)
        while said and len(said) < size and (more := self._stream.read(size - len(said))):
            said += more
        self._ended = len(said) < size
        return said

    def _pass_long(self, part: RawPart, said: bytes) -> None:
        """Pass over a line that is too long, holding only what is read at once."""
        size = 0
        while said and b"\n" not in said:
            size += len(said)
            said = self._read(self._sizes.block)
        end = said.find(b"\n") + 1 if said else 0
        size += max(0, end - 1)
        self._carry = said[end:]
        part.too_long.append((self._line, size))
        self._offset += size + (1 if end else 0)
        self._line += 1

    def close(self) -> None:
        """Close what is open."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
