"""Pages from notebooks: words as they are, code and what it printed as blocks. Nothing is run here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import BuildError
from .frame import by_hand
from .pages import Page
from .prose import fenced

SUFFIX = ".ipynb"


def pages(project: Path) -> Iterator[Page]:
    """A page for every notebook among those written by hand."""
    for name, file in by_hand(project):
        if name.endswith(SUFFIX):
            yield Page.of(f"{name.removesuffix(SUFFIX)}.md", as_page(file))


def as_page(file: Path) -> str:
    """A notebook (format 4) as Markdown, with a link to the notebook itself. Raises BuildError when it is none."""
    try:
        said = json.loads(file.read_bytes())
        blocks = [block for cell in said["cells"] for block in _blocks(cell)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{file.name} is not a notebook: {error}", help="save it as a notebook of format 4") from error
    heading, *rest = blocks or [f"# {file.stem}"]
    return "\n\n".join([heading, f"As a notebook, to run and change: [{file.name}]({file.name}).", *rest]) + "\n"


def _blocks(cell: dict[str, Any]) -> Iterator[str]:
    source = _text(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source.strip()
    elif cell["cell_type"] == "code" and source.strip():
        yield fenced(source, "python")
        printed = "".join(map(_printed, cell["outputs"]))
        if printed.strip():
            yield fenced(printed.rstrip())


def _printed(output: dict[str, Any]) -> str:
    """An output as text: what was printed, or the value of the last line."""
    if output["output_type"] == "stream":
        return _text(output["text"])
    return _text(output.get("data", {}).get("text/plain", ""))


def _text(said: str | list[str]) -> str:
    return said if isinstance(said, str) else "".join(said)
