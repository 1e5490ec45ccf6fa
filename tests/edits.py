"""Random edits of texts whose characters know where they come from.

A text is a list of characters, each with the offset it had in the old edition. Typed characters
have none, copies keep that of their original and are marked as copies. So where any words of the
old edition truly stand after any edits is known, whatever lookalikes there are.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from onrecord.relocation import Placement, Pointer
from onrecord.span import digest_of

VOCABULARIES = (
    ["a", "b"],
    ["said", "no", "yes", "Ann said"],
    ["ab", "ba", "aba", "abab", "b"],
    ["the crane", "fell", "the quay", "was", "closed", "two", "three", "said", "Lind", "crane"],
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "quay", "Lind", "wrote", "told"],
)


@dataclass(frozen=True, slots=True)
class Char:
    letter: str
    origin: int | None  # where it stood in the old edition; None for typed ones
    copied: bool = False
    carried: bool = False  # it was moved or pasted


Text = list[Char]


def text_of(text: Text) -> str:
    return "".join(char.letter for char in text)


def original(text: str) -> Text:
    return [Char(letter, offset) for offset, letter in enumerate(text)]


def random_text(rng: random.Random, sentences: int) -> str:
    """Sentences of few words, some of them the same, in some passages."""
    words = rng.choice(VOCABULARIES)
    said = [" ".join(rng.choices(words, k=rng.randint(1, 6))) + "." for _ in range(sentences)]
    said = [rng.choice(said[: i + 1]) if rng.random() < 0.25 else one for i, one in enumerate(said)]
    return "".join(one + rng.choice(["  ", " ", " ", "\n", "\n\n"]) for one in said).strip()


def bounds(text: Text, rng: random.Random) -> tuple[int, int]:
    """A sentence, a word, several sentences or any stretch."""
    if not text:
        return 0, 0
    size, said = len(text), text_of(text)
    at, stop = rng.randrange(size), rng.choice([".", ".", ". ", " ", "\n"])
    start = said.rfind(stop, 0, at) + len(stop) if stop in said[:at] else 0
    end = said.find(stop, at)
    end = size if end < 0 else end + 1
    if rng.random() < 0.2:
        end = min(size, start + rng.randint(1, 1 + size // 2))
    if rng.random() < 0.2:
        start, end = at, min(size, at + rng.randint(1, 6))
    return min(start, end), max(start, end)


def typed(rng: random.Random, letters: str) -> Text:
    return [Char(letter, None) for letter in rng.choices(letters, k=rng.randint(1, 8))]


def insert(text: Text, rng: random.Random, letters: str) -> Text:
    at = rng.randint(0, len(text))
    return [*text[:at], *typed(rng, letters), *text[at:]]


def delete(text: Text, rng: random.Random, letters: str) -> Text:
    start, end = bounds(text, rng)
    return text[:start] + text[end:]


def delete_lookalike(text: Text, rng: random.Random, letters: str) -> Text:
    """Delete one of two equal stretches, or all from one of them up to the other."""
    start, end = bounds(text, rng)
    said = text_of(text)
    other = said.find(said[start:end], start + 1)
    if end - start < 2 or other < 0:
        return delete(text, rng, letters)
    return text[:start] + text[rng.choice([end, other]) :]


def change(text: Text, rng: random.Random, letters: str) -> Text:
    if not text:
        return text
    at = rng.randrange(len(text))
    return [*text[:at], Char(rng.choice(letters), None), *text[at + 1 :]]


def swap(text: Text, rng: random.Random, letters: str) -> Text:
    one, other = sorted((bounds(text, rng), bounds(text, rng)))
    said = text_of(text)
    if one[1] > other[0] or any(count(said, said[start:end].strip(" \n.")) > 1 for start, end in (one, other)):
        return text  # lookalikes that change places leave no trace
    first, second = ([replace(c, carried=True) for c in text[s:e]] for s, e in (one, other))
    return [*text[: one[0]], *second, *text[one[1] : other[0]], *first, *text[other[1] :]]


def duplicate(text: Text, rng: random.Random, letters: str) -> Text:
    start, end = bounds(text, rng)
    at = rng.choice([start, end, rng.randint(0, len(text)), bounds(text, rng)[0]])
    copy = [replace(char, copied=True, carried=True) for char in text[start:end]]
    return text[:at] + copy + text[at:]


EDITS: tuple[Callable[[Text, random.Random, str], Text], ...] = (
    insert,
    delete,
    delete_lookalike,
    change,
    swap,
    duplicate,
)


def edited(old: str, rng: random.Random, count: int, letters: str) -> Text:
    text = original(old)
    for _ in range(count):
        text = rng.choice(EDITS)(text, rng, letters)
    return text


def pointer(text: str, *spans: tuple[int, int], tile: bool = False) -> Pointer:
    words = " ".join(text[start:end] for start, end in spans)
    return Pointer(f"{spans}", tuple(spans), digest_of(words), tile)


# What is right


def count(text: str, words: str) -> int:
    return sum(text.startswith(words, at) for at in range(len(text)))


def faults(old: str, text: Text, placement: Placement) -> str:
    """Why a settled placement is a silent move; empty where it is not."""
    assert placement.spans is not None
    new = text_of(text)
    pairs = list(zip(placement.pointer.spans, placement.spans, strict=True))
    if any(old[a:b] != new[c:d] for (a, b), (c, d) in pairs):
        return "other words"
    whole = (min(a for a, _ in placement.pointer.spans), max(b for _, b in placement.pointer.spans))
    shifts = {c - a for (a, _), (c, _) in pairs}
    if len(shifts) == 1 and not _fault(old, text, whole, (whole[0] + min(shifts), whole[1] + min(shifts))):
        return ""
    return next((why for span, there in pairs if (why := _fault(old, text, span, there))), "")


def _fault(old: str, text: Text, span: tuple[int, int], there: tuple[int, int]) -> str:
    new, words = text_of(text), old[span[0] : span[1]]
    if count(old, words) == 1 and count(new, words) == 1 and new.startswith(words, there[0]):
        return ""  # the only ones, then and now: a copy of deleted words is a move
    chars = text[there[0] : there[1]]
    survivor = _survivor(text, span)
    if all(char.origin == span[0] + i for i, char in enumerate(chars)):
        kept = not any(char.copied for char in chars) or survivor is None
        fits_better = survivor is not None and _fit(old, text, span, there[0]) >= _fit(old, text, span, survivor)
        return "" if kept or fits_better else "a copy although the original is there"
    if survivor is not None and _fit(old, text, span, there[0]) > _fit(old, text, span, survivor):
        return ""  # two lookalikes changed places, with all that would tell them apart
    if any(char.origin == span[0] + i and not char.copied for i, char in enumerate(chars)):
        return ""  # some of its own characters, and the same words again around them
    if _slot(old, text, span, there, -1) and _slot(old, text, span, there, 1):
        return ""
    if _unchanged(old, new, span, there):
        return ""
    typed = all(char.carried or char.origin is None for char in chars)
    if survivor is None and typed and (_slot(old, text, span, there, -1) or _slot(old, text, span, there, 1)):
        return ""
    return "a lookalike"


def _survivor(text: Text, span: tuple[int, int]) -> int | None:
    """Where the very characters of the span still stand together."""
    size = span[1] - span[0]
    for at, char in enumerate(text[: len(text) - size + 1]):
        if char.origin == span[0] and all(
            c.origin == span[0] + i and not c.copied for i, c in enumerate(text[at : at + size])
        ):
            return at
    return None


def _common(old: str, text: Text, i: int, j: int, step: int) -> int:
    same = 0
    while True:
        inside = (0 <= i < len(old), 0 <= j < len(text))
        if inside == (False, False):
            return same + 1  # both texts end here
        if not all(inside) or old[i] != text[j].letter:
            return same
        same, i, j = same + 1, i + step, j + step


def _unchanged(old: str, new: str, span: tuple[int, int], there: tuple[int, int]) -> bool:
    """Whether nothing tells that anything changed from one edge of the text through the words and on.

    What stands behind them must be the same for so long that with them it stood only once.
    """
    size = min(len(old), len(new))
    same = next((n for n in range(size) if old[n] != new[n]), size)
    first = there == span and span[1] < same and count(old, old[span[0] : same]) == 1
    same = next((n for n in range(size) if old[-1 - n] != new[-1 - n]), size)
    behind = len(old) - span[0] == len(new) - there[0]
    last = behind and len(old) - same < span[0] and count(old, old[len(old) - same : span[1]]) == 1
    return first or last


@dataclass(frozen=True)
class _Fit:
    """How much of its surroundings some words have around them, on the left and on the right."""

    left: int
    right: int

    def __gt__(self, other: _Fit) -> bool:
        return self.left > other.left and self.right > other.right

    def __ge__(self, other: _Fit) -> bool:
        return self.left >= other.left and self.right >= other.right and self != other


def _fit(old: str, text: Text, span: tuple[int, int], place: int) -> _Fit:
    after = place + span[1] - span[0]
    return _Fit(_common(old, text, span[0] - 1, place - 1, -1), _common(old, text, span[1], after, 1))


def _slot(old: str, text: Text, span: tuple[int, int], there: tuple[int, int], step: int) -> bool:
    """Whether, on one side, the next character that comes from there in the old text is as far off as it was."""
    i, j = (span[0] - 1, there[0] - 1) if step < 0 else (span[1], there[1])
    while 0 <= i < len(old) and 0 <= j < len(text):
        if text[j].origin == i:
            return True
        if text[j].letter != old[i]:
            return False
        i, j = i + step, j + step
    return not 0 <= i < len(old) and not 0 <= j < len(text)
