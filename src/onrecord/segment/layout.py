"""The blocks of a text: paragraphs, list items, headings.

Blank lines divide blocks; so does a single line end, unless the line was only wrapped there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ..quotations import MARKS, trimmed

NARROWEST, WIDEST = 40, 132  # columns at which programs and typists break lines
LONGEST_HEADING = 120

_LINE_END = re.compile(r"[\n\v\f\x85\u2028\u2029]")
_ITEM = re.compile(
    r"(?:[-*+•‣⁃◦∙·●○◆◇■□▪▫►▶▸▹–※]\s+|[①-⑳➀-➓]\s*"
    r"|[(（]?(?:\d{1,3}|[^\W\d_]|[ivx]{2,4})(?:\)\s+|）\s*)|[(（]?[一二三四五六七八九十]{1,3}[)）、]\s*"
    r"|(?P<number>\d{1,3})(?:[.．]\s+|[、．]))(?=\S)"
)
_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_SPEECH_DASH = re.compile(r"[—―]\s")
_FULL_STOPS = ".。．｡۔।॥።։"
_STOPS = _FULL_STOPS + "!?…！？؟:;：；"
_TAIL = MARKS | frozenset(")]}）】*_ \xa0\u202f")  # may stand after a full stop
_RUNS_ON = tuple(",-‐–—،、，")
_NO_TITLE = re.compile(
    r"[_@]|://|^\(.*\)$|^(?:By|Von|Par|Por|Di|Door|Av) (?:[A-Z]\S+ ){1,2}[A-Z]"
)  # files, asides, bylines
_FIRST_WORD = re.compile(rf"\S{{1,{WIDEST}}}")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that will be a passage; `kind` is a term of the vocabulary `passage-kind`."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class _Line:
    """A line that is not blank, without the white space around it."""

    start: int
    end: int
    indent: int
    fresh: bool  # a blank line stands before it
    kind: str = ""  # "list-item" or "heading" when a mark says so
    number: int | None = None


def blocks(text: str) -> list[Block]:
    """The blocks of a text. A bullet or heading mark belongs to its block, since no word may lie outside."""
    lines = _marked(text, list(_lines(text)))
    runs = _runs(text, lines)
    found = [Block(run[0].kind or "paragraph", run[0].start, run[-1].end) for run in runs]
    return _named(text, [run[0] for run in runs], found)


def _lines(text: str) -> Iterator[_Line]:
    fresh, begin = True, 0
    for stop in (*(_LINE_END.finditer(text)), None):
        end = stop.start() if stop else len(text)
        first, last = trimmed(text, begin, end)
        if first < last:
            yield _Line(first, last, first - begin, fresh)
        fresh = first == last or (stop is not None and stop.group() == "\u2029")
        begin = stop.end() if stop else end


def _marked(text: str, lines: list[_Line]) -> list[_Line]:
    """Lines with what their bullets say. `7.` is a bullet only next to `6.` or `8.`: it may be a day or a page."""
    numbered = []
    for line in lines:
        item = _ITEM.match(text, line.start, line.end)
        if item and item["number"]:
            line.number = int(item["number"])
            numbered.append(line)
        elif item or _HASHES.match(text, line.start, line.end):
            line.kind = "list-item" if item else "heading"
    for one, other in pairwise(numbered):
        if one.number is not None and other.number == one.number + 1:
            one.kind = other.kind = "list-item"
    return lines


def _runs(text: str, lines: list[_Line]) -> list[list[_Line]]:
    """Lines that make one block each: a single line end divides blocks unless the line was only wrapped there."""
    groups: list[list[_Line]] = []
    for line in lines:
        if line.fresh:
            groups.append([])
        groups[-1].append(line)
    widths = [_width(text, group) for group in groups]
    usual = max((w for w, group in zip(widths, groups, strict=True) if _is_wrapped(text, group, w)), default=0)
    runs: list[list[_Line]] = []
    for group, width in zip(groups, widths, strict=True):
        runs.append([group[0]])
        for before, line in pairwise(group):
            if _continues(text, runs[-1][0], before, line, max(width, usual) if width <= WIDEST else width, usual):
                runs[-1].append(line)
            else:
                runs.append([line])
    return runs


def _continues(text: str, first: _Line, before: _Line, line: _Line, width: int, usual: int) -> bool:
    """Whether a line goes on with the block that begins with `first` and now ends with `before`."""
    if line.kind or first.kind == "heading" or _SPEECH_DASH.match(text, line.start, line.end):
        return False
    if first.kind == "list-item" and line.indent > first.indent:
        return True
    ended = _last(text, before.start, before.end) in _STOPS
    if not ended and (text[before.end - 1] in _RUNS_ON or is_small(text[line.start])):
        return True
    return NARROWEST <= width <= WIDEST and _is_full(text, before, line, width) and (usual > 0 or not ended)


def _width(text: str, group: list[_Line]) -> int:
    return max(_cells(text, line.start, min(line.end, line.start + WIDEST + 1)) for line in group)


def _is_wrapped(text: str, group: list[_Line], width: int) -> bool:
    """Whether every line but the last is as full as the width allows, which chance hardly does three times."""
    full = (_is_full(text, before, line, width) for before, line in pairwise(group))
    return len(group) > 2 and NARROWEST <= width <= WIDEST and all(full)


def _is_full(text: str, line: _Line, after: _Line, width: int) -> bool:
    """Whether the first word of the line after would not have fitted."""
    wide = _cells(text, after.start, after.start + 1) == 2  # a line may break between any two of these
    word = _FIRST_WORD.match(text, after.start, after.start + 1 if wide else after.end)
    end = word.end() if word else after.start
    return _cells(text, line.start, line.end) + 1 + _cells(text, after.start, end) > width


def _cells(text: str, start: int, end: int) -> int:
    """The width of a line in columns: East Asian characters take two."""
    words = text[start:end]
    return len(words) if words.isascii() else sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in words)


def is_small(char: str) -> bool:
    """Whether a character is a small letter that begins no sentence."""
    return char.islower() and not "\u10d0" <= char <= "\u10ff"  # Georgian small letters begin sentences too


def _last(text: str, start: int, end: int) -> str:
    """The last character of a stretch, closing marks and brackets left aside."""
    while end > start + 1 and text[end - 1] in _TAIL:
        end -= 1
    return text[end - 1 : end]


def _named(text: str, firsts: list[_Line], found: list[Block]) -> list[Block]:
    """Blocks with headline and headings named, where their form leaves little doubt."""
    prose = [block.kind == "paragraph" and _is_prose(text, block) for block in found]
    titles = [block.kind == "paragraph" and _is_title(text, block) for block in found[:-1]]
    headline = _headline(found, titles, prose)
    dense = not any(line.fresh for line in firsts[1:])
    for number, title in enumerate(titles):
        below = firsts[number + 1].fresh or prose[number + 1]
        asks = text[found[number].end - 1] in "?!？！"
        if number == headline:
            found[number] = replace(found[number], kind="headline")
        elif title and number > headline and not asks and below and (firsts[number].fresh or dense):
            found[number] = replace(found[number], kind="heading")
    return found


def _headline(found: list[Block], titles: list[bool], prose: list[bool]) -> int:
    """The longest title before the first prose, or the first that is marked as one; -1 when there is none.

    The longest, because a date, a section's name or a byline often stands above the headline.
    """
    head = range(min(prose.index(True) if True in prose else 1, len(titles)))
    marked = (number for number in head if found[number].kind == "heading")
    lengths = {number: found[number].end - found[number].start for number in head if titles[number]}
    return next(marked, max(lengths, key=lengths.__getitem__, default=-1))


def _is_prose(text: str, block: Block) -> bool:
    """Whether a block is surely running text. One that was cut off with an ellipsis is not."""
    if block.end - block.start > LONGEST_HEADING or _LINE_END.search(text, block.start, block.end):
        return True
    cut_off = text.endswith("...", block.start, block.end)
    return _last(text, block.start, block.end) in _FULL_STOPS and not cut_off


def _is_title(text: str, block: Block) -> bool:
    """Whether a block is one short line that begins like a title and does not end like a sentence."""
    words = text[block.start : block.end]
    first = _LETTER.search(words)
    if first is None or is_small(first.group()) or _NO_TITLE.search(words) or _is_prose(text, block):
        return False
    return words[-1] not in ".:;,…"


def inside(text: str, block: Block) -> int:
    """Where the words of a block begin, after its bullet or heading mark."""
    mark = {"list-item": _ITEM, "heading": _HASHES, "headline": _HASHES}.get(block.kind)
    found = mark.match(text, block.start, block.end) if mark else None
    return found.end() if found else block.start
