"""Records in the nested form of JSON Lines, made from records files, and what staging makes of them: for tests."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from onrecord.bulk.jsonlines import Staged, stage
from onrecord.bulk.jsonlines.block import Made, made
from onrecord.bulk.jsonlines.lines import RawBlock
from onrecord.form import DOCUMENT_FILES, SHARED_FILES
from onrecord.rules.example import digest_lines, example
from onrecord.tables import STORED, arrow_schema
from onrecord.yamltext import read_yaml

Line = dict[str, Any]
Rows = dict[str, list[str]]


class Number(Decimal):
    """A number that is written with just these digits and letters."""

    def __new__(cls, printed: str) -> Number:
        said = super().__new__(cls, printed if any(c.isdigit() for c in printed) else "0")
        said.printed = printed
        return said


def written(value: Any) -> str:
    """A value as JSON, numbers as they are printed; it is YAML too."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, Decimal):
        return getattr(value, "printed", format(value, "f"))
    return json.dumps(value, ensure_ascii=False)


def as_lines(lines: Sequence[Line]) -> bytes:
    return "".join(f"{written(line)}\n" for line in lines).encode()


def example_lines() -> list[Line]:
    """The example dataset of the rules: its shared records, its document, and the same document once more as `pier`."""
    files = {name: read_yaml(raw, name).value for name, raw in example().items()}
    shared: Line = {key: value for name in SHARED_FILES for key, value in files[name].items()}
    crane: Line = {key: value for name in DOCUMENT_FILES for key, value in files.get(f"crane/{name}", {}).items()}
    crane["digests"] = digest_lines().splitlines()
    pier = json.loads(written(crane).replace("crane", "pier"), parse_float=Decimal)
    return [shared, crane, pier]


def as_files(lines: Sequence[Line]) -> dict[str, bytes]:
    """Lines as the records files of a folder: shared records of all lines in theirs, each document in its folder."""
    files: dict[str, bytes] = {}
    for name, sections in SHARED_FILES.items():
        said = [{s.key: line[s.key] for s in sections if s.key in line} for line in lines]
        merged: Line = {}
        for one in said:
            for key, value in one.items():
                merged[key] = [*merged.get(key, []), *value] if isinstance(value, list) else value
        if merged:
            files[name] = written(merged).encode()
    for line in lines:
        if "document" in line:
            folder = line["document"]["id"]
            for name, sections in DOCUMENT_FILES.items():
                own = {s.key: line[s.key] for s in sections if s.key in line}
                if own:
                    files[f"{folder}/{name}"] = written(own).encode()
            files[f"{folder}/digests.sha256"] = "".join(f"{said}\n" for said in line.get("digests", [])).encode()
    return files


def staged(folder: Path, raw: bytes, name: str = "records.jsonl", **options: Any) -> Staged:
    """Stage one file with these bytes."""
    file = folder / name
    file.write_bytes(raw)
    return stage([file], folder / "work", **options)


def rows_of(said: Staged) -> Rows:
    """The rows of all tables but `terms`, each as text, in order."""
    tables = {table: said.tables[table].to_table() for table in STORED if table != "terms"}
    return {table: sorted(map(repr, rows.to_pylist())) for table, rows in tables.items() if rows.num_rows}


def block(raw: bytes, *, by_models: bool = False) -> Made:
    """What becomes of some lines, in memory."""
    return made(RawBlock(1, raw), "records.jsonl", {}, by_models=by_models)


def rows_made(said: Made) -> Rows:
    """The rows of a block, each as text, in order."""
    return {
        table: sorted(repr(row) for one in rows for row in one.to_pylist())
        for table, rows in said.tables.items()
        if sum(one.num_rows for one in rows)
    }


def schema_of(said: Made) -> None:
    """Check that every row of a block is of the table's types."""
    for table, rows in said.tables.items():
        if table in STORED:
            for one in rows:
                assert one.schema.names == arrow_schema(table).names
                one.validate(full=True)


def again(lines: Sequence[Any]) -> list[Any]:
    """A copy that can be spoiled."""
    return copy.deepcopy(list(lines))
