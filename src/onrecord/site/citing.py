"""How to cite: the dataset, one record, one version, the code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .pages import Page, page
from .prose import link, verbatim
from .shelf import Shelf

PATH = "citing.md"


def pages(shelf: Shelf, there: Collection[str]) -> Iterator[Page]:
    """One page; `there` names the pages written by hand."""
    said = shelf.description
    first = next(iter(shelf.rows("statements")), None)
    yield page(
        PATH,
        PATH,
        whole=_whole(said),
        bibtex=verbatim(_bibtex(said)),
        version=said.get("version") or "without a number",
        record=shelf.dataset.cite(first["id"]) if first else None,
        command=verbatim([f"onrecord cite {first['id']}"]) if first else None,
        ethics=link("Ethics and limits", "ethics.md", PATH, there),
        cff="CITATION.cff" in there,
    )


def _whole(said: Mapping[str, Any]) -> str:
    """The dataset as one string: who made it, when, what it is called, its version and licence."""
    makers = _makers(said)
    version = f", version {said['version']}" if said.get("version") else ""
    year = f" ({_year(said)})" if _year(said) else ""
    return f"{makers}{year}. {_title(said)}{version}. Dataset. Licence: {_licence(said)}."


def _bibtex(said: Mapping[str, Any]) -> Iterator[str]:
    yield f"@misc{{{said.get('name', 'dataset')},"
    fields = {
        "author": f"{{{_makers(said)}}}",
        "title": f"{{{_title(said)}}}",
        "year": _year(said),
        "version": said.get("version"),
        "howpublished": "Dataset",
        "note": f"Licence: {_licence(said)}",
    }
    yield from (f"  {name} = {{{_bib(str(value))}}}," for name, value in fields.items() if value)
    yield "}"


def _bib(text: str) -> str:
    """What BibTeX reads as a command, escaped."""
    return "".join(f"\\{mark}" if mark in "&%$#_" else mark for mark in text)


def _title(said: Mapping[str, Any]) -> str:
    return str(said.get("title") or said.get("name") or "A dataset without a name")


def _makers(said: Mapping[str, Any]) -> str:
    people = [one for one in said.get("contributors") or () if isinstance(one, Mapping) and one.get("title")]
    authors = [one for one in people if "author" in (one.get("roles") or ())] or people
    return ", ".join(str(one["title"]) for one in authors) or "Makers not stated"


def _year(said: Mapping[str, Any]) -> str:
    return str(said.get("created") or "")[:4]


def _licence(said: Mapping[str, Any]) -> str:
    names = [str(one["name"]) for one in said.get("licenses") or () if isinstance(one, Mapping) and one.get("name")]
    return names[0] if names else "not stated"
