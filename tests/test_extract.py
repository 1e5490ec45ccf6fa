"""Text comes out of pages and PDFs whole, in order and without what is not shown; or the reason is said."""

from __future__ import annotations

import logging
import re
import socket
import sys
import time
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from onrecord import extract
from onrecord.cli import program
from onrecord.column import TEXT_FORM
from onrecord.errors import MissingExtra, SourceError
from onrecord.extract import html_text
from onrecord.source import find_source, read_source

trafilatura = pytest.importorskip("trafilatura", reason='trafilatura is in the extra "html"')
pytest.importorskip("pypdfium2", reason='pypdfium2 is in the extra "pdf"')

ARTICLE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Harbour news</title><style>p { color: red }</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>A crane falls at North Quay</h1>
<p>A crane fell at North Quay on Monday. <b>Seven</b> workers   were nearby,
the port said in a statement that named none of them.</p>
<p>“We heard it from across the basin,” said a café owner, who would not give her name to this paper.</p>
<script>document.write("a script has no words")</script>
<p>The port closed the quay for two days. Inspectors from the capital are expected before the week is out.</p>
</article><footer>All rights kept by the paper</footer></body></html>
"""
SMALL = "<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def page(path: Path, text: str | bytes, name: str = "page.html") -> Path:
    file = path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def body(text: str) -> str:
    """All that a page with this body shows."""
    return html_text(SMALL.format(head="", body=text), "it", "keep")


# Pages


def test_main_content_comes_in_paragraphs_without_what_stands_around_it(tmp_path: Path) -> None:
    source = read_source(page(tmp_path, ARTICLE))
    blocks = source.text.split("\n\n")
    assert blocks[0] == "A crane falls at North Quay"
    assert blocks[1].startswith("A crane fell at North Quay on Monday. Seven workers were nearby, the port said")
    assert len(blocks) == 4
    for left_out in ("Home", "All rights", "script", "color"):
        assert left_out not in source.text
    assert source.form == f"trafilatura-{trafilatura.__version__}-main+nfc-lf/1"


def test_all_that_is_shown_comes_in_order(tmp_path: Path) -> None:
    source = read_source(page(tmp_path, ARTICLE), boilerplate="keep")
    blocks = source.text.split("\n\n")
    assert blocks[:3] == ["Home", "Sport", "A crane falls at North Quay"]
    assert blocks[-1] == "All rights kept by the paper"
    assert "script" not in source.text and "color" not in source.text and "Harbour news" not in source.text
    assert source.form == f"trafilatura-{trafilatura.__version__}-all+nfc-lf/1"


def test_names_of_forms_are_names_of_forms(tmp_path: Path) -> None:
    for form in (extract.html_form(), extract.html_form("keep"), extract.pdf_form()):
        assert re.fullmatch(TEXT_FORM, f"{form}+nfc-lf/1")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one  \n two</p>three<p>four</p>", "one two\n\nthree\n\nfour"),
        ("<p>a <b> b </b> c</p>", "a b c"),
        ("<p>one<br>two<br><br>three</p>", "one\ntwo\n\nthree"),
        ("<pre>  kept\n   as  is</pre>", "kept\n   as  is"),
        ("<p>12&nbsp;000 &amp; more &#x1F600;</p>", "12\u00a0000 & more 😀"),
        ("<table><tr><td>12</td><td>345</td></tr><tr><td>6</td></tr></table>", "12\n345\n\n6"),
        ("a<button>b</button>c<br> <br> d", "a\nb\nc\n\nd"),
        ("<ul><li>one<li>two</ul>", "one\n\ntwo"),
        ("<p>a<!-- not shown -->b</p>", "ab"),
        ("<p>a</p><p hidden>b</p><p style='Display : NONE'>c</p>d", "a\n\nd"),
        (
            "a<script>b</script>c<style>d</style>e<noscript>f</noscript>g<template>h</template>i<svg><text>j</text></svg>",
            "acegi",
        ),
        ("<scr<script>ipt>x</script>y", "ipt>xy"),
        ("<p>e\u0301</p>", "e\u0301"),
    ],
)
def test_layout_of_a_page_becomes_blocks_and_lines(html: str, text: str) -> None:
    assert body(html) == text


def test_many_comments_in_front_of_a_page_do_not_delay_it(tmp_path: Path) -> None:
    file = page(tmp_path, "<!-- x -->\n" * 500 + "plain words", "a.txt")
    start = time.process_time()
    assert read_source(file).text.endswith("plain words")
    assert time.process_time() - start < 5
    with pytest.raises(SourceError, match="is an HTML page, not a plain text"):
        read_source(page(tmp_path, "<?xml version='1.0'?> <!-- x -->\n<!--y--><html>", "b.txt"))


SHORT = SMALL.format(
    head="<title>Harbour news</title>",
    body="<header><a href='/'>Home</a> <a href='/sport'>Sport</a></header>{}<footer>Imprint</footer>",
)


@pytest.mark.parametrize("home", ["main", "article"])
def test_short_content_keeps_its_paragraphs_and_leaves_out_what_stands_around_it(home: str) -> None:
    content = f"<{home}><h1>A crane falls</h1><p>A crane fell on Monday.</p><p>Two men were hurt.</p></{home}>"
    assert html_text(SHORT.format(content), "it") == "A crane falls\n\nA crane fell on Monday.\n\nTwo men were hurt."


def test_long_content_in_divisions_is_kept_beside_a_short_paragraph() -> None:
    words = "The port closed the quay for two days, and inspectors came from the capital before the week was out. "
    content = f"<article><p>A crane fell.</p><div>{words * 4}</div><div>{words * 3}</div></article>"
    assert html_text(SHORT.format(content), "it").split("\n\n") == ["A crane fell.", (words * 4)[:-1], (words * 3)[:-1]]


def test_hidden_words_are_not_taken_for_main_content() -> None:
    hidden = "<p hidden>Nobody was told of this.</p><div style='display:none'>Nor of that.</div>"
    assert "Nobody" not in html_text(ARTICLE.replace("<article>", f"<article>{hidden}"), "it")
    assert "Nor of" not in html_text(ARTICLE.replace("<article>", f"<article>{hidden}"), "it")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r"),
        ("<!-- <meta charset=koi8-r> --><meta charset=utf-8>", "utf-8"),
        ("", "utf-8"),
        ("<meta charset=koi8-r>", "utf-16"),
        ("<meta charset=koi8-r>", "utf-8-sig"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_declares(tmp_path: Path, head: str, encoding: str) -> None:
    raw = SMALL.format(head=head, body="<p>Кран упал</p>").encode(encoding)
    assert read_source(page(tmp_path, raw), boilerplate="keep").text == "Кран упал"


def test_latin1_on_the_web_is_windows_1252(tmp_path: Path) -> None:
    raw = SMALL.format(head="<meta charset=iso-8859-1>", body="<p>it’s</p>").encode("cp1252")
    assert read_source(page(tmp_path, raw), boilerplate="keep").text == "it’s"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            SMALL.format(head="<meta charset=cp1252>", body="é").encode(),
            "declares cp1252, but it is UTF-8: see byte 0xc3",
        ),
        (
            SMALL.format(head="<meta charset=utf-8>", body="é").encode("cp1252"),
            r"is not UTF-8 \(as the page declares\)",
        ),
        (SMALL.format(head="", body="é").encode("cp1252"), "is not UTF-8: byte 0xe9 at byte offset 40"),
        (
            SMALL.format(head="<meta charset=klingon>", body="x").encode(),
            "declares an encoding that is not known: klingon",
        ),
        (SMALL.format(head="", body="x\0y").encode(), "is binary, not text: it has a NUL at byte offset 41"),
        (SMALL.format(head="", body=" <p> </p>").encode(), "no text was found in"),
        (SMALL.format(head="", body="<script>x</script>").encode(), "no text was found in"),
        (SMALL.format(head="", body="<div>" * 300 + "x").encode(), "cannot be read whole: Excessive depth in document"),
        (
            SMALL.format(head="", body="<p>" + "y" * 10_100_000).encode(),
            "cannot be read whole: Resource limit exceeded",
        ),
        (b"<html><body>" + b"<i>" * 2_000_001, "has 2,000,003 tags; the limit of a page is 2,000,000"),
    ],
    ids=["lying", "wrong", "undeclared", "unknown", "nul", "blank", "script", "deep", "long", "many"],
)
def test_a_page_that_cannot_be_read_whole_is_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        read_source(page(tmp_path, raw), boilerplate="keep")
    assert raised.value.help


def test_a_page_that_lies_about_its_encoding_is_read_as_the_caller_says(tmp_path: Path) -> None:
    file = page(tmp_path, SMALL.format(head="<meta charset=cp1252>", body="é"))
    assert read_source(file, encoding="utf-8", boilerplate="keep").text == "é"


def test_a_page_of_50_megabytes_is_refused_or_read_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.html"
    paragraph = "<p>The crane at the north end of the harbour fell on day {} and nobody could say why it had.</p>\n"
    with file.open("w") as out:
        out.write("<!DOCTYPE html><html><body>")
        out.writelines(map(paragraph.format, range(530_000)))
    assert file.stat().st_size > 50_000_000
    with pytest.raises(SourceError, match="the main content is sought in pages up to 8,388,608") as raised:
        read_source(file)
    assert "--boilerplate keep" in raised.value.help
    assert read_source(file, boilerplate="keep").text.endswith("on day 529999 and nobody could say why it had.")


def test_entities_that_grow_do_not_grow_and_nothing_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    secret = page(tmp_path, "the secret words", "secret.txt")
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    bomb = (
        f'<!DOCTYPE html [<!ENTITY e0 "lol">{levels}<!ENTITY file SYSTEM "{secret.as_uri()}">'
        '<!ENTITY far SYSTEM "http://example.org/x">]><html><head><base href="http://example.org/">'
        '<link rel=stylesheet href="http://example.org/s.css"></head><body><p>A crane fell &e9; &file; &far;</p>'
        '<img src="http://example.org/a.png"><iframe src="http://example.org/"></iframe></body></html>'
    )
    for boilerplate in ("keep", "drop"):
        text = html_text(bomb, "it", boilerplate)  # type: ignore[arg-type]
        assert "A crane fell &e9;" in text
        assert "secret words" not in text and len(text) < 1000


def test_extraction_says_nothing_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError):
        html_text(SMALL.format(head="", body=""), "it")
    assert capfd.readouterr() == ("", "")
    assert any(isinstance(h, logging.NullHandler) for h in logging.getLogger("trafilatura").handlers)


# PDFs


def pdf(*pages: bytes, trailer: bytes = b"") -> bytes:
    """A PDF with these content streams as pages."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for i, words in enumerate(pages):
        box = b"/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (box, 5 + 2 * i))
        packed = zlib.compress(words, 9)
        objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed))
    out, offsets = b"%PDF-1.4\n", []
    for number, said in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, said)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (count, trailer, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def lines(*words: bytes) -> bytes:
    return b"BT /F1 12 Tf 72 700 Td " + b" 0 -14 Td ".join(b"(%s) Tj" % line for line in words) + b" ET"


ENCRYPTED = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"x" * 32, b"y" * 32)


def test_pages_of_a_pdf_come_in_order_with_a_blank_line_between(tmp_path: Path) -> None:
    file = page(
        tmp_path, pdf(lines(b"The crane fell", b"on Monday."), lines(b""), lines(b"Caf\xe9 owners met.")), "a.pdf"
    )
    source = read_source(file)
    assert source.text == "The crane fell\non Monday.\n\nCafé owners met."
    assert source.form == f"{extract.pdf_form()}+nfc-lf/1"
    assert read_source(file) == source


def test_a_hyphen_at_the_end_of_a_line_of_a_pdf_is_kept(tmp_path: Path) -> None:
    assert read_source(page(tmp_path, pdf(lines(b"The har-", b"bour")), "a.pdf")).text == "The har-\nbour"


@pytest.mark.parametrize(
    ("raw", "said", "remedy"),
    [
        (pdf(lines()), "has no text: its pages seem to be scanned", "OCR"),
        (pdf(), "has no text|is a broken PDF", "OCR|PDF viewer"),
        (pdf(lines(b"x"), trailer=ENCRYPTED), "is encrypted and needs a password", "without password"),
        (b"%PDF-1.4\n" + b"nonsense " * 100, "is a broken PDF", "PDF viewer"),
        (pdf(lines(b"words"))[:250], "is a broken PDF", "PDF viewer"),
    ],
    ids=["scanned", "no pages", "encrypted", "nonsense", "cut"],
)
def test_a_pdf_without_readable_text_is_refused(tmp_path: Path, raw: bytes, said: str, remedy: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        read_source(page(tmp_path, raw, "a.pdf"))
    assert re.search(remedy, raised.value.help)
    assert str(tmp_path / "a.pdf") in raised.value.message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_a_pdf_that_grows_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "PDF_MEMORY", 384 * extract.MIB)
    bomb = pdf(b"BT /F1 12 Tf 72 700 Td " + b"(aaaaaaaaaa) Tj " * 1_000_000 + b"ET")
    assert len(bomb) < 50_000
    with pytest.raises(SourceError, match="cannot be read within 384 MiB of memory"):
        read_source(page(tmp_path, bomb, "bomb.pdf"))


def test_the_memory_a_pdf_may_take_is_enough_for_a_long_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "PDF_MEMORY", 384 * extract.MIB)
    whole = pdf(*(lines(*(b"The crane fell on Monday." for _ in range(40))) for _ in range(50)))
    assert read_source(page(tmp_path, whole, "long.pdf")).text.count("Monday.") == 2000


def test_a_pdf_that_takes_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "PDF_SECONDS", 0.01)
    with pytest.raises(SourceError, match=r"takes more than 0.01 seconds to read"):
        read_source(page(tmp_path, pdf(lines(b"words")), "a.pdf"))


# Extras and folders


@pytest.mark.parametrize(
    ("library", "extra", "name"), [("trafilatura", "html", "a.html"), ("pypdfium2", "pdf", "a.pdf")]
)
def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, extra: str, name: str
) -> None:
    for module in [m for m in sys.modules if m.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    raw = pdf(lines(b"words")) if extra == "pdf" else ARTICLE.encode()
    with pytest.raises(MissingExtra, match=f"{library} is not installed") as raised:
        read_source(page(tmp_path, raw, name))
    with pytest.raises(SourceError) as sought:
        find_source(tmp_path, "0" * 64)
    remedy = f"{library} is not installed (pip install 'onrecord[{extra}]')"
    assert sought.value.message.endswith(f"; 1 could not be read: {name}: {remedy}")
    assert raised.value.help == f"pip install 'onrecord[{extra}]'"


def test_a_page_or_pdf_is_found_in_a_folder_by_the_hash_of_its_text(tmp_path: Path) -> None:
    page(tmp_path, "words of another text", "a.txt")
    page(tmp_path, ARTICLE, "b.html")
    page(tmp_path, b"%PDF-1.4 broken", "c.pdf")
    page(tmp_path, pdf(lines(b"The crane fell.")), "d.pdf")
    for file, boilerplate in (("b.html", "drop"), ("b.html", "keep"), ("d.pdf", "drop")):
        wanted = read_source(tmp_path / file, boilerplate=boilerplate)  # type: ignore[arg-type]
        assert find_source(tmp_path, wanted.sha256, wanted.form) == wanted
    with pytest.raises(SourceError, match=r"none of the 4 texts .*; 1 could not be read: c\.pdf is a broken PDF"):
        find_source(tmp_path, "0" * 64)


def test_the_text_of_a_page_saved_by_the_command_is_the_page(tmp_path: Path) -> None:
    file = page(tmp_path, ARTICLE)
    done = CliRunner().invoke(program, ["text", str(file), "--boilerplate", "keep"])
    assert done.exit_code == 0
    wanted = read_source(file, boilerplate="keep")
    page(tmp_path, done.stdout_bytes, "saved.txt")
    assert find_source(tmp_path / "saved.txt", wanted.sha256, wanted.form) == wanted
