"""The Python names that are public: signatures and docstrings as the source has them, read without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..errors import MissingExtra
from .pages import Page, page
from .prose import code, fenced, prose
from .shelf import Shelf

if TYPE_CHECKING:
    import griffe

PATH = "api.md"
PACKAGE = Path(__file__).parents[1]
_DOCTEST = re.compile(r"(?:^>>> .*\n?(?:^(?!\s*$).*\n?)*)", re.MULTILINE)


def pages(_: Shelf) -> Iterator[Page]:
    """One page with every public name."""
    try:
        import griffe
    except ImportError as error:
        raise MissingExtra("griffelib", "docs") from error
    loader = griffe.GriffeLoader(search_paths=[PACKAGE.parent])
    module = loader.load(PACKAGE.name)
    loader.resolve_aliases()
    names = [name for name in map(str, module.exports or ()) if not name.startswith("_")]
    found = {name: module[name].final_target if module[name].is_alias else module[name] for name in names}
    yield page(PATH, PATH, groups=[*_groups(found)])


def _groups(found: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Functions first, then the dataset, what it returns, and what is raised."""
    raised = {name for name, one in found.items() if _is_error(name, found)}
    functions = {name for name, one in found.items() if one.is_function}
    values = [name for name in found if name not in raised | functions]
    values.sort(key=lambda name: (name != "Dataset", name))
    for title, names in (("Opening", sorted(functions)), ("Classes", values), ("Errors", sorted(raised))):
        if names:
            yield title, [_described(name, found[name]) for name in names]


def _is_error(name: str, found: dict[str, Any]) -> bool:
    bases = {str(base) for base in getattr(found[name], "bases", ())}
    return "Exception" in bases or any(base in found and _is_error(base, found) for base in bases)


def _described(name: str, one: griffe.Object) -> dict[str, Any]:
    members = [*_members(one)] if one.is_class else []
    return {
        "name": Markup(name),
        "signature": fenced(_signature(name, one), "python"),
        "text": _text(one),
        "fields": [
            (code(member.name), code(member.annotation), _text(member)) for member in members if _is_field(member)
        ],
        "members": [_member(name, member) for member in members if not _is_field(member)],
    }


def _members(one: Any) -> Iterator[Any]:
    for member in one.members.values():
        if not member.name.startswith("_") and not member.is_alias and (member.docstring or _is_field(member)):
            yield member


def _is_field(member: Any) -> bool:
    return bool(member.is_attribute and "property" not in member.labels)


def _member(owner: str, member: Any) -> dict[str, Any]:
    return {
        "name": Markup(f"{owner}.{member.name}"),
        "signature": fenced(_signature(member.name, member), "python"),
        "text": _text(member),
    }


def _signature(name: str, one: Any) -> str:
    if one.is_function:
        said = [over.signature(name=name) for over in one.parent.overloads.get(one.name, ())] if one.parent else []
        return "\n".join(f"def {line}" for line in said or [one.signature(name=name)])
    if one.is_class:
        return f"class {name}" + (f"({', '.join(map(str, one.bases))})" if one.bases else "")
    return f"{name}: {one.annotation}"


def _text(one: Any) -> Markup:
    """A docstring: paragraphs, and examples as blocks of code."""
    value = one.docstring.value if one.docstring else ""
    parts: list[Markup] = []
    at = 0
    for found in _DOCTEST.finditer(value):
        parts += _paragraphs(value[at : found.start()])
        parts.append(fenced(found[0], "pycon"))
        at = found.end()
    return Markup("\n\n").join([*parts, *_paragraphs(value[at:])])


def _paragraphs(text: str) -> list[Markup]:
    said = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    return [Markup("<p>") + prose(part) + Markup("</p>") for part in said if part]
