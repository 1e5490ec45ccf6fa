"""The places of given words in a text: all of them, and the one that is meant where that is certain.

Words match as they are printed: letter case, quotation marks and dashes count. White space matches any
white space, because words are copied across line breaks. `…` (or ` ... `) stands for words left out: the
pieces are sought in order. What merely resembles the words is proposed, never chosen; so is a match
inside a longer word.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, pairwise

from .errors import SeekError
from .span import ELISION, Spans

Span = tuple[int, int]
AROUND = 200  # code points before or after a place in which its context must stand
LISTED = 10_000  # most ways to combine pieces that are listed
PROPOSED = 5
SIMILAR = 60  # per cent; what is less alike helps nobody

_BREAK = re.compile(r"\s*(?:…|(?<=\s)\.\.\.(?=\s))\s*")
_JOINERS = "\u200c\u200d"
_SEPARATORS = ".,'’٫٬\u00a0\u2009\u202f"
# Scripts that put no space between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Chinese characters.
_SPACELESS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_ALIKE = str.maketrans(
    dict.fromkeys("“”„‟«»″〝〞＂", '"') | dict.fromkeys("‘’‚‛‹›′`´ʼ＇", "'") | dict.fromkeys("‐‑‒–—―−﹣－", "-")
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that resemble those sought, and how much; for a person to look at."""

    start: int
    end: int
    words: str
    similarity: float
    differs: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What seeking found: every place in reading order, and the chosen one, or what is in the way of choosing."""

    words: str
    matches: tuple[Spans, ...] = ()
    count: int = 0
    chosen: Spans | None = None
    left: tuple[int, ...] = ()  # numbers, from 1, of the places that the options leave
    inside: bool = False  # the places lie inside longer words
    problem: str = ""
    proposals: tuple[Proposal, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Choice:
    """How to choose among several places: the nth, the one nearest an offset, or by the words around it."""

    near: int | None = None
    nth: int | None = None
    before: str | None = None
    after: str | None = None

    @property
    def made(self) -> bool:
        """Whether any way of choosing was given."""
        return self != Choice()

    def checked(self) -> Choice:
        """The same choice with its words normalised. Raises SeekError when it is not one choice."""
        if (self.near is not None) + (self.nth is not None) + bool(self.before or self.after) > 1:
            raise SeekError(
                "several ways of choosing are given at once", help="give one: near, nth, or before and after"
            )
        if self.nth is not None and self.nth < 1:
            raise SeekError(f"there is no place number {self.nth}", help="places are counted from 1")
        said = [None if words is None else asked(words) for words in (self.before, self.after)]
        return Choice(self.near, self.nth, *said)


def seek(
    text: str,
    words: str,
    *,
    within: Spans | None = None,
    near: int | None = None,
    nth: int | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Sought:
    """Find all places of the words in a canonical text, or in these spans of it, and choose one if the options do.

    Without options a single place is chosen, unless it lies inside a longer word. `near` chooses the place
    that starts nearest an offset, `nth` the one with that number (from 1) in reading order; `before` and
    `after` choose the one that stands directly before or after other words, at most 200 code points away.
    Raises SeekError when there are no words to look for.
    """
    said, choice = asked(words), Choice(near, nth, before, after).checked()
    spans = within or ((0, len(text)),)
    whole = places(text, said, spans)
    if whole.cut and near is not None:
        whole = _nearest_cut(whole, near) or whole
    if whole.spans or not _BREAK.search(said):
        found = [(span,) for span in whole.spans]
        sought = Sought(said, tuple(found), len(found), inside=whole.inside)
        return _chosen(sought, text, spans, [said], choice, doubtful=set(whole.cut))
    return _in_pieces(text, said, spans, choice)


def asked(words: str) -> str:
    """Words to look for, normalised as the text is. Raises SeekError when nothing is left of them."""
    said = " ".join(unicodedata.normalize("NFC", words).split())
    if not said.replace(ELISION, "").replace("...", "").strip():
        raise SeekError("there are no words to look for", help="give the words as they are printed in the text")
    return said


# Places


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one run of words; `inside` when each of them cuts through a longer word.

    `cut` are those that do, where there are whole words too.
    """

    spans: list[Span]
    inside: bool = False
    cut: tuple[Span, ...] = ()


def places(text: str, words: str, spans: Spans) -> Places:
    """The places of one run of words within these spans; those inside longer words only if there are no others."""
    found = list(_occurrences(_pattern(words), text, spans))
    entire = [(start, end) for start, end in found if not cuts(text, start) and not cuts(text, end)]
    if not entire:
        return Places(found, bool(found))
    kept = set(entire)
    return Places(entire, cut=tuple(span for span in found if span not in kept))


def _nearest_cut(whole: Places, near: int) -> Places | None:
    """The place inside a longer word that begins at an offset; all places, when such a one is merely the nearest.

    An offset that is met exactly leaves no doubt. One in the vicinity must not lead past a nearer place.
    """
    nearest = min(abs(start - near) for start, _ in whole.spans)
    nearer = [span for span in whole.cut if abs(span[0] - near) < nearest]
    exact = [span for span in nearer if span[0] == near]
    if exact or not nearer:
        return Places(exact, True) if exact else None
    return Places(sorted([*whole.spans, *nearer]), cut=tuple(nearer))


def _pattern(words: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words.split())), flags)


def _occurrences(pattern: re.Pattern[str], text: str, spans: Spans) -> Iterator[Span]:
    """Every occurrence, also those that overlap."""
    for start, end in spans:
        found = pattern.search(text, start, end)
        while found:
            yield found.span()
            found = pattern.search(text, found.start() + 1, end)


def cuts(text: str, at: int) -> bool:
    """Whether a word or a number, or a character with its marks, goes on across this offset."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if after in _JOINERS or before in _JOINERS or unicodedata.category(after)[0] == "M":
        return True
    if _SPACELESS.match(before) or _SPACELESS.match(after):
        return False
    return (_of_word(before) and _of_word(after)) or _in_number(text, at)


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _in_number(text: str, at: int) -> bool:
    """Whether an offset lies beside the separator of a number: `30|,000`."""
    around = text[at - 1 : at + 2] if text[at] in _SEPARATORS else text[max(at - 2, 0) : at + 1]
    return len(around) == 3 and around[0].isdigit() and around[1] in _SEPARATORS and around[2].isdigit()


# Pieces


def _in_pieces(text: str, said: str, spans: Spans, choice: Choice) -> Sought:
    pieces = _BREAK.split(said)
    if not all(pieces):
        raise SeekError(
            f"nothing stands on one side of `{ELISION}`", help=f"write words before and after each `{ELISION}`"
        )
    found = [places(text, piece, spans) for piece in pieces]
    missing = [piece for piece, there in zip(pieces, found, strict=True) if not there.spans]
    runs = [there.spans for there in found]
    count = 0 if missing else _ways(runs)
    listed = tuple(islice(_combined(runs), LISTED)) if count else ()
    inside = bool(count) and any(there.inside for there in found)
    return _chosen(Sought(said, listed, count, inside=inside), text, spans, missing, choice)


def _ways(runs: Sequence[list[Span]]) -> int:
    """In how many ways one place of each run can be taken in order."""
    ways = [1] * len(runs[-1])
    for here, there in reversed(list(pairwise(runs))):
        starts = [start for start, _ in there]
        behind = [*accumulate(reversed(ways), initial=0)][::-1]
        ways = [behind[bisect_left(starts, end)] for _, end in here]
    return sum(ways)


def _combined(runs: Sequence[list[Span]], floor: int = 0) -> Iterator[Spans]:
    """One place of each run, in order and without overlap, in all ways."""
    if not runs:
        yield ()
        return
    for span in runs[0][bisect_left(runs[0], (floor, 0)) :]:
        yield from ((span, *rest) for rest in _combined(runs[1:], span[1]))


# Choosing


def _chosen(
    sought: Sought, text: str, spans: Spans, missing: list[str], choice: Choice, doubtful: Container[Span] = ()
) -> Sought:
    if not sought.matches:
        return _not_found(sought, text, spans, missing)
    left = _left(sought.matches, text, choice)
    single = len(left) == 1 and sought.count == len(sought.matches) and (choice.made or not sought.inside)
    single = single and sought.matches[left[0]][0] not in doubtful
    return Sought(
        sought.words,
        sought.matches,
        sought.count,
        chosen=sought.matches[left[0]] if single else None,
        left=tuple(number + 1 for number in left),
        inside=sought.inside,
        problem="" if single else _problem(sought, len(left), choice),
    )


def _left(matches: tuple[Spans, ...], text: str, choice: Choice) -> list[int]:
    """The indices of the places that a choice leaves."""
    if choice.nth is not None:
        return [choice.nth - 1] if choice.nth <= len(matches) else []
    if choice.near is not None:
        away = [abs(match[0][0] - choice.near) for match in matches]
        nearest = min(away)
        return [i for i, distance in enumerate(away) if distance == nearest]
    left = list(range(len(matches)))
    if choice.before is not None:
        starts = sorted(match[-1][0] for match in matches)
        left = [i for i in left if _stands_before(matches[i][-1][1], text, choice.before, starts)]
    if choice.after is not None:
        ends = sorted(match[0][1] for match in matches)
        left = [i for i in left if _stands_after(matches[i][0][0], text, choice.after, ends)]
    return left


def _stands_before(end: int, text: str, words: str, starts: list[int]) -> bool:
    """Whether words follow within reach, with no other place in between."""
    number = bisect_left(starts, end)
    until = starts[number] if number < len(starts) else len(text)
    return any(start <= until for start, _ in places(text, words, ((end, end + AROUND),)).spans)


def _stands_after(start: int, text: str, words: str, ends: list[int]) -> bool:
    """Whether words precede within reach, with no other place in between."""
    number = bisect_left(ends, start + 1)
    since = ends[number - 1] if number else 0
    return any(end >= since for _, end in places(text, words, ((max(start - AROUND, 0), start),)).spans)


def _problem(sought: Sought, left: int, choice: Choice) -> str:
    """What is in the way of choosing one of several places."""
    there = "stand in one place" if sought.count == 1 else f"stand in {sought.count:,} places"
    if sought.inside:
        there += ", inside longer words"
    if sought.count > len(sought.matches):
        return f"{there}: too many to choose from"
    if choice.nth is not None:
        return f"{there}; there is no number {choice.nth:,}"
    if choice.near is not None and left == 1:
        return f"{there}, and the nearest to {choice.near} lies inside a longer word"
    if choice.near is not None:
        return f"{there}, and {left} of them are equally near {choice.near}"
    if choice.before or choice.after:
        how = [f"{side} `{words}`" for side, words in (("before", choice.before), ("after", choice.after)) if words]
        return f"{there}, {left or 'none'} of them directly {' and '.join(how)}"
    return there


# What resembles the words


def in_other_case(text: str, words: str, within: Spans | None = None) -> tuple[Span, ...]:
    """Where the words stand in another letter case, as whole words; none for words with others left out."""
    spans, exact = within or ((0, len(text)),), _pattern(words)
    alike = _occurrences(_pattern(words, re.IGNORECASE), text, spans)
    return tuple(
        (start, end)
        for start, end in alike
        if not exact.fullmatch(text, start, end) and not cuts(text, start) and not cuts(text, end)
    )


def _not_found(sought: Sought, text: str, spans: Spans, missing: list[str]) -> Sought:
    if not missing:
        problem = "stand there in pieces, but not in this order"
    elif missing == [sought.words]:
        problem = "do not stand there"
    else:
        problem = f"do not stand there: {', '.join(f'`{piece}` is missing' for piece in missing)}"
    found = [one for piece in missing for one in proposals(text, piece, spans)]
    return Sought(sought.words, problem=problem, proposals=tuple(found))


def proposals(text: str, words: str, spans: Spans) -> list[Proposal]:
    """Words of the text that differ from these in case, quotation marks or dashes; else the most similar ones."""
    pattern = _pattern(words.translate(_ALIKE), re.IGNORECASE)
    alike = islice(_occurrences(pattern, text.translate(_ALIKE), spans), PROPOSED)
    differs = "letter case, quotation marks or dashes"
    found = [Proposal(start, end, text[start:end], 1.0, differs) for start, end in alike]
    return found or [one for span in spans for one in _similar(text, words, span)]


def _similar(text: str, words: str, span: Span) -> Iterator[Proposal]:
    """The words of a span that are most similar, if a library is installed that can tell."""
    try:
        from rapidfuzz import fuzz
    except ImportError:
        return
    region = text[span[0] : span[1]]
    if len(words) > len(region):
        return
    found = fuzz.partial_ratio_alignment(words, region, score_cutoff=SIMILAR)
    if found:
        start, end = _to_words(text, span[0] + found.dest_start, span[0] + found.dest_end)
        score = fuzz.ratio(words, text[start:end])
        if score >= SIMILAR:  # of whole words, which are longer than what was found
            yield Proposal(start, end, text[start:end], score / 100, "similar")


def _to_words(text: str, start: int, end: int) -> Span:
    """A span widened to the borders of the words that it cuts, without white space at its ends."""
    while cuts(text, start):
        start -= 1
    while cuts(text, end):
        end += 1
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))


def words_between(text: str, spans: Spans) -> str:
    """The words at these spans as an excerpt gives them: on one line, with `…` for what is left out."""
    return f" {ELISION} ".join(" ".join(text[start:end].split()) for start, end in spans)
