"""The viewer before hostile, wrong and huge texts, and with keyboard, phone, dark mode, print and screen reader."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import Watched
from onrecord.source import canonical
from viewing import SAMPLES, Reader, site_over, text_of

HOSTILE = (
    "<script>alert(1)</script>\n<img src=x onerror=alert(2)>\n<svg/onload=alert(3)>",
    "</div></article><iframe src='javascript:alert(4)'></iframe><base href='//elsewhere.example/'>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'><style>body{display:none}</style><form action=/x>",
    "{{7*7}} ${alert(5)} [a](javascript:alert(6)) &lt;b&gt; &amp; \\u003cscript>",
    "<a href='javascript:alert(7)' autofocus onfocus=alert(8)>a</a><!-- <![CDATA[ ]]> -->",
    "words before emoji 👷🏽‍♀️👨🏾‍🔧🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f and after",
    "a" * 60_000,
    "🏗" * 30_000,
    "\n" * 20_000 + "the end",
    "x" + "\u0301" * 1000 + " zal\u0336go",
    "سقطت الرافعة ببطء and הַמָּנוֹף נָפַל",
)
DRIVING = "right to left \u202eoverride\u202c and \u2066isolate\u2069, bell \x07, C1 \x85 \x9b31m, escape \x1b[31m"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with site_over(SAMPLES, tmp_path_factory.mktemp("viewer")) as at:
        yield at


@pytest.fixture
def reader(address: str, watched: Watched) -> Iterator[Reader]:
    """A reader of the agency's dispatch; after the test nothing was requested since the page was ready."""
    one = Reader(watched, address, "heron-agency")
    yield one
    assert one.since == []


# Hostile texts


def test_markup_and_odd_characters_are_shown_as_text(reader: Reader) -> None:
    before = reader.page.evaluate("document.querySelectorAll('script, iframe, img, svg, base, form, style').length")
    for text in HOSTILE:
        said = reader.give(text.encode())
        assert "This is not the edition" in said, text[:80]
        assert reader.shown == canonical(text.encode()).text[: len(reader.shown)] != "", text[:80]
        elements = "Array.from(document.querySelectorAll('.viewer-text *'), (one) => one.tagName)"
        assert set(reader.page.evaluate(elements)) <= {"SPAN"}
    after = "document.querySelectorAll('script, iframe, img, svg, base, form, style').length"
    assert reader.page.evaluate(after) == before


def test_characters_that_drive_what_follows_are_shown_by_their_code_points(reader: Reader) -> None:
    reader.give(DRIVING.encode() + ("\nThe crane fell. " * 80).encode())
    named = reader.page.locator(".viewer-driving").all_inner_texts()
    assert named == ["U+202E", "U+202C", "U+2066", "U+2069", "U+0007", "U+0085", "U+009B", "U+001B"]
    assert not set(reader.shown) & set("\u202e\u2066\x07\x9b\x1b")


def test_long_line_does_not_widen_the_page(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.give(b"w" * 30_000)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390


REFUSED = (
    (b"%PDF-1.7 ...", "This is a PDF.", "onrecord text FILE"),
    (b"PK\x03\x04....", "This is a ZIP archive, such as a .docx", "plain text"),
    (b"\x89PNG\r\n\x1a\n", "This is a PNG image, not a text.", "plain text"),
    (b"<!doctype html><title>x</title><p>The crane fell.", "This is an HTML page.", "onrecord text FILE"),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<HTML lang=en>", "This is an HTML page.", "onrecord text FILE"),
    ("Zoë Ávila".encode("cp1252"), "The text is not UTF-8.", "--encoding windows-1252"),
    ("The crane fell.".encode("utf-16-le"), "The text is binary, not text: it has a NUL", "save it as UTF-8"),
    ("\ufeffcrane".encode("utf-16-le") + b"\x3d\xd8", "The text is not UTF-16LE, though", "plain text"),
    (b"\xff\xfe\x00\x00\x00\x00\x11\x00", "The text is not UTF-32LE, though", "plain text"),
    (b"a\xed\xa0\xbd\xed\xb4\xb4b", "The text is not UTF-8.", "windows-1252"),
    (b"The crane\x00 fell.", "The text is binary, not text: it has a NUL after 9 characters.", "UTF-16"),
    (bytes(range(1, 32)) * 9, "The text is binary, not text:", "plain text"),
    (b"", "The text is empty: there is nothing in it but white space.", "plain text"),
    (b"\xef\xbb\xbf \r\n\t", "The text is empty", "plain text"),
    (("a" + "\u0301" * 2000).encode(), "more than 1,024 combining marks in a row", "plain text"),
)


def test_what_is_no_text_is_refused_in_plain_words(reader: Reader) -> None:
    reader.give(text_of("heron-agency"))
    for raw, why, help in REFUSED:
        said = reader.give(raw, "hostile.bin")
        assert said.startswith("This text was not read. ") and why in said and help in said, (raw[:30], said)
        assert reader.page.is_hidden(".viewer-reading") and reader.shown == ""
    assert "This is the edition" in reader.give(text_of("heron-agency"))


def test_several_files_and_too_large_ones_are_refused(reader: Reader) -> None:
    reader.page.evaluate(
        """() => {
            const data = new DataTransfer();
            for (const name of ["a.txt", "b.txt"]) data.items.add(new File(["The crane fell."], name));
            document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data}));
        }"""
    )
    assert reader.page.inner_text(".viewer-status") == "Give one file at a time."
    large = """() => {
        const data = new DataTransfer();
        const part = new Blob([new Uint8Array(2 ** 20).fill(97)]);
        data.items.add(new File(Array(129).fill(part), "large.txt"));
        document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data}));
    }"""
    said = reader.say(lambda: reader.page.evaluate(large))
    assert "The file has 129 MiB, and this page reads up to 128 MiB." in said and "onrecord verify --source" in said


# Fifty megabytes


PARAGRAPHS, STEP = 580_001, 5_000


def large_text() -> str:
    said = "the crane 🏗 at quay {0} fell, and {1} people – Zoë Ávila said – saw it."
    return "\n\n".join(f"Paragraph {n}: {said.format(n, n % 97)}" for n in range(PARAGRAPHS))


def test_fifty_megabytes_are_read_shown_in_parts_and_anchored(address: str, watched: Watched, tmp_path: Path) -> None:
    text = large_text()
    raw = text.encode()
    assert len(raw) > 50_000_000
    (tmp_path / "large.txt").write_bytes(raw)
    starts = [text.index(f"Paragraph {n}:") for n in range(0, PARAGRAPHS, STEP)]
    watched.page.route("**/data/viewer/*.json", lambda route: route.fulfill(json=_made_up(route, raw, text, starts)))
    reader = Reader(watched, address, "heron-agency")
    reader.page.evaluate(WATCH_FRAMES)
    began = time.monotonic()
    said = reader.open(tmp_path / "large.txt")
    took = time.monotonic() - began
    assert f"All {len(starts)} places on record" in said
    assert took < 60
    assert "parts. The text is long and shown in parts" in reader.page.inner_text(".viewer-parts")
    assert len(reader.shown) < 30_000
    page, last = reader.page, len(starts) - 1
    page.fill(".viewer-parts input", "999999")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".viewer-text [data-run='{last}']")
    assert reader.words()[last] == f"Paragraph {last * STEP}:"
    assert reader.shown.endswith("saw it.")
    (tmp_path / "other.txt").write_bytes(b"A new beginning.\n\n" + raw)
    assert f"Of {len(starts)} places on record, {len(starts)} still stand exactly once" in reader.open(
        tmp_path / "other.txt"
    )
    page.click(f"text=Moved: {len(starts)}")
    for number in (last // 2, last, 0):
        page.locator(".viewer-list li button").nth(number).click()
        page.wait_for_selector(f".viewer-text .viewer-chosen[data-run='{number}']")
        assert reader.words()[number] == f"Paragraph {number * STEP}:"
    assert page.evaluate("longest") < 1_000, "the page stood still"
    assert reader.since == []


WATCH_FRAMES = """() => {
    window.longest = 0;
    let last = performance.now();
    const frame = (now) => {
        window.longest = Math.max(window.longest, now - last);
        last = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""


def _made_up(route: Any, raw: bytes, text: str, starts: list[int]) -> Any:
    """The data of a document whose text is the large one, with an anchor in every five-thousandth paragraph."""
    known = {"sha256": hashlib.sha256(raw).hexdigest(), "length": len(text), "form": "nfc-lf/1", "id": "heron-agency"}
    if route.request.url.endswith("index.json"):
        entry = known | {"medium": "other", "language": "en", "page": "", "data": "heron-agency.json", "bytes": 1}
        return {"form": "nfc-lf/1", "labels": {}, "documents": [entry]}
    places = []
    for number, start in enumerate(starts):
        words = f"Paragraph {number * STEP}:"
        digest = hashlib.sha256(words.encode()).hexdigest()
        places.append(
            {
                "id": f"heron-agency.c{number}",
                "spans": [[start, start + len(words)]],
                "sha256": digest,
                "excerpt": words,
            }
        )
    record = {"layer": "time", "head": "made up", "facts": []}
    records = [record | {"id": f"c{number}", "marks": [["time", number]]} for number in range(len(starts))]
    return known | {"blocks": [], "places": places, "voices": [], "records": records}


# Keyboard, screen reader, phone, dark mode, print


def test_records_are_reached_by_keyboard(reader: Reader) -> None:
    reader.give(text_of("heron-agency"))
    page = reader.page
    page.focus(".viewer-text")
    page.keyboard.press("ArrowRight")
    first = page.inner_text(".viewer-chosen >> nth=0")
    page.keyboard.press("n")
    assert page.inner_text(".viewer-chosen >> nth=0") != first
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".viewer-chosen >> nth=0") == first
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList[0]") == "viewer-panel-title"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go to its words"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList[0]") == "viewer-text"
    page.keyboard.press("Escape")
    assert page.locator(".viewer-chosen").count() == 0 and page.is_hidden(".viewer-panel")
    page.keyboard.press("1")
    assert not page.is_checked("[data-layer=statement]") and page.locator(".viewer-text .viewer-statement").count() == 0
    page.keyboard.press("7")
    assert page.is_checked("[data-layer=mention]") and page.locator(".viewer-text .viewer-mention").count() > 0
    page.focus("#viewer-document")
    page.keyboard.press("1")
    assert not page.is_checked("[data-layer=statement]")


def test_place_with_several_records_shows_them_all(reader: Reader) -> None:
    reader.give(text_of("heron-agency"))
    reader.page.click(".viewer-text .viewer-several >> nth=0")
    count = reader.page.locator(".viewer-panel .viewer-card").count()
    assert count >= 2 and reader.page.inner_text(".viewer-panel-title") == f"{count} records here"
    said = reader.page.inner_text(".viewer-panel")
    assert "(CT+)" in said and "certainly so" in said


def test_list_in_text_order_holds_what_the_highlights_show(reader: Reader) -> None:
    reader.give(text_of("heron-agency"))
    page = reader.page
    spans = "Array.from(document.querySelectorAll('.viewer-text *'), (one) => "
    assert {tuple(one) for one in page.evaluate(f"{spans}[one.getAttribute('role'), one.title, one.tabIndex])")} == {
        (None, "", -1)
    }
    assert page.locator(".viewer-text").get_attribute("aria-live") is None
    page.click(".viewer-index > summary")
    entries = page.locator(".viewer-entry")
    assert "statement" in entries.nth(0).inner_text() and entries.count() > 30
    entries.nth(3).focus()
    page.keyboard.press("Enter")
    assert entries.nth(3).get_attribute("aria-expanded") == "true"
    page.click(".viewer-index .viewer-card button:has-text('Go to its words')")
    assert page.locator(".viewer-chosen").count() > 0
    assert page.evaluate("document.activeElement.classList[0]") == "viewer-text"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_accessible_and_fits(scheme: str, width: int, address: str, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": width, "height": 844})
    watched.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    reader = Reader(watched, address, "heron-agency")
    assert watched.violations("article") == []
    for raw in (text_of("heron-agency"), b"A new line.\n\n" + text_of("heron-agency").removeprefix(b"\xef\xbb\xbf")):
        reader.give(raw)
        for summary in reader.page.locator(".viewer summary").all():
            summary.click()
        reader.page.click(".viewer-text .viewer-several >> nth=0")
        assert watched.violations("article") == []
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    reader.give(b"\x00")
    assert watched.violations("article") == []


def test_print_has_the_text_and_its_legend_and_no_controls(reader: Reader) -> None:
    reader.give(text_of("heron-agency"))
    reader.page.click("text=Legend and keys")
    reader.page.emulate_media(media="print")
    assert reader.page.is_visible(".viewer-text") and reader.page.is_visible(".viewer-legend")
    for control in (".viewer-bar", ".viewer-inlet", ".viewer-panel"):
        assert reader.page.is_hidden(control)


def test_without_javascript_the_page_says_what_to_do(address: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}viewer/")
    assert "onrecord verify --source" in page.inner_text("#onrecord-viewer")
    context.close()


def test_failing_data_are_said_in_plain_words(address: str, watched: Watched) -> None:
    watched.page.route("**/index.json", lambda route: route.fulfill(body=json.dumps({"documents": []})))
    watched.page.goto(f"{address}viewer/")
    watched.page.wait_for_selector(".viewer-refusal")
    assert watched.page.inner_text(".viewer-refusal") == "There is no document on record."
