"""The command line: the documentation site."""

from __future__ import annotations

from pathlib import Path

import click

from .program import AT_DATASET, dataset, say, shorten

OUTPUT = Path("build/site")


@click.command(short_help="Write the pages of the documentation site.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=OUTPUT, show_default=True)
@click.option("--url", metavar="ADDRESS", help="The address the site will have: for its sitemap and canonical links.")
@AT_DATASET
def site(output: Path, url: str | None, path: Path | None) -> None:
    """Write the tree from which MkDocs or Zensical builds the site: a configuration and pages.

    Pages are made from the tables of the package; those that a project keeps in its `docs` folder
    join them. Only what changed is written. `pip install 'onrecord[docs]'` adds what it needs.

    \b
    Example:
      onrecord site
      onrecord site --at tests/samples --output build/samples
    """
    from .site import make

    held = dataset(path)
    docs = held.root if (held.root / "docs").is_dir() else None
    made = make(held, output, project=docs, url=url)
    say([f"{made.files:,} files in {shorten(made.output)}, {made.changed:,} changed"])


COMMANDS = (site,)
