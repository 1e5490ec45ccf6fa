"""Findings: faults in data, as values. Everything that judges data reports with these."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error blocks a build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path as given, line and column counted from 1 (column in code points).

    `path` is the way to a value within its line, such as `statements[3].note`, where lines are long.
    """

    file: str
    line: int = 1
    col: int = 1
    path: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}" + (f" {self.path}" if self.path else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: where, which rule, what with the user's own value, and how to mend it."""

    code: str
    name: str
    severity: Severity
    message: str
    help: str = ""
    location: Location | None = None
    table: str | None = None
    key: str | None = None
    column: str | None = None
    others: tuple[Location, ...] = field(default=())

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key: by place, then code, then record."""
        place = self.location or Location("", 0, 0)
        return (place.file, place.line, place.col, self.code, self.table or "", self.key or "", self.message)
