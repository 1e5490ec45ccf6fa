"""Coverage counts every unit once, says what is open, and draws each passage."""

import pyarrow as pa
import pytest

from onrecord.coverage import BARE, CONTENT, OPEN, POINTED, WAIVED, Tally, coverage, coverages
from onrecord.errors import RecordNotFound
from onrecord.records import load_texts
from onrecord.rules.example import example
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
