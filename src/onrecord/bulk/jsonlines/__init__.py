"""JSON Lines in the nested form of the records, made into the tables without being held in memory.

A line is an object with the sections of a document's records files, or with records that documents
share. Lines are read in columns; where that finds anything amiss in a line, the models read it
again, and what they say of it is what they say of the same records in YAML.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..progress import Told, silent
from .gathering import gathered
from .inputs import inputs_at
from .running import Run, journal, sizes_for, workers_for
from .staged import Staged

__all__ = ["Staged", "stage"]
FOLDER = "json-lines"


def stage(
    paths: Sequence[Path], work: Path, *, memory: int | None = None, told: Told = silent, resume: bool = False
) -> Staged:
    """Read JSON Lines from files and folders of files into Parquet files below `work`.

    With `resume` the parts that an earlier run finished there are used as they are, if their file
    is unchanged. Raises LoadError when a file cannot be read to its end, or is not JSON Lines.
    """
    sources = inputs_at(paths)
    sizes = sizes_for(memory)
    folder = Path(work) / FOLDER
    journal(folder, sizes, resume=resume)
    parts = Run(sources, folder, sizes, told).parts(workers_for(memory, sizes))
    return gathered(parts, folder)
