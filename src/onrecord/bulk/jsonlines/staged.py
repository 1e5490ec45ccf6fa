"""What staging leaves: the tables of JSON Lines as Parquet files in a folder, and what was found on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...finding import Finding

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Staged:
    """The tables of JSON Lines, and the faults of reading them."""

    tables: dict[str, Dataset]
    """Every stored table by name, `terms` too; one without records has no rows."""
    findings: Iterable[Finding]
    """The faults of reading, in the order of files and lines; they lie on disk and can be gone through again."""
    complete: bool
    """True when no record was lost to a fault."""
    unread: frozenset[str] | None
    """The ids of the records that were lost to a fault; None when some of them cannot be named."""
    lines: Dataset
    """record_table, record_id, file, line: where each document and each shared record stands."""
