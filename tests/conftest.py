"""Projects for tests: the example dataset of the rules, written out as a project with real digests."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from onrecord.package import build
from onrecord.rules.example import TEXT, example
from onrecord.span import digest_of, read_spans, words_at

pytest_plugins = ["browser", "finished_site"]

PACKAGE = """\
name: crane
title: The crane at North Quay
description: An invented report, for tests.
version: 0.1.0
created: "2021-03-05T00:00:00Z"
keywords: [harbour]
licenses:
  - {name: CC-BY-4.0, title: Attribution 4.0, path: "https://example.org/by", scope: data}
contributors:
  - {title: Test writers, roles: [author]}
"""
_ANCHOR = re.compile(rb"([0-9]+-[0-9]+(?:;[0-9]+-[0-9]+)*) [0-9a-f]{16}")


def write_records(root: Path, patch: str = "", package: str = PACKAGE) -> Path:
    """Write the example dataset, with a patch laid over it, below a project's root; returns the root."""
    records = root / "claims" / "records"
    files = example(patch)
    for name, raw in files.items():
        (records / name).parent.mkdir(parents=True, exist_ok=True)
        (records / name).write_bytes(raw)
    spans = sorted({found.decode() for raw in files.values() for found in _ANCHOR.findall(raw)})
    digests = "".join(f"{digest_of(words_at(TEXT, read_spans(said)))}  {said}\n" for said in spans)
    (records / "crane" / "digests.sha256").write_text(digests, encoding="utf-8")
    (records / "package.yaml").write_text(package, encoding="utf-8")
    return root


@pytest.fixture
def example_project(tmp_path: Path) -> Path:
    """A project that holds the example dataset as records, not yet built."""
    return write_records(tmp_path / "project")


@pytest.fixture(scope="session")
def crane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the example dataset built in it, for tests that only read it."""
    root = write_records(tmp_path_factory.mktemp("built") / "project")
    build(root, root, frictionless=False)
    return root


@pytest.fixture
def built_project(crane: Path, tmp_path: Path) -> Path:
    """A project that holds the example dataset, built; a test may do with it what it likes."""
    return Path(shutil.copytree(crane, tmp_path / "built"))


@pytest.fixture(scope="session")
def example_package(crane: Path) -> Path:
    """The same built project, under the name by which tests of packages know it."""
    return crane
