"""A block of lines to rows of the tables: in columns what is sound, by the models what may not be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ...finding import Finding, Location
from ...form import Section
from ...model import Record
from ...records import Loaded
from ...rules.lines import LINE_TOO_LONG
from ...tables import to_arrow
from .jsontext import read_json
from .lines import MAX_LINE, RawBlock
from .nested import SHARED, is_log
from .parsing import parsed
from .reread import Reread, reread
from .suspicion import suspects
from .unnesting import CODED, Nested, part_schema

LOGS = tuple(section for section in SHARED if is_log(section))
KNOWN_PLACES = ("documents", *(section.model.table for section in SHARED))
LINES = "lines"
PLACES_SCHEMA = pa.schema(
    [
        pa.field("record_table", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
    ]
)


@dataclass(slots=True)
class Made:
    """What became of a block."""

    tables: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)
    lost: list[Finding] = field(default_factory=list)
    logs: dict[str, int] = field(default_factory=dict)
    """How many entries each log has, up to the end of the block."""
    readable: int = 0
    unreadable: int = 0


class Lines:
    """The lines of a block that have something in them, and where they stand."""

    def __init__(self, block: RawBlock, file: str) -> None:
        self.file = file
        self.said: list[bytes] = []
        self.numbers: list[int] = []
        self.too_long: list[tuple[int, int]] = []
        whole = True
        every = block.raw.split(b"\n")
        for number, line in enumerate(every, block.first):
            said = line.strip(b" \t\r")
            if len(said) > MAX_LINE:
                self.too_long.append((number, len(line)))
            elif said:
                self.said.append(said)
                self.numbers.append(number)
            whole = whole and (len(said) == len(line)) and (bool(said) or number == block.first + len(every) - 1)
        self.raw = block.raw if whole and not self.too_long else b"\n".join(self.said)


def too_long(file: str, number: int, size: int) -> Finding:
    """The finding for a line that is longer than the limit."""
    said = {"size": f"{size:,}", "limit": f"{MAX_LINE:,}"}
    return LINE_TOO_LONG.finding(said, location=Location(file, number))


def no_lines(block: RawBlock, patience: int) -> str | None:
    """What is wrong with the first line, when so many lines at the beginning are no JSON objects."""
    problem = None
    for line in Lines(block, "").said[:patience]:
        said = read_json(line, "", 1)
        if isinstance(said.value, dict):
            return None
        problem = problem or (said.findings[0].message if said.findings else "expected an object")
        patience -= 1
    return None if patience else problem


def made(block: RawBlock, file: str, logs: Mapping[str, int], *, by_models: bool = False) -> Made:
    """Read a block. `logs` says how many entries each log has before it; `by_models` leaves nothing to columns."""
    lines = Lines(block, file)
    result = Made()
    result.findings += [too_long(file, number, size) for number, size in lines.too_long]
    result.lost += result.findings
    bad = set(range(len(lines.said))) if by_models else suspects(lines.raw, lines.said)
    good = [number for number in range(len(lines.said)) if number not in bad]
    rows, read = parsed([lines.said[number] for number in good], None if bad else lines.raw)
    nested = Nested(rows)
    of_row = [good[number] for number in read]  # the line, of those of the block, that each row is
    bad = set(range(len(lines.said))) - set(of_row) | {of_row[row] for row in nested.bad()}
    again = {number: reread(lines.said[number], file, lines.numbers[number]) for number in sorted(bad)}
    before = _count_logs(rows, of_row, again, logs, result)
    _take_columns(nested, lines, of_row, before, result)
    _take_reread(again, lines, before, result)
    result.readable = len(lines.said) - result.unreadable
    return result


def _count_logs(
    rows: pa.Table, of_row: Sequence[int], again: Mapping[int, Reread], logs: Mapping[str, int], result: Made
) -> dict[str, dict[int, int]]:
    """By log and line: how many entries come before those of the line."""
    before: dict[str, dict[int, int]] = {}
    for section in LOGS:
        there = {of_row[row]: size for row, size in _lengths(rows, section)}
        there |= {number: line.counts.get(section.key, 0) for number, line in again.items()}
        total = logs.get(section.key, 0)
        before[section.key] = {}
        for number in sorted(there):
            before[section.key][number] = total
            total += there[number]
        result.logs[section.key] = total
    return before


def _lengths(rows: pa.Table, section: Section) -> Iterator[tuple[int, int]]:
    """The rows that have entries of a log, and how many."""
    column = rows.column(section.key)
    if column.null_count < len(column):
        yield from ((row, len(said)) for row, said in enumerate(column) if said.is_valid and len(said))


def _take_columns(
    nested: Nested, lines: Lines, of_row: Sequence[int], before: Mapping[str, Mapping[int, int]], result: Made
) -> None:
    by_row = {
        key: {row: counts[number] for row, number in enumerate(of_row) if number in counts}
        for key, counts in before.items()
    }
    for table, rows in nested.tables(by_row):
        if rows.num_rows:
            result.tables[table].append(rows)
    for table, ids, rows in nested.identities():
        numbers = [lines.numbers[of_row[row]] for row in rows]
        result.tables[LINES].append(_places(table, ids, lines.file, numbers))


def _places(table: str, ids: pa.Array, file: str, numbers: Sequence[int]) -> pa.Table:
    tables, files = (pa.repeat(pa.scalar(said, pa.string()), len(ids)) for said in (table, file))
    return pa.Table.from_arrays([tables, ids, files, pa.array(numbers, pa.int64())], schema=PLACES_SCHEMA)


def _take_reread(
    again: Mapping[int, Reread], lines: Lines, before: Mapping[str, Mapping[int, int]], result: Made
) -> None:
    records: dict[str, list[Record]] = defaultdict(list)
    for number, line in again.items():
        result.findings += line.loaded.findings
        result.lost += line.loaded.losses()
        result.unreadable += not line.readable
        _renumber(line.loaded, {key: counts[number] for key, counts in before.items()})
        for table, found in line.loaded.records.items():
            records[table] += found
        _note_places(line, lines, number, result)
    for table, found in records.items():
        if found:
            result.tables[table].append(coded(table, to_arrow(table, found)))


def _renumber(loaded: Loaded, before: Mapping[str, int]) -> None:
    """Count the entries of a log on from those of the lines before."""
    for section in LOGS:
        found = loaded.records[section.model.table]
        if found and before[section.key]:
            found[:] = [one.model_copy(update={"number": one.number + before[section.key]}) for one in found]  # type: ignore[attr-defined]


def _note_places(line: Reread, lines: Lines, number: int, result: Made) -> None:
    for table in KNOWN_PLACES:
        ids = pa.array([record.key for record in line.loaded.records[table]], pa.string())
        if len(ids):
            result.tables[LINES].append(_places(table, ids, lines.file, [lines.numbers[number]] * len(ids)))


def coded(table: str, rows: pa.Table) -> pa.Table:
    """Rows in the types that those of a block have."""
    schema = part_schema(table)
    columns = [
        rows.column(field.name).dictionary_encode() if field.type == CODED else rows.column(field.name)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
