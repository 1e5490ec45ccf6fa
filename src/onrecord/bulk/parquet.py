"""Tables that lie in Parquet files, one or many to a table, as datasets that are read when asked for.

Before anything runs, the footer of every file is looked at. What does not fit the model is told
all at once, with the files; what fits in meaning is taken as it is, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LoadError
from ..lettering import visible
from ..model import TABLES, Overview, TermRecord
from ..rules.packaged import DESCRIPTOR
from ..tables import MIXED, arrow_schema, to_tables
from .footers import Footer, footer, misfits
from .listing import Misfit, Part, listed, tables_root

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

DERIVED = (TermRecord.table, Overview.table)  # made from what is known besides, so no folder needs to have them
SHOWN = 40  # faults that an error names; the others are counted
FILES_SHOWN = 3


def parquet_tables(folder: Path) -> dict[str, Dataset]:
    """The tables of a folder, or of `claims/tables` below it, with the columns and types of the model.

    A table is `<table>.parquet`, or a folder of that name with Parquet files at any depth; the
    names of folders can be `column=value`. Where there is a descriptor, it says which files belong
    to a table and how large they are. Raises LoadError, naming every fault, when the files are not
    whole or are not tables of the model.
    """
    if not folder.exists():
        raise LoadError(f"there is nothing at {folder}", help="name the folder that holds all tables")
    if folder.is_file() and folder.name != DESCRIPTOR:
        raise LoadError(f"{folder} is a file", help="name the folder that holds all tables")
    folder = folder.parent if folder.is_file() else folder
    parts, faults = listed(folder)
    footers = {table: _footers(table, mine, faults) for table, mine in parts.items()}
    told = {fault.table for fault in faults}
    for table in TABLES:
        if not parts[table] and table not in told and table not in DERIVED:
            faults.append(Misfit(table, f"there is neither {table}.parquet nor a folder {table} with Parquet files"))
    if faults:
        raise LoadError(_said(tables_root(folder), faults), help=_help(folder))
    if not any(file.rows for table, mine in footers.items() if table not in DERIVED for file in mine):
        help = "name the folder that holds the tables"
        raise LoadError(f"there are no records in {tables_root(folder)}: no table has a row", help=help)
    return _terms() | {table: _dataset(table, mine) for table, mine in footers.items() if mine}


def _footers(table: str, parts: Iterable[Part], faults: list[Misfit]) -> list[Footer]:
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda part: footer(table, part), parts))
    footers = [one for one in read if isinstance(one, Footer)]
    faults += [one for one in read if isinstance(one, Misfit)]
    for one in footers:
        faults += misfits(table, one)
    faults += _disagreements(table, footers)
    return footers


def _disagreements(table: str, footers: list[Footer]) -> Iterator[Misfit]:
    """Where files differ in what their folders' names state."""
    if len({tuple(sorted(one.part.keys)) for one in footers}) > 1:
        yield Misfit(table, "the folders of its files do not name the same columns")
    for name in arrow_schema(table).names:
        without = [one for one in footers if name not in one.schema.names]
        if 0 < len(without) < len(footers) and all(name in one.part.keys for one in without):
            yield Misfit(
                table, f"column `{name}` is only in the names of folders, and in other files", without[0].part.name
            )


def _terms() -> dict[str, Dataset]:
    """The table of terms, which follows from the vocabularies."""
    import pyarrow.dataset as pads

    return {TermRecord.table: pads.dataset(to_tables({})[TermRecord.table])}


def _dataset(table: str, footers: list[Footer]) -> Dataset:
    import pyarrow as pa
    import pyarrow.dataset as pads

    wanted = arrow_schema(table)
    kinds = {tuple((name, one.schema.field(name).type) for name in sorted(one.schema.names)) for one in footers}
    # Whether null stands where the model has none is for the rules to say, so the dataset allows it.
    schema = pa.schema([(field.name, field.type) for field in wanted], {MIXED: b"yes"} if len(kinds) > 1 else None)
    keys = [name for name in wanted.names if all(name not in one.schema.names for one in footers)]
    path = pads.partitioning(pa.schema([wanted.field(name) for name in keys]), flavor="hive") if keys else None
    files = [str(one.part.path.absolute()) for one in footers]
    return pads.dataset(files, schema=schema, partitioning=path, format="parquet")


def _said(root: Path, faults: Iterable[Misfit]) -> str:
    """All faults, each with the files that have it."""
    files: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        files.setdefault((fault.table, fault.said), []).extend([fault.file] if fault.file else [])
    lines = [visible(f"{_place(table, names)}: {said}") for (table, said), names in files.items()]
    more = [f"and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
    return "\n".join([f"the tables in {root} cannot be taken as they are", *lines[:SHOWN], *more])


def _place(table: str, files: list[str]) -> str:
    if not files:
        return table
    shown = ", ".join(files[:FILES_SHOWN])
    return f"{shown} and {len(files) - FILES_SHOWN:,} more files" if len(files) > FILES_SHOWN else shown


def _help(folder: Path) -> str:
    if (folder / DESCRIPTOR).is_file():
        return "fetch the package anew, or build it again; `onrecord codebook TABLE` lists the columns of a table"
    return "`onrecord codebook TABLE` lists the columns of a table; a table without rows is a file without rows"
