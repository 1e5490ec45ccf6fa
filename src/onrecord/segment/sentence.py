"""The sentences of a block: those of the library sentencex, mended where quotations and numbers mislead it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise

from ..errors import MissingExtra
from ..quotations import APOSTROPHES, MARKS, Quoted, find_quotations, trimmed
from .layout import is_small

WINDOW, MARGIN = 8192, 256  # code points given to the segmenter at once; those of them at the end that may mislead it

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s")
_PLAIN, _SINGLE = "".join(sorted(MARKS - APOSTROPHES)), "".join(sorted(APOSTROPHES))
_LEFT_OUT = re.compile(f"[{_PLAIN}](?![.!?])|(?<!\\w)[{_SINGLE}](?![.!?])|[{_SINGLE}](?![\\w.!?])|(?<=[.!?])[¹²³⁰⁴-⁹]")
_ELLIPSIS = re.compile(f"(?<=\\w)…(?=[{_PLAIN}{_SINGLE}]*(?:\\s|$))")
_STAYED = re.compile(f"[{_PLAIN}{_SINGLE}]")
_BRACKETED = re.compile(r" {0,9}\([^()]{0,1000}[.!?…]\) {1,99}(?=[^\W\d_])")
_MEASURED = re.compile(r"(?<=\d)[ \xa0\u202f]?(?:[kcmdµ]?[mglt]|ha|h|s|min|k?W|km/h|°?C)\. +(?=[^\W\d_a-z])")
_INITIAL = re.compile(r"(?:^|[\s(])[A-ZÀ-ÖØ-ÞА-ЯЁΑ-Ω]\.$")
# Languages in which a dot makes a number an ordinal, and what goes on with a sentence after words quoted in it.
_ORDINAL_DOT = re.compile("bs|cs|da|de|et|fi|hr|hu|is|lv|nb|nn|no|pl|sk|sl|sr|tr")
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\.$")
_GOES_ON = re.compile(r"[、，,]|と|って|이?라고|이?라며|하고")
_NUMBERING = re.compile(r"\(?(?:\d{1,3}|[^\W\d_])[.)]")
# A quoted question or exclamation may be followed by who uttered it, in English with a capital letter.
_SPEAKER = re.compile(
    r"(?:[A-Z][\w’'.-]*\s+){1,4}(?:sa(?:id|ys)|ask(?:s|ed)|wr(?:ites|ote)|add(?:s|ed)|call(?:s|ed)|cri(?:es|ed)"
    r"|repli(?:es|ed)|shout(?:s|ed)|warn(?:s|ed)|exclaim(?:s|ed)|demand(?:s|ed)|wonder(?:s|ed))"
    r"(?=\s*(?:[.,;:!?—–]|$)|\s+(?:in|on|at|to|when|as|after|before|while|during|by|from|with)\b)"
)


def sentences(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """The sentences of a block, each without the white space around it; together they hold all its words.

    A sentence ends within a quotation too, so that each of several quoted sentences can be covered
    by itself. A language that the segmenter does not know is cut by the rules that most share.
    """
    first, last, _ = slice(max(start, 0), max(end, 0)).indices(len(text))
    return sentences_in(text, first, last, language, openings(text, find_quotations(text, first, last)))


def openings(text: str, quoted: Quoted) -> frozenset[int]:
    """Where quotation marks open, as far as it is known."""
    lone = (one.offset for one in quoted.unclosed)
    leading = (at for at in lone if at == 0 or text[at - 1].isspace())
    return frozenset([*(_before(text, q.start) for q in quoted.quotations), *leading])


def _before(text: str, at: int) -> int:
    """The offset of the visible character before."""
    at -= 1
    while text[at].isspace():
        at -= 1
    return at


def sentences_in(text: str, start: int, end: int, language: str, openings: frozenset[int]) -> list[tuple[int, int]]:
    """The same, where it is known at which offsets quotation marks open."""
    plain, gone = _without_marks(text[start:end])
    code = language.replace("_", "-").split("-")[0].lower()
    cuts = [start]
    for places in _boundaries(plain, code):
        last, first = (start + place + bisect_right(gone, place) for place in places)
        cut = next((at for at in range(last + 1, first) if at in openings), first)
        if not _holds_together(text, cuts[-1], last, cut, end, code):
            cuts.append(cut)
    spans = (trimmed(text, *span) for span in pairwise([*cuts, end]))
    return [(first, last) for first, last in spans if first < last]


def _without_marks(words: str) -> tuple[str, list[int]]:
    """The words as the segmenter is to see them, and after how many of them each left-out mark stood.

    It would not divide what stands between quotation marks, and takes time that grows with the
    square of their number.
    """
    words = _SURROGATE.sub("\ufffd", _ELLIPSIS.sub(".", _SPACE.sub(" ", words)))
    gone = [at for found in _LEFT_OUT.finditer(words) for at in range(*found.span())]
    plain = _STAYED.sub("’", _LEFT_OUT.sub("", words))
    return plain, [at - number for number, at in enumerate(gone)]


def _boundaries(plain: str, code: str) -> Iterator[tuple[int, int]]:
    """The last visible character of each sentence but the last, and the first of the next."""
    passed = 0
    for stop in _stops(plain, code):
        if stop <= passed:
            continue
        last, first = stop - 1, stop
        while last > passed and plain[last] == " ":
            last -= 1
        while first < len(plain) and plain[first] == " ":
            first += 1
        if first < len(plain):
            yield last, first
        passed = first


def _stops(plain: str, code: str) -> Iterator[int]:
    """Where sentences end, in reading order.

    The segmenter is given a window at a time, so that the longest block takes no more than its
    share of time. Near the end of a window it knows too little, so those ends wait for the next.
    """
    cut = _segmenter()
    at = decided = 0
    while decided < len(plain):
        window = plain[at : at + WINDOW]
        known = len(plain) if at + WINDOW >= len(plain) else at + WINDOW - MARGIN
        stops = [at + stop["end_index"] for stop in cut(code, window)]
        stops += [*_after_brackets(plain, [at, *stops]), *_after_measures(plain, at, at + WINDOW)]
        found = sorted(stop for stop in set(stops) if decided < stop <= known)
        yield from found
        at, decided = found[-1] if found else known - MARGIN, known


def _segmenter() -> Callable[[str, str], list[dict[str, int]]]:
    try:
        from sentencex import get_sentence_boundaries
    except ImportError:
        raise MissingExtra("sentencex", "text") from None
    boundaries: Callable[[str, str], list[dict[str, int]]] = get_sentence_boundaries
    return boundaries


def _after_brackets(plain: str, starts: list[int]) -> Iterator[int]:
    """Where a sentence in brackets ends and another begins; the segmenter keeps the two together."""
    for start in starts:
        found = _BRACKETED.match(plain, start)
        while found:
            yield found.end()
            found = _BRACKETED.match(plain, found.end())


def _after_measures(plain: str, start: int, end: int) -> Iterator[int]:
    """Where a sentence ends with a unit of measure, which the segmenter takes for an abbreviation."""
    return (found.end() for found in _MEASURED.finditer(plain, start, end))


def _holds_together(text: str, start: int, last: int, cut: int, end: int, code: str) -> bool:
    """Whether what the segmenter divided is one sentence all the same."""
    before = text[max(start, last - 12) : last + 1]
    if is_small(text[cut]) and text[last] in ".!?…" and text[cut + 1 : cut + 2] != ")":
        return True
    if _INITIAL.search(before) or (last - start < 6 and _NUMBERING.fullmatch(before.strip())):
        return True
    if _ORDINAL_DOT.fullmatch(code) and _ORDINAL.search(before):
        return True
    if cut == last + 1 or text[last + 1].isspace():
        return False
    uttered = text[last] in "!?" and _SPEAKER.match(text, cut, end)
    return bool(uttered or _GOES_ON.match(text, cut))
