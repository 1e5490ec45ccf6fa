"""The review log as a chain: what was changed, taken out, put in, moved or cut off is found and named."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import write_records
from onrecord.check import check, run_rules
from onrecord.cli import program
from onrecord.engine import Engine
from onrecord.logend import LogEnd, log_end, remembered
from onrecord.model import Review
from onrecord.package import Refused, build, stale
from onrecord.proof import prove
from onrecord.reviewlog import ENTRY_HASH, chained, entry_hash
from onrecord.rules.reviews import BROKEN_LOG, entry, log
from onrecord.tables import to_tables
from onrecord.verify import verify_package

FIRST = entry(1, "accepted", "2021-03-05T10:00:00Z")
LATER = [
    entry(n, "draft", f"2021-03-{n + 4:02}T10:00:00Z", f"Looked at {n}.", "statements crane.s2") for n in (2, 3, 4)
]
REVIEWS = chained([FIRST, *LATER])


def test_hash_is_that_of_the_fields_joined_by_unit_separators() -> None:
    """The definition, put down once by hand, so that other programs can be written to it."""
    said = b"r1\x1fstatements\x1fcrane.s1\x1faccepted\x1ffirst coder\x1f2021-03-05T10:00:00Z\x1f\x1f\x1f"
    assert entry_hash(FIRST) == hashlib.sha256(said).hexdigest()


def test_chain_numbers_entries_and_links_each_to_the_one_before() -> None:
    assert [review.number for review in REVIEWS] == [1, 2, 3, 4]
    assert [review.previous_sha256 for review in REVIEWS] == [None, *map(entry_hash, REVIEWS[:-1])]
    assert chained(REVIEWS) == REVIEWS


ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=20)
ANY_REVIEW = st.fixed_dictionaries(
    {
        "note": st.none() | ANY_TEXT,
        "reviewer": ANY_TEXT,
        "successor_id": st.none() | st.just("crane.s2"),
        "previous_sha256": st.none() | st.just("0" * 64),
        "reviewed_at": st.datetimes(timezones=st.just(dt.UTC)).map(lambda moment: moment.replace(microsecond=0)),
    }
).map(lambda said: FIRST.model_copy(update=said))


@settings(max_examples=15, deadline=None)
@given(st.lists(ANY_REVIEW, min_size=1, max_size=30))
def test_hash_means_the_same_in_python_and_in_sql(reviews: list[Review]) -> None:
    numbered = [review.model_copy(update={"id": f"r{number:03}"}) for number, review in enumerate(reviews)]
    with Engine(to_tables({"reviews": numbered})) as engine:
        rows = engine.select(f"SELECT {ENTRY_HASH} AS hash FROM reviews ORDER BY id").to_pylist()
    assert [row["hash"] for row in rows] == [entry_hash(review) for review in numbered]


def found(reviews: list[Review]) -> list[tuple[str | None, str]]:
    placed = [review.model_copy(update={"number": number}) for number, review in enumerate(reviews, 1)]
    return [(f.key, f.message) for f in run_rules(to_tables({"reviews": placed}), [BROKEN_LOG])]


def test_whole_log_is_not_found_fault_with() -> None:
    assert found(REVIEWS) == []
    assert found(REVIEWS[:2]) == []
    assert found([]) == []


@pytest.mark.parametrize("field", ["id", "record_id", "status", "reviewer", "reviewed_at", "note", "successor_id"])
def test_entry_that_was_changed_is_named_by_the_one_after_it(field: str) -> None:
    value = REVIEWS[1].reviewed_at + dt.timedelta(seconds=1) if field == "reviewed_at" else "r8"
    changed = REVIEWS[1].model_copy(update={field: value})
    [(key, message)] = found([REVIEWS[0], changed, *REVIEWS[2:]])
    assert key == "r3"
    assert message == (
        f"`r3` does not carry the hash of `{changed.id}`, the entry before it: "
        "that one was changed, or one between them is missing"
    )


def test_entry_that_was_taken_out_is_missing_between_two() -> None:
    assert found([*REVIEWS[:1], *REVIEWS[2:]]) == [
        ("r3", "`r3` carries the hash of an entry that is missing between `r1` and it")
    ]


def test_beginning_that_was_taken_out_is_found() -> None:
    assert found(REVIEWS[1:]) == [("r2", "`r2` is the first entry, but carries the hash of one before it")]


def test_entry_that_was_put_in_or_moved_is_found() -> None:
    put = chained([*REVIEWS[:2], entry(9, "accepted", "2021-03-06T11:00:00Z")])[-1]
    assert ("r3", "`r3` carries the hash of `r2`, but stands behind `r9`") in found([*REVIEWS[:2], put, *REVIEWS[2:]])
    swapped = [REVIEWS[0], REVIEWS[2], REVIEWS[1], REVIEWS[3]]
    assert {key for key, _ in found(swapped)} == {"r2", "r3", "r4"}


def test_entry_without_a_hash_is_told_which_one_it_is() -> None:
    bare = REVIEWS[1].model_copy(update={"previous_sha256": None})
    said = dict(found([REVIEWS[0], bare, *REVIEWS[2:]]))
    assert said["r2"] == f"`r2` carries no hash of `r1`, the entry before it; it is {entry_hash(REVIEWS[0])}"


# The end of the log


LONG, SHORT = log(*LATER), log(*LATER[:2])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that was built when its log had four entries."""
    root = write_records(tmp_path / "project", LONG)
    build(root, root, frictionless=False)
    return root


def rewrite(root: Path, patch: str) -> None:
    write_records(root, patch)


def test_descriptor_keeps_the_last_entry_of_the_log(project: Path) -> None:
    said = json.loads((project / "datapackage.json").read_bytes())["onrecord"]
    assert said == {"reviews": {"id": "r4", "number": 4, "sha256": entry_hash(REVIEWS[3])}}
    assert remembered(project) == LogEnd("r4", 4, entry_hash(REVIEWS[3]))


def test_end_of_a_log_is_its_highest_number_whatever_the_ids() -> None:
    reviews = chained([entry(9, "draft", "2021-03-05T10:00:00Z"), entry(10, "draft", "2021-03-06T10:00:00Z")])
    end = log_end(to_tables({"reviews": reviews})["reviews"])
    assert end is not None and (end.id, end.number) == ("r10", 2)
    assert log_end(to_tables({})["reviews"]) is None


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        (SHORT, "it is no longer there"),
        (log(*LATER[:2], entry(4, "draft", "2021-03-08T10:00:00Z", "Other.", "statements crane.s2")), "another entry"),
        (log(entry(2, "draft", "2021-03-06T10:00:00Z", "Other.", "statements crane.s2"), *LATER[1:]), "another entry"),
    ],
    ids=["cut", "changed", "rewritten from an earlier entry on"],
)
def test_log_that_lost_its_end_is_found_everywhere_and_not_built(project: Path, patch: str, problem: str) -> None:
    before = (project / "datapackage.json").read_bytes()
    rewrite(project, patch)
    assert verify_package(project) == []  # the package is whole; its records are not
    for findings in (check(project).findings, check(project / "claims" / "records").findings, prove_of(project)):
        [finding] = findings
        assert (finding.name, finding.key) == ("log-cut-short", "r4")
        assert "ends with `r4`, entry 4" in finding.message
        assert problem in finding.message
        assert finding.location and finding.location.file.endswith("reviews.yaml")
    with pytest.raises(Refused) as refused:
        build(project, project, frictionless=False)
    assert [finding.name for finding in refused.value.findings] == ["log-cut-short"]
    with pytest.raises(Refused):
        stale(project, project)
    assert (project / "datapackage.json").read_bytes() == before


def prove_of(root: Path) -> tuple[object, ...]:
    import onrecord

    return tuple(prove(onrecord.load(root)).findings)


def test_log_that_grew_is_sound(project: Path) -> None:
    rewrite(project, log(*LATER, entry(5, "accepted", "2021-03-09T10:00:00Z", record="statements crane.s2")))
    assert check(project).findings == ()
    assert prove_of(project) == ()
    build(project, project, frictionless=False)
    assert remembered(project) is not None and remembered(project).id == "r5"  # type: ignore[union-attr]


def test_broken_chain_in_the_records_is_found_by_verify_too(project: Path) -> None:
    file = project / "claims/records/reviews.yaml"
    file.write_bytes(file.read_bytes().replace(b"Looked at 2.", b"Looked at it."))
    done = CliRunner().invoke(program, ["verify", str(project)])
    assert done.exit_code == 1
    assert "OR809" in done.output and "`r2`" in done.output


def test_package_whose_own_reviews_do_not_end_so_does_not_verify(project: Path) -> None:
    file = project / "datapackage.json"
    file.write_text(re.sub(r'"number": 4', '"number": 5', file.read_text(encoding="utf-8")), encoding="utf-8")
    assert [finding.name for finding in verify_package(project)] == ["log-cut-short"]


@pytest.mark.parametrize(
    "said", ["[]", '{"onrecord": 5}', '{"onrecord": {"reviews": {"id": 5}}}', "{", '{"onrecord": {"reviews": null}}']
)
def test_descriptor_that_remembers_nothing_readable_says_nothing(tmp_path: Path, said: str) -> None:
    (tmp_path / "datapackage.json").write_text(said, encoding="utf-8")
    assert remembered(tmp_path) is None


def test_log_is_not_judged_while_a_record_cannot_be_read(project: Path) -> None:
    rewrite(project, SHORT)
    agents = project / "claims/records/agents.yaml"
    agents.write_bytes(agents.read_bytes().replace(b"kind: group", b"kind: grp"))
    assert {finding.code for finding in check(project).findings} == {"OR104"}
