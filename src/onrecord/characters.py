"""What characters a text is made of: scripts, and characters or words that are not what they seem.

Works on a text in pieces, with a few passes of compiled code over each, so that its size does not
matter. What is suspicious is judged in its place: a joiner within an emoji or a Persian word, or a
variation selector behind the sign it varies, is no finding.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .errors import MissingExtra

try:
    import regex
except ImportError:
    raise MissingExtra("regex", "text") from None

PLACES = 5  # how many places of each are kept
MAX_LISTED = 256  # how many different characters, and words, are listed
MAX_WORD = 64

# The first kind that fits a character counts.
_KINDS = {
    "bidirectional control": r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
    "zero-width character": r"[\u200b-\u200d\u2060\ufeff]",
    "soft hyphen": r"\u00ad",
    "replacement character": r"\ufffd",
    "line separator": r"[\u2028\u2029]",
    "control character": r"[\p{Cc}--[\n\t]]",
    "variation selector": r"\p{Variation_Selector}",
    "tag": r"[\U000e0020-\U000e007f]",
    "noncharacter": r"\p{Noncharacter_Code_Point}",
    "private use": r"\p{Co}",
    "unassigned": r"\p{Cn}",
    "invisible character": r"[[\p{Default_Ignorable_Code_Point}\p{Cf}]--\p{Prepended_Concatenation_Mark}]",
}
_KIND = {kind: regex.compile(pattern, regex.V1) for kind, pattern in _KINDS.items()}

# Scripts whose letters join or stack, so that a joiner between them shapes a word.
_JOINING = "Adlm Arab Mand Mani Mong Nkoo Phag Rohg Syrc"
_STACKING = "Bali Beng Deva Gujr Guru Java Khmr Knda Mlym Mymr Orya Sinh Taml Telu Tibt"
_SHAPED = "".join(rf"\p{{Script={name}}}" for name in f"{_JOINING} {_STACKING}".split())
_DEPENDS_ON_PLACE = frozenset("\u200c\u200d") | {chr(c) for c in (*range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0))}
_DEPENDS_ON_PLACE |= {chr(c) for c in (*range(0xFE00, 0xFE10), 0x180B, 0x180C, 0x180D, 0x180F)}
_VARIED = r"\p{Emoji}\p{So}\p{Sm}\p{Script=Hani}\p{Script=Mong}\p{Script=Mymr}\p{Script=Phag}"
# The character stands first and what comes before it behind, so that the search runs from one to the next.
_IN_PLACE = regex.compile(
    r"\u200d(?:(?<=[\p{Emoji}\p{Emoji_Modifier}\ufe0f].)(?=\p{Emoji})"
    rf"|(?<=[{_SHAPED}]\p{{Mn}}*.)(?![\u200c\u200d]))"
    rf"|\u200c(?<=[{_SHAPED}]\p{{Mn}}*.)(?=[{_SHAPED}])"
    rf"|[\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef](?<=[{_VARIED}].)"
    r"|[\U000e0020-\U000e007e]+\U000e007f(?<=\U0001f3f4[\U000e0020-\U000e007f]+)",
    regex.V1,
)

# Alphabets whose letters are taken for one another: two of them in one word are a disguise or a slip.
ALIKE = ("Latn", "Cyrl", "Grek", "Armn", "Cher", "Copt", "Geor", "Glag", "Lisu", "Dsrt", "Osge")
_JOINED = regex.compile(r"[\p{M}\p{N}_\u00ad\u200b-\u200d\u2060]")  # part of a word, of no alphabet


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text: offset in code points from 0, line and column from 1."""

    offset: int
    line: int
    column: int


@dataclass(slots=True)
class Suspect:
    """A suspicious character: what it is, how often it is there, and its first places."""

    kind: str
    code: str
    name: str
    count: int = 0
    places: list[Spot] = field(default_factory=list)

    @property
    def what(self) -> str:
        """The character in words."""
        return f"{self.code} {self.name}, {self.kind}"


@dataclass(slots=True)
class MixedWord:
    """A word with letters of two alphabets that look alike."""

    word: str
    scripts: tuple[str, ...]
    count: int = 0
    places: list[Spot] = field(default_factory=list)

    @property
    def what(self) -> str:
        """The word, with the alphabets it is made of."""
        return f"{self.word} ({self.spelt}), letters of {' and '.join(self.scripts)} in one word"

    @property
    def spelt(self) -> str:
        """The word with the letters of all but its main alphabet as code points, so that they can be told apart."""
        scripts = [script for script in map(_script, self.word) if script in ALIKE]
        main = max(scripts, key=scripts.count)
        odd = {c for c in self.word if _script(c) in ALIKE and _script(c) != main}
        return "".join(f"<U+{ord(c):04X}>" if c in odd else c for c in self.word)


@dataclass(slots=True)
class Characters:
    """What a text is made of. `unlisted` counts what was found beyond the limits of the lists."""

    length: int = 0
    bytes: int = 0
    lines: int = 0
    sha256: str = ""
    scripts: dict[str, int] = field(default_factory=dict)
    suspects: list[Suspect] = field(default_factory=list)
    mixed: list[MixedWord] = field(default_factory=list)
    unlisted: int = 0


def characters_of(pieces: Iterable[str]) -> Characters:
    """What a text, given in pieces, is made of."""
    survey = _Survey()
    for piece in _whole_words(pieces):
        survey.add(piece)
    return survey.result()


def _whole_words(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that end behind a space or a line, so that no word is cut."""
    carried = ""
    for piece in pieces:
        piece = carried + piece
        cut = max(piece.rfind(" "), piece.rfind("\n")) + 1 or max(len(piece) - MAX_WORD, 0)
        yield piece[:cut]
        carried = piece[cut:]
    yield carried


class _Survey:
    """Adds up what is found in each piece."""

    def __init__(self) -> None:
        self.found = Characters()
        self.digest = hashlib.sha256()
        self.tally: dict[str, int] = {}
        self.suspects: dict[str, Suspect] = {}
        self.mixed: dict[str, MixedWord] = {}
        self.line_start, self.ended = 0, True

    def add(self, piece: str) -> None:
        """Count a piece that begins where the last one ended."""
        if not piece:
            return
        raw = piece.encode("utf-8")
        self.digest.update(raw)
        tally = _tally(piece)
        for character, count in tally.items():
            self.tally[character] = self.tally.get(character, 0) + count
        self._suspect(piece, tally)
        self._mix(piece, tally)
        self._move(piece, len(raw))

    def _move(self, piece: str, size: int) -> None:
        self.line_start = self.found.length + piece.rfind("\n") + 1 if "\n" in piece else self.line_start
        self.found.length += len(piece)
        self.found.bytes += size
        self.found.lines += piece.count("\n")
        self.ended = piece.endswith("\n")

    def _spot(self, piece: str, at: int) -> Spot:
        newline = piece.rfind("\n", 0, at)
        start = self.found.length + newline + 1 if newline >= 0 else self.line_start
        offset = self.found.length + at
        return Spot(offset, self.found.lines + piece.count("\n", 0, at) + 1, offset - start + 1)

    def _suspect(self, piece: str, tally: dict[str, int]) -> None:
        if not tally.keys().isdisjoint(_DEPENDS_ON_PLACE):
            piece = _IN_PLACE.sub(lambda found: " " * len(found[0]), piece)
            tally = _tally(piece)
        for character, count in tally.items():
            kind = _kind(character)
            if kind is None:
                continue
            if character not in self.suspects and len(self.suspects) == MAX_LISTED:
                self.found.unlisted += count
                continue
            suspect = self.suspects.setdefault(character, Suspect(kind, f"U+{ord(character):04X}", _name(character)))
            suspect.count += count
            self._place(suspect.places, piece, character)

    def _place(self, places: list[Spot], piece: str, character: str) -> None:
        at = -1
        while len(places) < PLACES and (at := piece.find(character, at + 1)) >= 0:
            places.append(self._spot(piece, at))

    def _mix(self, piece: str, tally: dict[str, int]) -> None:
        letters: dict[str, str] = {}
        for character in sorted(tally):
            script = "joined" if _joins(character) else _script(character)
            letters[script] = letters.get(script, "") + character
        joined = letters.pop("joined", "")
        alike = tuple(letters[script] for script in ALIKE if script in letters)
        end = 0
        for found in _borders(alike, joined).finditer(piece) if len(alike) > 1 else ():
            if found.start() >= end:  # else it is another border in the word that was just noted
                start, end = _word_around(piece, found.start())
                self._note(piece, start, piece[start:end])

    def _note(self, piece: str, start: int, word: str) -> None:
        if word not in self.mixed and len(self.mixed) == MAX_LISTED:
            self.found.unlisted += 1
            return
        scripts = tuple(sorted({_script_names()[s] for s in map(_script, word) if s in ALIKE}))
        mixed = self.mixed.setdefault(word, MixedWord(word, scripts))
        mixed.count += 1
        if len(mixed.places) < PLACES:
            mixed.places.append(self._spot(piece, start))

    def result(self) -> Characters:
        """All that was found: scripts by frequency, the rest by first place."""
        scripts: dict[str, int] = {}
        for character, count in self.tally.items():
            name = _script_names().get(_script(character), "Unknown")
            scripts[name] = scripts.get(name, 0) + count
        found = self.found
        found.scripts = dict(sorted(scripts.items(), key=lambda item: (-item[1], item[0])))
        found.lines += not self.ended
        found.sha256 = self.digest.hexdigest()
        found.suspects = sorted(self.suspects.values(), key=lambda suspect: suspect.places[0].offset)
        found.mixed = list(self.mixed.values())
        return found


def _tally(text: str) -> dict[str, int]:
    """How often each character is in a text."""
    raw = text.encode("utf-32-le")
    codes = pa.Array.from_buffers(pa.uint32(), len(text), [None, pa.py_buffer(raw)])
    counted = pc.value_counts(codes)
    values, counts = counted.field("values").to_pylist(), counted.field("counts").to_pylist()
    return {chr(code): count for code, count in zip(values, counts, strict=True)}


@cache
def _kind(character: str) -> str | None:
    if " " <= character <= "~":
        return None
    return next((kind for kind, pattern in _KIND.items() if pattern.fullmatch(character)), None)


def _name(character: str) -> str:
    return unicodedata.name(character, "") or ("control" if unicodedata.category(character) == "Cc" else "no name")


@cache
def _script_names() -> dict[str, str]:
    """The scripts that the Unicode data knows, by their four letters, with their English names."""
    try:
        from babel import Locale
    except ImportError:
        raise MissingExtra("babel", "text") from None
    known = {}
    for code, name in Locale("en").scripts.items():
        try:
            regex.compile(rf"\p{{Script={code}}}")
        except regex.error:
            continue  # a variety of writing, such as Fraktur, and not a script of its own
        known[code] = name
    return known


@cache
def _any_script() -> Any:
    return regex.compile("|".join(rf"(?P<{code}>\p{{Script={code}}})" for code in _script_names()))


@cache
def _script(character: str) -> str:
    found = _any_script().match(character)
    return str(found.lastgroup) if found else "Zzzz"


@cache
def _joins(character: str) -> bool:
    return bool(_JOINED.match(character))


@lru_cache(maxsize=64)
def _borders(letters: tuple[str, ...], joined: str) -> re.Pattern[str]:
    """Where, within a word, a letter of one alphabet is followed by one of another; `letters` are given by alphabet."""
    between = f"[{re.escape(joined)}]*" if joined else ""
    others = ("".join(theirs for theirs in letters if theirs is not mine) for mine in letters)
    return re.compile("|".join(f"[{a}](?={between}[{b}])" for a, b in zip(letters, others, strict=True)))


_WORD = r"[\p{L}\p{M}\p{N}_\u00ad\u200b-\u200d\u2060]"
_AHEAD = regex.compile(rf"{_WORD}{{0,{MAX_WORD}}}")
_BACK = regex.compile(rf"(?r){_WORD}{{0,{MAX_WORD}}}")


def _word_around(text: str, at: int) -> tuple[int, int]:
    return _BACK.match(text, 0, at).start(), _AHEAD.match(text, at).end()
