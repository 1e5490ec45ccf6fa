"""Quotations found in a text by their marks: straight, curly, angled, low-high, corner, nested.

Marks are paired within a paragraph, so that one forgotten mark spoils no more than its own
paragraph. Whether a mark opens or closes is told by its glyph, by what stands beside it and by
what is open. A mark that finds no partner is returned too, because a person has to look at it.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

# Opening mark -> the marks that close it.
PAIRS = {
    **{"“": "”", "„": "“”", "‟": "”", "”": "”", '"': '"', "＂": "＂", "〝": "〞〟", "❝": "❞"},
    **{"‘": "’", "‚": "‘’", "‛": "’", "’": "’", "'": "'", "＇": "＇", "❛": "❜"},
    **{"«": "»", "»": "«»", "‹": "›", "›": "‹›"},
    **{"「": "」", "『": "』", "｢": "｣", "﹁": "﹂", "﹃": "﹄"},
}
# Slips of typists and programs, taken only where no proper partner is open.
SLIPS = {"“": '"“', "„": '"', "”": '"', '"': "”", "‘": "'", "‚": "'", "'": "’"}
MARKS = frozenset(PAIRS) | frozenset("".join(PAIRS.values()))
# What opens a quotation anew in the next paragraph: the same mark, or a closing one that can open too.
_ANEW = {mark: mark + "".join(c for c in closing if c in PAIRS) for mark, closing in PAIRS.items()}
_PARTNERS = {
    mark: "".join(o for o in PAIRS if mark in PAIRS[o]) for mark in MARKS if any(mark in c for c in PAIRS.values())
}
_SLIPPED = {mark: "".join(o for o in SLIPS if mark in SLIPS[o]) for mark in MARKS}
_MARK = re.compile(f"[{''.join(sorted(MARKS))}]")
APOSTROPHES = frozenset("'’‘＇")
_MOSTLY_CLOSING = frozenset("”’»›")
# Marks that also mean other things, by the family in which they are told apart.
_FAMILY = {"‚": "curly", "‘": "curly", "’": "curly", "'": "straight", "＇": "wide", '"': "double"}

_BLANK_LINE = re.compile(r"\n(?:[^\S\n]*\n)+|\u2029")
# Words that lost their beginning, and years that lost their century.
_CLIPPED = re.compile(
    r"(?:\d\ds?|t(?:is|was|were|will|would|il|ill|ude)|em|cause|cos|cuz|bout|round|neath|gainst|kay|[nstdkmr]|an|av)(?!\w)",
    re.IGNORECASE,
)
_INCHES = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,/]\d{1,2})?[½¼¾]?\Z")
_WORD_CUT_SHORT = re.compile(r"(?:[sxz]|\win|\bo|\d)\Z", re.IGNORECASE)
# Scripts without spaces, or with endings glued to a closing mark: an apostrophe cannot stand inside a word.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc𠀀-𿿽]"
)
# Hebrew abbreviations have a straight mark before their last letter; after a prefix of one letter it opens.
_GERSHAYIM = re.compile(r'.?[א-ת]"[א-ת](?![א-ת])|[א-ת]{2}"[א-ת]')


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words between two marks, without the marks; depth 0 is the outermost.

    `closing` is empty where the quotation runs on in the next paragraph, which opens it anew.
    """

    start: int
    end: int
    opening: str
    closing: str
    depth: int


@dataclass(frozen=True, slots=True)
class Unclosed:
    """A mark without a partner: opened and never closed, or closed and never opened."""

    offset: int
    mark: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quotations of a text, and its marks without a partner, both in reading order."""

    quotations: list[Quotation]
    unclosed: list[Unclosed]


def find_quotations(text: str, start: int = 0, end: int | None = None) -> Quoted:
    """Quotations in a stretch of text, whose paragraphs are divided by blank lines."""
    first, last, _ = slice(max(start, 0), None if end is None else max(end, 0)).indices(len(text))
    return quotations_in(text, _paragraphs(text, first, last))


def quotations_in(text: str, paragraphs: Iterable[tuple[int, int]]) -> Quoted:
    """Quotations in these paragraphs, given in reading order.

    Where quotation marks stay open and the next paragraph opens them anew, the words of each
    paragraph are a quotation of their own.
    """
    quoted = Quoted([], [])
    before: _Paragraph | None = None
    for start, end in paragraphs:
        here = _Paragraph(text, start, end)
        if before is not None:
            here.take_up(before)
            before.report(quoted)
        here.read()
        before = here
    if before is not None:
        before.report(quoted)
    return quoted


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    breaks = [span for found in _BLANK_LINE.finditer(text, start, end) for span in found.span()]
    edges = [start, *breaks, end]
    return zip(edges[::2], edges[1::2], strict=True)


class _Sense(Enum):
    """What a mark does where it stands."""

    OPENS = auto()
    CLOSES = auto()
    NEITHER = auto()


# What can be told of a mark from its surroundings alone. Plain numbers: each mark is asked several times.
_OPENING, _CLOSING, _INSIDE_WORD = 1, 2, 4
_CLIPPED_WORD = 8  # before a word or year that lost its beginning
_AFTER_WORD = 16
_PERHAPS_NOT = 32  # after a plural, a dropped letter or a number: may be no quotation mark at all
_CLOSED_LATER = 64  # the next mark of its family can only be a closing one
_SIDES = _OPENING | _CLOSING


@lru_cache(maxsize=4096)
def _joins(char: str) -> bool:
    """Whether an apostrophe beside this character can belong to its word."""
    return char != "" and unicodedata.category(char)[0] in "LMN" and not _UNSPACED.match(char)


@lru_cache(maxsize=4096)
def _lets_open(left: str) -> bool:
    return left == "" or left.isspace() or left in MARKS or left in "¿¡" or unicodedata.category(left) in ("Ps", "Pi")


@lru_cache(maxsize=4096)
def _lets_close(right: str) -> bool:
    if right == "" or right.isspace() or right in "”’»›":
        return True
    return unicodedata.category(right)[0] not in "LMN" and unicodedata.category(right) != "Ps" and right not in "¿¡"


def _beside(text: str, at: int, step: int, stop: int) -> str:
    """The nearest visible character on one side, or nothing at the paragraph's edge."""
    at += step
    while at != stop and unicodedata.category(text[at]) == "Cf":
        at += step
    return text[at] if at != stop else ""


class _Paragraph:
    """One paragraph, read from left to right, with the marks that stand open."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.places = array("q", (found.start() for found in _MARK.finditer(text, start, end)))
        self.stack: list[int] = []
        self.open: Counter[str] = Counter()
        self.pairs: list[tuple[int, int]] = []
        self.lonely: list[int] = []
        self.anew: set[int] = set()

    # --- what surrounds each mark

    def _looks(self) -> bytearray:
        looks = bytearray(self._look(at) for at in self.places)
        closed_later: Counter[str] = Counter()
        for number in range(len(looks) - 1, -1, -1):
            mark, look = self.text[self.places[number]], looks[number]
            family = _FAMILY.get(mark)
            if family is not None:
                looks[number] |= _CLOSED_LATER * closed_later[family]
                if not look & (_INSIDE_WORD | _CLIPPED_WORD | _PERHAPS_NOT):
                    closed_later[family] = mark != "‘" and look & _SIDES == _CLOSING
        return looks

    def _look(self, at: int) -> int:
        mark = self.text[at]
        left = _beside(self.text, at, -1, self.start - 1)
        right = _beside(self.text, at, 1, self.end)
        look = 0
        if right and not right.isspace() and _lets_open(left):
            look |= _OPENING
        if left and not left.isspace() and _lets_close(right):
            look |= _CLOSING
        if mark in APOSTROPHES:
            return look | self._look_of_apostrophe(at, left, right)
        if mark == '"':
            return look | self._look_of_straight(at, left, right)
        return look

    def _look_of_apostrophe(self, at: int, left: str, right: str) -> int:
        look = 0
        after_word = _joins(left)
        and_cut_short = left in ("n", "N") and at - 2 >= self.start and self.text[at - 2] in APOSTROPHES
        if after_word and (_joins(right) or right in ("“", "„", "«", "‹") or and_cut_short):
            look |= _INSIDE_WORD
        if _lets_open(left) and _CLIPPED.match(self.text, at + 1, self.end):
            look |= _CLIPPED_WORD
        if after_word:
            look |= _AFTER_WORD
            if _WORD_CUT_SHORT.search(self.text[max(self.start, at - 3) : at]):
                look |= _PERHAPS_NOT
        return look

    def _look_of_straight(self, at: int, left: str, right: str) -> int:
        if _GERSHAYIM.match(self.text[max(self.start, at - 2) : at + 3]):
            return _INSIDE_WORD
        measures = left.isdigit() and _INCHES.search(self.text[max(self.start, at - 9) : at])
        return _PERHAPS_NOT if measures and not _joins(right) else 0

    # --- which mark belongs to which

    def take_up(self, before: _Paragraph) -> None:
        """Let what the paragraph before left open run on here, as far as this one opens it anew."""
        leading = self._leading()
        mark = next(leading, None)
        for at in before.stack:
            glyph = self.text[at]
            if mark is not None and self.text[mark] in _ANEW[glyph]:
                before.pairs.append((at, before.end))
                self.anew.add(mark)
                mark = next(leading, None)
            else:
                before.lonely.append(at)
        before.stack.clear()

    def _leading(self) -> Iterator[int]:
        """The marks before the first word."""
        for at in range(self.start, self.end):
            if self.text[at] in MARKS:
                yield at
            elif not self.text[at].isspace():
                return

    def read(self) -> None:
        """Pair the marks."""
        for at, look in zip(self.places, self._looks(), strict=True):
            sense = _Sense.OPENS if at in self.anew else self._sense(self.text[at], look)
            if sense is _Sense.OPENS:
                self.stack.append(at)
                self.open[self.text[at]] += 1
            elif sense is _Sense.CLOSES:
                self._close(at)

    def report(self, quoted: Quoted) -> None:
        """Add what was found; whatever is still open stays alone."""
        self.lonely += self.stack
        quoted.unclosed.extend(Unclosed(at, self.text[at]) for at in sorted(self.lonely))
        around: list[int] = []
        for opened, closed in sorted(self.pairs):
            while around and around[-1] <= opened:
                around.pop()
            start, end = trimmed(self.text, opened + 1, closed)
            if start < end:
                closing = self.text[closed] if closed < self.end else ""
                quoted.quotations.append(Quotation(start, end, self.text[opened], closing, len(around)))
            around.append(closed)

    def _close(self, at: int) -> None:
        openers = self._openers(self.text[at])
        while openers and self.text[self.stack[-1]] not in openers:
            self.lonely.append(self._pop())
        if openers:
            self.pairs.append((self._pop(), at))
        else:
            self.lonely.append(at)

    def _pop(self) -> int:
        at = self.stack.pop()
        self.open[self.text[at]] -= 1
        return at

    def _openers(self, glyph: str) -> str:
        """The opening marks that this one can close, as far as any of them is open: proper partners, else slips."""
        for openers in (_PARTNERS.get(glyph, ""), _SLIPPED[glyph]):
            if self._is_open(openers):
                return openers
        return ""

    def _is_open(self, openers: str) -> bool:
        return any(map(self.open.__getitem__, openers))

    def _sense(self, glyph: str, look: int) -> _Sense:
        if look & _INSIDE_WORD:
            return _Sense.NEITHER
        if glyph in APOSTROPHES:
            return self._sense_of_apostrophe(glyph, look)
        if look & _PERHAPS_NOT and (look & _CLOSED_LATER or not self.open[glyph]):
            return _Sense.NEITHER  # inches
        if glyph not in PAIRS:
            return _Sense.CLOSES
        return self._sense_of_either(glyph, look) if glyph in _PARTNERS else _Sense.OPENS

    def _sense_of_either(self, glyph: str, look: int) -> _Sense:
        """The sense of a mark that opens in one language or place and closes in another."""
        fits = self._is_open(_PARTNERS[glyph])
        if look & _SIDES == _OPENING:
            closes = fits and glyph in _MOSTLY_CLOSING and not self.open[glyph]
        else:
            closes = fits or look & _SIDES == _CLOSING
        return _Sense.CLOSES if closes else _Sense.OPENS

    def _sense_of_apostrophe(self, glyph: str, look: int) -> _Sense:
        if look & _CLIPPED_WORD and not look & _CLOSED_LATER:
            return _Sense.NEITHER
        if look & _SIDES == _OPENING or (glyph == "‘" and not look & _CLOSING):
            cut_off = glyph == "’" and (self.open["‘"] or self.open["‚"])
            return _Sense.NEITHER if cut_off else _Sense.OPENS
        openers = self._openers(glyph)
        if not openers:
            return self._sense_of_lonely(look)
        inside_another = self.text[self.stack[-1]] not in openers
        plural = look & _PERHAPS_NOT and look & _CLOSED_LATER
        return _Sense.NEITHER if look & _AFTER_WORD and (plural or inside_another) else _Sense.CLOSES

    def _sense_of_lonely(self, look: int) -> _Sense:
        """The sense of an apostrophe or single mark while no single mark is open."""
        if look & _AFTER_WORD:
            return _Sense.NEITHER
        return _Sense.CLOSES if look & _SIDES == _CLOSING else _Sense.OPENS


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
