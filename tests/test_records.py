"""Records files become records with places, and every fault on the way is a finding with its place."""

from pathlib import Path

import pytest

from conftest import write_records
from onrecord.errors import LoadError
from onrecord.finding import Finding
from onrecord.form import DOCUMENT_FILES
from onrecord.records import Loaded, load_records, load_texts, records_folder
from onrecord.rules.example import example


def loaded(**changed: str | bytes) -> Loaded:
    """The example with some files replaced; `crane__ledger` stands for `crane/ledger.yaml`."""
    files = example() | {
        f"{name.replace('__', '/')}.yaml": raw if isinstance(raw, bytes) else raw.encode()
        for name, raw in changed.items()
    }
    return load_texts(files, pad_digests=True)


def only(said: Loaded) -> Finding:
    [finding] = said.findings
    return finding


def test_example_is_read_whole() -> None:
    said = loaded()
    assert said.findings == [] and said.complete
    assert {table: len(rows) for table, rows in said.records.items() if rows} == {
        "documents": 1,
        "passages": 2,
        "units": 8,
        "agents": 4,
        "roles": 1,
        "mentions": 4,
        "topics": 1,
        "claims": 3,
        "statements": 4,
        "attributions": 7,
        "figures": 1,
        "quantities": 1,
        "times": 1,
        "anchors": 17,
        "relations": 1,
        "caveats": 1,
        "replies": 1,
        "reviews": 1,
        "matches": 1,
        "changes": 1,
        "agreement": 1,
    }


def test_records_know_their_place() -> None:
    said = loaded(agents="agents:\n  - {id: a, name: A, kind: person}\n  - id: b\n    name: B\n    kind: person\n")
    assert str(said.place("agents", "b")[0]) == "agents.yaml:3:5"
    assert str(said.place("agents", "b", "kind")[0]) == "agents.yaml:5:11"
    assert said.place("agents", "b", "note") == said.place("agents", "b")
    assert said.place("agents", "c") == []


def test_nested_records_are_named_after_the_one_they_stand_in() -> None:
    said = loaded().records
    assert [figure.key for figure in said["figures"]] == ["crane.s3.f1"]
    assert [time.key for time in said["times"]] == ["crane.s2.t1"]
    assert {"crane.s2", "crane.s2.a1.cue", "crane.s2.a1.source", "crane.s2.t1", "crane.role1"} <= {
        anchor.key for anchor in said["anchors"]
    }


def test_numbers_of_passages_and_statements_are_their_places_in_the_list() -> None:
    assert [s.number for s in loaded().records["statements"]] == [1, 2, 3, 4]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("agents: Ada\n", 'agents.yaml:1:9 OR012 expected a list under `agents`, got "Ada"'),
        ("- a\n", "agents.yaml:1:1 OR012 expected a mapping of sections, got a list"),
        ("agents: [Ada]\n", 'agents.yaml:1:10 OR012 expected a mapping of keys to values, got "Ada"'),
        ("agnets: []\n", "agents.yaml:1:1 OR102 unknown key `agnets`; did you mean `agents`?"),
        ("agents: [{id: a, name: A}]\n", "agents.yaml:1:10 OR101 `kind` is missing"),
        ("agents: [{id: a, name: ~, kind: person}]\n", "agents.yaml:1:24 OR101 `name` is missing"),
        ("agents: [{id: a, name: 1, kind: person}]\n", "agents.yaml:1:24 OR103 `name`: expected text, got 1"),
        ("agents: [{id: a, name: true, kind: person}]\n", "agents.yaml:1:24 OR103 `name`: expected text, got true"),
        ("agents: [{id: a, name: [x], kind: person}]\n", "agents.yaml:1:24 OR103 `name`: expected text, got a list"),
        ("agents: [{id: 010, name: A, kind: 7}]\n", "agents.yaml:1:35 OR103 `kind`: expected text, got 7"),
        (
            "agents: [{id: a, nme: A, name: A, kind: person}]\n",
            "agents.yaml:1:18 OR102 unknown key `nme`; did you mean `name` or `note`?",
        ),
        (
            "agents: [{id: a, name: A, kind: persn}]\n",
            'agents.yaml:1:33 OR104 `kind`: "persn" is not a term of `agent-kind`; did you mean `person`?',
        ),
        ("agents: [{id: A_b, name: A, kind: person}]\n", 'agents.yaml:1:15 OR105 `id`: "A_b" is not an id'),
    ],
)
def test_fault_in_a_record_is_one_finding_at_its_value(raw: str, said: str) -> None:
    finding = only(loaded(agents=raw))
    assert f"{finding.location} {finding.code} {finding.message}" == said
    assert finding.help


def test_all_faults_of_a_record_are_found_at_once() -> None:
    said = loaded(agents="agents: [{id: A, name: 1, kind: x, more: y}]\n")
    assert sorted(finding.code for finding in said.findings) == ["OR102", "OR103", "OR104", "OR105"]
    assert not said.complete


def test_fault_in_a_nested_record_is_placed_there() -> None:
    raw = example()["crane/statements.yaml"].decode().replace("factuality: CT-", "factuality: CT")
    finding = only(loaded(crane__statements=raw))
    assert finding.message == '`factuality`: "CT" is not a term of `factuality`; did you mean `CTu` or `CT-` or `CT+`?'
    assert finding.location is not None
    assert raw.splitlines()[finding.location.line - 1].strip() == "factuality: CT"


def test_fault_in_one_record_leaves_the_others_readable() -> None:
    said = loaded(agents="agents: [{id: a, name: A, kind: x}, {id: b, name: B, kind: person}]\n")
    assert [agent.key for agent in said.records["agents"]] == ["b"]


@pytest.mark.parametrize("anchor", ["0-25", "0-25 12ab", "0 0123456789abcdef", "25 - 0 0123456789abcdef", "x", ""])
def test_malformed_anchor_is_a_finding(anchor: str) -> None:
    raw = f'units:\n  - {{id: u, passage_id: crane.p1, kind: sentence, anchor: "{anchor}", status: covered}}\n'
    finding = only(loaded(crane__ledger=raw))
    assert finding.code == "OR106" and str(finding.location) == "crane/ledger.yaml:2:59"


@pytest.mark.parametrize("value", ["1e3", ".inf", ".nan", '"12"', "010", "1_000", "true", "[1]"])
def test_figure_takes_only_plain_exact_numbers(value: str) -> None:
    raw = example()["crane/statements.yaml"].decode().replace("value: 40", f"value: {value}")
    finding = only(loaded(crane__statements=raw))
    assert finding.code == "OR103" and finding.column == "value"


def test_figure_keeps_its_decimals() -> None:
    raw = example()["crane/statements.yaml"].decode().replace("value: 40", "value: 1.10")
    [figure] = loaded(crane__statements=raw).records["figures"]
    assert str(figure.value) == "1.10"  # type: ignore[attr-defined]


def test_file_with_an_unknown_name_is_a_finding_with_a_guess() -> None:
    finding = only(loaded(crane__statement="statements: []\n"))
    assert finding.message == "`statement.yaml` is not a records file; did you mean `statements.yaml`?"
    assert finding.help == "rename it to one of: " + ", ".join(DOCUMENT_FILES)


def test_folder_without_a_document_is_a_finding() -> None:
    said = load_texts({"crane/caveats.yaml": b"caveats: []\n"})
    assert only(said).message == "the folder `crane` has no document record"


def test_document_under_another_folder_is_a_finding() -> None:
    raw = example()["crane/document.yaml"].decode().replace("  id: crane\n", "  id: crate\n")
    assert only(loaded(crane__document=raw)).message == "the document `crate` stands in the folder `crane`"


def test_digests_give_the_full_hash_and_are_missed(example_project: Path) -> None:
    said = load_records(example_project)
    assert said.findings == [] and all(len(a.text_sha256) == 64 for a in said.records["anchors"])  # type: ignore[attr-defined]
    file = records_folder(example_project) / "crane" / "digests.sha256"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.endswith("  86-94\n")))
    missing = load_records(example_project).findings
    assert {(finding.code, finding.message) for finding in missing} == {("OR013", "no full SHA-256 on file for 86-94")}


def test_digest_that_disagrees_with_its_anchor_is_a_finding(example_project: Path) -> None:
    file = records_folder(example_project) / "crane" / "digests.sha256"
    kept = file.read_text()
    file.write_text("\n".join("0" * 64 + line[64:] if line.endswith("  0-25") else line for line in kept.splitlines()))
    found = load_records(example_project).findings
    assert {finding.code for finding in found} == {"OR014"} and len(found) == 3  # passage, unit, statement


def test_damaged_digest_line_is_a_finding_with_its_line(example_project: Path) -> None:
    file = records_folder(example_project) / "crane" / "digests.sha256"
    file.write_bytes(b"\xff\xfe damaged\n" + file.read_bytes())
    [finding] = load_records(example_project).findings
    assert finding.code == "OR015" and finding.location is not None and finding.location.line == 1


def test_digests_can_be_left_unread(example_project: Path) -> None:
    (records_folder(example_project) / "crane" / "digests.sha256").write_text("damaged\n")
    assert load_records(example_project, pad_digests=True).findings == []


def test_folder_with_nothing_in_it_is_an_error_with_help(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "there are no records in"), (tmp_path / "none", "there is no folder")):
        with pytest.raises(LoadError, match=said) as raised:
            load_records(path)
        assert raised.value.help


def test_hidden_folders_and_folders_of_coders_are_not_records(tmp_path: Path) -> None:
    root = write_records(tmp_path / "p")
    for name in (".git", "crane/coders"):
        folder = records_folder(root) / name
        folder.mkdir()
        (folder / "statements.yaml").write_text("not: [records")
    assert load_records(root).findings == []
