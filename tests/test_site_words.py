"""Spelling of what is written by hand: pages, templates, and the words of the program that pages show.

The records are not corrected: their words are others'.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "onrecord"
PLACES = (
    ROOT / "docs",
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "claims/README.md")),
    PACKAGE / "site",
    PACKAGE / "browser",
    PACKAGE / "model",
    PACKAGE / "rules",
    PACKAGE / "vocabulary.py",
    *sorted(PACKAGE.glob("cli*.py")),
)
# Names in scripts and patterns that look like words.
KNOWN = "onText,nd,Nd"


def misspelt(*places: Path) -> list[str]:
    """The lines with a word that is known as a mistake, with what was meant."""
    pytest.importorskip("codespell_lib", reason="needs the packages of requirements/dev.lock")
    command = [sys.executable, "-m", "codespell_lib", "--builtin", "clear,rare,informal", "--skip", "*/vendor/*,*.svg"]
    there = [str(place) for place in places if place.exists()]
    said = subprocess.run([*command, "-L", KNOWN, *there], capture_output=True, text=True, timeout=120)
    assert said.returncode in (0, 65), said.stderr
    return said.stdout.splitlines()


def test_no_word_is_misspelt() -> None:
    assert misspelt(*PLACES) == []


def test_a_misspelt_word_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("A quotation is " + "seper" + "ated by its marks.\n", encoding="utf-8")
    assert len(misspelt(page)) == 1
