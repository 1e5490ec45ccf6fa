"""One part of a table, as a descriptor lists it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Part:
    """A file that holds some of a table's rows, in the order of their keys."""

    path: str
    """Where it lies below the package's root."""
    bytes: int
    """Its size."""
    hash: str
    """SHA-256 of the file."""
    rows: int
    """How many rows it holds."""
    first: str | None
    """The least value of the key's first column; none while it holds no rows."""
    last: str | None
    """The greatest value of the key's first column."""
    content: str
    """SHA-256 of what the rows say and how they are written."""
    documents: tuple[str, str] | None = None
    """The first and the last document that its rows belong to, where the table has a column for it."""

    def plain(self) -> dict[str, Any]:
        """The part as the descriptor has it."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return said | ({"documents": list(self.documents)} if self.documents else {})

    @classmethod
    def of(cls, said: Any) -> Self:
        """The part that a descriptor lists. Raises ValueError when it is none."""
        if not isinstance(said, Mapping) or not set(said) <= set(cls.__dataclass_fields__):
            raise ValueError("a part has path, bytes, hash, rows, first, last and content")
        documents = said.get("documents")
        texts = [said.get(name) for name in ("path", "hash", "content")]
        counts = [said.get(name) for name in ("bytes", "rows")]
        ends = [said.get("first"), said.get("last"), *(documents or ())]
        if not all(type(text) is str for text in texts) or not all(type(n) is int and n >= 0 for n in counts):
            raise ValueError("a part has a path, hashes, a size and a number of rows")
        if not all(end is None or type(end) is str for end in ends) or (documents is not None and len(documents) != 2):
            raise ValueError("a part begins and ends with keys")
        return cls(**{**said, "first": ends[0], "last": ends[1], "documents": tuple(documents) if documents else None})


def parts_of(resource: Mapping[str, Any]) -> list[Part]:
    """The parts that a resource of a descriptor lists, if it lists any. Raises ValueError when they are no good."""
    said = resource.get("parts")
    if said is None:
        return []
    if not isinstance(said, list) or not said:
        raise ValueError("`parts` is not a list of parts")
    return [Part.of(item) for item in said]
