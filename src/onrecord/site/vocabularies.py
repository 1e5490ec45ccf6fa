"""The vocabularies: every term with its words, its definition, its source and how often it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from ..column import columns
from ..model import TABLES
from ..vocabulary import VOCABULARIES, entries_of
from .encoding import encoded
from .pages import Page, page
from .prose import code, link, prose
from .shelf import Shelf

PATH = "vocabularies.md"


def pages(shelf: Shelf) -> Iterator[Page]:
    """One page with all vocabularies."""
    yield page(PATH, PATH, vocabularies=[_vocabulary(shelf, name) for name in VOCABULARIES])


def _vocabulary(shelf: Shelf, name: str) -> dict[str, object]:
    places = [(table, col.name) for table in TABLES for col in columns(TABLES[table]) if col.vocabulary == name]
    used = Counter(row[column] for table, column in places for row in shelf.rows(table))
    links = [link(f"{table}.{column}", f"dictionary/{table}.md#{column}", PATH) for table, column in places]
    return {
        "name": Markup(name),
        "places": Markup(", ").join(links),
        "terms": [
            (
                code(one.term) + Markup("<br>") + encoded(one.label),
                prose(one.definition) + Markup('<br><span class="quiet">') + _source(one.source) + Markup("</span>"),
                encoded(f"{used[one.term]:,}"),
            )
            for one in entries_of(name)
        ],
    }


def _source(said: str) -> Markup:
    return encoded("defined here" if said == "onrecord" else f"after {said}")
