"""Pydantic's errors as findings: place, rule, the user's own value, how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .column import ANCHOR, ID, PATTERN_SAYS, columns
from .finding import Finding, Location
from .form import Section, form
from .rules import shape
from .rules.files import MALFORMED_PLACEHOLDER, NOT_A_MAPPING, OPEN_PLACEHOLDER, UNSETTLED_ANCHOR
from .rules.rule import Rule
from .span import is_placeholder, read_placeholder, read_unsettled
from .vocabulary import terms_of
from .yamltext import Path, YamlText

_TYPES: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "is_instance_of": "a number",
    "decimal_type": "a number",
    "date_type": "a day written YYYY-MM-DD",
    "datetime_type": "a time in UTC written YYYY-MM-DDThh:mm:ssZ",
    "model_type": "a mapping of keys to values",
    "string_unicode": "text of Unicode characters only",
}


def shown(value: Any) -> str:
    """A value as the user wrote it, short enough for one line."""
    if isinstance(value, str):
        text = value if len(value) <= 80 else value[:77] + "..."
        return f'"{text}"'
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    return str(value)


def faults(error: ValidationError, section: Section, at: Path, text: YamlText, key: str | None) -> list[Finding]:
    """One finding per error, each at the place of the value it is about."""
    return [_fault(detail, section, at, text, key) for detail in error.errors(include_url=False)]


def _fault(detail: ErrorDetails, section: Section, at: Path, text: YamlText, key: str | None) -> Finding:
    path = at + tuple(detail["loc"])
    rule, said = _translate(detail, section)
    said |= {"record_column": str(detail["loc"][-1])}
    location = text.place(path)
    if rule is shape.UNKNOWN_KEY:
        location = text.keys.get(path, location)
    return rule.finding(said, location=location, table=section.model.table, key=key, column=said["record_column"])


def _translate(detail: ErrorDetails, section: Section) -> tuple[Rule, dict[str, Any]]:
    kind, value = detail["type"], detail["input"]
    context: Mapping[str, Any] = detail.get("ctx") or {}
    if kind == "missing" or (value is None and kind != "extra_forbidden"):
        return shape.MISSING_VALUE, {}
    match kind:
        case "extra_forbidden":
            return shape.UNKNOWN_KEY, {"value": str(detail["loc"][-1]), "options": _keys(section, detail["loc"])}
        case "literal_error" if isinstance(value, str):
            return shape.UNKNOWN_TERM, {"value": value, **_vocabulary(section, detail["loc"])}
        case "string_pattern_mismatch" if context["pattern"] == ID:
            return shape.BAD_ID, {"value": value}
        case "string_pattern_mismatch" if context["pattern"] == ANCHOR and is_placeholder(value):
            return _placeholder(value)
        case "string_pattern_mismatch" if context["pattern"] == ANCHOR and (was := read_unsettled(value)):
            return UNSETTLED_ANCHOR, {"spans": was[0], "edition": was[1]}
        case "string_pattern_mismatch":
            return shape.MALFORMED_TEXT, {"value": shown(value)[1:-1], "expected": PATTERN_SAYS[context["pattern"]]}
        case "string_too_long":
            return shape.TOO_LONG, {"limit": context["max_length"]}
        case "greater_than_equal":
            return shape.OUT_OF_RANGE, {"value": value, "limits": f"at least {context['ge']}"}
        case "less_than_equal":
            return shape.OUT_OF_RANGE, {"value": value, "limits": f"at most {context['le']}"}
        case "inexact_number":
            return shape.INEXACT_NUMBER, {"value": value}
        case "date_format":
            return shape.BAD_DATE, {"value": shown(value), "expected": context["example"]}
    return shape.WRONG_TYPE, _wrong_type(kind, value)


def _placeholder(value: str) -> tuple[Rule, dict[str, Any]]:
    """What is to be said of a placeholder that stands where an anchor belongs."""
    try:
        read_placeholder(value)
    except ValueError as error:
        return MALFORMED_PLACEHOLDER, {"value": shown(value)[1:-1], "problem": str(error)}
    return OPEN_PLACEHOLDER, {"value": shown(value)[1:-1]}


def _wrong_type(kind: str, value: Any) -> dict[str, Any]:
    expected = "text" if kind == "literal_error" else _TYPES.get(kind, f"a value without {kind.replace('_', ' ')}")
    hint = f"write {expected}"
    if expected == "text" and not isinstance(value, list | dict):
        hint = f'put it in quotes: "{shown(value)}"'
    elif isinstance(value, str) and expected in ("a whole number", "a number"):
        hint = "write the digits without quotes, separators or leading zeros; the words as printed belong in `verbatim`"
    return {"expected": expected, "value": shown(value), "hint": hint}


def _form_at(section: Section, loc: tuple[int | str, ...]) -> tuple[Section, type[BaseModel]]:
    """The section, nested as deep as the place of an error says, and its form."""
    for step in loc[:-1]:
        section = next((child for child in section.children if child.key == step), section)
    return section, form(section)


def _keys(section: Section, loc: tuple[int | str, ...]) -> list[str]:
    return list(_form_at(section, loc)[1].model_fields)


def _vocabulary(section: Section, loc: tuple[int | str, ...]) -> dict[str, Any]:
    deepest = _form_at(section, loc)[0]
    col = next(c for c in columns(deepest.model) if c.name == loc[-1])
    return {"vocabulary": col.vocabulary, "options": list(terms_of(col.vocabulary or ""))}


def expected_mapping(value: Any, expected: str, sections: str, place: Location) -> Finding:
    """The finding for a file, section or record that is not of the kind it should be."""
    said = {"expected": expected, "got": shown(value), "sections": sections}
    return NOT_A_MAPPING.finding(said, location=place)
