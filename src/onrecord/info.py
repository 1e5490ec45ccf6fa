"""What `package.yaml` says about the dataset as a whole: name, version, licences, who made it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from .column import Instant, Line, Text, Url
from .faults import shown
from .finding import Finding, Location
from .records import PACKAGE, records_folder
from .rules.packaged import PACKAGE_FIELD
from .rules.rule import nearest
from .yamltext import YamlText, read_yaml

NAME = r"^[a-z0-9]+([-._][a-z0-9]+)*$"
_NUMBER = r"(0|[1-9][0-9]{0,8})"
VERSION = rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
_SAYS = {
    NAME: "lower-case letters and digits, in words joined by `-`, `.` or `_`",
    VERSION: "a version such as `0.1.0` (semver.org)",
}

Role = Literal["author", "publisher", "maintainer", "wrangler", "contributor"]


class _Said(BaseModel):
    """Strict, frozen, no unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True)


class License(_Said):
    """A licence, and what it covers."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$", max_length=60)]
    """Its SPDX identifier."""
    title: Line
    """Its name for readers."""
    path: Url
    """Where it can be read."""
    scope: Literal["data", "code"] | None = None
    """What it covers: the records and tables, or the software."""


class Contributor(_Said):
    """Somebody who made the dataset: a role, or a name that its bearer agreed to have published."""

    title: Line
    """The name."""
    path: Url | None = None
    """Where to find out more."""
    roles: Annotated[tuple[Role, ...], Field(min_length=1, strict=False)]
    """What they did."""


class PackageInfo(_Said):
    """What `package.yaml` says about the dataset."""

    name: Annotated[str, StringConstraints(pattern=NAME, max_length=100)]
    """Short name, for addresses and file names."""
    id: Line | None = None
    """A name that is unique in the world, such as a DOI."""
    title: Line
    """Name for readers."""
    description: Text
    """What the dataset holds, and what it does not."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=60)]
    """Version of the data."""
    created: Instant | None = None
    """When this version was made."""
    homepage: Url | None = None
    """Its page."""
    keywords: Annotated[tuple[Line, ...], Field(strict=False)] = ()
    """Words to find it by."""
    licenses: Annotated[tuple[License, ...], Field(min_length=1, strict=False)]
    """The licences, that of the data first."""
    contributors: Annotated[tuple[Contributor, ...], Field(min_length=1, strict=False)]
    """Who made it."""


def info_file(records: str | Path) -> Path:
    """Where a records folder describes the dataset."""
    return records_folder(Path(records)) / PACKAGE


def read_info(records: str | Path) -> tuple[PackageInfo | None, list[Finding]]:
    """What the `package.yaml` of a records folder says, or None and the faults in it."""
    file = info_file(records)
    try:
        raw = file.read_bytes()
    except OSError as error:
        said = {"field": PACKAGE, "problem": f"cannot be read: {error.strerror}"}
        said["hint"] = "write one with name, title, description, version, licenses and contributors"
        return None, [PACKAGE_FIELD.finding(said, location=Location(str(file)))]
    text = read_yaml(raw, str(file))
    try:
        info = PackageInfo.model_validate(text.value if text.value is not None else {})
    except ValidationError as error:
        return None, text.findings or [_fault(detail, text) for detail in _own(error.errors(include_url=False))]
    return (None if text.findings else info), text.findings


def _own(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Errors without those of a list that is too short only because what is in it is at fault."""
    lists = {detail["loc"][: depth + 1] for detail in details for depth in range(len(detail["loc"]) - 1)}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in lists]


def _fault(detail: ErrorDetails, text: YamlText) -> Finding:
    path = detail["loc"]
    problem, hint = _problem(detail)
    field = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path) or PACKAGE
    place = text.keys.get(path) if detail["type"] == "extra_forbidden" else None
    return PACKAGE_FIELD.finding({"field": field, "problem": problem, "hint": hint}, location=place or text.place(path))


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    value = shown(detail["input"])
    match detail["type"]:
        case "missing":
            return "is missing", f"add `{detail['loc'][-1]}: ...`"
        case "extra_forbidden":
            return f"unknown key{nearest(str(detail['loc'][-1]), _keys(detail['loc']))}", "correct or remove the key"
        case "string_pattern_mismatch":
            wanted = _SAYS.get(context["pattern"], "of the form that this field asks for")
            return f"{value} is not {wanted}", "correct the value"
        case "date_format":
            return f"expected {context['example']}, got {value}", 'write it in quotes, such as "2026-01-31T00:00:00Z"'
        case "literal_error":
            return f"{value} is none of {context['expected']}", "use one of these words"
    return (
        f"{detail['msg'][:1].lower()}{detail['msg'][1:]}, got {value}",
        "correct the value; quote what must stay text",
    )


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that are known at a place of `package.yaml`."""
    inner: dict[int | str, type[_Said]] = {"licenses": License, "contributors": Contributor}
    return list((PackageInfo if len(loc) == 1 else inner[loc[0]]).model_fields)
