from __future__ import annotations

import calendar
import datetime as dt
import os
import re
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.chronology import edtf_bounds
from onrecord.dates import DateMention, find_dates
from onrecord.errors import OnrecordError
from onrecord.rules.times import UNSETTLED
from onrecord.source import read_source
from onrecord.vocabulary import terms_of

PROJECT = Path(__file__).parent.parent
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or PROJECT.parent / "shared" / "sources")
SAMPLES = Path(__file__).parent / "samples"
BASES = set(terms_of("time-basis"))
THURSDAY = dt.date(2024, 3, 28)


def said(text: str, language: str = "en") -> list[str]:
    return [text[one.start : one.end] for one in find_dates(text, language)]


def only(text: str, language: str = "en", reference: dt.date | None = None) -> DateMention:
    found = find_dates(text, language, reference=reference)
    assert len(found) == 1, said(text, language)
    return found[0]


@pytest.mark.parametrize(
    ("text", "language", "edtf"),
    [
        ("3 March 2021", "en", "2021-03-03"),
        ("March 28, 2024", "en", "2024-03-28"),
        ("Thursday, March 28, 2024", "en", "2024-03-28"),
        ("3rd of March 2021", "en", "2021-03-03"),
        ("Sept. 5, 2020", "en", "2020-09-05"),
        ("2024-03-28", "en", "2024-03-28"),
        ("28/03/2024", "en", "2024-03-28"),
        ("05/05/2024", "en", "2024-05-05"),
        ("03/04/2024", "en-GB", "2024-04-03"),
        ("03/04/2024", "en-US", "2024-03-04"),
        ("03/04/2024", "fr", "2024-04-03"),
        ("28.03.2024", "de", "2024-03-28"),
        ("3. März 2021", "de", "2021-03-03"),
        ("Donnerstag, den 28. März 2024", "de", "2024-03-28"),
        ("1er mars 2021", "fr", "2021-03-01"),
        ("3 de marzo de 2021", "es", "2021-03-03"),
        ("3 de março de 2021", "pt", "2021-03-03"),
        ("3 marzo 2021", "it", "2021-03-03"),
        ("3 maart 2021", "nl", "2021-03-03"),
        ("3 марта 2021", "ru", "2021-03-03"),
        ("2024年3月28日", "zh", "2024-03-28"),
        ("٢٨ مارس ٢٠٢٤", "ar", "2024-03-28"),
        ("March 2021", "en", "2021-03"),
        ("März 2021", "de", "2021-03"),
        ("1988", "en", "1988"),
        ("1980s", "en", "198X"),
        ("1988–90", "en", "1988/1990"),
        ("summer of 1988", "en", "1988-22"),
        ("Herbst 1988", "de", "1988-23"),
        ("été 1988", "fr", "1988-22"),
    ],
)
def test_dates_resolve_to_what_their_words_say(text: str, language: str, edtf: str) -> None:
    one = only(text, language)
    assert (one.edtf, one.basis, text[one.start : one.end]) == (edtf, "stated", text)
    assert (one.earliest, one.latest) == edtf_bounds(edtf)


def test_winter_has_no_bounds_because_it_lies_in_two_years() -> None:
    one = only("winter 1990")
    assert (one.edtf, one.earliest, one.latest) == ("1990-24", None, None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("03/04/2024", "en"),
        ("03/04/2024", "xx"),
        ("28.03.24", "de"),
        ("2024-13-28", "en"),
        ("31 June 2020", "en"),
        ("Feb 29, 2023", "en"),
        ("Friday, March 28, 2024", "en"),
        ("August 17", "en"),
        ("Tuesday", "en"),
        ("Tuesday evening", "en"),
        ("Dienstag", "de"),
        ("yesterday", "en"),
        ("gestern", "de"),
        ("hier", "fr"),
        ("ayer", "es"),
        ("вчера", "ru"),
        ("last week", "en"),
        ("two days later", "en"),
        ("four decades ago", "en"),
        ("the past four decades", "en"),
        ("ever since", "en"),
        ("now", "en"),
        ("this morning", "en"),
        ("the weekend", "en"),
        ("the ’80s", "en"),
        ("12:30", "en"),
        ("5 p.m.", "en"),
        ("1367", "fa"),
        ("1445 AH", "en"),
        ("1200 BC", "en"),
    ],
)
def test_what_the_words_do_not_settle_stays_unresolved(text: str, language: str) -> None:
    one = only(text, language)
    assert (one.edtf, one.earliest, one.latest, one.basis) == (None, None, None, "unresolved")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("it may 3 times fall; march 3 abreast; the sun sat", "en"),
        ("30,000 people, 12 cranes, 3.5 tonnes, H1N1", "en"),
        ("in the 2nd second, a second one", "en"),
        ("March 30,000 dockers past it", "en"),
        ("2000 people, over 1988 boats", "en"),
        ("am Morgen", "de"),
        ("por la mañana", "es"),
    ],
)
def test_words_that_only_look_like_dates_are_left_alone(text: str, language: str) -> None:
    assert said(text, language) == []


def test_a_date_takes_in_no_full_stop() -> None:
    assert said("It fell on 31 May. It stood in 1988. Then 5 Sept. 2020.") == ["31 May", "1988", "5 Sept. 2020"]


@pytest.mark.parametrize(
    ("text", "language", "edtf"),
    [
        ("today", "en", "2024-03-28"),
        ("yesterday", "en", "2024-03-27"),
        ("yesterday evening", "en", "2024-03-27"),
        ("this morning", "en", "2024-03-28"),
        ("two days ago", "en", "2024-03-26"),
        ("last week", "en", "2024-03-18/2024-03-24"),
        ("last month", "en", "2024-02"),
        ("last year", "en", "2023"),
        ("3 years ago", "en", "2021"),
        ("gestern", "de", "2024-03-27"),
        ("morgen", "de", "2024-03-29"),
        ("hier", "fr", "2024-03-27"),
        ("Tuesday", "en", "[2024-03-26,2024-04-02]"),
        ("Thursday", "en", "[2024-03-21,2024-03-28,2024-04-04]"),
        ("last Tuesday", "en", "[2024-03-19,2024-03-26]"),
        ("next Friday", "en", "[2024-03-29,2024-04-05]"),
        ("August 17", "en", "[2023-08-17,2024-08-17]"),
        ("28 March", "en", "[2024-03-28,2025-03-28]"),
        ("29 February", "en", "[2024-02-29,2028-02-29]"),
    ],
)
def test_a_reference_date_leaves_only_the_days_that_may_be_meant(text: str, language: str, edtf: str) -> None:
    one = only(text, language, THURSDAY)
    assert (one.edtf, one.basis) == (edtf, "inferred")
    assert (one.earliest, one.latest) == edtf_bounds(edtf)


@pytest.mark.parametrize("text", ["two days later", "four decades ago", "ever since", "now", "the weekend", "12:30"])
def test_what_counts_from_another_event_stays_unresolved_with_a_reference_date(text: str) -> None:
    assert only(text, reference=THURSDAY).basis == "unresolved"


# No other day than the reference date

DAYS = st.dates(dt.date(1500, 1, 1), dt.date(2100, 12, 31))
WORDS = (
    "3 28 March March, May may Sunday on in since the of 1988 2024 1980s 12:30 5 p.m. 2024-03-28 03/04/2024 28.03.2024 "
    "yesterday last week ago two days later summer now next Friday 1988-90 BC August 17, – - . , ½ marzo mars März"
)
PIECES = st.sampled_from(WORDS.split())
TEXTS = st.text(max_size=60) | st.lists(PIECES | st.sampled_from([" ", "\n", "\u00a0", ""]), max_size=25).map(" ".join)
LANGUAGES = st.sampled_from(["en", "en-US", "de", "fr", "es", "it", "ru", "ar", "fa", "zh", "xx", "", "_"])


@given(DAYS, st.sampled_from(["en", "de", "fr", "es", "it", "nl", "pt", "da", "ru", "pl", "sv", "uk", "tr"]))
@settings(max_examples=150, deadline=None)
def test_a_day_written_by_the_rules_of_a_language_is_read_back(day: dt.date, language: str) -> None:
    from babel.dates import format_date

    text = format_date(day, "d MMMM y", locale=language)
    assert only(text, language).edtf == day.isoformat()


@given(TEXTS, LANGUAGES)
@settings(max_examples=300, deadline=None)
def test_every_part_of_a_stated_date_stands_in_its_words(text: str, language: str) -> None:
    for one in find_dates(text, language):
        words = text[one.start : one.end]
        if one.edtf and "/" not in one.edtf:
            year, *rest = one.edtf.rstrip("~").split("-")
            assert year.rstrip("X") in words
            if len(rest) == 2:
                assert re.search(rf"(?<!\d)0?{int(rest[1])}(?!\d)", words)


@given(TEXTS, LANGUAGES, st.none() | st.dates(), st.integers(0, 20), st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_dates_of_any_text_are_in_order_apart_and_within_bounds(
    text: str, language: str, reference: dt.date | None, start: int, end: int
) -> None:
    found = find_dates(text, language, start, end, reference=reference)
    last = start
    for one in found:
        assert last <= one.start < one.end <= min(end, len(text))
        assert one.basis in BASES
        assert (one.edtf is None) is (one.basis == "unresolved")
        assert reference is not None or one.basis != "inferred"
        last = one.end
    assert found == find_dates(text, language, start, end, reference=reference)


@given(TEXTS, LANGUAGES, st.none() | st.dates(dt.date(1600, 1, 1), dt.date(2400, 1, 1)))
@settings(max_examples=200, deadline=None)
def test_bounds_are_those_that_the_rules_on_times_expect(text: str, language: str, reference: dt.date | None) -> None:
    for one in find_dates(text, language, reference=reference):
        if one.edtf is None:
            assert (one.earliest, one.latest) == (None, None)
        elif not re.match(UNSETTLED, one.edtf):
            assert (one.earliest, one.latest) == edtf_bounds(one.edtf)


@given(st.dates(dt.date(1600, 1, 1), dt.date(2400, 1, 1)), st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_a_weekday_is_one_of_the_days_of_that_name_around_the_reference_date(day: dt.date, weekday: int) -> None:
    name = calendar.day_name[weekday]
    days = [dt.date.fromisoformat(one) for one in (only(name, reference=day).edtf or "").strip("[]").split(",")]
    assert {one.weekday() for one in days} == {weekday}
    assert min(days) <= day <= max(days) and max(abs(one - day) for one in days) <= dt.timedelta(days=7)


@pytest.mark.parametrize("text", ["March ", "3 March 1988 ", "1-", "\n", "last ", "12:", "2024-03-28 "])
def test_repetition_costs_no_more_than_its_length(text: str) -> None:
    def cost(length: int) -> float:
        begun = time.process_time()
        find_dates(text * (length // len(text)))
        return time.process_time() - begun

    cost(100)
    assert cost(80_000) < 12 * max(cost(20_000), 0.02)


def test_a_library_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dateparser.languages", None)
    with pytest.raises(OnrecordError) as raised:
        find_dates("3 March 2021", "en-XX")
    assert (raised.value.message, raised.value.help) == ("dateparser is not installed", "pip install 'onrecord[text]'")


# Hand-encoded documents


def span(anchor: str) -> tuple[int, int]:
    ends = anchor.split()[0].replace(";", "-").split("-")
    return int(ends[0]), int(ends[-1])


def times_of(folder: Path) -> dict[tuple[int, int], dict[str, object]]:
    files = [
        yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("document", "statements")
    ]
    said = [
        *files[0].get("times", []),
        *(one for statement in files[1]["statements"] for one in statement.get("times", [])),
    ]
    return {span(one["anchor"]): one for one in said}


def compared(folder: Path, sources: Path) -> dict[str, str]:
    """The times of a document that are not found as they were encoded, with what was found there."""
    document = yaml.safe_load((folder / "document.yaml").read_text(encoding="utf-8"))["document"]
    texts = [
        source for path in sources.glob("*.txt") if (source := read_source(path)).sha256 == document["text_sha256"]
    ]
    if not texts:
        pytest.skip("the source text is absent: put it into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    found = find_dates(texts[0].text, document["language"])
    differing = {}
    for (start, end), hand in times_of(folder).items():
        ours = [one for one in found if one.start < end and start < one.end]
        same = [(one.start, one.end, one.edtf, one.basis) for one in ours] == [
            (start, end, hand.get("edtf"), hand["basis"])
        ]
        bounds = [(str(one.earliest), str(one.latest)) for one in ours] == [
            (str(hand.get("earliest")), str(hand.get("latest")))
        ]
        if not (same and bounds):
            words = [texts[0].text[one.start : one.end] for one in ours]
            differing[str(hand["verbatim"])] = f"{'+'.join(words)}: {'+'.join(one.basis for one in ours)}"
    return differing


def test_the_times_of_the_first_document_are_those_found_by_hand() -> None:
    assert compared(PROJECT / "claims" / "records" / "un-experts-letter-1988", SOURCES) == {
        # The year stands elsewhere in the sentence: for a reader to infer.
        "August 17": "August 17: unresolved",
        "August 25": "August 25: unresolved",
        # A period known by its name only.
        "Second World War": ": ",
    }


@pytest.mark.parametrize("name", ["heron-agency", "heron-company", "heron-paper"])
def test_the_times_of_the_samples_are_found_and_those_inferred_left_unresolved(name: str) -> None:
    folder = SAMPLES / "claims" / "records" / name
    hands = {str(one["verbatim"]): one for one in times_of(folder).values()}
    for verbatim, ours in compared(folder, SAMPLES / "sources").items():
        assert hands[verbatim]["basis"] == "inferred", (verbatim, ours)
        assert set(ours.split(": ")[1].split("+")) == {"unresolved"}
