"""Quotations: which marks belong together, which are no quotation marks, which have no partner."""

import re
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onrecord.quotations import MARKS, PAIRS, Quotation, Unclosed, find_quotations


def words(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotations(text).quotations]


def lonely(text: str) -> list[tuple[int, str]]:
    return [(u.offset, u.mark) for u in find_quotations(text).unclosed]


def nested(text: str) -> list[tuple[int, str]]:
    return [(q.depth, text[q.start : q.end]) for q in find_quotations(text).quotations]


@pytest.mark.parametrize("opening, closing", [(o, c) for o, closers in PAIRS.items() for c in closers])
def test_every_pair_of_marks_encloses_words_without_the_marks(opening: str, closing: str) -> None:
    text = f"She said {opening}the crane fell{closing}, and left."
    found = find_quotations(text)
    assert found.quotations == [Quotation(10, 24, opening, closing, 0)]
    assert found.unclosed == []


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "“Outer ‘inner “core”’ rest,” she said.",
            [(0, "Outer ‘inner “core”’ rest,"), (1, "inner “core”"), (2, "core")],
        ),
        ("\"'Hi,' he said,\" she said.", [(0, "'Hi,' he said,"), (1, "Hi,")]),
        ("'He wrote \"'it' fell\" there.'", [(0, "He wrote \"'it' fell\" there."), (1, "'it' fell"), (2, "it")]),
        ("«a “b ‘c’ d” e»", [(0, "a “b ‘c’ d” e"), (1, "b ‘c’ d"), (2, "c")]),
        ("„Er sagte ‚nein‘ dazu“, sagte sie.", [(0, "Er sagte ‚nein‘ dazu"), (1, "nein")]),
        ("»Er sagte ›nein‹ dazu«, sagte sie.", [(0, "Er sagte ›nein‹ dazu"), (1, "nein")]),
        ("「彼は『倒れた』と言った」", [(0, "彼は『倒れた』と言った"), (1, "倒れた")]),
        ("他说：“他叫‘鹤’。”", [(0, "他叫‘鹤’。"), (1, "鹤")]),
        ("“‘First’ and ‘last’”", [(0, "‘First’ and ‘last’"), (1, "First"), (1, "last")]),
    ],
)
def test_nested_quotations_have_their_depth(text: str, expected: list[tuple[int, str]]) -> None:
    assert nested(text) == expected
    assert lonely(text) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("« Le treuil, dit-elle. » Oui.", ["Le treuil, dit-elle."]),
        ("«\u202fOui\u202f», «\xa0non\xa0»", ["Oui", "non"]),
        ("l’«ancre» d’“acier”", ["ancre", "acier"]),
        ("»Ja«, sagte er. »Nein!«", ["Ja", "Nein!"]),
        ("»Ja», sade han. ”Nej”, sade hon. ’Kanske’.", ["Ja", "Nej", "Kanske"]),
        ("„Tak”, powiedział. „Nie”.", ["Tak", "Nie"]),
        ("„Ja“, und „nein“.", ["Ja", "nein"]),
        ('הוא אמר "שלום" ו"כן".', ["שלום", "כן"]),
        ("قال: «نعم»، و“لا”.", ["نعم", "لا"]),
        ("\u200f“نعم”\u200f قال", ["نعم"]),
        ("他说：“好。”她说：＂不。＂", ["好。", "不。"]),
        ('他说："你好。"然后"再见"。', ["你好。", "再见"]),
        ("그는 ‘예’라고 했고 “아니요”라고도 했다.", ["예", "아니요"]),
        ("〝古い〟と〝旧い〞", ["古い", "旧い"]),
    ],
)
def test_marks_are_read_as_their_language_uses_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert lonely(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Don't say it isn’t O'Neill's or O’Brien’s.",
        "The workers’ union and the boys' club met at the Joneses’.",
        "In ’88 and '99 it was the '80s' music; ’twas fine, 'tis said.",
        "Rock 'n' roll, rock ’n’ roll, bread ’n butter, get ’em.",
        "He was goin' home and singin’ loud.",
        'He is 5\'10" tall, the plank 6\' long, the pipe 12" wide and 3.5" deep.',
        "It stands at 59°54′42″ N, 10′ from here.",
        "’s Avonds ging ’n man naar ’t schip.",
        "L’été, c’est l’heure d’aujourd’hui.",
        "Hawai‘i and ‘88 and ‘tis.",
        'מנכ"ל צה"ל וש"ס',
        "《红楼梦》和〈鹤〉",  # titles of works, not quotations
    ],
)
def test_apostrophes_measures_and_titles_are_no_quotations(text: str) -> None:
    assert find_quotations(text).quotations == []
    assert lonely(text) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("‘the workers’ demands were met’, he said", ["the workers’ demands were met"]),
        ("'the workers' demands were met', he said", ["the workers' demands were met"]),
        ("‘the bosses’ and the workers’ union", ["the bosses"]),
        ("‘I was goin’ home,’ he said", ["I was goin’ home,"]),
        (
            "‘He said “the workers’ union won” yesterday’",
            ["He said “the workers’ union won” yesterday", "the workers’ union won"],
        ),
        ("‘It wasn’t me’ and ‘it’s you’", ["It wasn’t me", "it’s you"]),
        ("'Tis the season,' he said.", ["Tis the season,"]),
        ("‘’Tis the season,’ he said.", ["’Tis the season,"]),
        ("‘90 people left,’ he said.", ["90 people left,"]),
        ('"a 12" pipe," he said', ['a 12" pipe,']),
        ('John, 5\'10", said "hello".', ["hello"]),
    ],
)
def test_apostrophes_and_measures_within_quotations_do_not_close_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert lonely(text) == []


def test_marks_glued_to_words_are_paired() -> None:
    assert words('He said"the crane fell"and left.She said“no”and“yes”.') == ["the crane fell", "no", "yes"]


def test_mixed_straight_and_curly_marks_are_paired_as_slips() -> None:
    found = find_quotations('“one" and "two” and ‘three\' end')
    assert [(q.opening, q.closing) for q in found.quotations] == [("“", '"'), ('"', "”"), ("‘", "'")]
    assert found.unclosed == []


@pytest.mark.parametrize("text", ["", " ", '""', "“”", "“ ”", "« \u202f»", "no marks at all"])
def test_no_words_no_quotation(text: str) -> None:
    assert find_quotations(text) == find_quotations("")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("“The crane fell.", [(0, "“")]),
        ("The crane fell,” she said.", [(15, "”")]),
        ('The "crane fell.', [(4, '"')]),
        ("« Le treuil.", [(0, "«")]),
        ("He said ‘no way and left.", [(8, "‘")]),
        ("It ended so.’ Then", [(12, "’")]),
        ("a “b ‘c” d", [(5, "‘")]),
        ("a » b", [(2, "»")]),
    ],
)
def test_marks_without_a_partner_are_reported(text: str, expected: list[tuple[int, str]]) -> None:
    assert lonely(text) == expected


def test_an_unclosed_mark_spoils_only_its_paragraph() -> None:
    text = "“The crane fell, she said.\n\nThe “driver” left.”\n \nThe “hook” stayed."
    assert words(text) == ["driver", "hook"]
    assert lonely(text) == [(0, "“"), (46, "”")]


def test_quotation_over_several_paragraphs_has_a_piece_in_each() -> None:
    text = "She said: “One.\n\n“Two ‘x’.\n\n“Three,” and left. “Four.”"
    found = find_quotations(text)
    assert words(text) == ["One.", "Two ‘x’.", "x", "Three,", "Four."]
    assert [q.closing for q in found.quotations] == ["", "", "’", "”", "”"]
    assert found.unclosed == []


def test_closing_marks_may_open_the_next_paragraph_anew() -> None:
    assert words("Dijo: «Uno.\n\n»Dos.\n\n»Tres», y calló.") == ["Uno.", "Dos.", "Tres"]


@pytest.mark.parametrize("pair", [o + c for o in sorted(PAIRS) for c in PAIRS[o] if c not in PAIRS])
def test_marks_that_only_close_open_nothing_anew(pair: str) -> None:
    opening, closing = pair
    assert lonely(f"{opening}One.\n\n{closing}Two.\n\nThree.") == [(0, opening), (7, closing)]


def test_nested_quotations_run_on_together() -> None:
    text = "“‘One.\n\n“‘Two’ she said,” he wrote."
    assert nested(text) == [(0, "‘One."), (1, "One."), (0, "‘Two’ she said,"), (1, "Two")]
    assert lonely(text) == []


def test_paragraphs_that_do_not_follow_each_other_are_not_joined() -> None:
    assert lonely("“One.\n\nPlain.\n\n“Two.”") == [(0, "“")]


def test_only_the_stretch_asked_for_is_read() -> None:
    text = "“one” “two” “three”"
    found = find_quotations(text, 6, 11)
    assert [text[q.start : q.end] for q in found.quotations] == ["two"]
    assert find_quotations(text, 1, 6).unclosed == [Unclosed(4, "”")]


# Texts whose quotations are known because they are put together here.
STYLES = ["“”", "‘’", "«»", "„“", "‚‘", "「」", "『』", "‹›", '""', "''", "»«", "„”"]
CLASHES = {"“”": "„“ „”", "„“": "“” „”", "„”": "“” „“", "‘’": "‚‘", "‚‘": "‘’", "«»": "»«", "»«": "«»"}
PLAIN = st.lists(
    st.sampled_from(["crane", "don’t", "Őry", "3", "O'Neill", "مرفأ", "a-b", "quay,"]), min_size=1, max_size=4
)
Said = tuple[str, list[tuple[int, int, str, int]]]


@st.composite
def quoted(draw: st.DrawFn, taken: frozenset[str] = frozenset(), depth: int = 0) -> Said:
    """A text, and (start, end, opening mark, depth) of each quotation in it."""
    text, spans = " ".join(draw(PLAIN)), []
    free = [style for style in STYLES if style not in taken]
    for _ in range(draw(st.integers(0, 2 if depth < 3 and free else 0))):
        style = draw(st.sampled_from(free))
        inner, within = draw(quoted(taken | {style} | set(CLASHES.get(style, "").split()), depth + 1))
        start = len(text) + 2
        spans.append((start, start + len(inner), style[0], depth))
        spans += [(a + start, b + start, mark, deep) for a, b, mark, deep in within]
        text += f" {style[0]}{inner}{style[1]} " + " ".join(draw(PLAIN))
    return text, spans


@settings(max_examples=300, deadline=None)
@given(st.lists(quoted(), min_size=1, max_size=3))
def test_quotations_put_into_a_text_are_found_exactly(paragraphs: list[Said]) -> None:
    text, spans = "", []
    for said, within in paragraphs:
        spans += [(a + len(text), b + len(text), mark, depth) for a, b, mark, depth in within]
        text += said + "\n\n"
    found = find_quotations(text)
    assert [(q.start, q.end, q.opening, q.depth) for q in found.quotations] == spans
    assert found.unclosed == []


HOSTILE = st.lists(
    st.sampled_from([*sorted(MARKS), *"aZ1s.,!? \n\u200f\u200b\xa0中א\u0301\ud800😀", *["\n\n"] * 9]), max_size=80
).map("".join)


@settings(max_examples=500, deadline=None)
@given(HOSTILE | st.text(st.characters(exclude_categories=())))
@example("\n\n“")
def test_any_text_gives_spans_that_lie_in_it_and_nest(text: str) -> None:
    found = find_quotations(text)
    around: list[Quotation] = []
    for one in found.quotations:
        assert text[one.start : one.end] == text[one.start : one.end].strip() != ""
        around = around[: one.depth]
        assert len(around) == one.depth
        assert all(outer.start <= one.start and one.end <= outer.end for outer in around)
        around.append(one)
        before = text[: one.start].rstrip()
        assert before.endswith(one.opening)
        assert text[one.end :].lstrip().startswith(one.closing)
    assert all(text[one.offset] == one.mark for one in found.unclosed)
    assert [q.start for q in found.quotations] == sorted(q.start for q in found.quotations)


@settings(max_examples=200, deadline=None)
@given(HOSTILE, HOSTILE)
def test_every_mark_is_used_once(left: str, right: str) -> None:
    text = re.sub(r"\s+", " ", left + right)
    found = find_quotations(text)
    ends = [len(text[: q.start].rstrip()) - 1 for q in found.quotations] + [u.offset for u in found.unclosed]
    assert len(set(ends)) == len(ends)


@pytest.mark.parametrize("unit", ["“", '"', "’s ", "“a ‘b ", "“a”", "”«", '5" ', '"\n\n', "\u200b“"])
def test_time_grows_with_the_text(unit: str) -> None:
    text = unit * (120_000 // len(unit))
    start = perf_counter()
    find_quotations(text)
    assert perf_counter() - start < 10  # less than a second; minutes if it grew with the square
