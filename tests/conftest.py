"""A small dataset about a fallen crane, as records and as a built package."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.anchor import digests
from onrecord.package import build
from onrecord.records import load_texts
from onrecord.rules.example import TEXT, example
from onrecord.source import canonical

PACKAGE = """
name: crane
title: The crane at North Quay
description: A small dataset for tests.
version: 1.2.3
licenses:
  - {name: CC-BY-4.0, title: Creative Commons Attribution 4.0, path: "https://creativecommons.org/licenses/by/4.0/"}
contributors:
  - {title: The testers, roles: [author]}
"""


def write_records(project: Path, patch: str = "") -> Path:
    """Write the example dataset, with a patch laid over it, as the records of a project."""
    folder = project / "claims" / "records"
    files = example(patch) | {"package.yaml": PACKAGE.encode()}
    records = load_texts(example(patch), pad_digests=True).records
    files["crane/digests.sha256"] = digests(canonical(TEXT.encode()), records).encode()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return project


@pytest.fixture(scope="session")
def crane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the example dataset built in it. Shared: tests do not change it."""
    project = write_records(tmp_path_factory.mktemp("crane"))
    build(project, project, frictionless=False)
    return project
