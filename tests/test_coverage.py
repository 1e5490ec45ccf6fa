"""Coverage counts every unit once, says what is open, and draws each passage."""

import json
import os
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from conftest import write_records
from onrecord.cli import program
from onrecord.coverage import (
    BARE,
    CONTENT,
    OPEN,
    POINTED,
    WAIVED,
    Compared,
    Place,
    Tally,
    _Spans,
    compare,
    coverage,
    coverages,
)
from onrecord.errors import RecordNotFound
from onrecord.records import load_texts
from onrecord.rules.example import TEXT, example
from onrecord.rules.rule import Rule
from onrecord.rules.sourced import LISTING_RULES
from onrecord.source import Source, canonical
from onrecord.span import digest_of
from onrecord.tables import to_tables


def tables(patch: str = "") -> dict[str, pa.Table]:
    return to_tables(load_texts(example(patch), pad_digests=True).records)


UNIT = """crane/ledger.yaml:
  units:
    - {{id: crane.u{id}, passage_id: crane.p{p}, kind: {kind}, anchor: "{at} {{h:{at}}}", {said}}}
"""


def test_example_is_covered_whole() -> None:
    said = coverage(tables(), "crane")
    assert said.units == {"sentence": Tally(covered=4), "quotation": Tally(covered=1), "numeral": Tally(covered=3)}
    assert said.open == 0
    assert [passage.units.get("sentence") for passage in said.passages] == [Tally(covered=1), Tally(covered=3)]


def test_waived_units_are_counted_by_reason() -> None:
    patch = UNIT.format(id=1, p=1, kind="sentence", at="0-25", said="status: waived, waiver: heading")
    said = coverage(tables(patch), "crane")
    assert said.units["sentence"] == Tally(covered=3, waived={"heading": 1})
    assert said.units["sentence"].total == 4


def test_unit_without_an_anchor_on_it_is_open() -> None:
    patch = UNIT.format(id=9, p=2, kind="sentence", at="100-101", said="status: covered")
    said = coverage(tables(patch), "crane")
    assert said.units["sentence"] == Tally(covered=4, open=1)
    assert said.open == 1


def test_numeral_is_open_unless_a_figure_or_time_lies_on_it() -> None:
    patch = UNIT.format(id=9, p=2, kind="numeral", at="30-35", said="status: covered")  # a statement lies there
    assert coverage(tables(patch), "crane").units["numeral"] == Tally(covered=3, open=1)


def test_strip_draws_content_anchors_waivers_gaps_and_open_units() -> None:
    patch = UNIT.format(id=9, p=2, kind="numeral", at="30-31", said="status: covered")
    said = coverage(tables(patch), "crane")
    headline, paragraph = said.passages
    assert said.scale == 3
    assert headline.strip == CONTENT * 9
    assert len(paragraph.strip) == 55
    assert paragraph.strip[1] == OPEN
    assert {CONTENT, POINTED, BARE} < set(paragraph.strip)


def test_waived_unit_shows_only_where_nothing_is_recorded() -> None:
    patch = UNIT.format(id=9, p=2, kind="sentence", at="69-102", said="status: waived, waiver: frame")
    strip = coverage(tables(patch), "crane").passages[1].strip
    assert WAIVED in strip and strip[15] == POINTED  # the role at 71-85


def test_fragments_are_drawn_piece_by_piece() -> None:
    patch = """crane/mentions.yaml:
  roles:
    - {id: crane.role1, agent_id: ada-lind, title: harbour … Ada, anchor: "71-78;86-89 {h:71-78;86-89}"}
"""
    files = example(patch)
    del files["crane/statements.yaml"]
    strip = coverage(to_tables(load_texts(files, pad_digests=True).records), "crane").passages[1].strip
    assert [place for place, mark in enumerate(strip) if mark == POINTED] == [14, 15, 16, 19, 20]


def test_every_document_is_counted_when_none_is_named() -> None:
    assert [said.document_id for said in coverages(tables())] == ["crane"]
    assert coverages(to_tables({})) == []


def test_unknown_document_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(RecordNotFound, match="no document `crate`") as raised:
        coverage(tables(), "crate")
    assert raised.value.help == "the documents are: crane"


def test_coverage_of_all_documents_is_that_of_each() -> None:
    assert coverages(tables()) == [coverage(tables(), "crane")]


# The ledger beside the text

SOURCE = canonical(TEXT.encode())


def beside(patch: str = "", source: Source = SOURCE) -> Compared:
    pytest.importorskip("sentencex", reason="a text is cut into units with the extra `text`")
    return compare(coverage(tables(patch), "crane"), source, "en")


def other_place(unit: str, at: str) -> str:
    """A patch that puts a unit of the example at another place."""
    kinds = {"u5": "sentence", "u6": "quotation", "u7": "numeral", "u4": "numeral"}
    return UNIT.format(id=unit[1:], p=2, kind=kinds[unit], at=at, said="status: waived, waiver: repeated")


def test_ledger_of_the_example_lists_every_piece_of_its_text() -> None:
    said = beside()
    assert (said.unlisted, said.unclosed, list(said.findings())) == ((), (), [])


@pytest.mark.parametrize("rule", LISTING_RULES, ids=lambda rule: rule.code)
def test_listing_rule_finds_its_bad_example_and_passes_its_good_one(rule: Rule) -> None:
    assert [finding.code for finding in beside(rule.bad).findings()] == [rule.code]
    assert list(beside(rule.good).findings()) == []


@pytest.mark.parametrize(
    ("unit", "kind", "words"),
    [
        ("u5", "sentence", "“About 40 people were nearby,” she wrote."),
        ("u6", "quotation", "About 40 people were nearby,"),
        ("u7", "numeral", "40"),
    ],
)
def test_what_is_in_the_text_and_not_in_the_ledger_is_found(unit: str, kind: str, words: str) -> None:
    said = beside(other_place(unit, "86-89"))
    [place] = said.unlisted
    assert (place.kind, said.words(place), place.passage_id, place.unit_id) == (kind, words, "crane.p2", None)
    [finding] = said.findings()
    assert finding.message == f"{kind} {place.start}-{place.end} in `crane.p2` is no unit of the ledger"
    assert f'`anchor: "{place.start}-{place.end} {digest_of(words)[:16]}"`' in finding.help
    assert words not in finding.message + finding.help


def test_numeral_within_a_longer_unit_is_listed() -> None:
    assert beside(other_place("u4", "57-69")).unlisted == ()  # the whole date, where only the year stood


def test_piece_outside_every_passage_is_found_too() -> None:
    patch = """crane/document.yaml:
  passages:
    - {id: crane.p2, kind: paragraph, anchor: "27-100 {h:27-100}"}
"""
    said = beside(patch + other_place("u7", "86-89"))
    assert [place.passage_id for place in said.unlisted] == [None]
    assert [finding.message for finding in said.findings()] == [
        "numeral 108-110 in no passage is no unit of the ledger"
    ]


def test_spans_touch_as_a_search_through_all_of_them_says() -> None:
    spans = [(0, 9), (2, 3), (2, 5), (12, 14), (20, 21)]
    index = _Spans(Place("numeral", start, end, None) for start, end in spans)
    for start in range(23):
        for end in range(start + 1, 24):
            assert index.touch(start, end) == any(a < end and start < b for a, b in spans)
    assert not _Spans([]).touch(0, 10)


def test_open_units_come_with_their_places() -> None:
    patch = UNIT.format(id=9, p=2, kind="numeral", at="30-35", said="status: covered")
    said = beside(patch)
    assert said.coverage.open_units == [Place("numeral", 30, 35, "crane.p2", "crane.u9")]
    assert said.plain()["open_units"] == [
        {"kind": "numeral", "start": 30, "end": 35, "passage_id": "crane.p2", "unit_id": "crane.u9", "words": "rane "}
    ]
    assert "words" not in said.coverage.plain()["open_units"][0]


def test_mark_without_a_partner_is_noted() -> None:
    text = TEXT.replace("nearby,”", "nearby, ")
    assert len(text) == len(TEXT)
    [mark] = beside(source=canonical(text.encode())).unclosed
    assert (mark.offset, mark.mark) == (101, "“")


# The command


def said(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(program, ["coverage", *arguments, "--at", str(project)])


@pytest.fixture
def text(tmp_path: Path) -> Path:
    pytest.importorskip("sentencex", reason="a text is cut into units with the extra `text`")
    file = tmp_path / "texts" / "crane.txt"
    file.parent.mkdir()
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    """Records with an open unit, and with a numeral that is no unit."""
    patch = """crane/ledger.yaml:
  units:
    - {id: crane.u7, passage_id: crane.p2, kind: numeral, anchor: "132-135 {h:132-135}", status: covered}
"""
    return write_records(tmp_path / "gap", patch)


def test_ledger_that_lists_everything_is_no_finding(crane: Path, text: Path) -> None:
    done = said(crane, "--source", str(text))
    assert done.exit_code == 0
    assert done.output.endswith("crane: nothing that is found in the text is missing from the ledger\n")


def test_open_and_unlisted_are_shown_in_their_words_on_request_only(gap: Path, text: Path) -> None:
    done = said(gap, "crane", "--source", str(text.parent))
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[lines.index("  open: numeral 132-135 (`crane.u7` in `crane.p2`)") + 1] == "    “she”"
    found = next(number for number, line in enumerate(lines) if "OR328" in line)
    assert lines[found].endswith("numeral 108-110 in `crane.p2` is no unit of the ledger")
    assert lines[found + 1].startswith("  help: ") and lines[found + 2] == "    “40”"
    assert lines[-1] == "crane: 1 piece of the text is missing from the ledger"
    without = said(gap, "crane")
    assert without.exit_code == 0 and "she" not in without.output


def test_json_has_the_places_and_with_the_text_their_words(gap: Path, text: Path) -> None:
    [plain] = json.loads(said(gap, "--json").output)
    assert [unit["unit_id"] for unit in plain["open_units"]] == ["crane.u7"]
    assert "words" not in plain["open_units"][0] and "unlisted" not in plain
    done = said(gap, "--json", "--source", str(text))
    [full] = json.loads(done.output)
    assert done.exit_code == 1
    assert (full["open_units"][0]["words"], full["unlisted"][0]["words"], full["unclosed"]) == ("she", "40", [])


@pytest.mark.parametrize("arguments", [(), ("crane",)])
def test_other_edition_is_refused_with_both_hashes(crane: Path, text: Path, arguments: tuple[str, ...]) -> None:
    text.write_text(TEXT.replace("40", "41"), encoding="utf-8")
    done = said(crane, *arguments, "--source", str(text))
    other = canonical(text.read_bytes()).sha256
    assert done.exit_code == 2
    assert f"has SHA-256 {other}, and `crane` was recorded from {SOURCE.sha256}" in done.output


def test_words_of_a_text_cannot_drive_the_terminal(tmp_path: Path, text: Path) -> None:
    hostile = TEXT.replace("fell at", "fe\u202el at")
    assert len(hostile) == len(TEXT)
    text.write_text(hostile, encoding="utf-8")
    source = canonical(hostile.encode())
    patch = f"""crane/document.yaml:
  document:
    text_sha256: "{source.sha256}"
crane/ledger.yaml:
  units:
    - {{id: crane.u2, passage_id: crane.p2, kind: numeral, anchor: "86-89 {{h:86-89}}", status: covered}}
"""
    done = said(write_records(tmp_path / "hostile", patch), "--source", str(text))
    assert done.exit_code == 1
    assert "A crane fe<U+202E>l at North Quay" in done.output and "\u202e" not in done.output


def test_documents_whose_text_is_not_there_are_named(tmp_path: Path, text: Path) -> None:
    root = write_records(tmp_path / "two")
    folder = root / "claims" / "records" / "crate"
    folder.mkdir()
    document = (root / "claims" / "records" / "crane" / "document.yaml").read_text(encoding="utf-8")
    said_of_it = document.split("passages:")[0].replace("id: crane", "id: crate").replace(SOURCE.sha256, "0" * 64)
    (folder / "document.yaml").write_text(said_of_it, encoding="utf-8")
    done = said(root, "--source", str(text.parent))
    assert done.exit_code == 0
    assert f"crate: not compared, {text.parent} has no text of it" in done.output
    assert "crane: nothing that is found in the text is missing from the ledger" in done.output
    assert said(root, "crate", "--source", str(text.parent)).exit_code == 2
    text.write_text("Another text.\n", encoding="utf-8")
    nothing = said(root, "--source", str(text))
    assert nothing.exit_code == 2 and "no document was recorded from" in nothing.output


def test_missing_library_is_named_with_its_extra(crane: Path, text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentencex", None)
    done = said(crane, "--source", str(text))
    assert done.exit_code == 2 and "help: pip install 'onrecord[text]'" in done.output


def test_ledgers_of_the_samples_list_every_piece_of_their_texts() -> None:
    pytest.importorskip("sentencex", reason="a text is cut into units with the extra `text`")
    samples = Path(__file__).parent / "samples"
    done = said(samples, "--source", str(samples / "sources"))
    assert done.exit_code == 0
    assert done.output.count(": nothing that is found in the text is missing from the ledger") == 3
    assert "note:" not in done.output


def test_committed_ledgers_list_every_piece_of_their_texts() -> None:
    root = Path(__file__).parent.parent
    texts = Path(os.environ.get("ONRECORD_SOURCES", root.parent / "shared" / "sources"))
    if not texts.is_dir():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    pytest.importorskip("sentencex", reason="a text is cut into units with the extra `text`")
    done = said(root, "--source", str(texts))
    assert (done.exit_code, "missing from the ledger" in done.output) == (0, True)
