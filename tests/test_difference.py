"""What became of records between two sets of tables, and how it is said."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import write_records
from onrecord.cli import program
from onrecord.difference import Bump, Difference, difference
from onrecord.errors import LoadError
from onrecord.model import Review
from onrecord.package import build
from onrecord.records import load_texts
from onrecord.reviewlog import chained
from onrecord.rules.example import example
from onrecord.sides import side
from onrecord.tables import Tables, to_arrow, to_tables


def tables(patch: str = "") -> Tables:
    loaded = load_texts(example(patch), pad_digests=True)
    assert loaded.complete, loaded.findings
    return to_tables(loaded.records)


BASE = tables()


def changed(table: str, key: str, **values: Any) -> Tables:
    """The example with other values in one row, whose key is its id."""
    rows = [row | values if row["id"] == key else row for row in BASE[table].to_pylist()]
    return BASE | {table: pa.Table.from_pylist(rows, schema=BASE[table].schema)}


def without(table: str, *keys: str, source: Tables = BASE) -> Tables:
    kept = [row for row in source[table].to_pylist() if row["id"] not in keys]
    return source | {table: pa.Table.from_pylist(kept, schema=source[table].schema)}


def said(found: Difference) -> list[tuple[str, ...]]:
    names = ("record_table", "record_id", "change", "field", "old", "new")
    return [tuple(row[name] for name in names) for row in found.changes.to_pylist()]


def reviewed(source: Tables, *entries: tuple[str, str, str, str | None, str | None]) -> Tables:
    """Tables with these entries (table, id, status, successor, note) at the end of the review log."""
    log = [Review.model_construct(**row) for row in source["reviews"].to_pylist()]
    for number, (table, key, status, successor, note) in enumerate(entries, len(log) + 1):
        when = dt.datetime(2021, 4, number, tzinfo=dt.UTC)
        log.append(
            Review(
                id=f"r{number}", number=number, record_table=table, record_id=key, status=status, reviewer="a coder",
                reviewed_at=when, successor_id=successor, note=note,
            )
        )  # fmt: skip
    return source | {"reviews": to_arrow("reviews", chained(log))}


def test_the_same_tables_do_not_differ() -> None:
    found = difference(BASE, tables())
    assert not found
    assert (found.bump, said(found), found.schema, found.counts) == (Bump.NONE, [], (), {})


def test_a_corrected_value_is_named_with_both_values() -> None:
    found = difference(BASE, changed("claims", "crane-fell", proposition="A crane tipped over.", note="Reworded."))
    assert said(found) == [
        ("claims", "crane-fell", "corrected", "note", None, "Reworded."),
        (
            "claims",
            "crane-fell",
            "corrected",
            "proposition",
            "A crane came down at North Quay.",
            "A crane tipped over.",
        ),
    ]
    assert found.bump is Bump.PATCH
    assert found.counts == {("claims", "corrected"): 1}


def test_values_are_said_as_the_csv_files_have_them() -> None:
    found = difference(BASE, changed("figures", "crane.s3.f1", value=Decimal("40.50"), approximate=False))
    assert said(found) == [
        ("figures", "crane.s3.f1", "corrected", "approximate", "true", "false"),
        ("figures", "crane.s3.f1", "corrected", "value", "40", "40.5"),
    ]
    later = dt.datetime(2021, 3, 6, 1, 2, 3, tzinfo=dt.UTC)
    assert said(difference(BASE, changed("reviews", "r1", reviewed_at=later)))[0][4:] == (
        "2021-03-05T10:00:00Z",
        "2021-03-06T01:02:03Z",
    )


def test_records_added_and_removed_are_named_by_their_key() -> None:
    fewer = without("caveats", "crane.c1")
    assert said(difference(fewer, BASE)) == [("caveats", "crane.c1", "added", None, None, None)]
    assert difference(fewer, BASE).bump is Bump.MINOR
    assert said(difference(BASE, fewer)) == [("caveats", "crane.c1", "removed", None, None, None)]
    assert difference(BASE, fewer).bump is Bump.MAJOR


def test_the_key_of_an_attribution_has_both_its_parts() -> None:
    rows = [row | {"factuality": "PR+"} if row["level"] == 1 else row for row in BASE["attributions"].to_pylist()]
    found = difference(BASE, BASE | {"attributions": pa.Table.from_pylist(rows, schema=BASE["attributions"].schema)})
    assert [row[1:3] for row in said(found)] == [
        ("crane.s2/1", "corrected"),
        ("crane.s3/1", "corrected"),
        ("crane.s4/1", "corrected"),
    ]


def test_the_same_words_at_other_offsets_have_moved() -> None:
    found = difference(BASE, changed("anchors", "crane.s2", start=30, end=72))
    assert said(found) == [
        ("anchors", "crane.s2", "moved", "end", "69", "72"),
        ("anchors", "crane.s2", "moved", "start", "27", "30"),
    ]
    assert found.bump is Bump.PATCH


def test_other_words_at_other_offsets_are_a_correction() -> None:
    found = difference(BASE, changed("anchors", "crane.s2", start=30, end=72, text_sha256="0" * 64))
    assert {row[2] for row in said(found)} == {"corrected"}


def test_another_place_in_a_list_is_a_move() -> None:
    assert said(difference(BASE, changed("statements", "crane.s4", number=9))) == [
        ("statements", "crane.s4", "moved", "number", "4", "9")
    ]


def test_a_statement_under_another_key_moves_with_all_that_is_nested_in_it() -> None:
    renamed: Tables = {}
    for table, rows in BASE.items():
        text = [
            {
                name: value.replace("crane.s3", "crane.letter3") if isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in rows.to_pylist()
        ]
        renamed[table] = pa.Table.from_pylist(text, schema=rows.schema)
    found = difference(BASE, renamed)
    of_it = [row for row in said(found) if row[0] in ("statements", "attributions", "figures", "anchors")]
    assert ("statements", "crane.letter3", "moved", "id", "crane.s3", "crane.letter3") in of_it
    assert ("figures", "crane.letter3.f1", "moved", "id", "crane.s3.f1", "crane.letter3.f1") in of_it
    assert {row[2] for row in of_it} == {"moved"}
    assert found.bump is Bump.MAJOR  # what pointed to the old key points to nothing


def test_two_records_that_say_the_same_are_not_guessed_at() -> None:
    twins = [row | {"id": f"c{i}"} for row in BASE["caveats"].to_pylist() for i in (1, 2)]
    new = BASE | {"caveats": pa.Table.from_pylist(twins, schema=BASE["caveats"].schema)}
    assert [row[1:3] for row in said(difference(BASE, new))] == [
        ("c1", "added"),
        ("c2", "added"),
        ("crane.c1", "removed"),
    ]


def test_a_withdrawn_record_is_retracted_with_the_reason() -> None:
    new = reviewed(BASE, ("statements", "crane.s4", "retracted", None, "The report was withdrawn."))
    rows = difference(BASE, new).changes.to_pylist()
    assert rows[0] == {
        "record_table": "statements", "record_id": "crane.s4", "change": "retracted", "field": "review_status",
        "old": "draft", "new": "retracted", "reason": "The report was withdrawn.",
    }  # fmt: skip
    assert not [row for row in difference(new, reviewed(new)).changes.to_pylist() if row["change"] == "retracted"]


def test_a_reason_is_the_newest_note_since_of_the_record_or_of_the_one_it_is_nested_in() -> None:
    old = reviewed(BASE, ("figures", "crane.s3.f1", "work-needed", None, "An old note."))
    new = changed("figures", "crane.s3.f1", value=Decimal(41)) | {"reviews": old["reviews"]}
    assert difference(old, new).changes.to_pylist()[0]["reason"] is None
    first = ("statements", "crane.s3", "accepted", None, "Read again.")
    reasons = [row["reason"] for row in difference(old, reviewed(new, first)).changes.to_pylist() if row["field"]]
    assert reasons == ["Read again."]
    own = ("figures", "crane.s3.f1", "accepted", None, "The page says 41.")
    reasons = [row["reason"] for row in difference(old, reviewed(new, own, first)).changes.to_pylist() if row["field"]]
    assert reasons == ["The page says 41."]


def test_the_review_of_another_record_is_no_reason() -> None:
    other = ("statements", "crane.s2", "accepted", None, "Not about that.")
    new = reviewed(changed("figures", "crane.s3.f1", value=Decimal(41)), other)
    assert [row["reason"] for row in difference(BASE, new).changes.to_pylist() if row["field"]] == [None]


def test_of_two_schema_versions_the_columns_are_named_and_the_rest_is_compared() -> None:
    old = changed("claims", "crane-fell", proposition="A crane tipped over.")
    lacking = old | {"claims": old["claims"].drop_columns(["note"])}
    lacking = {name: rows for name, rows in lacking.items() if name != "replies"}
    found = difference(lacking, BASE)
    assert [str(one) for one in found.schema] == ["column claims.note added", "table replies added"]
    assert [one.bump for one in found.schema] == [Bump.MAJOR, Bump.MINOR]
    assert [row[1:4] for row in said(found)] == [("crane-fell", "corrected", "proposition")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda rows: rows.select(["proposition", "id", *rows.column_names[2:]]), "claims.proposition reordered"),
        (lambda rows: rows.set_column(0, "id", rows["id"].cast(pa.large_string())), "claims.id retyped"),
        (lambda rows: rows.drop_columns(["note"]), "claims.note removed"),
    ],
)
def test_a_column_moved_retyped_or_gone_is_major(change: Any, named: str) -> None:
    found = difference(BASE, BASE | {"claims": change(BASE["claims"])})
    assert any(named in str(one) for one in found.schema)
    assert (found.bump, said(found)) == (Bump.MAJOR, [])


def test_a_table_without_its_key_is_said_and_not_compared() -> None:
    found = difference(BASE, BASE | {"claims": BASE["claims"].drop_columns(["id"])})
    assert (str(found.schema[0]), said(found)) == ("column claims.id removed", [])


@pytest.mark.parametrize("keys", [[0, 1, 2], [["a"], ["b"], ["c"]], [b"a", b"b", b"c"]])
def test_keys_of_another_type_are_met_as_text(keys: list[Any]) -> None:
    old = BASE
    claims = old["claims"]
    place = claims.schema.get_field_index("id")
    new = old | {"claims": claims.set_column(place, "id", pa.array(keys[: claims.num_rows]))}
    found = difference(old, new)
    assert "column claims.id retyped" in str(found.schema[0])
    assert found.bump is Bump.MAJOR
    same = old | {"claims": claims.set_column(place, "id", claims["id"].cast(pa.large_string()))}
    assert difference(old, same).changes.num_rows == 0


def test_a_name_from_a_package_is_no_sql() -> None:
    odd = 'x" FROM claims; --'
    sides = [
        BASE | {"claims": BASE["claims"].append_column(odd, pa.array([value] * BASE["claims"].num_rows))}
        for value in ("a", "b")
    ]
    assert {row[3:] for row in said(difference(*sides))} == {(odd, "a", "b")}


def test_a_key_that_stands_twice_is_refused() -> None:
    twice = BASE | {"claims": pa.concat_tables([BASE["claims"], BASE["claims"].slice(0, 1)])}
    with pytest.raises(LoadError, match="more than one record with the key `crane-fell`"):
        difference(BASE, twice)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", None])),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", None])),
)
def test_what_is_found_is_what_a_walk_over_the_records_finds(
    old: dict[str, str | None], new: dict[str, str | None]
) -> None:
    def side(said: dict[str, str | None]) -> Tables:
        # The label is the key's own, so that no record can stand under another key.
        rows = [{"id": key, "label": key, "note": note} for key, note in sorted(said.items())]
        return {"topics": pa.Table.from_pylist(rows, schema=BASE["topics"].schema)}

    walked = [("topics", key, "added", None, None, None) for key in new.keys() - old.keys()]
    walked += [("topics", key, "removed", None, None, None) for key in old.keys() - new.keys()]
    walked += [
        ("topics", key, "corrected", "note", old[key], new[key])
        for key in old.keys() & new.keys()
        if old[key] != new[key]
    ]
    assert said(difference(side(old), side(new))) == sorted(walked, key=lambda row: row[1])


# The command


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments), prog_name="onrecord")


def git(root: Path, *arguments: str) -> str:
    """Run git with a configuration of its own."""
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    env = os.environ | who | {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


CORRECTED = "claims.yaml: {topics: [{id: accident, label: The fall of the crane}]}"


@pytest.fixture
def history(built_project: Path) -> Path:
    """A repository whose first commit has the package, tagged v0.1.0, and whose second has other records."""
    git(built_project, "init", "-q")
    git(built_project, "add", "-A")
    git(built_project, "commit", "-q", "-m", "one")
    git(built_project, "tag", "v0.1.0")
    write_records(built_project, CORRECTED)
    git(built_project, "commit", "-q", "-am", "two")
    return built_project


def test_diff_compares_the_package_with_the_records(history: Path) -> None:
    result = run("diff", str(history), str(history / "claims" / "records"))
    assert result.exit_code == 0, result.output
    assert "~ accident corrected\n      label: The accident -> The fall of the crane" in result.output
    assert "1 corrected\nthe version of the data rises by: patch" in result.output


def test_diff_compares_revisions(history: Path) -> None:
    build(history, history, frictionless=False)
    git(history, "commit", "-q", "-am", "three")
    for old, new in (("v0.1.0", "HEAD"), ("HEAD~2", "HEAD"), ("HEAD~1", str(history))):
        result = run("diff", old, new, "--at", str(history))
        assert "label: The accident -> The fall of the crane" in result.output, (old, new)


def test_diff_reads_the_records_of_a_revision_that_has_no_package(history: Path) -> None:
    git(history, "rm", "-q", "-r", "--cached", "datapackage.json", "claims/tables")
    git(history, "commit", "-q", "-m", "records alone")
    result = run("diff", "HEAD~1", "HEAD", "--at", str(history))
    assert "~ accident corrected" in result.output


def test_diff_of_a_project_in_a_folder_of_a_repository(history: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    (outer / "inner").mkdir(parents=True)
    for name in ("claims", "datapackage.json"):
        (history / name).rename(outer / "inner" / name)
    git(outer, "init", "-q")
    git(outer, "add", "-A")
    git(outer, "commit", "-q", "-m", "one")
    result = run("diff", "HEAD", str(outer / "inner" / "claims" / "records"), "--at", str(outer / "inner"))
    assert (result.exit_code, "~ accident corrected" in result.output) == (0, True), result.output


def test_diff_of_the_same_twice_says_that_there_is_nothing_to_do(history: Path) -> None:
    for old, new in ((str(history), f"{history}/."), ("HEAD", "HEAD~0"), ("v0.1.0", "HEAD~1")):
        result = run("diff", old, new, "--at", str(history))
        assert (result.exit_code, result.stdout) == (0, "")
        assert "are the same; there is nothing to compare" in result.stderr


@pytest.mark.parametrize("name", ["v9.9", "HEAD~99", "--output=x", "", "no/such/folder", "a\0b", "HEAD:claims"])
def test_diff_with_an_unknown_revision_is_a_clear_error(history: Path, name: str) -> None:
    result = run("diff", "--at", str(history), "--", name, str(history))
    assert result.exit_code == 2
    assert "there is no folder and no git revision `" in result.stderr
    assert "HEAD~1" in result.stderr
    assert not (history / "x").exists()


def test_diff_outside_a_repository_says_so(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(built_project.parent))
    result = run("diff", "HEAD", str(built_project), "--at", str(built_project))
    assert result.exit_code == 2
    assert "is in no git repository" in result.stderr


def test_a_revision_is_read_as_the_repository_holds_it(history: Path) -> None:
    """Attributes of a commit may leave files out of an archive, or write them in another encoding."""
    (history / ".gitattributes").write_text("*.parquet export-ignore\n*.yaml working-tree-encoding=UTF-16\n")
    git(history, "add", ".gitattributes")
    git(history, "commit", "-q", "-m", "attributes")
    assert run("diff", "v0.1.0", "HEAD", "--at", str(history)).output.endswith("no difference\n")


@pytest.mark.parametrize("target", ["/etc/hostname", "../../../../../etc/hostname", "documents.parquet"])
def test_a_link_in_a_revision_is_refused(history: Path, target: str) -> None:
    file = history / "claims" / "tables" / "claims.parquet"
    file.unlink()
    file.symlink_to(target)
    git(history, "commit", "-q", "-am", "link")
    result = run("diff", "v0.1.0", "HEAD", "--at", str(history))
    assert result.exit_code == 2
    assert "`claims/tables/claims.parquet` of the revision is no file of its own" in result.stderr


def test_faults_of_a_revision_are_not_told_of_a_folder_that_is_gone(history: Path) -> None:
    git(history, "rm", "-q", "-r", "claims/tables")
    git(history, "commit", "-q", "-m", "no tables")
    result = run("diff", "HEAD", "v0.1.0", "--at", str(history))
    assert result.exit_code == 2
    assert "the package in revision " in result.stderr
    assert "onrecord-" not in result.stderr


def test_a_shallow_clone_is_told_how_to_get_older_revisions(history: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{history}", "shallow")
    result = run("diff", "HEAD~1", "HEAD", "--at", str(tmp_path / "shallow"))
    assert result.exit_code == 2
    assert "git fetch --unshallow --tags" in result.stderr


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_INDEX_FILE"])
def test_the_environment_of_a_hook_means_another_repository(
    history: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "/nowhere")
    assert run("diff", "v0.1.0", "HEAD", "--at", str(history)).exit_code == 0


def test_a_package_without_columns_or_with_one_twice_is_refused(built_project: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(built_project, tmp_path / "other"))
    file = other / "claims" / "tables" / "claims.parquet"
    rows = pq.read_table(file)
    for wrong, said in ((pa.table({}), "no columns"), (rows.append_column("ID", rows["id"]), "two columns of one")):
        pq.write_table(wrong, file)
        result = run("diff", str(built_project), str(other))
        assert (result.exit_code, said in result.stderr) == (2, True), result.output


def test_diff_of_a_revision_without_records_says_so(history: Path) -> None:
    git(history, "checkout", "-q", "--orphan", "bare")
    git(history, "rm", "-q", "-r", "--cached", ".")
    git(history, "commit", "-q", "--allow-empty", "-m", "nothing")
    result = run("diff", "HEAD", str(history), "--at", str(history))
    assert result.exit_code == 2
    assert "has no package and no records" in result.stderr


def test_diff_as_json_markdown_and_arrow_says_the_same(history: Path, tmp_path: Path) -> None:
    sides = (str(history), str(history / "claims" / "records"))
    data = json.loads(run("diff", *sides, "--output-format", "json").stdout)
    assert data["changes"] == [
        {"record_table": "topics", "record_id": "accident", "change": "corrected", "field": "label",
         "old": "The accident", "new": "The fall of the crane", "reason": None}
    ]  # fmt: skip
    assert (data["bump"], data["old"]["version"]) == ("patch", "0.1.0")
    assert "| accident | corrected | label | The accident | The fall of the crane |  |" in (
        run("diff", *sides, "--output-format", "markdown").stdout
    )
    file = tmp_path / "changes.arrow"
    assert run("diff", *sides, "--output-format", "arrow", "--output", str(file)).exit_code == 0
    rows = pa.ipc.open_file(file).read_all()
    assert rows.to_pylist() == data["changes"]
    assert rows.schema.metadata[b"bump"] == b"patch"
    assert pa.ipc.open_file(run("diff", *sides, "--output-format", "arrow").stdout_bytes).read_all().equals(rows)


def test_diff_escapes_what_records_say(built_project: Path) -> None:
    label = "<b>x</b> | [a](http://e.org) \u202e `c`"
    write_records(built_project, f"claims.yaml: {{topics: [{{id: accident, label: {json.dumps(label)}}}]}}")
    sides = (str(built_project), str(built_project / "claims" / "records"))
    shown = run("diff", *sides, "--output-format", "markdown").stdout
    row = next(line for line in shown.split("\n") if line.startswith("| accident"))
    assert row.replace("\\|", "").count("|") == 7
    assert [part for part in ("<b>", "](", "http://", "\u202e") if part in row] == []
    assert "\u202e" not in run("diff", *sides).stdout


@pytest.mark.parametrize("said", ["_http://e.org", "xhttps://e.org", "a@e.org", "$x$", "www.e.org", "@team"])
def test_markdown_makes_no_link_and_no_formula_of_a_value(built_project: Path, said: str) -> None:
    write_records(built_project, f"claims.yaml: {{topics: [{{id: accident, label: {json.dumps(said)}}}]}}")
    sides = (str(built_project), str(built_project / "claims" / "records"))
    shown = run("diff", *sides, "--output-format", "markdown").stdout
    row = next(line for line in shown.split("\n") if line.startswith("| accident"))
    plain = row.replace("\\$", "")
    assert not re.search(r"https?://|www\.|@\w|\$", plain), row


def test_diff_exits_1_on_a_difference_where_that_is_asked_for(history: Path) -> None:
    sides = (str(history), str(history / "claims" / "records"))
    assert run("diff", *sides, "--exit-code").exit_code == 1
    assert run("diff", "HEAD", sides[0], "--at", sides[0], "--exit-code").exit_code == 0


def test_a_package_of_another_schema_is_read_as_it_is(built_project: Path, tmp_path: Path) -> None:
    file = built_project / "claims" / "tables" / "reviews.parquet"
    rows = pq.read_table(file)
    pq.write_table(rows.drop_columns(["number", "successor_id", "previous_sha256"]), file)
    result = run("diff", str(built_project), str(built_project / "claims" / "records"))
    assert result.exit_code == 0, result.output
    assert "column reviews.number added" in result.output
    assert "the version of the data rises by: major" in result.output
    assert side(str(built_project), tmp_path).tables["reviews"].num_columns == rows.num_columns - 3
