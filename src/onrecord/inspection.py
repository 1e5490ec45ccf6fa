"""A source text for people: what it is and what is in it, and the text itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

from .lettering import counted, visible
from .source import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from .characters import Characters, MixedWord, Spot, Suspect
    from .extract import Boilerplate

IN_MEMORY = 16 * 1024 * 1024
_LINE_ENDS = {"\r\n": "CRLF to LF", "\r": "CR to LF"}


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a source is: its form, how it was read, what was changed, and the characters it is made of."""

    form: str
    encoding: str | None
    basis: str | None
    changes: tuple[str, ...]
    characters: Characters

    def as_dict(self) -> dict[str, Any]:
        """The same as data for JSON."""
        said = asdict(self)
        characters: dict[str, Any] = said.pop("characters")
        return said | characters

    def lines(self) -> Iterator[str]:
        """The same for people. Of the text's own words only mixed ones are shown, with nothing hidden in them."""
        found = self.characters
        facts = {
            "form": self.form,
            "encoding": f"{self.encoding}, {self.basis}" if self.encoding else "none: the file is no text",
            "changes": "; ".join(self.changes) or "none",
            "length": counted(found.length, "code point"),
            "size": f"{counted(found.bytes, 'byte')} of UTF-8",
            "lines": f"{found.lines:,}",
            "sha256": found.sha256,
            "scripts": ", ".join(f"{script} {count:,}" for script, count in found.scripts.items()),
            "suspicious": "" if found.suspects or found.mixed else "nothing",
        }
        yield from (f"{name:<12}{said}".rstrip() for name, said in facts.items())
        yield from (f"  {_said(one)}" for one in found.suspects)
        yield from (f"  {_said(one)}" for one in found.mixed)
        if found.unlisted:
            yield f"  and {counted(found.unlisted, 'more place')} with characters or words not listed here"


def _said(one: Suspect | MixedWord) -> str:
    more = ", ..." if one.count > len(one.places) else ""
    return f"{visible(one.what)}: {counted(one.count, 'place')}, at {', '.join(map(_at, one.places))}{more}"


def _at(spot: Spot) -> str:
    return f"{spot.offset} ({spot.line}:{spot.column})"


def inspect(path: Path, encoding: str | None = None, boilerplate: Boilerplate = "drop") -> Inspected:
    """What a source file is. Raises SourceError when it cannot be read."""
    from .characters import characters_of  # an extra, which the text itself does without

    reading = Reading(path, encoding=encoding, boilerplate=boilerplate)
    found = characters_of(reading)
    name, basis = (reading.encoding.name, reading.encoding.basis) if reading.encoding else (None, None)
    return Inspected(reading.form, name, basis, tuple(_changes(reading)), found)


def _changes(reading: Reading) -> Iterator[str]:
    if reading.encoding and reading.encoding.skip:
        yield "byte-order mark dropped"
    yield from (_LINE_ENDS[end] for end in reading.canonical.line_ends if end in _LINE_ENDS)
    if reading.canonical.composed:
        yield "characters composed (NFC)"


def write_text(reading: Reading, out: IO[bytes], terminal: bool = False) -> None:
    """Write the canonical text of a source as UTF-8: all of it, or, when it cannot be read, nothing.

    On a terminal what would drive it is shown by its code point, and the last line is ended.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
        last = ""
        for piece in reading:
            whole.write((_visible(piece) if terminal else piece).encode("utf-8"))
            last = piece
        if terminal and not last.endswith("\n"):
            whole.write(b"\n")
        whole.seek(0)
        shutil.copyfileobj(whole, out)


def _visible(text: str) -> str:
    """Text with its hidden characters shown; lines and tabs stay what they are."""
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))
