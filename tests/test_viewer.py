"""The viewer: its data, and a reader's own copy of a text in a real browser, in every way it can be given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import onrecord
from browser import Watched
from onrecord.errors import SourceError
from onrecord.relocation import Pointer, relocate
from onrecord.site.shelf import Shelf
from onrecord.source import Source, canonical, find_source
from onrecord.span import digest_of, words_at
from vectors import stored
from viewing import SAMPLES, SOURCES, TESTS, TEXTS, Reader, data_of, site_over, text_of

PROJECT = TESTS.parent
documents = pytest.mark.parametrize("document", sorted(TEXTS))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with site_over(SAMPLES, tmp_path_factory.mktemp("viewer")) as at:
        yield at


@pytest.fixture(scope="module")
def samples() -> dict[str, Any]:
    return data_of(Shelf(onrecord.load(SAMPLES)))


def spans_of(place: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in place["spans"])


# Data


@documents
def test_data_hold_every_place_of_a_document(document: str, samples: dict[str, Any]) -> None:
    text, data = canonical(text_of(document)), samples[document]
    assert (data["sha256"], data["length"]) == (text.sha256, text.length)
    for place in (*data["blocks"], *data["places"]):
        assert digest_of(words_at(text.text, spans_of(place))) == place["sha256"]
    held = onrecord.load(SAMPLES)
    anchors = {row["id"] for row in held.table("anchors").to_pylist() if row["document_id"] == document}
    assert {place["id"] for place in data["places"]} == anchors
    assert {place for record in data["records"] for _, place in record["marks"]} == set(range(len(anchors)))


def test_data_say_of_a_statement_who_states_it_through_whom_and_where_it_is(samples: dict[str, Any]) -> None:
    data = samples["heron-agency"]
    record = next(one for one in data["records"] if one["id"] == "heron-agency.s09")
    assert [layer for layer, _ in record["marks"]] == ["statement", "cue", "source"]
    assert [(data["voices"][level["voice"]]["id"], level["factuality"]) for level in record["chain"]] == [
        ("heron-agency.narrator", "Uu"),
        ("zoe-avila", "PS+"),
    ]
    assert (record["claim"], record["page"]) == ("claims/crane-overloaded/", "documents/heron-agency/#heron-agency.s09")


def test_data_read_figures_in_words(samples: dict[str, Any]) -> None:
    facts = {one["head"]: dict(one["facts"]) for data in samples.values() for one in data["records"]}
    assert facts["At least 40"]["Read as"] == "at least 40 (person)"
    assert facts["about 60"]["Read as"] == "about 60 (person)"


def test_data_tell_of_a_withdrawn_statement_why_and_what_stands_in_its_place(samples: dict[str, Any]) -> None:
    held = onrecord.load(SAMPLES)
    records = {one["id"]: dict(one["facts"]) for data in samples.values() for one in data["records"]}
    withdrawn = [id for id in records if id in _statements(held) and held.status(id).withdrawn]
    assert withdrawn
    for id in withdrawn:
        status = held.status(id)
        assert (records[id]["Review"], records[id].get("Reason")) == (status.status, status.reason)
        assert records[id].get("In its place") == status.successor_id


def _statements(held: onrecord.Dataset) -> set[str]:
    return set(held.table("statements").column("id").to_pylist())


def test_data_hold_no_words_of_a_text_but_the_excerpts_of_the_tables(samples: dict[str, Any]) -> None:
    held = onrecord.load(SAMPLES)
    kept = {row["id"]: row["excerpt"] for row in held.table("anchors").to_pylist() if row["excerpt"] is not None}
    said = {
        place["id"]: place["excerpt"] for data in samples.values() for place in data["places"] if "excerpt" in place
    }
    assert said == kept
    assert all("title" not in data for data in samples.values())


# The edition on record


@documents
def test_edition_on_record_is_recognised_and_every_place_has_its_words(
    document: str, samples: dict[str, Any], address: str, watched: Watched
) -> None:
    reader, text = Reader(watched, address, document), canonical(text_of(document)).text
    said = reader.give(text_of(document))
    places = samples[document]["places"]
    assert f"This is the edition from which {document} was recorded." in said
    assert f"All {len(places) + len(samples[document]['blocks'])} places on record" in said
    assert reader.shown == text
    joined = {number: words_at(text, spans_of(place)) for number, place in enumerate(places)}
    found = reader.words()
    assert {number: words.replace(" ", "") for number, words in found.items()} == {
        number: words.replace(" ", "") for number, words in joined.items()
    }
    single = [number for number, place in enumerate(places) if len(place["spans"]) == 1]
    assert [digest_of(found[number]) for number in single] == [places[number]["sha256"] for number in single]
    assert reader.since == []


def test_real_document_is_recognised_and_every_place_has_its_words(tmp_path: Path, watched: Watched) -> None:
    if not SOURCES.is_dir():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    data = data_of(Shelf(onrecord.load(PROJECT)))
    with site_over(PROJECT, tmp_path) as address:
        for document, one in data.items():
            text = _source(document, one["sha256"]).text
            reader = Reader(watched, address, document)
            assert "This is the edition" in reader.give(text.encode())
            assert reader.shown == text
            found = {number: words.replace(" ", "") for number, words in reader.words().items()}
            places = enumerate(one["places"])
            assert found == {number: words_at(text, spans_of(place)).replace(" ", "") for number, place in places}
            assert reader.since == []


def _source(document: str, sha256: str) -> Source:
    try:
        return find_source(SOURCES, sha256)
    except SourceError:
        pytest.skip(f"the text of {document} is not among the source texts")


def test_text_is_recognised_in_whatever_way_it_is_stored(address: str, watched: Watched) -> None:
    text = canonical(text_of("heron-paper")).text
    reader = Reader(watched, address, "heron-paper")
    for name, said in stored.forms(text):
        assert "This is the edition" in reader.give(said.encode()), name
    for codec in ("utf-16", "utf-32"):
        assert "This is the edition" in reader.give(text.encode(codec)), codec
    big = b"\xfe\xff" + text.encode("utf-16-be")
    assert "This is the edition" in reader.give(big)
    assert reader.since == []


def test_text_can_be_dropped_pasted_and_typed(address: str, watched: Watched) -> None:
    text = canonical(text_of("heron-agency")).text
    reader = Reader(watched, address, "heron-agency")
    assert "This is the edition" in reader.send("drop", files=[["any.txt", text]])
    assert "This is the edition" in reader.send("drop", text=text)
    assert "This is the edition" in reader.send("paste", text=text)
    reader.page.click("text=Let go of the text")
    reader.page.fill("#viewer-paste", text)
    assert "This is the edition" in reader.say(lambda: reader.page.click("text=Read what was typed"))
    assert reader.page.input_value("#viewer-paste") == ""
    assert reader.since == []


def test_text_is_kept_nowhere(address: str, watched: Watched) -> None:
    reader = Reader(watched, address, "heron-agency")
    before = reader.page.url
    reader.give(text_of("heron-agency"))
    kept = reader.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])"
    )
    assert "Marisund" not in kept
    assert reader.page.url == before
    assert reader.page.evaluate("indexedDB.databases()") == [] and reader.page.evaluate("caches.keys()") == []
    reader.page.click("text=Let go of the text")
    assert "Marisund" not in reader.page.inner_text("body")
    assert reader.shown == "" and reader.since == []


def test_page_works_without_network_once_it_is_ready(address: str, watched: Watched) -> None:
    reader = Reader(watched, address, "heron-agency")
    watched.page.context.set_offline(True)
    assert "This is the edition" in reader.give(text_of("heron-agency"))
    reader.page.click(".viewer-text .viewer-statement >> nth=0")
    assert reader.page.is_visible(".viewer-panel .viewer-card")
    assert reader.since == []


# Other editions and other documents

STATES = """async ([address, text, pieces]) => {
    const {standingInOther} = await import(address + "assets/viewer-standing.js");
    return standingInOther(new onrecordText.TextIndex(text), pieces, () => {});
}"""


def edited(text: str) -> Iterator[tuple[str, str]]:
    """Other editions: something put in, taken out, changed, repeated, swapped."""
    lines = text.split("\n")
    yield "a line before", "Corrected edition 🔴\n\n" + text
    yield "a line less", "\n".join(lines[:4] + lines[6:])
    yield "a word changed", text.replace("harbour", "harbor", 1)
    yield "a line twice", "\n".join([*lines[:5], lines[4], *lines[5:]])
    yield "the end first", "\n".join(reversed(lines))
    yield "twice", text + "\n" + text
    yield "something else", "The quay was quiet, and nobody fell. " * 20


@documents
def test_places_in_another_edition_are_told_as_relocation_tells_them(
    document: str, samples: dict[str, Any], address: str, watched: Watched
) -> None:
    reader, data = Reader(watched, address, document), samples[document]
    text, pieces = canonical(text_of(document)).text, [*data["blocks"], *data["places"]]
    pointers = [Pointer(one["id"], spans_of(one), one["sha256"]) for one in pieces]
    for name, new in edited(text):
        found = reader.page.evaluate(STATES, [address, new, pieces])
        known = relocate(new, pointers, old=text)
        taken: dict[str, set[Any]] = {}  # of repeated words, the places that were settled for others
        for one, piece in zip(found, pieces, strict=True):
            if one.get("spans"):
                taken.setdefault(piece["sha256"], set()).add(spans_of(one))
        for one, piece, placement in zip(found, pieces, known, strict=True):
            where = (name, piece["id"], one)
            if one.get("spans"):
                assert digest_of(words_at(new, spans_of(one))) == piece["sha256"], where
                assert not placement.settled or spans_of(one) == placement.spans, where
            if one["state"] == "missing" and len(piece["spans"]) == 1:
                words, twins = words_at(text, spans_of(piece)), taken.get(piece["sha256"], set())
                assert len(re.findall(rf"(?<!\w){re.escape(words)}(?!\w)", new)) <= len(twins), where
        if name in ("a line before", "a word changed"):
            assert sum(bool(one.get("spans")) for one in found) > 0.8 * len(found)
        if name == "something else":
            assert {one["state"] for one in found} <= {"missing", "ambiguous", "moved"}


def test_moved_places_are_counted_listed_and_highlighted(
    samples: dict[str, Any], address: str, watched: Watched
) -> None:
    text, data = canonical(text_of("heron-agency")).text, samples["heron-agency"]
    reader = Reader(watched, address, "heron-agency")
    said = reader.give(("🔴 Second edition\n\n" + text).encode())
    all_of = len(data["blocks"]) + len(data["places"])
    assert "This is not the edition from which heron-agency was recorded." in said
    assert f"Of {all_of} places on record, {all_of} still stand exactly once in it" in said
    assert reader.page.inner_text(".viewer-verdict table").split()[3:5] == ["moved", str(all_of)]
    found, places = reader.words(), data["places"]
    single = [number for number, place in enumerate(places) if len(place["spans"]) == 1]
    assert [digest_of(found[number]) for number in single] == [places[number]["sha256"] for number in single]
    reader.page.click(f"text=Moved: {all_of}")
    first = reader.page.locator(".viewer-verdict li", has_text="heron-agency.s01 ").first
    assert re.match(r"heron-agency\.s01 12–43, now 30–61", first.inner_text())
    first.locator("button").click()
    assert "crane" in reader.page.inner_text(".viewer-text .viewer-chosen >> nth=0")
    assert reader.since == []


def test_repeated_and_missing_places_are_listed_and_not_highlighted(address: str, watched: Watched) -> None:
    text = canonical(text_of("heron-agency")).text
    lines = text.split("\n")
    fifth = next(number for number, line in enumerate(lines) if line.startswith("The owner"))
    reader = Reader(watched, address, "heron-agency")
    said = reader.give("\n".join([*lines[:fifth], *lines[fifth + 2 :], lines[0]]).encode())
    assert "not found" in said and "which of several words is meant" in said
    reader.page.locator("summary", has_text="Missing: ").click()
    reader.page.locator("summary", has_text="Ambiguous: ").click()
    assert "heron-agency.s11" in reader.page.locator("details", has_text="Missing: ").inner_text()
    assert "(2 places in this text)" in reader.page.locator("details", has_text="Ambiguous: ").inner_text()
    assert reader.since == []


def test_text_of_another_document_is_named_and_offered(address: str, watched: Watched) -> None:
    reader = Reader(watched, address, "heron-agency")
    assert "It is the text of heron-paper." in reader.give(text_of("heron-paper"))
    assert "This is the edition from which heron-paper" in reader.say(
        lambda: reader.page.click("text=Show the records of heron-paper")
    )
    assert reader.page.input_value("#viewer-document") == "heron-paper"
    assert reader.shown == canonical(text_of("heron-paper")).text
    assert reader.since == []


def test_records_that_are_not_loaded_are_requested_only_after_the_text_was_let_go(
    address: str, watched: Watched
) -> None:
    def heavier(route: Any) -> None:
        listing = route.fetch().json()
        for one in listing["documents"]:
            one["bytes"] = 10**9
        route.fulfill(json=listing)

    watched.page.route("**/index.json", heavier)
    reader = Reader(watched, address, "heron-agency")
    assert not any("heron-paper" in url for url in watched.requests)
    said = reader.give(text_of("heron-paper"))
    assert "Its records are not loaded." in said and reader.since == []
    held: list[str] = []
    watched.page.on("request", lambda request: held.append(reader.shown) if "heron-paper" in request.url else None)
    reader.page.click("text=Show the records of heron-paper")
    reader.page.wait_for_selector(".viewer-status:has-text('heron-paper are')")
    assert reader.since == [f"{address}data/viewer/heron-paper.json"]
    assert reader.shown == "" and reader.page.is_hidden(".viewer-reading")
    assert "This is the edition from which heron-paper" in reader.give(text_of("heron-paper"))
    assert len(reader.since) == 1
