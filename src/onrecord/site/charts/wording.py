"""Words of records as they stand in a picture: one line, cut into lines that fit, shortened where they must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from markupsafe import Markup

from ...lettering import width
from ...tables import exact
from ...vocabulary import LABELS
from ..encoding import encoded, plain

ELLIPSIS = "…"
LARGE = 10_000  # from here on, thousands are set apart: a year has no comma


def words(text: object) -> str:
    """A value as words of a picture: one line, without characters that drive anything or are no characters."""
    return plain(str(text))


def safe(text: object) -> Markup:
    """A value as text for XML, HTML and Markdown alike."""
    return encoded(words(text))


def label(vocabulary: str, term: str) -> str:
    """The plain words for a term; the term itself where the vocabulary does not know it."""
    return LABELS.get((vocabulary, term), term)


def number(value: Decimal) -> str:
    """A number in full: `1988`, `12,500`, `0.5`."""
    whole, point, rest = exact(value).partition(".")
    return f"{int(whole):,}{point}{rest}" if abs(int(whole)) >= LARGE else f"{whole}{point}{rest}"


def listed(said: Iterable[str], most: int = 6) -> str:
    """Words as a list in a sentence: `a, b and c`; beyond `most` only how many more there are."""
    found = list(said)
    if len(found) > most:
        found = [*found[: most - 1], f"{len(found) - most + 1:,} more"]
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def lines(text: object, room: float, size: float = 14, most: int = 2) -> list[str]:
    """A text as at most `most` lines that fit into `room` pixels; an ellipsis where it had to be cut."""
    ems = max(room / size, 2)
    found = [""]
    for word in _pieces(words(text), ems):
        joined = f"{found[-1]} {word}" if found[-1] else word
        if _ems(joined) <= ems:
            found[-1] = joined
        else:
            found.append(word)
    if len(found) <= most:
        return found
    last = found[most - 1]
    while last and _ems(last + ELLIPSIS) > ems:
        last = last.rpartition(" ")[0] or last[:-1]
    return [*found[: most - 1], last + ELLIPSIS]


def line(text: object, room: float, size: float = 14) -> str:
    """A text as one line that fits into `room` pixels."""
    return lines(text, room, size, most=1)[0]


def _pieces(text: str, ems: float) -> Iterator[str]:
    """The words of a text; one that fits on no line is cut, after a hyphen if it has one."""
    for word in text.split(" "):
        rest = word
        while _ems(rest) > ems:
            cut = max(next((n for n in range(len(rest), 0, -1) if _ems(rest[:n]) <= ems), 1), 1)
            cut = rest.rfind("-", 0, cut) + 1 or cut
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def _ems(text: str) -> float:
    """How wide a text is about, in parts of its size, as a sans-serif face sets it."""
    return sum(map(_em, text))


@cache
def _em(mark: str) -> float:
    if mark in " iIjlft.,:;'|!()[]-‘’·":
        return 0.32
    if mark in "mwMW…@%—":
        return 0.92
    return {2: 1.05, 0: 0.0}.get(width(mark), 0.7 if mark.isupper() else 0.56)
