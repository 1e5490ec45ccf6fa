"""Tables in parts as datasets: nothing is read until rows are asked for, and then only what can hold them.

What the descriptor says of a part, its first and last key and document, decides whether its file
is opened at all; the statistics in a file decide which of its row groups are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.dataset as pads

from ..descriptor import table_file
from ..errors import LoadError
from ..model import TABLES
from ..staging import is_plain
from ..tables import arrow_schema
from .part import Part, parts_of

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

DAMAGED = "the descriptor is damaged, or not one of this program: fetch the package again, or build it anew"


def parts_listed(descriptor: Mapping[str, Any]) -> dict[str, list[Part]]:
    """The parts of every table, if the descriptor lists any. Raises LoadError when it does so badly."""
    resources = descriptor.get("resources")
    try:
        found = {item["name"]: parts_of(item) for item in resources or () if "parts" in item}
    except (ValueError, TypeError, KeyError) as error:
        raise LoadError(f"the parts that datapackage.json lists are no good: {error}", help=DAMAGED) from error
    for part in (part for parts in found.values() for part in parts):
        if not is_plain(part.path):
            raise LoadError(f"{ascii(part.path)[:80]} is no plain path below the package's folder", help=DAMAGED)
    missing = [table for table in TABLES if found and table not in found]
    if missing:
        raise LoadError(f"datapackage.json lists no parts of {', '.join(missing)}", help=DAMAGED)
    return found


def dataset_of(table: str, parts: Sequence[Part], root: str, system: FileSystem) -> pads.FileSystemDataset:
    """A table as a dataset over its parts below a root."""
    kind = _checked()
    some = [part for part in parts if part.rows] or list(parts[:1])
    fragments = [
        kind.make_fragment(
            f"{root}/{part.path}" if root else part.path, system, partition_expression=_held(table, part)
        )
        for part in some
    ]
    return pads.FileSystemDataset(fragments, arrow_schema(table), kind, system)


def dataset_in_one(table: str, root: str, system: FileSystem) -> pads.FileSystemDataset:
    """A table of a package whose tables are a file each."""
    kind = _checked()
    file = kind.make_fragment(f"{root}/{table_file(table, 'parquet')}", system)
    return pads.FileSystemDataset([file], arrow_schema(table), kind, system)


def _checked() -> pads.ParquetFileFormat:
    """Parquet whose pages are compared with their checksums."""
    return pads.ParquetFileFormat(
        default_fragment_scan_options=pads.ParquetFragmentScanOptions(page_checksum_verification=True)
    )


def _held(table: str, part: Part) -> pc.Expression:
    """What every row of a part fulfils."""
    if part.first is None or part.last is None:
        return pc.scalar(True)
    key = pc.field(TABLES[table].primary_key[0])
    said = (key >= part.first) & (key <= part.last)
    if part.documents:
        document = pc.field("document_id")
        said &= (document >= part.documents[0]) & (document <= part.documents[1])
    return said
