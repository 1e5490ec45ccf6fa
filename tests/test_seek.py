"""Words are found wherever they stand, and one place is chosen only when it is certain which."""

import itertools
import re
import sys
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import SeekError
from onrecord.seek import LISTED, Sought, cuts, seek, words_between

TEXT = (
    "A crane fell at North Quay.\nThe crane\n  was old, she said. “It’s the crane of 1990,” he said; "
    "30,000 people saw it in 1990–91. The theatre was shut, he said."
)


def at(sought: Sought) -> list[str]:
    return [";".join(f"{start}-{end}" for start, end in match) for match in sought.matches]


def chosen(words: str, text: str = TEXT, **options: Any) -> str | None:
    found = seek(text, words, **options).chosen
    return words_between(text, found) if found else None


# Places


def test_words_that_stand_once_are_chosen() -> None:
    assert seek(TEXT, "North Quay").chosen == ((16, 26),)


def test_white_space_matches_any_white_space() -> None:
    found = seek(TEXT, " The  crane was\n")
    assert found.chosen == ((28, 43),)
    assert TEXT[28:43] == "The crane\n  was"
    assert seek("30\u00a0000 people", "30 000").chosen == ((0, 6),)


def test_several_places_are_all_listed_and_none_is_chosen() -> None:
    found = seek(TEXT, "crane")
    assert at(found) == ["2-7", "32-37", "69-74"]
    assert (found.chosen, found.count, found.left) == (None, 3, (1, 2, 3))
    assert found.problem == "stand in 3 places"


def test_overlapping_places_are_counted() -> None:
    assert at(seek("a-a-a", "a-a")) == ["0-3", "2-5"]
    assert at(seek("aaa", "aa")) == ["0-2", "1-3"]


def test_query_is_normalised_as_the_text_is() -> None:
    assert chosen("Cafe\u0301", "the Café there") == "Café"


def test_offsets_count_code_points() -> None:
    assert seek("😀 q\u0302x 😀 crane", "crane").chosen == ((8, 13),)


@pytest.mark.parametrize("words", ["", "  ", "\n\t", "…", " … ", "...", "\u00a0"])
def test_nothing_to_look_for_is_refused(words: str) -> None:
    with pytest.raises(SeekError, match="no words to look for"):
        seek(TEXT, words)


def test_words_longer_than_the_text_stand_nowhere() -> None:
    found = seek("short", "much longer than the text")
    assert (found.matches, found.proposals, found.problem) == ((), (), "do not stand there")


def test_words_in_an_empty_text_stand_nowhere() -> None:
    assert seek("", "crane").problem == "do not stand there"


def test_search_keeps_within_the_spans_given() -> None:
    assert seek(TEXT, "crane", within=((28, 50),)).chosen == ((32, 37),)
    assert seek(TEXT, "crane", within=((28, 36),)).matches == ()
    assert at(seek(TEXT, "crane", within=((0, 10), (60, 90)))) == ["2-7", "69-74"]


# Inside words


def test_places_inside_words_do_not_count_beside_whole_words() -> None:
    assert chosen("he", "The theatre: he said") == "he"
    assert at(seek("30 of 300 of 1930", "30")) == ["0-2"]


def test_place_inside_a_word_is_said_and_never_chosen_unasked() -> None:
    found = seek("The crane", "ran")
    assert (at(found), found.inside, found.chosen) == (["5-8"], True, None)
    assert found.problem == "stand in one place, inside longer words"
    assert seek("The crane", "ran", nth=1).chosen == ((5, 8),)


def test_nearest_place_inside_a_word_is_taken_only_at_its_very_offset() -> None:
    text = "in 1930 and, much later, 30 of them"
    assert seek(text, "30", near=25).chosen == ((25, 27),)
    assert seek(text, "30", near=5).chosen == ((5, 7),)
    doubt = seek(text, "30", near=6)
    assert (doubt.chosen, at(doubt)) == (None, ["5-7", "25-27"])
    assert doubt.problem == "stand in 2 places, and the nearest to 6 lies inside a longer word"


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("crane’s arm", "crane", True),
        ("the-crane", "crane", True),
        ("crane2", "crane", False),
        ("crane_2", "crane", False),
        ("30,000", "30", False),
        ("30,000", "000", False),
        ("3.5", "3", False),
        ("in 30, 40", "30", True),
        ("it was 30.", "30", True),
        ("1990–91", "91", True),
        ("起重机倒塌", "重机", True),
        ("เครนล้ม", "ล้", True),
        ("クレーンが倒れた", "クレーン", True),
        ("кран упал", "упал", True),
        ("кранов", "кран", False),
        ("크레인이", "크레인", False),
        ("e\u0323\u0308", "e", False),  # the marks belong to the letter, and no single character has both
        ("か\u309a", "か", False),
        ("👩\u200d🚒", "👩", False),
    ],
)
def test_border_of_a_word(text: str, words: str, whole: bool) -> None:
    found = seek(text, words)
    assert found.matches
    assert (found.chosen is not None, found.inside) == (whole, not whole)


# Choosing


def test_nth_counts_from_one_in_reading_order() -> None:
    assert [seek(TEXT, "crane", nth=n).chosen for n in (1, 2, 3)] == [((2, 7),), ((32, 37),), ((69, 74),)]
    assert seek(TEXT, "crane", nth=4).problem == "stand in 3 places; there is no number 4"


def test_near_takes_the_nearest_start_and_a_tie_is_none() -> None:
    assert seek(TEXT, "crane", near=0).chosen == ((2, 7),)
    assert seek(TEXT, "crane", near=9999).chosen == ((69, 74),)
    tie = seek(TEXT, "crane", near=17)
    assert (tie.chosen, tie.left) == (None, (1, 2))
    assert tie.problem == "stand in 3 places, and 2 of them are equally near 17"


def test_before_and_after_take_the_place_directly_beside_other_words() -> None:
    assert seek(TEXT, "crane", before="fell").chosen == ((2, 7),)
    assert seek(TEXT, "crane", before="of 1990").chosen == ((69, 74),)
    assert seek(TEXT, "crane", after="Quay.").chosen == ((32, 37),)
    assert seek(TEXT, "said", before="“It’s").chosen == ((53, 57),)
    assert seek(TEXT, "said", after="he", before="30,000").chosen == ((88, 92),)


def test_words_beside_may_hold_the_words_sought() -> None:
    assert seek("the quay, the harbour", "the", before="quay, the harbour").chosen == ((0, 3),)
    assert seek("the quay, the harbour", "the", after="the quay,").chosen == ((10, 13),)


def test_words_beside_must_be_near() -> None:
    far = "crane " + "x " * 200 + "quay. crane quay"
    assert seek(far, "crane", before="quay").chosen == ((412, 417),)
    assert seek("crane " + "x " * 200 + "quay", "crane", before="quay").chosen is None


def test_words_beside_that_fit_several_or_no_places_choose_none() -> None:
    said = seek("he said, he said, he said.", "he", before="said")
    assert (said.chosen, said.problem) == (None, "stand in 3 places, 3 of them directly before `said`")
    assert seek(TEXT, "crane", after="theatre").problem == "stand in 3 places, none of them directly after `theatre`"


@pytest.mark.parametrize(
    "options",
    [{"near": 1, "nth": 1}, {"nth": 1, "before": "x"}, {"near": 1, "after": "x"}, {"nth": 0}, {"before": " "}],
)
def test_options_that_are_no_one_choice_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(SeekError):
        seek(TEXT, "crane", **options)


# Pieces


@pytest.mark.parametrize("words", ["A crane … North Quay", "A crane…North Quay", "A crane ... North Quay"])
def test_pieces_make_discontinuous_words(words: str) -> None:
    found = seek(TEXT, words)
    assert at(found) == ["0-7;16-26"]
    assert chosen(words) == "A crane … North Quay"


def test_pieces_that_fit_in_several_ways_are_listed() -> None:
    found = seek("a b c b", "a … b")
    assert (at(found), found.chosen) == (["0-1;2-3", "0-1;6-7"], None)
    assert seek("a b c b", "a … b", nth=2).chosen == ((0, 1), (6, 7))


def test_pieces_do_not_overlap_and_keep_their_order() -> None:
    assert seek("crane crane", "crane … crane").chosen == ((0, 5), (6, 11))
    assert seek("one crane", "crane … crane").problem == "stand there in pieces, but not in this order"
    assert seek(TEXT, "North Quay … A crane").problem == "stand there in pieces, but not in this order"


def test_missing_piece_is_named() -> None:
    found = seek(TEXT, "A crane … South Quay")
    assert found.problem == "do not stand there: `South Quay` is missing"


def test_words_left_out_that_stand_in_the_text_are_words() -> None:
    assert seek("It fell … down. It fell far down.", "fell … down").chosen == ((3, 14),)


@pytest.mark.parametrize("words", ["… crane", "crane …", "crane … … fell"])
def test_pieces_without_words_are_refused(words: str) -> None:
    with pytest.raises(SeekError, match="nothing stands on one side"):
        seek(TEXT, words)


def test_too_many_ways_are_counted_and_none_is_chosen() -> None:
    text = "a b " * 500
    found = seek(text, "a … b", nth=1)
    assert (found.count, len(found.matches), found.chosen) == (500 * 501 // 2, LISTED, None)
    assert found.problem == "stand in 125,250 places: too many to choose from"


# What resembles the words


@pytest.mark.parametrize(
    ("words", "resembles"),
    [
        ("north quay", "North Quay"),
        ("\"It's the", "“It’s the"),
        ("1990-91", "1990–91"),
    ],
)
def test_other_case_quotes_and_dashes_are_proposed_never_chosen(words: str, resembles: str) -> None:
    found = seek(TEXT, words)
    assert (found.matches, found.chosen) == ((), None)
    [proposal] = found.proposals
    assert (proposal.words, TEXT[proposal.start : proposal.end]) == (resembles, resembles)
    assert proposal.differs == "letter case, quotation marks or dashes"


def test_similar_words_are_proposed_whole() -> None:
    pytest.importorskip("rapidfuzz")
    [proposal] = seek(TEXT, "thirty thousand people saw it in").proposals
    assert proposal.words == TEXT[proposal.start : proposal.end]
    assert not cuts(TEXT, proposal.start) and not cuts(TEXT, proposal.end)
    [typo] = seek(TEXT, "the craen of 1990").proposals
    assert typo.words == "the crane of 1990"
    assert 0.8 < typo.similarity < 1


def test_words_that_resemble_only_a_piece_of_longer_ones_are_not_proposed() -> None:
    pytest.importorskip("rapidfuzz")
    text = "The crane fell on Monday."
    assert seek(text, "zebra").proposals == ()  # `e cra` is 60 per cent of it, `The crane` is not
    assert [proposal.words for proposal in seek(text, "crame").proposals] == ["crane"]


def test_nothing_similar_is_proposed_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    assert seek(TEXT, "the craen of 1990").proposals == ()


# Properties

LETTERS = st.text("ab '\n\u0301…3,", max_size=30)


def naive(text: str, words: str) -> set[tuple[int, int]]:
    spans = itertools.combinations(range(len(text) + 1), 2)
    said = " ".join(words.split())
    return {(i, j) for i, j in spans if text[i:j].strip() == text[i:j] and " ".join(text[i:j].split()) == said}


@settings(deadline=None, max_examples=300)
@given(LETTERS, st.text("ab '\n3,", min_size=1, max_size=5).filter(str.strip))
def test_every_place_is_found(text: str, words: str) -> None:
    text = unicodedata.normalize("NFC", text)
    there = naive(text, words)
    whole = {span for span in there if not any(cuts(text, offset) for offset in span)}
    found = seek(text, words)
    assert {match[0] for match in found.matches} == (whole or there)
    assert found.inside == (bool(there) and not whole)
    assert (found.chosen is not None) == (len(whole) == 1)


@settings(deadline=None, max_examples=300)
@given(st.text("ab ", max_size=14), st.lists(st.sampled_from(["a", "b", "ab", "a b"]), min_size=2, max_size=3))
def test_pieces_are_found_in_every_way(text: str, pieces: list[str]) -> None:
    found = seek(text, " … ".join(pieces))
    singles = [[match[0] for match in seek(text, piece).matches] for piece in pieces]
    ways = [way for way in itertools.product(*singles) if all(a[1] <= b[0] for a, b in itertools.pairwise(way))]
    assert list(found.matches) == sorted(ways)
    assert found.count == len(ways)


@settings(deadline=None, max_examples=200)
@given(LETTERS, st.integers(0, 29), st.integers(1, 30))
def test_words_copied_from_a_text_are_found_again(text: str, start: int, size: int) -> None:
    text = unicodedata.normalize("NFC", text)
    words = text[start : start + size]
    if not re.search(r"[^\s…]", words) or "…" in words:
        return
    begin = start + len(words) - len(words.lstrip())
    span = (begin, begin + len(words.strip()))
    whole = not cuts(text, span[0]) and not cuts(text, span[1])
    found = seek(text, words)
    assert ((span,) in found.matches) or not whole


def test_long_text_is_searched_quickly() -> None:
    text = "The crane fell at the quay. " * 40_000 + "It was old."
    began = time.perf_counter()
    assert seek(text, "It was old.").chosen
    assert seek(text, "crane").count == 40_000
    assert seek(text, "It was odl.").chosen is None
    assert time.perf_counter() - began < 10
