"""Rows to standard output: as a table, as CSV or as JSON; always all of them, always as they are."""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import uuid4

import click
import pyarrow as pa

from .errors import EngineError
from .formats import csv_rows, write_csv
from .lettering import aligned, as_json, counted
from .tables import exact


def print_rows(rows: pa.Table, form: str) -> None:
    """Print every row of a table in one of the three forms."""
    if form == "csv":
        sys.stdout.flush()
        write_csv(rows, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif form == "json":
        click.echo(json_rows(rows))
    else:
        for line in aligned(rows.column_names, csv_rows(rows)):
            click.echo(line)
        click.echo(counted(rows.num_rows, "row"), err=True)


def json_rows(rows: pa.Table) -> str:
    """Rows as a JSON list of objects; decimals in full, days and times in ISO 8601."""
    twice = [name for name, times in Counter(rows.column_names).items() if times > 1]
    if twice:
        raise EngineError(f"several columns are named `{twice[0]}`", help="name them apart with AS")
    columns = [column.to_pylist() for column in rows.columns]
    return exact_json([dict(zip(rows.column_names, row, strict=True)) for row in zip(*columns, strict=True)])


def exact_json(value: Any) -> str:
    """A value as JSON; decimals in full, days and times in ISO 8601."""
    mark = uuid4().hex  # JSON has no exact decimals in Python: they are written as text and unquoted
    return re.sub(rf'"{mark}([-0-9.]+)"', r"\1", as_json(_plain(value, mark)))


def _plain(value: Any, mark: str) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return mark + exact(value)
        case list() | tuple():
            return [_plain(item, mark) for item in value]
        case dict():
            return {str(key): _plain(item, mark) for key, item in value.items()}
        case bytes():
            return value.hex()
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)
