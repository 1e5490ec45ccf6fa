"""The dataset as a whole: `package.yaml` as a curator writes it, `datapackage.json` as tools read it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from .column import Instant, Line, Text, Url
from .errors import BuildError
from .faults import shown
from .finding import Finding, Location
from .model import TABLES
from .records import PACKAGE, records_folder
from .rules.packaged import PACKAGE_FIELD
from .rules.rule import nearest
from .schemas import table_schema
from .yamltext import YamlText, read_yaml

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLES_FOLDER = "claims/tables"
NAME = r"^[a-z0-9]+([-._][a-z0-9]+)*$"
_NUMBER = r"(0|[1-9][0-9]{0,8})"
VERSION = rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
_SAYS = {
    NAME: "lower-case letters and digits, in words joined by `-`, `.` or `_`",
    VERSION: "a version such as `0.1.0` (semver.org)",
}

Role = Literal["author", "publisher", "maintainer", "wrangler", "contributor"]


class _Said(BaseModel):
    """Strict, frozen, no unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True)


class License(_Said):
    """A licence, and what it covers."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$", max_length=60)]
    """Its SPDX identifier."""
    title: Line
    """Its name for readers."""
    path: Url
    """Where it can be read."""
    scope: Literal["data", "code"] | None = None
    """What it covers: the records and tables, or the software."""


class Contributor(_Said):
    """Somebody who made the dataset: a role, or a name that its bearer agreed to have published."""

    title: Line
    """The name."""
    path: Url | None = None
    """Where to find out more."""
    roles: Annotated[tuple[Role, ...], Field(min_length=1, strict=False)]
    """What they did."""


class PackageInfo(_Said):
    """What `package.yaml` says about the dataset."""

    name: Annotated[str, StringConstraints(pattern=NAME, max_length=100)]
    """Short name, for addresses and file names."""
    id: Line | None = None
    """A name that is unique in the world, such as a DOI."""
    title: Line
    """Name for readers."""
    description: Text
    """What the dataset holds, and what it does not."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=60)]
    """Version of the data."""
    created: Instant | None = None
    """When this version was made."""
    homepage: Url | None = None
    """Its page."""
    keywords: Annotated[tuple[Line, ...], Field(strict=False)] = ()
    """Words to find it by."""
    licenses: Annotated[tuple[License, ...], Field(min_length=1, strict=False)]
    """The licences, that of the data first."""
    contributors: Annotated[tuple[Contributor, ...], Field(min_length=1, strict=False)]
    """Who made it."""


def read_info(records: str | Path) -> tuple[PackageInfo | None, list[Finding]]:
    """What the `package.yaml` of a records folder says, or None and the faults in it."""
    file = records_folder(Path(records)) / PACKAGE
    try:
        raw = file.read_bytes()
    except OSError as error:
        said = {"field": PACKAGE, "problem": f"cannot be read: {error.strerror}"}
        said["hint"] = "write one with name, title, description, version, licenses and contributors"
        return None, [PACKAGE_FIELD.finding(said, location=Location(str(file)))]
    text = read_yaml(raw, str(file))
    try:
        info = PackageInfo.model_validate(text.value if text.value is not None else {})
    except ValidationError as error:
        return None, text.findings or [_fault(detail, text) for detail in _own(error.errors(include_url=False))]
    return (None if text.findings else info), text.findings


def _own(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Errors without those of a list that is too short only because what is in it is at fault."""
    lists = {detail["loc"][: depth + 1] for detail in details for depth in range(len(detail["loc"]) - 1)}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in lists]


def _fault(detail: ErrorDetails, text: YamlText) -> Finding:
    path = detail["loc"]
    problem, hint = _problem(detail)
    field = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path) or PACKAGE
    place = text.keys.get(path) if detail["type"] == "extra_forbidden" else None
    return PACKAGE_FIELD.finding({"field": field, "problem": problem, "hint": hint}, location=place or text.place(path))


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    value = shown(detail["input"])
    match detail["type"]:
        case "missing":
            return "is missing", f"add `{detail['loc'][-1]}: ...`"
        case "extra_forbidden":
            return f"unknown key{nearest(str(detail['loc'][-1]), _keys(detail['loc']))}", "correct or remove the key"
        case "string_pattern_mismatch":
            wanted = _SAYS.get(context["pattern"], "of the form that this field asks for")
            return f"{value} is not {wanted}", "correct the value"
        case "date_format":
            return f"expected {context['example']}, got {value}", 'write it in quotes, such as "2026-01-31T00:00:00Z"'
        case "literal_error":
            return f"{value} is none of {context['expected']}", "use one of these words"
    return (
        f"{detail['msg'][:1].lower()}{detail['msg'][1:]}, got {value}",
        "correct the value; quote what must stay text",
    )


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that are known at a place of `package.yaml`."""
    inner: dict[int | str, type[_Said]] = {"licenses": License, "contributors": Contributor}
    return list((PackageInfo if len(loc) == 1 else inner[loc[0]]).model_fields)


def created(info: PackageInfo) -> str | None:
    """When this version was made: what `package.yaml` says, else SOURCE_DATE_EPOCH, never the clock."""
    moment = info.created
    if moment is None and (epoch := os.environ.get("SOURCE_DATE_EPOCH")):
        try:
            moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            help = "it counts seconds since 1970; unset it, or write `created` in package.yaml"
            raise BuildError(f"SOURCE_DATE_EPOCH is not a time: {epoch!r}", help=help) from error
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def descriptor(
    info: PackageInfo, tables: Mapping[str, pa.Table], files: Mapping[str, tuple[str, int]]
) -> dict[str, Any]:
    """The Data Package 2.0 descriptor; `files` has the hash and size of each table's file by its path."""
    said = info.model_dump(mode="json", exclude={"created"}, exclude_none=True)
    order = ("name", "id", "title", "description", "homepage", "version")
    return {
        "$schema": PROFILE,
        **{key: said[key] for key in order if key in said},
        **({"created": moment} if (moment := created(info)) else {}),
        "keywords": said["keywords"],
        "licenses": said["licenses"],
        "contributors": said["contributors"],
        "sources": [_source(row) for row in tables["documents"].to_pylist()],
        "resources": [*(_csv(t, tables[t], files) for t in TABLES), *(_parquet(t, files) for t in TABLES)],
    }


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    """A document as a source; its version is the hash of the text that the offsets count."""
    path = {"path": row["source_url"]} if row["source_url"] else {}
    return {"title": row["title"], **path, "version": f"sha256:{row['text_sha256']}"}


def table_file(table: str, suffix: str) -> str:
    """The path of a table's file within the package."""
    return f"{TABLES_FOLDER}/{table}.{suffix}"


def _resource(name: str, path: str, table: str, files: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    hash, size = files[path]
    description = " ".join((TABLES[table].__doc__ or "").split())
    return {
        "name": name,
        "title": table.capitalize(),
        "description": description,
        "path": path,
        "bytes": size,
        "hash": hash,
    }


def _csv(table: str, rows: pa.Table, files: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    return {
        **_resource(table, table_file(table, "csv"), table, files),
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": rows.num_rows,  # the name under which frictionless checks it
        "dialect": {"lineTerminator": "\r\n", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table_schema(table, rows),
    }


def _parquet(table: str, files: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    said = _resource(f"{table}-parquet", table_file(table, "parquet"), table, files)
    said["title"] += " (Parquet)"
    return {**said, "type": "file", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def package_hash(hashes: Iterable[tuple[str, str]]) -> str:
    """One hash for a whole package: SHA-256 over a line `hash  path` for each of its files, by path."""
    lines = "".join(f"{hash}  {path}\n" for path, hash in sorted(hashes))
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"
