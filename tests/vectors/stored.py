"""Every way in which one text may lie in a file and still be the same text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import product


def forms(text: str) -> Iterator[tuple[str, str]]:
    """NFC and NFD, with LF, CRLF and CR, with and without a byte-order mark: a name and the stored text."""
    line_ends = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
    for form, line_end, mark in product(("NFC", "NFD"), line_ends, ("", "\ufeff")):
        stored = unicodedata.normalize(form, text).replace("\n", line_ends[line_end])  # type: ignore[arg-type]
        yield f"{form}-{line_end}{'-BOM' if mark else ''}", mark + stored
