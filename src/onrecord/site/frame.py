"""What surrounds the pages: the configuration of the site's builder and the pages written by hand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from .encoding import plain
from .pages import Page, rendered
from .placing import placed
from .shelf import Shelf

# The navigation. What a site does not have is left out of it.
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Read",
        (
            ("Documents", "documents/index.md"),
            ("Claims", "claims/index.md"),
            ("Speakers", "speakers/index.md"),
            ("Figures", "figures.md"),
            ("Timeline", "timeline.md"),
            ("Who passes on whom", "attribution.md"),
            ("Drift", "drift.md"),
            ("Caveats", "caveats.md"),
            ("Coverage", "coverage.md"),
        ),
    ),
    ("Explore", (("Explorer", "explorer/index.md"), ("Your own copy", "viewer.md"))),
    (
        "Use",
        (
            ("Access", "access.md"),
            ("A first document", "tutorials/first-document.md"),
            ("Analysing drift", "tutorials/analysing-drift.md"),
            ("Using the data", "using.md"),
            ("Large packages", "scale.md"),
            ("Data dictionary", "dictionary/index.md"),
            ("Vocabularies", "vocabularies.md"),
            ("Commands", "commands.md"),
            ("Python", "api.md"),
            ("Rules", "rules/index.md"),
            ("How to cite", "citing.md"),
        ),
    ),
    (
        "About",
        (
            ("Codebook", "codebook.md"),
            ("Datasheet", "datasheet.md"),
            ("Ethics and limits", "ethics.md"),
            ("Agreement of coders", "agreement.md"),
            ("Versions", "changes.md"),
            ("Design", "design.md"),
            ("Benchmarks", "benchmarks.md"),
            ("Contributing", "contributing.md"),
            ("Changelog", "changelog.md"),
            ("Decisions", "decisions/index.md"),
        ),
    ),
)


def by_hand(project: Path) -> Iterator[tuple[str, Path]]:
    """The files of the project's `docs/`, by their paths there. Links and hidden files are left out."""
    folder = project / "docs"
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in parts):
            yield "/".join(parts), path


def handwritten(project: Path) -> Iterator[Page]:
    """The pages and pictures of the project's `docs/`, as they are."""
    return (Page(name, path.read_bytes()) for name, path in by_hand(project))


def configuration(shelf: Shelf, made: Collection[str], url: str | None) -> bytes:
    """`mkdocs.yml` for the pages that were made; `url` is the address the site will have, if it is known."""
    said = {
        "name": json.dumps(shelf.dataset.name or "onrecord"),
        "url": json.dumps(url),
        "nav": [*_entries(made)],
    }
    return rendered("mkdocs.yml", **said).encode()


def for_machines(shelf: Shelf, made: Collection[str]) -> bytes:
    """`llms.txt`: what the site holds, as links in plain Markdown, for programs that read sites."""
    said = shelf.description
    lines = [f"# {plain(str(said.get('title') or shelf.dataset.name or 'onrecord'))}", ""]
    lines += [f"> {plain(str(said['description']))}", ""] if said.get("description") else []
    lines += ["A record says what a document says and who says it there. Being recorded is not endorsement."]
    for title, there in _sections(made):
        lines += ["", f"## {title}", "", *(f"- [{label}]({_place(path)})" for label, path in there)]
    lines += ["", "## Data", "", "- [Every statement, one row each, as CSV](data/overview.csv)"]
    return ("\n".join(lines) + "\n").encode()


def _place(path: str) -> str:
    return path.removesuffix("index.md") if path.endswith("index.md") else path.removesuffix(".md") + "/"


def _sections(made: Collection[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The navigation without what the site does not have."""
    for title, places in SECTIONS:
        there = [(label, one) for label, path in places for one in dict.fromkeys((path, placed(path))) if one in made]
        if there:
            yield title, there


def _entries(made: Collection[str]) -> Iterator[str]:
    """The lines of the navigation."""
    yield "- Home: index.md"
    for title, there in _sections(made):
        yield f"- {title}:"
        yield from (f"  - {label}: {path}" for label, path in there)
