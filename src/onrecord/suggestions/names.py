"""Names in a text: capitalised runs of two words or more, a family name that comes back, the title before a name."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..segment import Outline
from .grammar import expression

_CAPITAL = r"(?:\p{Lu}\.|\p{Lu}[\p{L}\p{M}’'-]*)"
_PARTICLES = r"(?:de|del|della|di|da|dos|van|von|der|den|ten|bin|ibn|al|el|la|le|y|ben)\s"
_EDGE = r"(?<![\p{L}\p{M}\p{N}’'-])"
_RUN = rf"(?<![\p{{L}}\p{{M}}\p{{N}}’'-]){_CAPITAL}(?:[ \u00a0](?:{_PARTICLES}){{0,2}}{_CAPITAL})+"
_FIRST_WORDS = re.compile(
    r"(?:The|A|An|This|That|These|Those|In|On|At|By|For|From|After|Before|When|While|But|And|As|His|Her|Its|Their|Our|"
    r"My|Later|Earlier|Yesterday|Today|Meanwhile|However|Still|Only|Even|Once|Soon|Finally|Instead|It|He|She|They|We|If|Of|To|With|Since|Until|Some|All|Both|Also|Now|Then|There|Here|According|Der|Die|Das|"
    r"Ein|Eine|Le|La|Les|Un|Une|El|Los|Las|Una|Nur|Im|Am|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\s+"
)
_TIMES = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_PLACES = re.compile(
    r"(?:Quay|Street|Road|Avenue|Basin|Bridge|River|Harbour|Harbor|Port|Pier|Island|Square|Airport|Sea|Bay|Lake|"
    rf"Mount|Mountain|Strait|Street|Valley|Coast|Ocean|Beach|City|{_TIMES})\b"
)
_NUMBERED = re.compile(r"\s(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|[IVX]+)\Z")
_BEFORE_PLACE = re.compile(
    r"\b(?:in|into|at|near|towards?|across|outside|inside|along|à|dans|bei|en)\s\Z", re.IGNORECASE
)
_ORGANISED = re.compile(
    r"\b(?:Company|Co|Ltd|Inc|GmbH|AG|Corporation|Group|Union|Office|Agency|Ministry|Department|University|College|"
    r"Bank|Nations|Committee|Council|Commission|Court|Party|Army|Guards?|Police|Association|Organi[sz]ation|"
    r"Institute|Parliament|Assembly|Senate|Foundation|Federation|League|Lifting|Wire|Courier|Times|News|Post|"
    r"Tribune|Herald|Press|Radio|Service|Services|Works|Lines?|Industries|Movement|Amnesty|International|Front|"
    r"Centre|Center|Republic|States|Kingdom|Resistance|Society|Network|Board|Authority|Secretariat|Rights|Watch)\b"
)
_HONORIFICS = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Judge|Herr|Frau|Mme|Don|Doña)\.?\s+", re.UNICODE
)
_ROLE = (
    r"(?:\p{Lu}?[\p{Ll}\p{M}’'-]+ ){0,3}(?:master|mistress|owner|worker|minister|president|secretary|spokes\p{Ll}+|"
    r"director|officer|chief|head|chair|chair\p{Ll}+|captain|engineer|judge|prosecutor|professor|editor|reporter|"
    r"mayor|governor|senator|ambassador|commander|general|lawyer|expert|analyst|rapporteur|manager|inspector|"
    r"coordinator|leader|driver|sailor|pilot|porte-parole|sprecher|sprecherin|ministre|ministro) \Z"
)
_DETERMINER = re.compile(
    r"(?:(?:the|a|an|its|his|her|their|our|former|by|and|but|with|told|said|from|to|of|for|as|that|has) )+",
    re.IGNORECASE,
)
_HEADS = (
    r"(?:Rapporteurs?|Chair-Rapporteur|Secretary|Secretary-General|President|Minister|Director|Leader|Experts?|Chair|"
    r"Chairman|Chairwoman|Commissioner|Captain|General|Colonel|Governor|Mayor|Ambassador|Spokesman|Spokeswoman)"
)
_CAPITAL_TITLE = re.compile(rf"(?:[\w’'-]+\s)*{_HEADS}\s(?=\w)")
_TITLE_ALONE = re.compile(rf"{_HEADS}\Z")
_OF = rf"(?:[ \u00a0](?:of|for)(?:[ \u00a0]the)?[ \u00a0]{_CAPITAL}(?:[ \u00a0]{_CAPITAL})*)?"
_NO_NAMES = re.compile(r"\b(?:War|Letter|Statement|Day|News|Report|Justice)\b")
LONGEST_TITLE = 12


@dataclass(slots=True)
class Agent:
    """Somebody who is named or who speaks: where each mention of them stands, and in which form."""

    id: str
    name: str
    kind: str
    mentions: dict[tuple[int, int], str] = field(default_factory=dict)
    roles: list[tuple[int, int]] = field(default_factory=list)
    note: str | None = None
    known: bool = False


def find_names(text: str, outline: Outline) -> list[tuple[int, int]]:
    """The places of names of two words or more, headlines and headings left aside."""
    found: list[tuple[int, int]] = []
    for block in outline.blocks:
        if block.kind in ("headline", "heading"):
            continue
        for run in _pattern(_RUN).finditer(text, block.start, block.end):
            span = _stripped(text, *run.span())
            if span and _is_of_somebody(text, *span):
                found.append(span)
    return found


@cache
def _pattern(said: str) -> Any:
    return expression(said)


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A run without the words that are capitalised for another reason; None when a single one is left."""
    while (first := _FIRST_WORDS.match(text, start, end)) or (first := _HONORIFICS.match(text, start, end)):
        start = first.end()
    if text[start:end].endswith(("’s", "'s")):
        end -= 2
    title = _CAPITAL_TITLE.match(text, start, end)
    if title and len(text[title.end() : end].split()) > 1:
        start = title.end()
    if _ORGANISED.search(text[start:end]):
        end = _pattern(_OF).match(text, end).end()
    return (start, end) if len(text[start:end].split()) > 1 else None


def _is_of_somebody(text: str, start: int, end: int) -> bool:
    words = text[start:end]
    if _TITLE_ALONE.search(words) or _NO_NAMES.search(words):
        return False
    if _ORGANISED.search(words):
        return True
    if _PLACES.search(words) or _NUMBERED.search(words) or words.isupper():
        return False
    return not _BEFORE_PLACE.search(text, max(0, start - 12), start)


def kind_of(name: str) -> str:
    """Whether a name is that of an organisation, as far as its words tell; else of a person."""
    return "organisation" if _ORGANISED.search(name) else "person"


def title_before(text: str, start: int, begin: int) -> tuple[int, int] | None:
    """The title directly before a name: `harbour master Ada Lind`."""
    window = max(begin, start - 80)
    found = _pattern(_ROLE).search(text[window:start]) or _pattern(rf"{_CAPITAL}(?: {_CAPITAL})* \Z").search(
        text[window:start]
    )
    if not found:
        return None
    first = window + found.start()
    if (
        text[first].isupper()
        and not _TITLE_ALONE.search(text[first:start].strip())
        and not _pattern(_ROLE).search(text[window:start])
    ):
        return None
    determiner = _DETERMINER.match(text, first, start)
    first = determiner.end() if determiner else first
    title = text[first:start].strip()
    return (first, first + len(title)) if 0 < len(title.split()) <= LONGEST_TITLE else None


def family_names(text: str, full: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Places where the last word of exactly one of the names stands alone, each with that name's first place."""
    firsts: dict[str, tuple[int, int]] = {}
    for span in full:
        firsts.setdefault(text[slice(*span)], span)
    persons = [name for name in firsts if kind_of(name) == "person"]
    often = Counter(name.split()[-1] for name in persons)
    by_word = {word: firsts[name] for name in persons if often[word := name.split()[-1]] == 1 and len(word) > 2}
    starts = [start for start, _ in full]
    for found in _pattern(rf"{_EDGE}{_CAPITAL}(?![\p{{L}}\p{{M}}\p{{N}}-])").finditer(text):
        word = found.group().removesuffix("’s").removesuffix("'s")
        before = bisect_right(starts, found.start()) - 1
        if word in by_word and (before < 0 or full[before][1] <= found.start()):
            yield (found.start(), found.start() + len(word)), by_word[word]


def slug(name: str, otherwise: str) -> str:
    """A name as an id: `Zoë Ávila` becomes `zoe-avila`; of a name without Latin letters, the other id."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    return "-".join(words)[:60].strip("-") or otherwise


_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "Ae", "đ": "d", "ı": "i", "’": ""}
)
