"""What one language puts into numbers: its marks, its names of months and of units of time. From CLDR, by Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ..errors import MissingExtra

if TYPE_CHECKING:
    from babel import Locale

TIME_UNITS = ("second", "minute", "hour", "day", "night", "week", "month", "year", "decade", "century")
MEASURES = ("length", "mass", "area", "volume", "speed", "temperature")
NO_MEASURES = re.compile(r"-(?:generic|point|drop|cup|pinch|stone|grain|carat|dram|jigger)|solar|earth|light-")
# Signs in Latin letters that are no words: `in` is rarely an inch.
SIGNS = {"km", "m", "cm", "mm", "km²", "m²", "m³", "kg", "g", "t", "l", "L", "ha", "km/h", "°C", "°F"}
# English is written with the words of both countries.
SPELLINGS = {"en": ("en", "en-GB")}
# One language, but countries that write the marks the other way round: there `1.234` is not decisive.
DIVIDED = {"es"}
TOO_SHORT = 2


@dataclass(frozen=True, slots=True)
class Marks:
    """The decimal mark and the mark between thousands (None where unknown), and words of time by their meaning."""

    decimal: str | None = None
    group: str | None = None
    spaced: bool = False
    divided: bool = True
    units: dict[str, str] | None = None
    measures: dict[str, str] | None = None
    percent: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()


def locale_of(language: str) -> Locale | None:
    """The CLDR locale of a language tag, or of its language alone; None for an unknown one."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError:
        raise MissingExtra("babel", "text") from None
    tag = language.replace("_", "-")
    for said in (tag, tag.split("-")[0]):
        try:
            return Locale.parse(said, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return None


@cache
def marks_of(language: str) -> Marks:
    """The marks of a language; empty ones for an unknown language."""
    locale = locale_of(language)
    if locale is None:
        return Marks()
    symbols = locale.number_symbols["latn"]
    group = plain_mark(symbols["group"])
    return Marks(
        decimal=symbols["decimal"],
        group=group,
        spaced=group == " ",
        divided=locale.language in DIVIDED and locale.territory is None,
        units=dict(_units(locale)),
        measures={said: unit for one in _spellings(locale) for said, unit in _measures(one)},
        percent=frozenset(_percent(locale)),
        months=frozenset(_months(locale)),
    )


def plain_mark(mark: str) -> str:
    """One sign for every kind of space, and one for every kind of apostrophe."""
    return " " if mark.isspace() else "'" if mark in "'’" else mark


def _units(locale: Locale) -> Iterator[tuple[str, str]]:
    """Every form of every unit of time, with its English name. What CLDR has no name for is left out."""
    patterns, fields = locale._data["unit_patterns"], locale._data["date_fields"]
    for unit in TIME_UNITS:
        for form in (*_leaves(patterns.get(f"duration-{unit}", {}).get("long", {})), *_leaves(fields.get(unit, {}))):
            word = re.search(r"\{0\}\s*([^\W\d_]+)", form)
            if word and len(word[1]) >= TOO_SHORT:
                yield word[1].lower(), unit


def _spellings(locale: Locale) -> list[Locale]:
    return [one for tag in SPELLINGS.get(locale.language, ()) if (one := locale_of(tag))] or [locale]


def _measures(locale: Locale) -> Iterator[tuple[str, str]]:
    """Names and signs of metric and other measures, with their English name."""
    for key, forms in locale._data["unit_patterns"].items():
        kind, _, name = key.partition("-")
        if kind in MEASURES and not NO_MEASURES.search(key):
            unit = name.replace("meter", "metre").replace("liter", "litre").replace("-", " ")
            long, short = (
                {form.replace("{0}", "").strip() for form in _leaves(forms.get(k))} for k in ("long", "short")
            )
            signs = {sign for sign in short if sign in SIGNS or not sign.isascii()}
            yield from ((word, unit) for word in long | signs if re.fullmatch(r"[^\W\d_][^\d_{}]*|°\w", word))


def _percent(locale: Locale) -> Iterator[str]:
    for form in _leaves(locale._data["unit_patterns"].get("concentr-percent", {}).get("long", {})):
        yield form.replace("{0}", "").strip().lower()


def _months(locale: Locale) -> Iterator[str]:
    for context in locale.months.values():
        for width in ("wide", "abbreviated"):
            for name in context.get(width, {}).values():
                yield str(name).lower().rstrip(".")


def _leaves(branch: Any) -> Iterator[str]:
    """The strings of a branch of CLDR data, whose dictionaries are lazy and of a type of their own."""
    if isinstance(branch, str):
        yield branch
    elif branch:
        for key in branch:
            yield from _leaves(branch[key])
