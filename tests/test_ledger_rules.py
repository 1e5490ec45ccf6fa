"""The rules about spans, put beside the plain loops that they stand for."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.check import run_rules
from onrecord.rules import anchors, ledger, references
from onrecord.tables import arrow_schema

LENGTH = 40
SPANS = st.lists(st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(sorted).map(tuple), max_size=6)
QUICK = settings(max_examples=25, deadline=None)


def table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    """Rows of a table of which only the columns that matter are filled in."""
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(name)])
    return pa.Table.from_pylist(rows, schema=schema)


def spans_as(name: str, spans: list[tuple[int, int]], **rest: object) -> pa.Table:
    return table(
        name, [{"id": f"d.{n}", "document_id": "d", "start": a, "end": b, **rest} for n, (a, b) in enumerate(spans)]
    )


def keys(rule, **tables) -> list[str]:
    return sorted(finding.key for finding in run_rules(tables, [rule]))


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def content_at(spans: list[tuple[int, int]]) -> dict[str, pa.Table]:
    """A statement's content on each span."""
    said = [{"id": f"d.{n}", "document_id": "d", "anchor_id": f"d.{n}"} for n in range(len(spans))]
    return {"anchors": spans_as("anchors", spans), "statements": table("statements", said)}


def figures_at(spans: list[tuple[int, int]]) -> dict[str, pa.Table]:
    """A figure on each span, of a statement whose content lies nowhere."""
    said = [{"id": f"f.{n}", "statement_id": "d.s", "anchor_id": f"d.{n}"} for n in range(len(spans))]
    statement = [{"id": "d.s", "document_id": "d", "anchor_id": "nowhere"}]
    return {
        "anchors": spans_as("anchors", spans),
        "figures": table("figures", said),
        "statements": table("statements", statement),
    }


def solid(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [span for span in spans if span[0] < span[1]]


@QUICK
@given(SPANS.map(solid), SPANS.map(solid), st.sampled_from(["sentence", "quotation"]))
def test_unit_is_covered_exactly_when_a_content_overlaps_it(units, contents, kind):
    given_units = spans_as("units", units, kind=kind, status="covered")
    expected = sorted(f"d.{n}" for n, unit in enumerate(units) if not any(overlap(unit, c) for c in contents))
    assert keys(ledger.UNCOVERED_UNIT, units=given_units, **content_at(contents)) == expected


@QUICK
@given(SPANS.map(solid), SPANS.map(solid))
def test_numeral_is_covered_by_figures_and_never_by_contents(units, spans):
    numerals = spans_as("units", units, kind="numeral", status="covered")
    expected = sorted(f"d.{n}" for n, unit in enumerate(units) if not any(overlap(unit, s) for s in spans))
    assert keys(ledger.UNCOVERED_UNIT, units=numerals, **figures_at(spans)) == expected
    assert len(keys(ledger.UNCOVERED_UNIT, units=numerals, **content_at(spans))) == len(units)


@QUICK
@given(SPANS.map(solid), SPANS.map(solid))
def test_waiver_is_needless_when_content_overlaps_a_sentence_or_lies_within_a_quotation(units, contents):
    within = [[c for c in contents if u[0] <= c[0] and c[1] <= u[1]] for u in units]
    over = [[c for c in contents if overlap(u, c)] for u in units]
    for kind, found in (("quotation", within), ("sentence", over)):
        waived = spans_as("units", units, kind=kind, status="waived", waiver="frame")
        expected = sorted(f"d.{n}" for n, lying in enumerate(found) if lying)
        assert keys(ledger.NEEDLESS_WAIVER, units=waived, **content_at(contents)) == expected


def test_mentions_and_caveats_cover_nothing():
    mention = table("mentions", [{"id": "d.m1", "document_id": "d", "anchor_id": "d.0"}])
    caveat = table("caveats", [{"id": "d.c1", "document_id": "d", "anchor_id": "d.0"}])
    unit = spans_as("units", [(0, 9)], kind="sentence", status="covered")
    tables = {"anchors": spans_as("anchors", [(0, 9)]), "units": unit, "mentions": mention, "caveats": caveat}
    assert keys(ledger.UNCOVERED_UNIT, **tables) == ["d.0"]


def test_each_fragment_of_a_discontinuous_content_covers_and_the_gap_between_does_not():
    tables = content_at([(0, 30)])
    row = tables["anchors"].to_pylist()[0] | {"fragments": "0-5;20-30"}
    tables["anchors"] = table("anchors", [row])
    units = spans_as("units", [(0, 6), (6, 19), (19, 30)], kind="sentence", status="covered")
    assert keys(ledger.UNCOVERED_UNIT, units=units, **tables) == ["d.1"]


def test_records_of_one_document_cover_nothing_in_another():
    units = table(
        "units", [{"id": "e.1", "document_id": "e", "kind": "sentence", "status": "covered", "start": 0, "end": 9}]
    )
    assert keys(ledger.UNCOVERED_UNIT, units=units, **content_at([(0, 9)])) == ["e.1"]


@QUICK
@given(SPANS.map(solid))
def test_passages_overlap_whenever_two_of_them_share_a_code_point(spans):
    shares = any(overlap(a, b) for i, a in enumerate(spans) for b in spans[:i])
    assert bool(keys(anchors.OVERLAPPING_PASSAGES, passages=spans_as("passages", spans))) == shares


@QUICK
@given(SPANS.map(solid))
def test_sentences_overlap_whenever_two_different_ones_share_a_code_point(spans):
    shares = any(overlap(a, b) and a != b for a in spans for b in spans)
    found = keys(ledger.OVERLAPPING_SENTENCES, units=spans_as("units", spans, kind="sentence"))
    assert bool(found) == shares


@QUICK
@given(SPANS.map(solid))
def test_gap_is_found_whenever_more_than_eight_code_points_lie_in_no_passage(spans):
    covered = "".join("x" if any(a <= i < b for a, b in spans) else " " for i in range(LENGTH))
    wide = [run for run in covered.split("x") if len(run) > anchors.GAP]
    document = table("documents", [{"id": "d", "text_length": LENGTH}])
    assert len(keys(anchors.PASSAGE_GAP, passages=spans_as("passages", spans), documents=document)) == len(wide)


@QUICK
@given(st.lists(st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)), min_size=2, max_size=4))
def test_fragments_are_in_order_exactly_when_each_begins_after_the_last_has_ended(spans):
    fragments = ";".join(f"{a}-{b}" for a, b in spans)
    row = {
        "id": "d.1",
        "document_id": "d",
        "start": spans[0][0],
        "end": max(b for _, b in spans),
        "fragments": fragments,
    }
    told = {"anchors": table("anchors", [row])}
    ordered = all(a < b for a, b in spans) and all(x[1] <= y[0] for x, y in pairwise(spans))
    assert (keys(anchors.FRAGMENT_ORDER, **told) == [] and keys(anchors.EMPTY_SPAN, **told) == []) == ordered


@pytest.mark.parametrize(
    ("fragments", "start", "end"), [("0-5;7-9", 1, 9), ("0-5;7-9", 0, 8), ("0-5;07-9", 0, 9), ("0-5;0-5", 0, 5)]
)
def test_fragments_must_agree_with_start_and_end_and_be_written_plainly(fragments, start, end):
    row = {"id": "d.1", "document_id": "d", "start": start, "end": end, "fragments": fragments}
    assert keys(anchors.FRAGMENT_ORDER, anchors=table("anchors", [row])) == ["d.1"]


def test_span_outside_text_is_found_in_passages_units_and_fragments():
    document = table("documents", [{"id": "d", "text_length": 10}])
    row = {"id": "d.f", "document_id": "d", "start": 0, "end": 12, "fragments": "0-5;7-12"}
    tables = {
        "documents": document,
        "passages": spans_as("passages", [(0, 10), (9, 11)]),
        "units": spans_as("units", [(0, 10), (0, 99)]),
        "anchors": table("anchors", [row]),
    }
    found = run_rules(tables, [anchors.BEYOND_LENGTH])
    assert sorted((f.table, f.key, f.message.split(" ")[0]) for f in found) == [
        ("anchors", "d.f", "7-12"),
        ("passages", "d.1", "9-11"),
        ("units", "d.1", "0-99"),
    ]


def voice(column: str, note: str | None) -> dict[str, pa.Table]:
    """A statement whose voice has its cue or source in another passage."""
    statement = {"id": "d.s", "document_id": "d", "passage_id": "d.0", "anchor_id": "d.0", "note": note}
    return {
        "passages": spans_as("passages", [(0, 10), (10, 20)]),
        "anchors": spans_as("anchors", [(0, 9), (11, 15)]),
        "statements": table("statements", [statement]),
        "attributions": table("attributions", [{"statement_id": "d.s", "level": 1, column: "d.1"}]),
    }


@pytest.mark.parametrize("column", ["cue_anchor_id", "source_anchor_id"])
def test_cue_or_source_may_stand_in_another_passage_where_a_note_says_so(column):
    found = run_rules(voice(column, None), [anchors.OUTSIDE_PASSAGE])
    assert [(f.table, f.key, f.column) for f in found] == [("attributions", "d.s/1", column)]
    assert keys(anchors.OUTSIDE_PASSAGE, **voice(column, "Named in the paragraph before.")) == []


def test_figure_may_not_stand_in_another_passage_whatever_the_note():
    tables = voice("cue_anchor_id", "Named in the paragraph before.")
    tables["figures"] = table("figures", [{"id": "d.s.f1", "statement_id": "d.s", "anchor_id": "d.1"}])
    assert keys(anchors.OUTSIDE_PASSAGE, **tables) == ["d.s.f1"]


CLAIMS = st.sampled_from("abcde")


def depends(steps: list[tuple[str, str]]) -> pa.Table:
    return table(
        "relations",
        [{"id": f"r{n}", "from_claim_id": a, "type": "depends-on", "to_claim_id": b} for n, (a, b) in enumerate(steps)],
    )


def circular(steps: list[tuple[str, str]]) -> bool:
    """Whether some claim can be reached from itself; relations to itself aside."""
    reached = {(a, b) for a, b in steps if a != b}
    while more := {(a, d) for a, b in reached for c, d in reached if b == c} - reached:
        reached |= more
    return any(a == b for a, b in reached)


@QUICK
@given(st.lists(st.tuples(CLAIMS, CLAIMS), max_size=8))
def test_circle_of_dependence_is_found_whenever_there_is_one(steps):
    assert bool(keys(references.CIRCULAR_DEPENDENCE, relations=depends(steps))) == circular(steps)


def test_circle_of_dependence_is_told_from_its_smallest_claim_once():
    found = run_rules({"relations": depends([("b", "c"), ("c", "a"), ("a", "b")])}, [references.CIRCULAR_DEPENDENCE])
    assert [(f.key, f.message) for f in found] == [("r1", "`c` depends on `a`, which itself depends on `c`")]
