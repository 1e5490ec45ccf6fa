"""A walk through what the samples keep track of, in the order in which a reader would take it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import onrecord
from onrecord.check import check
from onrecord.cli import program
from onrecord.model import Match, Review
from onrecord.reviewlog import entry_hash

SAMPLES = Path(__file__).parent / "samples"
EARLIER = SAMPLES / "earlier" / "0.1.0"
RECORDS = SAMPLES / "claims" / "records"
BEFORE = "2026-11-22T16:45:00Z"  # when the log of version 0.1.0 ends


def run(*arguments: str, code: int = 0) -> str:
    """What a command prints about the samples, with every run of white space as one space."""
    result: Result = CliRunner().invoke(program, list(arguments), prog_name="onrecord")
    assert result.exit_code == code, result.output
    return re.sub(r"\s+", " ", result.output)


def of(samples: Path, *arguments: str, code: int = 0) -> str:
    return run(*arguments, "--at", str(samples), code=code)


@pytest.fixture(scope="module")
def samples() -> onrecord.Dataset:
    return onrecord.load(SAMPLES)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the samples to write in."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "samples"))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Reviews: what waits, what was decided and when


def test_what_waits_is_the_conflict_and_the_drafts_and_nothing_that_was_withdrawn(samples: onrecord.Dataset) -> None:
    said = of(SAMPLES, "todo")
    assert "heron-paper.s28 conflict by second coder, 2026-11-22: Two readings." in said
    assert said.endswith("5 records to look at: 1 in conflict, 4 in draft ")
    assert "heron-agency.s40" not in said
    drafts = {"heron-agency.s36", "heron-agency.s37", "heron-agency.s38", "heron-paper.s36"}
    assert {id for id in drafts if samples.status(id).status == "draft"} == drafts
    assert all(f"{id} draft by third coder" in said for id in drafts)


def test_a_review_is_appended_and_what_it_was_about_waits_no_longer(copy: Path) -> None:
    before = (copy / "claims/records/reviews.yaml").read_bytes()
    said = of(copy, "review", "heron-agency.s36", "--status", "accepted", "--by", "second coder")
    assert said.startswith("r0233: statements heron-agency.s36 is accepted; it was draft ")
    assert (copy / "claims/records/reviews.yaml").read_bytes().startswith(before)
    assert check(copy).findings == ()
    assert of(copy, "todo").endswith("4 records to look at: 1 in conflict, 3 in draft ")


def test_each_entry_carries_the_hash_of_the_one_before(samples: onrecord.Dataset) -> None:
    log = [samples.record(Review, id) for id in samples.table("reviews")["id"].to_pylist()]
    assert [entry.previous_sha256 for entry in log] == [None, *map(entry_hash, log[:-1])]
    assert (len(log), log[-1].id) == (232, "r0232")


def test_a_reason_that_is_reworded_later_is_found(copy: Path) -> None:
    log = copy / "claims/records/reviews.yaml"
    text = log.read_text(encoding="utf-8")
    assert text.count("The first fall was another crane’s.") == 1
    log.write_text(text.replace("The first fall was another crane’s.", "A slip."), encoding="utf-8")
    (found,) = check(copy).findings
    assert (found.code, "r0230" in found.message) == ("OR809", True)


@pytest.mark.parametrize(
    ("id", "then", "now", "successor"),
    [
        ("heron-company.s36", "accepted", "superseded", "heron-company.s37"),
        ("heron-agency.s40", "draft", "retracted", None),
        ("claims/heron-fell", "draft", "superseded", "crane-fell"),
        ("heron-agency.s39", "draft", "accepted", None),
    ],
)
def test_status_is_what_it_was_on_the_day(
    id: str, then: str, now: str, successor: str | None, samples: onrecord.Dataset
) -> None:
    past, present = samples.status(id, as_of=BEFORE), samples.status(id)
    assert (past.status, past.successor_id, past.withdrawn) == (then, None, False)
    assert (present.status, present.successor_id, present.withdrawn) == (now, successor, now != "accepted")
    assert present.reason
    assert present.history[: len(past.history)] == past.history


def test_a_conflict_that_was_settled_keeps_both_readings(samples: onrecord.Dataset) -> None:
    during = samples.status("heron-agency.s08", as_of="2026-11-22T16:00:30Z")
    after = samples.status("heron-agency.s08")
    assert (during.status, after.status) == ("conflict", "accepted")
    assert during.reason and during.reason in [one.note for one in after.history]


def test_a_superseded_statement_stays_readable_with_what_stands_in_its_place(samples: onrecord.Dataset) -> None:
    said = of(SAMPLES, "show", "heron-company.s36")
    assert said.startswith("SUPERSEDED on 2026-11-22: The words are “will probably”:")
    assert "in its place: heron-company.s37 heron-company.s36 heron-will-stand-again:" in said
    assert "Ila M̃anu │ predict; CT+ certainly so;" in said
    assert "Ila M̃anu │ predict; PR+ probably so;" in of(SAMPLES, "show", "heron-company.s37")
    assert "This record is superseded." in of(SAMPLES, "cite", "heron-company.s36")
    wrong, right = (samples.chain(id)[-1] for id in ("heron-company.s36", "heron-company.s37"))
    assert (wrong.factuality, right.factuality) == ("CT+", "PR+")


def test_a_retracted_statement_stays_readable_with_its_reason() -> None:
    said = of(SAMPLES, "show", "heron-agency.s40")
    assert said.startswith("RETRACTED on 2026-11-22: The first fall was another crane’s.")
    assert "in its place" not in said
    assert said.rstrip().endswith("That this one had an accident before is not said.")
    assert "2 reviews 2026-11-22 draft, third coder (r0227)" in said


# Across documents


def test_what_was_withdrawn_counts_for_nothing_when_a_claim_is_compared(samples: onrecord.Dataset) -> None:
    """As long as the retracted statement stood, two documents contradicted each other."""
    then, now = (dataset.compare("earlier-accident") for dataset in (onrecord.load(EARLIER), samples))
    assert [one.statement_id for one in then.statements] == [one.statement_id for one in now.statements]
    assert [(one.first.said, one.second.said) for one in then.conflicts] == [("affirmed", "denied")]
    assert now.conflicts == now.differences == ()
    assert "heron-agency.s40 heron-agency.p03, 341-397 retracted; counts for nothing below" in of(
        SAMPLES, "compare", "earlier-accident"
    )


def test_what_was_withdrawn_is_no_drift(samples: onrecord.Dataset) -> None:
    then = {one.claim_id for one in onrecord.load(EARLIER).drift()}
    now = {one.claim_id for one in samples.drift()}
    assert then - now == {"earlier-accident"}
    assert "heron-will-stand-again" not in now  # the hedge was left out by a coder, and by no voice


def test_conflicts_are_told_from_differences(samples: onrecord.Dataset) -> None:
    quay = samples.compare("people-on-quay")
    pairs = [{one.first.said, one.second.said} for one in quay.conflicts]
    assert pairs == [{"37 person", ">= 40 person"}, {"37 person", "40 to 60 person"}]
    assert {">= 40 person", "about 60 person"} in [{one.first.said, one.second.said} for one in quay.differences]
    assert len(quay.differences) == 4


def test_an_echo_counts_once_and_a_denial_stands_against_it(samples: onrecord.Dataset) -> None:
    said = of(SAMPLES, "compare", "people-on-quay")
    assert "echo heron-paper.s06: names heron-agency as its source, which states it in heron-agency.s05" in said
    quay = {one.said: one.independent for one in samples.compare("people-on-quay").backings}
    assert quay[">= 40 person"] == 1
    denied = of(SAMPLES, "compare", "crane-overloaded")
    assert "conflicts: 1 conflict affirmed / denied: one affirms what the other denies" in denied
    assert "███ CT+ The report (heron-paper) → surer: PS+ became CT+" in denied


def test_the_number_that_the_paper_took_back_is_the_opposite_of_the_one_it_gave(samples: onrecord.Dataset) -> None:
    lost = samples.compare("containers-lost")
    assert {one.said: one.independent for one in lost.backings} == {"3 container": 1, "4 container": 1}
    assert [(one.first.said, one.second.said) for one in lost.conflicts] == [
        ("3 container", "4 container"),
        ("affirmed", "denied"),
    ]
    assert "███ CT- The report (heron-paper) → the opposite: CT+ became CT-" in of(SAMPLES, "compare", lost.id)


# Links between statements and claims


def test_a_merge_is_on_record_and_the_claim_that_nobody_states_any_more_too(samples: onrecord.Dataset) -> None:
    first = samples.record(Match, "m0001")
    assert (first.record_id, first.claim_id, first.answer) == ("heron-fell", "crane-fell", "yes")
    assert samples.record(Match, "m0001.1").record_id == "heron-agency.s39"
    assert onrecord.load(EARLIER).statement("heron-agency.s39").claim_id == "heron-fell"
    assert samples.statement("heron-agency.s39").claim_id == "crane-fell"
    assert of(SAMPLES, "show", "heron-fell").startswith("SUPERSEDED on 2026-11-22: One claim, by answer m0001.")


def test_a_claim_that_nobody_states_is_warned_of_unless_a_review_withdrew_it(copy: Path) -> None:
    assert check(copy).findings == ()
    of(copy, "review", "claims/heron-fell", "--status", "accepted", "--by", "editor", "--note", "It stands again.")
    assert [(one.code, "`heron-fell`" in one.message) for one in check(copy).findings] == [("OR209", True)]


def test_a_merge_that_was_undone_left_the_statement_with_its_claim(samples: onrecord.Dataset) -> None:
    wrong, undone = samples.record(Match, "m0003"), samples.record(Match, "m0004")
    assert (wrong.answer, undone.answer, undone.undoes_id) == ("yes", "no", "m0003")
    assert samples.record(Match, "m0003.1").record_id == "heron-company.s22"
    assert samples.statement("heron-company.s22").claim_id == "quay-had-40-to-60"


def test_no_pair_is_asked_twice() -> None:
    pytest.importorskip("rapidfuzz", reason="pip install 'onrecord[text]'")
    asked = {(one["record_id"], one["claim_id"]) for one in candidates(EARLIER)}
    answered = {
        ("heron-fell", "crane-fell"),
        ("crane-fell-slowly", "boom-came-down"),
        ("quay-had-40-to-60", "about-60-ran"),
    }
    assert answered <= asked
    left = {(one["record_id"], one["claim_id"]) for one in candidates(SAMPLES)}
    assert not answered & left
    assert asked - left == answered | {("heron-fell", "crane-fell-into-basin-four")}  # heron-fell was merged
    assert left <= asked


def candidates(place: Path) -> list[dict[str, Any]]:
    said = CliRunner().invoke(program, ["match", "--source", str(SAMPLES / "sources"), "--json", "--at", str(place)])
    assert said.exit_code == 0, said.output
    return list(json.loads(said.output)["candidates"])


def test_undoing_a_merge_gives_the_claim_back(copy: Path) -> None:
    pytest.importorskip("rapidfuzz", reason="pip install 'onrecord[text]'")
    said = of(copy, "match", "--undo", "m0001", "--by", "third coder", "--note", "Asked again.")
    assert "heron-agency.s39 states heron-fell; it was crane-fell" in said
    assert onrecord.load(copy).statement("heron-agency.s39").claim_id == "heron-fell"


# Right of reply


def test_who_answered_who_did_not_and_who_was_asked(samples: onrecord.Dataset) -> None:
    rows = samples.sql("SELECT id, claim_id, party_id, response, statement_id FROM replies ORDER BY id").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("heron-agency.reply1", "crane-overloaded", "tessaly-lifting", "deny", "heron-agency.s12"),
        ("heron-company.reply1", "remark-should-be-withdrawn", "harbour-master", "reply-pending", None),
        ("heron-paper.reply1", "crane-overloaded", "tessaly-lifting", "deny", "heron-paper.s23"),
        ("heron-paper.reply2", "cranes-should-be-weighed", "marisund-harbour", "no-reply", None),
        ("heron-paper.reply3", "drivers-should-be-heard", "marisund-harbour", "no-reply", None),
    ]


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("crane-overloaded", "2 replies Tessaly Lifting: deny, in heron-agency.s12 (heron-agency.reply1): To what "),
        ("marisund-harbour", "to drivers-should-be-heard: no reply, in heron-paper (heron-paper.reply3): As the "),
        ("harbour-master", "asked 2019-04-10: reply pending, in heron-company (heron-company.reply1): Asked by "),
    ],
)
def test_replies_are_shown_with_the_claim_and_with_the_party(id: str, words: str) -> None:
    assert words in of(SAMPLES, "show", id)


def test_a_denial_without_the_statement_that_denies_is_found(copy: Path) -> None:
    file = copy / "claims/records/heron-paper/replies.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(", statement_id: heron-paper.s23") == 1
    file.write_text(text.replace(", statement_id: heron-paper.s23", ""), encoding="utf-8")
    assert [one.code for one in check(copy).findings] == ["OR461"]


# Versions and differences


def test_the_earlier_version_is_sound_by_itself() -> None:
    checked = check(EARLIER)
    assert (checked.findings, checked.skipped) == ((), ())
    assert of(EARLIER, "verify", "--source", str(SAMPLES / "sources")).endswith("0 problems ")


def test_the_earlier_log_is_the_beginning_of_the_present_one() -> None:
    assert (RECORDS / "reviews.yaml").read_bytes().startswith((EARLIER / "reviews.yaml").read_bytes())


def test_the_difference_tells_what_became_of_each_record_and_why() -> None:
    said = run("diff", str(EARLIER), str(RECORDS))
    assert "(0.1.0) to " in said and "(0.2.0) claims " in said
    for words in (
        "! heron-fell retracted review_status: draft -> superseded because: One claim, by answer m0001.",
        "~ heron-agency.s39 corrected claim_id: heron-fell -> crane-fell because: States crane-fell, by answer m0001.",
        "! heron-agency.s40 retracted review_status: draft -> retracted because: The first fall was another crane’s.",
        "! heron-company.s36 retracted review_status: accepted -> superseded because: The words are “will probably”",
        "+ heron-company.s37 added because: In place of heron-company.s36, with the hedge.",
    ):
        assert words in said
    assert said.endswith("30 added, 1 corrected, 3 retracted the version of the data rises by: minor ")


def test_the_table_of_changes_holds_that_difference(samples: onrecord.Dataset) -> None:
    compared = CliRunner().invoke(program, ["diff", str(EARLIER), str(RECORDS), "--output-format", "json"])
    told = json.loads(compared.output)["changes"]
    kept = sorted(samples.table("changes").to_pylist(), key=lambda row: row["number"])
    fields = ("record_table", "record_id", "change", "field", "old", "new", "reason")
    assert [[row[name] for name in fields] for row in kept] == [[row[name] for name in fields] for row in told]
    assert {row["version"] for row in kept} == {"0.2.0"}
    assert len(kept) == 34


def test_a_version_is_not_compared_with_itself() -> None:
    assert "are the same; there is nothing to compare" in run("diff", str(EARLIER), str(EARLIER))


def test_a_number_that_is_too_small_is_refused_and_nothing_is_written(copy: Path) -> None:
    before = files(copy)
    said = of(copy, "release", "--since", str(EARLIER), "--version", "0.1.1", code=2)
    assert "version 0.1.1 is too small: what changed since 0.1.0 is minor" in said
    assert "already" in of(copy, "release", "--since", str(EARLIER), code=2)  # it was released as 0.2.0
    assert files(copy) == before


def test_a_release_is_a_dry_run_unless_told_otherwise(copy: Path) -> None:
    before = files(copy)
    said = of(copy, "release", "--since", str(EARLIER), "--version", "0.3.0")
    assert "what changed is minor: the data needs 0.2.0 at least" in said
    assert said.endswith("nothing was written; --write does it ")
    assert files(copy) == before


def test_the_release_of_the_present_version_can_be_made_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the same records, with the number and the list of changes taken out, the command writes both anew."""
    records = copy / "claims/records"
    changes = (records / "changes.yaml").read_text(encoding="utf-8")
    (records / "changes.yaml").unlink()
    shutil.copy(EARLIER / "package.yaml", records / "package.yaml")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")  # 22 November 2026
    said = of(copy, "release", "--since", str(EARLIER), "--write", "--no-frictionless")
    assert "release: data 0.2.0, 2026-11-22" in said
    written = (records / "changes.yaml").read_text(encoding="utf-8")
    assert written.splitlines()[1:] == changes.splitlines()[1:]  # the first names the schema, where a project has it
    assert (records / "package.yaml").read_bytes() == (RECORDS / "package.yaml").read_bytes()
    assert onrecord.load(copy).verify() == []


# A second encoding


def test_two_encodings_of_one_document_are_compared(copy: Path) -> None:
    pytest.importorskip("krippendorff", reason="pip install 'onrecord[agreement]'")
    said = of(copy, "agreement", "heron-company", "--source", str(SAMPLES / "sources"), "--write")
    assert "first: fourth, 37 statements; second: reconciled, 36 statements; 36 are in both" in said
    assert "fourth: heron-company.s04 “our loading crane” = Tessaly Lifting owns the crane that fell. " in said
    rows = onrecord.load(copy).table("agreement").to_pylist()
    found = {(row["measure"], row["field"]): (row["value"], row["n"]) for row in rows}
    assert found[("recall-second", None)] == (1, 36)  # the superseded statement is nobody's reading any more
    value, n = found[("recall-first", None)]
    assert (round(float(value), 3), n) == (0.973, 37)
    assert check(copy).findings == ()


def test_the_commands_of_the_readme_are_those_tried_here() -> None:
    said = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert "onrecord diff tests/samples/earlier/0.1.0 tests/samples/claims/records\n" in said
    refused = "release --since tests/samples/earlier/0.1.0 --version 0.1.1 --at tests/samples"
    assert f"onrecord {refused}\n" in said
    run(*refused.replace("tests/samples", str(SAMPLES)).split(), code=2)
