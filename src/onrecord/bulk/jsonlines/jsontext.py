"""One line of JSON to plain values as YAML would give them, with the place of each where it is asked for.

Numbers are exact: an integer or a decimal of the digits as written. Refused, with their place:
what is not JSON, the same key twice, nesting over 32, control characters and lone surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...finding import Finding, Location
from ...rules import files
from ...rules.lines import JSON_SYNTAX
from ...rules.rule import Rule
from ...yamltext import FORBIDDEN, MAX_DEPTH, Path, YamlText, meaning

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPED = re.compile(r"\\[bfu]")
_KEY_MARK = "key "  # before the path of a key, to tell it from that of its value


class Numeral(float):
    """A number that records do not write in this way: `1E2`, `-0`, `NaN`, more than 40 digits. No column takes it."""

    printed: str

    def __new__(cls, printed: str) -> Numeral:
        """A number, with the digits and letters that it is written with."""
        said = super().__new__(cls, printed)
        said.printed = printed
        return said

    def __str__(self) -> str:
        return self.printed if len(self.printed) <= 80 else self.printed[:77] + "..."

    __repr__ = __str__


@dataclass(slots=True)
class JsonText(YamlText):
    """What a line says. Places are asked for by path, and found when all that are needed are known."""

    line: int = 1
    text: str = ""

    def place(self, path: Path) -> Location:
        """The place of a value; its column is open until `settled`."""
        return Location(self.file, self.line, 0, spelled(path))

    def settled(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings with the columns of their places."""
        said = list(findings)
        wanted = {place.path for finding in said if (place := finding.location) and not place.col}
        found = dict(_columns(self.text, wanted)) if wanted else {}
        return [self._settle(finding, found) for finding in said]

    def _settle(self, finding: Finding, found: Mapping[str, int]) -> Finding:
        place = finding.location
        if place is None or place.col:
            return finding
        path = place.path.removeprefix(_KEY_MARK)
        return replace(finding, location=replace(place, col=found.get(place.path, 1), path=path))


class _Keys(dict[Path, Location]):
    """The places of keys, each found by its path when it is asked for."""

    def __init__(self, said: JsonText) -> None:
        super().__init__()
        self.said = said

    def __missing__(self, path: Path) -> Location:
        place = self.said.place(path)
        return replace(place, path=_KEY_MARK + place.path)

    def get(self, path: Path, default: Any = None) -> Any:  # noqa: ARG002
        return self[path]


class _Refused(Exception):
    """The line cannot be read; where, and by which rule."""

    def __init__(self, rule: Rule, said: dict[str, Any], at: int, path: str = "") -> None:
        self.rule, self.said, self.at, self.path = rule, said, at, path


def spelled(path: Path) -> str:
    """A path as people write it: `statements[3].attributions[0].factuality`, places counted from 0."""
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return said.removeprefix(".")


def read_json(raw: bytes, file: str, line: int) -> JsonText:
    """Read one line. Faults end up in `findings`; `value` is None when there is no reading it."""
    said = JsonText(file, line=line)
    said.keys = _Keys(said)
    try:
        said.text = _decoded(raw)
        said.value = _parsed(said)
    except _Refused as refused:
        place = Location(file, line, refused.at + 1, refused.path)
        said.findings.append(refused.rule.finding(refused.said, location=place))
    return said


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        said = {"offset": error.start, "byte": f"0x{raw[error.start]:02x}"}
        raise _Refused(files.NOT_UTF8, said, len(raw[: error.start].decode("utf-8"))) from None
    if found := FORBIDDEN.search(text):
        raise _Refused(files.CONTROL_CHARACTER, {"character": f"U+{ord(found[0]):04X}"}, found.start())
    return text


def _parsed(said: JsonText) -> Any:
    repeated: list[bool] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        repeated.append(True)
        return dict(reversed(pairs))  # of the same key twice, the first counts

    try:
        value = json.loads(
            said.text, object_pairs_hook=mapping, parse_int=_number, parse_float=_number, parse_constant=Numeral
        )
    except json.JSONDecodeError as error:
        _refuse_deep(said.text[: error.pos])
        raise _Refused(JSON_SYNTAX, {"problem": _problem(error, said.text)}, error.pos) from None
    except RecursionError:
        _refuse_deep(said.text)
        raise
    _refuse_deep(said.text, value)
    if _ESCAPED.search(said.text):
        _refuse_escaped(said.text)
    if repeated:
        said.findings += _repetitions(said)
    return value


def _problem(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return "it is cut short" if text.strip() else "it is empty"
    said = error.msg[0].lower() + error.msg[1:]
    return {"extra data": "something follows after its end"}.get(said, said)


def _number(printed: str) -> Any:
    said = meaning(printed)
    return Numeral(printed) if isinstance(said, str) else said


def _refuse_deep(text: str, value: Any = None) -> None:
    """Refuse a text that is nested too deep: one that could not be read, or whose value is."""
    if value is not None and not _too_deep(value, 1):
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise _Refused(files.NESTED_TOO_DEEP, {"limit": MAX_DEPTH}, token.start())


def _too_deep(value: Any, depth: int) -> bool:
    if depth > MAX_DEPTH:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_too_deep(one, depth + 1) for one in inner)


def _refuse_escaped(text: str) -> None:
    """Refuse control characters and lone surrogates that are written as escapes."""
    for path, _, at, token in _walk(text):
        if "\\" in token and (found := FORBIDDEN.search(json.loads(token))):
            raise _Refused(files.CONTROL_CHARACTER, {"character": f"U+{ord(found[0]):04X}"}, at, path)


def _repetitions(said: JsonText) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for path, is_key, at, token in _walk(said.text):
        if not is_key:
            continue
        if path not in first:
            first[path] = at
            continue
        words = {"key": json.loads(token), "first": said.line}
        place, other = (Location(said.file, said.line, where + 1, path) for where in (at, first[path]))
        yield files.DUPLICATE_KEY.finding(words, location=place, others=(other,))


def _columns(text: str, wanted: set[str]) -> Iterator[tuple[str, int]]:
    """The columns of these paths; of what is not there, that of what encloses it."""
    there: dict[str, int] = {"": 1}
    for path, is_key, at, _ in _walk(text):
        there.setdefault(_KEY_MARK + path if is_key else path, at + 1)
    for path in wanted:
        mark, rest = (_KEY_MARK, path.removeprefix(_KEY_MARK)) if path.startswith(_KEY_MARK) else ("", path)
        nearest = path
        while nearest not in there:
            rest = rest[: max(rest.rfind("."), rest.rfind("["), 0)]
            nearest = rest if not mark or rest in there else mark + rest
        yield path, there[nearest]


def _walk(text: str) -> Iterator[tuple[str, bool, int, str]]:
    """Every key and every value of a well-formed text: its path, whether it is a key, where it begins, its token."""
    open_: list[_Open] = [_Open("", "")]
    for token in _TOKEN.finditer(text):
        said, at, inner = token[0], token.start(), open_[-1]
        if said in ",:":
            continue
        if said in "}]":
            open_.pop()
        elif inner.closed_by == "}" and inner.key is None:
            yield inner.take_key(json.loads(said)), True, at, said
        else:
            here = inner.next_value()
            yield here, False, at, said
            if said in "{[":
                open_.append(_Open(here, "}" if said == "{" else "]"))


@dataclass(slots=True)
class _Open:
    """An object or a list that is being read: its path, what closes it, how far it is."""

    path: str
    closed_by: str
    number: int = 0
    key: str | None = None
    known: set[str] = field(default_factory=set)

    def take_key(self, key: str) -> str:
        """The path of a key. What stands under one that is repeated has a path of its own."""
        path = f"{self.path}.{key}" if self.path else key
        self.key = f"{path} (again)" if key in self.known else path
        self.known.add(key)
        return path

    def next_value(self) -> str:
        """The path of the next value."""
        here = f"{self.path}[{self.number}]" if self.closed_by == "]" else self.key or ""
        self.number += 1
        self.key = None
        return here
