"""A source text is read to one canonical form, refused with the place of the fault, and found by its hash."""

import hashlib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import SourceError
from onrecord.source import FORM, canonical, find_source, read_source

WORDS = "Café owners met.\n\n“Seven came,” Zoë wrote. 😀\n"


def test_source_has_hash_length_and_form_of_the_canonical_text() -> None:
    source = canonical("e\u0301a\r\nb\rc".encode())
    assert source.text == "éa\nb\nc"
    assert source.sha256 == hashlib.sha256("éa\nb\nc".encode()).hexdigest()
    assert (source.length, source.form) == (6, FORM)


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff")),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_source_is_the_same_for_every_way_of_saving_it(words: str, form: str, end: str, bom: bool) -> None:
    saved = unicodedata.normalize(form, words).replace("\n", end)  # type: ignore[arg-type]
    raw = (b"\xef\xbb\xbf" if bom else b"") + saved.encode()
    assert canonical(raw) == canonical(words.encode())


def test_source_keeps_everything_else() -> None:
    words = "two  blanks\tand a no-break\u00a0space, a\u2028line, \ufb01"
    assert canonical(words.encode()).text == words


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"abc\xe9def", "byte 0xe9 at byte offset 3"),
        (b"\xef\xbb\xbfabc\xff", "byte 0xff at byte offset 6"),
        ("abc".encode("utf-16"), "byte 0xff at byte offset 0"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "byte 0xe2 at byte offset 10"),
        (b"\xed\xa0\x80", "byte 0xed at byte offset 0"),
    ],
)
def test_source_that_is_not_utf8_is_refused_with_the_offset(raw: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        canonical(raw)


def test_source_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as sparse:
        sparse.truncate(300 * 1024 * 1024)
    with pytest.raises(SourceError, match="has more than 67,108,864 bytes"):
        read_source(file)


def test_source_is_found_by_hash_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"another text")
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "unnamed.txt").write_bytes(WORDS.replace("\n", "\r\n").encode())
    wanted = canonical(WORDS.encode())
    assert find_source(tmp_path, wanted.sha256) == wanted


def test_source_missing_from_a_folder_is_said_with_the_hash(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"another text")
    with pytest.raises(SourceError, match=f"none of the 1 texts in .* has the SHA-256 {'0' * 64}"):
        find_source(tmp_path, "0" * 64)


def test_source_that_is_not_there_is_an_error_with_help(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file") as raised:
        find_source(tmp_path / "none.txt", "0" * 64)
    assert raised.value.help
