"""Findings in four forms: exact for machines, safe and plain for people."""

import json
import re
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.check import Checked
from onrecord.finding import Finding, Location, Severity
from onrecord.lettering import aligned, as_json, visible, width
from onrecord.report import render_github, render_json, render_sarif, render_text
from onrecord.rules import RULES

FOUND = Finding(
    code="OR004",
    name="duplicate-key",
    severity=Severity.ERROR,
    message="key `name` is repeated (first at line 3)",
    help="keep one of the two",
    location=Location("claims/records/agents.yaml", 4, 5),
    others=(Location("claims/records/agents.yaml", 3, 5),),
)
BARE = Finding("OR202", "unknown-reference", Severity.WARNING, "there is no such record", table="claims", key="c1")
HOSTILE = [
    "[/b]",
    "[red]x[/red]",
    "\x1b[31m",
    "\u202egnp.exe",
    "a\nb",
    "a\r\nb",
    "\u200b",
    "\ud800",
    "%0A::error::",
    ":smile:",
]


def checked(*findings: Finding, records: int = 58, skipped: tuple[str, ...] = ()) -> Checked:
    return Checked(findings, records, {}, skipped)


def text(said: Checked) -> list[str]:
    return [line.plain for line in render_text(said)]


def hostile(word: str) -> Finding:
    return Finding(
        "OR202", "unknown-reference", Severity.ERROR, f"no {word}", f"mend {word}", Location(f"a{word}.yaml")
    )


def test_text_says_place_code_name_message_help_and_other_places() -> None:
    assert text(checked(FOUND, BARE)) == [
        "claims/records/agents.yaml:4:5: OR004 duplicate-key: key `name` is repeated (first at line 3)",
        "  help: keep one of the two",
        "  see also: claims/records/agents.yaml:3:5",
        "claims c1: OR202 unknown-reference: there is no such record",
        "2 problems in 58 records (1 error, 1 warning)",
    ]


def test_text_of_a_clean_check_says_how_much_was_checked() -> None:
    assert text(checked()) == ["0 problems in 58 records"]
    assert text(checked(FOUND, records=1))[-1] == "1 problem in 1 record"
    assert text(checked(records=12345)) == ["0 problems in 12,345 records"]


def test_text_says_which_rules_had_to_wait() -> None:
    one = text(checked(FOUND, skipped=("OR202",)))
    assert one[-2] == "1 rule waits until all records can be read, since it judges what is absent: OR202"
    codes = [f"OR{number}" for number in range(301, 320)]
    many = text(checked(FOUND, skipped=tuple(codes)))[3:-1]
    assert len(many) > 1 and max(map(len, many)) <= 96
    assert " ".join(line.strip() for line in many) == (
        "19 rules wait until all records can be read, since they judge what is absent: " + ", ".join(codes)
    )


def test_help_that_is_the_same_for_several_in_a_row_is_said_once_after_them() -> None:
    def found(line: int, code: str = "OR308", help: str = "waive it") -> Finding:
        return Finding(code, "bare", Severity.ERROR, f"unit {line}", help, Location("l.yaml", line))

    lines = text(checked(found(1), found(2), found(3), found(4, help="add it"), found(5, "OR309"), found(6)))
    assert [line for line in lines if line.startswith("  ")] == [
        "  help for these 3: waive it",
        "  help: add it",
        "  help: waive it",
        "  help: waive it",
    ]
    assert lines[3] == "  help for these 3: waive it" and lines[:3] == [
        f"l.yaml:{line}:1: OR308 bare: unit {line}" for line in (1, 2, 3)
    ]
    said = json.loads(render_json(checked(found(1), found(2))))
    assert [one["help"] for one in said["findings"]] == ["waive it", "waive it"]


def test_other_places_stay_with_the_findings_they_belong_to() -> None:
    lines = text(checked(FOUND, FOUND, replace(FOUND, others=())))
    assert [line.split(":")[0].strip() for line in lines[2:6]] == [
        "help for these 2",
        "see also",
        *["claims/records/agents.yaml", "help"],
    ]


@pytest.mark.parametrize("word", HOSTILE)
def test_text_shows_hostile_words_without_obeying_them(word: str) -> None:
    lines = text(checked(hostile(word)))
    assert len(lines) == 3
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u202e\ud800]", "".join(lines))
    assert lines[0] == f"a{visible(word)}.yaml:1:1: OR202 unknown-reference: no {visible(word)}"


def test_visible_names_the_code_point() -> None:
    assert visible("a\x1b[31m\u202e\n[/b] é😀") == "a<U+001B>[31m<U+202E><U+000A>[/b] é😀"


def test_json_holds_everything_the_findings_hold() -> None:
    said = json.loads(render_json(checked(FOUND, BARE, skipped=("OR401",))))
    assert (said["records"], said["errors"], said["warnings"], said["skipped"]) == (58, 1, 1, ["OR401"])
    first, second = said["findings"]
    assert first["location"] == {"file": "claims/records/agents.yaml", "line": 4, "column": 5}
    assert first["others"] == [{"file": "claims/records/agents.yaml", "line": 3, "column": 5}]
    assert (second["table"], second["key"], second["location"]) == ("claims", "c1", None)


@settings(deadline=None)
@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_loses_nothing_and_hides_nothing(value: Any) -> None:
    said = as_json(value)
    assert json.loads(said) == value
    assert visible(said.replace("\n", "")) == said.replace("\n", "")


def test_github_escapes_by_its_rules() -> None:
    finding = Finding("OR001", "x", Severity.ERROR, "50% of\nit", "a: b", Location("a,b:c%.yaml", 2, 3))
    assert list(render_github(checked(finding))) == [
        "::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,title=OR001 x::50%25 of<U+000A>it%0Ahelp: a: b"
    ]
    assert list(render_github(checked(BARE))) == [
        "::warning title=OR202 unknown-reference::claims c1: there is no such record"
    ]


@pytest.mark.parametrize("word", HOSTILE)
def test_github_commands_stay_one_line_each(word: str) -> None:
    [line] = render_github(checked(hostile(word)))
    assert re.fullmatch(r"::error file=[^:,]*,line=1,col=1,title=[^:,]*::.*", line)
    assert len(line.splitlines()) == 1 and set(re.findall("%..", line)) <= {"%25", "%0A", "%3A", "%2C"}


# What the published schema of SARIF 2.1.0 requires of the parts used here.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "help", "shortDescription", "fullDescription"],
                                            "properties": {
                                                "help": {"$ref": "#/$defs/message"},
                                                "shortDescription": {"$ref": "#/$defs/message"},
                                                "fullDescription": {"$ref": "#/$defs/message"},
                                                "defaultConfiguration": {
                                                    "properties": {"level": {"$ref": "#/$defs/level"}}
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId"],
                            "properties": {
                                "message": {"$ref": "#/$defs/message"},
                                "level": {"$ref": "#/$defs/level"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                                "relatedLocations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                            },
                        },
                    },
                },
            },
        },
    },
    "$defs": {
        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "location": {
            "type": "object",
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {"properties": {"uri": {"pattern": "^[A-Za-z0-9._~/%-]+$"}}},
                        "region": {
                            "properties": {
                                "startLine": {"type": "integer", "minimum": 1},
                                "startColumn": {"type": "integer", "minimum": 1},
                            }
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("word", ["", *HOSTILE])
def test_sarif_keeps_to_its_schema(word: str) -> None:
    said = json.loads(render_sarif(checked(FOUND, BARE, hostile(word))))
    jsonschema.validate(said, SARIF)
    run = said["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["results"][0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert run["results"][1]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "claims/c1"


def test_columns_line_up_and_show_every_value_in_full() -> None:
    long = "x" * 500
    lines = list(aligned(("id", "said"), [("a", "日本"), ("bb", None), (None, long), ("c", "é\n")]))
    assert lines == ["id  said", "--  " + "-" * 500, "a   日本", "bb", "    " + long, "c   é<U+000A>"]
    assert width("日本e\u0301") == 5
