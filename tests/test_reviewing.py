"""Reviews as a curator makes them: appended and never edited, refused with a remedy, found when tampered with."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onrecord
from conftest import write_records
from onrecord import reviewing
from onrecord.check import check
from onrecord.cli import program
from onrecord.lock import LOCK, lock
from onrecord.package import build
from onrecord.reviewing import Asked, ReviewRefused, next_id, review
from onrecord.rules.reviews import entry, log

DAY = "2021-03-06T10:00:00Z"
THERE = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}


@pytest.fixture
def project(example_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example project, not built, as the current folder; its log has one entry, of 5 March 2021, 10:00."""
    monkeypatch.chdir(example_project)
    return example_project


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments), prog_name="onrecord")


def add(id: str, status: str, *more: str, by: str = "second coder") -> Result:
    return run("review", id, "--status", status, "--by", by, *more)


def reviews(project: Path) -> Path:
    return project / "claims" / "records" / "reviews.yaml"


def entries(project: Path) -> list[dict[str, str]]:
    return list(yaml.safe_load(reviews(project).read_bytes())["reviews"])


def refused(project: Path, result: Result, *words: str, code: int = 2) -> None:
    """The command says why, and the log is what it was, byte for byte, with nothing left beside it."""
    assert result.exit_code == code, result.output
    for word in words:
        assert word in result.output
    assert [one["id"] for one in entries(project)] == ["r1"]
    assert not [path for path in reviews(project).parent.iterdir() if path.name.startswith(".")]


# What is appended


def test_review_appends_an_entry_with_the_hash_of_the_one_before(project: Path) -> None:
    before = reviews(project).read_bytes()
    said = add("crane.s2", "accepted", "--at-time", DAY)
    assert said.exit_code == 0
    assert said.output == "r2: statements crane.s2 is accepted; it was draft\nentry 2 of claims/records/reviews.yaml\n"
    assert reviews(project).read_bytes().startswith(before)
    assert entries(project)[1] == {
        "id": "r2",
        "record_table": "statements",
        "record_id": "crane.s2",
        "status": "accepted",
        "reviewer": "second coder",
        "reviewed_at": DAY,
        "previous_sha256": onrecord_hash("r1", "crane.s1", "accepted", "first coder", "2021-03-05T10:00:00Z"),
    }
    assert run("check").exit_code == 0


def onrecord_hash(id: str, record: str, status: str, by: str, at: str) -> str:
    from hashlib import sha256

    return sha256("\x1f".join([id, "statements", record, status, by, at, "", "", ""]).encode()).hexdigest()


def test_a_log_laid_out_by_hand_keeps_every_byte(project: Path) -> None:
    text = (
        "# ours\r\nreviews:   # the log\r\n"
        '  - {id: r0009, record_table: statements, record_id: crane.s1, status: "accepted", reviewer: A, # first\r\n'
        '     reviewed_at: "2021-03-05T10:00:00Z"}\r\n'
    )
    reviews(project).write_bytes(text.encode())
    assert add("crane.s2", "accepted").exit_code == 0
    assert reviews(project).read_bytes().startswith(text.encode())
    assert [one["id"] for one in entries(project)] == ["r0009", "r0010"]
    assert run("check").exit_code == 0


def test_first_review_of_a_project_begins_its_log(project: Path) -> None:
    reviews(project).unlink()
    assert add("agents/ada-lind", "work-needed", "--note", "Which office?").exit_code == 0
    assert reviews(project).read_text().startswith("# yaml-language-server: $schema=../../schema/reviews.schema.json\n")
    (one,) = entries(project)
    assert (one["id"], one["record_table"], one["note"]) == ("r0001", "agents", "Which office?")
    assert run("check").exit_code == 0


def test_time_of_a_review_is_now_in_utc(project: Path) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    add("crane.s2", "accepted")
    made = dt.datetime.fromisoformat(entries(project)[1]["reviewed_at"])
    assert before <= made <= dt.datetime.now(dt.UTC)


def test_time_with_another_zone_is_written_in_utc(project: Path) -> None:
    add("crane.s2", "accepted", "--at-time", "2021-03-06T12:00:00+02:00")
    assert entries(project)[1]["reviewed_at"] == DAY


def test_two_verdicts_in_a_row_are_a_second_apart(project: Path) -> None:
    assert add("crane.s2", "accepted").exit_code == 0
    assert add("crane.s2", "work-needed").exit_code == 0
    first, second = (one["reviewed_at"] for one in entries(project)[1:])
    assert first < second
    assert run("check").exit_code == 0


def test_review_as_json_gives_the_entry_with_its_hash(project: Path) -> None:
    said = json.loads(add("crane.s2", "accepted", "--at-time", DAY, "--json").output)
    add("crane.s3", "accepted", "--at-time", DAY)
    assert said["sha256"] == entries(project)[2]["previous_sha256"]
    assert (said["id"], said["number"], said["status_before"], said["reviewed_at"]) == ("r2", 2, "draft", DAY)


def test_review_takes_the_project_as_path_or_at(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    assert run("review", "crane.s2", str(project), "--status", "accepted", "--by", "x").exit_code == 0
    assert (
        run(
            "review", "crane.s3", "--at", str(project / "claims/records"), "--status", "accepted", "--by", "x"
        ).exit_code
        == 0
    )
    assert len(entries(project)) == 3


def test_record_with_a_key_of_several_parts_can_be_reviewed(project: Path) -> None:
    assert add("crane.s2/1", "conflict", "--note", "said or wrote").exit_code == 0
    assert (entries(project)[1]["record_table"], entries(project)[1]["record_id"]) == ("attributions", "crane.s2/1")
    assert run("check").exit_code == 0


def test_ids_go_on_from_the_last_one_and_are_never_used_twice() -> None:
    assert next_id(["r0009"]) == "r0010"
    assert next_id(["r9999"]) == "r10000"
    assert next_id(["r3", "r2"]) == "r4"
    assert next_id(["first"]) == "first.1"
    assert next_id([]) == "r0001"


# What is refused


def test_unknown_record_is_refused_with_the_nearest_ones(project: Path) -> None:
    refused(project, add("crane.s22", "accepted"), "`crane.s22`", "did you mean", "`crane.s2`", "looked in")


def test_unknown_record_may_be_one_that_cannot_be_read(project: Path) -> None:
    file = project / "claims/records/crane/statements.yaml"
    file.write_text(file.read_text().replace("- id: crane.s4", "- idd: crane.s4"))
    refused(project, add("crane.s4", "accepted"), "faults keep records from being read", "onrecord check")
    assert add("crane.s2", "accepted").exit_code == 0


@pytest.mark.parametrize("status", ["superseded", "retracted", "conflict"])
def test_withdrawal_and_conflict_need_a_reason(project: Path, status: str) -> None:
    more = ("--successor", "crane.s3") if status == "superseded" else ()
    refused(project, add("crane.s2", status, *more), f"cannot be {status} without a reason", "--note")
    refused(project, add("crane.s2", status, *more, "--note", "  "), "without a reason")


def test_superseded_record_needs_a_successor(project: Path) -> None:
    refused(
        project, add("crane.s2", "superseded", "--note", "Wrong."), "superseded by nothing", "--successor", "retracted"
    )


def test_successor_is_another_record_of_the_same_table(project: Path) -> None:
    for successor, said in (("crane.s9", "did you mean"), ("ada-lind", "statements"), ("crane.s2", "its own place")):
        refused(project, add("crane.s2", "superseded", "--note", "Wrong.", "--successor", successor), said)
    refused(project, add("crane.s2", "accepted", "--successor", "crane.s3"), "leave --successor out")


def test_record_cannot_be_replaced_by_one_whose_place_it_took(project: Path) -> None:
    add("crane.s1", "superseded", "--note", "See there.", "--successor", "crane.s2", "--at-time", DAY)
    said = add("crane.s2", "superseded", "--note", "See there.", "--successor", "crane.s1")
    assert (said.exit_code, len(entries(project))) == (2, 2)
    assert "`crane.s2` itself stands in the place of `crane.s1`" in said.output


def test_accepting_a_withdrawn_record_again_needs_a_reason(project: Path) -> None:
    add("crane.s2", "retracted", "--note", "Not said.", "--at-time", DAY)
    said = add("crane.s2", "accepted")
    assert (said.exit_code, len(entries(project))) == (2, 2)
    assert "having been retracted, without a reason" in said.output
    assert add("crane.s2", "accepted", "--note", "It is said after all.").exit_code == 0
    assert run("check").exit_code == 0


def test_time_before_the_last_entry_is_refused(project: Path) -> None:
    said = add("crane.s2", "accepted", "--at-time", "2021-03-05T09:59:59Z")
    refused(project, said, "2021-03-05T09:59:59Z is before 2021-03-05T10:00:00Z", "`r1`", "order of time")


def test_clock_behind_the_log_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "_now", lambda: dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    refused(project, add("crane.s2", "accepted"), "is before", "clock")


@pytest.mark.parametrize(
    ("at", "said"),
    [("2999-01-01T00:00:00Z", "in the future"), ("yesterday, at noon", "no instant"), ("2021-03-06", "as well")],
)
def test_time_that_is_none_is_refused(project: Path, at: str, said: str) -> None:
    refused(project, add("crane.s2", "accepted", "--at-time", at), said, "help: ")


def test_other_verdict_at_the_same_instant_is_refused(project: Path) -> None:
    said = add("crane.s1", "work-needed", "--at-time", "2021-03-05T10:00:00Z")
    refused(project, said, "accepted by `r1` at the same instant", "later time")


def test_statement_without_a_claim_cannot_be_accepted(project: Path) -> None:
    file = project / "claims/records/crane/statements.yaml"
    file.write_text(file.read_text().replace("  claim_id: people-were-near\n", ""))
    refused(project, add("crane.s3", "accepted"), "OR807", "no `claim_id`", code=1)


@pytest.mark.parametrize("by", ["", " \n ", "\x1b[31mred", "a\x1fb", "a\x85b", "\udcff"])
def test_reviewer_that_is_no_name_is_refused(project: Path, by: str) -> None:
    result = add("crane.s2", "accepted", by=by)
    refused(project, result, "error: ", code=result.exit_code)
    assert result.exit_code in (1, 2)
    assert "\x1b" not in result.output


@pytest.mark.parametrize("character", ["\x1f", "\x00", "\u2028", "\ufeff"])
def test_character_that_no_file_may_hold_is_named_and_the_log_not_blamed(project: Path, character: str) -> None:
    result = add("crane.s2", "accepted", "--note", f"said {character} there")
    refused(project, result, f"the note holds the character U+{ord(character):04X}")
    assert "reviews.yaml" not in result.output


def test_entry_of_the_log_is_not_itself_reviewed(project: Path) -> None:
    refused(project, add("reviews/r1", "retracted", "--note", "Wrong."), "the log is never changed", "`crane.s1`")


def test_record_that_was_withdrawn_stands_in_no_place(project: Path) -> None:
    add("crane.s2", "superseded", "--note", "See there.", "--successor", "crane.s3", "--at-time", DAY)
    said = add("crane.s1", "superseded", "--note", "See there.", "--successor", "crane.s2")
    assert "`crane.s2` is superseded itself" in said.output
    assert "name `crane.s3`, which stands in its place" in said.output
    assert (said.exit_code, len(entries(project))) == (2, 2)


@pytest.mark.parametrize("status", ["accepted", "draft", "work-needed"])
def test_leaving_a_withdrawal_needs_a_reason_in_the_log_too(project: Path, status: str) -> None:
    add("crane.s2", "retracted", "--note", "Not said.", "--at-time", DAY)
    assert "having been retracted, without a reason" in add("crane.s2", status).output
    assert len(entries(project)) == 2
    withdrawn = entry(2, "retracted", "2021-03-06T10:00:00Z", "Not said.")
    write_records(project, log(withdrawn, entry(3, status, "2021-03-07T10:00:00Z")))
    assert f"`r2` and is {status} by `r3`, without a note" in run("check").output


def test_time_to_come_in_the_log_is_told_from_a_slow_clock(project: Path) -> None:
    write_records(project, log(entry(2, "accepted", "2999-01-01T00:00:00Z")))
    assert "if it is right, `r2` is of a time to come" in add("crane.s2", "accepted").output


def test_folder_that_is_not_there_is_not_made(project: Path) -> None:
    result = add("crane.s2", "accepted", "--at", "nowhere")
    assert (result.exit_code, "there is no folder nowhere" in result.output) == (2, True)
    assert not (project / "nowhere").exists()


def test_read_only_log_stays_as_it_is(project: Path) -> None:
    reviews(project).chmod(0o444)
    refused(project, add("crane.s2", "accepted"), "read-only")


def test_log_with_a_fault_in_it_is_not_appended_to(project: Path) -> None:
    reviews(project).write_text(reviews(project).read_text().replace("accepted", "acepted"))
    refused(project, add("crane.s2", "accepted"), "acepted", "the review log is not whole", code=1)


# Tampering


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with five reviews, built."""
    root = write_records(tmp_path_factory.mktemp("tracked") / "project")
    for number, id in enumerate(["crane.s2", "crane.s3", "crane.s4", "crane.s2"], 6):
        review(
            id, root, Asked("work-needed", "second coder", f"Look {number}.", at_time=f"2021-03-{number:02}T10:00:00Z")
        )
    build(root, root, frictionless=False)
    return root


def edited(log: list[dict[str, str]]) -> None:
    log[1]["note"] = "Looked at."


def dropped(log: list[dict[str, str]]) -> None:
    del log[2]


def reordered(log: list[dict[str, str]]) -> None:
    log[2], log[3] = log[3], log[2]


def cut(log: list[dict[str, str]]) -> None:
    del log[4]


def cut_to_nothing(log: list[dict[str, str]]) -> None:
    log.clear()


def edited_at_the_end(log: list[dict[str, str]]) -> None:
    log[4]["status"] = "accepted"


def put_in(log: list[dict[str, str]]) -> None:
    log.insert(1, log[0] | {"id": "r1b", "record_id": "crane.s4"})


@pytest.mark.parametrize(
    ("tamper", "code", "named"),
    [
        (edited, "OR809", "r2"),
        (dropped, "OR809", "r4"),
        (reordered, "OR809", "r4"),
        (put_in, "OR809", "r1b"),
        (cut, "OR814", "r5"),
        (cut_to_nothing, "OR814", "r5"),
        (edited_at_the_end, "OR814", "r5"),
    ],
    ids=lambda said: getattr(said, "__name__", said),
)
def test_tampering_is_found_by_check_and_verify_and_stops_review(
    tracked: Path, tmp_path: Path, tamper: Callable[[list[dict[str, str]]], None], code: str, named: str
) -> None:
    root = Path(shutil.copytree(tracked, tmp_path / "copy"))
    changed = entries(root)
    tamper(changed)
    reviews(root).write_text(yaml.safe_dump({"reviews": changed}, sort_keys=False))
    before = reviews(root).read_bytes()
    found = [run("check", str(root)), run("verify", str(root)), add("crane.s3", "accepted", str(root))]
    for said in found:
        assert said.exit_code == 1, said.output
        assert code in said.output
        assert f"`{named}`" in said.output
    assert "the review log is not whole" in found[2].output
    assert reviews(root).read_bytes() == before


def test_log_that_nobody_touched_is_whole(tracked: Path) -> None:
    assert run("check", str(tracked)).exit_code == run("verify", str(tracked)).exit_code == 0


# Two runs at once


def test_runs_at_once_make_one_chain(project: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "review", "crane.s2", "--status", "accepted", "--by"]
    runs = [subprocess.Popen([*command, f"coder {number}"], env=THERE, stdout=subprocess.PIPE) for number in range(4)]
    assert [one.wait(60) for one in runs] == [0] * 4
    for one in runs:
        assert one.stdout
        one.stdout.close()
    assert [one["id"] for one in entries(project)] == ["r1", "r2", "r3", "r4", "r5"]
    assert {one["reviewer"] for one in entries(project)[1:]} == {f"coder {number}" for number in range(4)}
    assert run("check").exit_code == 0


def test_threads_at_once_make_one_chain(project: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda n: review("crane.s3", project, Asked("accepted", f"coder {n}")), range(6)))
    assert sorted(one.review.number for one in done) == [2, 3, 4, 5, 6, 7]
    assert run("check").exit_code == 0


def test_run_that_waited_in_vain_says_for_whom(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "PATIENCE", 0.1)
    records = reviews(project).parent
    with lock(records):
        said = add("crane.s2", "accepted")
    assert (said.exit_code, f"PID {os.getpid()}" in said.output) == (2, True)
    assert "nothing was appended" in said.output
    assert len(entries(project)) == 1
    assert not (records / LOCK).exists()


KILLED = """
import os, pathlib
from onrecord import staging
from onrecord.reviewing import Asked, review
staging._Moves.make = lambda moves: os._exit(9)
review("crane.s2", pathlib.Path(), Asked("accepted", "x"))
"""


def test_review_that_was_killed_is_finished_by_the_next_command(project: Path) -> None:
    """The journal was written, so the entry counts as made; no reader meets the log without it."""
    assert subprocess.run([sys.executable, "-c", KILLED], env=THERE, check=False).returncode == 9
    assert len(entries(project)) == 1
    assert "crane.s2" not in run("todo").output
    assert [one["id"] for one in entries(project)] == ["r1", "r2"]
    assert run("check").exit_code == 0


# Any sequence of reviews

STATUSES = ["draft", "accepted", "conflict", "work-needed", "superseded", "retracted"]
TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
ASKED = st.tuples(
    st.sampled_from(["crane.s1", "crane.s2", "claims/crane-fell", "crane.s2/0", "nobody"]),
    st.sampled_from(STATUSES),
    TEXTS,
    st.sampled_from([None, "crane.s3", "crane.s1", "crane-overloaded"]),
    st.integers(-1, 3),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ASKED, max_size=4))
def test_any_sequence_of_reviews_leaves_a_log_without_fault(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[str, str, str | None, str | None, int]]
) -> None:
    """Each is appended as it was stated or refused; the log before it stays, and what results passes every rule."""
    root = write_records(tmp_path_factory.mktemp("any") / "project")
    moment, made = dt.datetime(2021, 3, 5, 10, tzinfo=dt.UTC), 1
    for id, status, note, successor, seconds in asked:
        before = reviews(root).read_bytes()
        at = moment + dt.timedelta(seconds=seconds)
        try:
            done = review(id, root, Asked(status, "any coder", note, successor, at))
        except onrecord.OnrecordError as error:
            assert error.help
            assert reviews(root).read_bytes() == before
            continue
        made, moment = made + 1, at
        assert reviews(root).read_bytes().startswith(before)
        assert entries(root)[-1].get("note") == done.review.note
        assert (done.review.number, done.review.status, done.review.reviewed_at) == (made, status, at)
    assert len(entries(root)) == made
    assert check(root).findings == ()


# The status of a record, and its history

LOG = log(
    entry(2, "conflict", "2021-03-06T23:59:59Z", "Two readings."),
    entry(3, "superseded", "2021-03-08T10:00:00Z", "Said in full there.", successor="crane.s2"),
    entry(4, "retracted", "2021-03-09T10:00:00Z", "Not said at all.", record="statements crane.s2"),
)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A project whose first statement was accepted, put in doubt and superseded by one that was retracted."""
    return write_records(tmp_path / "history", LOG)


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        (None, "superseded"),
        (dt.date(2021, 3, 4), "draft"),
        (dt.date(2021, 3, 5), "accepted"),
        (dt.date(2021, 3, 6), "conflict"),
        ("2021-03-06", "conflict"),
        ("2021-03-06T23:59:58Z", "accepted"),
        (dt.datetime(2021, 3, 7, 1, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=2))), "conflict"),
        (dt.datetime(2021, 3, 8, 9, 59), "conflict"),
        (dt.date(2021, 3, 8), "superseded"),
    ],
)
def test_status_as_of_a_time_is_what_the_log_said_then(history: Path, as_of: dt.date | str | None, status: str) -> None:
    assert onrecord.load(history).status("crane.s1", as_of=as_of).status == status


def test_status_has_history_reason_and_successor(history: Path) -> None:
    said = onrecord.load(history).status("crane.s1")
    assert [one.id for one in said.history] == ["r1", "r2", "r3"]
    assert (said.withdrawn, said.reason, said.successor_id) == (True, "Said in full there.", "crane.s2")
    assert not onrecord.load(history).status("crane.s3").history


def test_status_of_nothing_and_of_no_time_is_refused(history: Path) -> None:
    with pytest.raises(onrecord.RecordNotFound, match=r"crane\.s9"):
        onrecord.load(history).status("crane.s9")
    with pytest.raises(onrecord.OnrecordError, match="no day and no instant"):
        onrecord.load(history).status("crane.s1", as_of="last week")


def test_status_of_a_package_is_that_of_its_records(history: Path) -> None:
    build(history, history, frictionless=False)
    records, package = onrecord.load(history / "claims" / "records"), onrecord.load(history)
    assert package.status("crane.s1") == records.status("crane.s1")


# onrecord show


def test_withdrawn_record_is_shown_with_reason_successors_and_reviews(history: Path) -> None:
    said = run("show", "crane.s1", "--at", str(history)).output
    assert said.startswith(
        "SUPERSEDED on 2021-03-08: Said in full there.\n"
        "in its place: crane.s2 (retracted)\n\n"
        "crane.s1  crane-fell: A crane came down"
    )
    assert said.endswith(
        "3 reviews\n"
        "  2021-03-05  accepted, first coder (r1)\n"
        "  2021-03-06  conflict, first coder (r2): Two readings.\n"
        "  2021-03-08  superseded by crane.s2, first coder (r3): Said in full there.\n"
    )


def test_record_that_stands_is_shown_without_a_banner(history: Path) -> None:
    said = run("show", "crane.s3", "--at", str(history)).output
    assert said.startswith("crane.s3  ")
    assert "review" not in said.replace("; draft", "")


def test_circle_of_successors_is_shown_once(tmp_path: Path) -> None:
    there = write_records(
        tmp_path / "circle",
        log(
            entry(2, "superseded", "2021-03-06T10:00:00Z", "See there.", successor="crane.s2"),
            entry(3, "superseded", "2021-03-07T10:00:00Z", "See there.", "statements crane.s2", "crane.s1"),
        ),
    )
    assert "in its place: crane.s2 (superseded)\n\n" in run("show", "crane.s1", "--at", str(there)).output
    assert "OR815 circle-of-successors: statements `crane.s2` is superseded by `crane.s1`" in run(
        "check", str(there)
    ).output.replace("\n    ", " ")


def test_claim_names_statements_that_no_longer_stand(history: Path) -> None:
    said = run("show", "crane-fell", "--at", str(history)).output
    assert "crane.s1 (superseded)  CT+" in said
    assert "crane.s2 (retracted) " in said


def test_review_with_hostile_words_is_shown_harmlessly(project: Path) -> None:
    add("crane.s2", "retracted", "--note", "turn \u202e around", "--at-time", DAY)
    said = run("show", "crane.s2").output
    assert "\u202e" not in said
    assert "turn <U+202E> around" in said


def test_replies_are_shown_with_their_claim_and_party(project: Path) -> None:
    said = run("show", "crane-overloaded").output
    assert said.endswith("1 reply\n  The company: deny, in crane.s4 (crane.reply1)\n")
    assert run("show", "the-company").output.endswith(
        "1 reply\n  to crane-overloaded: deny, in crane.s4 (crane.reply1)\n"
    )


def test_pending_reply_is_shown_with_when_it_was_asked_and_why(tmp_path: Path) -> None:
    asked = (
        "crane/replies.yaml:\n  replies:\n    - {id: crane.reply1, claim_id: crane-overloaded, party_id: the-company,\n"
        '       response: reply-pending, note: By telephone., asked_at: "2021-03", asked_earliest: "2021-03-01",\n'
        '       asked_latest: "2021-03-31"}\n'
    )
    there = write_records(tmp_path / "asked", asked)
    said = run("show", "crane-overloaded", "--at", str(there)).output
    assert "The company, asked 2021-03: reply pending, in crane (crane.reply1): By telephone.\n" in said


# onrecord todo


def test_todo_lists_what_waits_by_table_and_document(tmp_path: Path) -> None:
    there = write_records(
        tmp_path / "waiting",
        log(
            entry(2, "conflict", "2021-03-06T10:00:00Z", "Two readings.", "claims crane-fell"),
            entry(3, "work-needed", "2021-03-06T11:00:00Z", record="statements crane.s4"),
            entry(4, "retracted", "2021-03-07T10:00:00Z", "Not said.", "statements crane.s2"),
        ),
    )
    assert run("todo", "--at", str(there)).output == (
        "claims\n"
        "    crane-fell  conflict by first coder, 2021-03-06: Two readings.\n"
        "statements\n"
        "  crane\n"
        "    crane.s3  draft\n"
        "    crane.s4  work-needed by first coder, 2021-03-06\n"
        "3 records to look at: 1 in conflict, 1 with work needed, 1 in draft\n"
    )


@pytest.mark.parametrize(("since", "listed"), [("2021-03-05", False), ("2021-03-06", True)])
def test_todo_since_lists_accepted_records_with_older_reviews(project: Path, since: str, listed: bool) -> None:
    found = {one["id"]: one for one in json.loads(run("todo", "--since", since, "--json").output)}
    assert ("crane.s1" in found) == listed
    if listed:
        assert found["crane.s1"] == {
            "table": "statements", "document": "crane", "id": "crane.s1", "why": "not-looked-at",
            "status": "accepted", "reviewer": "first coder", "reviewed_at": "2021-03-05T10:00:00Z", "note": None,
        }  # fmt: skip


def test_todo_never_asks_for_withdrawn_records_to_be_looked_at(history: Path) -> None:
    found = json.loads(run("todo", "--since", "2999-01-01", "--json", "--at", str(history)).output)
    assert [one["id"] for one in found] == ["crane.s3", "crane.s4"]


def test_todo_sees_a_review_before_the_next_build(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built_project)
    assert "crane.s2  draft" in run("todo").output
    assert "`onrecord build` takes it into the package" in add("crane.s2", "accepted").output
    assert "crane.s2" not in run("todo").output


def test_todo_says_when_nothing_waits(project: Path) -> None:
    for id in ("crane.s2", "crane.s3", "crane.s4"):
        add(id, "accepted")
    assert run("todo").output == "nothing is waiting\n"


def test_todo_refuses_a_day_that_is_none(project: Path) -> None:
    said = run("todo", "--since", "2021-02-30")
    assert (said.exit_code, '"2021-02-30" is no day' in said.output) == (2, True)


def test_refusal_is_an_error_of_the_package(project: Path) -> None:
    with pytest.raises(ReviewRefused) as caught:
        review("crane.s2", project, Asked("retracted", "x"))
    assert isinstance(caught.value, onrecord.OnrecordError)
    assert caught.value.help
