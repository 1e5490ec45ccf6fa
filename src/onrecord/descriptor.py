"""`datapackage.json`: the dataset as a whole, as tools read it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from .errors import BuildError
from .info import PackageInfo
from .logend import PROPERTY, LogEnd, log_end
from .model import TABLES
from .schemas import table_schema

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLES_FOLDER = "claims/tables"


def created(info: PackageInfo) -> str | None:
    """When this version was made: what `package.yaml` says, else SOURCE_DATE_EPOCH, never the clock."""
    moment = info.created or source_date()
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def source_date() -> dt.datetime | None:
    """The time that SOURCE_DATE_EPOCH sets for whatever is made, if it is set. Raises BuildError when it is no time."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        help = "it counts seconds since 1970; unset it, or write `created` in package.yaml"
        raise BuildError(f"SOURCE_DATE_EPOCH is not a time: {epoch!r}", help=help) from error


def descriptor(
    info: PackageInfo, tables: Mapping[str, pa.Table], files: Mapping[str, tuple[str, int]]
) -> dict[str, Any]:
    """The Data Package 2.0 descriptor; `files` has the hash and size of each table's file by its path."""
    return {
        **about(info),
        "sources": sources(tables["documents"]),
        **log_property(log_end(tables["reviews"])),
        "resources": [*(_csv(t, tables[t], files) for t in TABLES), *(_parquet(t, files) for t in TABLES)],
    }


def about(info: PackageInfo) -> dict[str, Any]:
    """What a descriptor says of the dataset as a whole."""
    said = info.model_dump(mode="json", exclude={"created"}, exclude_none=True)
    order = ("name", "id", "title", "description", "homepage", "version")
    return {
        "$schema": PROFILE,
        **{key: said[key] for key in order if key in said},
        **({"created": moment} if (moment := created(info)) else {}),
        "keywords": said["keywords"],
        "licenses": said["licenses"],
        "contributors": said["contributors"],
    }


def sources(documents: pa.Table) -> list[dict[str, Any]]:
    """The documents as the sources of a package."""
    return [_source(row) for row in documents.to_pylist()]


def log_property(end: LogEnd | None) -> dict[str, Any]:
    """The end of the review log, as the descriptor keeps it."""
    return {PROPERTY: {"reviews": end._asdict()}} if end else {}


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
