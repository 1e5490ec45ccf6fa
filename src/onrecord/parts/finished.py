"""What an interrupted build had finished, noted part by part in its work folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from ..staging import discard, make_folder
from .part import Part
from .writing import is_whole

FOLDER, NOTES = "parts", "finished.jsonl"


class Finished:
    """Parts that were written already for the same build: same input, same way of writing.

    Without a work folder nothing is noted, and nothing is found.
    """

    def __init__(self, work: Path | None, build: str) -> None:
        self._notes = None if work is None else work / FOLDER / NOTES
        self._lock = Lock()
        self._parts: dict[str, Part] = {}
        if work is None or self._notes is None:
            return
        if not self._same(build):
            discard(work / FOLDER)
            make_folder(work / FOLDER)
            self._notes.write_text(json.dumps({"build": build}) + "\n", encoding="utf-8")
        self._parts = {part.path: part for part in self._noted() if is_whole(work / FOLDER, part)}

    def _same(self, build: str) -> bool:
        assert self._notes is not None
        try:
            with self._notes.open(encoding="utf-8") as notes:
                return bool(json.loads(notes.readline())["build"] == build)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _noted(self) -> Iterator[Part]:
        assert self._notes is not None
        for line in self._notes.read_text(encoding="utf-8").splitlines()[1:]:
            try:
                yield Part.of(json.loads(line))
            except ValueError:  # the line at which it was cut short
                continue

    def get(self, path: str) -> Part | None:
        """The part at a path, if it is finished."""
        return self._parts.get(path)

    def add(self, part: Part) -> None:
        """Note a part."""
        if self._notes is None:
            return
        with self._lock, self._notes.open("a", encoding="utf-8") as notes:
            notes.write("\n" * self._torn() + json.dumps(part.plain()) + "\n")

    def _torn(self) -> bool:
        assert self._notes is not None
        with self._notes.open("rb") as notes:
            notes.seek(0, 2)
            if not notes.tell():
                return False
            notes.seek(-1, 2)
            return notes.read(1) != b"\n"

    def __len__(self) -> int:
        return len(self._parts)
