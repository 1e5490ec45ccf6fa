"""Where rules about meaning end: what they must leave alone, and near misses that they must find."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pyarrow as pa
import pytest

from onrecord.check import check_loaded, check_tables, run_rules
from onrecord.finding import Finding
from onrecord.records import load_texts
from onrecord.rules import RULES
from onrecord.rules.example import example
from onrecord.tables import arrow_schema, to_tables

BY_NAME = {rule.name: rule for rule in RULES}
FAMILIES = [rule for rule in RULES if rule.select and rule.code[2] in "45678"]

NARRATOR = {"level": 0, "agent_id": "crane.narrator", "mode": "narration", "act": "report", "factuality": "Uu"}
RELAYS = NARRATOR | {"stance": "relays"}
LIND = {
    "level": 1,
    "agent_id": "ada-lind",
    "mode": "indirect",
    "act": "assert",
    "factuality": "CT+",
    "cue_anchor": "95-99 {h:95-99} said",
    "source_anchor": "86-94 {h:86-94}",
}
COMPANY = LIND | {"agent_id": "the-company", "act": "deny", "factuality": "CT-"}
QUOTING = LIND | {"mode": "direct"}


def found(patch: dict[str, Any], *names: str) -> list[Finding]:
    """The findings of these rules about the example dataset with a patch laid over it."""
    loaded = load_texts(example(json.dumps(patch)), pad_digests=True)
    assert loaded.findings == []
    return run_rules(to_tables(loaded.records), [BY_NAME[name] for name in names], loaded)


def names(patch: dict[str, Any], *wanted: str) -> list[str]:
    return sorted(finding.name for finding in found(patch, *wanted))


def statement(id: str = "crane.s4", content: str = "167-191", claim: str = "crane-overloaded", **rest: Any) -> Any:
    """One statement of the second passage, by default the denial with the chain it has in the example."""
    said = {"id": id, "passage_id": "crane.p2", "claim_id": claim, "anchor": f"{content} {{h:{content}}}"}
    return said | {"attributions": [RELAYS, COMPANY]} | rest


def patch(*statements: Any, **files: Any) -> dict[str, Any]:
    return {"crane/statements.yaml": {"statements": list(statements)}} | {
        f"crane/{name}.yaml" if name in ("caveats", "document", "ledger", "mentions") else f"{name}.yaml": said
        for name, said in files.items()
    }


def voices(*chain: Any, **rest: Any) -> dict[str, Any]:
    return patch(statement(attributions=list(chain), **rest))


# -- attribution ------------------------------------------------------------------------------


def test_a_document_may_speak_alone():
    assert names(voices(NARRATOR | {"act": "assert", "factuality": "CT+"}), "narrator-missing", "level-gap") == []


def test_level_gap_is_one_finding_however_deep_the_chain():
    chain = [RELAYS, LIND | {"level": 3}, LIND | {"level": 4}]
    assert names(voices(*chain), "level-gap") == ["level-gap"]


def test_chain_without_level_0_is_not_also_called_a_gap():
    assert names(voices(COMPANY), "narrator-missing", "level-gap") == ["narrator-missing"]


def test_a_voice_may_come_back_two_levels_deeper():
    chain = [RELAYS, LIND, COMPANY | {"level": 2}, LIND | {"level": 3}]
    assert names(voices(*chain), "self-attribution") == []


def test_a_note_stands_in_for_a_cue_and_for_the_words_that_name_a_source():
    bare = {key: value for key, value in COMPANY.items() if not key.endswith("_anchor")}
    both = ("cue-missing", "source-unanchored")
    assert names(voices(RELAYS, bare), *both) == sorted(both)
    assert names(voices(RELAYS, bare, note="The denial goes on from the sentence before."), *both) == []


@pytest.mark.parametrize(
    ("mode", "content", "expected"),
    [
        ("direct", "102-129", []),
        ("direct", "102-110;118-129", []),
        ("direct", "101-129", ["direct-unquoted"]),
        ("direct", "102-110;132-135", ["direct-unquoted"]),
        ("mixed", "102-110;132-135", []),
        ("mixed", "120-135", []),
        ("mixed", "130-135", ["mixed-unquoted"]),
        ("indirect", "120-135", []),
        ("indirect", "167-191", []),
        ("indirect", "102-129", ["indirect-quoted"]),
    ],
)
def test_mode_is_held_against_the_quotations_of_the_ledger(mode, content, expected):
    said = patch(statement(content=content, attributions=[RELAYS, LIND | {"mode": mode}]))
    assert names(said, "direct-unquoted", "mixed-unquoted", "indirect-quoted") == expected


def test_split_quotation_lies_in_two_quotations():
    second = {"id": "crane.u9", "passage_id": "crane.p2", "kind": "quotation", "anchor": "167-191 {h:167-191}"}
    said = patch(
        statement(content="102-129;167-191", attributions=[RELAYS, QUOTING]),
        ledger={"units": [second | {"status": "covered"}]},
    )
    assert names(said, "direct-unquoted") == []


def test_indirect_voice_inside_a_direct_one_may_stand_in_quotation_marks():
    chain = [RELAYS, QUOTING | {"stance": "relays", "factuality": "Uu"}, COMPANY | {"level": 2}]
    assert names(patch(statement(content="102-129", attributions=chain)), "indirect-quoted") == []


DEMAND = {
    "claims": [
        {"id": "crane-overloaded", "proposition": "Cranes should be weighed.", "kind": "demand", "topic_id": "accident"}
    ]
}


@pytest.mark.parametrize(
    ("act", "factuality", "expected"),
    [
        ("urge", "Uu", []),
        ("deny", "CT-", []),  # who rejects a demand is committed against it
        ("support", "CT+", ["directive-committed"]),
        ("urge", "PS+", ["directive-committed"]),
    ],
)
def test_demand_commits_nobody_who_makes_it(act, factuality, expected):
    said = patch(statement(attributions=[RELAYS, COMPANY | {"act": act, "factuality": factuality}]), claims=DEMAND)
    assert names(said, "directive-committed") == expected


def test_warning_and_prediction_may_commit():
    for act in ("warn", "predict", "intend", "assert"):
        assert names(voices(RELAYS, LIND | {"act": act}), "directive-committed") == []


def test_endorsing_and_distancing_voices_may_commit_themselves():
    for stance in ("endorses", "distances"):
        chain = [NARRATOR | {"factuality": "PS+", "stance": stance}, LIND]
        assert names(voices(*chain), "relayed-and-committed", "stance-missing") == []


def test_stance_of_the_innermost_voice_is_one_finding():
    said = voices(RELAYS, COMPANY | {"stance": "relays", "factuality": "CT-"})
    assert names(said, "stance-at-innermost", "relayed-and-committed") == ["stance-at-innermost"]


@pytest.mark.parametrize("factuality", ["CT-", "PR-", "PS-", "Uu"])
def test_denial_may_be_more_or_less_certain(factuality):
    assert names(voices(RELAYS, COMPANY | {"factuality": factuality}), "denied-and-affirmed") == []


def test_outer_voice_may_report_a_denial():
    chain = [NARRATOR | {"act": "deny", "factuality": "CT+", "stance": "endorses"}, LIND]
    assert names(voices(*chain), "denied-and-affirmed", "report-at-innermost") == []


def test_levels_out_of_range_do_not_stop_the_rules():
    tables = to_tables(load_texts(example(), pad_digests=True).records)
    rows = tables["attributions"].to_pylist()
    rows[0]["level"], rows[1]["level"] = 2**63 - 1, -(2**63)
    far = pa.Table.from_pylist(rows, schema=arrow_schema("attributions"))
    assert "out-of-range" in {finding.name for finding in check_tables(tables | {"attributions": far}).findings}


def test_offsets_and_lengths_at_the_limit_do_not_stop_the_rules():
    tables = to_tables(load_texts(example(), pad_digests=True).records)
    for table, column in (("documents", "text_length"), ("units", "start"), ("units", "end"), ("anchors", "end")):
        rows = tables[table].to_pylist()
        rows[0][column] = 2**63 - 1
        tables[table] = pa.Table.from_pylist(rows, schema=arrow_schema(table))
    assert "anchor-outside-passage" in {finding.name for finding in check_tables(tables).findings}


# -- figures ----------------------------------------------------------------------------------

EXACT, ABOUT = {"comparator": "=", "approximate": False}, {"comparator": "=", "approximate": True}
OVER, UNDER = {"comparator": ">", "approximate": False}, {"comparator": "<", "approximate": False}
AT_LEAST, AT_MOST = {"comparator": ">=", "approximate": False}, {"comparator": "<=", "approximate": False}
DAY, YEAR = {"kind": "duration", "unit": "day"}, {"kind": "year", "unit": "year"}
SHARE, FRACTION = {"kind": "share", "unit": "percent"}, {"kind": "share", "unit": "fraction"}
PRINTED, MISSING = "value-not-as-printed", "value-missing"
HEDGED, COMPARED, BOUNDED = "approximation-unmarked", "comparator-not-as-printed", "comparator-and-bounds"

FIGURES: list[tuple[str, dict[str, Any], list[str]]] = [
    # numbers as printed in several traditions
    ("over 30,000", OVER | {"value": 30000, "lower": 30000}, []),
    ("over 30,000", OVER | {"value": 3000, "lower": 3000}, [PRINTED]),
    ("30 000", EXACT | {"value": 30000}, []),
    ("30\u00a0000", EXACT | {"value": 30000}, []),
    ("30\u202f000", EXACT | {"value": 30}, [PRINTED]),
    ("30'000", EXACT | {"value": 30000}, []),
    ("30.000", EXACT | {"value": 30000}, []),
    ("30.000", EXACT | {"value": 30}, []),
    ("1,00,000", EXACT | {"value": 100000}, []),
    ("1.234,5", EXACT | {"value": 1234.5}, []),
    ("1,234.5", EXACT | {"value": 1234.5}, []),
    ("2,5", EXACT | {"value": 2.5}, []),
    ("2.5", EXACT | {"value": 25}, [PRINTED]),
    ("$40", EXACT | {"value": 40, "kind": "money", "unit": "US dollar"}, []),
    ("40 people", EXACT | {"value": 40}, []),
    ("40 people", EXACT | {"value": 400}, [PRINTED]),
    ("40 persons", EXACT | {"value": 4}, [PRINTED]),
    ("the 40", EXACT | {"value": -40}, []),
    ("21st", EXACT | {"value": 21, "kind": "ordinal"}, []),
    ("21st", EXACT | {"value": 20, "kind": "ordinal"}, [PRINTED]),
    # more than a plain number: left alone
    ("2.5 million", EXACT | {"value": 2500000}, []),
    ("$5bn", EXACT | {"value": 5000000000, "kind": "money", "unit": "US dollar"}, []),
    ("40", EXACT | {"value": 40, "unit": "thousand persons"}, []),
    ("40,000", EXACT | {"value": 40, "unit": "thousand persons"}, []),
    ("3 dozen", EXACT | {"value": 36}, []),
    ("2 thirds", EXACT | {"value": 0.667} | FRACTION, []),
    ("1 in 3", EXACT | {"value": 0.333} | FRACTION, []),
    ("2½", EXACT | {"value": 2.5}, []),
    ("17 and 25 August", EXACT | {"value": 2, "kind": "date", "unit": "day"}, []),
    ("40-50", EXACT | {"value": 45}, []),
    ("3-fold", EXACT | {"value": 300, "unit": "percent"}, []),
    ("three-decade", EXACT | {"value": 3, "lower": 3, "upper": 3, "kind": "duration", "unit": "decade"}, []),
    ("half", EXACT | {"value": 0.5} | FRACTION, []),
    ("first time", EXACT | {"value": 1, "kind": "ordinal", "unit": "occasion"}, []),
    ("mainly", ABOUT | {"kind": "share", "unit": "share of persons"}, []),
    ("mass", ABOUT, []),
    ("1988", EXACT | {"value": 1988} | YEAR, []),
    ("1988", EXACT | YEAR, []),
    ("40", EXACT, [MISSING]),
    ("40", EXACT | {"lower": 40, "upper": 40}, []),
    ("40 dozen", EXACT, []),
    # shares
    ("70 %", EXACT | {"value": 70} | SHARE, []),
    ("70 per cent", EXACT | {"value": 70} | SHARE, []),
    ("70%", EXACT | {"value": 0.7} | FRACTION, []),
    ("70%", EXACT | {"value": 0.07} | FRACTION, [PRINTED]),
    ("100 %", EXACT | {"value": 100} | SHARE, []),
    ("101 %", EXACT | {"value": 101} | SHARE, ["share-out-of-range"]),
    ("101 %", EXACT | {"value": 101, "unit": "percent"}, []),
    ("most", ABOUT | {"lower": 0.5, "upper": 1} | FRACTION, []),
    ("most", ABOUT | {"lower": 0.5, "upper": 1.5} | FRACTION, ["share-out-of-range"]),
    ("3 per thousand", EXACT | {"value": 3, "kind": "share", "unit": "per mille"}, []),
    # hedges
    ("some 40", ABOUT | {"value": 40}, []),
    ("some 40", EXACT | {"value": 40}, [HEDGED]),
    ("c. 250", EXACT | {"value": 250}, [HEDGED]),
    ("40-odd", EXACT | {"value": 40}, [HEDGED]),
    ("a dozen or so", EXACT | {"value": 12}, [HEDGED]),
    ("several", EXACT, [HEDGED]),
    ("the past four decades", EXACT | {"value": 4, "kind": "duration", "unit": "decade"}, []),
    ("cab 40", EXACT, []),
    ("something like that", EXACT, []),
    # comparators in words
    ("over 30,000", EXACT | {"value": 30000}, [COMPARED]),
    ("over 30,000", UNDER | {"value": 30000}, [COMPARED]),
    ("more than half", OVER | {"value": 0.5} | FRACTION, []),
    ("more than half", EXACT | {"value": 0.5} | FRACTION, [COMPARED]),
    ("40+", EXACT | {"value": 40}, [COMPARED]),
    ("at least 40", AT_LEAST | {"value": 40, "lower": 40}, []),
    ("40 or more", EXACT | {"value": 40}, [COMPARED]),
    ("up to 40", AT_MOST | {"value": 40, "upper": 40}, []),
    ("up to 40", EXACT | {"value": 40}, [COMPARED]),
    ("no more than 40", AT_MOST | {"value": 40}, []),
    ("no fewer than 40", EXACT | {"value": 40}, []),
    ("over 3 days", EXACT | {"value": 3} | DAY, []),
    ("over the whole quay", EXACT | {"value": 1}, []),
    ("more than several dozen", ABOUT, []),
    ("under 18", UNDER | {"value": 18}, []),
    (
        "more than 20 but fewer than 40",
        {"comparator": "=", "approximate": True, "value": 30, "lower": 20, "upper": 40},
        [],
    ),
    # bounds
    ("40", EXACT | {"value": 40, "lower": 40, "upper": 40}, []),
    ("40", EXACT | {"value": 40, "lower": 30}, [BOUNDED]),
    ("over 40", OVER | {"value": 40}, []),
    ("over 40", OVER | {"value": 40, "lower": 41}, [BOUNDED]),
    ("under 40", UNDER | {"value": 40, "lower": 0, "upper": 40}, []),
    ("under 40", UNDER | {"value": 40, "lower": 10, "upper": 40}, [BOUNDED]),
    ("about 40", ABOUT | {"value": 40, "lower": 35, "upper": 45}, []),
    ("about 40", ABOUT | {"value": 40, "lower": 45, "upper": 35}, ["figure-bounds-reversed"]),
    ("over forty", OVER | {"lower": 40}, ["comparator-without-value"]),
    ("40 to 50", EXACT | {"kind": "range", "lower": 40, "upper": 50}, []),
    ("dozens to hundreds", ABOUT | {"kind": "range"}, []),
    # units of time
    ("working days", ABOUT | {"kind": "duration", "unit": "working day"}, []),
    ("centuries", ABOUT | {"kind": "duration", "unit": "centuries"}, []),
    ("a term", EXACT | {"kind": "duration", "unit": "school term"}, []),
    ("a league", EXACT | {"kind": "duration", "unit": "league"}, ["duration-unit"]),
    ("a birthday", EXACT | {"kind": "duration", "unit": "birthday"}, ["duration-unit"]),
]


@pytest.fixture(scope="module")
def judged_figures():
    """The names of the findings about each figure, by its number: one check for all of them."""
    base = {"kind": "cardinal", "unit": "person", "counted": "people nearby", "anchor": "102-110 {h:102-110}"}
    figures = [base | said | {"verbatim": verbatim} for verbatim, said, _ in FIGURES]
    said = patch(statement("crane.s3", "102-129", "people-were-near", attributions=[RELAYS, QUOTING], figures=figures))
    loaded = load_texts(example(json.dumps(said)), pad_digests=True)
    assert loaded.findings == []
    judged = defaultdict(list)
    for finding in run_rules(to_tables(loaded.records), [rule for rule in FAMILIES if rule.code[2] == "5"], loaded):
        judged[finding.key].append(finding.name)
    return judged


@pytest.mark.parametrize("number", range(len(FIGURES)), ids=lambda n: f"{n}-{FIGURES[n][0]}-{FIGURES[n][2]}")
def test_figure_is_judged_by_what_its_words_say(judged_figures, number):
    assert judged_figures[f"crane.s3.f{number + 1}"] == FIGURES[number][2]


def test_finding_about_a_figure_shows_the_value_as_written():
    figure = {"kind": "cardinal", "unit": "person", "counted": "people nearby", "anchor": "102-110 {h:102-110}"}
    said = statement("crane.s3", "102-129", figures=[figure | EXACT | {"verbatim": "40", "value": 400.5}])
    (finding,) = found(patch(said), PRINTED)
    assert finding.message == '"40" is printed, but the value is 400.5'


def test_unit_is_compared_only_with_the_quantity_a_figure_names():
    figure = {"kind": "cardinal", "unit": "family", "counted": "families", "anchor": "102-110 {h:102-110}"}
    said = figure | ABOUT | {"verbatim": "About 40", "value": 40}
    assert names(patch(statement("crane.s3", "102-129", figures=[said])), "unit-of-quantity") == []


# -- times ------------------------------------------------------------------------------------

YEAR_1988 = {"edtf": "1988", "earliest": "1988-01-01", "latest": "1988-12-31"}
STATED, INFERRED, UNRESOLVED = {"basis": "stated"}, {"basis": "inferred"}, {"basis": "unresolved"}
NOTED = {"note": "Counted from the date at the head."}
RELATIVE = "relative-and-stated"

TIMES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("1988", STATED | YEAR_1988, []),
    ("in the summer of 1988", STATED | {"edtf": "1988-22", "earliest": "1988-06-01", "latest": "1988-08-31"}, []),
    ("summer 1988", STATED | {"edtf": "1988-22", "earliest": "1987-12-01", "latest": "1988-02-29"}, []),
    ("the 1980s", STATED | {"edtf": "198X", "earliest": "1980-01-01", "latest": "1989-12-31"}, []),
    ("c. 1988", STATED | YEAR_1988 | {"edtf": "1988~"}, []),
    ("since 1988", STATED | {"edtf": "1988/..", "earliest": "1988-01-01"}, []),
    ("since 1988", STATED | {"edtf": "1988/", "earliest": "1988-01-01"}, []),
    ("until 1988", STATED | {"edtf": "../1988", "latest": "1988-12-31"}, []),
    ("since 1988", STATED | {"edtf": "1988/..", "earliest": "1988-01-01", "latest": "1990-01-01"}, []),
    ("February 1988", STATED | {"edtf": "1988-02", "earliest": "1988-02-01", "latest": "1988-02-29"}, []),
    (
        "February 1988",
        STATED | {"edtf": "1988-02", "earliest": "1988-02-01", "latest": "1988-02-28"},
        ["edtf-and-bounds"],
    ),
    ("22 March 1988", STATED | {"edtf": "1988-03-22"}, ["edtf-and-bounds"]),
    ("1988", STATED | YEAR_1988 | {"edtf": "summer 1988"}, ["edtf-invalid"]),
    ("30 February", STATED | {"edtf": "1988-02-30"}, ["edtf-invalid"]),
    ("long ago", INFERRED | NOTED | {"earliest": "1900-01-01"}, []),
    ("1988", STATED | {"earliest": "1988-12-31", "latest": "1988-01-01"}, ["bounds-reversed"]),
    ("Second World War", UNRESOLVED, []),
    ("now", UNRESOLVED, []),
    ("Wednesday, 3 March 2021", STATED | {"edtf": "2021-03-03", "earliest": "2021-03-03", "latest": "2021-03-03"}, []),
    ("the last decade of the century", STATED | YEAR_1988, []),
    ("May", STATED | YEAR_1988, []),
    ("the following year", STATED | YEAR_1988, []),
    ("Sunday school", STATED | YEAR_1988, []),
    ("last year", STATED | YEAR_1988, [RELATIVE]),
    ("last Friday evening", STATED | YEAR_1988, [RELATIVE]),
    ("in the past four decades", STATED | YEAR_1988, [RELATIVE]),
    ("three weeks ago", STATED | YEAR_1988, [RELATIVE]),
    ("Yesterday", STATED | YEAR_1988, [RELATIVE]),
    ("yesterday", INFERRED | NOTED | YEAR_1988, []),
]


@pytest.fixture(scope="module")
def judged_times():
    """The names of the findings about each time, by its number: one check for all of them."""
    times = [{"verbatim": verbatim, "anchor": "57-69 {h:57-69}"} | said for verbatim, said, _ in TIMES]
    loaded = load_texts(example(json.dumps(patch(statement(times=times)))), pad_digests=True)
    assert loaded.findings == []
    judged = defaultdict(list)
    for finding in run_rules(to_tables(loaded.records), [rule for rule in FAMILIES if rule.code[2] == "5"], loaded):
        judged[finding.key].append(finding.name)
    return judged


@pytest.mark.parametrize("number", range(len(TIMES)), ids=lambda n: f"{n}-{TIMES[n][0]}-{TIMES[n][2]}")
def test_time_is_judged_by_its_words_and_by_edtf(judged_times, number):
    assert judged_times[f"crane.s4.t{number + 1}"] == TIMES[number][2]


def timed(verbatim: str, document: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    time = {"verbatim": verbatim, "anchor": "57-69 {h:57-69}"} | said
    # The example's only stated time would be something to count from.
    other = statement("crane.s2", "27-69", "crane-fell", attributions=[RELAYS, LIND])
    return patch(statement(times=[time]), other, document={"document": document or {}})


def test_relative_time_can_be_inferred_in_a_dated_document():
    friday = {"edtf": "2021-03-05", "earliest": "2021-03-05", "latest": "2021-03-05"} | INFERRED
    name = "nothing-to-count-from"
    assert names(timed("on Friday", **friday), name) == [name]
    assert names(timed("on Friday", {"published_verbatim": "Saturday"}, **friday), name) == []
    assert names(timed("on Friday", **friday, **NOTED), name) == []
    assert names(timed("17 August", **friday), name) == []


def test_publication_date_is_held_against_edtf_too():
    said = {"crane/document.yaml": {"document": {"published_edtf": "2021-03", "published_earliest": "2021-03-05"}}}
    (finding,) = found(said, "edtf-and-bounds")
    assert finding.help.startswith('write published_earliest: "2021-03-01" and published_latest: "2021-03-31"')


@pytest.mark.parametrize(
    ("kind", "act", "published", "expected"),
    [
        ("event", "assert", "1987-12-31", ["later-than-document"]),
        ("event", "assert", "1988-01-01", []),
        ("event", "predict", "1987-12-31", []),
        ("intent", "assert", "1987-12-31", []),
        ("prediction", "assert", "1987-12-31", []),
    ],
)
def test_document_may_foretell_a_day_but_not_report_it(kind, act, published, expected):
    claim = DEMAND["claims"][0] | {"kind": kind}
    chain = [RELAYS, COMPANY | {"act": act}]
    time = {"verbatim": "1988", "anchor": "57-69 {h:57-69}"} | STATED | YEAR_1988
    said = patch(
        statement(attributions=chain, times=[time]),
        statement("crane.s2", "27-69", "crane-fell", attributions=[RELAYS, LIND]),
        claims={"claims": [claim]},
        document={"document": {"published_latest": published}},
    )
    assert names(said, "later-than-document") == expected


# -- drift ------------------------------------------------------------------------------------


def committed(factuality: str) -> dict[str, Any]:
    """The denial again, in the document's own voice."""
    own = NARRATOR | {"act": "assert", "factuality": factuality}
    return statement("crane.s5", attributions=[own])


def caveat(**said: Any) -> dict[str, Any]:
    return {"caveats": [{"id": "crane.c2", "kind": "hedge-dropped", "note": "One voice hedges."} | said]}


@pytest.mark.parametrize(
    ("factuality", "expected"),
    [("CT-", []), ("Uu", []), ("PR-", ["undisclosed-drift"]), ("CT+", ["undisclosed-drift"])],
)
def test_drift_is_a_difference_between_commitments(factuality, expected):
    said = patch(committed(factuality))
    assert names(said, "undisclosed-drift", "opposite-polarity") == expected


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"statement_id": "crane.s5"}, []),
        ({"statement_id": "crane.s4"}, []),
        ({"anchor": "180-191 {h:180-191}"}, []),
        ({"statement_id": "crane.s4", "kind": "term-drift"}, []),
        ({"statement_id": "crane.s4", "kind": "loaded-wording"}, ["undisclosed-drift"]),
        ({"statement_id": "crane.s3"}, ["undisclosed-drift"]),
        ({"anchor": "102-110 {h:102-110}"}, ["undisclosed-drift"]),
    ],
)
def test_drift_is_disclosed_by_a_caveat_that_fits_and_points_there(about, expected):
    assert names(patch(committed("PS-"), caveats=caveat(**about)), "undisclosed-drift") == expected


def test_drift_of_one_claim_is_one_finding_that_names_both_voices():
    (finding,) = found(patch(committed("PS-"), committed("PR-") | {"id": "crane.s6"}), "undisclosed-drift")
    for said in ("The report", "PS-", "crane.s5", "The company", "CT-", "crane.s4"):
        assert said in finding.message
    assert len(finding.others) == 1


def test_two_sources_at_one_level_may_disagree():
    other = statement("crane.s5", attributions=[RELAYS, LIND | {"factuality": "PS+"}])
    assert names(patch(other), "undisclosed-drift", "opposite-polarity") == []


def test_voice_may_state_a_claim_more_and_less_surely():
    surer = statement("crane.s5", attributions=[RELAYS, COMPANY | {"factuality": "PS-"}])
    assert names(patch(surer), "opposite-polarity") == []


def claims(*said: tuple[str, str]) -> dict[str, Any]:
    base = {"kind": "state", "topic_id": "accident"}
    return {"claims.yaml": {"claims": [base | {"id": id, "proposition": proposition} for id, proposition in said]}}


@pytest.mark.parametrize(
    ("proposition", "expected"),
    [
        ("A crane came down at North Quay.", ["same-proposition"]),
        ("a crane came down at north-quay.", ["same-proposition"]),
        ("A crane came down at North Quays.", []),
        ("A CRANE came down — at North Quay!.", ["same-proposition"]),
        ("A crane came down at South Quay.", []),
    ],
)
def test_propositions_are_the_same_but_for_case_and_marks(proposition, expected):
    assert names(claims(("crane-overloaded", proposition)), "same-proposition") == expected


@pytest.mark.parametrize(
    ("proposition", "expected"),
    [
        ("It fell at North Quay on 3 March 2021.", ["borrowed-wording"]),
        ("Fell, at North Quay, on 3 March 2021: it did.", ["borrowed-wording"]),
        ("It fell at North Quay on 3 March 2022.", []),
        ("On 3 March 2021 it fell at North Quay.", []),
        ("A shell at North Quay on 3 March 2021.", []),
    ],
)
def test_borrowed_wording_begins_at_eight_words_in_a_row(proposition, expected):
    time = {"verbatim": "fell at North Quay on 3 March 2021", "anchor": "35-69 {h:35-69}"} | UNRESOLVED
    said = patch(statement("crane.s2", "27-69", "crane-fell", attributions=[RELAYS, LIND], times=[time]))
    assert names(said | claims(("crane-fell", proposition)), "borrowed-wording") == expected


def test_borrowed_wording_is_found_at_the_end_of_a_longer_excerpt():
    cue = LIND | {"cue_anchor": "27-99 {h:27-99} a b c d one two three four five six seven eight"}
    said = patch(statement("crane.s2", "27-69", "crane-fell", attributions=[RELAYS, cue]))
    (finding,) = found(said | claims(("crane-fell", "One two three four five six seven eight.")), "borrowed-wording")
    assert '"one two three four five six seven eight" from `crane.s2.a1.cue`' in finding.message


@pytest.mark.parametrize(
    ("proposition", "expected"),
    [
        ("The crane fell.", []),
        ("鶴が倒れた。", []),
        ("The crane was called “Big Ben.”", []),
        ("The crane fell", ["not-a-sentence"]),
        ("Did the crane fall?", ["not-a-sentence"]),
        ("The crane fell ...?", ["not-a-sentence"]),
    ],
)
def test_proposition_ends_with_a_full_stop(proposition, expected):
    assert names(claims(("crane-overloaded", proposition)), "not-a-sentence") == expected


@pytest.mark.parametrize("kind", ["publisher-not-stated", "date-of-page-not-of-document", "date-unresolved"])
def test_caveat_about_the_document_as_a_whole_points_nowhere(kind):
    assert names({"crane/caveats.yaml": caveat(kind=kind)}, "caveat-points-nowhere") == []


def test_caveat_may_point_to_words_alone():
    said = caveat(kind="loaded-wording", anchor="143-154 {h:143-154}")
    assert names({"crane/caveats.yaml": said}, "caveat-points-nowhere") == []


def test_quantity_may_be_given_as_a_time():
    quantity = DEMAND["claims"][0] | {"kind": "quantity"}
    time = {"verbatim": "for years", "anchor": "57-69 {h:57-69}"} | UNRESOLVED
    said = patch(statement(times=[time]), claims={"claims": [quantity]})
    assert names(said, "quantity-without-figure") == []


# -- rights -----------------------------------------------------------------------------------


def mention(anchor: str) -> dict[str, Any]:
    said = {"id": "crane.m5", "agent_id": "ada-lind", "form": "description", "anchor": anchor}
    return {"crane/mentions.yaml": {"mentions": [said]}}


def test_excerpt_of_twelve_words_is_allowed():
    twelve = "a b c d e f g h i j k l"
    assert names(mention(f"102-117 {{h:102-117}} {twelve}"), "excerpt-too-long") == []
    assert names(mention(f"102-117 {{h:102-117}} {twelve} m"), "excerpt-too-long") == ["excerpt-too-long"]


def test_words_joined_by_other_spaces_are_still_words():
    joined = "\u00a0".join("abcdefghijklm")
    assert names(mention(f"102-117 {{h:102-117}} {joined}"), "excerpt-too-long") == ["excerpt-too-long"]


def test_words_left_out_of_a_title_do_not_count():
    role = {"id": "crane.role1", "agent_id": "ada-lind", "anchor": "71-85 {h:71-85}"}
    title = "a b c d e f … g h i j k … l"
    said = {"crane/mentions.yaml": {"roles": [role | {"title": title}]}}
    assert names(said, "wording-too-long") == []
    said = {"crane/mentions.yaml": {"roles": [role | {"title": f"{title} m"}]}}
    assert names(said, "wording-too-long") == ["wording-too-long"]


def test_excerpt_kept_twice_counts_once():
    """The example keeps 14 of its 192 characters; 28 are allowed."""
    twice = [
        {"id": f"crane.m{number}", "agent_id": "ada-lind", "form": "name", "anchor": "86-94 {h:86-94} Ada Lind"}
        for number in (5, 6)
    ]
    assert names({"crane/mentions.yaml": {"mentions": twice}}, "excerpts-together") == []
    more = [*twice, {"id": "crane.m7", "agent_id": "ada-lind", "form": "name", "anchor": "71-85 {h:71-85} harbour"}]
    assert names({"crane/mentions.yaml": {"mentions": more}}, "excerpts-together") == ["excerpts-together"]


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ("0-25 {h:0-25} x", ["whole-sentence"]),
        ("143-191 {h:143-191} x", ["whole-sentence"]),  # without the full stop
        ("143-192 {h:143-192}", []),  # span and hash only
        ("143-186 {h:143-186} x", []),
        ("155-192 {h:155-192} x", []),
        ("27-42;101-142 {h:27-42;101-142} x", ["whole-sentence"]),
        ("27-42;143-154 {h:27-42;143-154} x", []),
    ],
)
def test_whole_sentence_is_not_an_excerpt(anchor, expected):
    assert names(mention(anchor), "whole-sentence") == expected


def test_caption_may_be_kept_whole():
    caption = {"id": "crane.p1", "kind": "caption", "anchor": "0-25 {h:0-25}"}
    said = mention("0-25 {h:0-25} x") | {"crane/document.yaml": {"passages": [caption]}}
    assert names(said, "whole-sentence") == []


def test_address_and_basis_may_both_be_missing():
    assert names({}, "address-without-basis") == []
    said = {"crane/document.yaml": {"document": {"source_url_basis": "located"}}}
    assert names(said, "address-without-basis") == ["address-without-basis"]


# -- reviews ----------------------------------------------------------------------------------


def log(*entries: tuple[str, str, str, str, str | None]) -> dict[str, Any]:
    """A review log: id, record, status, day of March 2021, note."""
    return {
        "reviews.yaml": {
            "reviews": [
                {
                    "id": id,
                    "record_table": record.partition(" ")[0],
                    "record_id": record.partition(" ")[2],
                    "status": status,
                    "reviewer": "second coder",
                    "reviewed_at": f"2021-03-{day}T10:00:00Z",
                }
                | ({"note": note} if note else {})
                for id, record, status, day, note in entries
            ]
        }
    }


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("statements crane.s2", []),
        ("attributions crane.s2/1", []),
        ("figures crane.s3.f1", []),
        ("anchors crane.s2.a1.cue", []),
        ("relations people-were-near.r1", []),
        ("terms mode/direct", []),
        ("reviews r1", []),
        ("attributions crane.s2/2", ["review-of-unknown-record"]),
        ("claims crane.s2", ["review-of-unknown-record"]),
        ("overview crane.s2", ["review-of-unknown-table"]),
        ("statement crane.s2", ["review-of-unknown-table"]),
    ],
)
def test_review_is_of_a_record_of_any_table(record, expected):
    said = log(("r2", record, "accepted", "06", None))
    assert names(said, "review-of-unknown-table", "review-of-unknown-record") == expected


def test_log_is_read_from_its_first_entry_to_its_last():
    entries = [(f"r{n}", "statements crane.s2", "draft", f"{n + 5:02}", None) for n in range(2, 12)]
    assert names(log(*entries), "log-out-of-order") == []
    late = ("r12", "statements crane.s2", "draft", "06", None)
    (finding,) = found(log(*entries, late), "log-out-of-order")
    assert (
        finding.message == "`r12` is of 2021-03-06T10:00:00Z, but `r11`, the entry before it, of 2021-03-16T10:00:00Z"
    )


def test_log_is_read_by_place_whatever_its_ids():
    entries = [("b1", "statements crane.s2", "draft", "05", None), ("a9", "statements crane.s2", "draft", "06", None)]
    assert names(log(*entries), "log-out-of-order") == []
    assert names(log(*reversed(entries)), "log-out-of-order") == ["log-out-of-order"]


def test_two_reviewers_may_agree_at_the_same_instant():
    assert names(log(("r2", "statements crane.s1", "accepted", "05", None)), "two-verdicts") == []


def test_only_the_newest_review_accepts_a_statement():
    bare = patch(statement(claim=None))  # type: ignore[arg-type]
    accepted = ("r2", "statements crane.s4", "accepted", "06", None)
    again = ("r3", "statements crane.s4", "work-needed", "07", None)
    assert names(bare | log(accepted), "accepted-without-claim") == ["accepted-without-claim"]
    assert names(bare | log(accepted, again), "accepted-without-claim") == []


@pytest.mark.parametrize(
    ("before", "note", "expected"),
    [
        ("conflict", None, ["settled-without-note"]),
        ("conflict", "The first reading was chosen.", []),
        ("retracted", None, ["settled-without-note"]),
        ("work-needed", None, []),
        ("draft", None, []),
    ],
)
def test_acceptance_after_a_conflict_gives_its_reason(before, note, expected):
    said = log(
        ("r2", "statements crane.s2", before, "06", "Two readings."),
        ("r3", "statements crane.s2", "accepted", "07", note),
    )
    assert names(said, "settled-without-note") == expected


# -- together ---------------------------------------------------------------------------------


def test_absence_is_not_judged_while_a_record_is_unreadable():
    """The voice that seems to be missing may be the one that could not be read."""
    broken = LIND | {"level": 0, "mode": "narated"}
    checked = check_loaded(load_texts(example(json.dumps(voices(broken, COMPANY))), pad_digests=True))
    assert {"narrator-missing", "level-gap"}.isdisjoint(finding.name for finding in checked.findings)
    assert {BY_NAME["narrator-missing"].code, BY_NAME["undisclosed-drift"].code} <= set(checked.skipped)
