"""Whether the file of a part is what its descriptor says: bytes, rows, columns, order."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..model import TABLES
from ..tables import arrow_schema
from .part import Part
from .writing import is_whole


def problem_of(table: str, part: Part, root: Path) -> str | None:
    """What is wrong with a part that was just written, read back from the disk; None when it is as it should be."""
    if not is_whole(root, part):
        return "it is not there, or not with the bytes that were written"
    try:
        with pq.ParquetFile(root / part.path) as file:
            return _footer_problem(table, part, file)
    except (pa.ArrowException, OSError, ValueError) as error:
        return " ".join(str(error).split())[:200]


def _footer_problem(table: str, part: Part, file: pq.ParquetFile) -> str | None:
    if file.metadata.num_rows != part.rows:
        return f"it has {file.metadata.num_rows:,} rows in place of {part.rows:,}"
    if not file.schema_arrow.equals(arrow_schema(table)):
        return "its columns are not those of the model"
    return order_problem(table, part, file.metadata)


def order_problem(table: str, part: Part, footer: pq.FileMetaData) -> str | None:
    """What the statistics of row groups say against the order of their keys."""
    if not part.rows:
        return None
    place = footer.schema.names.index(TABLES[table].primary_key[0])
    said = [footer.row_group(group).column(place).statistics for group in range(footer.num_row_groups)]
    if any(one is None or not one.has_min_max for one in said):
        return "a row group does not say which keys it holds"
    ends = [end for one in said for end in (one.min, one.max)]
    if ends != sorted(ends):
        return "its row groups are not in the order of their keys"
    return None if (ends[0], ends[-1]) == (part.first, part.last) else "it begins or ends with other keys"
