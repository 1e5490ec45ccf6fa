"""The tutorial works as written: its files are saved, its commands run, and what they print is what it shows."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import onrecord
from onrecord.proof import prove

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorials" / "first-document.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]*)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
SECOND_WINDOW = "in a second window"
PATIENCE = 60.0
STOPPED = 130

pytestmark = pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="the tutorial is for a shell")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the page: what it is, what stands over it, where it begins."""

    kind: str
    title: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Run:
    """Commands of the page, what it shows of them, and what they did."""

    command: Block
    shown: str
    shown_status: int
    printed: str
    status: int


def blocks(page: str) -> list[Block]:
    return [Block(*found.groups(""), page.count("\n", 0, found.start()) + 1) for found in BLOCK.finditer(page)]


BLOCKS = blocks(PAGE.read_text(encoding="utf-8"))
COMMANDS = [block for block in BLOCKS if block.kind == "sh"]


def fits(shown: str, printed: str) -> bool:
    """Whether output is as shown, where `...` stands for any part of a line and, alone, for any lines."""
    lines = ("(?:.*\n)*?" if line == "..." else _fitting(line) for line in shown.splitlines())
    return re.fullmatch("".join(lines), printed) is not None


def _fitting(line: str) -> str:
    return ".*".join(map(re.escape, line.split("..."))) + "\n"


def edited(text: str, diff: str) -> str:
    """A text with the `-` lines of a diff replaced by its `+` lines; refused unless they stand in it once."""
    assert all(line[0] in "-+" for line in diff.splitlines()), diff
    old, new = ([line[1:] for line in diff.splitlines() if line[0] == sign] for sign in "-+")
    lines = text.splitlines()
    places = [at for at in range(len(lines)) if lines[at : at + len(old)] == old]
    assert len(places) == 1, f"not there, or not only once: {old}"
    lines[places[0] : places[0] + len(old)] = new
    return "".join(f"{line}\n" for line in lines)


class Reader:
    """Somebody who does what the page says, from top to bottom, in a new folder."""

    def __init__(self, folder: Path) -> None:
        self.here = folder / "reader"
        self.here.mkdir()
        programs = folder / "programs"
        programs.mkdir()
        for name, called in (("onrecord", "-m onrecord "), ("python", "")):
            (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {called}"$@"\n', encoding="utf-8")
            (programs / name).chmod(0o755)
        kept = {key: value for key, value in os.environ.items() if key in ("HOME", "TMPDIR", "SYSTEMROOT")}
        self.env = kept | {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONUTF8": "1",
        }

    def follow(self, page: list[Block]) -> list[Run]:
        """Do everything in order; returns what the commands did."""
        done = []
        for block, after in zip(page, [*page[1:], Block("", "", "", 0)], strict=True):
            if block.kind == "sh":
                done.append(self._run(block, after if after.kind == "text" else Block("text", "", "", 0)))
            elif block.kind == "diff":
                self._save(block.title, edited((self.here / block.title).read_text(encoding="utf-8"), block.body))
            elif block.kind != "text":
                self._save(block.title, block.body)
        return done

    def _save(self, name: str, text: str) -> None:
        assert name, f"a file without a name:\n{text}"
        (self.here / name).write_text(text, encoding="utf-8")

    def _run(self, command: Block, shown: Block) -> Run:
        status = int(shown.title.removeprefix("exit status ") or 0)
        if command.title == SECOND_WINDOW:
            return Run(command, shown.body, STOPPED, *self._watch(command.body, shown.body))
        done = subprocess.run(
            ["bash", "-e", "-c", command.body],
            cwd=self.here,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        return Run(command, shown.body, status, done.stdout, done.returncode)

    def _watch(self, command: str, shown: str) -> tuple[str, int]:
        """Start a command that does not end, wait for what the page shows, and press Ctrl-C."""
        screen = self.here.parent / "screen"
        with screen.open("wb") as out:
            running = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.here,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            deadline = time.monotonic() + PATIENCE
            while running.poll() is None and time.monotonic() < deadline:
                if fits(shown, screen.read_text(encoding="utf-8")):
                    running.send_signal(signal.SIGINT)
                    running.wait(PATIENCE)
                time.sleep(0.05)
        finally:
            running.kill()
            running.wait()
        return screen.read_text(encoding="utf-8"), running.returncode


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    for library, extra in (("sentencex", "text"), ("watchfiles", "watch"), ("frictionless", "build")):
        pytest.importorskip(library, reason=f"the tutorial needs: pip install 'onrecord[{extra}]'")
    return Reader(tmp_path_factory.mktemp("tutorial"))


@pytest.fixture(scope="module")
def runs(reader: Reader) -> dict[int, Run]:
    return {run.command.line: run for run in reader.follow(BLOCKS)}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda block: f"line {block.line}: {block.body.splitlines()[0]}")
def test_command_does_what_the_page_shows(command: Block, runs: dict[int, Run]) -> None:
    run = runs[command.line]
    assert fits(run.shown, run.printed), f"shown:\n{run.shown}\nprinted:\n{run.printed}"
    assert run.status == run.shown_status


def test_page_leads_to_a_verified_package(reader: Reader, runs: dict[int, Run]) -> None:
    ds = onrecord.load(reader.here)
    proof = prove(ds, reader.here / "ferry.txt")
    assert proof.findings == []
    assert [dict(standing.counts) for standing in proof.standings] == [{"exact": 44}]


def test_no_sentence_of_the_text_is_in_what_was_built(reader: Reader, runs: dict[int, Run]) -> None:
    text = (reader.here / "ferry.txt").read_text(encoding="utf-8").split("\n\n", 2)[2]
    sentences = [said for said in re.split(r"(?<=[.”])\s+", text) if said.strip()]
    files = [file for file in reader.here.rglob("*") if file.is_file() and file.name != "ferry.txt"]
    kept = b"\n".join(file.read_bytes() for file in files)
    assert len(sentences) > 6
    assert [said for said in sentences if said.rstrip(".").encode() in kept] == []


def test_page_shows_mistakes_and_mends_them(runs: dict[int, Run]) -> None:
    failing = [code for run in runs.values() if run.status == 1 for code in re.findall(r"\bOR\d{3}\b", run.shown)]
    assert {"OR308", "OR341", "OR601"} <= set(failing)
    assert [run.printed for run in runs.values() if run.printed.startswith("package in ")][-1].endswith("0 problems\n")


def test_every_block_is_one_that_a_reader_can_act_on() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(BLOCKS) * 2 == len(re.findall("^```", page, re.MULTILINE))
    assert {block.kind for block in BLOCKS} == {"sh", "text", "yaml", "diff", "python"}
    assert [block.line for block in BLOCKS if block.kind in ("yaml", "diff", "python") and not block.title] == []


def test_extras_that_the_page_asks_for_are_there() -> None:
    [named] = re.findall(r"`pip install '\.\[([a-z,]+)\]'`", PAGE.read_text(encoding="utf-8"))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(named.split(",")) <= set(extras)


@pytest.mark.parametrize(
    ("shown", "printed", "whether"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("a ... c\n", "a b c\n", True),
        ("a ... c\n", "a b\nb c\n", False),
        ("", "a\n", False),
    ],
)
def test_output_is_held_against_what_is_shown(shown: str, printed: str, whether: bool) -> None:
    assert fits(shown, printed) is whether


def test_change_is_made_where_its_lines_stand_once() -> None:
    assert edited("a: 1\nb: 2\n", "-b: 2\n+b: 3\n+\n+c: 4\n") == "a: 1\nb: 3\n\nc: 4\n"
    for text in ("a: 1\n", "b: 2\nb: 2\n", "ab: 2\n", "b: 20\n"):
        with pytest.raises(AssertionError, match="not only once"):
            edited(text, "-b: 2\n+b: 3\n")
