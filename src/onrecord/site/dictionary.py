"""The data dictionary: a page per table, from the model; a new column appears by itself."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from ..codebook import codebook, constraints
from ..column import Column, columns
from ..model import TABLES
from .charts import entities
from .encoding import encoded
from .pages import Page, page
from .prose import code, link, prose
from .shelf import Shelf

INDEX = "dictionary/index.md"
LONGEST = 80  # characters of an example that are shown
# How a column comes about when its record is written as YAML.
ORIGINS = {
    "written": "",
    "inherited": "In YAML: taken from the record around it.",
    "position": "In YAML: its place in the list.",
    "child-id": "In YAML: made from the id of the record around it.",
    "anchor": "In YAML: one anchor, written `{}`.",
    "span": "In YAML: read from the anchor.",
}


def pages(shelf: Shelf) -> Iterator[Page]:
    """The list of tables, and a page for each."""
    yield page(INDEX, "dictionary.md", tables=[_line(shelf, name) for name in TABLES], picture=entities().figure())
    for name in TABLES:
        yield _table(shelf, name)


def file_of(table: str) -> str:
    """The file of a table's page."""
    return f"dictionary/{table}.md"


def _line(shelf: Shelf, name: str) -> tuple[object, ...]:
    return (
        link(name, file_of(name), INDEX),
        prose(TABLES[name].__doc__ or ""),
        encoded(f"{len(shelf.rows(name)):,}"),
    )


def _table(shelf: Shelf, name: str) -> Page:
    model, path = TABLES[name], file_of(name)
    book = {row["name"]: row for row in codebook(name, shelf.dataset.table(name)).to_pylist()}
    return page(
        path,
        "table.md",
        name=Markup(name),
        what=prose(model.__doc__ or ""),
        rows=len(shelf.rows(name)),
        keys=Markup(", ").join(map(code, model.primary_key)),
        unique=[Markup(", ").join(map(code, names)) for names in model.unique_keys],
        columns=[_column(path, name, col, book[col.name]) for col in columns(model)],
        inward=[*_inward(path, name)],
    )


def _column(path: str, table: str, col: Column, said: dict[str, str | None]) -> tuple[Markup, Markup]:
    null = "<br>may be null" if col.nullable else ""
    name = Markup(f'<code id="{col.name}">{col.name}</code><br><span class="quiet">{said["type"]}{null}</span>')
    return name, Markup("<br>").join(_meaning(path, table, col, said["example"]))


def _meaning(path: str, table: str, col: Column, example: str | None) -> Iterator[Markup]:
    yield prose(col.description)
    if col.references:
        yield Markup("Refers to {}.").format(link(col.references, file_of(col.references), path))
    if col.vocabulary:
        lead = link(col.vocabulary, f"vocabularies.md#{col.vocabulary}", path)
        yield Markup("A term of the vocabulary {}.").format(lead)
    # What a reference has to look like is said where it leads.
    said = [one for one in constraints(table, col) if not col.references or "key" in one]
    if said:
        yield _quiet(prose(f"Constraints: {'; '.join(said)}."))
    if col.origin != "written":
        yield _quiet(prose(ORIGINS[col.origin].format(col.written_as)))
    yield _quiet(_example(example))


def _quiet(said: Markup) -> Markup:
    return Markup('<span class="quiet">{}</span>').format(said)


def _example(said: str | None) -> Markup:
    if said is None:
        return Markup("No row of this dataset has a value.")
    shown = said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()} …"
    return Markup('Example: <span class="long">{}</span>').format(code(shown))


def _inward(path: str, name: str) -> Iterator[Markup]:
    """The columns of other tables that refer to this one."""
    for other, model in TABLES.items():
        for col in columns(model):
            if col.references == name:
                yield link(f"{other}.{col.name}", f"{file_of(other)}#{col.name}", path)
