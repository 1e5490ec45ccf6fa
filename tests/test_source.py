"""A source text is read to one canonical form, refused with the place of the fault, and found by its hash."""

import codecs
import hashlib
import os
import subprocess
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onrecord import source as module
from onrecord.decoding import DEFAULT, Encoding, decoded
from onrecord.errors import MissingExtra, SourceError
from onrecord.source import FORM, Canonical, Reading, canonical, explain_form, find_source, read_source, stream

WORDS = "Café owners met.\n\n“Seven came,” Zoë wrote. 😀\n"
FRENCH = "Le grutier a été blessé lundi, a déclaré l’autorité portuaire. « Où ça ? » Voilà, dit-elle.\n"
RUSSIAN = "Кран упал в понедельник, сообщило управление порта. Мы не знаем, почему, добавил представитель.\n"

# What gives composition trouble: marks of many classes, parts of syllables, line ends, marks of order.
TRICKY = st.text(
    st.one_of(
        st.sampled_from("ae \n\r\u0301\u0323\u0300\u0327\u0345\u0f73\u0f71\u0f72\u1100\u1161\u11a8\uac00\u09c7\u09be"),
        st.sampled_from(
            "\ufeff\u0d46\u0d3e\u3099\u304b\u212b\ufb1d\u05bc\u05e9\u05c2\u0958\u0344\U00011131\U00011127😀"
        ),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=60,
)
SAVED = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"))


def reference(words: str) -> str:
    """The canonical form as the codebook defines it, on the whole text at once."""
    return unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))


def refusal(raw: bytes, **options: str) -> SourceError:
    with pytest.raises(SourceError) as raised:
        canonical(raw, **options)
    return raised.value


# The form


def test_source_has_hash_length_and_form_of_the_canonical_text() -> None:
    source = canonical("e\u0301a\r\nb\rc".encode())
    assert source.text == "éa\nb\nc"
    assert source.sha256 == hashlib.sha256("éa\nb\nc".encode()).hexdigest()
    assert (source.length, source.form) == (6, FORM)


@settings(deadline=None)
@given(
    SAVED,
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_source_is_the_same_for_every_way_of_saving_it(words: str, form: str, end: str, encoding: str) -> None:
    words = words.removeprefix("\ufeff")
    assume(words.strip())
    saved = unicodedata.normalize(form, words).replace("\n", end)  # type: ignore[arg-type]
    assert canonical(saved.encode(encoding)) == canonical(words.encode())


def test_source_keeps_everything_else() -> None:
    words = "two  blanks\tand a no-break\u00a0space, a\u2028line, \ufb01\x0c, a bell\x07 " + "x" * 100
    assert canonical(words.encode()).text == words


@settings(deadline=None, max_examples=300)
@given(TRICKY, st.lists(st.integers(0, 60)))
def test_canonical_form_does_not_depend_on_how_the_text_was_cut(words: str, cuts: list[int]) -> None:
    assume(words.strip())
    edges = [0, *sorted(cuts), len(words)]
    pieces = [words[start:end] for start, end in pairwise(edges)]
    assert "".join(Canonical().pieces(pieces)) == reference(words)


@pytest.mark.parametrize(
    "run",
    [
        "a" + "\u0301\u0323" * 400,
        "\u1100" + "\u1161" * 5000 + "\u11a8",
        "क" + "\u093e" * 5000,
        "\r" * 999 + "\n" * 7,
        "汉" * 3000,
    ],
)
def test_long_runs_without_a_border_come_out_whole(run: str) -> None:
    words = f"x{run}y"
    assert "".join(Canonical().pieces(words)) == reference(words)
    assert "".join(Canonical().pieces([words[:777], words[777:]])) == reference(words)


def test_nothing_that_joins_backwards_is_taken_for_a_border() -> None:
    for code in range(0x110000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            second = chr(int(parts[1], 16))
            whole = unicodedata.normalize("NFC", chr(int(parts[0], 16)) + second)
            assert len(whole) == 2 or module._border(second) is None, hex(code)
        if module._border(chr(code)) is not None and not 0xD800 <= code < 0xE000:
            first = unicodedata.normalize("NFD", chr(code))[0]
            assert not unicodedata.combining(first), hex(code)


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0f73"])
@pytest.mark.parametrize("size", [1, 500, 100_000])
def test_endless_marks_on_a_letter_are_refused(marks: str, size: int) -> None:
    words = "a" + marks * 50_000
    with pytest.raises(SourceError, match="more than 1,024 combining marks in a row"):
        "".join(Canonical().pieces(words[at : at + size] for at in range(0, len(words), size)))


def test_as_many_marks_as_are_allowed_are_read() -> None:
    words = "a" + "\u0301\u0323" * 512 + "b"
    assert canonical(words.encode()).text == reference(words)


def test_a_reading_knows_what_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(codecs.BOM_UTF16_BE + "e\u0301\r\nb\rc\n".encode("utf-16-be"))
    reading = Reading(file)
    assert "".join(reading) == "é\nb\nc\n"
    assert reading.encoding == Encoding("utf-16-be", "by its byte-order mark", 2)
    assert reading.canonical.composed
    assert set(reading.canonical.line_ends) == {"\r\n", "\r", "\n"}
    file.write_bytes("é\n".encode())
    plain = Reading(file)
    assert "".join(plain) == "é\n"
    assert (plain.canonical.composed, plain.canonical.line_ends) == (False, ("\n",))


# Encodings


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("windows-1252", FRENCH),
        ("ISO-8859-15", FRENCH.replace("’", "'")),
        ("cp1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("gb18030", "港口起重机周一倒塌,有七人受伤。😀"),
        ("shift_jis", "港のクレーンが月曜日に倒れた。"),
        ("iso2022_jp", "港のクレーンが月曜日に倒れた。"),
        ("big5", "港口起重機週一倒塌。"),
        ("utf-16-le", WORDS),
        ("utf-8-sig", WORDS),
        ("mac-roman", "Café"),
    ],
)
def test_a_declared_encoding_gives_the_same_text_as_utf8(encoding: str, words: str) -> None:
    assert canonical(words.encode(encoding), encoding=encoding) == canonical(words.encode())


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"abc\xe9def", "is not UTF-8: byte 0xe9 at byte offset 3"),
        (b"\xef\xbb\xbfabc\xff", r"is not UTF-8 \(by its byte-order mark\): byte 0xff at byte offset 6"),
        (b"abc\xe2\x82", "byte 0xe2 at byte offset 3"),
        (b"\xed\xa0\x80", "byte 0xed at byte offset 0"),
        (b"\xff\xfea\x00b", "is not utf-16-le .*: byte 0x62 at byte offset 4, truncated data"),
        (b"\xfe\xff\x00a\xd8\x00\x00b", "is not utf-16-be .*: byte 0xd8 at byte offset 4, illegal UTF-16 surrogate"),
        ("Café. ".encode() + "Zoë.".encode("cp1252"), "byte 0xeb at byte offset 9, after text that is UTF-8; it may"),
        ("é".encode() * 600_000 + b"\xe9.", "byte 0xe9 at byte offset 1200000, after text that is UTF-8"),
    ],
)
def test_a_wrong_byte_is_refused_with_its_offset(raw: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        canonical(raw)
    assert raised.value.help


@pytest.mark.parametrize(
    ("raw", "encoding", "said"),
    [
        (b"caf\xe9 \x81", "cp1252", r"is not cp1252 \(as declared\): byte 0x81 at byte offset 5"),
        (b"it\x92s", "latin-1", r"is not iso8859-1 .* byte 0x92 at byte offset 2 is a control character there"),
        (b"\x82\xa0\x82", "shift_jis", "is not shift_jis .* byte 0x82 at byte offset 2"),
        (b"a\x00b\x00", "utf-16", "no byte-order mark, so utf-16 does not say which byte comes first"),
        (b"\xef\xbb\xbfabc", "cp1252", "byte-order mark of utf-8, and cp1252 was given"),
        (b"abc", "klingon", "there is no such encoding of texts: klingon"),
        (b"abc", "rot13", "there is no such encoding of texts: rot13"),
        (b"+2AA-", "utf-7", "there is no such encoding of texts: utf-7"),
        (rb"\ud800", "unicode_escape", "there is no such encoding of texts: unicode_escape"),
        (b"abc", "utf\x00", "there is no such encoding of texts"),
    ],
)
def test_a_wrong_declaration_is_refused(raw: bytes, encoding: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        canonical(raw, encoding=encoding)
    assert raised.value.help


CODECS = ["utf-8", "utf-16-le", "utf-32-be", "shift_jis", "gb18030", "big5", "euc_kr", "iso2022_jp", "cp1252", "hz"]


@settings(deadline=None, max_examples=300)
@given(st.binary(min_size=1, max_size=40), st.sampled_from(CODECS), st.integers(1, 7))
def test_the_offset_of_a_wrong_byte_does_not_depend_on_chunks(raw: bytes, codec: str, size: int) -> None:
    assume(b"\0" not in raw)
    chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
    try:
        words = raw.decode(codec)
    except UnicodeDecodeError as error:
        with pytest.raises(SourceError) as raised:
            list(decoded(chunks, Encoding(codec, "as declared"), "it"))
        assert f"at byte offset {error.start}" in raised.value.message or "binary" in raised.value.message
        return
    assume("\0" not in words and words.isprintable())
    assert "".join(decoded(chunks, Encoding(codec, DEFAULT), "it")) == words


def test_detection_is_done_only_when_asked_for() -> None:
    raw = RUSSIAN.encode("koi8-r") * 20
    assert "--encoding detect" in refusal(raw).help
    assert canonical(raw, encoding="detect").text == RUSSIAN * 20


def test_detection_finds_utf8_first() -> None:
    assert canonical(WORDS.encode(), encoding="detect").text == WORDS


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (FRENCH.encode("cp1252"), "cannot be told from .* bytes beyond ASCII: byte 0xe9 at byte offset 13"),
        (FRENCH.encode("cp1252") * 20, "may be in cp1252 or .*: they differ first at byte 0xf9 at byte offset 66"),
        (FRENCH.encode("cp1252") * 9 + FRENCH.encode(), "at byte offset"),
        (RUSSIAN.encode("cp1251") * 20 + "é".encode(), "part of it is UTF-8: see byte offset"),
    ],
)
def test_an_encoding_that_cannot_be_decided_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        canonical(raw, encoding="detect")
    assert "--encoding windows-1252" in raised.value.help


def test_detection_without_its_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    with pytest.raises(MissingExtra, match="charset-normalizer is not installed") as raised:
        canonical(RUSSIAN.encode("koi8-r") * 20, encoding="detect")
    assert raised.value.help == "pip install 'onrecord[text]'"


# What is no text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF, not text"),
        (b"PK\x03\x04rest", "is a ZIP archive, such as a .docx, .odt or .epub file, not text"),
        (b"\x89PNG\r\n\x1a\n\x00", "is a PNG image, not text"),
        (b"{\\rtf1 words}", "is an RTF document, not text"),
        (b"some words\x00and more", "is binary, not text: it has a NUL at byte offset 10"),
        (b"some words\xe9\x00", "is binary, not text: it has a NUL at byte offset 11"),
        (b"\xff\xfea\x00\x00\x00", "is binary, not text: it has a NUL after 1 characters"),
        (b"\x01\x02\x03 words", "is binary, not text: 3 of its first 9 characters are control characters"),
        (b"", "is empty: there is nothing in it but white space"),
        (b"\xef\xbb\xbf", "is empty"),
        (" \r\n\t\u00a0\u3000".encode(), "is empty"),
    ],
)
def test_what_is_no_text_is_refused_in_plain_words(raw: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        canonical(raw)
    assert raised.value.help


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.txt", b"%PDF-1.7", "is a PDF, not a plain text, though its name ends in .txt"),
        ("a.txt", b"\n <!DOCTYPE HTML><p>x", "is an HTML page, not a plain text, though its name ends in .txt"),
        ("a.html", b"%PDF-1.7", "is a PDF, not an HTML page, though its name ends in .html"),
        ("a.html", b"PK\x03\x04", "is a ZIP archive, .* not an HTML page"),
        ("a.pdf", b"plain words", "is not a PDF, though its name ends in .pdf"),
    ],
)
def test_a_name_that_belies_the_content_is_refused(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(SourceError, match=said) as raised:
        read_source(tmp_path / name)
    assert raised.value.help


@pytest.mark.parametrize(("name", "limit"), [("a.txt", 512), ("a.html", 64), ("a.pdf", 256)])
def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, name: str, limit: int) -> None:
    file = tmp_path / name
    with file.open("wb") as sparse:
        sparse.write(b"%PDF-1.7\n" if name == "a.pdf" else b"words\n")
        sparse.truncate(limit * 1024 * 1024 + 1)
    with pytest.raises(SourceError, match=f"has more than {limit * 1024 * 1024:,} bytes, the limit of"):
        read_source(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_a_pipe_is_read_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.MAX_BYTES, "text", 3 * 1024 * 1024)
    for size, fits in ((3 * 1024 * 1024, True), (3 * 1024 * 1024 + 1, False)):
        pipe = tmp_path / f"pipe{size}"
        os.mkfifo(pipe)
        code = f"import sys; open(sys.argv[1], 'wb').write(b'a' * {size})"
        with subprocess.Popen([sys.executable, "-c", code, str(pipe)], stderr=subprocess.DEVNULL):
            if fits:
                assert read_source(pipe).length == size
            else:
                with pytest.raises(SourceError, match="has more than 3,145,728 bytes"):
                    read_source(pipe)


# Streaming


def test_stream_comes_in_pieces_that_make_the_whole(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    words = ("Кран упал. e\u0301 港\r\n" * 120_000) + "end"
    file.write_bytes(words.encode("utf-16"))
    pieces = list(stream(file))
    assert "".join(pieces) == reference(words) == read_source(file).text
    assert len(pieces) > 2
    assert max(map(len, pieces)) <= 1024 * 1024 + 64


def test_stream_refuses_a_fault_far_behind(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_bytes(b"words \n" * 500_000 + b"\xff")
    with pytest.raises(SourceError, match="byte 0xff at byte offset 3500000"):
        list(stream(file))


def test_a_long_text_is_streamed_in_little_memory(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="the system does not tell how much memory a process took at most")
    file = tmp_path / "long.txt"
    words = "The crane fell. Кран упал. 港のクレーン 😀 e\u0301\r\n"
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(words * 6000 for _ in range(120))
    code = (
        "import sys, resource\nfrom onrecord.source import stream\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if sys.platform == 'linux' else 1)\n"
        "before = peak()\nprint(sum(map(len, stream(sys.argv[1]))), peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    length, used = map(int, done.stdout.split())
    assert length == 120 * 6000 * len(reference(words))
    assert used < file.stat().st_size * 0.75


# By hash


def test_source_is_found_by_hash_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"another text")
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "unnamed.txt").write_bytes(WORDS.replace("\n", "\r\n").encode("utf-16"))
    wanted = canonical(WORDS.encode())
    assert find_source(tmp_path, wanted.sha256) == wanted


def test_source_missing_from_a_folder_is_said_with_the_hash(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"another text")
    with pytest.raises(SourceError) as raised:
        find_source(tmp_path, "0" * 64)
    assert raised.value.message == f"none of the 1 texts in {tmp_path} has the SHA-256 {'0' * 64}"


def test_files_of_a_folder_that_cannot_be_read_are_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"another text")
    for number in range(7):
        (tmp_path / f"b{number}.txt").write_bytes(b"abc\xff")
    with pytest.raises(SourceError) as raised:
        find_source(tmp_path, "0" * 64)
    assert raised.value.message.startswith("none of the 8 texts in ")
    named = [f"b{number}.txt is not UTF-8: byte 0xff at byte offset 3" for number in range(5)]
    assert raised.value.message.endswith(f"; 7 could not be read: {'; '.join(named)}; and 2 more")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_a_pipe_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(SourceError, match="none of the 0 texts"):
        find_source(tmp_path, "0" * 64)


def test_source_that_is_not_there_is_an_error_with_help(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file") as raised:
        find_source(tmp_path / "none.txt", "0" * 64)
    assert raised.value.help


def test_a_saved_text_with_the_hash_is_in_the_recorded_form(tmp_path: Path) -> None:
    (tmp_path / "saved.txt").write_bytes(WORDS.encode())
    wanted = canonical(WORDS.encode())
    form = "trafilatura-1.0-main+nfc-lf/1"
    for path in (tmp_path, tmp_path / "saved.txt"):
        assert find_source(path, wanted.sha256, form).form == form
    assert find_source(tmp_path / "saved.txt", "0" * 64, form).form == FORM


@pytest.mark.parametrize(
    ("wanted", "have", "said"),
    [
        (FORM, FORM, None),
        (FORM, "pdfium-8149+nfc-lf/1", "give the plain text"),
        ("trafilatura-2.0.0-main+nfc-lf/1", "trafilatura-2.3.1-main+nfc-lf/1", "pip install 'trafilatura==2.0.0'"),
        ("trafilatura-2.3.1-all+nfc-lf/1", "trafilatura-2.3.1-main+nfc-lf/1", "read it with --boilerplate keep"),
        ("trafilatura-2.3.1-main+nfc-lf/1", "trafilatura-2.3.1-all+nfc-lf/1", "read it with --boilerplate drop"),
        ("pdfium-8000+nfc-lf/1", "pdfium-8149+nfc-lf/1", "install the pypdfium2 that brings PDFium 8000"),
        ("pdfium-8000+nfc-lf/1", FORM, "give the PDF itself, or give that text as saved by `onrecord text`"),
        ("trafilatura-2.3.1-main+nfc-lf/1", FORM, "give the page itself"),
        ("other/7", FORM, "this version does not read that form"),
    ],
)
def test_a_difference_of_forms_is_explained_with_the_remedy(wanted: str, have: str, said: str | None) -> None:
    told = explain_form(wanted, have)
    assert told is None if said is None else said in str(told)
    assert told is None or wanted.split("+")[0].split("-")[0] in told
