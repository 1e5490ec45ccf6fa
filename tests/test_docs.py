"""The hand-written pages: they build without a warning, and say what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.cli import program
from onrecord.dataset import load
from onrecord.rules import RULES
from onrecord.site import make
from onrecord.vocabulary import terms_of

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def test_pages_build_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason='mkdocs-material is in the extra "docs"')
    make(load(ROOT), tmp_path, project=ROOT, program=program)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(tmp_path / "mkdocs.yml")],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "codebook" / "index.html").is_file()


def test_every_decision_is_listed() -> None:
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    notes = {file.name for file in (DOCS / "decisions").glob("*.md")} - {"index.md"}
    assert set(re.findall(r"\]\(([^)]+\.md)\)", index)) - {"../design.md"} == notes


def test_design_names_every_module() -> None:
    design = (DOCS / "design.md").read_text(encoding="utf-8")
    package = ROOT / "src" / "onrecord"
    modules = {file.stem for file in package.glob("*.py")}
    drawers = {file.parent.name + "/" for file in package.glob("*/__init__.py")}
    assert {name for name in modules | drawers if f"`{name}`" not in design} == set()


def test_design_names_every_family_of_rules() -> None:
    design = (DOCS / "design.md").read_text(encoding="utf-8")
    assert {rule.code[:3] for rule in RULES} == set(re.findall(r"^\| (OR\d)xx", design, re.MULTILINE))


def test_codebook_explains_every_mode_and_factuality() -> None:
    codebook = (DOCS / "codebook.md").read_text(encoding="utf-8")
    for vocabulary in ("mode", "factuality"):
        assert [term for term in terms_of(vocabulary) if f"`{term}`" not in codebook] == []
