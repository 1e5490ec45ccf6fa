"""Strings from records, encoded so that Markdown and HTML can only show them."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

# Every ASCII punctuation mark has a meaning somewhere in Markdown, its extensions or HTML. As a numeric
# entity it has none: not at the start of a line, not in a table, not in an attribute in quotes.
_PUNCTUATION = {ord(mark): f"&#{ord(mark)};" for mark in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_SPACES = re.compile(r"\s+")
# Unseen marks that turn the direction of what follows, also beyond the string; and what is no character at all,
# which XML may not hold.
TURNS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
_LEFT_OUT = dict.fromkeys([*TURNS, 0xFFFE, 0xFFFF, *range(0xFDD0, 0xFDF0)])


def plain(text: str) -> str:
    """The text in one line: spaces collapsed; control and direction marks and noncharacters taken out."""
    kept = "".join(mark if unicodedata.category(mark) not in ("Cc", "Cs") else " " for mark in text)
    return _SPACES.sub(" ", kept.translate(_LEFT_OUT)).strip()


def encoded(value: object) -> Markup:
    """A value as text for Markdown, HTML and quoted attributes: nothing in it can be markup.

    Markup passes as it is; None is empty.
    """
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None else plain(str(value)).translate(_PUNCTUATION))
