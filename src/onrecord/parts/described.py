"""The descriptor of a package in parts: per table one resource, with the list of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from ..descriptor import log_property, package_hash, sources
from ..logend import PROPERTY, LogEnd
from ..model import TABLES
from ..schemas import table_schema
from .part import Part

PARQUET = "application/vnd.apache.parquet"
SOURCES = 1_000  # documents that a descriptor names; of more, the table `documents` tells
Parts = Mapping[str, list[Part]]


def described(
    about: Mapping[str, Any], parts: Parts, heads: Mapping[str, pa.Table], end: LogEnd | None, every: int
) -> dict[str, Any]:
    """The descriptor; `heads` are the first rows of each table, `every` says how often a document begins a part."""
    few = sum(part.rows for part in parts["documents"]) <= SOURCES
    own = log_property(end).get(PROPERTY, {})
    return {
        **about,
        **({"sources": sources(heads["documents"])} if few else {}),
        PROPERTY: {**own, "documents_a_part": every},
        "resources": [_resource(table, parts[table], heads[table]) for table in TABLES],
    }


def _resource(table: str, parts: list[Part], head: pa.Table) -> dict[str, Any]:
    return {
        "name": table,
        "title": table.capitalize(),
        "description": " ".join((TABLES[table].__doc__ or "").split()),
        "path": [part.path for part in parts],
        "type": "table",
        "format": "parquet",
        "mediatype": PARQUET,
        "bytes": sum(part.bytes for part in parts),
        "rows": sum(part.rows for part in parts),
        "schema": table_schema(table, head),
        "parts": [part.plain() for part in parts],
    }


def hash_of(parts: Iterable[list[Part]]) -> str:
    """One hash for all parts."""
    return package_hash((part.path, part.hash) for some in parts for part in some)
