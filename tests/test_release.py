"""Releases of the data: the number that changes ask for, and the files that say it."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from conftest import PACKAGE, write_records
from onrecord import staging
from onrecord.check import check
from onrecord.cli import program
from onrecord.difference import Bump
from onrecord.errors import ReleaseError
from onrecord.notices import release_notes, with_values
from onrecord.numbering import Version, enough, parsed, raised
from onrecord.package import Refused, stale
from onrecord.release import plan, publish
from onrecord.yamltext import read_yaml

CORRECTED = "claims.yaml: {topics: [{id: accident, label: The fall of the crane}]}"
ADDED = "claims.yaml: {topics: [{id: quays, label: Quays}]}"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every release of these tests is made on one day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(dt.datetime(2021, 6, 1, 15, tzinfo=dt.UTC).timestamp())))


@pytest.fixture
def before(crane: Path) -> str:
    """The package of version 0.1.0."""
    return str(crane)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments), prog_name="onrecord")


def contents(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("patch", "bump", "version"),
    [(CORRECTED, Bump.PATCH, "0.1.1"), (ADDED, Bump.MINOR, "0.2.0"), ("", Bump.NONE, "0.1.0")],
)
def test_the_number_follows_from_what_changed(built_project: Path, patch: str, bump: Bump, version: str) -> None:
    write_records(built_project, patch)
    planned = plan(built_project)
    assert (planned.bump, planned.needed, planned.version) == (bump, version, version)


def test_a_record_that_is_gone_is_major(built_project: Path) -> None:
    (built_project / "claims" / "records" / "crane" / "caveats.yaml").unlink()
    assert plan(built_project).version == "1.0.0"


def test_what_the_dataset_says_of_itself_counts(built_project: Path) -> None:
    write_records(built_project, package=PACKAGE.replace("The crane at", "The fall at"))
    assert plan(built_project).why == ((Bump.PATCH, "package.yaml: title changed"),)
    write_records(built_project, package=PACKAGE.replace("name: crane", "name: other"))
    assert plan(built_project).version == "1.0.0"


def test_a_number_that_is_too_small_is_refused_with_the_reasons(built_project: Path) -> None:
    write_records(built_project, ADDED)
    for small in ("0.1.1", "0.1.0", "0.0.9", "0.1.0-rc.1"):
        result = run("release", "--at", str(built_project), "--version", small, "--write")
        assert result.exit_code == 2
        assert f"version {small} is too small" in result.stderr
        assert "minor (topics: 1 added)" in result.stderr
        assert "0.2.0" in result.stderr
    assert plan(built_project, version="1.0.0").version == "1.0.0"


def test_a_number_that_is_none_is_refused(built_project: Path) -> None:
    write_records(built_project, ADDED)
    for odd in ("two", "0.2", "v0.2.0", "0.2.0\n", "٠.2.0", "01.2.0", ""):
        with pytest.raises(ReleaseError, match="is not a version"):
            plan(built_project, version=odd)


def test_a_number_written_already_is_taken_if_it_will_do(built_project: Path) -> None:
    write_records(built_project, CORRECTED, PACKAGE.replace("0.1.0", "0.3.0"))
    assert plan(built_project).version == "0.3.0"
    write_records(built_project, ADDED, PACKAGE.replace("0.1.0", "0.1.1"))
    assert plan(built_project).version == "0.2.0"


def test_without_write_nothing_is_written(built_project: Path) -> None:
    write_records(built_project, ADDED)
    there = contents(built_project)
    result = run("release", "--at", str(built_project))
    assert result.exit_code == 0, result.output
    assert "minor: topics: 1 added" in result.output
    assert "release: data 0.2.0, 2021-06-01" in result.output
    assert "which has a version of its own" in result.output
    assert "nothing was written" in result.output
    assert contents(built_project) == there


def test_a_release_writes_number_date_changes_notices_and_package(built_project: Path) -> None:
    write_records(built_project, CORRECTED)
    records = built_project / "claims" / "records"
    (built_project / "CITATION.cff").write_text("# ours\ncff-version: 1.2.0\nversion: 0.1.0 # data\ntitle: The crane\n")
    assert run("release", "--at", str(built_project), "--write").exit_code == 0
    assert (records / "package.yaml").read_text() == PACKAGE.replace("0.1.0", "0.1.1").replace(
        "2021-03-05", "2021-06-01"
    )
    assert (built_project / "CITATION.cff").read_text() == (
        '# ours\ncff-version: 1.2.0\nversion: 0.1.1 # data\ntitle: The crane\ndate-released: "2021-06-01"\n'
    )
    ds = onrecord.load(built_project)
    assert ds.version == "0.1.1"
    assert ds.sql("SELECT * EXCLUDE (number) FROM changes WHERE version = '0.1.1'").to_pylist() == [
        {"id": "0.1.1.1", "version": "0.1.1", "record_table": "topics", "record_id": "accident", "change": "corrected",
         "field": "label", "old": "The accident", "new": "The fall of the crane", "reason": None}
    ]  # fmt: skip
    assert json.loads((built_project / "datapackage.json").read_bytes())["created"] == "2021-06-01T00:00:00Z"
    assert (
        "## [data 0.1.1] - 2021-06-01\n\n### Data\n\n- topics: 1 corrected"
        in (built_project / "CHANGELOG.md").read_text()
    )
    assert (ds.verify(), check(built_project).findings, stale(built_project, built_project)) == ([], (), [])


def test_after_a_release_there_is_nothing_to_release(built_project: Path) -> None:
    write_records(built_project, ADDED)
    publish(plan(built_project), frictionless=False)
    assert plan(built_project).empty
    result = run("release", "--at", str(built_project), "--write")
    assert (result.exit_code, "nothing changed since" in result.output) == (0, True)
    with pytest.raises(ReleaseError, match="nothing changed"):
        publish(plan(built_project))


def test_versions_follow_one_another_and_the_list_of_changes_grows(built_project: Path) -> None:
    write_records(built_project, CORRECTED)
    publish(plan(built_project), frictionless=False)
    file = built_project / "claims" / "records" / "claims.yaml"
    file.write_text(file.read_text().replace("The fall of the crane", "A crane"))
    first = (built_project / "claims" / "records" / "changes.yaml").read_bytes()
    publish(plan(built_project), frictionless=False)
    assert (built_project / "claims" / "records" / "changes.yaml").read_bytes().startswith(first)
    ds = onrecord.load(built_project)
    assert ds.sql("SELECT version FROM changes ORDER BY number").column(0).to_pylist() == ["0.1.0", "0.1.1", "0.1.2"]
    headings = re.findall(r"^## \[(.*)\]", (built_project / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings == ["Unreleased", "data 0.1.2", "data 0.1.1"]


def test_a_version_with_changes_on_record_is_refused(built_project: Path, before: str) -> None:
    write_records(built_project, CORRECTED)
    publish(plan(built_project), frictionless=False)
    with pytest.raises(ReleaseError, match=r"has changes of version 0\.1\.1 already"):
        plan(built_project, since=before)


def test_records_with_errors_are_not_released(built_project: Path) -> None:
    file = built_project / "claims" / "records" / "claims.yaml"
    file.write_text(file.read_text().replace("topic_id: accident", "topic_id: nowhere"))
    there = contents(built_project)
    with pytest.raises(Refused, match="nothing can be released"):
        plan(built_project)
    result = run("release", "--at", str(built_project), "--write")
    assert (result.exit_code, "OR202" in result.output or "nowhere" in result.output) == (1, True)
    assert contents(built_project) == there


def test_a_release_that_fails_midway_leaves_everything_as_it_was(
    built_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(built_project, ADDED)
    planned, there, made = plan(built_project), contents(built_project), []
    move = staging.move

    def failing(source: Path, target: Path) -> None:
        made.append(target.name)
        if len(made) == 5:
            raise OSError(5, "Input/output error")
        move(source, target)

    monkeypatch.setattr(staging, "move", failing)
    with pytest.raises(onrecord.OnrecordError):
        publish(planned, frictionless=False)
    assert "package.yaml" in made
    assert contents(built_project) == there


def test_a_release_needs_something_to_compare_with(example_project: Path) -> None:
    with pytest.raises(ReleaseError, match="says which version was the last") as caught:
        plan(example_project)
    assert "--since" in caught.value.help
    result = run("release", "--at", str(example_project), "--since", "v7")
    assert (result.exit_code, "no git revision `v7`" in result.stderr) == (2, True)


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def test_a_tag_of_the_code_is_not_taken_for_one_of_the_data(built_project: Path) -> None:
    git(built_project, "init", "-q")
    git(built_project, "add", "-A")
    git(built_project, "commit", "-q", "-m", "one")
    write_records(built_project, CORRECTED)
    publish(plan(built_project), frictionless=False)
    git(built_project, "tag", "v0.1.1")  # of the code, while the data of that commit are 0.1.0
    write_records(built_project, ADDED, PACKAGE.replace("0.1.0", "0.1.1"))
    assert (plan(built_project).before, plan(built_project).empty) == ("0.1.1", False)


def test_a_version_that_is_tagged_is_not_released_again(built_project: Path) -> None:
    git(built_project, "init", "-q")
    git(built_project, "add", "-A")
    git(built_project, "commit", "-q", "-m", "one")
    git(built_project, "tag", "data-v0.1.1")
    write_records(built_project, CORRECTED)
    result = run("release", "--at", str(built_project))
    assert (result.exit_code, "there is a tag `data-v0.1.1`" in result.stderr) == (2, True), result.output
    assert run("release", "--at", str(built_project), "--version", "0.1.2").exit_code == 0


def test_nothing_to_release_says_what_it_was_compared_with(built_project: Path) -> None:
    said = run("release", "--at", str(built_project)).stdout
    assert "nothing changed since" in said
    assert "with the package as it was last built here; --since names a version before" in said


# Numbers


@pytest.mark.parametrize(
    ("version", "bump", "lowest"),
    [
        ("0.1.0", Bump.MAJOR, "1.0.0"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.9.9", Bump.NONE, "1.9.9"),
        ("2.0.0-rc.1", Bump.MAJOR, "2.0.0"),
        ("1.2.3+today", Bump.PATCH, "1.2.4"),
    ],
)
def test_the_lowest_number_that_will_do(version: str, bump: Bump, lowest: str) -> None:
    assert str(raised(parsed(version), bump)) == lowest


@pytest.mark.parametrize("said", ["1.0.0-01", "1.0.0-rc.007", "1.0", "v1.0.0", "1.0.0\n"])
def test_what_semver_does_not_allow_is_no_version(said: str) -> None:
    with pytest.raises(ReleaseError, match="is not a version"):
        parsed(said)


def test_versions_are_ordered_as_semver_has_it() -> None:
    pre = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"]
    order = [*(f"1.0.0-{one}" for one in pre), "1.0.0"]
    assert sorted(order[3:] + order[:3], key=lambda one: parsed(one).rank) == order


@given(st.tuples(*[st.integers(0, 9)] * 3), st.tuples(*[st.integers(0, 9)] * 3), st.sampled_from(list(Bump)[1:]))
def test_enough_is_what_is_not_below_the_lowest(
    one: tuple[int, int, int], other: tuple[int, int, int], bump: Bump
) -> None:
    assert enough(Version(*other), Version(*one), bump) == (other >= raised(Version(*one), bump).core)


# Notices


def test_values_are_put_where_they_stand_or_at_the_end() -> None:
    raw = b"# of us\r\nversion: '1.0.0' # now\r\nname: x"
    assert with_values(raw, {"version": "2.0.0", "created": "today"}, "f") == (
        b"# of us\r\nversion: '2.0.0' # now\r\nname: x\r\ncreated: \"today\"\r\n"
    )


LOG = """\
# Changelog

## [Unreleased]

### Schema

- A table more.

### Data

- A document more.

### Code

- A command more.

## [0.1.0] - 2020-01-01

- All of it.
"""


def test_the_changelog_gets_a_section_and_what_changed_in_the_code_waits(built_project: Path) -> None:
    write_records(built_project, ADDED)
    said = release_notes(LOG.encode(), "0.2.0", "2021-06-01", plan(built_project).contrast).decode()
    unreleased, data, first = said.split("\n## ")[1:]
    assert unreleased == "[Unreleased]\n\n### Code\n\n- A command more.\n"
    assert data.startswith(
        "[data 0.2.0] - 2021-06-01\n\n### Schema\n\n- A table more.\n\n### Data\n\n- A document more.\n"
    )
    assert "- topics: 1 added\n" in data
    assert first == "[0.1.0] - 2020-01-01\n\n- All of it.\n"


def test_an_empty_changelog_gets_its_head(built_project: Path) -> None:
    write_records(built_project, CORRECTED)
    (built_project / "CHANGELOG.md").write_text("\n")
    assert plan(built_project).files["CHANGELOG.md"].startswith(b"# Changelog\n")


def test_a_changelog_keeps_its_line_ends(built_project: Path) -> None:
    write_records(built_project, ADDED)
    said = release_notes(LOG.replace("\n", "\r\n").encode(), "0.2.0", "2021-06-01", plan(built_project).contrast)
    assert said.count(b"\n") == said.count(b"\r\n")


def test_a_citation_made_anew_can_be_read(built_project: Path) -> None:
    write_records(built_project, ADDED, PACKAGE.replace("The crane at", "'The: \"crane\" #1' #"))
    publish(plan(built_project), frictionless=False)
    raw = (built_project / "CITATION.cff").read_bytes()
    said = yaml.safe_load(raw)
    assert read_yaml(raw, "CITATION.cff").findings == []
    assert (said["title"], said["version"], said["license"]) == ('The: "crane" #1', "0.2.0", ["CC-BY-4.0"])
