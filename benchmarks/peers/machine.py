"""What a run was made on: the machine and the versions of what was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

MEASURED = ("onrecord", "pyarrow", "duckdb", "polars", "pydantic", "pandera", "pointblank", "frictionless", "pyspark")


def machine() -> dict[str, Any]:
    """Processor, cores, memory and system; nothing that names the machine or its owner."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.system(),
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """The version of Python and of each library that was measured, of those installed."""
    said = {"Python": platform.python_version()}
    for name in MEASURED:
        try:
            said[name] = version(name)
        except PackageNotFoundError:
            continue
    return said
