"""What every record has in common: strict, frozen, no unknown keys, a table and a key."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A record of one table: strict, frozen, no unknown keys. Its validator is built when first needed."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        protected_namespaces=(),
        defer_build=True,
    )
    table: ClassVar[str]
    primary_key: ClassVar[tuple[str, ...]] = ("id",)
    unique_keys: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @property
    def key(self) -> str:
        """The primary key as one string; the parts of a composite key are joined by `/`."""
        return "/".join(str(getattr(self, name)) for name in self.primary_key)
