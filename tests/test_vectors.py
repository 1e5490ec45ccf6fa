"""The shared vectors: every place exact in Python and, after conversion to UTF-16, in JavaScript."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import JSEvalException, MiniRacer

from onrecord.anchor import pointers, spans_of
from onrecord.errors import SourceError
from onrecord.model import Document
from onrecord.records import load_records
from onrecord.source import canonical, find_source, read_source
from onrecord.span import Spans, digest_of, read_spans, words_at, write_spans
from vectors import make, stored

TESTS = Path(__file__).parent
VECTORS = json.loads(make.FILE.read_text(encoding="utf-8"))
SCRIPT = resources.files("onrecord") / "browser" / "canonical.js"
REGENERATE = "run `python tests/vectors/make.py` and commit what it writes"

# What a page would do with the script: one text, many places.
CALLS = """
function canonicalOf(stored) { return onrecordText.canonical(stored); }
function utf16Of(text, places) {
  const index = new onrecordText.TextIndex(text);
  return places.map((said) => onrecordText.readSpans(said).map((span) =>
    span.map((offset) => index.toUtf16(offset)).join("-")).join(";"));
}
function codePointsOf(text, places) {
  const index = new onrecordText.TextIndex(text);
  return places.map((said) => onrecordText.readSpans(said).map((span) =>
    span.map((offset) => index.toCodePoint(offset)).join("-")).join(";"));
}
function manyToUtf16(text, offsets) { return Array.from(new onrecordText.TextIndex(text).toUtf16All(offsets)); }
function wordsOf(text, places) {
  const index = new onrecordText.TextIndex(text);
  return places.map((said) => onrecordText.words(index, onrecordText.readSpans(said)));
}
function lengthOf(text) { return new onrecordText.TextIndex(text).length; }
"""
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def js() -> Call:
    """Calls a function of the script in V8."""
    engine = MiniRacer()
    engine.eval(SCRIPT.read_text(encoding="utf-8"))
    engine.eval(CALLS)
    call: Call = engine.call
    return call


def named(entry: dict[str, Any]) -> str:
    return str(entry.get("name", entry.get("file")))


def said(entry: dict[str, Any], key: str) -> list[str]:
    return [place[key] for place in entry["spans"]]


def canonical_of(entry: dict[str, Any]) -> str:
    """The canonical text of an entry, read by Python: of a text in the vectors, or of a sample's file."""
    if "text" in entry:
        return canonical(entry["text"].encode("utf-8")).text
    return read_source(TESTS / entry["file"]).text


texts = pytest.mark.parametrize("entry", VECTORS["texts"], ids=named)
everything = pytest.mark.parametrize("entry", [*VECTORS["texts"], *VECTORS["samples"]], ids=named)


def test_vectors_are_those_that_python_finds_now() -> None:
    assert make.FILE.read_text(encoding="utf-8") == make.render(), REGENERATE


def test_vectors_cover_the_hard_cases() -> None:
    texts = "\n".join(entry["text"] for entry in VECTORS["texts"])
    for hard in ("\ufeff", "\r\n", "e\r", "\u200d", "\u202f", "\u202e", "\u1112\u1161", "\u0958", "\u0301\u0323\u0301"):
        assert hard in texts
    assert any(unicodedata.bidirectional(character) == "R" for character in texts)
    assert sum(ord(character) > 0xFFFF for character in texts) > 30
    assert any(";" in place for entry in VECTORS["texts"] for place in said(entry, "code_points"))
    assert sum(said(entry, "code_points") != said(entry, "utf16") for entry in VECTORS["texts"]) >= 8
    assert sum(entry["text"] != entry["canonical"] for entry in VECTORS["texts"]) >= 12


def test_vectors_name_every_sample_text_and_every_place_recorded_in_it() -> None:
    files = {path.name for path in (TESTS / "samples" / "sources").iterdir()}
    assert {Path(entry["file"]).name for entry in VECTORS["samples"]} == files
    loaded = load_records(TESTS / "samples")
    recorded = {write_spans(spans_of(one)) for id in ids(loaded.records) for one in pointers(loaded.records, id)}
    assert {place for entry in VECTORS["samples"] for place in said(entry, "code_points")} == recorded


def ids(records: Any) -> list[str]:
    return [document.id for document in records["documents"] if isinstance(document, Document)]


@everything
def test_places_are_exact_in_python(entry: dict[str, Any]) -> None:
    text = canonical_of(entry)
    assert (digest_of(text), len(text)) == (entry["sha256"], entry["length"])
    assert text == entry.get("canonical", text)
    found = [words_at(text, read_spans(place)) for place in said(entry, "code_points")]
    assert [digest_of(words) for words in found] == said(entry, "sha256")
    assert all(place.get("words", words) == words for place, words in zip(entry["spans"], found, strict=True))


@texts
def test_canonical_text_is_the_same_in_javascript(entry: dict[str, Any], js: Call) -> None:
    assert js("canonicalOf", entry["text"]) == entry["canonical"]


@pytest.mark.parametrize("entry", VECTORS["refused"], ids=named)
def test_what_is_no_text_is_refused_in_both(entry: dict[str, Any], js: Call) -> None:
    with pytest.raises(SourceError, match=f"^{entry['says']}"):
        canonical(entry["text"].encode("utf-8"))
    with pytest.raises(JSEvalException) as caught:
        js("canonicalOf", entry["text"])
    assert entry["says"] in str(caught.value)


@pytest.mark.parametrize("entry", VECTORS["samples"], ids=named)
def test_sample_files_have_the_same_canonical_text_in_javascript(entry: dict[str, Any], js: Call) -> None:
    as_stored = (TESTS / entry["file"]).read_bytes().decode("utf-8")
    assert digest_of(js("canonicalOf", as_stored)) == entry["sha256"]


@pytest.mark.parametrize("entry", VECTORS["samples"], ids=named)
def test_samples_stored_in_other_ways_have_the_same_canonical_text_in_javascript(
    entry: dict[str, Any], js: Call
) -> None:
    found = {name: digest_of(js("canonicalOf", said)) for name, said in stored.forms(canonical_of(entry))}
    assert found == dict.fromkeys(found, entry["sha256"])


@everything
def test_places_are_exact_in_javascript(entry: dict[str, Any], js: Call) -> None:
    assert_exact(js, canonical_of(entry), entry)


def assert_exact(js: Call, text: str, entry: dict[str, Any]) -> None:
    """Offsets there and back, length, words and their hashes, as JavaScript finds them."""
    places = said(entry, "code_points")
    assert js("lengthOf", text) == entry["length"]
    assert js("utf16Of", text, places) == said(entry, "utf16")
    assert js("codePointsOf", text, said(entry, "utf16")) == places
    words = js("wordsOf", text, places)
    assert [digest_of(one) for one in words] == said(entry, "sha256")


def test_every_place_of_the_real_documents_is_exact_in_both(js: Call) -> None:
    folder = Path(os.environ.get("ONRECORD_SOURCES") or TESTS.parents[1] / "shared" / "sources")
    if not folder.is_dir():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    records = load_records(TESTS.parent).records
    for document in records["documents"]:
        assert isinstance(document, Document)
        try:
            text = find_source(folder, document.text_sha256).text
        except SourceError:
            pytest.skip(f"the text of {document.id} is not among the source texts")
        known = list(pointers(records, document.id))
        entry: dict[str, Any] = {"length": document.text_length}
        entry["spans"] = [make.place(text, spans_of(one)) for one in known]
        assert said(entry, "sha256") == [one.text_sha256 for one in known]
        assert_exact(js, text, entry)


# Any text

# Unassigned characters are left out: engines with a newer Unicode may normalise those.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=("Cs", "Cn")),
    st.sampled_from("\r\n\ufeff\u0301\u0323\u0308ae\u1112\u1161\u11ab🏗👷🏽\u200d\ufe0f𠮷\u0f71\u0f72\u2adc"),
)


@given(st.lists(CHARACTERS, min_size=1, max_size=40).map("".join), st.data())
@settings(max_examples=300, deadline=None)
def test_any_text_and_any_place_agree(js: Call, read: str, data: st.DataObject) -> None:
    try:
        text = canonical(read.encode("utf-8")).text
    except SourceError as error:
        with pytest.raises(JSEvalException, match=error.message.split(":")[0]):
            js("canonicalOf", read)
        return
    assert text == unicodedata.normalize("NFC", read.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    assert js("canonicalOf", read) == text
    offset = st.integers(0, len(text))
    spans: Spans = tuple((min(two), max(two)) for two in data.draw(st.lists(st.tuples(offset, offset), min_size=1)))
    known = make.place(text, spans)
    assert_exact(js, text, {"length": len(text), "spans": [known]})


def test_an_index_inside_a_pair_is_that_of_its_character(js: Call) -> None:
    assert js("codePointsOf", "a🏗b", ["0-1", "1-2", "2-3", "3-4"]) == ["0-1", "1-1", "1-2", "2-3"]


def test_many_offsets_are_converted_in_any_order(js: Call) -> None:
    text = "🏗a" * 1000
    offsets = [2000, 0, 1, 1999, 2, 1000]
    assert js("manyToUtf16", text, offsets) == [3000, 0, 2, 2999, 3, 1500]


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("utf16Of", ("a🏗", ["0-3"]), "3 lies outside the text, which has 2 code points"),
        ("codePointsOf", ("a🏗", ["0-4"]), "4 lies outside the text, which has 3 UTF-16 code units"),
        ("wordsOf", ("a", ["1"]), '"1" is not of the form 752-760;769-800'),
        ("wordsOf", ("a", ["0-1;"]), '"0-1;" is not of the form 752-760;769-800'),
        ("manyToUtf16", ("a", [0.5]), "0.5 lies outside the text, which has 1 code points"),
        ("canonicalOf", ("a\ud83c",), "the text has a lone surrogate"),
    ],
)
def test_what_is_no_place_or_no_text_is_refused(
    js: Call, function: str, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(JSEvalException) as caught:
        js(function, *arguments)
    assert message in str(caught.value)
