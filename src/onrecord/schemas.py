"""Schemas for other tools, derived from the model: Table Schemas, JSON Schemas of the records files, terms.

Editors read the JSON Schemas while records are written. They follow draft 7, the newest draft
that YAML language servers read in full, and accept what the loader accepts, as far as JSON
Schema can tell: notations that only YAML knows (`1.0` for a whole number) are judged on loading.
They also accept what a draft holds on the way there, placeholders and suggestions; `check` says
what is left of those. References offer the ids that the tables know, and allow others: the
loader says better than an editor which id is unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from .column import ANCHOR, DECIMAL_DIGITS, DECIMAL_PLACES, PATTERN_SAYS, PLACEHOLDER, Column, columns
from .form import FILES, Section, Written, file_form, form, line_form, with_nested
from .formats import csv_rows
from .model import TABLES
from .vocabulary import VOCABULARIES, entries_of, terms_of

DRAFT = "http://json-schema.org/draft-07/schema#"
TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
_INVISIBLE = re.compile("[\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_TYPES = {"text": "string", "decimal": "number"}
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
OFFERED = 2_000  # ids that an editor is offered for one field; a longer list would help nobody choose
_BEYOND = 10 ** (DECIMAL_DIGITS - DECIMAL_PLACES)
_WRITTEN: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date", "pattern": _DAY},
    "datetime": {"type": "string", "format": "date-time", "pattern": _INSTANT},
    "decimal": {"type": "number", "exclusiveMinimum": -_BEYOND, "exclusiveMaximum": _BEYOND},
}
# What a record is known by beside its id.
_KNOWN_BY = {"agents": "name", "claims": "proposition", "documents": "title", "quantities": "label", "topics": "label"}
_KNOWN_OTHERWISE = ("matches", "passages", "statements")
# What is reviewed or matched can be another record, and mostly is one of these.
_MOSTLY = {("reviews", "record_id"): "statements", ("matches", "record_id"): "statements"}
_SUGGESTED = {
    "title": "Suggested",
    "description": "True until somebody has confirmed the record; `onrecord check` refuses it as long as this is so.",
    "type": "boolean",
}
_DRAFT_ANCHOR = {
    "pattern": f"{ANCHOR}|{PLACEHOLDER}",
    "patternErrorMessage": f'Expected {PATTERN_SAYS[ANCHOR]}, or a placeholder with the words: `"?words?"`',
}
Known = Mapping[str, Mapping[str, str]]  # by table: ids, each with what the record is known by


def as_json(said: Any) -> bytes:
    """JSON as this project writes it: indented, keys in the order given, invisible characters escaped."""
    text = json.dumps(said, ensure_ascii=False, indent=2, allow_nan=False)
    return (_INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode("utf-8")


def schema_files(tables: Mapping[str, pa.Table]) -> dict[str, bytes]:
    """Every file of the folder `schema/`, by its path."""
    files = record_schema_files(known_ids(tables))
    for table in TABLES:
        said = {"$schema": TABLE_SCHEMA, **table_schema(table, tables[table])}
        files[f"schema/tables/{table}.json"] = as_json(said)
    files["schema/vocabularies.json"] = as_json(vocabularies())
    files["schema/line.schema.json"] = as_json(line_schema())
    return files


def record_schema_files(known: Known) -> dict[str, bytes]:
    """The JSON Schemas of the records files, by their paths; they offer the ids that are known."""
    return {f"schema/{name.removesuffix('.yaml')}.schema.json": as_json(record_schema(name, known)) for name in FILES}


def known_ids(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, str]]:
    """The ids that records can refer to, each with its name, label, proposition or place.

    Of a long table only as many as show that there are too many to offer.
    """
    rows = {table: tables[table].slice(0, OFFERED + 1).to_pylist() for table in (*_KNOWN_BY, *_KNOWN_OTHERWISE)}
    said = {table: {row["id"]: row[by] for row in rows[table]} for table, by in _KNOWN_BY.items()}
    said["passages"] = {row["id"]: f"{row['kind']}, {row['start']}-{row['end']}" for row in rows["passages"]}
    said["matches"] = {row["id"]: f"{row['answer']}: {row['claim_id']}, {row['record_id']}" for row in rows["matches"]}
    said["statements"] = {
        row["id"]: said["claims"].get(row["claim_id"], row["claim_id"] or "no claim chosen yet")
        for row in rows["statements"]
    }
    return said


def vocabularies() -> dict[str, list[dict[str, str]]]:
    """The terms of every vocabulary, each with its label, definition and source."""
    return {
        vocabulary: [
            {"term": term.term, "label": term.label, "definition": term.definition, "source": term.source}
            for term in entries_of(vocabulary)
        ]
        for vocabulary in VOCABULARIES
    }


# Table Schemas


def table_schema(table: str, rows: pa.Table) -> dict[str, Any]:
    """The Table Schema of a table, with examples from its rows."""
    model = TABLES[table]
    said: dict[str, Any] = {
        "fieldsMatch": "exact",
        "fields": [_field(col, model.primary_key, rows) for col in columns(model)],
        "missingValues": [""],
        "primaryKey": list(model.primary_key),
    }
    if model.unique_keys:
        said["uniqueKeys"] = [list(key) for key in model.unique_keys]
    references = [_foreign_key(table, col) for col in columns(model) if col.references]
    return said | ({"foreignKeys": references} if references else {})


def _field(col: Column, key: tuple[str, ...], rows: pa.Table) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": col.name,
        "title": col.title,
        "type": _TYPES.get(col.kind, col.kind),
        "description": col.description,
    }
    if col.vocabulary:
        said["categories"] = [{"value": term.term, "label": term.label} for term in entries_of(col.vocabulary)]
    constraints = dict(_constraints(col, key))
    if constraints:
        said["constraints"] = constraints
    example = _example(col, rows)
    return said | ({} if example is None else {"example": example})


def _constraints(col: Column, key: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not col.nullable:
        yield "required", True
    if key == (col.name,):
        yield "unique", True
    if col.vocabulary:  # readers of version 1 know no categories
        yield "enum", list(terms_of(col.vocabulary))
    limits = {"pattern": col.pattern, "minLength": col.min_length, "maxLength": col.max_length}
    limits |= {"minimum": col.minimum, "maximum": col.maximum}
    yield from ((name, limit) for name, limit in limits.items() if limit is not None)


def _example(col: Column, rows: pa.Table) -> Any:
    values = rows.column(col.name).drop_null()
    if not len(values):
        return terms_of(col.vocabulary)[0] if col.vocabulary else None
    if col.kind in ("date", "datetime"):
        return next(csv_rows(pa.table({col.name: values.slice(0, 1)})))[0]
    value = values[0].as_py()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _foreign_key(table: str, col: Column) -> dict[str, Any]:
    assert col.references
    there = list(TABLES[col.references].primary_key)
    resource = {} if col.references == table else {"resource": col.references}
    return {"fields": [col.name], "reference": {**resource, "fields": there}}


# JSON Schemas of the records files


def record_schema(file: str, known: Known | None = None) -> dict[str, Any]:
    """The JSON Schema of one records file, for editors and other checkers of YAML."""
    said, definitions = _explained(file_form(file), FILES[file], known or {})
    for section in FILES[file]:
        _may_be_empty(section, said["properties"])
    said["title"] = f"Records file {file}"
    if "required" not in said:
        said["type"] = ["object", "null"]  # a file that holds nothing yet
    return {"$schema": DRAFT, **said, "definitions": definitions}


def line_schema() -> dict[str, Any]:
    """The JSON Schema of one line of JSON Lines. Null says that a value is left out, whatever it is of."""
    sections = tuple(section for sections in FILES.values() for section in sections)
    said, definitions = _explained(line_form(), sections, {})
    for section in with_nested(sections):
        properties = definitions[form(section).__name__]["properties"]
        for col in columns(section.model):
            if col.default is not None:
                properties[col.name]["type"] = [properties[col.name]["type"], "null"]
        for child in section.children:
            properties[child.key]["type"] = ["array", "null"]
    said["title"] = "Line of JSON Lines"
    return {"$schema": DRAFT, **said, "definitions": definitions}


def _explained(
    written: type[Written], sections: tuple[Section, ...], known: Known
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON Schema of a form, and its definitions, with what the form cannot say."""
    said = written.model_json_schema(ref_template="#/definitions/{model}")
    definitions = said.pop("$defs")
    for section in with_nested(sections):
        record = definitions[form(section).__name__]
        record["title"] = section.model.__name__
        for col in columns(section.model):
            if col.written_as in record["properties"]:
                _explain(col, record["properties"][col.written_as])
                _offer(section, col, record["properties"][col.written_as], definitions, known)
        _allow_draft(record["properties"])
    return said, definitions


def _explain(col: Column, said: dict[str, Any]) -> None:
    """Add to a property what the form cannot say: what each term means, how a day is written."""
    inner = said["anyOf"][0] if col.nullable else said
    if col.vocabulary:
        meanings = {term.term: term.definition for term in entries_of(col.vocabulary)}
        inner["enumDescriptions"] = [meanings[term] for term in inner["enum"]]
    if col.kind in _WRITTEN:
        if col.nullable:
            said["anyOf"] = [_written(col), {"type": "null"}]
        else:
            said.pop("anyOf", None)
            said.update(_written(col))
    if col.pattern in PATTERN_SAYS:
        inner["patternErrorMessage"] = f"Expected {PATTERN_SAYS[col.pattern]}"


def _written(col: Column) -> dict[str, Any]:
    """How a value of a column is written: within its own limits where it has some."""
    limits = {"minimum": col.minimum, "maximum": col.maximum}
    if col.minimum is None and col.maximum is None:
        return dict(_WRITTEN[col.kind])
    return {"type": _WRITTEN[col.kind]["type"], **{name: limit for name, limit in limits.items() if limit is not None}}


def _offer(section: Section, col: Column, said: dict[str, Any], definitions: dict[str, Any], known: Known) -> None:
    """Offer the ids that a reference can be to, each with what it is known by; others stay valid."""
    table = col.references or _MOSTLY.get((section.key, col.name), "")
    ids = known.get(table, {})
    if not ids:
        return
    inner = said["anyOf"][0] if col.nullable else said
    if len(ids) > OFFERED:
        inner["$comment"] = f"More than {OFFERED:,} {table} are known, so none is offered."
        return
    name = f"Known{TABLES[table].__name__}"
    definitions[name] = {"type": "string", "enum": list(ids), "enumDescriptions": list(ids.values())}
    definitions[name]["errorMessage"] = inner["patternErrorMessage"]  # else an editor lists every id there is
    free = {key: inner.pop(key) for key in (*inner,) if key not in ("title", "description", "default")}
    nothing = [{"type": "null"}] if col.nullable else []
    said["anyOf"] = [{"$ref": f"#/definitions/{name}"}, free, *nothing]


def _allow_draft(properties: dict[str, Any]) -> None:
    """What a record may hold until it is finished: words in place of anchors, the mark of a suggestion."""
    for said in properties.values():
        for inner in (said, *said.get("anyOf", ())):
            if inner.get("pattern") == ANCHOR:
                inner.update(_DRAFT_ANCHOR)
    properties.setdefault("suggested", dict(_SUGGESTED))


def _may_be_empty(section: Section, properties: dict[str, Any]) -> None:
    """A section whose records are all still to come may stand there empty."""
    said = properties[section.key]
    if section.many:
        said["type"] = ["array", "null"]
    else:
        properties[section.key] = {
            "title": section.model.__name__,
            "description": section.model.__doc__,
            "allOf": [said] if "$ref" in said else said["allOf"],
        }
