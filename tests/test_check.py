"""A check: every fault at once, in order, with its place, and a word about what could not be judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.check import OPTIONS_LIMIT, check, check_loaded, check_tables
from onrecord.errors import LoadError
from onrecord.finding import Location, Severity
from onrecord.records import load_texts
from onrecord.rules import RULES
from onrecord.rules.example import digest_lines, example
from onrecord.tables import to_tables

MENTION = '    - {{id: {id}, agent_id: {agent}, form: name, anchor: "86-94 {{h:86-94}}"}}\n'
MENTIONS = "crane/mentions.yaml:\n  mentions:\n"


def checked(patch: str = ""):
    return check_loaded(load_texts(example(patch), pad_digests=True))


def line_of(patch: str, file: str, words: str) -> int:
    lines = example(patch)[file].decode().splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def write(folder, files):
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def test_check_of_a_clean_folder_finds_nothing_and_counts_the_records(tmp_path):
    write(tmp_path, example() | {"crane/digests.sha256": digest_lines().encode()})
    outcome = check(tmp_path)
    assert outcome.findings == ()
    assert (outcome.errors, outcome.warnings, outcome.skipped) == (0, 0, ())
    assert outcome.counts["statements"] == 4
    assert outcome.records == sum(outcome.counts.values())


def test_check_of_no_folder_is_an_error_not_a_finding(tmp_path):
    with pytest.raises(LoadError, match="there is no folder"):
        check(tmp_path / "nowhere")


def test_findings_stand_in_the_order_of_files_and_lines():
    patch = (
        "agents.yaml:\n  agents:\n    - {id: nobody, name: Nobody, kind: group}\n"
        "    - {id: no-one, name: No one, kind: group}\n"
        "claims.yaml:\n  topics:\n    - {id: weather, label: Weather}\n"
        + MENTIONS
        + MENTION.format(id="crane.m9", agent="x")
    )
    found = checked(patch).findings
    assert [(f.code, f.key) for f in found] == [
        ("OR210", "nobody"),
        ("OR210", "no-one"),
        ("OR211", "weather"),
        ("OR202", "crane.m9"),
    ]
    assert list(found) == sorted(found, key=lambda f: f.order)


def test_totals_tell_errors_from_warnings():
    outcome = checked(
        "agents.yaml:\n  agents:\n    - {id: nobody, name: Nobody, kind: group}\n"
        + MENTIONS
        + MENTION.format(id="crane.m9", agent="ada-lynd")
    )
    assert (outcome.errors, outcome.warnings) == (1, 1)
    assert dict(outcome.codes) == {"OR202": 1, "OR210": 1}
    assert {f.severity for f in outcome.findings} == {Severity.ERROR, Severity.WARNING}


def test_unknown_reference_points_to_the_value_and_offers_the_nearest_id():
    patch = MENTIONS + MENTION.format(id="crane.m9", agent="ada-lynd")
    (finding,) = checked(patch).findings
    line = line_of(patch, "crane/mentions.yaml", "agent_id: ada-lynd")
    assert finding.location == Location("crane/mentions.yaml", line, len("    agent_id: ") - 1)
    assert finding.message == '`agent_id`: there is no "ada-lynd" in agents; did you mean `ada-lind`?'
    assert finding.help == "correct the id, or add the record to agents"


def test_fault_between_two_files_carries_its_place():
    patch = "crane/ledger.yaml:\n  units:\n" + (
        '    - {id: crane.u9, passage_id: crane.p2, kind: numeral, anchor: "86-89 {h:86-89}", status: covered}\n'
    )
    (finding,) = checked(patch).findings
    start = line_of(patch, "crane/ledger.yaml", "id: crane.u9")
    assert (finding.code, finding.column) == ("OR308", "status")
    assert finding.location == Location("crane/ledger.yaml", start + 4, 11)
    assert finding.message == "numeral 86-89 is said to be covered, and no record lies on it"


def test_duplicate_shows_both_places():
    twice = MENTION.format(id="crane.m9", agent="ada-lind")
    patch = MENTIONS + twice + twice
    found = [f for f in checked(patch).findings if f.table == "mentions"]
    lines = [
        n for n, text in enumerate(example(patch)["crane/mentions.yaml"].decode().splitlines(), 1) if "crane.m9" in text
    ]
    (finding,) = found
    assert finding.code == "OR201"
    assert (finding.location, finding.others) == (
        Location("crane/mentions.yaml", lines[1], 3),
        (Location("crane/mentions.yaml", lines[0], 3),),
    )


def test_fault_of_two_records_shows_the_other():
    patch = "crane/ledger.yaml:\n  units:\n" + (
        '    - {id: crane.u9, passage_id: crane.p2, kind: numeral, anchor: "108-110 {h:108-110}", status: covered}\n'
    )
    (finding,) = checked(patch).findings
    other = line_of(patch, "crane/ledger.yaml", "id: crane.u7")
    assert finding.code == "OR313"
    assert finding.others == (Location("crane/ledger.yaml", other, 3),)


def test_rules_about_absence_wait_while_a_record_is_unreadable():
    patch = (
        "agents.yaml:\n  agents:\n    - {id: ada-lind, name: Ada Lind, kind: persn}\n"
        "    - {id: nobody, name: Nobody, kind: group}\n"
        "claims.yaml:\n  claims:\n    - id: crane-fell\n      proposition: A crane came down at North Quay.\n"
        "      kind: event\n      topic_id: accident\n      relations: [{type: supports, to_claim_id: crane-fell}]\n"
    )
    outcome = checked(patch)
    assert {"OR104", "OR204"} <= set(outcome.codes)
    assert not {"OR202", "OR210"} & set(outcome.codes)
    waiting = [rule.code for rule in RULES if rule.whole and rule.select]
    waiting.remove("OR202")  # the lost record is known by its id, so references to others can be judged
    assert outcome.skipped == tuple(waiting)
    assert "OR210" in outcome.skipped


def test_no_fault_is_said_twice():
    found = checked(MENTIONS + MENTION.format(id="crane.m9", agent="x") * 2).findings
    assert len(set(found)) == len(found)


def test_tables_that_never_were_yaml_get_table_and_key_in_place_of_a_file():
    tables = to_tables(
        load_texts(example(MENTIONS + MENTION.format(id="crane.m9", agent="ada-lynd")), pad_digests=True).records
    )
    (finding,) = check_tables(tables).findings
    assert (finding.code, finding.table, finding.key, finding.column) == ("OR202", "mentions", "crane.m9", "agent_id")
    assert finding.location is None


def test_missing_tables_count_as_empty():
    tables = to_tables(load_texts(example(), pad_digests=True).records)
    outcome = check_tables({"mentions": tables["mentions"]})
    assert outcome.records == 4
    assert {f.code for f in outcome.findings} >= {"OR202"}


def test_suggestions_are_left_out_where_there_are_too_many_ids():
    many = "agents:\n" + "".join(f"- {{id: a{n}, name: A, kind: group}}\n" for n in range(OPTIONS_LIMIT + 1))
    files = {"agents.yaml": many.encode(), "claims.yaml": b"topics: []\n"}
    tables = to_tables(load_texts(files).records)
    role = to_tables(load_texts(example(), pad_digests=True).records)["mentions"].slice(0, 1)
    said = [f.message for f in check_tables(tables | {"mentions": role}).findings if f.column == "agent_id"]
    assert said == ['`agent_id`: there is no "ada-lind" in agents']


@pytest.mark.parametrize("value", ["9" * 12, "9" * 13, "9" * 400, "1e9"])
def test_no_number_however_large_ends_in_a_traceback(value):
    outcome = checked(f"crane/document.yaml:\n  document:\n    text_length: {value}\n")
    assert outcome.errors
    assert all(f.location for f in outcome.findings)


@pytest.mark.parametrize(
    ("span", "codes"),
    [
        ("0-0", {"OR107", "OR302"}),
        (f"86-{'9' * 12}", {"OR301"}),
        (f"86-{'9' * 13}", {"OR106"}),
        ("8-9;", {"OR106"}),
        ("8-9;4-5", {"OR303"}),
        ("86-94", {"OR305"}),
    ],
)
def test_no_span_however_odd_ends_in_a_traceback(span, codes):
    anchor = f"{span} 0123456789abcdef"
    outcome = checked(f'{MENTIONS}    - {{id: crane.m9, agent_id: ada-lind, form: name, anchor: "{anchor}"}}\n')
    assert set(outcome.codes) == codes
    assert all(f.location and f.location.file == "crane/mentions.yaml" for f in outcome.findings)


def test_check_judges_the_description_of_the_dataset(example_project: Path) -> None:
    file = example_project / "claims" / "records" / "package.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
    found = check(example_project).findings
    assert [(finding.code, Path(finding.location.file).name) for finding in found] == [("OR901", "package.yaml")]


def test_check_does_not_ask_for_a_description(example_project: Path) -> None:
    (example_project / "claims" / "records" / "package.yaml").unlink()
    assert check(example_project).findings == ()


def test_check_finds_unknown_references_beside_records_that_cannot_be_read() -> None:
    """One fault in one record must not hide a slip in another."""
    patch = (
        MENTIONS + MENTION.format(id="crane.m5", agent="ada-lynd") + MENTION.format(id="crane.m6", agent="the-board")
    )
    broken = "agents.yaml:\n  agents:\n    - {id: the-board, name: The board, kind: boddy}\n"
    said = checked(patch + broken)
    assert [(f.code, f.key) for f in said.findings] == [("OR104", "the-board"), ("OR202", "crane.m5")]
    assert "OR202" not in said.skipped and "OR210" in said.skipped


def test_check_leaves_references_alone_while_a_record_without_a_name_is_lost() -> None:
    patch = MENTIONS + MENTION.format(id="crane.m5", agent="the-board")
    said = checked(patch + "agents.yaml:\n  agents:\n    - {name: The board, kind: body}\n")
    assert [f.code for f in said.findings] == ["OR101"]
    assert "OR202" in said.skipped
