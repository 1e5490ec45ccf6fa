"""Records drawn as text: voices hang from one another, drift stands on rungs, hostile words stay words."""

from dataclasses import replace
from pathlib import Path

import pytest

import onrecord
from conftest import write_records
from onrecord.coverage import coverage
from onrecord.drawing import draw, draw_chain, draw_coverage, draw_drift
from onrecord.model import TABLES
from onrecord.voices import Commitment, Drift

DEEP = """
agents.yaml:
  agents:
    - {id: harbour-board, name: "[red]Harbour[/b] board", kind: body}
crane/statements.yaml:
  statements:
    - id: crane.s2
      passage_id: crane.p2
      claim_id: crane-fell
      presupposed: true
      note: Read with the headline.
      anchor: "27-69 {h:27-69}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: CT+, stance: endorses}
        - {level: 1, agent_id: ada-lind, mode: indirect, act: report, factuality: Uu, stance: relays,
           cue_anchor: "95-99 {h:95-99} said", addressee_id: harbour-board, medium: a letter}
        - {level: 2, agent_id: harbour-board, mode: indirect, act: warn, factuality: PS+}
      figures:
        - {kind: cardinal, verbatim: over 5, comparator: ">", approximate: false, value: 5, lower: 5, unit: ton,
           counted: load, anchor: "29-34 {h:29-34}"}
        - {kind: range, verbatim: 2 to 3, comparator: "=", approximate: true, lower: 2, upper: 3, unit: day,
           counted: days, anchor: "29-34 {h:29-34}"}
        - {kind: cardinal, verbatim: several, comparator: "=", approximate: true, unit: person,
           counted: people, anchor: "29-34 {h:29-34}"}
      times:
        - {verbatim: 3 March 2021, edtf: "2021-03-03", earliest: "2021-03-03", latest: "2021-03-03", basis: stated,
           anchor: "57-69 {h:57-69}"}
        - {verbatim: Tuesday, basis: unresolved, anchor: "57-69 {h:57-69}"}
crane/caveats.yaml:
  caveats:
    - {id: crane.c2, statement_id: crane.s2, kind: hedge-dropped, note: The report drops the hedge.}
"""


@pytest.fixture
def deep(tmp_path: Path) -> onrecord.Dataset:
    return onrecord.load(write_records(tmp_path, DEEP))


def test_statement_is_drawn_with_everything_it_has(deep: onrecord.Dataset) -> None:
    assert list(draw(deep, deep.statement("crane.s2"))) == [
        "crane.s2  crane-fell: A crane came down at North Quay.",
        "  event, taken for granted in crane.p2, code points 27-69; draft",
        "",
        "  The report",
        "  │ report; CT+ certainly so; narration; endorses it",
        "  └─ Ada Lind",
        "     │ report; Uu uncommitted; indirect quotation; relays it",
        "     │ cue “said” at 95-99",
        "     │ to [red]Harbour[/b] board",
        "     │ through a letter",
        "     └─ [red]Harbour[/b] board",
        "        │ warn; PS+ possibly so; indirect quotation",
        "",
        "  figure  over 5: > 5 ton (load)",
        "  figure  2 to 3: about 2 to 3 day (days)",
        "  figure  several: no value stated (people)",
        "  time    3 March 2021: 2021-03-03 (stated)",
        "  time    Tuesday: unresolved",
        "  caveat  hedge dropped: The report drops the hedge.",
        "  note    Read with the headline.",
    ]


def test_cue_without_words_is_said_to_keep_none(deep: onrecord.Dataset) -> None:
    outer, inner, *_ = deep.chain("crane.s2")
    assert inner.cue
    bare = replace(inner, cue=inner.cue.model_copy(update={"excerpt": None}))
    assert "     │ cue at code points 95-99, its words not kept" in list(draw_chain([outer, bare]))


def test_chain_alone_can_be_drawn(deep: onrecord.Dataset) -> None:
    assert len(list(draw_chain(deep.chain("crane.s1")))) == 2


def test_drift_stands_on_rungs_and_says_who_is_surer(deep: onrecord.Dataset) -> None:
    [drift] = deep.drift()
    assert list(draw_drift(drift)) == [
        "crane-fell: A crane came down at North Quay.",
        "  ███  CT+ certainly so  The report              crane.s1, 0-25",
        "  ███  CT+ certainly so  The report              crane.s2, 27-69",
        "  █··  PS+ possibly so   [red]Harbour[/b] board  crane.s2, 27-69",
        "  The report (CT+) is surer than [red]Harbour[/b] board (PS+)",
    ]


def test_denial_is_at_odds_with_affirmation(tmp_path: Path) -> None:
    patch = """crane/statements.yaml:
  statements:
    - id: crane.s4
      passage_id: crane.p2
      claim_id: crane-fell
      anchor: "167-191 {h:167-191}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: deny, factuality: PR-}
"""
    [drift] = onrecord.load(write_records(tmp_path, patch)).drift()
    assert list(draw_drift(drift))[-1] == (
        "  The report and Ada Lind (both CT+) are surer than, and at odds with, The report (PR-)"
    )


def test_drift_compares_values_and_names_every_voice_of_each_once() -> None:
    said = [("Ada", "CT+"), ("Bo", "CT+"), ("Cy", "CT-"), ("Ada", "CT-"), ("Di", "CT-"), ("Bo", "PS+"), ("Bo", "PS+")]
    drift = Drift(
        "c", "It fell.", tuple(Commitment(n, n, 0, f, f"s{i}", "d", i, i + 1) for i, (n, f) in enumerate(said))
    )
    assert [line.strip() for line in draw_drift(drift)][8:] == [
        "Ada and Bo (both CT+) are at odds with Cy, Ada and Di (all CT-)",
        "Ada and Bo (both CT+) are surer than Bo (PS+)",
        "Cy, Ada and Di (all CT-) are surer than, and at odds with, Bo (PS+)",
    ]


def test_agent_shows_roles_and_every_statement_it_has_a_voice_in(deep: onrecord.Dataset) -> None:
    lines = list(draw(deep, deep.agent("ada-lind")))
    assert "  Stated as           harbour master (crane)" in lines and "2 statements" in lines
    assert any(line.startswith("  crane.s2   PS+") for line in lines)  # though somebody else is its source


def test_hidden_characters_of_a_record_are_shown(deep: onrecord.Dataset) -> None:
    agent = deep.agent("ada-lind").model_copy(update={"name": "Ada\u202e\x1b[31m Lind", "note": "[/b]\n[red]"})
    lines = list(draw(deep, agent))
    assert "  Name                Ada<U+202E><U+001B>[31m Lind" in lines
    assert "  Note                [/b]<U+000A>[red]" in lines


def test_coverage_is_drawn_with_its_legend(deep: onrecord.Dataset) -> None:
    lines = list(draw_coverage(coverage({name: deep.table(name) for name in deep.tables}, "crane")))
    assert lines[0] == "crane: 0 open units"
    assert lines[-3].endswith("nothing recorded; one character is 3 code points")
    assert lines[-2] == "  crane.p1  headline   █████████"


def test_quantity_shows_its_figures_and_who_gives_them(deep: onrecord.Dataset) -> None:
    lines = list(draw(deep, deep.find("quantities/people-nearby")))
    assert lines[-1] == "  Figure              About 40: about 40 person, The report > Ada Lind (crane.s3.f1)"


def test_every_record_can_be_drawn(crane: Path) -> None:
    dataset = onrecord.load(crane)
    for table in dataset.tables:
        for row in dataset.table(table).to_pylist():
            key = "/".join(str(row[name]) for name in TABLES[table].primary_key)
            assert any(line.strip() for line in draw(dataset, dataset.record(table, key))), f"{table}/{key}"


def test_an_agent_that_says_nothing_can_be_drawn(crane: Path) -> None:
    dataset = onrecord.load(crane)
    assert "people-nearby" in next(iter(draw(dataset, dataset.agent("people-nearby"))))
