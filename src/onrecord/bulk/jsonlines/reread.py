"""A line in which something is amiss, read again by the models: sound records kept, every fault told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...column import ID
from ...faults import expected_mapping
from ...finding import Finding, Location
from ...form import DIGESTS, DOCUMENT_FILES, SHARED_FILES, Section, form
from ...records import Loaded, Loader
from ...rules.lines import LINE_WITHOUT_DOCUMENT
from ...rules.shape import UNKNOWN_KEY
from .jsontext import JsonText, read_json
from .nested import DOCUMENT, KEYS, OF_DOCUMENT, SHARED, is_log

_LONGEST_ID = 120
_ID = re.compile(ID)


@dataclass(slots=True)
class Reread:
    """What the models make of a line."""

    loaded: Loaded
    """Its records, and the findings with their places."""
    readable: bool
    """Whether it is JSON at all, and an object."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many records each log has in it, faulty ones included."""


def reread(raw: bytes, file: str, line: int) -> Reread:
    """Read a line by the models."""
    text = read_json(raw, file, line)
    loader = Loader("", pad_digests=False)
    loader.loaded.findings += text.findings
    if not isinstance(text.value, dict):
        if not text.findings:
            expected = expected_mapping(text.value, "a mapping of sections", ", ".join(KEYS), text.place(()))
            loader.loaded.findings.append(expected)
        return Reread(_settled(loader.loaded, text), readable=False)
    text.value = {key: value for key, value in text.value.items() if value is not None or key not in KEYS}
    for section in (*SHARED, *OF_DOCUMENT):
        _leave_out_nulls(section, text.value.get(section.key))
    loader.loaded.findings += _unknown_keys(text)
    for sections in SHARED_FILES.values():
        loader.sections(text, sections, None)
    _read_document(text, loader)
    counts = {s.key: _length(text.value.get(s.key)) for s in SHARED if is_log(s)}
    return Reread(_settled(loader.loaded, text), True, counts)


def _settled(loaded: Loaded, text: JsonText) -> Loaded:
    loaded.findings[:] = text.settled(loaded.findings)
    return loaded


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _leave_out_nulls(section: Section, value: Any) -> None:
    """Null says that a value is left out, also of what is not null in the tables but has a default."""
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        for key, info in form(section).model_fields.items():
            if not info.is_required() and info.default is not None and item.get(key, 0) is None:
                del item[key]
        for child in section.children:
            _leave_out_nulls(child, item.get(child.key))


def _unknown_keys(text: JsonText) -> Iterator[Finding]:
    for key in text.value:
        if key not in KEYS:
            yield UNKNOWN_KEY.finding({"value": key, "options": list(KEYS)}, location=text.keys[(key,)])


def _read_document(text: JsonText, loader: Loader) -> None:
    """Read the sections of a document. Where its id cannot be told there is no saying whose records they are."""
    own = [section.key for section in OF_DOCUMENT if section.key in text.value]
    if not own and DIGESTS not in text.value:
        return
    name = _name(text.value.get(DOCUMENT))
    if name is None:
        loader.loaded.findings += _unnamed(text)
        return
    loader.digests = _digests(text, loader, name)
    for sections in DOCUMENT_FILES.values():
        loader.sections(text, sections, name)


def _name(document: Any) -> str | None:
    said = document.get("id") if isinstance(document, dict) else None
    known = isinstance(said, str) and len(said) <= _LONGEST_ID and _ID.match(said) and not said.endswith("\n")
    return said if known else None


def _unnamed(text: JsonText) -> list[Finding]:
    """What is to be said of the sections of a document that has no id. None of their records is kept."""
    apart = Loader("", pad_digests=False)
    name = f"line {text.line}"
    apart.digests = _digests(text, apart, name)
    for sections in DOCUMENT_FILES.values():
        apart.sections(text, sections, name)
    if DOCUMENT not in text.value:
        own = ", ".join(f"`{section.key}`" for section in OF_DOCUMENT if section.key in text.value)
        missing = LINE_WITHOUT_DOCUMENT.finding({"sections": own or f"`{DIGESTS}`"}, location=text.place(()))
        apart.loaded.findings.append(missing)
    return apart.loaded.findings


def _digests(text: JsonText, loader: Loader, document: str) -> dict[str, str]:
    value = text.value.get(DIGESTS, [])
    if not isinstance(value, list):
        place = text.place((DIGESTS,))
        loader.loaded.findings.append(expected_mapping(value, f"a list under `{DIGESTS}`", DIGESTS, place))
        return {}
    lines: list[tuple[str, Location]] = []
    for number, item in enumerate(value):
        place = text.place((DIGESTS, number))
        if isinstance(item, str):
            lines.append((item, place))
        else:
            loader.loaded.findings.append(expected_mapping(item, "a line of a hash and a span", DIGESTS, place))
    return loader.full_hashes(lines, document)
