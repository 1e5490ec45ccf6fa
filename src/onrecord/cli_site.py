"""The command line: the documentation site."""

from __future__ import annotations

from pathlib import Path

import click

from .program import AT_DATASET, PathParam, dataset, say, shorten

OUTPUT = Path("build/site")


@click.command(short_help="Write the pages of the documentation site; seal the finished one.")
@click.option("--output", type=PathParam(path_type=Path, file_okay=False), default=OUTPUT, show_default=True)
@click.option("--url", metavar="ADDRESS", help="The address the site will have: for its sitemap and canonical links.")
@click.option(
    "--seal", "finished", metavar="FOLDER", type=PathParam(path_type=Path, file_okay=False, exists=True),
    help="Check the finished HTML there and give each page its Content-Security-Policy; write no pages.",
)  # fmt: skip
@AT_DATASET
def site(output: Path, url: str | None, finished: Path | None, path: Path | None) -> None:
    """Write the tree from which MkDocs or Zensical builds the site: a configuration and pages.

    Pages are made from the tables of the package; those that a project keeps in its `docs` folder
    join them. Only what changed is written. `pip install 'onrecord[docs]'` adds what it needs.

    \b
    Example:
      onrecord site
      mkdocs build --config-file build/site/mkdocs.yml --site-dir ../../site
      onrecord site --seal site
    """
    if finished is not None:
        from .site.seal import seal

        sealed = seal(finished)
        say([f"{sealed.pages:,} pages in {shorten(finished)} hold nothing active but the theme's scripts and ours"])
        return
    from .site import make
    from .site.assets import lacking

    held = dataset(path)
    docs = held.root if (held.root / "docs").is_dir() else None
    root = click.get_current_context().find_root().command
    made = make(held, output, project=docs, url=url, program=root if isinstance(root, click.Group) else None)
    say([f"{made.files:,} files in {shorten(made.output)}, {made.changed:,} changed"])
    if lacking():
        click.echo(f"the explorer will not run without {' and '.join(lacking())}: run `make vendor`", err=True)


COMMANDS = (site,)
