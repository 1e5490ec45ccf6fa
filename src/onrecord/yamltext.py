"""YAML text to plain values, with the place of every value: the only YAML parser here.

The grammar is libyaml's; the meaning of plain scalars is YAML 1.2's core schema, kept as printed:
`no`, `12:30` and `010` stay text, decimals are exact, dates stay text. Anchors, aliases, tags,
duplicate keys, several documents, nesting over 32, control characters and lone surrogates are
refused with their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from .errors import OnrecordError
from .finding import Finding, Location
from .rules import files

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 32
Path = tuple[str | int, ...]

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
# No `+5` and no `-0`: what is read as a number can be written back as it was printed.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,40}")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,40})\.[0-9]{1,40}")
_PLAIN: dict[str, Any] = {"": None, "~": None} | {
    said: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for said in (word, word.capitalize(), word.upper())
}
PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the build of PyYAML has it


def meaning(plain: str) -> Any:
    """The value of a scalar written without quotes: nothing, true or false, a number, or the text itself."""
    if plain in _PLAIN:
        return _PLAIN[plain]
    if _INTEGER.fullmatch(plain):
        return int(plain)
    return Decimal(plain) if _DECIMAL.fullmatch(plain) else plain


@dataclass(slots=True)
class YamlText:
    """What a YAML text says: its value, the place of every value and key, and its faults."""

    file: str
    value: Any = None
    places: dict[Path, Location] = field(default_factory=dict)
    keys: dict[Path, Location] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, path: Path) -> Location:
        """The place of a value, or of the nearest one that encloses it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Location(self.file))


class _Refused(Exception):
    """The text cannot be read further; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def unwritable(text: str) -> str | None:
    """The first character of a text that no YAML file may hold; None where there is none."""
    found = FORBIDDEN.search(text)
    return found[0] if found else None


def refuse_unwritable(texts: Mapping[str, str | None], refused: type[OnrecordError]) -> None:
    """Refuse what is to be written when no YAML file may hold it; each text is given under the name of what it is."""
    for what, text in texts.items():
        if found := unwritable(text or ""):
            help = "leave it out; it usually came in by copying from a page or a terminal"
            raise refused(f"the {what} holds the character U+{ord(found):04X}", help=help)


def read_yaml(raw: bytes, file: str) -> YamlText:
    """Read one YAML text. Faults end up in `findings`; `value` is None when there is no reading it."""
    said = YamlText(file)
    try:
        text = _decode(raw, file)
        _refuse_controls(text, file)
        said.value = _Composer(said).compose(text)
    except _Refused as refused:
        said.findings.append(refused.finding)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
        said.findings.append(files.YAML_SYNTAX.finding({"problem": error.problem or "unreadable"}, location=place))
    except yaml.YAMLError as error:
        said.findings.append(files.YAML_SYNTAX.finding({"problem": str(error)}, location=Location(file)))
    return said


def _decode(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise _Refused(too_large(len(raw), file))
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, col = before.count("\n") + 1, len(before) - before.rfind("\n")
        said = {"offset": error.start, "byte": f"0x{raw[error.start]:02x}"}
        raise _Refused(files.NOT_UTF8.finding(said, location=Location(file, line, col))) from None


def too_large(size: int, file: str) -> Finding:
    """The finding for a file over the size limit."""
    said = {"size": f"{size:,}", "limit": f"{MAX_BYTES:,}"}
    return files.FILE_TOO_LARGE.finding(said, location=Location(file))


def _refuse_controls(text: str, file: str) -> None:
    found = FORBIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        col = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        raise _Refused(_control(found[0], Location(file, line, col)))


def _control(character: str, place: Location) -> Finding:
    return files.CONTROL_CHARACTER.finding({"character": f"U+{ord(character):04X}"}, location=place)


class _Composer:
    """Builds plain values from libyaml's events."""

    def __init__(self, said: YamlText) -> None:
        self.said = said

    def compose(self, text: str) -> Any:
        events: Iterator[Any] = yaml.parse(text, Loader=PARSER)
        next(events)  # stream start
        value, first = None, True
        for event in events:
            if isinstance(event, yaml.StreamEndEvent):
                break
            if not first:
                self._refuse(files.YAML_SYNTAX, {"problem": "a second document begins here"}, event)
            first = False
            value = self._node(next(events), events, (), 1)
            next(events)  # document end
        return value

    def _place(self, event: Any) -> Location:
        mark = event.start_mark
        return Location(self.said.file, mark.line + 1, mark.column + 1)

    def _refuse(self, rule: Any, words: dict[str, Any], event: Any) -> None:
        raise _Refused(rule.finding(words, location=self._place(event)))

    def _node(self, event: Any, events: Iterator[Any], path: Path, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(files.YAML_ALIAS, {"said": f"*{event.anchor}"}, event)
        if event.anchor is not None:
            self._refuse(files.YAML_ALIAS, {"said": f"&{event.anchor}"}, event)
        if event.tag is not None:
            self._refuse(files.YAML_TAG, {"tag": event.tag}, event)
        if depth > MAX_DEPTH:
            self._refuse(files.NESTED_TOO_DEEP, {"limit": MAX_DEPTH}, event)
        self.said.places[path] = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path, depth)
        return self._mapping(events, path, depth)

    def _sequence(self, events: Iterator[Any], path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, events: Iterator[Any], path: Path, depth: int) -> dict[str, Any]:
        said: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(files.YAML_SYNTAX, {"problem": "a key must be a single word"}, event)
            key, place = self._key(event), self._place(event)
            inner = (*path, key)
            if key in said:
                words = {"key": key, "first": self.said.keys[inner].line}
                self.said.findings.append(
                    files.DUPLICATE_KEY.finding(words, location=place, others=(self.said.keys[inner],))
                )
                inner = (*path, f"{key} (again)")
                self._node(next(events), events, inner, depth + 1)
                continue
            self.said.keys[inner] = place
            said[key] = self._node(next(events), events, inner, depth + 1)
        return said

    def _key(self, event: Any) -> str:
        if event.anchor is not None:
            self._refuse(files.YAML_ALIAS, {"said": f"&{event.anchor}"}, event)
        if event.tag is not None:
            self._refuse(files.YAML_TAG, {"tag": event.tag}, event)
        return self._clean(event)

    def _clean(self, event: Any) -> str:
        found = FORBIDDEN.search(event.value)
        if found:
            raise _Refused(_control(found[0], self._place(event)))
        return str(event.value)

    def _scalar(self, event: Any) -> Any:
        text = self._clean(event)
        return meaning(text) if event.implicit[0] else text  # quoted or block: always text
