"""Links between documents, replies, answers to proposed links and changes: where their rules end."""

from __future__ import annotations

import pytest

from onrecord.check import check_loaded, run_rules
from onrecord.finding import Finding
from onrecord.records import load_texts
from onrecord.rules import RULES
from onrecord.rules.example import example
from onrecord.rules.history import answer, answers, changes
from onrecord.rules.references import citing
from onrecord.rules.replies import ASKED, reply
from onrecord.tables import to_tables

BY_NAME = {rule.name: rule for rule in RULES}


def found(patch: str, *names: str) -> list[Finding]:
    loaded = load_texts(example(patch), pad_digests=True)
    assert loaded.findings == []
    return run_rules(to_tables(loaded.records), [BY_NAME[name] for name in names], loaded)


def names(patch: str) -> list[str]:
    """The names of everything that is wrong with the example under a patch."""
    return [finding.name for finding in check_loaded(load_texts(example(patch), pad_digests=True)).findings]


# -- documents that pass on others ------------------------------------------------------------


def test_words_that_name_another_document_are_anchored_like_any_other() -> None:
    """The second document of the example is cited by the first, at words of the first."""
    second = citing("crane").replace("  cites:\n    - {id: tide.cite1, cited_id: crane}\n", "")
    link = "crane/document.yaml:\n  cites:\n    - {id: crane.cite1, cited_id: tide, anchor: "
    assert names(f'{second}{link}"27-42 {{h:27-42}}"}}\n') == []
    assert names(f'{second}{link}"190-200 {{h:27-42}}"}}\n') == ["span-outside-text"]


def test_circle_of_citations_is_named_at_the_link_that_closes_it() -> None:
    patch = citing("crane") + "crane/document.yaml:\n  cites:\n    - {id: crane.cite1, cited_id: tide}\n"
    [finding] = found(patch, "circular-citation")
    assert finding.message == "`tide` passes on `crane`, which itself passes on `tide`"


# -- replies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("response: accept, statement_id: crane.s4", []),
        ("response: alternative-account", ["reply-without-statement"]),
        ("response: acknowledge-act-deny-responsibility", ["reply-without-statement"]),
        ("response: reply-pending, statement_id: crane.s4", ["pending-without-date", "statement-without-reply"]),
        (f"response: no-reply, {ASKED}", []),
        ('response: no-reply, asked_at: "2021-13-04"', ["edtf-invalid"]),
        ('response: no-reply, asked_at: "2021-03"', ["edtf-and-bounds"]),
        ('response: no-reply, asked_earliest: "2021-03-05", asked_latest: "2021-03-04"', ["bounds-reversed"]),
        ("response: deny, statement_id: crane.s9", ["unknown-reference"]),
        ("response: deny, statement_id: crane.s3", ["reply-of-another-voice", "reply-to-another-claim"]),
        ('response: no-reply, anchor: "143-161 {h:143-161}"', []),
    ],
)
def test_reply_is_what_its_response_says(rest: str, expected: list[str]) -> None:
    assert sorted(names(reply(rest))) == expected


@pytest.mark.parametrize(("type", "expected"), [("contradicts", 0), ("qualifies", 0), ("supports", 1), ("causes", 1)])
def test_answer_may_state_a_claim_that_bears_on_the_one_answered(type: str, expected: int) -> None:
    """The company denies the load; asked about the fall, that answers only if the two claims are so related."""
    related = f"""claims.yaml:
  claims:
    - id: crane-overloaded
      proposition: The crane carried too heavy a load.
      kind: state
      topic_id: accident
      relations:
        - {{type: {type}, to_claim_id: crane-fell, note: As the company has it.}}
"""
    patch = reply("response: deny, statement_id: crane.s4", claim="crane-fell") + related
    assert len(found(patch, "reply-to-another-claim")) == expected


# -- answers to proposed links ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            (answer(2, "unsure"), answer(3, "no", ", undoes_id: m2"), answer(4, "yes", ", undoes_id: m3")),
            ["answer-not-kept"],
        ),
        (
            (answer(2, "unsure"), answer(3, "no", ", undoes_id: m2"), answer(4, "yes", ", undoes_id: m2")),
            ["pair-answered-twice", "answer-not-kept"],
        ),
        ((answer(2, "no"), answer(3, "no", record="claims, record_id: people-were-near")), []),
        ((answer(2, "no", ", undoes_id: m3"), answer(3, "no")), ["undoes-no-earlier-answer"]),
        ((answer(2, "no", ", undoes_id: m2"),), ["undoes-no-earlier-answer"]),
        ((answer(2, "no", ", undoes_id: m9"),), ["unknown-reference"]),
        ((answer(2, "no", record="figures, record_id: crane.s3.f1"),), ["match-of-unknown-record"]),
        ((answer(2, "no", ", score: 1.0"),), []),
    ],
)
def test_every_pair_has_one_answer_that_stands(entries: tuple[str, ...], expected: list[str]) -> None:
    assert names(answers(*entries)) == expected


@pytest.mark.parametrize("score", ["1.1", "-0.1"])
def test_likeness_lies_between_nothing_and_all(score: str) -> None:
    assert names(answers(answer(2, "no", f", score: {score}"))) == ["out-of-range"]


def test_contradiction_is_seen_from_both_sides_until_the_answer_is_taken_back() -> None:
    related = """claims.yaml:
  claims:
    - id: crane-overloaded
      proposition: The crane carried too heavy a load.
      kind: state
      topic_id: accident
      relations:
        - {type: contradicts, to_claim_id: crane-fell, note: As the company has it.}
"""
    one = answer(2, "yes", record="claims, record_id: crane-overloaded")
    other = one.replace("crane-overloaded", "crane-fell").replace(
        "claim_id: crane-fell", "claim_id: crane-overloaded", 1
    )
    undone = answer(3, "no", ", undoes_id: m2", record="claims, record_id: crane-overloaded")
    name = "match-of-contradictory-claims"
    assert [finding.key for finding in found(answers(one) + related, name)] == ["m2"]
    assert [finding.key for finding in found(answers(other) + related, name)] == ["m2"]
    assert found(answers(one, undone) + related, name) == []


# -- changes ----------------------------------------------------------------------------------


def released(*versions: str) -> str:
    rest = "record_table: statements, record_id: crane.s2, change: added"
    return changes(*(f"id: c{n}, version: {version}, {rest}" for n, version in enumerate(versions)))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (("0.1.0", "0.2.0", "0.2.0", "0.10.0", "1.0.0"), []),
        (("0.10.0", "0.9.0"), ["c1"]),
        (("1.0.0", "1.0.0-rc.1"), []),
        (("1.0.0", "next", "0.9.0"), []),
        (("0.0.1",), ["c0"]),
    ],
)
def test_versions_of_changes_never_go_back(versions: tuple[str, ...], expected: list[str]) -> None:
    assert [finding.key for finding in found(released(*versions), "changes-out-of-order")] == expected


CLAIM = "{{id: {0}, proposition: The {0} lies at the quay., kind: state, topic_id: accident{1}}}"


def test_a_pair_of_claims_is_the_same_pair_the_other_way_round() -> None:
    one = answer(2, "no", record="claims, record_id: people-were-near")
    other = answer(3, "unsure", record="claims, record_id: crane-fell").replace(
        "claim_id: crane-fell,", "claim_id: people-were-near,"
    )
    [finding] = found(answers(one, other), "pair-answered-twice")
    assert finding.message == "`crane-fell` and `people-were-near` were answered already by `m2`"


def test_claims_that_contradict_are_not_one_by_way_of_others_either() -> None:
    against = ", relations: [{type: contradicts, to_claim_id: crane-fell, note: Either or.}]"
    claims = f"claims.yaml:\n  claims:\n    - {CLAIM.format('tug', '')}\n    - {CLAIM.format('ferry', against)}\n"
    first = answer(2, "yes", record="claims, record_id: tug")
    second = answer(3, "yes", record="claims, record_id: ferry").replace("claim_id: crane-fell,", "claim_id: tug,")
    [finding] = found(claims + answers(first, second), "match-of-contradictory-claims")
    said = "`ferry` and `crane-fell` are said to be one claim by way of others"
    assert (finding.key, finding.message) == ("m3", f"{said}, but `ferry.r1` says that they contradict")
    direct = answer(2, "yes", record="claims, record_id: ferry")
    [finding] = found(claims + answers(direct, second), "match-of-contradictory-claims")
    assert (finding.key, "by way of others" in finding.message) == ("m2", False)
    assert not found(claims + answers(first, second.replace('"yes"', '"no"')), "match-of-contradictory-claims")
