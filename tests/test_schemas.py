from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker

from nested_lines import as_lines, example_lines
from onrecord.column import columns
from onrecord.form import FILES, Section, form
from onrecord.model import TABLES
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.schemas import (
    DRAFT,
    OFFERED,
    as_json,
    known_ids,
    line_schema,
    record_schema,
    schema_files,
    table_schema,
    vocabularies,
)
from onrecord.tables import arrow_schema, to_tables
from onrecord.vocabulary import TERMS, VOCABULARIES, terms_of
from onrecord.yamltext import read_yaml

WRITTEN = {name.rsplit("/", 1)[-1]: raw for name, raw in example().items()}
CATEGORIES = [(table, col) for table in TABLES for col in columns(TABLES[table]) if col.vocabulary]
ODD: list[Any] = [
    None, True, False, -1, 0, 1, 7, 21, 10**12, Decimal("0.5"), Decimal("-3.25"), 10**29, -(10**29), 10**29 - 1,
    "", " ", "x", " x", "x ", "x\ny", "x\u00a0", "Ada_Lind", "ada-lind", "a..b", "CT+", "persn", "x" * 121, "x" * 4001,
    "2021-03-03", "2021-13-03", "2021-02-29", "03.03.2021", "2021-03-05T10:00:00Z", "2021-03-05 10:00",
    "https://example.org/a", "javascript:alert(1)", "0-25 0123456789abcdef", "0-25 0123456789abcdef said", "0-25",
    "12ab" * 16, [], ["x"], {}, {"id": "x"},
]  # fmt: skip


@cache
def validator(file: str) -> Draft7Validator:
    return Draft7Validator(record_schema(file), format_checker=FormatChecker())


def faults(file: str, said: Any) -> list[str]:
    return [error.message for error in validator(file).iter_errors(said)]


@cache
def empty_tables() -> dict[str, Any]:
    return to_tables({}) | {"overview": arrow_schema("overview").empty_table()}


@pytest.mark.parametrize("file", FILES)
def test_record_schema_is_a_schema_of_a_draft_that_editors_read(file):
    said = record_schema(file)
    assert said["$schema"] == DRAFT
    Draft7Validator.check_schema(said)
    assert said["title"] == f"Records file {file}"


@pytest.mark.parametrize("file", FILES)
def test_record_schema_accepts_the_example(file):
    assert faults(file, read_yaml(WRITTEN[file], file).value) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("agents.yaml", "agents:\n  - {id: Ada_Lind, name: Ada Lind, kind: person}\n"),
        ("agents.yaml", "agents:\n  - {id: ada-lind, name: Ada Lind, kind: persn}\n"),
        ("agents.yaml", "agents:\n  - {id: ada-lind, name: Ada Lind}\n"),
        ("agents.yaml", "agents:\n  - {id: ada-lind, name: 1988, kind: person}\n"),
        ("agents.yaml", "agents:\n  - {id: ada-lind, name: Ada Lind, kind: person, nmae: x}\n"),
        ("agents.yaml", "agents: Ada Lind\n"),
        ("agents.yaml", "agent:\n  - {id: ada-lind, name: Ada Lind, kind: person}\n"),
        ("agents.yaml", "- {id: ada-lind, name: Ada Lind, kind: person}\n"),
        ("claims.yaml", "claims:\n  - {id: a, proposition: A., kind: event, topic_id: t, relations: null}\n"),
        ("reviews.yaml", "reviews:\n  - {id: r, record_table: claims, record_id: a, status: draft, reviewer: b, "
                         'reviewed_at: "2021-03-05 10:00"}\n'),
        ("document.yaml", "passages: []\n"),
    ],
)  # fmt: skip
def test_record_schema_refuses_what_the_loader_refuses(file, text):
    assert faults(file, read_yaml(text.encode(), file).value)
    name = file if file in ("agents.yaml", "claims.yaml", "reviews.yaml") else f"crane/{file}"
    assert load_texts({name: text.encode()}, pad_digests=True).findings


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "agents:\n", "agents: []\n"])
def test_record_schema_accepts_a_file_that_is_still_empty_as_the_loader_does(text):
    assert faults("agents.yaml", read_yaml(text.encode(), "agents.yaml").value) == []
    assert load_texts({"agents.yaml": text.encode()}).findings == []


def written_fields(sections: tuple[Section, ...], said: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every field of the first record of every section of a file, as (record, key)."""
    for section in sections:
        records = said.get(section.key) or []
        for record in (records if section.many else [records])[:1]:
            for key in form(section).model_fields:
                yield record, key
            yield from written_fields(section.children, record)


@pytest.mark.parametrize("file", FILES)
def test_record_schema_and_loader_agree_on_every_field_and_odd_value(file):
    """Put each odd value into each field of the example: both accept it or both refuse it."""
    said = copy.deepcopy(read_yaml(WRITTEN[file], file).value)
    name = next(name for name in example() if name.rsplit("/", 1)[-1] == file)
    judged = refused = 0
    for record, key in list(written_fields(FILES[file], said)):
        before = record.get(key, ...)
        for odd in ODD:
            record[key] = odd
            if file == "document.yaml" and key == "id" and isinstance(odd, str):
                continue  # the loader also compares the id with the folder
            by_schema = not validator(file).is_valid(said)
            found = load_texts({name: as_yaml(said)}, pad_digests=True).findings
            by_loader = any(finding.code != "OR010" for finding in found)  # the document's own file is not here
            assert by_schema == by_loader, f"{key}: {odd!r}"
            judged, refused = judged + 1, refused + by_schema
        record[key] = before
        if before is ...:
            del record[key]
    assert 0 < refused < judged


def as_yaml(said: Any) -> bytes:
    """A value as YAML in its JSON notation, with decimals written as they are."""
    return json.dumps(said, default=lambda value: f"@{value}@").replace('"@', "").replace('@"', "").encode()


def test_record_schema_explains_every_term():
    said = record_schema("statements.yaml")["definitions"]["AttributionForm"]["properties"]["factuality"]
    assert said["enum"] == list(terms_of("factuality"))
    assert len(said["enumDescriptions"]) == len(said["enum"])
    assert said["enumDescriptions"][0] == "Certain, affirmed."


# Ids that an editor offers


@cache
def known() -> dict[str, dict[str, str]]:
    return known_ids(to_tables(load_texts(example(), pad_digests=True).records))


def references(file: str) -> Iterator[tuple[str, str, str]]:
    """Every field of a file that holds an id of another record: its form, its name, the table it refers to."""

    def walk(sections: tuple[Section, ...]) -> Iterator[tuple[str, str, str]]:
        for section in sections:
            for col in columns(section.model):
                if col.references and col.origin == "written":
                    yield form(section).__name__, col.name, col.references
            yield from walk(section.children)

    yield from walk(FILES[file])


REFERENCES = [(file, *reference) for file in FILES for reference in references(file)]


@pytest.mark.parametrize(("file", "name", "field", "table"), REFERENCES)
def test_every_reference_offers_the_ids_that_are_known(file, name, field, table):
    """The shape is the one that yaml-language-server completes: an enum among the alternatives."""
    definitions = record_schema(file, known())["definitions"]
    offered = definitions[name]["properties"][field]["anyOf"][0]
    assert set(offered) == {"$ref"}
    said = definitions[offered["$ref"].removeprefix("#/definitions/")]
    assert said["enum"] == list(known()[table])
    assert said["enumDescriptions"] == list(known()[table].values())


def test_known_ids_come_with_what_each_is_known_by():
    assert known()["agents"]["ada-lind"] == "Ada Lind"
    assert known()["claims"]["crane-fell"] == "A crane came down at North Quay."
    assert known()["statements"]["crane.s2"] == "A crane came down at North Quay."
    assert known()["passages"]["crane.p2"] == "paragraph, 27-192"
    assert known()["quantities"] == {"people-nearby": "People nearby"}
    assert set(known()) == {table for *_, table in REFERENCES}


@pytest.mark.parametrize("file", FILES)
def test_known_ids_change_nothing_in_what_is_valid(file):
    """An id that is well-formed and unknown is the loader's to judge, which names the nearest one."""
    said = record_schema(file, known())
    Draft7Validator.check_schema(said)
    offering = Draft7Validator(said, format_checker=FormatChecker())
    written = copy.deepcopy(read_yaml(WRITTEN[file], file).value)
    assert offering.is_valid(written)
    for record, key in list(written_fields(FILES[file], written)):
        before = record.get(key, ...)
        for odd in ODD:
            record[key] = odd
            assert offering.is_valid(written) == validator(file).is_valid(written), f"{key}: {odd!r}"
        record[key] = before
        if before is ...:
            del record[key]


def test_an_editor_says_what_an_id_looks_like_instead_of_listing_them_all():
    said = record_schema("mentions.yaml", known())["definitions"]["KnownAgent"]
    assert said["errorMessage"] == "Expected lower-case letters and digits, in words joined by `-` or `.`"


def test_no_ids_are_offered_where_there_are_too_many():
    many = {"agents": {f"a{n}": f"Agent {n}" for n in range(OFFERED + 1)}}
    said = record_schema("mentions.yaml", many)
    assert "KnownAgent" not in said["definitions"]
    offered = said["definitions"]["RoleForm"]["properties"]["agent_id"]
    assert offered["$comment"] == "More than 2,000 agents are known, so none is offered."
    assert "enum" not in json.dumps(offered)
    assert len(as_json(said)) == pytest.approx(len(as_json(record_schema("mentions.yaml"))), abs=1000)


def test_known_ids_of_a_long_table_cost_no_more_than_those_of_a_short_one():
    rows = to_tables({})["agents"].schema
    long = pa.table({f.name: pa.array([f"a{n}" for n in range(5 * OFFERED)], f.type) for f in rows}, schema=rows)
    assert len(known_ids(to_tables({}) | {"agents": long})["agents"]) == OFFERED + 1


# What a draft may hold


@pytest.mark.parametrize(
    "anchor",
    ["?came down?", "? two words ?", "?who? she said? nth 2 excerpt", "?a? before: b", "0-25 0123456789abcdef"],
)
def test_words_may_stand_for_an_anchor_while_a_record_is_a_draft(anchor):
    said = {"mentions": [{"id": "m", "agent_id": "a", "form": "name", "anchor": anchor, "suggested": True}]}
    assert faults("mentions.yaml", said) == []


@pytest.mark.parametrize(
    "anchor", ["?", "??", "? ?", "?came down", "came down?", "?came down? second", "0-25", "0-25 0123456789abcdef?"]
)
def test_what_is_neither_anchor_nor_placeholder_is_refused(anchor):
    said = {"mentions": [{"id": "m", "agent_id": "a", "form": "name", "anchor": anchor}]}
    assert len(faults("mentions.yaml", said)) == 1


@pytest.mark.parametrize("file", FILES)
def test_every_record_may_be_marked_as_a_suggestion(file):
    definitions = record_schema(file, known())["definitions"]
    forms = [said for name, said in definitions.items() if name.endswith("Form")]
    assert forms
    assert {said["properties"]["suggested"]["type"] for said in forms} == {"boolean"}


# Table Schemas


@pytest.mark.parametrize("table", TABLES)
def test_table_schema_names_and_describes_every_column_of_the_model(table):
    said = table_schema(table, empty_tables()[table])
    assert [field["name"] for field in said["fields"]] == list(TABLES[table].model_fields)
    assert all(field["title"] and field["description"].endswith(".") for field in said["fields"])
    assert said["missingValues"] == [""]
    assert said["fieldsMatch"] == "exact"


@pytest.mark.parametrize("table", TABLES)
def test_table_schema_keys_are_lists_of_its_columns(table):
    said = table_schema(table, empty_tables()[table])
    names = {field["name"] for field in said["fields"]}
    for key in (said["primaryKey"], *said.get("uniqueKeys", []), *(k["fields"] for k in said.get("foreignKeys", []))):
        assert isinstance(key, list)
        assert set(key) <= names
    for key in said.get("foreignKeys", []):
        there = TABLES[key["reference"].get("resource", table)]
        assert key["reference"]["fields"] == list(there.primary_key)


def test_table_schema_has_one_foreign_key_for_every_reference():
    said = table_schema("relations", empty_tables()["relations"])
    assert said["foreignKeys"] == [
        {"fields": ["from_claim_id"], "reference": {"resource": "claims", "fields": ["id"]}},
        {"fields": ["to_claim_id"], "reference": {"resource": "claims", "fields": ["id"]}},
    ]
    assert said["uniqueKeys"] == [["from_claim_id", "type", "to_claim_id"]]


@pytest.mark.parametrize(("table", "col"), CATEGORIES, ids=lambda said: getattr(said, "name", said))
def test_vocabulary_columns_have_categories_and_the_same_enum(table, col):
    said = next(f for f in table_schema(table, empty_tables()[table])["fields"] if f["name"] == col.name)
    assert [category["value"] for category in said["categories"]] == said["constraints"]["enum"]
    assert said["constraints"]["enum"] == list(terms_of(col.vocabulary))
    assert said["example"] in said["constraints"]["enum"]


def test_table_schema_takes_its_examples_from_the_rows():
    tables = to_tables(load_texts(example(), pad_digests=True).records)
    figures = {f["name"]: f.get("example") for f in table_schema("figures", tables["figures"])["fields"]}
    assert figures["value"] == 40
    assert figures["approximate"] is True
    assert figures["lower"] is None  # no row has one
    times = {f["name"]: f.get("example") for f in table_schema("times", tables["times"])["fields"]}
    assert times["earliest"] == "2021-03-03"
    reviews = {f["name"]: f.get("example") for f in table_schema("reviews", tables["reviews"])["fields"]}
    assert reviews["reviewed_at"] == "2021-03-05T10:00:00Z"


def test_vocabularies_hold_every_term_once():
    said = vocabularies()
    assert list(said) == list(VOCABULARIES)
    assert sum(map(len, said.values())) == len(TERMS)


def test_schema_files_are_json_and_one_for_every_records_file_and_table():
    files = schema_files(empty_tables())
    assert len(files) == len(FILES) + len(TABLES) + 2
    assert all(json.loads(raw) for raw in files.values())
    assert "schema/agents.schema.json" in files
    assert "schema/tables/overview.json" in files
    assert "schema/line.schema.json" in files


def test_as_json_escapes_what_cannot_be_seen_and_keeps_what_can():
    assert as_json("é\u202e\u00a0\u2028\ufeffא") == '"é\\u202e\\u00a0\\u2028\\ufeffא"\n'.encode()
    assert yaml.safe_load(as_json({"a": "\u202e"})) == {"a": "\u202e"}


def test_line_schema_accepts_sound_lines_and_refuses_others():
    check = Draft7Validator(line_schema(), format_checker=FormatChecker())
    Draft7Validator.check_schema(line_schema())
    lines = [json.loads(line) for line in as_lines(example_lines()).splitlines()]
    assert [error.message for line in lines for error in check.iter_errors(line)] == []
    statement = lines[1]["statements"][0]
    statement |= {"presupposed": None, "figures": None, "note": None}
    assert check.is_valid(lines[1])
    for odd in ({"statement": []}, {"statements": [{**statement, "id": None}]}, {"digests": [1]}, [], {"document": []}):
        assert not check.is_valid(odd)
