"""Finished sites for tests: the tree that `onrecord site` writes, built by MkDocs or Zensical, and sealed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import onrecord
from browser import missing
from onrecord.cli import program
from onrecord.site import make
from onrecord.site.assets import BROWSER
from onrecord.site.seal import seal

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "samples"
QUIET = {"NO_MKDOCS_2_WARNING": "1"}
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def tree(dataset: Path, folder: Path, project: Path | None = ROOT, url: str | None = None) -> Path:
    """Write the tree of the site over a dataset, with the project's own pages."""
    if not (BROWSER / "vendor" / "lit-html.js").is_file():
        missing("there are no vendored scripts: run `make vendor`")
    make(onrecord.load(dataset), folder, project=project, url=url, program=program)
    return folder


def built(folder: Path, builder: str = "mkdocs") -> tuple[Path, str]:
    """Build a tree, warnings being errors; the finished site, and what the builder said."""
    command = [sys.executable, "-m", builder, "build", "--strict"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, **QUIET}, timeout=600)
    words = _COLOUR.sub("", said.stdout + said.stderr)
    assert said.returncode == 0, words
    return folder / "site", words


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the sample corpus and this project's pages: `tree/` and, sealed, `tree/site/`.

    It is built once, whichever of the processes that run tests comes first; the others wait for it.
    """
    pytest.importorskip("mkdocs", reason="needs the packages of requirements/dev.lock")
    place = tmp_path_factory.getbasetemp()
    folder = (place.parent if "PYTEST_XDIST_WORKER" in os.environ else place) / "finished"
    try:
        folder.mkdir()
    except FileExistsError:
        return _awaited(folder)
    try:
        seal(built(tree(SAMPLES, folder / "tree"))[0])
    except BaseException as error:
        (folder / "failed").write_text(str(error), encoding="utf-8")
        raise
    (folder / "done").touch()
    return folder


def _awaited(folder: Path) -> Path:
    for _ in range(3_000):
        if (folder / "failed").is_file():
            pytest.fail("the site could not be built: " + (folder / "failed").read_text(encoding="utf-8"))
        if (folder / "done").is_file():
            return folder
        time.sleep(0.2)
    pytest.fail("the process that builds the site did not end")


@pytest.fixture(scope="session")
def site(finished: Path) -> Path:
    """The finished, sealed site of the sample corpus."""
    return finished / "tree" / "site"


def file_of(folder: Path, path: str) -> Path:
    """The file behind an address of a finished site."""
    return folder / path if path.endswith(".html") else folder / path / "index.html"


def paths(folder: Path) -> list[str]:
    """The addresses of all pages of a finished site, from its root: `` is the home page."""
    return sorted(path.relative_to(folder).as_posix().removesuffix("index.html") for path in folder.rglob("*.html"))
