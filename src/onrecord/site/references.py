"""Links from a page to records, and the plain words for terms."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from ..vocabulary import LABELS
from .addresses import address
from .encoding import encoded
from .pages import up
from .shelf import Row, Shelf


def certainty(factuality: str) -> Markup:
    """How sure: words that need no codebook, then the code."""
    return Markup('<span class="certainty">{} <span class="code">{}</span></span>').format(
        encoded(LABELS.get(("factuality", factuality), factuality)), encoded(factuality)
    )


def to(page: str, table: str, row: Row, words: str) -> Markup:
    """A link from a page (its file under `docs/`) to a record. The words keep the direction they are written in."""
    return Markup('<a href="{}{}"><bdi>{}</bdi></a>').format(
        Markup(up(page)), Markup(address(table, row)), encoded(words)
    )


def claim(shelf: Shelf, page: str, key: str | None) -> Markup:
    """A claim by its proposition; what stands in a statement without one."""
    row = shelf.maybe("claims", key)
    return to(page, "claims", row, row["proposition"]) if row else Markup("no claim chosen yet")


def agent(shelf: Shelf, page: str, key: str) -> Markup:
    """An agent by the document's own label."""
    row = shelf.one("agents", key)
    return to(page, "agents", row, row["name"])


def document(shelf: Shelf, page: str, key: str) -> Markup:
    """A document by its title."""
    row = shelf.one("documents", key)
    return to(page, "documents", row, row["title"])


def statement(shelf: Shelf, page: str, key: str) -> Markup:
    """A statement by its id."""
    row = shelf.one("statements", key)
    return to(page, "statements", row, key)


def voices(shelf: Shelf, page: str, key: str) -> Markup:
    """Who says it, through whom: the innermost source first, outwards to the document."""
    return Markup(' <span class="quiet">through</span> ').join(_inwards(shelf, page, key))


def _inwards(shelf: Shelf, page: str, key: str) -> Iterator[Markup]:
    return (agent(shelf, page, voice["agent_id"]) for voice in reversed(shelf.chain(key)))


def voiced(shelf: Shelf, key: str) -> str:
    """The same as plain words."""
    names = [shelf.one("agents", voice["agent_id"])["name"] for voice in reversed(shelf.chain(key))]
    return " through ".join(names)
