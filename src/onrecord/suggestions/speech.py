"""Who says what: quotations and reported clauses with the words that hand over to their source.

Nothing is understood here. A cue is a finite reporting verb outside quotation marks, or `according
to`; its source is the noun phrase beside it; the content is the quotation next to them, the clause
that follows, or the one before. Where one of the three is not plain, nothing is suggested.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..quotations import trimmed
from ..segment import Piece
from .grammar import Patterns, expression

LONGEST_SOURCE = 14  # words of a noun phrase
GAP = 8  # words that may stand between a cue and the quotation after it
_ENDS = ".,;:!?…。、，．！？؟،؛"
_OPENING, _CLOSING = "“\"«„‘'「『‹", "”\"»“’'」』›"

_POINTS_BACK = re.compile(r"(?:so|as|nothing|more|much)\b|(?:it|this)\Z")


@dataclass(frozen=True, slots=True)
class Speech:
    """Content, the cue beside it and its source; `continued` where the cue stands in an earlier sentence."""

    sentence: int
    content: tuple[int, int]
    cue: tuple[int, int]
    source: tuple[int, int]
    act: str
    mode: str
    continued: bool = False


@dataclass(frozen=True, slots=True)
class _Cue:
    """A cue with its source; `inverted` when the source stands behind it."""

    start: int
    end: int
    source: tuple[int, int]
    act: str
    inverted: bool
    according: bool = False

    @property
    def left(self) -> int:
        return min(self.start, self.source[0])

    @property
    def right(self) -> int:
        return max(self.end, self.source[1])


class Listener:
    """Finds speech in the sentences of a text, in reading order."""

    def __init__(self, text: str, sentences: Sequence[Piece], quotations: Sequence[Piece], patterns: Patterns) -> None:
        self.text, self.sentences, self.patterns = text, sentences, patterns
        self.quotations = _outermost(quotations)
        self.starts = [quotation.start for quotation in self.quotations]
        grammar = patterns.grammar
        self.that = expression(rf"\s*,?\s*(?:{grammar.that})(?!\w)\s*")
        self.told = expression(rf"(?:{grammar.told})\Z") if grammar.told else None
        self.borders = expression(
            rf"(?i)(?<!\S)(?:{grammar.borders})(?!\w)|[,;:.!?…()—–]|[{_OPENING}{_CLOSING}](?!\w)|[“\"«„「]"
        )
        self.joints = expression(rf"(?i)(?:(?:{grammar.joints})\s+)+")
        self.auxiliaries = expression(rf"(?i)(?:\s+(?:{grammar.auxiliaries}))+\Z")
        self.negations = expression(rf"(?i)(?:\A|\s)(?:{grammar.negations})\Z|n['’]t\Z")
        self.passive = expression(r"\s+(?:by|of|for|von|par|por)\s")
        self.bare = expression(rf"(?:{grammar.bare})\Z")
        self.later = expression(rf"\s(?:{grammar.that})\s")
        self.dateline = expression(r"\p{Lu}{3}[^–—.!?]{0,80}\s[–—-]\s+")
        self.own_voice = expression(rf"(?i)(?:{grammar.own_voice})(?!\w)")
        self.nominal = expression(rf"(?i)(?:{grammar.determiners}|{grammar.pronouns})(?!\w)|\p{{Lu}}")
        self.names = expression(r"\p{Lu}[\p{L}\p{M}'’.-]+")

    def speeches(self) -> list[Speech]:
        """All speech of the text, one for each sentence or part of a sentence that carries content."""
        found: list[Speech] = []
        for number, sentence in enumerate(self.sentences):
            here = list(self._in_sentence(sentence))
            found += here or self._continued(number, sentence, found)
        return _once(found)

    # Cues

    def _in_sentence(self, sentence: Piece) -> Iterator[Speech]:
        for cue in self._cues(sentence):
            for content in self._contents(cue, sentence):
                first, last = _bare(self.text, *content)
                if first < last:
                    at = self._sentence_at(first)
                    if not (cue.left < last and first < cue.right):
                        yield Speech(
                            at, (first, last), (cue.start, cue.end), cue.source, cue.act, self._mode(first, last)
                        )

    def _sentence_at(self, offset: int) -> int:
        return bisect_right(self.sentences, offset, key=lambda piece: piece.start) - 1

    def _cues(self, sentence: Piece) -> Iterator[_Cue]:
        for found in self.patterns.according.finditer(self.text, sentence.start, sentence.end):
            source = None if self._quoted(found.start()) else self._source_after(found.end(), sentence)
            if source:
                yield _Cue(found.start(), found.end(), source, "assert", inverted=True, according=True)
        for found in self.patterns.cue.finditer(self.text, sentence.start, sentence.end):
            if self._quoted(found.start()) or self._is_no_verb(sentence, *found.span()):
                continue
            after = self._follows_quotation(found.start(), sentence)
            source = (
                self._source_after(found.end(), sentence) if after else self._source_before(found.start(), sentence)
            )
            if source and not self.own_voice.match(self.text, source[0]):
                yield _Cue(found.start(), found.end(), source, self.patterns.act(found.group()), inverted=after)

    def _is_no_verb(self, sentence: Piece, start: int, end: int) -> bool:
        """Whether a form is negated, a participle (`as described by`) or a noun (`their demands`) where it stands."""
        before = self.text[sentence.start : start].rstrip()
        passive = self.passive.match(self.text, end, sentence.end)
        return bool(passive or before.endswith(("’s", "'s")) or self.negations.search(before))

    def _follows_quotation(self, at: int, sentence: Piece) -> bool:
        """Whether only a closing mark and a comma stand between a quotation and this place."""
        before = self._quotation_before(at)
        return (
            before is not None
            and not self.text[before.end : at].strip(_CLOSING + _ENDS + " \u00a0\n")
            and before.end > sentence.start
        )

    # Sources

    def _source_before(self, at: int, sentence: Piece) -> tuple[int, int] | None:
        """The noun phrase before a verb: from the last border, without joints and auxiliaries."""
        start = max((at for at in self._borders_before(sentence.start, at)), default=sentence.start)
        start, end = trimmed(self.text, start, at)
        if start == end and self.text[sentence.start : at].rstrip().endswith(","):  # The owner, Tessaly Lifting, denied
            return self._source_before(trimmed(self.text, sentence.start, at)[1] - 1, sentence)
        joint = self.joints.match(self.text, start, end)
        start = joint.end() if joint else start
        aux = self.auxiliaries.search(self.text, start, end)
        end = aux.start() if aux else end
        words = self.text[start:end].split()
        if words and words[-1] in ("and", "or", "und", "et", "y"):
            end = start + len(words[0])
            return (start, end) if words[0].casefold() in self.patterns.grammar.pronouns.split("|") else None
        return (start, end) if 0 < len(words) <= LONGEST_SOURCE and self._is_nominal(start, end) else None

    def _borders_before(self, start: int, at: int) -> Iterator[int]:
        """Ends of punctuation and quotation marks between two places; an apostrophe is none."""
        yield from (found.end() for found in _border().finditer(self.text, start, at))

    def _is_nominal(self, start: int, end: int) -> bool:
        """Whether words can name somebody: they begin with a determiner, or a name is among them."""
        return bool(self.nominal.match(self.text, start, end) or self.names.search(self.text, start, end))

    def _source_after(self, at: int, sentence: Piece) -> tuple[int, int] | None:
        start, end = trimmed(self.text, at, sentence.end)
        border = self.borders.search(self.text, start + 1, end)
        start, end = trimmed(self.text, start, border.start() if border else end)
        fits = 0 < len(self.text[start:end].split()) <= LONGEST_SOURCE and self._is_nominal(start, end)
        return (start, end) if fits else None

    # Contents

    def _contents(self, cue: _Cue, sentence: Piece) -> Iterator[tuple[int, int]]:
        """Where the content of a cue stands: a quotation beside it, the clause behind it, the clause before it."""
        quoted = list(self._quoted_beside(cue, sentence))
        if quoted:
            yield from quoted
        elif cue.according:
            yield from self._beside_according(cue, sentence)
        elif not cue.inverted:
            yield from self._clause(cue, sentence)

    def _quoted_beside(self, cue: _Cue, sentence: Piece) -> Iterator[tuple[int, int]]:
        before = self._quotation_before(cue.left)
        if (
            before
            and not self.text[before.end : cue.left].strip(_CLOSING + _ENDS + " \u00a0\n")
            and before.end > sentence.start
        ):
            yield from self._parts(before)
            return
        after = self._quotation_after(cue.right, sentence)
        if after is None:
            return
        between = self.text[cue.right : after.start].strip()
        if between.count(" ") < GAP and between[:-1].rstrip()[-1:] in ("", ":", ","):
            yield from self._parts(after)

    def _parts(self, quotation: Piece) -> Iterator[tuple[int, int]]:
        """A quotation sentence by sentence."""
        for number in range(self._sentence_at(quotation.start), len(self.sentences)):
            sentence = self.sentences[number]
            if sentence.start >= quotation.end:
                break
            first, last = max(sentence.start, quotation.start), min(sentence.end, quotation.end)
            if first < last:
                yield first, last

    def _beside_according(self, cue: _Cue, sentence: Piece) -> Iterator[tuple[int, int]]:
        before = sentence.start, cue.left
        after = cue.right, sentence.end
        yield max((before, after), key=lambda span: len(self.text[slice(*span)].strip(_ENDS + " ")))

    def _clause(self, cue: _Cue, sentence: Piece) -> Iterator[tuple[int, int]]:
        """The clause behind a cue, after `that` or without it; or the one before, where the cue ends the sentence."""
        that = self._that(cue, sentence)
        if that is not None:
            yield that
            return
        behind = self.text[cue.end : sentence.end].strip(_ENDS + _CLOSING + " ")
        before = trimmed(self.text, sentence.start, cue.left)[1] - 1
        if self.text[before] == "," and before > sentence.start and self.text[cue.end] != ",":
            if len(behind.split()) <= GAP // 2 and not self._has_object(cue):
                yield self._after_dateline(sentence.start, before), before
        elif behind and self.bare.match(self.text, cue.start, cue.end) and not _POINTS_BACK.match(behind):
            yield cue.end, sentence.end

    def _has_object(self, cue: _Cue) -> bool:
        """Whether a verb takes what it is about as its object, so that nothing before it can be that."""
        return cue.act in ("deny", "demand", "support", "characterise")

    def _that(self, cue: _Cue, sentence: Piece) -> tuple[int, int] | None:
        """The clause that a word such as `that` opens; the word itself where nothing follows it."""
        that = self.that.match(self.text, cue.end, sentence.end)
        if that is None and self.told and self.told.match(self.text, cue.start, cue.end):
            that = self.later.search(self.text, cue.end, sentence.end)
            if that and self.text[cue.end : that.start()].count(" ") > GAP:
                that = None
        if that is None:
            return None
        alone = not self.text[that.end() : sentence.end].strip(_ENDS + _CLOSING + " ")
        return trimmed(self.text, *that.span()) if alone else (that.end(), sentence.end)

    def _after_dateline(self, start: int, end: int) -> int:
        """Where a sentence begins after the place and day with which a dispatch opens."""
        dateline = self.dateline.match(self.text, start, end)
        return dateline.end() if dateline else start

    def _continued(self, number: int, sentence: Piece, found: list[Speech]) -> list[Speech]:
        """A quotation that fills its sentence goes on with the voice quoted directly before, in the same passage."""
        quotation = self._quotation_after(sentence.start, sentence)
        if not found or quotation is None or self.text[sentence.start : quotation.start].strip(_OPENING + " "):
            return []
        last = found[-1]
        block = self.sentences[last.sentence].block
        first, end = _bare(self.text, quotation.start, min(quotation.end, sentence.end))
        near = number - self._sentence_at(max(last.cue[0], last.content[0])) == 1
        if not near or last.mode != "direct" or block != sentence.block or first >= end:
            return []
        return [Speech(number, (first, end), last.cue, last.source, last.act, "direct", continued=True)]

    # Quotations

    def _quoted(self, at: int) -> bool:
        before = self._quotation_before(at)
        return before is not None and before.end > at

    def _quotation_before(self, at: int) -> Piece | None:
        """The last quotation that begins before a place."""
        number = bisect_right(self.starts, at) - 1
        return self.quotations[number] if number >= 0 else None

    def _quotation_after(self, at: int, sentence: Piece) -> Piece | None:
        number = bisect_right(self.starts, at)
        found = self.quotations[number] if number < len(self.quotations) else None
        return found if found and found.start < sentence.end else None

    def _mode(self, start: int, end: int) -> str:
        """How much of the content stands between marks."""
        number = bisect_right(self.starts, start) - 1
        if number >= 0 and self.quotations[number].end >= end:
            return "direct"
        beside = self.quotations[max(number, 0) : bisect_right(self.starts, end)]
        return "mixed" if any(q.start < end and start < q.end for q in beside) else "indirect"


@cache
def _border() -> Any:
    return expression(r"[,;:.!?…()—–](?!\d)\s*|[“”\"«»„「」『』]\s*")


def _outermost(quotations: Sequence[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for quotation in sorted(quotations, key=lambda piece: (piece.start, -piece.end)):
        if not kept or quotation.start >= kept[-1].end:
            kept.append(quotation)
    return kept


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the spaces, commas and full stops at its ends, nor marks that stand there alone."""
    start, end = trimmed(text, start, end)
    while start < end and (text[start] in ",;: " or (text[start] in _OPENING and _lone(text, start, end))):
        start, end = trimmed(text, start + 1, end)
    while start < end and (text[end - 1] in ",;:. " or (text[end - 1] in _CLOSING and _lone(text, start, end))):
        start, end = trimmed(text, start, end - 1)
    return start, end


def _lone(text: str, start: int, end: int) -> bool:
    """Whether only one of two quotation marks lies in a span."""
    return sum(text[start:end].count(mark) for mark in set('“”"«»„「」『』')) % 2 == 1


def _once(found: list[Speech]) -> list[Speech]:
    """In reading order, and of several with one content the first."""
    kept: dict[tuple[int, int], Speech] = {}
    for speech in found:
        kept.setdefault(speech.content, speech)
    ordered = sorted(kept.values(), key=lambda speech: speech.content)
    by_cue: dict[tuple[int, int], list[Speech]] = defaultdict(list)
    for speech in ordered:
        by_cue[speech.cue].append(speech)
    return [one for one in ordered if not any(_covers(other, one) for other in by_cue[one.cue])]


def _covers(other: Speech, one: Speech) -> bool:
    """Whether another speech has all of this content and more."""
    wider = other.content[0] <= one.content[0] and one.content[1] <= other.content[1]
    return wider and other.content != one.content
