"""`onrecord verify --source`: every place is exact, moved, ambiguous or missing, and another edition is said first."""

from __future__ import annotations

import json
import os
import re
import sys
import tracemalloc
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import write_records
from onrecord import load, proof, source
from onrecord.cli import program
from onrecord.copies import Texts
from onrecord.errors import MissingExtra, SourceError
from onrecord.places import Compared, Places, compared, places_of
from onrecord.proof import prove
from onrecord.relocation import State
from onrecord.rules import RETIRED, RULES
from onrecord.rules.example import TEXT
from onrecord.span import Spans, digest_of, words_at, write_spans
from onrecord.tables import arrow_schema

PROJECT = Path(__file__).parent.parent
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or PROJECT.parent / "shared" / "sources")
ACCENTED = "Ärgerlich: “Café à Genève” – 한국어, Ångström.\n\nZweiter Absatz."


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(program, [str(argument) for argument in arguments], prog_name="onrecord")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the example's records, as the current folder."""
    root = write_records(tmp_path / "project")
    monkeypatch.chdir(root)
    return root


def copy(project: Path, text: str, name: str = "copy.txt") -> Path:
    file = project / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def misplaced(project: Path, old: str, new: str) -> None:
    """Write one anchor of the records at another place, its full hash on file there, as by a slip."""
    folder = project / "claims" / "records" / "crane"
    (digest,) = {line.split("  ")[0] for line in _lines(folder) if line.endswith(f"  {old}")}
    mentions = folder / "mentions.yaml"
    mentions.write_text(re.sub(rf"(?<=anchor: ){old}(?= )", new, mentions.read_text()))
    kept = [line for line in _lines(folder) if not line.endswith(f"  {new}")]
    (folder / "digests.sha256").write_text("\n".join([*kept, f"{digest}  {new}", ""]))


def _lines(folder: Path) -> list[str]:
    return (folder / "digests.sha256").read_text().splitlines()


def codes(said: Result) -> list[str]:
    return re.findall(r"^\S+ (OR\d+) ", said.stdout, re.MULTILINE)


# Exact


@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["plain", "with a mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_way_of_saving_the_text_is_exact(project: Path, end: str, bom: str) -> None:
    said = run("verify", "--source", copy(project, bom + TEXT.replace("\n", end)))
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines()[-2:] == ["crane: 27 places: 27 exact", "0 problems"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_places_count_the_canonical_text_however_it_is_composed(tmp_path: Path, form: str) -> None:
    text = unicodedata.normalize("NFC", ACCENTED)
    spans = [(at, at + size) for at in range(0, len(text) - 9, 3) for size in (1, 4, 9)]
    places = made(text, [(span,) for span in spans])
    (tmp_path / "copy.txt").write_bytes(unicodedata.normalize(form, ACCENTED).encode())
    [(_, found)] = Texts(tmp_path, {"doc": places}, None).pairs([])
    assert compared(found, places).wrong == []


def test_the_real_document_is_exact() -> None:
    if not SOURCES.is_dir():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    said = prove(load(PROJECT), SOURCES)
    assert said.findings == []
    assert "un-experts-letter-1988: 578 places: 578 exact" in said.said


# The record is wrong


def test_moved_words_are_said_with_their_place_and_record(project: Path) -> None:
    misplaced(project, "86-94", "80-88")
    said = run("verify", "--source", copy(project, TEXT))
    assert said.exit_code == 1
    assert re.search(
        r"^claims/records/crane/mentions\.yaml:\d+:\d+: OR331 moved-words: the words of 80-88 stand at 86-94",
        said.stdout,
        re.MULTILINE,
    ), said.output
    assert "crane: 27 places: 26 exact, 1 moved\n" in said.stdout


def test_ambiguous_words_are_listed_and_none_is_chosen(project: Path) -> None:
    folder = project / "claims" / "records" / "crane"
    mentions = folder / "mentions.yaml"
    digest = digest_of("North Quay")
    mentions.write_text(
        mentions.read_text().replace("86-94 ", "0-10 ").replace(digest_of("Ada Lind")[:16], digest[:16])
    )
    (folder / "digests.sha256").write_text("\n".join([*_lines(folder), f"{digest}  0-10", ""]))
    said = run("verify", "--source", copy(project, TEXT))
    assert "OR332 ambiguous-words: the words of 0-10 stand in 2 places: " in said.stdout
    assert "15-25" in said.stdout and "43-53" in said.stdout
    assert "crane: 27 places: 26 exact, 1 ambiguous\n" in said.stdout


# Another edition


def test_another_edition_is_said_first_with_both_hashes_then_the_states(project: Path) -> None:
    text = TEXT.replace("overloaded", "overlooked")
    said = run("verify", "--source", copy(project, text))
    assert said.exit_code == 1
    first, *rest = codes(said)
    assert first == "OR320" and set(rest) == {"OR333"}
    assert digest_of(text) in said.stdout and digest_of(TEXT) in said.stdout
    assert "crane: 27 places: 24 exact, 3 missing\n" in said.stdout


def test_what_is_wrong_apart_from_the_text_comes_after_the_edition_and_the_states(project: Path) -> None:
    agents = project / "claims" / "records" / "agents.yaml"
    agents.write_text(agents.read_text().replace("kind: organisation", "kind: organization"))
    said = codes(run("verify", "--source", copy(project, TEXT.replace("overloaded", "overlooked"))))
    states = [number for number, code in enumerate(said) if code == "OR333"]
    assert said[0] == "OR320" and states == [1, 2, 3] and "OR104" in said[4:]


def test_nearest_words_are_not_spoken_of_where_none_are_given(project: Path) -> None:
    said = run("verify", "--source", copy(project, TEXT.replace("overloaded", "overlooked"))).stdout
    assert "help for these 3: correct the record, or take it out of the records of this edition\n" in said
    assert "most like" not in said and "nearest" not in said


def test_the_states_of_an_inserted_sentence(project: Path) -> None:
    at = TEXT.index("“About")
    said = run("verify", "--source", copy(project, TEXT[:at] + "It rained. " + TEXT[at:]))
    moved = [line for line in said.stdout.splitlines() if "OR331" in line]
    assert any("the words of 167-191 stand at 178-202" in line for line in moved)
    assert re.search(r"^crane: 27 places: \d+ exact, \d+ moved, 1 missing$", said.stdout, re.MULTILINE), said.stdout


def test_missing_words_that_a_record_quotes_are_proposed_with_what_is_most_like_them(project: Path) -> None:
    said = run("verify", "--source", copy(project, "Oh.\n\n" + TEXT.replace("company denies", "company denied")))
    assert "the words of 155-161 are not found in the text; most like them is 160-166 (similarity 0.83)" in said.stdout
    assert "crane.s4.a1.cue: most like it, at 160-166: “denied”\n" in said.stdout


def test_without_the_library_that_seeks_words_the_edition_is_said_all_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def relocate(*_: object) -> None:
        raise MissingExtra("ahocorasick-rs", "text")

    monkeypatch.setattr("onrecord.standing.relocate", relocate)
    said = run("verify", "--source", copy(project, TEXT.replace("overloaded", "overlooked")))
    assert (said.exit_code, codes(said)[0]) == (1, "OR320")
    assert "(not sought: ahocorasick-rs is not installed; pip install 'onrecord[text]')" in said.stdout
    assert "crane: 27 places: 24 exact, 3 missing\n" in said.stdout


def test_no_output_for_machines_holds_words_of_the_text(project: Path) -> None:
    file = copy(project, TEXT.replace("overloaded", "overlooked"))
    for form in ("json", "sarif", "github"):
        said = run("verify", "--source", file, "--output-format", form)
        assert said.exit_code == 1 and digest_of(TEXT) in said.stdout
        assert "overlooked" not in said.stdout and "OR333" in said.stdout


def test_json_has_the_state_of_every_place(project: Path) -> None:
    said = run("verify", "--source", copy(project, TEXT), "--output-format", "json")
    [document] = json.loads(said.stdout)["documents"]
    assert (document["document"], document["recorded"], len(document["places"])) == ("crane", document["text"], 27)
    assert document["counts"] == {"exact": 27, "moved": 0, "ambiguous": 0, "missing": 0}
    assert {place["state"] for place in document["places"]} == {"exact"}
    assert {place["table"] for place in document["places"]} == {"passages", "units", "anchors"}


def test_a_text_in_another_form_is_exact_when_its_hash_is_that_of_the_document(project: Path) -> None:
    file = project / "claims" / "records" / "crane" / "document.yaml"
    file.write_text(file.read_text().replace("text_form: nfc-lf/1", "text_form: trafilatura-2.0.0-main+nfc-lf/1"))
    assert run("verify", "--source", copy(project, TEXT)).exit_code == 0
    other = run("verify", "--source", copy(project, TEXT + "!"))
    assert "trafilatura 2.0.0" in other.stdout and codes(other)[0] == "OR320"


def test_a_retired_rule_says_what_took_its_place() -> None:
    assert "OR321 beyond-text is retired" in run("explain", "OR321").stderr
    assert "OR331" in run("explain", "other-words").stderr


# Many documents, one folder of texts


def many(texts: dict[str, str]) -> dict[str, Places]:
    return {id: made(text, [((0, 3),), ((2, len(text)),)], id) for id, text in texts.items()}


def test_every_file_of_a_folder_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {f"doc{n}": f"text number {n}" for n in range(20)}
    for n, text in enumerate(texts.values()):
        (tmp_path / f"{n}.txt").write_text(text)
    opened: list[str] = []
    chunks = source.Reading._chunks
    monkeypatch.setattr(
        source.Reading, "_chunks", lambda self, *a, **k: opened.append(self.name) or chunks(self, *a, **k)
    )
    said: list[str] = []
    found = {places.id: compared(text, places) for places, text in Texts(tmp_path, many(texts), None).pairs(said)}
    assert {id: one.sha256 for id, one in found.items()} == {id: digest_of(text) for id, text in texts.items()}
    assert all(one.wrong == [] for one in found.values())
    assert (len(opened), said) == (20, [])


def test_a_document_without_a_text_is_named_and_the_others_are_verified(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text a")
    (tmp_path / "broken.txt").write_bytes(b"\x00\x01\x02\xff\xfe" * 99)
    said: list[str] = []
    found = [p.id for p, _ in Texts(tmp_path, many({"a": "text a", "b": "text b"}), None).pairs(said)]
    assert found == ["a"]
    assert said[0].startswith(f"b: places not verified, none of the 2 texts in {tmp_path} has the SHA-256 ")
    assert said[1].startswith("not read: broken.txt is binary, not text")


def test_a_page_that_only_an_extra_can_read_is_named_with_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.html").write_text("<!doctype html><p>text a</p>")
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(SourceError) as raised:
        list(Texts(tmp_path, many({"a": "text a"}), None).pairs([]))
    remedy = "trafilatura is not installed (pip install 'onrecord[html]')"
    assert raised.value.message.endswith(f"; 1 could not be read: a.html: {remedy}")


def test_a_file_that_is_no_documents_text_is_refused_with_all_hashes(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("text c")
    known = many({"a": "text a", "b": "text b"})
    with pytest.raises(Exception, match=f"has SHA-256 {digest_of('text c')}, and no document") as raised:
        list(Texts(tmp_path / "c.txt", known, None).pairs([]))
    assert digest_of("text a") in raised.value.help and digest_of("text b") in raised.value.help  # type: ignore[attr-defined]


def test_two_documents_of_one_text_are_both_verified(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text a")
    pairs = Texts(tmp_path, many({"a": "text a", "b": "text a"}), None).pairs([])
    assert [places.id for places, _ in pairs] == ["a", "b"]


def test_a_text_larger_than_what_is_held_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.copies.HELD", 10)
    (tmp_path / "a.txt").write_text("a text of some length")
    [(places, text)] = Texts(tmp_path, many({"a": "a text of some length"}), None).pairs([])
    assert (text.held, compared(text, places).wrong) == (None, [])


# One pass over the text, whatever the pieces it comes in


def made(text: str, said: list[Spans], id: str = "doc", wrong: tuple[int, ...] = ()) -> Places:
    """A document with an anchor for each of these spans; those numbered `wrong` have another hash."""
    rows = [_anchor(text, spans, f"{id}.a{n}", id, n in wrong) for n, spans in enumerate(said)]
    document = dict.fromkeys(arrow_schema("documents").names)
    document |= {"id": id, "text_sha256": digest_of(text), "text_length": len(text), "text_form": "nfc-lf/1"}
    tables = {"documents": pa.Table.from_pylist([document]), "anchors": table(rows)}
    return places_of(tables)[id]


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema("anchors"))


def _anchor(text: str, spans: Spans, id: str, document: str, wrong: bool) -> dict[str, Any]:
    inside = all(0 <= start < end <= len(text) for start, end in spans)
    words = words_at(text, spans) if inside and not wrong else "other words"
    row = {"id": id, "document_id": document, "start": spans[0][0], "end": max(end for _, end in spans)}
    fragments = write_spans(spans) if len(spans) > 1 else None
    return row | {"fragments": fragments, "text_sha256": digest_of(words), "excerpt": None}


def pieces(text: str, cuts: list[int]) -> Iterator[str]:
    at = 0
    for cut in [*sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]:
        yield text[at:cut]
        at = cut


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1])), min_size=1)


@settings(max_examples=200, deadline=None)
@given(
    st.text(min_size=1, max_size=60).map(lambda said: said.encode("utf-8", "replace").decode()),
    SPANS,
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)), max_size=3),
    st.lists(st.integers(0, 60), max_size=6),
    st.data(),
)
def test_the_pieces_of_the_text_make_no_difference(
    text: str, single: list[tuple[int, int]], split: list[tuple[int, ...]], cuts: list[int], data: st.DataObject
) -> None:
    said: list[Spans] = [(span,) for span in single]
    said += [((a, a + b), (a + b + c, a + b + c + d)) for a, b, c, d in split]
    wrong = data.draw(st.sets(st.integers(0, len(said) - 1)))
    places = made(text, said, wrong=tuple(wrong))
    found = compared(pieces(text, cuts), places, asked=[(span,) for span in single])
    expected = {n for n, spans in enumerate(said) if n in wrong or spans[-1][1] > len(text)}
    assert (found.sha256, found.length) == (digest_of(text), len(text))
    assert {places.key(row)[1] for row in found.wrong} == {f"doc.a{n}" for n in expected}
    assert all(found.words[span] == text[slice(*span)] for span in single)


def test_rows_that_no_yaml_could_hold_are_never_exact() -> None:
    text = "some words of a text"
    rows = [_anchor(text, ((0, 4),), f"doc.a{n}", "doc", False) for n in range(6)]
    rows[0] |= {"start": -4, "end": 0, "text_sha256": digest_of("")}
    rows[1] |= {"start": -16, "end": -11, "text_sha256": digest_of("words")}
    rows[2] |= {"start": 5, "end": 5, "text_sha256": digest_of("")}
    rows[3] |= {"text_sha256": "no hash"}
    rows[4] |= {"fragments": "5-10;x"}
    document = dict.fromkeys(arrow_schema("documents").names)
    document |= {"id": "doc", "text_sha256": digest_of(text), "text_length": len(text), "text_form": "nfc-lf/1"}
    places = places_of({"documents": pa.Table.from_pylist([document]), "anchors": table(rows)})["doc"]
    assert sorted(places.key(row)[1] for row in compared([text], places).wrong) == [f"doc.a{n}" for n in range(4)]


def test_no_more_of_a_text_is_held_than_its_widest_place() -> None:
    piece = "a piece of text, which comes again and again. " * 2_000
    text = piece * 100
    places = made(text, [((at, at + 46),) for at in range(0, len(text) - 46, 46_000)])

    def chunks() -> Iterator[str]:
        for _ in range(100):
            yield (piece + " ")[:-1]

    tracemalloc.start()
    found: Compared = compared(chunks(), places)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.length, found.wrong) == (len(text), [])
    assert peak < 10 * len(piece) < len(text)


def test_states_are_those_of_the_reading_api(project: Path) -> None:
    [standing] = prove(load(project), copy(project, TEXT)).standings
    assert standing.same and standing.counts[State.EXACT] == len(standing.places) == 27
    assert isinstance(proof.Proof().plain(), dict)


def test_no_rule_has_the_code_or_the_name_of_a_retired_one() -> None:
    assert not {rule.code for rule in RULES} & RETIRED.keys()
    assert not {rule.name for rule in RULES} & {name for name, _ in RETIRED.values()}
