"""What the README shows is run: Python, SQL and shell against the dataset, R where there is an R."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

import onrecord
from onrecord.cli import program
from onrecord.package import build

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
LINES = [line.split("  #")[0].strip() for kind, said in SNIPPETS if kind == "sh" for line in said.splitlines()]


def said_in(language: str) -> list[str]:
    return [said for kind, said in SNIPPETS if kind == language]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's records in a folder of their own, built, so that no snippet can touch the real tables."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "claims" / "records", root / "claims" / "records")
    shutil.copytree(ROOT / "tests" / "samples", root / "tests" / "samples")
    build(root, root, frictionless=False)
    return root


@pytest.fixture
def here(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That project as the current folder, and its dataset as the one that comes along."""
    monkeypatch.chdir(checkout)
    monkeypatch.setattr("onrecord.opening.bundled", lambda: checkout)
    return checkout


def test_readme_has_a_snippet_of_every_kind() -> None:
    assert {kind for kind, _ in SNIPPETS} == {"sh", "python", "sql", "r"}


@pytest.mark.parametrize("code", said_in("python"), ids=["onrecord", "pandas"])
def test_python_runs(code: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if "pandas" in code:
        pytest.importorskip("pandas", reason="pandas is not installed: pip install 'onrecord[pandas]'")
    exec(compile(code, "README.md", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) > 3


@pytest.mark.parametrize("query", said_in("sql"))
def test_sql_runs_and_finds_rows(query: str, here: Path) -> None:
    assert duckdb.sql(query).fetchall()


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("onrecord ")])
def test_shell_runs(line: str, here: Path) -> None:
    words = shlex.split(line)[1:] + (["--no-frictionless"] if line == "onrecord build" else [])
    done = CliRunner().invoke(program, words)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()


def test_output_shown_is_what_the_command_before_it_prints(here: Path) -> None:
    pair = r"^```sh\nonrecord ([^\n]*)\n```\n\n```\n(.*?)^```$"
    [(command, shown)] = re.findall(pair, README, re.MULTILINE | re.DOTALL)
    printed = CliRunner().invoke(program, shlex.split(command)).stdout.splitlines()
    for line in shown.splitlines():
        assert any(line[4:].lstrip("├└─ │") in said for said in printed), line


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_has_what_is_named(line: str) -> None:
    assert f"\n{line.removeprefix('make ')}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_line_of_shell_is_run_or_known_to_make() -> None:
    assert all(line.startswith(("make ", "onrecord ")) for line in LINES if line)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R here to run it with")
@pytest.mark.parametrize("code", said_in("r"))
def test_r_parses(code: str) -> None:
    parse = 'invisible(parse(text = readLines(file("stdin"))))'
    subprocess.run(["Rscript", "-e", parse], input=code, text=True, check=True)


@pytest.mark.parametrize("command", re.findall(r"`onrecord ([a-z]+)", README))
def test_commands_named_in_the_text_are_there(command: str) -> None:
    assert command in program.commands


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(((?!https?:)[^)#]+)\)", README))))
def test_links_lead_somewhere(target: str, here: Path) -> None:
    assert (ROOT / target).exists() or (here / target).exists()  # generated files are there once it is built


def test_picture_shows_the_chain_that_the_dataset_has(here: Path) -> None:
    said = "".join(ElementTree.parse(ROOT / "docs" / "chain.svg").getroot().itertext())
    ds = onrecord.load()
    [statement] = re.findall(r"un-experts-letter-1988\.s\d+", said)
    claim = ds.claim(ds.statement(statement).claim_id or "")
    assert claim.proposition in said
    for voice in ds.chain(statement):
        assert voice.agent.name.split(" (")[0] in said and voice.act in said and f"({voice.factuality})" in said
        if voice.cue:
            assert f"“{voice.cue.excerpt}”, {voice.cue.start}–{voice.cue.end}" in said
