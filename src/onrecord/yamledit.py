"""Values of a YAML text changed in place: every other byte stays as it is.

The text is not dumped anew. The parser says where each scalar stands, and the new text is put there:
comments, layout, quoting style, line ends and a byte-order mark are kept because nothing touches them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from .errors import LoadError
from .yamltext import PARSER, Path, YamlText, meaning, read_yaml

BOM = "\ufeff"
_HEADER_COMMENT = re.compile(r"[^\s#]+([ \t]+#[^\r\n]*)?")
# Text that every reader of YAML, also of its version 1.1, takes for text.
_WORDLIKE = re.compile(r"(?!(?:y|n|yes|no|on|off)\Z)[a-z][A-Za-z0-9]*([-._/+][A-Za-z0-9]+)*")
_ESCAPED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it stands in a YAML text. Offsets count code points of the decoded text, quotes included."""

    value: str
    start: int
    end: int
    line: int
    col: int
    style: str = ""  # "" (plain) ' " | >
    flow: bool = False  # stands inside [ ] or { }

    @property
    def quoted(self) -> bool:
        """Whether it is written in quotation marks or as a block, which makes it text."""
        return self.style != ""

    @property
    def is_text(self) -> bool:
        """Whether it is read as text; `7`, `true` and nothing at all are not."""
        return self.quoted or isinstance(meaning(self.value), str)


def scalars(raw: bytes, file: str = "YAML") -> dict[Path, Scalar]:
    """Every value of a YAML text that is no list and no mapping, by its path. Keys are not values.

    Raises LoadError when the text has any fault that reading records would report.
    """
    _read(raw, file)
    return _scalars(raw.decode("utf-8"))


def spliced(raw: bytes, changes: Mapping[Path, str], file: str = "YAML") -> bytes:
    """The YAML text with the values at these paths changed, and every other byte as it was.

    A value keeps its quoting style where the new text can be written in it; else it is put in double
    quotes. What was text stays text. The result is read again: LoadError if anything else changed.
    Raises KeyError for a path at which no such value stands.
    """
    said = _read(raw, file)
    text = raw.decode("utf-8")
    before = _scalars(text)
    places = sorted(((before[path], new) for path, new in changes.items()), key=lambda place: place[0].start)
    pieces, done = [], 0
    for scalar, new in places:
        if new != scalar.value:
            pieces += [text[done : scalar.start], _written(scalar, new, text)]
            done = scalar.end
    result = "".join([*pieces, text[done:]]).encode("utf-8", "surrogatepass")
    if not _only_changed(result, changes, said, before):
        raise LoadError(
            f"{file} cannot be changed in place without changing more than was meant; it is left as it was",
            help="write the values on one line each, in double quotes, and try again",
        )
    return result


def appended(raw: bytes, section: str, items: Sequence[str], file: str = "YAML") -> bytes:
    """The YAML text with items added at the end of a section's list, and every other byte as it was.

    Each item is YAML: a value on one line, or a mapping with each key on a line. The result is read
    again: LoadError when the items are not added as they were given, or anything else would change.
    """
    said = _read(raw, file)
    added = [_read(item.encode("utf-8"), file).value for item in items]
    text = raw.decode("utf-8")
    result = _with_items(text, section, items).encode("utf-8")
    before = said.value if isinstance(said.value, dict) else {}
    again = read_yaml(result, file)
    if again.findings or again.value != {**before, section: [*(before.get(section) or []), *added]}:
        raise LoadError(
            f"{file} cannot be added to in place without changing more than was meant; it is left as it was",
            help=f"write `{section}:` at the start of a line, and below it each record on a line that begins `  - `",
        )
    return result


def _with_items(text: str, section: str, items: Sequence[str]) -> str:
    shift = len(text) - len(text.removeprefix(BOM))
    root = yaml.compose(text[shift:], Loader=PARSER)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    node = next((value for key, value in pairs if key.value == section), None)
    line_end = "\r\n" if "\r\n" in text else "\n"
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        at = (node.value[-1].end_mark.index if node.value else node.start_mark.index + 1) + shift
        return text[:at] + ", " * bool(node.value) + ", ".join(map(_flowing, items)) + text[at:]
    if isinstance(node, yaml.SequenceNode):
        return _with_lines(text, _end_of(node, text, shift), " " * node.start_mark.column, items, line_end)
    if node is not None:  # a section without a list: nothing, or a word that says so
        at, end = node.start_mark.index + shift, node.end_mark.index + shift
        return _with_lines(text[:at] + text[end:], at, "  ", items, line_end)
    head = "" if not text or text.endswith("\n") else line_end
    return _with_lines(f"{text}{head}{section}:{line_end}", len(text + head), "  ", items, line_end)


def _end_of(node: Any, text: str, shift: int) -> int:
    """Where the last scalar or bracket of a node ends."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    start: int = node.start_mark.index + shift
    return start + len(text[start : node.end_mark.index + shift].rstrip())


def _with_lines(text: str, at: int, indent: str, items: Sequence[str], line_end: str) -> str:
    """Items as lines of their own after the line in which a place lies."""
    stop = text.find("\n", at) + 1 or len(text)
    head = "" if text[:stop].endswith("\n") else line_end
    lines = (f"{indent}- {item}\n".replace("\n", f"{line_end}{indent}  ", item.count("\n")) for item in items)
    return text[:stop] + head + "".join(line[:-1] + line_end for line in lines) + text[stop:]


def _flowing(item: str) -> str:
    """An item as it stands in brackets."""
    return "{" + item.replace("\n", ", ") + "}" if "\n" in item else item


def scalar(value: str | int | Decimal | bool | None) -> str:
    """One value as YAML, on one line; a text that could be read as anything else is put in double quotes."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value if _WORDLIKE.fullmatch(value) and meaning(value) == value else double_quoted(value)


def _read(raw: bytes, file: str) -> YamlText:
    said = read_yaml(raw, file)
    if said.findings:
        fault = said.findings[0]
        raise LoadError(f"{fault.location} {fault.code} {fault.message}", help=fault.help)
    return said


def _only_changed(result: bytes, changes: Mapping[Path, str], said: YamlText, before: dict[Path, Scalar]) -> bool:
    again = read_yaml(result, said.file)
    if again.findings or again.places.keys() != said.places.keys():
        return False
    after = _scalars(result.decode("utf-8"))
    return after.keys() == before.keys() and all(
        _as_meant(old, after[path], changes.get(path)) for path, old in before.items()
    )


def _as_meant(old: Scalar, now: Scalar, wanted: str | None) -> bool:
    if wanted is None:
        return (now.value, now.is_text) == (old.value, old.is_text)
    return now.value == wanted and (now.is_text or not old.is_text)


def _scalars(text: str) -> dict[Path, Scalar]:
    shift = len(text) - len(text.removeprefix(BOM))
    root = yaml.compose(text.removeprefix(BOM), Loader=PARSER)
    return {} if root is None else dict(_walk(root, (), False, text, shift))


def _walk(node: Any, path: Path, flow: bool, text: str, shift: int) -> Iterator[tuple[Path, Scalar]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, _scalar(node, flow, text, shift)
        return
    flow = flow or bool(node.flow_style)
    if isinstance(node, yaml.SequenceNode):
        children: list[tuple[str | int, Any]] = list(enumerate(node.value))
    else:
        children = [(str(key.value), value) for key, value in node.value]
    for step, child in children:
        yield from _walk(child, (*path, step), flow, text, shift)


def _scalar(node: Any, flow: bool, text: str, shift: int) -> Scalar:
    start, end, style = node.start_mark.index + shift, node.end_mark.index + shift, node.style or ""
    if style in ("|", ">"):  # the parser counts the blank lines after a block to it
        end = start + len(text[start:end].rstrip())
    return Scalar(str(node.value), start, end, node.start_mark.line + 1, node.start_mark.column + 1, style, flow)


def _written(scalar: Scalar, new: str, text: str) -> str:
    """What stands in the place of a scalar to say the new text."""
    said = next((form for form in _forms(scalar, new) if _says(form, scalar, new)), double_quoted(new))
    if scalar.style in ("|", ">"):
        header = _HEADER_COMMENT.match(text, scalar.start, scalar.end)
        return said + ((header and header[1]) or "")
    return said if scalar.start < scalar.end else _parted(said, text[: scalar.start])


def _parted(said: str, before: str) -> str:
    """A value for a key that had none, parted from what stands before it as the key needs."""
    if not before.rstrip().endswith((":", "-")):
        return f": {said}" if before else said
    return said if before[-1].isspace() else f" {said}"


def _forms(scalar: Scalar, new: str) -> Iterator[str]:
    """The new text in the style of the old, as far as one line can hold it."""
    if scalar.style == "" and new:
        yield new
    elif scalar.style == "'":
        yield "'" + new.replace("'", "''") + "'"


def _says(form: str, scalar: Scalar, new: str) -> bool:
    """Whether a form, written where the scalar stands, is read as the new text."""
    if "\n" in form or "\r" in form:
        return False
    line = f"[{{key: {form}}}]\n" if scalar.flow else f"key: {form}\n"
    value = {"key": new if scalar.is_text else meaning(new)}
    read = read_yaml(line.encode("utf-8", "surrogatepass"), "").value
    return bool(read == ([value] if scalar.flow else value))


def double_quoted(new: str) -> str:
    """The text in double quotes; JSON's escapes are YAML's."""
    return _ESCAPED.sub(lambda found: json.dumps(found[0])[1:-1], json.dumps(new, ensure_ascii=False))
