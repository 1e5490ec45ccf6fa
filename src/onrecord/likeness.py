"""How like two texts are, whether they say the same word by word, and whether only one of them is negated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from .errors import MissingExtra
from .numerals import find_numerals
from .span import ELISION

SAME = 0.9  # likeness from which two texts that differ by a negation are taken for a sentence and its opposite
_ARTICLES = frozenset(("a", "an", "the"))
_WORD = re.compile(r"#[^\s#]+#|\w+(?:[’'\-]\w+)*")
# Words that negate whatever stands beside them; those that can mean something else are left out.
_NEGATIONS = frozenset((
    *("not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot"),
    *("nicht", "kein", "keine", "keinen", "keiner", "keines", "keinem", "nie", "niemals", "niemand", "nichts", "ohne"),
    *("pas", "jamais", "aucun", "aucune", "rien", "sans", "nunca", "jamás", "ningún", "ninguna", "nadie"),
    *("não", "nenhum", "nenhuma"),
    *("nessuno", "nessuna", "niente", "senza", "niet", "geen", "nooit", "niemand", "zonder"),
    *("не", "нет", "никогда", "никто", "без", "لا", "ليس", "لم", "لن", "بدون", "לא", "אין", "değil", "yok"),
))  # fmt: skip
_SUPPORT = frozenset(("do", "does", "did", "will", "would", "can", "could", "is", "are", "was", "were", "has", "have"))


@cache
def prepared(text: str) -> str:
    """A text as it is compared: its words in lower case, without punctuation, in alphabetical order."""
    said: str = _rapidfuzz().utils.default_process(text.replace(ELISION, " "))
    return " ".join(sorted(said.split()))


def alike(text: str, others: list[str], least: float, limit: int | None = None) -> Iterator[tuple[float, int]]:
    """Which of other prepared texts are at least as like as this, with their likeness and place; the nearest first."""
    library = _rapidfuzz()
    found = library.process.extract(text, others, scorer=library.fuzz.ratio, score_cutoff=100 * least, limit=limit)
    return ((score / 100, place) for _, score, place in found)


def likeness(one: str, other: str) -> float:
    """How like two prepared texts are, from 0 to 1."""
    return round(float(_rapidfuzz().fuzz.ratio(one, other)) / 100, 3)


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same order, wherever in it they begin.

    An article more or less makes no difference, nor does the way in which a number is written.
    Every other word does: `before` for `after`, `not`, a name, two names exchanged.
    """
    first, second = _words(one), _words(other)
    if sorted(first) != sorted(second):
        return False
    return not first or any(first == second[at:] + second[:at] for at in range(len(second)))


@cache
def _words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case without articles; a number is its value."""
    said, end = [], 0
    for found in find_numerals(text):
        value = "|".join(map(str, (found.value, found.lower, found.upper, found.comparator)))
        said += [text[end : found.start], f" #{value}# "]
        end = found.end
    words = _WORD.findall("".join([*said, text[end:]]).replace(ELISION, " ").casefold())
    return tuple(word for word in words if word not in _ARTICLES)


def negated(text: str) -> bool:
    """Whether a word of the text negates, as far as the word alone tells."""
    return any(_negates(word) for word in _plain(text))


def opposite(one: str, other: str) -> bool:
    """Whether one of two texts is the other with a negation: `it fell` and `it did not fall`."""
    if negated(one) == negated(other):
        return False
    bare = [" ".join(word for word in _plain(text) if not _negates(word) and word not in _SUPPORT)
            for text in (one, other)]  # fmt: skip
    return likeness(*map(prepared, bare)) >= SAME


def _plain(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]


def _negates(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def _rapidfuzz() -> Any:
    try:
        import rapidfuzz
    except ImportError:
        raise MissingExtra("rapidfuzz", "text") from None
    return rapidfuzz
