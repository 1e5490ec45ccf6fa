"""onrecord: who said what, in which words, how sure, about how many, and exactly where.

    import onrecord

    ds = onrecord.load()          # the dataset that comes with the package; nothing is read yet
    ds.table("overview")          # a pyarrow.Table
    ds.sql("SELECT ...")          # a pyarrow.Table
    ds.drift()                    # claims that some voices state more surely than others

Names are imported when they are first used, so that `import onrecord` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .comparison import Comparison
    from .dataset import Dataset, load
    from .errors import (
        BuildError,
        EngineError,
        ExtraMissing,
        LoadError,
        OnrecordError,
        RecordNotFound,
        SchemaError,
        SourceError,
    )
    from .finding import Finding, Location, Severity
    from .verdicts import Status
    from .voices import Commitment, Drift, Pair, Voice

# Names keep clear of the modules' own: a module that is imported later would take their place.
_HOMES = {
    "comparison": ("Comparison",),
    "dataset": ("Dataset", "load"),
    "errors": (
        "BuildError",
        "EngineError",
        "ExtraMissing",
        "LoadError",
        "OnrecordError",
        "RecordNotFound",
        "SchemaError",
        "SourceError",
    ),
    "finding": ("Finding", "Location", "Severity"),
    "verdicts": ("Status",),
    "voices": ("Commitment", "Drift", "Pair", "Voice"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BuildError",
    "Commitment",
    "Comparison",
    "Dataset",
    "Drift",
    "EngineError",
    "ExtraMissing",
    "Finding",
    "LoadError",
    "Location",
    "OnrecordError",
    "Pair",
    "RecordNotFound",
    "SchemaError",
    "Severity",
    "SourceError",
    "Status",
    "Voice",
    "__version__",
    "load",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module(".version", __name__).code_version()
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
