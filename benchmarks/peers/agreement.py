"""Whether all who are measured check the same: each finds the planted faults of its constraints, and no other.

A fault is one constraint broken by one row in one column; a row is named by its key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import CODES, Case, Fault
from .making import manifest
from .measuring import Failed, run


def agreement(cases: Iterable[Case], folder: Path) -> dict[str, dict[str, Any]]:
    """For each module, what it found of what was planted, what it missed and what it found besides."""
    planted = {(CODES[one["code"]], one["table"], one["key"]) for one in manifest(folder)["faults"] if _asked(one)}
    said: dict[str, dict[str, Any]] = {}
    for case in cases:
        if case.module in said or ("key" not in case.covers and "required" not in case.covers):
            continue
        try:
            found = _found(case, folder)
        except Failed as error:
            said[case.module] = {"title": case.title, "failed": str(error)}
            continue
        wanted = {one for one in planted if one[0] in case.covers}
        rows = {(kind, table, key) for kind, table, _, key in found}
        said[case.module] = {
            "title": case.title,
            "planted": len(wanted),
            "found": len(wanted & rows),
            "missed": sorted(wanted - rows),
            "besides": sorted(rows - wanted),
            "faults": sorted(found),
        }
    return said


def _asked(one: Mapping[str, Any]) -> bool:
    return one["code"] in CODES


def _found(case: Case, folder: Path) -> set[Fault]:
    printed, *_ = run(replace(case, function="faults").words(folder, folder))
    return {tuple(one) for one in json.loads(printed.splitlines()[-1])["result"]}


def in_columns(said: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """For each module, how many of its faults are not, to the column, those of the first, or the other way round."""
    faults = {name: set(map(tuple, one["faults"])) for name, one in said.items() if "faults" in one}
    first = next(iter(faults.values()), set())
    kinds = {name: {kind for kind, *_ in those} for name, those in faults.items()}
    return {name: len({one for one in first if one[0] in kinds[name]} ^ those) for name, those in faults.items()}
