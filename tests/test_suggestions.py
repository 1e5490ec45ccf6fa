"""Suggestions: marked until a person confirms them, and as right as words beside words can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import write_records
from onrecord.check import check
from onrecord.package import Refused, build
from onrecord.records import Loaded, load_texts
from onrecord.rules.example import example

CODE = "OR020"


# The mark


def marked(old: str, new: str, file: str = "crane/statements.yaml") -> Loaded:
    files = example()
    assert old.encode() in files[file]
    files[file] = files[file].replace(old.encode(), new.encode(), 1)
    return load_texts(files, pad_digests=True)


@pytest.mark.parametrize(
    ("file", "old", "key"),
    [
        ("agents.yaml", "- id: ada-lind\n", "ada-lind"),
        ("claims.yaml", "- id: crane-fell\n", "crane-fell"),
        ("claims.yaml", "  relations:\n  - type: depends-on\n", "people-were-near"),
        ("crane/document.yaml", "document:\n", "crane"),
        ("crane/ledger.yaml", "- id: crane.u1\n", "crane.u1"),
        ("crane/mentions.yaml", "- id: crane.role1\n", "crane.role1"),
        ("crane/statements.yaml", "- id: crane.s3\n", "crane.s3"),
        ("crane/statements.yaml", "  - level: 0\n", "crane.s1"),
        ("crane/statements.yaml", "  figures:\n  - quantity_id: people-nearby\n", "crane.s3"),
        ("crane/statements.yaml", "  times:\n  - verbatim: 3 March 2021\n", "crane.s2"),
        ("crane/caveats.yaml", "- id: crane.c1\n", "crane.c1"),
    ],
)
def test_a_mark_is_found_at_its_place_in_any_record(file: str, old: str, key: str) -> None:
    indent = " " * (len(old) - len(old.lstrip(" ")) + 2) if old != "document:\n" else "  "
    if "\n  - " in old:
        indent = "    "
    loaded = marked(old, f"{old}{indent}suggested: true\n", file)
    (finding,) = loaded.findings
    assert (finding.code, finding.key, finding.column) == (CODE, key, "suggested")
    assert finding.location and finding.location.file == file
    assert finding.help.startswith("compare it with the text; delete `suggested: true`")
    assert loaded.count == load_texts(example(), pad_digests=True).count
    assert loaded.complete
    assert loaded.unread == frozenset()


@pytest.mark.parametrize("value", ["false", "null", '"true"', "1", "[]"])
def test_another_value_of_the_mark_is_a_fault_of_its_own(value: str) -> None:
    loaded = marked("- id: crane.s3\n", f"- id: crane.s3\n  suggested: {value}\n")
    assert [finding.code for finding in loaded.findings] == ["OR021"]


def test_other_faults_of_a_suggestion_show_too() -> None:
    loaded = marked("- id: crane.s3\n", "- id: crane.s3\n  suggested: true\n  colour: red\n")
    assert [finding.code for finding in loaded.findings] == [CODE, "OR102"]


def test_no_build_while_a_suggestion_is_left(tmp_path: Path) -> None:
    project = write_records(
        tmp_path, "agents.yaml:\n  agents:\n    - {id: ada-lind, name: Ada Lind, kind: person, suggested: true}\n"
    )
    assert set(check(project).codes) == {CODE}
    assert check(project).skipped == ()
    with pytest.raises(Refused):
        build(project, project, frictionless=False)
