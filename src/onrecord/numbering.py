"""Version numbers of the data: which one is high enough for what changed.

The recipe is that of the Data Package standard: fields added, removed or reordered, and records that
others may point to and that are gone, are major; new records minor; corrected values patch.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .difference import Bump
from .errors import ReleaseError
from .info import VERSION

RECIPE = "https://datapackage.org/recipes/data-package-version/"


class Version(NamedTuple):
    """A version of semver.org; build metadata is left out, since it ranks nothing."""

    major: int
    minor: int
    patch: int
    pre: str = ""

    @property
    def core(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    @property
    def rank(self) -> tuple[object, ...]:
        """What versions are ordered by: a pre-release comes before its version."""
        parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in self.pre.split(".") if part]
        return *self.core, not self.pre, parts

    def __str__(self) -> str:
        return ".".join(map(str, self.core)) + (f"-{self.pre}" if self.pre else "")


def parsed(text: str) -> Version:
    """A version as it is written. Raises ReleaseError when it is none."""
    if len(text) > 60 or not re.fullmatch(VERSION, text):
        raise ReleaseError(f"`{text}` is not a version", help="write it as in `0.2.0` (semver.org)")
    core, _, pre = text.partition("+")[0].partition("-")
    if any(re.fullmatch(r"0[0-9]+", part) for part in pre.split(".")):
        raise ReleaseError(f"`{text}` is not a version", help=f"`{pre}`: a number begins with no zero (semver.org)")
    major, minor, patch = map(int, core.split("."))
    return Version(major, minor, patch, pre)


def raised(version: Version, bump: Bump) -> Version:
    """The lowest version that says how much changed. One that a pre-release announces is still to come."""
    if version.pre:
        return Version(*version.core)
    match bump:
        case Bump.MAJOR:
            return Version(version.major + 1, 0, 0)
        case Bump.MINOR:
            return Version(version.major, version.minor + 1, 0)
        case Bump.PATCH:
            return Version(version.major, version.minor, version.patch + 1)
    return version


def enough(wanted: Version, before: Version, bump: Bump) -> bool:
    """Whether a version is above another, and by as much as what changed asks for."""
    return wanted.rank > before.rank and wanted.core >= raised(before, bump).core
