"""Access: which format for whom, with a snippet for each."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from markupsafe import Markup

from ..descriptor import TABLES_FOLDER
from .pages import Page, page
from .prose import code, link
from .shelf import Shelf

PATH = "access.md"
# Who you are, what to take, the section with the snippet.
CHOICES = (
    ("a reader with a browser", "the pages of this site, and their explorer", "In a browser"),
    ("somebody with a spreadsheet", "overview.csv", "Spreadsheet"),
    ("a Python programmer", "the package: chains, drift, reviews", "Python"),
    ("an analyst with pandas", "to_pandas, which keeps every type", "pandas"),
    ("an analyst with polars", "to_polars, or the Parquet files", "polars"),
    ("somebody who asks in SQL", "the Parquet files, or the terminal", "DuckDB and other SQL engines"),
    ("somebody who works in a notebook", "SQL over all tables at once", "SQL in a notebook"),
    ("an R programmer", "the Parquet files", "R"),
    ("somebody with a terminal only", "the command onrecord", "Terminal"),
    ("somebody with tools for data packages", "datapackage.json", "Data Package tools"),
)
_NAMES = ("overview.csv", "to_pandas", "to_polars", "onrecord", "datapackage.json")


def pages(shelf: Shelf, there: Collection[str]) -> Iterator[Page]:
    """One page; `there` names the pages written by hand."""
    yield page(
        PATH,
        PATH,
        choices=[_choice(*one) for one in CHOICES],
        folder=Markup(TABLES_FOLDER),
        document=next((Markup(row["id"]) for row in shelf.rows("documents")), None),
        commands=link("Commands", "commands.md", PATH, there),
        using=link("Using the data", "using.md", PATH, there),
    )


def _choice(who: str, what: str, section: str) -> tuple[object, ...]:
    words = Markup(" ").join(code(word) if word in _NAMES else Markup(word) for word in what.split(" "))
    place = section.lower().replace(" ", "-")
    return who, words, link(section, f"{PATH}#{place}", PATH)
