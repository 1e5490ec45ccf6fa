"""What is in a text is counted, and what is not what it seems is named with its places; `onrecord text` shows both."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("regex", reason='regex is in the extra "text"')

from onrecord.characters import MAX_LISTED, PLACES, Spot, characters_of
from onrecord.cli import program
from onrecord.inspection import write_text
from onrecord.source import Reading


def kinds(text: str) -> dict[str, str]:
    """The suspicious characters of a text with their kinds."""
    return {one.code: one.kind for one in characters_of([text]).suspects}


def mixed(text: str) -> list[str]:
    return [one.word for one in characters_of([text]).mixed]


# Counting


def test_length_bytes_lines_hash_and_scripts_are_those_of_the_text() -> None:
    text = "The crane.\nКран 港のクレーン\n한국 😀"
    found = characters_of([text])
    assert (found.length, found.bytes, found.lines) == (len(text), len(text.encode()), 3)
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert found.scripts == {
        "Latin": 8, "Common": 8, "Cyrillic": 4, "Katakana": 3, "Hangul": 2, "Han": 1, "Hiragana": 1,
    }  # fmt: skip
    assert sum(found.scripts.values()) == len(text)
    assert (found.suspects, found.mixed, found.unlisted) == ([], [], 0)


@pytest.mark.parametrize(("text", "lines"), [("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2), ("", 0)])
def test_lines_are_counted_with_or_without_an_end(text: str, lines: int) -> None:
    assert characters_of([text]).lines == lines


@settings(deadline=None)
@given(
    st.text(st.sampled_from("abcабв \n\u200b\u200d\u202e\u00ad😀👨\ufe0f1\u0301中"), max_size=200),
    st.integers(1, 50),
)
def test_findings_do_not_depend_on_how_the_text_was_cut(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    whole = characters_of([text])
    assert characters_of(pieces) == whole
    assert whole.length == len(text)


# Characters


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("a\u202eb", "U+202E", "bidirectional control"),
        ("a\u2067b", "U+2067", "bidirectional control"),
        ("a\u200bb", "U+200B", "zero-width character"),
        ("a\u200db", "U+200D", "zero-width character"),
        ("a\u200cb", "U+200C", "zero-width character"),
        ("a\ufeffb", "U+FEFF", "zero-width character"),
        ("a\u00adb", "U+00AD", "soft hyphen"),
        ("a\ufffdb", "U+FFFD", "replacement character"),
        ("a\x07b", "U+0007", "control character"),
        ("a\x85b", "U+0085", "control character"),
        ("a\u2028b", "U+2028", "line separator"),
        ("a\ue000b", "U+E000", "private use"),
        ("a\U000f0000b", "U+F0000", "private use"),
        ("a\u0378b", "U+0378", "unassigned"),
        ("a\ufdd0b", "U+FDD0", "noncharacter"),
        ("a\U0010ffffb", "U+10FFFF", "noncharacter"),
        ("a\ufe0fb", "U+FE0F", "variation selector"),
        ("a\U000e0101b", "U+E0101", "variation selector"),
        ("a\U000e0041b", "U+E0041", "tag"),
        ("a\u3164b", "U+3164", "invisible character"),
        ("a\u2063b", "U+2063", "invisible character"),
        ("a\u034fb", "U+034F", "invisible character"),
        ("😀\u200d\u200d😀", "U+200D", "zero-width character"),
        ("❤\ufe0f\ufe0f", "U+FE0F", "variation selector"),
    ],
)
def test_a_character_that_is_not_what_it_seems_is_named(text: str, code: str, kind: str) -> None:
    assert kinds(text) == {code: kind}


@pytest.mark.parametrize(
    "text",
    [
        "plain words, “quoted” – and\tset apart\u00a0by\u202fspaces\n",
        "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 👩🏽\u200d🚀 1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष क्\u200cष",
        "葛\U000e0100",
        "e\u0301 קָמָץ العَرَبِيَّة",
        "\u0600\u0661",
    ],
)
def test_what_a_script_needs_is_not_suspicious(text: str) -> None:
    assert kinds(text) == {}


def test_places_are_offsets_and_lines_with_columns_from_one() -> None:
    found = characters_of(["\u200bab\nc\u200b ", "d\u200b\n", "\n\u200b" * 9])
    (one,) = found.suspects
    assert one.name == "ZERO WIDTH SPACE"
    assert one.count == 12
    assert one.places == [Spot(0, 1, 1), Spot(5, 2, 2), Spot(8, 2, 5), Spot(11, 4, 1), Spot(13, 5, 1)]
    assert len(one.places) == PLACES


def test_more_kinds_than_are_listed_are_counted() -> None:
    found = characters_of(["".join(map(chr, range(0xE000, 0xE000 + MAX_LISTED + 44)))])
    assert (len(found.suspects), found.unlisted) == (MAX_LISTED, 44)


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a p\u0430ypal here", ["p\u0430ypal"]),
        ("\u0410pple, then \u039fslo.", ["\u0410pple", "\u039fslo"]),
        ("x1\u0431 c\u0301\u0434 a\u200b\u0431", ["x1\u0431", "c\u0301\u0434", "a\u200b\u0431"]),
        ("пaпaпa", ["пaпaпa"]),
        ("Кран and crane, crane-кран", []),
        ("Tシャツを着たiPhone 한국SNS에서 漢字kana", []),
        ("a1 2b H₂O mp3 ½a", []),
    ],
)
def test_words_of_alphabets_that_look_alike_are_found(text: str, words: list[str]) -> None:
    assert mixed(text) == words


def test_a_mixed_word_has_its_alphabets_places_and_odd_letters() -> None:
    (one,) = characters_of(["p\u0430ypal\nthe p\u0430ypal"]).mixed
    assert (one.count, one.scripts) == (2, ("Cyrillic", "Latin"))
    assert one.places == [Spot(0, 1, 1), Spot(11, 2, 5)]
    assert one.spelt == "p<U+0430>ypal"


@pytest.mark.parametrize("text", ["a\u200d" * 300_000, "aб" * 300_000, "aб " * 200_000, "\u202e" * 500_000])
def test_a_text_full_of_them_takes_no_more_than_seconds(text: str) -> None:
    start = time.process_time()
    characters_of([text])
    assert time.process_time() - start < 10


# The command


def run(*args: object) -> Result:
    return CliRunner().invoke(program, ["text", *map(str, args)])


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_bytes("\ufeffCafe\u0301 p\u0430ypal\r\n\u202ethe\tend".encode())
    return file


def test_text_prints_the_canonical_text_and_no_more(letter: Path) -> None:
    done = run(letter)
    assert (done.exit_code, done.stdout_bytes) == (0, "Café p\u0430ypal\n\u202ethe\tend".encode())


def test_text_of_a_file_with_a_late_fault_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words\n" * 400_000 + b"\xff")
    done = run(tmp_path / "a.txt")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is not UTF-8: byte 0xff at byte offset 2400000\n  help: give its encoding" in done.stderr


def test_text_on_a_terminal_shows_what_would_drive_it(letter: Path, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as out:
        write_text(Reading(letter), out, terminal=True)
        out.seek(0)
        assert out.read() == "Café p\u0430ypal\n<U+202E>the\tend\n".encode()


def test_info_says_what_the_text_is(letter: Path) -> None:
    done = run(letter, "--info")
    text = "Café p\u0430ypal\n\u202ethe\tend"
    assert done.exit_code == 0
    assert done.stdout == (
        "form        nfc-lf/1\n"
        "encoding    utf-8, by its byte-order mark\n"
        "changes     byte-order mark dropped; CRLF to LF; characters composed (NFC)\n"
        f"length      {len(text)} code points\n"
        f"size        {len(text.encode())} bytes of UTF-8\n"
        "lines       2\n"
        f"sha256      {hashlib.sha256(text.encode()).hexdigest()}\n"
        "scripts     Latin 15, Common 4, Cyrillic 1\n"
        "suspicious\n"
        "  U+202E RIGHT-TO-LEFT OVERRIDE, bidirectional control: 1 place, at 12 (2:1)\n"
        "  p\u0430ypal (p<U+0430>ypal), letters of Cyrillic and Latin in one word: 1 place, at 5 (1:6)\n"
    )


def test_info_as_json_has_the_same(letter: Path) -> None:
    said = json.loads(run(letter, "--info", "--json").stdout)
    assert (said["form"], said["encoding"], said["basis"]) == ("nfc-lf/1", "utf-8", "by its byte-order mark")
    assert (said["length"], said["lines"], said["scripts"]["Cyrillic"]) == (20, 2, 1)
    (one,) = said["suspects"]
    assert one["places"] == [{"offset": 12, "line": 2, "column": 1}]
    assert said["mixed"][0]["word"] == "p\u0430ypal"


def test_json_without_info_is_a_wrong_use(letter: Path) -> None:
    done = run(letter, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--json needs --info" in done.stderr


def test_info_of_a_clean_text_in_a_declared_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Café\n".encode("cp1252"))
    said = run(tmp_path / "a.txt", "--encoding", "windows-1252", "--info").stdout.splitlines()
    assert said[1:3] == ["encoding    cp1252, as declared", "changes     none"]
    assert said[-1] == "suspicious  nothing"


def test_info_without_its_library_names_the_extra_and_the_text_is_printed_all_the_same(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "regex", None)
    monkeypatch.delitem(sys.modules, "onrecord.characters")
    done = run(letter, "--info")
    assert (done.exit_code, done.stderr) == (
        2,
        "error: regex is not installed\n  help: pip install 'onrecord[text]'\n",
    )
    assert run(letter).exit_code == 0


@pytest.mark.parametrize("name", ["none.txt", "."])
def test_text_of_no_file_is_an_error_with_help(tmp_path: Path, name: str) -> None:
    done = run(tmp_path / name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: cannot read {os.path.normpath(tmp_path / name)}")
    assert "help:" in done.stderr
