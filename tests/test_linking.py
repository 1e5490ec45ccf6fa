"""Candidates for links, and people's answers to them: kept, merged, undone or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conftest import write_records
from onrecord.check import check
from onrecord.cli import program
from onrecord.likeness import same_words
from onrecord.reassigning import reassigned
from onrecord.records import load_records
from onrecord.rules.example import TEXT

LOG = "claims/records/matches.yaml"
STATEMENTS = "claims/records/crane/statements.yaml"
# A claim that says in nearly the same words what `crane-fell` says, made by the first statement.
TWINS = """
claims.yaml:
  claims:
    - {id: crane-down, proposition: A crane came down at the North Quay., kind: event, topic_id: accident}
crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      claim_id: crane-down
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: assert, factuality: CT+}
"""
VOICE_OF_LIND = """        - {level: 1, agent_id: ada-lind, mode: indirect, act: assert, factuality: CT+}
"""
OPEN = """
reviews.yaml:
  reviews:
    - {id: r1, record_table: statements, record_id: crane.s1, status: work-needed, reviewer: first coder,
       reviewed_at: "2021-03-05T10:00:00Z"}
crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: assert, factuality: CT+}
"""
STOOD = """
claims.yaml:
  claims:
    - id: crane-stood
      proposition: A crane did not come down at North Quay.
      kind: event
      topic_id: accident
      relations:
        - {type: contradicts, to_claim_id: crane-fell, note: It fell or it did not.}
"""


@pytest.fixture
def twins(tmp_path: Path) -> Path:
    return write_records(tmp_path / "project", TWINS)


def run(root: Path, *words: str, keys: str = "") -> Result:
    return CliRunner().invoke(program, ["match", "--at", str(root), *words], input=keys)


def written(root: Path, *words: str) -> dict[str, Any]:
    result = run(root, *words, "--by", "second coder", "--json")
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.output)
    return said


def refused(root: Path, *words: str) -> str:
    """What is said of an answer that cannot stand; nothing may have changed."""
    before = files(root)
    result = run(root, *words, "--by", "second coder")
    assert result.exit_code in (1, 2), result.output
    assert files(root) == before
    return result.output


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def claim_of(root: Path, id: str) -> Any:
    return next(one.claim_id for one in load_records(root).records["statements"] if one.key == id)  # type: ignore[attr-defined]


def pairs(root: Path, *words: str) -> dict[tuple[str, str], str]:
    result = run(root, "--json", *words)
    assert result.exit_code == 0, result.output
    return {(one["record_id"], one["claim_id"]): one["grade"] for one in json.loads(result.output)["candidates"]}


def opened(tmp_path: Path, patch: str) -> Path:
    return write_records(tmp_path / "opened", patch)


def test_near_claims_are_proposed_and_nothing_is_written(twins: Path) -> None:
    before = files(twins)
    assert pairs(twins) == {("crane-down", "crane-fell"): "same-claim-other-claimant"}
    assert files(twins) == before


def test_a_pair_of_the_same_voice_is_exact(tmp_path: Path) -> None:
    root = write_records(tmp_path / "project", TWINS + VOICE_OF_LIND)
    assert pairs(root) == {("crane-down", "crane-fell"): "exact"}


def test_claims_with_other_numbers_are_never_one_claim(tmp_path: Path) -> None:
    patch = TWINS.replace(
        "A crane came down at the North Quay.", "Around 60 persons were close by when the crane came down."
    ).replace("kind: event", "kind: quantity")
    root = write_records(tmp_path / "project", patch)
    assert pairs(root)[("crane-down", "people-were-near")] == "same-topic"
    equal = patch.replace("Around 60", "Around 40")
    again = write_records(tmp_path / "again", equal)
    assert pairs(again)[("crane-down", "people-were-near")] == "same-claim-other-claimant"


@pytest.mark.parametrize(
    ("proposition", "grade", "opposite"),
    [
        ("At North Quay, the crane came down.", "same-claim-other-claimant", False),
        ("A crane came down at South Quay.", "same-topic", False),
        ("A crane never came down at North Quay.", "same-topic", True),
        ("A crane did not come down at North Quay.", "same-topic", True),
        ("A crane didn’t come down at North Quay.", "same-topic", True),
        ("North Quay came down at a crane.", "same-topic", False),
    ],
)
def test_only_the_same_words_in_order_are_the_same_claim(
    tmp_path: Path, proposition: str, grade: str, opposite: bool
) -> None:
    patch = TWINS.replace("A crane came down at the North Quay.", f'"{proposition}"')
    root = write_records(tmp_path / "project", patch)
    (one,) = [c for c in json.loads(run(root, "--json").output)["candidates"] if c["claim_id"] == "crane-fell"]
    assert (one["grade"], one["opposite"]) == (grade, opposite)
    assert ("only one of the two is negated" in run(root).output) == opposite


def test_two_numbers_exchanged_are_another_claim() -> None:
    assert same_words("37 of 40 people left.", "Thirty-seven of 40 people left.")
    assert not same_words("37 of 40 people left.", "40 of 37 people left.")
    assert not same_words("37 people left.", "38 people left.")
    assert not same_words("More than 40 people left.", "Fewer than 40 people left.")
    assert not same_words("The state is unlawful.", "The state is lawful.")


def test_a_claim_and_its_negation_are_never_joined(tmp_path: Path) -> None:
    patch = TWINS.replace("A crane came down at the North Quay.", "A crane did not come down at North Quay.")
    root = write_records(tmp_path / "project", patch)
    for pair in (("crane-down", "crane-fell"), ("crane-fell", "crane-down")):
        assert "only one of `crane-" in refused(root, "--answer", *pair, "yes")
    written(root, "--answer", "crane-down", "crane-fell", "no")


def test_a_no_between_claims_can_become_a_yes(twins: Path) -> None:
    written(twins, "--answer", "crane-down", "crane-fell", "no")
    said = written(twins, "--undo", "m2", "--instead", "yes")
    assert [entry["id"] for entry in said["entries"]] == ["m3", "m3.1"]
    assert claim_of(twins, "crane.s1") == "crane-fell"
    assert check(twins).errors == 0


def test_nothing_is_given_a_claim_that_was_taken_back(twins: Path) -> None:
    reviewed = CliRunner().invoke(
        program,
        ["review", "claims/crane-fell", "--at", str(twins), "--status", "retracted", "--by", "editor", "--note", "No."],
    )
    assert reviewed.exit_code == 0, reviewed.output
    assert "`crane-fell` is retracted by review" in refused(twins, "--answer", "crane-down", "crane-fell", "yes")
    assert "`crane-fell` is retracted by review" in refused(twins, "--answer", "crane.s1", "crane-fell", "yes")


def test_a_statement_that_was_taken_back_is_not_asked_about(tmp_path: Path) -> None:
    root = opened(tmp_path, OPEN.replace("status: work-needed", "status: retracted, note: Not there"))
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8")
    assert not [id for id, _ in pairs(root, "--source", str(copy)) if id == "crane.s1"]


def test_claims_that_a_relation_holds_apart_are_not_proposed(tmp_path: Path) -> None:
    patch = TWINS.replace(
        "topic_id: accident}", "topic_id: accident, relations: [{type: elaborates, to_claim_id: crane-fell}]}"
    )
    assert pairs(write_records(tmp_path / "project", patch)) == {}


def test_a_statement_without_a_claim_is_compared_by_the_words_of_a_copy(tmp_path: Path) -> None:
    root = opened(tmp_path, OPEN)
    assert ("crane.s1", "crane-fell") not in pairs(root)
    assert "no words on record of 1 statement without a claim: crane.s1" in run(root).output
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8")
    before = files(root)
    assert pairs(root, "--source", str(copy))[("crane.s1", "crane-fell")] == "same-topic"
    assert files(root) == before


def test_a_note_that_no_file_can_hold_is_refused_by_its_name(twins: Path) -> None:
    pair = next(iter(pairs(twins)))
    said = refused(twins, "--answer", *pair, "unsure", "--note", "a\x07b")
    assert "the note holds the character U+0007" in said and "matches.yaml" not in said


def test_a_copy_that_is_another_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Something else.", encoding="utf-8")
    result = run(opened(tmp_path, OPEN), "--source", str(tmp_path / "other.txt"))
    assert (result.exit_code, "is not the text of a document on record" in result.output) == (2, True)


def test_a_statement_gets_the_claim_and_loses_it_again(tmp_path: Path) -> None:
    root = opened(tmp_path, OPEN)
    said = written(root, "--answer", "crane.s1", "crane-fell", "yes")
    assert said["moves"] == [{"statement_id": "crane.s1", "before": None, "after": "crane-fell"}]
    assert [(e["id"], e["number"], e["answer"], e["coder"]) for e in said["entries"]] == [
        ("m2", 2, "yes", "second coder")
    ]
    assert claim_of(root, "crane.s1") == "crane-fell"
    assert check(root).errors == 0
    written(root, "--undo", "m2")
    assert claim_of(root, "crane.s1") is None
    assert check(root).errors == 0


def test_an_answer_that_would_break_a_rule_is_refused_with_its_finding(tmp_path: Path) -> None:
    root = opened(tmp_path, OPEN)
    written(root, "--answer", "crane.s1", "crane-fell", "yes")
    reviewed = CliRunner().invoke(
        program, ["review", "crane.s1", "--at", str(root), "--status", "accepted", "--by", "editor"]
    )
    assert reviewed.exit_code == 0, reviewed.output
    told = refused(root, "--undo", "m2")
    assert "OR807" in told
    assert "nothing was written" in told


def test_a_merge_moves_every_statement_and_is_undone_to_the_byte(twins: Path) -> None:
    statements, log = (twins / STATEMENTS).read_bytes(), (twins / LOG).read_bytes()
    said = written(twins, "--answer", "crane-down", "crane-fell", "yes", "--note", "The same fall.")
    assert [entry["id"] for entry in said["entries"]] == ["m2", "m2.1"]
    assert claim_of(twins, "crane.s1") == "crane-fell"
    assert (twins / STATEMENTS).read_bytes() == statements.replace(b"crane-down", b"crane-fell")
    written(twins, "--undo", "m2", "--instead", "no")
    assert (twins / STATEMENTS).read_bytes() == statements
    assert (twins / LOG).read_bytes().startswith(log)
    assert check(twins).errors == 0


def test_what_was_undone_can_be_merged_anew(twins: Path) -> None:
    written(twins, "--answer", "crane-down", "crane-fell", "yes")
    written(twins, "--undo", "m2")
    written(twins, "--undo", "m3", "--instead", "yes")
    assert claim_of(twins, "crane.s1") == "crane-fell"
    assert "was taken back already by `m3`" in refused(twins, "--undo", "m2")
    assert check(twins).errors == 0


def test_one_statement_is_taken_out_of_a_merge(twins: Path) -> None:
    written(twins, "--answer", "crane-down", "crane-fell", "yes")
    written(twins, "--undo", "m2.1", "--instead", "no")
    assert claim_of(twins, "crane.s1") == "crane-down"
    written(twins, "--undo", "m2")
    assert claim_of(twins, "crane.s1") == "crane-down"
    assert check(twins).errors == 0


def test_a_statement_moves_from_one_claim_to_another_and_back(twins: Path) -> None:
    said = written(twins, "--answer", "crane.s1", "crane-fell", "yes")
    assert [(e["id"], e["claim_id"], e["answer"]) for e in said["entries"]] == [
        ("m2", "crane-fell", "yes"),
        ("m2.1", "crane-down", "no"),
    ]
    written(twins, "--undo", "m2")
    assert claim_of(twins, "crane.s1") == "crane-down"
    assert check(twins).errors == 0


def test_a_later_merge_is_undone_before_an_earlier_one(twins: Path) -> None:
    written(twins, "--answer", "crane-down", "crane-fell", "yes")
    written(twins, "--answer", "crane.s1", "people-were-near", "yes")
    written(twins, "--undo", "m2")  # its statement went elsewhere by a later answer, which holds
    assert claim_of(twins, "crane.s1") == "people-were-near"
    text = (twins / STATEMENTS).read_text(encoding="utf-8")
    (twins / STATEMENTS).write_text(text.replace("people-were-near", "crane-overloaded", 1), encoding="utf-8")
    assert "but it states `crane-overloaded` now" in refused(twins, "--undo", "m3")


def test_a_statement_does_not_go_back_to_a_claim_that_was_merged_since(twins: Path) -> None:
    written(twins, "--answer", "crane.s1", "people-were-near", "yes")
    written(twins, "--answer", "crane-down", "crane-fell", "yes")
    assert "`crane-down` was merged into `crane-fell` by `m3`" in refused(twins, "--undo", "m2")
    written(twins, "--undo", "m3")
    written(twins, "--undo", "m2")
    assert claim_of(twins, "crane.s1") == "crane-down"


def test_a_statement_that_leaves_a_merged_claim_leaves_every_claim_in_it(twins: Path) -> None:
    """What was said of it before the merge is taken back too, so that no answer is left behind."""
    written(twins, "--answer", "crane-fell", "crane-down", "yes")  # crane.s2 was given crane-fell by m1
    said = written(twins, "--answer", "crane.s2", "crane-overloaded", "yes")
    assert [(e["claim_id"], e["answer"], e["undoes_id"]) for e in said["entries"]] == [
        ("crane-overloaded", "yes", None),
        ("crane-down", "no", "m2.1"),
        ("crane-fell", "no", "m1"),
    ]
    assert not [finding for finding in check(twins).findings if finding.code.startswith("OR82")]
    written(twins, "--undo", "m3")
    assert claim_of(twins, "crane.s2") == "crane-down"
    assert not [finding for finding in check(twins).findings if finding.code.startswith("OR82")]


def test_a_claim_changed_behind_an_answer_is_found(twins: Path) -> None:
    text = (twins / STATEMENTS).read_text(encoding="utf-8")
    (twins / STATEMENTS).write_text(
        text.replace("claim_id: crane-fell", "claim_id: crane-overloaded"), encoding="utf-8"
    )
    (finding,) = [finding for finding in check(twins).findings if finding.code == "OR826"]
    assert finding.message == "`crane.s2` was said to state `crane-fell`, but it states `crane-overloaded`"


def test_a_claim_that_was_answered_is_merged_with_its_reply(tmp_path: Path) -> None:
    claim = (
        "\n    - {id: too-heavy, proposition: The load was too heavy for the crane., kind: state, topic_id: accident}"
    )
    root = write_records(tmp_path / "project", "claims.yaml:\n  claims:" + claim + "\n")
    said = written(root, "--answer", "crane-overloaded", "too-heavy", "yes")
    assert said["moves"] == [{"statement_id": "crane.s4", "before": "crane-overloaded", "after": "too-heavy"}]
    assert check(root).errors == 0


@pytest.mark.parametrize("said", ["no", "unsure"])
def test_no_pair_is_asked_twice(twins: Path, said: str) -> None:
    statements = (twins / STATEMENTS).read_bytes()
    written(twins, "--answer", "crane-down", "crane-fell", said)
    assert (twins / STATEMENTS).read_bytes() == statements
    assert pairs(twins) == {}
    for pair in (("crane-down", "crane-fell"), ("crane-fell", "crane-down")):
        told = refused(twins, "--answer", *pair, "yes")
        assert f"answered already: {said} by second coder" in told
        assert "--undo m2 --instead" in told


def test_contradictory_claims_are_never_joined(tmp_path: Path) -> None:
    root = write_records(tmp_path / "project", STOOD)
    told = refused(root, "--answer", "crane-stood", "crane-fell", "yes")
    assert "relation `crane-stood.r1` says that they contradict" in told
    told = refused(root, "--answer", "claims/crane-fell", "crane-stood", "yes")
    assert "relation `crane-stood.r1` says that they contradict" in told


def test_contradictory_claims_are_not_joined_by_way_of_a_third(tmp_path: Path) -> None:
    stood = STOOD.replace("did not come down", "remained upright").split("  claims:\n")[1]
    patch = TWINS.replace("crane/statements.yaml:", stood + "crane/statements.yaml:")
    root = write_records(tmp_path / "project", patch)
    written(root, "--answer", "crane-down", "crane-stood", "yes")
    told = refused(root, "--answer", "crane-stood", "crane-fell", "yes")
    assert "contradict" in told
    assert "`crane-down` was merged into `crane-stood`" in refused(root, "--answer", "crane-down", "crane-fell", "yes")
    told = refused(root, "--answer", "crane-fell", "crane-stood", "yes")
    assert "contradict" in told


def test_a_no_about_a_statement_stops_the_merge_that_would_overrule_it(twins: Path) -> None:
    written(twins, "--answer", "crane.s1", "crane-fell", "no")
    told = refused(twins, "--answer", "crane-down", "crane-fell", "yes")
    assert "`crane.s1` would state `crane-fell`, but answer `m2` says that it does not" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--answer", "crane.s11", "crane-fell", "yes"), "there is no statement or claim `crane.s11`"),
        (("--answer", "crane.s1", "crane-fel", "yes"), "did you mean `crane-fell`"),
        (("--answer", "crane-fell", "crane-fell", "yes"), "`crane-fell` is itself"),
        (("--answer", "crane.s1", "crane-down", "no"), "`crane.s1` states `crane-down` already"),
        (("--undo", "m9"), "there is no answer `m9`"),
        (("--undo", "m1", "--instead", "yes"), "`m1` is yes already"),
        (("--answer", "crane.s1", "crane-fell", "yes", "--undo", "m1"), "leave one of them out"),
        (("--instead", "no"), "--instead goes with --undo"),
        (("--json",), "nobody can be asked"),
    ],
)
def test_what_cannot_be_answered_is_said(twins: Path, words: tuple[str, ...], told: str) -> None:
    assert told in refused(twins, *words)


def test_an_answer_needs_a_coder(twins: Path) -> None:
    before = files(twins)
    assert "--by" in run(twins, "--answer", "crane.s1", "crane-fell", "yes").output
    assert "needs a coder" in run(twins, "--answer", "crane.s1", "crane-fell", "yes", "--by", "  ").output
    assert files(twins) == before


def test_records_that_cannot_be_read_stop_it_all(twins: Path) -> None:
    with (twins / STATEMENTS).open("a", encoding="utf-8") as file:
        file.write("  - {id: crane.s9, surprise: 1}\n")
    told = refused(twins, "--answer", "crane-down", "crane-fell", "yes")
    assert "some records cannot be read" in told
    assert "surprise" in told


def test_each_pair_is_asked_in_turn_and_each_answer_written_at_once(tmp_path: Path) -> None:
    root = write_records(tmp_path / "project", TWINS)
    result = run(root, "--least", "0.5", "--by", "second coder", keys="u\ns\nperhaps\nno\n")
    assert result.exit_code == 0, result.output
    log = load_records(root).records["matches"]
    assert [one.answer for one in log] == ["yes", "unsure", "no"]  # type: ignore[attr-defined]
    assert "pair 1 of 4" in result.output


def test_the_end_of_the_input_ends_the_questions(twins: Path) -> None:
    before = files(twins)
    assert run(twins, "--by", "second coder", keys="").exit_code == 0
    assert run(twins, "--by", "second coder", keys="q\n").exit_code == 0
    assert files(twins) == before


def test_the_first_answer_begins_the_log(twins: Path) -> None:
    (twins / LOG).unlink()
    assert written(twins, "--answer", "crane-down", "crane-fell", "no")["entries"][0]["id"] == "m0001"
    assert (twins / LOG).read_text(encoding="utf-8").startswith("# yaml-language-server: ")
    assert check(twins).errors == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- id: s\n  number: 1\n", "- id: s\n  claim_id: c\n  number: 1\n"),
        ("- {id: s, number: 1} # why\n", "- {id: s, claim_id: c, number: 1} # why\n"),
        ("- id: s\n  claim_id: null # open\n", "- id: s\n  claim_id: c # open\n"),
        ("- id: s\n  claim_id:\n  number: 1\n", "- id: s\n  claim_id: c\n  number: 1\n"),
        ("- id: s\n  claim_id: 'd'\n", "- id: s\n  claim_id: 'c'\n"),
        ("- number: 1\r\n  id: s", "- number: 1\r\n  id: s\n  claim_id: c\n"),
    ],
)
def test_only_the_claim_of_a_statement_changes(before: str, after: str) -> None:
    raw = f"# kept\nstatements:\n{before}"
    assert reassigned(raw.encode(), {"s": "c"}).decode() == f"# kept\nstatements:\n{after}"


@pytest.mark.parametrize("written", ["c", "'c'", '"c"'])
def test_a_claim_is_taken_away(written: str) -> None:
    raw = f"statements:\n- id: s\n  claim_id: {written} # why\n"
    assert reassigned(raw.encode(), {"s": None}).decode() == "statements:\n- id: s\n  claim_id: null # why\n"


def test_an_id_that_reads_as_no_text_stays_text() -> None:
    raw = b"statements:\n- id: s\n  claim_id: null\n"
    assert reassigned(raw, {"s": "1988"}) == b'statements:\n- id: s\n  claim_id: "1988"\n'
    with pytest.raises(KeyError):
        reassigned(raw, {"t": "c"})
