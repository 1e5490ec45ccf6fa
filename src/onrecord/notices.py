"""The files beside a package that say its version: the changelog and the citation, changed in place."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .contrast import Contrast, escaped
from .errors import ReleaseError
from .info import PackageInfo
from .yamledit import double_quoted, scalar, scalars, spliced

HEAD = """\
# Changelog

The format follows [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).

## [Unreleased]
"""
_PART = re.compile(r"^### (Schema|Data)[ \t]*\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)


def with_values(raw: bytes, values: Mapping[str, str], file: str) -> bytes:
    """A YAML file with these values at its top: changed where they stand, else in lines of their own.

    Every other byte stays as it is. Raises LoadError when that cannot be done.
    """
    there = scalars(raw, file)
    said = spliced(raw, {(key,): value for key, value in values.items() if (key,) in there}, file)
    missing = {key: value for key, value in values.items() if (key,) not in there}
    if missing:
        line_end = b"\r\n" if b"\r\n" in said else b"\n"
        said += b"" if said.endswith(b"\n") or not said else line_end
        said += b"".join(f"{key}: {double_quoted(value)}".encode() + line_end for key, value in missing.items())
        after = scalars(said, file)
        if any(after[key,].value != value for key, value in values.items()):
            raise ReleaseError(f"{file} cannot be changed in place", help="write each key at the start of a line")
    return said


def citation_file(raw: bytes | None, info: PackageInfo, version: str, day: str) -> bytes:
    """`CITATION.cff` with the version and its date; a new one from what the dataset says of itself."""
    if raw is not None:
        return with_values(raw, {"version": version, "date-released": day}, "CITATION.cff")
    data = [licence for licence in info.licenses if licence.scope != "code"]
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it with these metadata.",
        "type: dataset",
        f"title: {double_quoted(info.title)}",
        f"version: {scalar(version)}",
        f'date-released: "{day}"',
        "license:",
        *(f"  - {scalar(licence.name)}" for licence in data or info.licenses),
        "authors:",
        *(f"  - name: {double_quoted(one.title)}" for one in info.contributors),
        *(["keywords:", *(f"  - {double_quoted(word)}" for word in info.keywords)] if info.keywords else []),
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def release_notes(raw: bytes | None, version: str, day: str, said: Contrast) -> bytes:
    """The changelog with a section for a version of the data.

    What stands under Schema and Data of the section Unreleased moves into it; what changed in the code
    stays where it is, since code and data have versions of their own.
    """
    try:
        text = raw.decode("utf-8") if raw and raw.strip() else HEAD
    except UnicodeDecodeError as error:
        raise ReleaseError("CHANGELOG.md is not UTF-8", help="save it as UTF-8") from error
    line_end = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    begin, end = _unreleased(text)
    block = text[begin:end]
    written = {found[1]: found[2].strip() for found in _PART.finditer(block)}
    kept = _PART.sub("", block).strip("\n")
    section = _section(version, day, written, said)
    head = text[:begin].rstrip("\n") + "\n\n" + (f"{kept}\n\n" if kept else "")
    new = f"{head}{section}\n\n{text[end:].lstrip()}".rstrip("\n") + "\n"
    return new.replace("\n", line_end).encode()


def _unreleased(text: str) -> tuple[int, int]:
    """Where the text of the section Unreleased begins and ends; both the place of the first version without one."""
    head = re.search(r"^## \[?Unreleased\]?.*\n?", text, re.MULTILINE | re.IGNORECASE)
    begin = head.end() if head else None
    following = re.compile(r"^## ", re.MULTILINE).search(text, begin or 0)
    end = following.start() if following else len(text)
    return (end if begin is None else begin), end


def _section(version: str, day: str, written: Mapping[str, str], said: Contrast) -> str:
    lines = [f"## [data {version}] - {day}"]
    schema = [f"- {escaped(str(change))}" for change in said.found.schema]
    data = [f"- {table}: {records:,} {change}" for (table, change), records in said.found.counts.items()]
    if data:
        data.append(f"- Each of these records and fields is a row of the table `changes` with version {version}.")
    for title, own, counted in (("Schema", written.get("Schema"), schema), ("Data", written.get("Data"), data)):
        if own or counted:
            lines += ["", f"### {title}", "", *([own] if own else []), *counted]
    if len(lines) == 1:
        lines += ["", "### Data", "", "- What the dataset says of itself was changed."]
    return "\n".join(lines)
