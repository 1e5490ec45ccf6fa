"""Encodings of one document compared: alignment, measures, differences, and what cannot be compared."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.agreement import Agreement, Pair, agreement, measures, write
from onrecord.agreement.alignment import align, aligned_agents
from onrecord.agreement.encoding import Encoding, Given, Stated, Voice
from onrecord.agreement.layers import layers_of, one_layer, words_of
from onrecord.agreement.measures import alpha, counts_of, f1, measured, recall
from onrecord.agreement.rows import rows_of
from onrecord.check import check
from onrecord.cli import program
from onrecord.records import load_records
from onrecord.rules.example import TEXT, digest_lines, example
from onrecord.span import Spans, digest_of, words_at

ROOT = Path(__file__).parents[1]
LETTER = ROOT / ".." / "shared" / "sources" / "un-experts-letter-1988.txt"
PUBLISHED = "test_the_published_figures_are_those_of_the_encodings"
NARRATOR, ADA, COMPANY = "crane.narrator", "ada-lind", "the-company"


@pytest.fixture(autouse=True)
def few_resamples(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of many passages need many resamples; those of an example with two passages do not."""
    if request.node.name != PUBLISHED:
        monkeypatch.setattr(measures, "RESAMPLES", 50)


# Measures, against figures worked by hand


def values(said: str) -> list[str]:
    return said.split()


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): example A, two values, and example B, five.
BINARY = values("0 1 0 0 0 0 0 0 1 0"), values("1 1 1 0 0 1 0 0 0 0")
NOMINAL = values("a a b b d c c c e d d a"), values("b a b b b c c c e d d d")


def by_hand(first: list[Any], second: list[Any]) -> float:
    """Alpha of two coders without missing values, from its definition: one less observed by expected disagreement."""
    n = 2 * len(first)
    given = Counter([*first, *second])
    observed = sum(one != other for one, other in zip(first, second, strict=True)) / len(first)
    expected = 1 - sum(count * (count - 1) for count in given.values()) / (n * (n - 1))
    return 1 - observed / expected


@pytest.mark.parametrize(("coded", "published"), [(BINARY, 0.095), (NOMINAL, 0.692)])
def test_alpha_is_that_of_the_published_worked_examples(coded: Any, published: float) -> None:
    assert round(alpha(counts_of(*coded)), 3) == published == round(by_hand(*coded), 3)


def test_alpha_of_the_nominal_example_is_310_of_448() -> None:
    # 9 of 12 units agree: 18 of 24 values. Values given: a 4, b 6, c 6, d 6, e 2, so 12 + 30 + 30 + 30 + 2 = 104.
    # alpha = (23 * 18 - 104) / (24 * 23 - 104)
    assert alpha(counts_of(*NOMINAL)) == pytest.approx(310 / 448)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
def test_alpha_is_its_definition(pairs: list[tuple[str, str]]) -> None:
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    found = alpha(counts_of(first, second))
    if len({*first, *second}) < 2:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(by_hand(first, second))


def test_alpha_of_nothing_and_of_a_single_value_is_not_defined() -> None:
    for first, second in (([], []), (["a", "a"], ["a", "a"])):
        assert measured(alpha, counts_of(first, second), ["p1"] * len(first)).value is None


def test_recall_and_f1_by_hand() -> None:
    assert recall(np.array([[1], [1], [0], [1]])) == 0.75
    # 3 in both, 1 only in the first, 2 only in the second: 2 * 3 / (4 + 5)
    rows = np.array([[1, 1]] * 3 + [[1, 0]] + [[0, 1]] * 2)
    assert f1(rows) == pytest.approx(6 / 9)


def test_an_interval_holds_its_value_and_is_always_the_same() -> None:
    rows = np.array([[int(at % 3 > 0)] for at in range(60)])
    passages = [f"p{at // 5}" for at in range(60)]
    one, other = measured(recall, rows, passages), measured(recall, rows, passages)
    assert one == other
    assert one.value == Decimal("0.6667")
    assert one.lower is not None and one.upper is not None
    assert one.lower < one.value < one.upper


def test_passages_are_drawn_and_not_items() -> None:
    """Where each passage is all right or all wrong, ten items in each tell no more than one."""
    few = measured(recall, np.array([[at % 2] for at in range(8)]), [f"p{at}" for at in range(8)])
    many = measured(recall, np.array([[at // 10 % 2] for at in range(80)]), [f"p{at // 10}" for at in range(80)])
    assert (few.lower, few.upper) == (many.lower, many.upper)


def test_a_single_passage_gives_no_interval() -> None:
    found = measured(recall, np.array([[1], [0]]), ["p1", "p1"])
    assert (found.value, found.lower, found.upper, found.n) == (Decimal("0.5"), None, None, 2)


# Alignment


def stated(id: str, content: Spans, *agents: str, **said: Any) -> Stated:
    voices = tuple(Voice(agent, "narration", "assert", "CT+", (), ()) for agent in (NARRATOR, *agents))
    return replace(Stated(id, "crane.p1", content, f"What {id} says.", "event", False, voices), **said)


def encoding(coder: str, *statements: Stated, **said: Any) -> Encoding:
    names = {NARRATOR: "The report", ADA: "Ada Lind", COMPANY: "The company"}
    return replace(Encoding(coder, statements, (), (), names, frozenset({NARRATOR}), {}), **said)


def paired(first: Encoding, second: Encoding) -> list[tuple[str, str]]:
    return [(one.id, other.id) for one, other in align(first, second).pairs]


def test_statements_of_the_same_words_are_told_apart_by_voice() -> None:
    span = ((0, 10),)
    first = encoding("first", stated("a", span), stated("b", span, ADA), stated("c", span, COMPANY))
    second = encoding("second", stated("x", span, COMPANY), stated("y", span, ADA), stated("z", span))
    assert paired(first, second) == [("a", "z"), ("b", "y"), ("c", "x")]


def test_words_come_before_voice() -> None:
    first = encoding("first", stated("a", ((0, 10),), ADA))
    second = encoding("second", stated("x", ((0, 6),), ADA), stated("y", ((0, 10),), COMPANY, ADA))
    assert paired(first, second) == [("a", "y")]


@pytest.mark.parametrize(("more", "found"), [(9, True), (10, True), (11, False)])
def test_a_pair_shares_at_least_half_of_its_characters(more: int, found: bool) -> None:
    """Five characters of 5 + (5 + more): 10 of 20 are half."""
    first, second = (
        encoding("first", stated("a", ((0, 5),))),
        encoding("second", stated("x", ((0, 5), (20, 20 + more)))),
    )
    assert bool(paired(first, second)) is found


def test_pairing_is_best_over_all_and_not_greedy() -> None:
    """`a` is most like `x`, but then nothing would be left for `b`."""
    first = encoding("first", stated("a", ((0, 10),)), stated("b", ((0, 6),)))
    second = encoding("second", stated("x", ((0, 9),)), stated("y", ((0, 10), (20, 28))))
    assert paired(first, second) == [("a", "y"), ("b", "x")]


SPANS = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: ((pair[0], pair[0] + pair[1]),))
STATEMENTS = st.lists(st.tuples(SPANS, st.sampled_from([(), (ADA,), (COMPANY,)])), max_size=8)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATEMENTS, STATEMENTS)
def test_nobody_is_paired_twice_and_nobody_is_lost(one: Any, other: Any) -> None:
    first = encoding("first", *(stated(f"a{n}", span, *agents) for n, (span, agents) in enumerate(one)))
    second = encoding("second", *(stated(f"b{n}", span, *agents) for n, (span, agents) in enumerate(other)))
    found = align(first, second)
    assert sorted([p[0].id for p in found.pairs] + [s.id for s in found.only_first]) == sorted(
        s.id for s in first.statements
    )
    assert sorted([p[1].id for p in found.pairs] + [s.id for s in found.only_second]) == sorted(
        s.id for s in second.statements
    )


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATEMENTS)
def test_an_encoding_agrees_with_itself(one: Any) -> None:
    same = encoding("first", *(stated(f"a{n}", span, *agents) for n, (span, agents) in enumerate(one)))
    found = align(same, same)
    assert len(found.pairs) == len(same.statements)
    assert all(a.content == b.content and found.same_voice(a, b) for a, b in found.pairs)


def test_agents_are_one_by_name_or_by_the_places_that_name_them_and_narrators_only_narrators() -> None:
    first = encoding("first", names={"n": "The report", "a": "Ada Lind", "c": "The company", "d": "Nobody"})
    first = replace(first, narrators=frozenset({"n"}), places={"c": (((50, 60),),)})
    second = encoding(
        "second", names={"m": "Report of a crane", "x": "ADA  LIND", "y": "Crane owners", "z": "The report"}
    )
    second = replace(second, narrators=frozenset({"m"}), places={"y": (((50, 60),), ((70, 73),))})
    assert aligned_agents(first, second) == {"m": "n", "x": "a", "y": "c"}


# Words


def test_each_word_is_cue_source_content_or_none() -> None:
    text = "The crane, said Ada, fell. It is old."
    voice = Voice(ADA, "indirect", "assert", "CT+", ((11, 15),), ((16, 19),))
    quoted = stated("a", ((0, 9), (21, 25)))
    quoted = replace(quoted, voices=(*quoted.voices, voice))
    own = stated("b", ((27, 36),))
    found = layers_of(words_of(text, {"p1": ((0, 37),)}), encoding("first", quoted, own))
    assert one_layer(found) == values("content content cue source content none none none")


def test_a_word_knows_its_passage() -> None:
    words = words_of("One two. Three", {"p1": ((0, 8),), "p2": ((9, 14),)})
    assert words.passages == ("p1", "p1", "p2")


# A project with two coders

TWO_CODERS = "crane/coders/second"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example dataset and a second encoding of it, with the text beside it."""
    records = tmp_path / "claims" / "records"
    for name, raw in example().items():
        (records / name).parent.mkdir(parents=True, exist_ok=True)
        (records / name).write_bytes(raw)
    (records / "crane" / "agreement.yaml").unlink()
    (records / "crane" / "digests.sha256").write_text(digest_lines())
    theirs = records / TWO_CODERS
    theirs.mkdir(parents=True)
    for name in ("agents.yaml", "claims.yaml", "crane/mentions.yaml", "crane/statements.yaml"):
        shutil.copy(records / name, theirs)
    (tmp_path / "crane.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def edited(project: Path, change: Any, file: str = "statements.yaml") -> None:
    path = project / "claims" / "records" / TWO_CODERS / file
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(said[path.stem])
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def compared(project: Path) -> tuple[Agreement, Pair]:
    (found,) = agreement(project, project / "crane.txt")
    return found, found.pairs[0]


def measure(pair: Pair, measure: str, field: str | None = None) -> Any:
    return next(row.measured for row in pair.rows if (row.measure, row.field) == (measure, field))


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(program, [str(arg) for arg in args])


def command(project: Path, *args: str) -> Result:
    return run("agreement", "crane", "--source", project / "crane.txt", "--at", project, *args)


def anchor(*spans: tuple[int, int]) -> str:
    return f"{';'.join(f'{a}-{b}' for a, b in spans)} {digest_of(words_at(TEXT, spans))[:16]}"


def test_the_same_encoding_twice_agrees_wholly(project: Path) -> None:
    _, pair = compared(project)
    assert pair.coders == ("second", "reconciled")
    assert pair.differences == ()
    for row in pair.rows:
        assert row.measured.value in (1, None), row
    assert measure(pair, "recall-first").n == 4


def test_a_statement_that_only_one_has_lowers_recall_of_the_other(project: Path) -> None:
    edited(project, lambda statements: statements.pop())
    _, pair = compared(project)
    assert (measure(pair, "recall-first").value, measure(pair, "recall-first").n) == (1, 3)
    assert (measure(pair, "recall-second").value, measure(pair, "recall-second").n) == (Decimal("0.75"), 4)
    assert [(d.first, d.second and d.second.id) for d in pair.differences] == [(None, "crane.s4")]


def test_alpha_of_acts_is_the_one_worked_by_hand(project: Path) -> None:
    """assert, report, assert, deny against assert, assert, assert, deny."""
    edited(project, lambda statements: statements[1]["attributions"][1].update(act="report"))
    _, pair = compared(project)
    hand = by_hand(["assert", "report", "assert", "deny"], ["assert", "assert", "assert", "deny"])
    assert measure(pair, "alpha", "act").value == Decimal(str(round(hand, 4)))
    assert measure(pair, "same", "act").value == Decimal("0.75")
    assert [d.fields for d in pair.differences] == [(("act", "report", "assert"),)]


def test_alpha_of_words_is_the_one_worked_by_hand(project: Path) -> None:
    """The second coder leaves two words out of a content, and a cue."""

    def change(statements: Any) -> None:
        statements[2]["anchor"] = anchor((102, 117))  # three of the five words
        statements[3]["attributions"][1]["cue_anchor"] = None

    edited(project, change)
    _, pair = compared(project)
    own = ["none"] * 5
    quoted = ["content"] * 10 + ["none"] * 2 + ["source"] * 2 + ["cue"]
    third = ["content"] * 5 + ["source", "cue"]
    last = ["source"] * 2 + ["cue", "none"] + ["content"] * 4
    theirs_third, theirs_last = ["content"] * 3 + ["none"] * 2 + third[5:], ["source"] * 2 + ["none"] * 2 + last[4:]
    hand = by_hand(own + quoted + theirs_third + theirs_last, own + quoted + third + last)
    assert measure(pair, "alpha", "words").n == 35
    assert measure(pair, "alpha", "words").value == Decimal(str(round(hand, 4)))


def test_another_name_for_a_speaker_is_the_same_agent_when_it_stands_at_the_same_places(project: Path) -> None:
    def renamed(items: Any) -> None:
        for item in items:
            for one in (item, *item.get("attributions", [])):
                for key in ("id", "agent_id"):
                    one[key] = {ADA: "harbour-master"}.get(one.get(key), one.get(key))
            item.pop("agent_id", None) if item.get("agent_id") is None else None
            for one in item.get("attributions", []):
                one.pop("id", None)

    edited(project, renamed)
    edited(
        project,
        lambda agents: [a.update(id="harbour-master", name="The master") for a in agents if a["id"] == ADA],
        "agents.yaml",
    )
    for section in ("roles", "mentions"):
        path = project / "claims" / "records" / TWO_CODERS / "mentions.yaml"
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        for item in said[section]:
            item["agent_id"] = {ADA: "harbour-master"}.get(item["agent_id"], item["agent_id"])
        path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    _, pair = compared(project)
    assert measure(pair, "alpha", "speaker").value == 1


def test_figures_count_by_place_and_by_reading(project: Path) -> None:
    edited(project, lambda statements: statements[2]["figures"][0].update(comparator=">="))
    _, pair = compared(project)
    assert measure(pair, "f1", "figures-places").value == 1
    assert (measure(pair, "f1", "figures").value, measure(pair, "f1", "figures").n) == (0, 2)


def test_a_figure_counts_once_however_many_statements_have_it() -> None:
    given = Given(((0, 2),), "p1", ("cardinal", 7))
    first, second = encoding("first", figures=(given, given)), encoding("second", figures=(given,))
    rows = rows_of(first, second, align(first, second), words_of("7 men", {"p1": ((0, 5),)}))
    assert next(r.measured for r in rows if r.field == "figures").n == 1


def test_agents_and_claims_on_record_serve_a_coder_without_files_of_them(project: Path) -> None:
    for name in ("agents.yaml", "claims.yaml"):
        (project / "claims" / "records" / TWO_CODERS / name).unlink()
    _, pair = compared(project)
    assert pair.differences == ()


def test_three_encodings_are_compared_two_by_two(project: Path) -> None:
    records = project / "claims" / "records"
    shutil.copytree(records / TWO_CODERS, records / "crane" / "coders" / "first")
    edited(project, lambda statements: statements.pop())
    found, _ = compared(project)
    assert [p.coders for p in found.pairs] == [("first", "second"), ("first", "reconciled"), ("second", "reconciled")]


# On the screen and on file


def test_differences_stand_side_by_side_with_their_words(project: Path) -> None:
    edited(project, lambda statements: statements[3]["attributions"][1].update(act="assert"))
    said = command(project)
    assert said.exit_code == 0
    assert "second:     crane.s4  “the crane was overloaded”" in said.output
    assert "reconciled: crane.s4  “the crane was overloaded”" in said.output
    assert "  act: assert | deny" in said.output
    assert "1 difference to reconcile:" in said.output


def test_nothing_is_written_unless_asked(project: Path) -> None:
    before = sorted(p for p in project.rglob("*"))
    assert command(project).exit_code == 0
    assert sorted(p for p in project.rglob("*")) == before


def test_written_figures_are_records_and_hold_no_word_of_the_text(project: Path) -> None:
    edited(project, lambda statements: statements.pop())
    assert "wrote claims/records/crane/agreement.yaml" in command(project, "--write").output
    text = (project / "claims" / "records" / "crane" / "agreement.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["agreement"]
    assert {"first": "second", "second": "reconciled", "measure": "recall-second", "value": 0.75, "n": 4}.items() <= (
        next(row for row in rows if row["measure"] == "recall-second" and "field" not in row).items()
    )
    assert "overloaded" not in text and "Quay" not in text and "Ada" not in text
    assert [f for f in check(project).findings if f.location and "agreement" in f.location.file] == []
    assert "unchanged: claims/records/crane/agreement.yaml" in command(project, "--write").output


def test_json_has_figures_and_places_and_no_words(project: Path) -> None:
    edited(project, lambda statements: statements[3].update(anchor=anchor((167, 180))))
    said = command(project, "--json")
    (found,) = json.loads(said.output)
    (pair,) = found["pairs"]
    assert pair["statements"] == {"first": 4, "second": 4, "both": 4}
    assert pair["differences"][0]["fields"] == {"span": {"first": "167-180", "second": "167-191"}}
    assert "overloaded" not in said.output


def test_python_writes_what_the_command_writes(project: Path) -> None:
    found = agreement(project, project / "crane.txt", "crane")
    assert [one.written for one in write(project, found)] == ["wrote claims/records/crane/agreement.yaml"]


# What cannot be compared


def refused(project: Path, *said: str, code: int) -> None:
    """The command refuses, says why and how to mend it, and writes nothing."""
    found = command(project, "--write")
    assert found.exit_code == code, found.output
    for words in (*said, "help: "):
        assert words in found.output
    assert "Traceback" not in found.output
    assert not (project / "claims" / "records" / "crane" / "agreement.yaml").exists()


def test_one_coder_is_nothing_to_compare(project: Path) -> None:
    shutil.rmtree(project / "claims" / "records" / "crane" / "coders")
    refused(project, "crane was encoded by one coder only", code=2)
    found = run("agreement", "--source", project / "crane.txt", "--at", project)
    assert (found.exit_code, "has a second encoding" in found.output) == (2, True)


def test_an_unknown_document_is_named(project: Path) -> None:
    found = run("agreement", "../crane", "--source", project / "crane.txt", "--at", project)
    assert found.exit_code == 2
    assert "there is no document `../crane`" in found.output


def test_a_half_filled_folder_is_refused(project: Path) -> None:
    path = project / "claims" / "records" / TWO_CODERS / "statements.yaml"
    path.write_text("statements: []\n")
    refused(project, "is half-filled: its statements.yaml has no statement", code=2)
    path.unlink()
    refused(project, "is half-filled: it has no statements.yaml", code=2)


def test_a_statement_without_voices_is_half_filled_and_found_at_its_place(project: Path) -> None:
    edited(project, lambda statements: statements[1].update(attributions=[]))
    refused(project, f"{TWO_CODERS}/statements.yaml:", "OR401", "nothing is compared", code=1)


def test_an_unconfirmed_suggestion_is_nobodys_encoding(project: Path) -> None:
    edited(project, lambda statements: statements[1].update(suggested=True))
    refused(project, "OR020", code=1)


def test_a_reference_to_nothing_is_found_at_its_place(project: Path) -> None:
    edited(project, lambda statements: statements[1].update(claim_id="crane-rose"))
    refused(project, f"{TWO_CODERS}/statements.yaml:", "crane-rose", code=1)


def test_yaml_that_cannot_be_read_is_found_at_its_place(project: Path) -> None:
    (project / "claims" / "records" / TWO_CODERS / "statements.yaml").write_text("statements: [\n")
    refused(project, f"{TWO_CODERS}/statements.yaml:", code=1)


def test_anchors_of_another_edition_are_found(project: Path) -> None:
    edited(project, lambda statements: statements[1].update(anchor="28-70 " + digest_of("Crane")[:16]))
    refused(project, f"{TWO_CODERS}/statements.yaml:", "OR33", code=1)


def test_an_encoding_of_another_edition_is_refused(project: Path) -> None:
    path = project / "claims" / "records" / TWO_CODERS / "document.yaml"
    path.write_text(f"document: {{text_sha256: {digest_of('another')}}}\n")
    refused(project, "was made from another edition of crane", digest_of(TEXT), code=2)


def test_another_text_is_refused(project: Path) -> None:
    (project / "crane.txt").write_text(TEXT.replace("About", "Almost"), encoding="utf-8")
    refused(project, "is another edition of crane", code=2)


def test_a_folder_named_like_the_encoding_on_record_is_refused(project: Path) -> None:
    coders = project / "claims" / "records" / "crane" / "coders"
    (coders / "second").rename(coders / "reconciled")
    refused(project, "`reconciled`, which is the encoding on record", code=2)


@pytest.mark.parametrize("name", ["two\nlines", " second", "se\u202econd", "se\x1b[31mcond", b"second\xff"])
def test_a_coder_without_a_name_that_can_be_published_is_refused(project: Path, name: str | bytes) -> None:
    there = project / "claims" / "records" / TWO_CODERS
    there.rename(there.parent / os.fsdecode(name))
    result = command(project, "--write")
    assert result.exit_code == 2
    assert "has a name that cannot be published" in result.output
    assert not (there.parent.parent / "agreement.yaml").exists()


def test_a_name_in_any_letters_is_published(project: Path) -> None:
    there = project / "claims" / "records" / TWO_CODERS
    there.rename(there.parent / "Zoë: #1, 'β'")
    assert command(project, "--write").exit_code == 0
    assert {row.first for row in load_records(project).records["agreement"]} == {"Zoë: #1, 'β'"}  # type: ignore[attr-defined]


def test_the_same_encoding_under_two_names_is_refused(project: Path) -> None:
    there = project / "claims" / "records" / TWO_CODERS
    shutil.copytree(there, there.parent / "third")
    result = command(project, "--write")
    assert result.exit_code == 2
    assert "by second and third are one" in " ".join(result.output.split())


def test_faults_of_the_encoding_on_record_are_found(project: Path) -> None:
    path = project / "claims" / "records" / "crane" / "statements.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("factuality: CT-", "factuality: maybe"), encoding="utf-8")
    refused(project, "crane/statements.yaml:", "maybe", code=1)


def test_missing_libraries_are_named_with_their_extra(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("onrecord.agreement")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    found = command(project)
    assert found.exit_code == 2
    assert "pip install 'onrecord[agreement]'" in found.output


# The first document


@pytest.mark.skipif(not LETTER.exists(), reason="put the text of the letter into ../shared/sources")
def test_the_published_figures_are_those_of_the_encodings() -> None:
    (found,) = agreement(ROOT, LETTER, "un-experts-letter-1988")
    path = ROOT / "claims" / "records" / "un-experts-letter-1988" / "agreement.yaml"
    published = yaml.safe_load(path.read_text(encoding="utf-8"))["agreement"]
    told = [
        {"first": pair.first.coder, "second": pair.second.coder, **row.plain()}
        for pair in found.pairs
        for row in pair.rows
    ]
    assert [
        {k: float(v) if isinstance(v, Decimal) else v for k, v in row.items() if v is not None} for row in told
    ] == [{k: float(v) if k in ("value", "lower", "upper") else v for k, v in row.items()} for row in published]
