"""Relocation: the same words in another edition, or a clear word that it is not certain."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edits import Text, count, edited, faults, pointer, random_text, text_of
from onrecord.errors import MissingExtra
from onrecord.relocation import COUNT_LIMIT, Placement, Pointer, State, relocate
from onrecord.relocation.blocks import run_back, run_on
from onrecord.relocation.tally import tally
from onrecord.span import Spans, words_at

REPORT = (
    "The crane at North Quay fell on Monday. Ada Lind said it was old.\n\n"
    "Two men were near it. The port said it was new, and closed the quay.\n\n"
    "Nobody was hurt. Lind said so twice."
)


def at(text: str, words: str, nth: int = 0, *, tile: bool = False) -> Pointer:
    """A pointer to the nth place of some words."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return pointer(text, (start, start + len(words)), tile=tile)


def one(old: str, new: str, sought: Pointer) -> Placement:
    [found] = relocate(new, [sought], old=old)
    return found


def place(new: str, words: str, nth: int = 0) -> Spans:
    return at(new, words, nth).spans


def tiles(text: str) -> list[Pointer]:
    """Passages and sentences, as a segmenter would give them."""
    spans = {
        (found.start(), found.start() + len(found.group().rstrip()))
        for pattern in (r"\S(?:.|\n(?!\n))*", r"[^.\s][^.]*(?:\.|$)")
        for found in re.finditer(pattern, text)
    }
    return [pointer(text, span, tile=True) for span in sorted(spans)]


# Words that stand once


def test_the_same_text_is_exact_also_where_words_are_repeated() -> None:
    found = relocate(REPORT, [at(REPORT, "said", n) for n in range(3)], old=REPORT)
    assert [(p.state, p.spans == p.pointer.spans, p.settled) for p in found] == [(State.EXACT, True, True)] * 3


def test_words_that_stand_once_in_both_editions_are_found() -> None:
    new = "Correction. " + REPORT.replace("Two men were near it. ", "").replace("twice", "two times")
    found = one(REPORT, new, at(REPORT, "closed the quay"))
    assert (found.state, found.spans, found.settled) == (State.MOVED, place(new, "closed the quay"), True)
    assert found.evidence == "the only place in both editions"


def test_words_before_an_edit_are_exact() -> None:
    new = REPORT.replace("twice", "two times")
    found = one(REPORT, new, at(REPORT, "said", 1))
    assert (found.state, found.settled) == (State.EXACT, True)


# Lookalikes


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_repeated_words_follow_their_surroundings(nth: int) -> None:
    new = REPORT.replace("The crane", "On video the crane").replace("closed", "shut")
    found = one(REPORT, new, at(REPORT, "said", nth))
    assert (found.state, found.spans, found.settled) == (State.MOVED, place(new, "said", nth), True)


@pytest.mark.parametrize("nth", [0, 1])
@pytest.mark.parametrize("cut", ["The crane fell. ", "The crane fell. The quay is closed. "])
def test_a_lookalike_that_is_left_over_is_not_taken_for_deleted_words(nth: int, cut: str) -> None:
    old = "It rained. The crane fell. The quay is closed. The crane fell. Nobody came."
    new = old.replace(cut, "", 1)
    found = one(old, new, at(old, "The crane fell.", nth))
    if cut == "The crane fell. " and nth == 1:  # all its surroundings are there
        assert (found.settled, found.spans) == (True, place(new, "The crane fell."))
    else:
        assert (found.state, found.count, found.settled) == (State.AMBIGUOUS, 1, False)
        assert found.places == (place(new, "The crane fell."),)
        assert found.evidence == "it had lookalikes: the one that is left may be another"


def test_one_of_two_equal_passages_deleted_leaves_both_in_doubt() -> None:
    passage = "The port said nothing more about it that day."
    old = f"Monday.\n\n{passage}\n\n{passage}\n\nTuesday."
    new = f"Monday.\n\n{passage}\n\nTuesday."
    assert [one(old, new, at(old, "port said", n)).settled for n in (0, 1)] == [False, False]


def test_sentences_that_change_places_take_their_words_with_them() -> None:
    one_, other = "The port said that it was closed for now.", "Ada Lind said that she had seen it all."
    old, new = f"Start here. {one_} {other} End here.", f"Start here. {other} {one_} End here."
    for nth in (0, 1):
        found = one(old, new, at(old, "said", nth))
        assert found.spans in (None, place(new, "said", 1 - nth))
    whole = one(old, new, at(old, one_))
    assert (whole.spans, whole.settled) == (place(new, one_), True)


def test_a_copy_does_not_draw_words_away_from_where_they_stood() -> None:
    copied = "Ada Lind said it was old."
    new = f"{copied} So it began.\n\n{REPORT}"
    found = one(REPORT, new, at(REPORT, "Lind said"))
    assert found.settled is False or found.spans == place(new, "Lind said", 1)
    assert one(REPORT, new, at(REPORT, "port said")).spans == place(new, "port said")


def test_an_edited_original_and_its_copy_are_left_to_a_person() -> None:
    passage = "Early on Monday the old crane of the port fell into the water of the quay, and then it lay there."
    old = f"Before it all was calm.\n\n{passage}\n\nAfter it all was loud. Nobody spoke of it again."
    changed = passage.replace("Early", "Late").replace("lay there", "was gone")
    new = old.replace(passage, changed) + "\n\n" + passage
    found = one(old, new, at(old, "the port fell into"))
    assert (found.state, found.count, found.settled) == (State.AMBIGUOUS, 2, False)


def test_rotated_words_are_not_settled() -> None:
    old, new = "yes no yes no yes", "no yes no yes yes"
    assert not any(p.settled for p in relocate(new, [at(old, "yes", n) for n in range(3)], old=old))


@pytest.mark.parametrize("now", ["Linde said it was old", "Linde said: it was old", "Lind said: it was old"])
def test_repeated_words_edited_beside_are_left_to_a_person(now: str) -> None:
    """One side that is as it was proves nothing; the likely place is proposed first."""
    new = REPORT.replace("Lind said it was old", now)
    found = one(REPORT, new, at(REPORT, "said"))
    assert (found.state, found.places[0], found.settled) == (State.AMBIGUOUS, place(new, "said"), False)


def test_the_edges_of_a_text_are_surroundings() -> None:
    old = "said Lind of the crane, and of the port, as it was said"
    new = "said Lind of the crane, as it was said"
    found = relocate(new, [at(old, "said"), at(old, "said", 1)], old=old)
    assert [(p.spans, p.settled) for p in found] == [(place(new, "said"), True), (place(new, "said", 1), True)]


def test_candidates_are_the_five_nearest_and_counted_up_to_a_limit() -> None:
    old = "The port said no. " * 150
    new = "Monday. " + "The port said no! " * 150
    found = one(old, new, at(old, "said", 40))
    distances = [abs(spans[0][0] - found.pointer.spans[0][0]) for spans in found.places]
    assert (found.state, found.count, len(found.places)) == (State.AMBIGUOUS, COUNT_LIMIT, 5)
    assert distances == sorted(distances) and distances[0] < 20


# Fragments


def fragments(text: str, *words: str) -> Pointer:
    return pointer(text, *(at(text, word).spans[0] for word in words))


def test_fragments_move_with_what_is_between_them() -> None:
    new = "Correction: " + REPORT
    found = one(REPORT, new, fragments(REPORT, "Two men", "near it"))
    assert found.spans == (*place(new, "Two men"), *place(new, "near it")) and found.settled


def test_fragments_are_found_one_by_one_where_the_middle_changed() -> None:
    new = REPORT.replace("Two men were near it", "Two men were working quite near it")
    found = one(REPORT, new, fragments(REPORT, "Two men", "near it"))
    assert found.spans == (*place(new, "Two men"), *place(new, "near it")) and found.settled


def test_fragments_stay_in_an_original_that_was_changed_between_them() -> None:
    """A whole copy stands before the rest; the original lost only words that no piece holds."""
    sentence = "The port, which had closed the quay, said that the crane was new. "
    old = "Two men were near it on Monday. " + sentence + "Nobody was hurt. " + REPORT
    changed = sentence.replace("closed", "shut")
    new = sentence + old.replace(sentence, changed)
    (start, end), (there, _) = at(old, "The port, ").spans[0], at(old, "said that the crane was new").spans[0]
    sought = pointer(old, (start, end - 2), (there, there + len("said that the crane was new")))
    found = one(old, new, sought)
    kept = new.index(changed)
    assert found.state is State.AMBIGUOUS or (found.spans is not None and found.spans[0][0] == kept)


def test_fragments_in_another_order_are_left_to_a_person() -> None:
    new = REPORT.replace("Two men were near it", "Some were near it when Two men came")
    found = one(REPORT, new, fragments(REPORT, "Two men", "near it"))
    assert (found.state, found.settled, found.spans) == (State.AMBIGUOUS, False, None)


def test_a_fragment_that_is_gone_makes_the_words_missing() -> None:
    new = REPORT.replace("near it", "nearby")
    assert one(REPORT, new, fragments(REPORT, "Two men", "near it")).state is State.MISSING


# Missing words


def test_missing_words_come_with_what_stands_in_their_place() -> None:
    new = REPORT.replace("Two men were near it", "Two women were near it")
    found = one(REPORT, new, at(REPORT, "Two men were near it"))
    assert (found.state, found.spans, found.settled) == (State.MISSING, None, False)
    assert found.nearest is not None and 0.8 < found.nearest.similarity < 1
    assert words_at(new, found.nearest.spans) == "Two women were near it"


def test_nothing_is_proposed_where_nothing_is_alike() -> None:
    found = one(REPORT, "1 2 3", at(REPORT, "Two men"))
    assert (found.state, found.nearest) == (State.MISSING, None)


# Without the old edition


def test_hashes_alone_settle_what_stands_between_proved_neighbours() -> None:
    sentences = [f"Sentence {n} tells of quay {n * 7} and of crane {n * 13}, which stood there." for n in range(30)]
    old = " ".join(sentences)
    new = old.replace("Sentence 15 tells of quay 105 and", "Sentence fifteen tells of one quay and")
    sought = [at(old, "stood there", n) for n in (2, 15, 28)]
    found = relocate(new, [*sought, *tiles(old)])[:3]
    assert [(p.spans, p.settled) for p in (found[0], found[2])] == [
        (place(new, "stood there", n), True) for n in (2, 28)
    ]
    assert not found[1].settled
    gone = relocate(new, [*tiles(old), at(old, "quay 105")])[-1]
    assert (gone.state, gone.nearest, gone.evidence) == (State.MISSING, None, "")


def test_hashes_alone_without_tiles_settle_nothing() -> None:
    new = "Correction: " + REPORT
    found = relocate(new, [at(REPORT, "closed the quay"), at(REPORT, "said")])
    assert [(p.state, p.settled) for p in found] == [(State.MOVED, False), (State.AMBIGUOUS, False)]
    assert found[0].spans == place(new, "closed the quay")
    assert found[1].count == 3


def test_a_copy_hidden_in_an_edited_tile_is_not_taken_for_the_original() -> None:
    core = [f"Line {n} of the story of the crane says {n * 11}" for n in range(4)]
    start = " ".join(f"Opening number {n} is told at length in {n * 17} words." for n in range(30))
    old = f"{start} {'. '.join(core)}. The letter had it all: {' and '.join(core)} and more. The end came soon."
    hidden = f"{start} The letter had it all: {'. '.join(core)}. and less. The end came soon."
    sought = at(old, "of the crane says 22")
    found = relocate(hidden, [sought, *tiles(old)])[0]
    assert not found.settled
    assert all(p.settled for p in relocate(old, [sought, *tiles(old)]))


def test_equal_tiles_of_which_one_is_gone_are_in_doubt() -> None:
    old = "The quay is open. It rained. The quay is open. It snowed."
    new = "It rained. The quay is open. It snowed."
    found = [p for p in relocate(new, tiles(old)) if p.pointer.spans in (place(old, "The quay is open."),)]
    assert [(p.state, p.settled) for p in found] == [(State.AMBIGUOUS, False)]


def test_words_not_sought_everywhere_are_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.relocation.hashed.WINDOWS", 50)
    found = relocate("x" * 500 + REPORT, [at(REPORT, "closed the quay")])
    assert (found[0].state, found[0].evidence) == (
        State.MISSING,
        "not sought everywhere: give the edition it was recorded from",
    )


def test_a_pointer_that_does_not_fit_the_old_edition_is_sought_by_its_hash() -> None:
    other = pointer("closed the quay", (0, 15))
    found = one(REPORT, REPORT + " More.", other)
    assert (found.spans, found.settled) == (place(REPORT, "closed the quay"), False)


# What it is given


@given(
    st.text("ab .\n", max_size=60) | st.text(max_size=20),
    st.text("ab .\n", max_size=60) | st.none() | st.text(st.characters(), max_size=20),
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=3),
            st.text("0123456789abcdef", max_size=17),
            st.booleans(),
        ),
        max_size=6,
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_input_has_an_answer_for_every_pointer(new: str, old: str | None, said: list) -> None:  # type: ignore[type-arg]
    sought = [Pointer(str(n), tuple(spans), digest, tile) for n, (spans, digest, tile) in enumerate(said)]
    found = relocate(new, sought, old=old)
    assert [p.pointer for p in found] == sought


def test_lone_surrogates_are_no_words() -> None:
    assert relocate("a\ud800b", [at("ab", "b")], old="ab\udfff")[0].spans == ((2, 3),)


def test_answers_come_in_the_order_of_the_pointers_also_for_twins() -> None:
    sought = [at(REPORT, "said", 2), at(REPORT, "crane"), at(REPORT, "said", 2)]
    assert [p.pointer for p in relocate("New. " + REPORT, sought, old=REPORT)] == sought


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    with pytest.raises(MissingExtra, match="ahocorasick-rs") as caught:
        one(REPORT, REPORT + " ", at(REPORT, "said"))
    assert caught.value.help == "pip install 'onrecord[text]'"


# Its parts


@given(st.text("abé😀", max_size=300), st.lists(st.text("abé😀", min_size=1, max_size=4)), st.integers(1, 5))
@settings(deadline=None)
def test_strings_are_counted_as_by_hand(text: str, strings: list[str], limit: int) -> None:
    text *= 3
    by_hand = {s: [i for i in range(len(text)) if text.startswith(s, i)][:limit] for s in strings}
    assert tally(text, strings, limit) == by_hand


def test_strings_across_chunks_and_frequent_ones_are_counted() -> None:
    text = "ab" * 30_000 + "xyz" + "ab" * 30_000
    assert tally(text, ["bxyza", "a", "ba", "q"]) == {"bxyza": [59_999], "a": [0, 2], "ba": [1, 3], "q": []}


@given(st.text("ab", max_size=400), st.text("ab", max_size=5), st.text("ab", max_size=5), st.integers(0, 500))
@settings(deadline=None)
def test_the_length_of_equal_text_is_found(same: str, one_: str, other: str, most: int) -> None:
    def by_hand(first: str, second: str) -> int:
        return next(
            (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
        )

    first, second = same + one_, same + other
    assert run_on(first, 0, second, 0, most) == min(most, by_hand(first, second))
    assert run_back(first[::-1], len(first), second[::-1], len(second)) == by_hand(first, second)


# Random edits: no silent move, nothing lost


@dataclass
class Tried:
    """What came of many edits."""

    texts: int = 0
    edits: int = 0
    states: Counter[str] = field(default_factory=Counter)
    settled: int = 0
    silent: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def judge(self, old: str, text: Text, found: list[Placement], *, known: bool) -> None:
        new = text_of(text)
        for placement in found:
            self.states[placement.state] += 1
            self.settled += placement.settled
            why = faults(old, text, placement) if placement.spans and placement.settled and new != old else ""
            if why:
                self.silent.append(f"{why}: {old!r} -> {new!r}: {placement}")
            if len(placement.pointer.spans) == 1 and self._lost(old, new, placement, known=known):
                self.lost.append(f"{old!r} -> {new!r}: {placement}")

    @staticmethod
    def _lost(old: str, new: str, placement: Placement, *, known: bool) -> bool:
        words = words_at(old, placement.pointer.spans)
        if count(new, words) != 1 or count(old, words) != 1:
            return False
        there = ((new.index(words), new.index(words) + len(words)),)
        return placement.spans != there or (known and not placement.settled)


def sought_in(old: str, rng: random.Random) -> list[Pointer]:
    """Words, phrases, pairs of words, any stretch, and all the tiles."""
    words = [found.span() for found in re.finditer(r"\S+", old)]
    spans: list[Spans] = [(rng.choice(words),) for _ in range(12)]
    for _ in range(4):
        first, last = sorted(rng.choices(range(len(words)), k=2))
        spans.append(((words[first][0], words[min(last, first + 3)][1]),))
        spans += [(words[first], words[last])] if first < last else []
        start = rng.randrange(len(old))
        spans.append(((start, min(len(old), start + rng.randint(1, 6))),))
    return [*(pointer(old, *found) for found in dict.fromkeys(spans)), *tiles(old)]


def tried(seeds: range, *, known: bool, naive: bool = False) -> Tried:
    result = Tried()
    for seed in seeds:
        rng = random.Random(seed)
        old = random_text(rng, rng.randint(2, rng.choice([6, 14, 40])))
        edits = rng.randint(1, rng.choice([1, 2, 4, 8]))
        letters = rng.choice(["XYZW ", "".join(sorted(set(old)))])
        text = edited(old, rng, edits, letters)
        result.texts, result.edits = result.texts + 1, result.edits + edits
        sought = sought_in(old, rng)
        new = text_of(text)
        found = [only(old, new, p) for p in sought] if naive else relocate(new, sought, old=old if known else None)
        result.judge(old, text, found, known=known)
    return result


def only(old: str, new: str, sought: Pointer) -> Placement:
    """What a plain search would do: the only place of the words is their place."""
    words = old[sought.spans[0][0] : sought.spans[-1][1]]
    if new.count(words) != 1:
        return Placement(sought, State.AMBIGUOUS)
    shift = new.index(words) - sought.spans[0][0]
    return Placement(sought, State.MOVED, tuple((s + shift, e + shift) for s, e in sought.spans), settled=True)


@pytest.mark.parametrize("known", [True, False], ids=["old edition given", "hashes only"])
def test_no_edit_moves_an_anchor_silently_and_none_is_lost(known: bool) -> None:
    result = tried(range(700), known=known)
    assert (result.silent[:3], result.lost[:3]) == ([], [])
    assert result.edits > 1_500
    assert min(result.states.values()) > 1_000 and result.settled > 4_000


def test_the_same_edits_do_mislead_a_plain_search() -> None:
    assert len(tried(range(150), known=True, naive=True).silent) > 20


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False], ids=["old edition given", "hashes only"])
def test_tens_of_thousands_of_edits_move_no_anchor_silently(known: bool) -> None:
    result = tried(range(1_000, 7_000), known=known)
    assert (result.silent[:3], result.lost[:3]) == ([], [])
    assert result.edits > 12_000


def test_random_texts_are_full_of_lookalikes() -> None:
    texts = [random_text(random.Random(seed), 10) for seed in range(50)]
    repeated = [
        any(one_ == other for one_, other in pairwise(sorted(map(str.strip, text.split("."))))) for text in texts
    ]
    assert sum(repeated) > 30
