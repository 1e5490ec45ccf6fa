from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker

from onrecord.column import columns
from onrecord.form import FILES, Section, form
from onrecord.model import TABLES
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.schemas import DRAFT, as_json, record_schema, schema_files, table_schema, vocabularies
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
    assert len(files) == len(FILES) + len(TABLES) + 1
    assert all(json.loads(raw) for raw in files.values())
    assert "schema/agents.schema.json" in files
    assert "schema/tables/overview.json" in files


def test_as_json_escapes_what_cannot_be_seen_and_keeps_what_can():
    assert as_json("é\u202e\u00a0\u2028\ufeffא") == '"é\\u202e\\u00a0\\u2028\\ufeffא"\n'.encode()
    assert yaml.safe_load(as_json({"a": "\u202e"})) == {"a": "\u202e"}
