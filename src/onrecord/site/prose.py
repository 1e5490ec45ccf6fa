"""What the program says of itself, for pages: code between backticks, code in blocks, links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from markupsafe import Markup

from .encoding import encoded
from .pages import up

_CODE = re.compile(r"`([^`\n]+)`")


def prose(text: str) -> Markup:
    """Text of ours as one line: what stands between backticks is code, everything else is encoded."""
    parts = _CODE.split(text)
    return Markup("").join(code(part) if odd % 2 else _words(part) for odd, part in enumerate(parts))


def _words(text: str) -> Markup:
    """Encoded, with the spaces at its ends, which separate it from the code beside it."""
    left, right = text[:1].isspace(), text[-1:].isspace()
    return Markup(" " * left + encoded(text) + " " * (right and bool(text.strip())))


def code(text: object) -> Markup:
    """A value as code within a line."""
    return Markup(f"<code>{encoded(text)}</code>")


def fenced(text: str, language: str = "text", title: str = "") -> Markup:
    """Text of ours as a block of code, which the site's builder colours."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    heading = f' title="{title}"' if title else ""
    return Markup(f"{fence}{language}{heading}\n{text.strip(chr(10))}\n{fence}")


def verbatim(lines: Iterable[str]) -> Markup:
    """Lines that hold text of records as a block of code: nothing in them can be markup."""
    said = "\n".join(" " * (len(line) - len(line.lstrip(" "))) + encoded(line) for line in lines)
    return Markup(f"<pre><code>{said}\n</code></pre>")


def link(words: str, target: str, page: str, there: Collection[str] | None = None) -> Markup:
    """A link from a page to another file of the site, for HTML; the words alone where the site lacks it.

    `page` is the file of the page that it stands on. `there` names the pages written by hand, which
    not every project has; without it the target is taken to be there.
    """
    file, _, place = target.partition("#")
    if there is not None and file not in there:
        return encoded(words)
    address = up(page) + file.removesuffix("index.md").removesuffix(".md")
    address += "/" if file.endswith(".md") and not address.endswith("/") and address else ""
    return Markup(f'<a href="{address or "./"}{"#" if place else ""}{place}">{encoded(words)}</a>')
