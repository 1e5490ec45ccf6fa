from __future__ import annotations

import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.column import DECIMAL_DIGITS, DECIMAL_PLACES
from onrecord.dates import find_dates
from onrecord.errors import OnrecordError
from onrecord.numerals import Numeral, find_numerals
from onrecord.source import Source, read_source
from onrecord.span import digest_of
from onrecord.vocabulary import terms_of

PROJECT = Path(__file__).parent.parent
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or PROJECT.parent / "shared" / "sources")
SAMPLES = Path(__file__).parent / "samples"
KINDS = set(terms_of("figure-kind"))


def said(text: str, language: str = "en") -> list[str]:
    """The words of each numeral."""
    return [text[one.start : one.end] for one in find_numerals(text, language)]


def only(text: str, language: str = "en") -> Numeral:
    found = find_numerals(text, language)
    assert len(found) == 1, said(text, language)
    return found[0]


def amount(text: str, language: str = "en") -> str | None:
    value = only(text, language).value
    return None if value is None else str(value)


# Digits


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("30,000", "en", "30000"),
        ("30.000", "de", "30000"),
        ("30 000", "fr", "30000"),
        ("30\u202f000", "fr", "30000"),
        ("30\u00a0000", "ru", "30000"),
        ("30 200", "ru", "30200"),
        ("30 000", "en", "30000"),
        ("30’000", "de-CH", "30000"),
        ("30'000", "de-CH", "30000"),
        ("1,23,456", "en-IN", "123456"),
        ("1,234,567", "de", "1234567"),
        ("1.234.567,89", "en", "1234567.89"),
        ("3,5", "de", "3.5"),
        ("3.5", "en", "3.5"),
        ("0.125", "de", "0.125"),
        ("1.234", "en", "1.234"),
        ("1.234", "de", "1234"),
        ("1.234", "es-MX", "1.234"),
        ("٣٠", "ar", "30"),
        ("१२३", "hi", "123"),
        ("３０", "ja", "30"),
        ("007", "en", "7"),
    ],
)
def test_digits_have_the_value_that_their_marks_and_language_give(text: str, language: str, value: str) -> None:
    assert amount(text, language) == value
    assert said(text, language) == [text]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1.234", "es"),
        ("1.234", "fr"),
        ("1,234", "xx"),
        ("1.234", ""),
        ("3,5", "en"),
        ("12,34,5", "en"),
        ("3.1.0", "en"),
        ("1,234.567.8", "en"),
        ("9" * 30, "en"),
        ("0.0000000001", "en"),
        ("30m", "en"),
        ("10²", "en"),
    ],
)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_found_without_a_value(text: str, language: str) -> None:
    one = only(text, language)
    assert (one.value, one.lower, one.upper) == (None, None, None)


def test_a_space_joins_thousands_only_where_it_must() -> None:
    assert said("in 1988 200 boats and on quay 28 200 crates") == ["1988", "200", "28", "200"]


def test_digits_within_a_name_are_part_of_it() -> None:
    assert said("H1N1 by MP3 on 5G, G20, 9f3a1c") == []
    assert said("logo-1 quay_21092020 COVID-19") == ["1", "21092020", "19"]
    assert said("有30人", "zh") == ["30"]


# Words


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("seven", "en", "7"),
        ("one hundred and twenty-five thousand", "en", "125000"),
        ("two point five million", "en", "2500000"),
        ("three and a half", "en", "3.5"),
        ("two dozen", "en", "24"),
        ("fünfundzwanzig", "de", "25"),
        ("vingt et un mille", "fr", "21000"),
        ("treinta y uno", "es", "31"),
        ("vinte e um mil", "pt", "21000"),
        ("ventidue milioni", "it", "22000000"),
        ("eenentwintig", "nl", "21"),
        ("3 Mio.", "de", "3000000"),
        ("2,5 млн", "ru", "2500000"),
        ("trois milliards", "fr", "3000000000"),
    ],
)
def test_numbers_in_words_are_read_whole(text: str, language: str, value: str) -> None:
    one = only(text, language)
    assert (str(one.value), one.kind, text[one.start : one.end]) == (value, "cardinal", text.removesuffix("."))


@pytest.mark.parametrize(
    "text",
    [
        "no one saw it",
        "one of the worst falls",
        "this one, the old one and the one who left",
        "one is never sure, and one must wait",
        "on the one hand; one another",
        "wait a second; once per second",
        "at first; first of all; first aid; third parties",
        "how many fell? as many as fit",
        "a mass of steel",
        "the fall of the ministry, twofold and eighteenish",
    ],
)
def test_words_that_only_look_like_numbers_are_left_alone(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ein Mann, eine Frau, einer", "de"),
        ("un homme et une femme", "fr"),
        ("una mujer y un hombre, hace unos meses", "es"),
        ("sei stato; prima di tutto; una donna", "it"),
        ("uma mulher na segunda-feira", "pt"),
        ("een man", "nl"),
        ("en anden mand og et hus", "da"),
    ],
)
def test_articles_and_doubles_of_other_languages_are_left_alone(text: str, language: str) -> None:
    assert said(text, language) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one man and at least one boy", ["one", "one"]),
        ("one of the three cranes", ["one", "three"]),
        ("not one more lift", ["one"]),
        ("a second crane in the second week", ["second", "second"]),
        ("World War II under Louis XIV", ["II", "XIV"]),
        ("several men, a few boys, hundreds of thousands of crates", ["several", "few", "hundreds of thousands"]),
        ("mass arrests, mainly of dockers", ["mass", "mainly"]),
        ("for years, and decades ago", ["for years", "decades"]),
    ],
)
def test_numbers_where_they_count(text: str, words: list[str]) -> None:
    assert said(text) == words


# Kinds


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("three-decade", "duration", "3", "decade"),
        ("four decades", "duration", "4", "decade"),
        ("14-year-old", "duration", "14", "year"),
        ("10 minutes", "duration", "10", "minute"),
        ("50%", "share", "50", "percent"),
        ("50 per cent", "share", "50", "percent"),
        ("fifty percent", "share", "50", "percent"),
        ("150 %", "cardinal", "150", "percent"),
        ("½", "share", "0.5", "fraction"),
        ("3/4", "share", "0.75", "fraction"),
        ("three quarters", "share", "0.75", "fraction"),
        ("one in five", "share", "0.2", "fraction"),
        ("half", "share", "0.5", "fraction"),
        ("half a dozen", "cardinal", "6", None),
        ("half an hour", "duration", "0.5", "hour"),
        ("2½ hours", "duration", "2.5", "hour"),
        ("$3 million", "money", "3000000", "dollar"),
        ("€1.2bn", "money", "1200000000", "euro"),
        ("£5", "money", "5", "pound"),
        ("US$40m", "money", "40000000", "US dollar"),
        ("EUR 20", "money", "20", "EUR"),
        ("21st", "ordinal", "21", None),
        ("twenty-first", "ordinal", "21", None),
        ("1988", "year", "1988", None),
        ("nineteen eighty-eight", "year", "1988", None),
        ("28.03.2024", "date", None, None),
        ("12:30", "date", None, None),
        ("several", "cardinal", None, None),
        ("mainly", "share", None, None),
        ("for years", "duration", None, "year"),
    ],
)
def test_each_kind_of_figure_is_told_by_its_words(text: str, kind: str, value: str | None, unit: str | None) -> None:
    one = only(text)
    assert (one.kind, amount(text), one.unit) == (kind, value, unit)
    assert text[one.start : one.end] == text


def test_a_fifth_of_something_is_a_share_and_the_fifth_a_rank() -> None:
    assert [one.kind for one in find_numerals("a fifth of it, the fifth of them, on a fifth day")] == [
        "share",
        "ordinal",
        "ordinal",
    ]


def test_an_hour_and_a_sign_of_money_belong_to_one_numeral_only() -> None:
    assert [(one.kind, one.value) for one in find_numerals("at 10 a.m.")] == [("date", None)]
    assert said("5$ 3") == ["5$", "3"]


def test_a_fraction_without_an_end_lies_between_its_nearest_decimals() -> None:
    one = only("two thirds")
    assert (one.value, str(one.lower), str(one.upper)) == (None, "0.666666666", "0.666666667")


@pytest.mark.parametrize(
    ("text", "lower", "upper", "unit"),
    [
        ("30-40", "30", "40", None),
        ("30–40", "30", "40", None),
        ("between 30 and 40", "30", "40", None),
        ("from 30 to 40", "30", "40", None),
        ("two or three days", "2", "3", "day"),
        ("30 to 40 million", "30000000", "40000000", None),
        ("5% to 10%", "5", "10", "percent"),
        ("$3-5 million", "3000000", "5000000", "dollar"),
        ("1988-1990", "1988", "1990", "year"),
        ("1988–90", "1988", "1990", "year"),
        ("her 30s", "30", "39", "year"),
    ],
)
def test_a_range_has_two_ends(text: str, lower: str, upper: str, unit: str | None) -> None:
    one = only(text)
    assert (one.kind, one.value, str(one.lower), str(one.upper), one.unit) == ("range", None, lower, upper, unit)


def test_a_change_or_a_score_is_no_range() -> None:
    assert said("it rose from 30 to 40; they lost 1-3 or 3-1; at 40 and 50") == [
        "30",
        "40",
        "1-3",
        "3",
        "1",
        "40",
        "50",
    ]


@pytest.mark.parametrize("text", ["the 1980s", "the ’80s", "the nineties"])
def test_a_decade_is_a_year_without_a_value(text: str) -> None:
    one = only(text)
    assert (one.kind, one.value) == ("year", None)
    assert (one.lower, one.upper) == ((1980, 1989) if "1980" in text else (None, None))


def test_four_digits_count_when_they_are_compared_or_round_before_a_plural() -> None:
    text = "over 1988 boats, 2000 people, in 2000, the 1988 fall"
    assert [one.kind for one in find_numerals(text)] == ["cardinal", "cardinal", "year", "year"]


# Modifiers


@pytest.mark.parametrize(
    ("text", "language", "comparator", "approximate"),
    [
        ("over 40", "en", ">", False),
        ("more than 40", "en", ">", False),
        ("at least 40", "en", ">=", False),
        ("no fewer than 40", "en", ">=", False),
        ("40 or more", "en", ">=", False),
        ("40+", "en", ">=", False),
        ("up to 40", "en", "<=", False),
        ("no more than 40", "en", "<=", False),
        ("fewer than 40", "en", "<", False),
        ("about 40", "en", "=", True),
        ("some 40", "en", "=", True),
        ("nearly 40", "en", "<", True),
        ("fast 40", "de", "<", True),
        ("40-odd", "en", "=", True),
        ("up to about 40", "en", "<=", True),
        ("plus de 40", "fr", ">", False),
        ("quelque 40", "fr", "=", True),
        ("mindestens 40", "de", ">=", False),
        ("rund 40", "de", "=", True),
        ("más de 40", "es", ">", False),
        ("almeno 40", "it", ">=", False),
        ("cerca de 40", "pt", "=", True),
        ("hoogstens 40", "nl", "<=", False),
        ("более 40", "ru", ">", False),
    ],
)
def test_modifiers_compare_or_blur_and_widen_only_the_words(
    text: str, language: str, comparator: str, approximate: bool
) -> None:
    one = only(text, language)
    assert (one.comparator, one.approximate, one.value) == (comparator, approximate, 40)
    assert text[one.start : one.end] == "40"
    assert one.verbatim == (0, len(text))


def test_bounds_say_what_the_comparator_says() -> None:
    bounds = {text: (only(text).lower, only(text).upper) for text in ("40", "over 40", "under 40", "about 40")}
    assert bounds == {"40": (40, 40), "over 40": (40, None), "under 40": (None, 40), "about 40": (None, None)}


def test_over_a_length_of_time_may_mean_during_it() -> None:
    assert only("it fell over 3 years").comparator == "="
    assert only("a wait of over 3 years").comparator == ">"


@pytest.mark.parametrize(
    ("text", "verbatim", "unit"),
    [
        ("the first time", "first time", "occasion"),
        ("all 40 people", "40", "person"),
        ("a dozen", "a dozen", None),
        ("at 30 metres", "30 metres", "metre"),
        ("for 3 million euros or more", "3 million euros or more", "euro"),
        ("at −5 °C", "−5 °C", "celsius"),
    ],
)
def test_the_words_of_a_figure_reach_as_far_as_its_meaning(text: str, verbatim: str, unit: str | None) -> None:
    one = only(text)
    assert (text[slice(*one.verbatim)], one.unit) == (verbatim, unit)


# Any text

LANGUAGES = st.sampled_from(["en", "de", "fr", "es", "it", "pt", "nl", "da", "ru", "ar", "ja", "xx", "", "de-CH", "_"])
WORDS = (
    "over about between and one two third thirds half hundred thousands of for years a dozen million and a half "
    "$ € % 1 30 000 1,234 1.5 1988 1980s 1st 3/4 28.03.2024 - – . , ½ ² ٣٠ III March per cent euros days in to m"
)
PIECES = st.sampled_from(WORDS.split())
TEXTS = st.text(max_size=60) | st.lists(PIECES | st.sampled_from([" ", "\n", "\u00a0", ""]), max_size=25).map(" ".join)


@given(TEXTS, LANGUAGES, st.integers(0, 20), st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_numerals_of_any_text_are_in_order_apart_and_within_bounds(
    text: str, language: str, start: int, end: int
) -> None:
    found = find_numerals(text, language, start, end)
    last = start
    for one in found:
        assert last <= one.start < one.end <= min(end, len(text))
        assert start <= one.verbatim[0] <= one.start and one.end <= one.verbatim[1] <= min(end, len(text))
        assert one.kind in KINDS and one.comparator in {"<", "<=", "=", ">=", ">"}
        assert one.comparator == "=" or one.value is not None
        last = one.end
    assert found == find_numerals(text, language, start, end)


@given(TEXTS, LANGUAGES)
@settings(max_examples=300, deadline=None)
def test_values_of_any_text_fit_their_column_and_their_bounds(text: str, language: str) -> None:
    for one in find_numerals(text, language):
        for value in filter(None, (one.value, one.lower, one.upper)):
            _, digits, exponent = value.as_tuple()
            assert isinstance(exponent, int) and -DECIMAL_PLACES <= exponent <= 0
            assert len(digits) + exponent <= DECIMAL_DIGITS - DECIMAL_PLACES
        if one.lower is not None and one.upper is not None:
            assert one.lower <= (one.lower if one.value is None else one.value) <= one.upper


@given(st.decimals(0, 10**12, places=2), st.sampled_from([("en", ",", "."), ("de", ".", ","), ("fr", "\u202f", ",")]))
def test_a_number_written_by_the_rules_of_a_language_is_read_back(value: Decimal, marks: tuple[str, str, str]) -> None:
    language, group, point = marks
    text = f"{value:,.2f}".replace(",", "\0").replace(".", point).replace("\0", group)
    assert only(text, language).value == value


@given(st.integers(1000, 9_999_999), st.integers(0, 30))
def test_offsets_count_from_the_start_of_the_text(value: int, before: int) -> None:
    text = "." * before + f" {value} "
    assert [(one.start, one.end) for one in find_numerals(text, "en", before)] == [(before + 1, len(text) - 1)]


@pytest.mark.parametrize("text", ["1,", "1 000 ", "one and ", "thousands of ", "over 40 ", "\n", "9", "½", "a-"])
def test_repetition_costs_no_more_than_its_length(text: str) -> None:
    def cost(length: int) -> float:
        begun = time.process_time()
        find_numerals(text * (length // len(text)))
        return time.process_time() - begun

    def least(length: int) -> float:  # what else the machine does only adds
        return min(cost(length) for _ in range(3))

    cost(100)
    assert least(80_000) < 12 * max(least(20_000), 0.02)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to itself")
def test_an_interrupt_while_number_words_are_read_is_one_and_no_breakdown() -> None:
    code = """
import signal, threading, time
from onrecord.numerals.spelled import SPACE, Word, _found
tokens = [Word("two"), SPACE] * 100_000
_found(tokens[:2], "en")
def interrupt():  # again and again: one that arrives while Python cleans up is lost
    while True:
        time.sleep(0.5)
        signal.raise_signal(signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
try:
    while True:
        _found(tokens, "en")
except KeyboardInterrupt:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "interrupted\n"
    assert "panicked" not in done.stderr


def test_a_library_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "text_to_num", None)
    with pytest.raises(OnrecordError) as raised:
        find_numerals("seven boats")
    assert (raised.value.message, raised.value.help) == ("text2num is not installed", "pip install 'onrecord[text]'")


# Hand-encoded documents


def span(anchor: str) -> tuple[int, int]:
    ends = anchor.split()[0].replace(";", "-").split("-")
    return int(ends[0]), int(ends[-1])


def read(folder: Path, name: str) -> list[dict[str, object]]:
    return list(yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")).get(f"{name}s", []))


def encoded(
    folder: Path, sources: Path
) -> tuple[Source, str, set[tuple[int, int]], dict[tuple[int, int], dict[str, object]]]:
    """A document's text and language, the spans of its numeral units, and its figures by span."""
    document = yaml.safe_load((folder / "document.yaml").read_text(encoding="utf-8"))["document"]
    texts = [
        source for path in sources.glob("*.txt") if (source := read_source(path)).sha256 == document["text_sha256"]
    ]
    if not texts:
        pytest.skip("the source text is absent: put it into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    ledger = yaml.safe_load((folder / "ledger.yaml").read_text(encoding="utf-8"))["units"]
    units = {span(unit["anchor"]) for unit in ledger if unit["kind"] == "numeral"}
    statements = yaml.safe_load((folder / "statements.yaml").read_text(encoding="utf-8"))["statements"]
    figures = {span(figure["anchor"]): figure for one in statements for figure in one.get("figures", [])}
    return texts[0], document["language"], units, figures


def parsed(one: Numeral) -> tuple[object, ...]:
    return one.kind, one.comparator, one.approximate, one.value, one.lower, one.upper, one.verbatim


def written(place: tuple[int, int], figure: dict[str, object]) -> tuple[object, ...]:
    keys = ("kind", "comparator", "approximate", "value", "lower", "upper")
    return (*(figure.get(key) for key in keys), place)


def compared(folder: Path, sources: Path) -> tuple[set[str], set[str], set[str]]:
    """What the hand has and neither numerals nor dates have, the reverse, and the figures that differ."""
    source, language, units, figures = encoded(folder, sources)
    found = {(one.start, one.end): one for one in find_numerals(source.text, language)}
    differing = {
        str(figure["verbatim"])
        for place, figure in figures.items()
        if written(place, figure) not in {parsed(one) for one in found.values()}
    }
    dated = {(one.start, one.end) for one in find_dates(source.text, language)}
    missed, extra = units - set(found) - dated, set(found) - units
    return words_of(source.text, missed), words_of(source.text, extra), differing


def words_of(text: str, places: set[tuple[int, int]]) -> set[str]:
    return {text[start:end].lower() for start, end in places}


def test_the_numerals_of_the_first_document_are_those_found_by_hand() -> None:
    folder = PROJECT / "claims" / "records" / "un-experts-letter-1988"
    missed, extra, differing = compared(folder, SOURCES)
    assert (missed, extra, differing) == (set(), set(), set())


@pytest.mark.parametrize(
    ("name", "missed", "differing"),
    [
        # `the last one` is a pronoun, which the search leaves alone, as it does words for how often.
        ("heron-agency", {"one", "yearly"}, set()),
        # `all`, and a noun that is no unit of measure, are words that only a reader can add.
        ("heron-company", set(), {"All 37", "1 204 518 containers"}),
        ("heron-paper", {"repeated"}, set()),
    ],
)
def test_the_numerals_of_the_samples_are_those_found_by_hand(name: str, missed: set[str], differing: set[str]) -> None:
    folder = SAMPLES / "claims" / "records" / name
    ours, extra, others = compared(folder, SAMPLES / "sources")
    assert ours <= missed and extra == set()
    assert {" ".join(said.split()) for said in others} - missed == differing


def test_the_comparison_would_see_a_difference(tmp_path: Path) -> None:
    text = "Over 40 people saw it."
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    (tmp_path / "document.yaml").write_text(f"document: {{language: en, text_sha256: {digest_of(text)}}}\n")
    (tmp_path / "ledger.yaml").write_text('units: [{kind: numeral, anchor: "16-18 x"}]\n')
    (tmp_path / "statements.yaml").write_text(
        'statements: [{figures: [{anchor: "5-7 x", kind: cardinal, verbatim: "40", value: 40}]}]\n'
    )
    assert compared(tmp_path, tmp_path) == ({"aw"}, {"40"}, {"40"})
