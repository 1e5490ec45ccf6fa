"""Segmenting: blocks, sentences and all units of a text, beside those that were marked by hand."""

import os
import sys
import unicodedata
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.anchor import Records, verify_anchors
from onrecord.errors import MissingExtra
from onrecord.model import TABLES, Document, Passage, Unit
from onrecord.records import load_records
from onrecord.segment import Outline, blocks, segment, sentences
from onrecord.source import Source, find_source, read_source
from onrecord.span import digest_of
from onrecord.vocabulary import terms_of

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "samples"


def shown(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks(text)]


def cut(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, len(text), language)]


# --- blocks


def test_blank_lines_divide_paragraphs_and_white_space_stays_outside() -> None:
    assert shown("\n  The crane\xa0fell. \n \t\n\n It was old.\u2029Nobody spoke.\n") == [
        ("paragraph", "The crane\xa0fell."),
        ("paragraph", "It was old."),
        ("paragraph", "Nobody spoke."),
    ]


@pytest.mark.parametrize(
    "bullets",
    ["- - -", "* * *", "• • •", "– – –", "1. 2. 3.", "7. 8. 9.", "1) 2) 3)", "a) b) c)", "(a) (b) (c)", "(1) (2) (3)"],
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\n  "])
def test_items_are_blocks_with_their_bullets_and_sentences_without(bullets: str, between: str) -> None:
    items = [f"{bullet} Number {n} fell." for n, bullet in enumerate(bullets.split())]
    text = "Cranes:\n\n" + between.join(items)
    outline = segment(text)
    assert [(b.kind, text[b.start : b.end]) for b in outline.blocks] == [
        ("paragraph", "Cranes:"),
        *(("list-item", item) for item in items),
    ]
    said = [text[p.start : p.end] for p in outline.pieces if p.kind == "sentence"]
    assert said == ["Cranes:", "Number 0 fell.", "Number 1 fell.", "Number 2 fell."]
    numerals = [text[p.start : p.end] for p in outline.pieces if p.kind == "numeral"]
    assert numerals == ["0", "1", "2"]  # the numbers of the items count nothing


@pytest.mark.parametrize(
    "text",
    ["一、起重机\n二、码头", "①起重机\n②码头", "١. رافعة\n٢. مرفأ", "а) кран\nб) причал", "１．起重機\n２．埠頭"],
)
def test_items_of_other_scripts_are_known(text: str) -> None:
    assert [kind for kind, _ in shown(text)] == ["list-item", "list-item"]


@pytest.mark.parametrize(
    "text",
    [
        "7. März 2021 fiel der Kran.",
        "5.5 million people came.",
        "1988. It fell.",
        "-5 degrees were measured.",
        "•",
        "A. Lind said so.",
    ],
)
def test_what_only_looks_like_a_bullet_is_none(text: str) -> None:
    assert shown(f"It began.\n\n{text}\n\nIt ended.")[1] == ("paragraph", text)


def test_wrapped_lines_stay_one_block() -> None:
    text = (
        "The crane fell at North Quay on Monday evening, and the harbour master\n"
        "Ada Lind said that nobody had been hurt. The owner of the crane denied\n"
        "that it was overloaded.\n\n"
        "The quay was closed for the night, and the ferries lay at the pier. In\n"
        "May it opened."
    )
    assert shown(text) == [("paragraph", piece) for piece in text.split("\n\n")]


def test_wrapped_lines_of_wide_characters_stay_one_block() -> None:
    text = (
        "港务局长说，星期一傍晚在北码头倒下的那台起重机已经很旧，\n"
        "公司却说，机器刚刚检查过，检查的时候没有发现任何问题。\n工会要求停工。"
    )
    assert shown(text) == [("paragraph", text)]


def test_items_keep_their_further_lines() -> None:
    assert shown("- The crane fell\n  At North Quay.\n- It was old,\nand rusty.") == [
        ("list-item", "- The crane fell\n  At North Quay."),
        ("list-item", "- It was old,\nand rusty."),
    ]


def test_lines_that_were_not_wrapped_are_blocks() -> None:
    lines = [
        "Harbour Courier",
        "The crane fell at North Quay on Monday evening.",
        "Its owner denied that the crane was overloaded, and said that it had been inspected in spring, "
        "when nothing was found but some rust.",
        "— When did it fall?",
        "— On Monday.",
    ]
    assert [said for _, said in shown("\n".join(lines))] == lines


def test_headings_and_headline_are_named_by_their_form() -> None:
    text = (
        "Monday 3 March\n\nCrane falls at North Quay\n\nBy Ada Lind\n\nThe crane fell.\n\n"
        "What we know\n\nIt was old.\n\nWhat now?\n\nNobody knows.\n\nHarbour Courier"
    )
    kinds = [kind for kind, _ in shown(text)]
    assert kinds == ["paragraph", "headline", "paragraph", "paragraph", "heading", *["paragraph"] * 4]


def test_marked_headings_leave_their_marks_out_of_the_sentence() -> None:
    text = "# Crane falls\n\n## At the quay\nIt fell. #harbour"
    outline = segment(text)
    assert [block.kind for block in outline.blocks] == ["headline", "heading", "paragraph"]
    assert [text[p.start : p.end] for p in outline.pieces] == ["Crane falls", "At the quay", "It fell.", "#harbour"]


@pytest.mark.parametrize("text", ["", "\n", " \t\u2028\xa0\n"])
def test_nothing_visible_nothing_found(text: str) -> None:
    assert segment(text) == Outline([], [], [])


# --- sentences


@pytest.mark.parametrize(
    "language, expected",
    [
        (
            "en",
            [
                "Dr. Lind came at 5 p.m. on 3 Jan. 2021.",
                "No. 7 fell.",
                "See https://example.org/a.b?c=d.",
                "It cost $3.5 million.",
            ],
        ),
        ("en", ["The U.S. office closed.", "J. K. Lind wrote e.g. this, i.e. that.", "Mr. and Mrs. Ray left."]),
        ("en", ["They waited...", "Then it fell…", "Nobody spoke… or moved.", "What?!", "Really!"]),
        ("en", ["He said: “It fell.", "We ran.", "Nobody died.”", "Then he left."]),
        ("en", ["“Where is it?” she asked.", "“Gone!” Ada Lind said.", "“Gone!”", "Nobody moved."]),
        ("en", ['"It fell."', '"It did."', "She wrote 'It fell.'", "He called it “rust”.", "It wasn’t."]),
        ("en", ["It carried 38 t.", "The limit is 45 t; it was old."]),
        ("en", ["(It was late.)", "He left (at 5).", "It fell.[1]", "It was old.²", "It was rusty."]),
        ("en", ["1. It fell.", "2. It was old.", "a) It was rusty."]),
        ("en", ["It fell.", "“Then what?”", "‘Nothing.’", "“‘No’ was said.”"]),
        (
            "de",
            [
                "Am 3. März fiel er im 19. Jahr.",
                "Dr. Lind kam z. B. um 5 Uhr.",
                "Er rief: „Weg.",
                "Schnell!“",
                "Dann lief er.",
            ],
        ),
        ("fr", ["M. Roux est là.", "« Il tombe.", "Vite ! » dit-il.", "Oui."]),
        ("es", ["¿Qué pasó?", "¡Nada!", "El Sr. Paz dijo: «Sí.", "No».", "Calló."]),
        ("it", ["Disse: «Sì.", "No».", "Poi uscì."]),
        ("ru", ["Он пришёл, т. е. ушёл.", "«Да.", "Нет», — сказал он."]),
        ("ar", ["هل سقطت؟", "نعم.", "قال: «لا.", "أبدا.»", "ثم ذهب."]),
        ("hi", ["वह गिरा।", "उसने कहा, “हाँ।", "नहीं।”"]),
        ("hy", ["Բարև։", "Լավ։"]),
        ("ka", ["ის დაეცა.", "ის ძველი იყო."]),
        ("xx", ["It fell.", "It was old."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: str, expected: list[str]) -> None:
    assert cut(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    "language, expected",
    [
        ("zh", ["起重机倒了。", "他说：“跑！", "快跑。”，就走了。", "真的？", "是……吗！"]),
        ("ja", ["彼は「逃げろ。", "早く。」と言った。", "本当？"]),
        ("ko", ["“도망쳐.”라고 말했다. 갔다."]),
    ],
)
def test_sentences_without_spaces_between_them(language: str, expected: list[str]) -> None:
    text = "".join(expected)
    said = cut(text, language)
    assert said == expected if language != "ko" else said == ["“도망쳐.”라고 말했다.", "갔다."]


def test_wrapped_lines_do_not_end_sentences() -> None:
    assert cut("The crane\nfell at\n5 p.m. on\nMonday. It was\nold.") == [
        "The crane\nfell at\n5 p.m. on\nMonday.",
        "It was\nold.",
    ]


def test_regional_and_odd_language_tags_are_taken() -> None:
    text = "Dr. Lind came. She left."
    assert {tuple(cut(text, tag)) for tag in ("en", "en-GB", "EN_us", "", "zz-Latn", "\x00", "not a language")} == {
        ("Dr. Lind came.", "She left.")
    }


def test_only_the_stretch_asked_for_is_cut() -> None:
    text = "😀 One. Two. Three."
    assert [text[a:b] for a, b in sentences(text, 7, 12, "en")] == ["Two."]
    assert sentences(text, 12, 7, "en") == []
    assert sentences(text, -5, 99, "en")[-1] == (12, 18)


def test_long_blocks_are_cut_like_short_ones() -> None:
    said = [
        "Dr. Lind said “it fell.",
        "Nobody was hurt” on Monday.",
        "(The crane was old.)",
        "It cost 5 m. crowns 😀.",
    ] * 700
    text = " ".join(said)
    assert cut(text) == said


@pytest.mark.parametrize("unit", ["“", "“a. ", "起重机倒了。", "(a. B ", " \xa0", "crane ", "a. ", "! B", "“起。”"])
def test_time_grows_with_the_block(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    start = perf_counter()
    sentences(text, 0, len(text), "en")
    assert perf_counter() - start < 15  # about a second; minutes if it grew with the square


def test_missing_library_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentencex", None)
    with pytest.raises(MissingExtra) as raised:
        segment("It fell.")
    assert raised.value.help == "pip install 'onrecord[text]'"


# --- all units


def test_pieces_stand_in_reading_order_the_larger_first() -> None:
    text = "“Over 40 people,” she said.\n\n• In 2021, “‘three’ fell”."
    outline = segment(text)
    assert [(p.kind, text[p.start : p.end], p.block) for p in outline.pieces] == [
        ("sentence", "“Over 40 people,” she said.", 0),
        ("quotation", "Over 40 people,", 0),
        ("numeral", "40", 0),
        ("sentence", "In 2021, “‘three’ fell”.", 1),
        ("numeral", "2021", 1),
        ("quotation", "‘three’ fell", 1),
        ("quotation", "three", 1),
        ("numeral", "three", 1),
    ]


def test_quotations_stay_in_their_blocks_and_lone_marks_are_reported() -> None:
    text = "- “One\n- two” three\n\n“Four.\n\n“Five.”"
    outline = segment(text)
    quoted = [(p.block, text[p.start : p.end]) for p in outline.pieces if p.kind == "quotation"]
    assert quoted == [(2, "Four."), (3, "Five.")]
    assert [(one.offset, one.mark) for one in outline.unclosed] == [(2, "“"), (12, "”")]


def records_of(source: Source, outline: Outline) -> Records:
    """The records that a draft of this text would have."""
    shared: dict[str, Any] = {"document_id": "doc"}

    def spanned(start: int, end: int) -> dict[str, Any]:
        return shared | {"start": start, "end": end, "text_sha256": digest_of(source.text[start:end])}

    records: dict[str, list[Any]] = {table: [] for table in TABLES}
    about: dict[str, Any] = {"id": "doc", "title": "A text", "language": "en", "medium": "other", "rights": "Ours."}
    about |= {"text_sha256": source.sha256, "text_form": source.form}
    records["documents"] = [Document(**about, text_length=source.length)]
    records["passages"] = [
        Passage(id=f"doc.p{number}", number=number + 1, kind=block.kind, **spanned(block.start, block.end))
        for number, block in enumerate(outline.blocks)
    ]
    records["units"] = [
        Unit(id=f"doc.u{n}", passage_id=f"doc.p{p.block}", kind=p.kind, status="covered", **spanned(p.start, p.end))
        for n, p in enumerate(outline.pieces)
    ]
    return records


TEXTS = st.text(
    st.sampled_from(
        list("“”\"'‘’«»「」aZ1s.!?…  \n\n\n\t-•*#()[]0123，。؟é\u0301\u200b\u200f\xa0\u2028\u2029\x0cא中😀")
    )
)


@settings(max_examples=200, deadline=None)
@given((TEXTS | st.text()).filter(str.strip), st.sampled_from(["en", "de", "zh", "ar", "xx"]))
def test_any_text_is_segmented_whole_and_verifies(said: str, language: str) -> None:
    text = unicodedata.normalize("NFC", said)
    source, outline = Source(text, digest_of(text), len(text)), segment(text, language)
    assert verify_anchors(source, records_of(source, outline), "doc") == []
    assert {block.kind for block in outline.blocks} <= set(terms_of("passage-kind"))
    assert {piece.kind for piece in outline.pieces} <= set(terms_of("unit-kind"))
    for number, block in enumerate(outline.blocks):
        mine = [piece for piece in outline.pieces if piece.block == number]
        assert all(block.start <= piece.start < piece.end <= block.end for piece in mine)
        said_ones = [piece for piece in mine if piece.kind == "sentence"]
        assert said_ones[-1].end == block.end
        assert said_ones[0].start == block.start or block.kind in ("list-item", "heading", "headline")
        edges = [said_ones[0].start, *(edge for piece in said_ones for edge in (piece.start, piece.end))]
        assert edges == sorted(edges)
        left_out = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b)
        assert left_out.strip() == ""
    assert len({(piece.kind, piece.start, piece.end) for piece in outline.pieces}) == len(outline.pieces)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_no_string_is_refused(text: str) -> None:
    """Lone surrogates too, which no file can hold."""
    covered = "".join(text[block.start : block.end] for block in segment(text).blocks)
    assert "".join(covered.split()) == "".join(text.split())


# --- beside the hand-made ledgers


def agreement(records: Records, document: str, source: Source) -> dict[str, tuple[int, int, int]]:
    """By kind of unit, and for passages: how many there are by hand, by program, and in both."""
    outline = segment(source.text)
    counted: dict[str, tuple[int, int, int]] = {}
    for kind in ("passage", "sentence", "quotation", "numeral"):
        table = records["passages"] if kind == "passage" else records["units"]
        rows: list[Any] = [r for r in table if getattr(r, "document_id", None) == document]
        hand = {(r.start, r.end) for r in rows if kind in ("passage", r.kind)}
        own = outline.blocks if kind == "passage" else [p for p in outline.pieces if p.kind == kind]
        spans = {(one.start, one.end) for one in own}
        counted[kind] = (len(hand), len(spans), len(hand & spans))
    return counted


def same_kinds(records: Records, document: str, source: Source) -> int:
    """How many passages the program calls what they are called by hand."""
    hand = {(p.start, p.kind) for p in records["passages"] if isinstance(p, Passage) and p.document_id == document}
    return len(hand & {(block.start, block.kind) for block in blocks(source.text)})


@pytest.mark.parametrize(
    "document, expected, kinds",
    [
        ("heron-agency", {"passage": 10, "sentence": 20, "quotation": 5}, 9),
        ("heron-company", {"passage": 14, "sentence": 25, "quotation": 4}, 12),
        ("heron-paper", {"passage": 11, "sentence": 23, "quotation": 8}, 9),
    ],
)
def test_samples_are_segmented_as_by_hand(document: str, expected: dict[str, int], kinds: int) -> None:
    """The kinds that differ are page furniture, which is never guessed."""
    source = read_source(SAMPLES / "sources" / f"{document.removeprefix('heron-')}.txt")
    records = load_records(SAMPLES).records
    counted = agreement(records, document, source)
    assert same_kinds(records, document, source) == kinds
    assert {kind: counted[kind] for kind in expected} == {kind: (n, n, n) for kind, n in expected.items()}


def test_first_document_is_segmented_as_by_hand() -> None:
    """Every border, sentence and quotation; numerals but for times without a numeral, such as a bare weekday."""
    records = load_records(ROOT).records
    [document] = [d for d in records["documents"] if isinstance(d, Document) and d.id == "un-experts-letter-1988"]
    folder = Path(os.environ.get("ONRECORD_SOURCES") or ROOT.parent / "shared" / "sources")
    if not folder.is_dir():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    source = find_source(folder, document.text_sha256)
    assert same_kinds(records, document.id, source) == 21  # the others are captions and page furniture
    counted = agreement(records, document.id, source)
    assert counted.pop("numeral")[2] >= 31
    assert counted == {"passage": (27, 27, 27), "sentence": (33, 33, 33), "quotation": (8, 8, 8)}
