"""Watching: records are checked again on every save, whatever an editor does to the files meanwhile."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from onrecord.check import Checked
from onrecord.cli import program
from onrecord.coverage import Tally
from onrecord.errors import BuildError, LoadError
from onrecord.finding import Finding, Location, Severity
from onrecord.watching import SHOWN, Look, _Eye, draw_look, signature

THERE = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
PATIENCE = 60.0  # seconds to wait for output; on a quiet machine it comes within one
STANDING = "1 document; 4 statements; 3 claims; units: 8 covered, 0 waived, 0 open"


def finding(message: str, line: int = 1, code: str = "OR104", file: str = "r/agents.yaml") -> Finding:
    return Finding(code, "some-rule", Severity.ERROR, message, "mend it", Location(file, line), "agents", message)


def look(*findings: Finding, before: tuple[Finding, ...] | None = (), skipped: tuple[str, ...] = ()) -> Look:
    checked = Checked(findings, 12, {"documents": 1, "statements": 2, "claims": 1}, skipped)
    units = Tally(covered=3, open=2, waived={"heading": 1, "frame": 1})
    return Look("12:30:05", "r", checked, units, complete=not skipped, before=before)


def drawn(said: Look) -> list[str]:
    return [str(line) for line in draw_look(said)]


# A look as text


def test_first_look_has_findings_and_counts_and_nothing_new() -> None:
    assert drawn(look(finding("a"), before=None)) == [
        "12:30:05  r: 1 problem in 12 records",
        "r/agents.yaml:1:1: OR104 some-rule: a",
        "  help: mend it",
        "1 document; 2 statements; 1 claim; units: 3 covered, 2 waived, 2 open",
    ]


def test_later_looks_say_what_is_new_and_what_was_mended() -> None:
    a, b, c = finding("a"), finding("b"), finding("c")
    assert drawn(look(b, c, before=(a, b)))[:-1] == [
        "12:30:05  r: 2 problems in 12 records; 1 new, 1 mended",
        "new:",
        "r/agents.yaml:1:1: OR104 some-rule: c",
        "  help: mend it",
        "still there:",
        "r/agents.yaml:1:1: OR104 some-rule: b",
        "  help: mend it",
        "mended:",
        "  r/agents.yaml:1:1: OR104 some-rule: a",
    ]


def test_finding_that_moved_to_another_line_is_not_new() -> None:
    said = drawn(look(finding("a", line=7), before=(finding("a", line=3),)))
    assert said[:2] == ["12:30:05  r: 1 problem in 12 records", "r/agents.yaml:7:1: OR104 some-rule: a"]


def test_same_fault_twice_is_new_once_when_it_was_there_once() -> None:
    assert drawn(look(finding("a"), finding("a", 2), before=(finding("a"),)))[0].endswith(
        "2 problems in 12 records; 1 new"
    )


def test_findings_of_rules_that_wait_are_not_called_mended() -> None:
    said = drawn(look(before=(finding("a", code="OR202"), finding("b")), skipped=("OR202",)))
    assert said[0] == "12:30:05  r: 0 problems in 12 records; 1 mended"
    assert "1 rule not judged while records cannot be read" in said
    assert said[-1].endswith("; of what can be read")


def test_findings_in_a_file_that_cannot_be_read_are_not_called_mended() -> None:
    unreadable = finding("not YAML", code="OR001")
    other = finding("b", file="r/claims.yaml")
    said = drawn(look(unreadable, before=(finding("a"), other)))
    assert said[0] == "12:30:05  r: 1 problem in 12 records; 1 new, 1 mended"
    assert said[-2] == "  r/claims.yaml:1:1: OR104 some-rule: b"


def test_long_lists_end_with_how_many_more_there_are_and_new_ones_come_first() -> None:
    many = tuple(finding(f"f{number}") for number in range(SHOWN + 30))
    said = drawn(look(*many, before=many[:-1]))
    assert said[1:3] == ["new:", f"r/agents.yaml:1:1: OR104 some-rule: f{SHOWN + 29}"]
    assert sum("some-rule" in line for line in said) == SHOWN
    assert "  and 30 more: `onrecord check` shows all" in said


def test_open_placeholders_are_counted() -> None:
    said = drawn(look(*(finding(f"p{number}", code="OR016") for number in range(3))))
    assert said[-1].endswith("; units: 3 covered, 2 waived, 2 open; 3 placeholders open")


def test_records_that_cannot_be_read_at_all_are_a_look_too() -> None:
    said = drawn(Look("12:30:05", "r", refused=LoadError("there is no folder r", help="make one")))
    assert said == ["12:30:05  r cannot be read: there is no folder r", "  help: make one"]


def test_nothing_in_a_finding_drives_the_terminal() -> None:
    said = drawn(look(finding("\x1b[2J\u202eevil"), before=(finding("\x1b[3J"),)))
    assert not any("\x1b" in line or "\u202e" in line for line in said)


# Looking


def headline(said: Look) -> str:
    """The first line of a look, without time, folder and number of records."""
    return re.sub(r"^.*?records: | in \d+ records", "", drawn(said)[0])


@pytest.fixture
def records(built_project: Path) -> Path:
    return built_project / "claims" / "records"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def offered(records: Path, schema: str = "mentions", name: str = "KnownAgent") -> list[str]:
    file = records.parent.parent / "schema" / f"{schema}.schema.json"
    return list(json.loads(file.read_bytes())["definitions"][name]["enum"])


def test_looks_remember_what_was_found_before(records: Path) -> None:
    eye = _Eye(records)
    assert eye.look().before is None
    edit(records / "agents.yaml", "kind: organisation", "kind: organization")
    worse = eye.look()
    edit(records / "agents.yaml", "kind: organization", "kind: organisation")
    better = eye.look()
    assert (worse.before, better.before) == ((), worse.checked.findings)
    assert [f.code for f in worse.checked.findings] == ["OR104"]
    assert headline(better) == "0 problems; 1 mended" and drawn(better)[-1] == STANDING


def test_fault_that_could_not_be_judged_for_a_while_is_neither_mended_nor_new(records: Path) -> None:
    eye = _Eye(records)
    edit(records / "crane" / "mentions.yaml", "agent_id: the-company", "agent_id: no-company")
    assert headline(eye.look()) == "1 problem"
    sound = (records / "claims.yaml").read_bytes()
    (records / "claims.yaml").write_bytes(b"claims: [")
    assert headline(eye.look()).endswith("; 1 new")
    (records / "claims.yaml").write_bytes(sound)
    assert headline(eye.look()) == "1 problem; 1 mended"


def test_fault_of_a_record_that_cannot_be_read_for_a_while_is_neither_mended_nor_new(records: Path) -> None:
    eye, statements = _Eye(records), records / "crane" / "statements.yaml"
    edit(statements, "value: 40", "value: 41")
    assert "OR5" in " ".join(drawn(eye.look()))
    edit(statements, "kind: cardinal", "kind: cardnal")
    assert headline(eye.look()).endswith("; 1 new")
    edit(statements, "kind: cardnal", "kind: cardinal")
    assert headline(eye.look()).endswith("; 1 mended")


def test_new_ids_are_offered_to_editors_at_once(records: Path) -> None:
    eye = _Eye(records)
    assert eye.look().notes == ()
    agents = records / "agents.yaml"
    agents.write_text(agents.read_text() + "- {id: harbour-board, name: Harbour board, kind: body}\n")
    [note] = eye.look().notes
    assert note.startswith("schema/ written anew: document.schema.json, mentions.schema.json")
    assert "harbour-board" in offered(records)
    before = (records.parent.parent / "schema" / "mentions.schema.json").stat().st_mtime_ns
    assert eye.look().notes == ()
    assert (records.parent.parent / "schema" / "mentions.schema.json").stat().st_mtime_ns == before


def test_ids_stay_on_offer_while_their_records_have_a_fault_or_a_file_cannot_be_read(records: Path) -> None:
    eye = _Eye(records)
    eye.look()
    edit(records / "agents.yaml", "kind: organisation", "kind: organization")
    assert eye.look().notes == () and "the-company" in offered(records)
    (records / "agents.yaml").write_text("agents: [")
    assert eye.look().notes == () and "the-company" in offered(records)


def test_no_schemas_are_written_where_there_are_none(records: Path) -> None:
    shutil.rmtree(records.parent.parent / "schema")
    assert _Eye(records).look().notes == ()
    assert not (records.parent.parent / "schema").exists()


def test_schemas_that_cannot_be_written_now_are_written_next_time(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise BuildError("another build is at work")

    (records.parent.parent / "schema" / "mentions.schema.json").unlink()
    eye = _Eye(records)
    with monkeypatch.context() as patched:
        patched.setattr("onrecord.watching.publication", busy)
        assert eye.look().notes == ("schema/ is as it was: another build is at work",)
    assert eye.look().notes == ("schema/ written anew: mentions.schema.json",)


def test_signature_tells_every_change_of_a_records_file_and_no_other(records: Path) -> None:
    seen = [signature(records)]
    (records / "notes.txt").write_text("x")
    (records / ".hidden.yaml.swp").write_text("x")
    (records / "crane" / "coders").mkdir()
    assert signature(records) == seen[0]
    (records / "agents.yaml").write_bytes((records / "agents.yaml").read_bytes() + b"\n")
    seen.append(signature(records))
    (records / "copy").write_bytes((records / "agents.yaml").read_bytes())
    (records / "copy").replace(records / "agents.yaml")
    seen.append(signature(records))
    (records / "crane" / "digests.sha256").unlink()
    seen.append(signature(records))
    (records / "empty").mkdir()
    seen.append(signature(records))
    shutil.rmtree(records)
    seen.append(signature(records))
    assert len({tuple(sorted(said.items())) for said in seen}) == len(seen)


# The command


class Watching:
    """A running `onrecord watch`, and the lines it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.lines, self.all = process, queue.Queue[str](), list[str]()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, words: str) -> list[str]:
        """The lines up to one that has these words."""
        seen: list[str] = []
        until = time.monotonic() + PATIENCE
        while not seen or words not in seen[-1]:
            try:
                seen.append(self.lines.get(timeout=max(0.01, until - time.monotonic())))
            except queue.Empty:
                pytest.fail(f"{words!r} was not printed; what was: {self.all + seen}")
        self.all += seen
        return seen


@contextmanager
def watching(project: Path, **env: str) -> Iterator[Watching]:
    command = [sys.executable, "-m", "onrecord", "watch"]
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=project, env=THERE | env, text=True, encoding="utf-8", **out) as process:  # type: ignore[call-overload]
        try:
            yield Watching(process)
        finally:
            if process.poll() is None:
                process.kill()


def interrupted(said: Watching) -> tuple[int, str]:
    """Press Ctrl-C: the exit code, and what was said on the way out."""
    said.process.send_signal(signal.SIGINT)
    assert said.process.stderr is not None
    words = said.process.stderr.read()
    return said.process.wait(PATIENCE), words


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_every_save_is_checked_and_ctrl_c_ends_it(built_project: Path) -> None:
    records = built_project / "claims" / "records"
    with watching(built_project) as said:
        assert "0 problems in" in said.until("records:")[0]
        assert said.until("units:") == [STANDING]
        edit(records / "agents.yaml", "kind: organisation", "kind: organization")
        assert "OR104" in " ".join(said.until("1 document"))
        (records / "agents.yaml").write_text("agents:\n  - {id: ada")  # saved half-way
        assert "OR001" in " ".join(said.until("of what can be read"))
        said.process.send_signal(signal.SIGINT)
        assert said.process.wait(PATIENCE) == 130
        assert said.process.stderr is not None and said.process.stderr.read() == ""
    assert not any("\x1b" in line for line in said.all)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_editors_that_rename_and_folders_that_go_and_come_are_survived(built_project: Path) -> None:
    records = built_project / "claims" / "records"
    with watching(built_project) as said:
        said.until("units:")
        shutil.copy(records / "agents.yaml", records / ".agents.yaml.part")
        edit(records / ".agents.yaml.part", "name: Ada Lind", "name: Ada M. Lind")
        edit(records / ".agents.yaml.part", "kind: organisation", "kind: organization")
        (records / ".agents.yaml.part").replace(records / "agents.yaml")
        assert "OR104" in " ".join(said.until("units:"))
        shutil.move(built_project / "claims", built_project / "away")
        assert "there is no folder" in said.until("help:")[-2]
        shutil.copytree(built_project / "away", built_project / "claims")
        said.until("1 problem in")
        edit(records / "agents.yaml", "kind: organization", "kind: organisation")
        said.until("0 problems in")
        assert interrupted(said) == (130, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_folders_can_be_looked_through_where_nobody_tells_of_changes(built_project: Path) -> None:
    """Polling, for network drives, is chosen by the environment. Waiting costs next to no time of the processor."""
    with watching(built_project, WATCHFILES_FORCE_POLLING="1") as said:
        said.until("units:")
        process = psutil.Process(said.process.pid)
        time.sleep(1)
        before = process.cpu_times().user
        time.sleep(2)
        assert process.cpu_times().user - before < 0.6
        edit(built_project / "claims" / "records" / "agents.yaml", "kind: organisation", "kind: organization")
        said.until("1 problem in")
        assert interrupted(said) == (130, "")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a terminal of a Linux system")
def test_terminal_is_cleared_before_each_look(built_project: Path) -> None:
    main, end = os.openpty()
    command = [sys.executable, "-m", "onrecord", "watch"]
    with subprocess.Popen(command, cwd=built_project, env=THERE | {"TERM": "xterm"}, stdout=end) as process:
        os.close(end)
        shown = b""
        while b"units:" not in shown:
            shown += os.read(main, 65536)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
    os.close(main)
    assert shown.startswith(b"\x1b[2J")


def test_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    said = CliRunner().invoke(program, ["watch", str(tmp_path / "nowhere")])
    assert said.exit_code == 2 and "there is no folder" in said.output


def test_missing_library_is_named_with_its_extra(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    said = CliRunner().invoke(program, ["watch", str(built_project)])
    assert said.exit_code == 2
    assert said.output == "error: watchfiles is not installed\n  help: pip install 'onrecord[watch]'\n"
