"""`onrecord check` of tables and JSON Lines: counts, samples, exit codes, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from onrecord.bulk.kinds import kind_at
from onrecord.bulk.memory import NoAmount, default_memory, engine_share, installed, read_memory
from onrecord.bulk.progress import amounts
from onrecord.bulk.workspace import ABANDONED, PREFIX, spill_folder, workspace
from onrecord.cli import program
from onrecord.engine import Engine
from onrecord.errors import BuildError, EngineError, LoadError
from onrecord.lock import LOCK
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.survey import Survey
from onrecord.survey.findings import SCHEMA
from onrecord.survey.judge import EngineJudge
from onrecord.tables import to_tables

THERE = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words], prog_name="onrecord")


def process(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onrecord", *map(str, words)]
    return subprocess.run(command, env=THERE | env, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """The example dataset as Parquet tables."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, rows in to_tables(load_texts(example(""), pad_digests=True).records).items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return folder


@pytest.fixture
def faulty(sound: Path) -> Path:
    """The same with seven agents that nothing refers to, and one reference to nowhere."""
    rows = pq.read_table(sound / "agents.parquet")
    more = [{"id": f"idle-{n}", "name": f"Idle {n}", "kind": "group", "note": None} for n in range(7)]
    pq.write_table(pa.concat_tables([rows, pa.Table.from_pylist(more, rows.schema)]), sound / "agents.parquet")
    roles = pq.read_table(sound / "roles.parquet")
    index = roles.column_names.index("agent_id")
    pq.write_table(
        roles.set_column(index, roles.schema.field("agent_id"), pa.array(["ada-lynd"])), sound / "roles.parquet"
    )
    return sound


# What is printed


def test_nothing_found_is_said_in_one_line_and_exits_0(sound: Path) -> None:
    said = run("check", sound)
    assert (said.exit_code, said.output) == (0, "0 problems in 62 records\n")


def test_counts_come_first_then_samples_then_totals(faulty: Path) -> None:
    said = run("check", faulty, "--samples", "2")
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "findings  severity  code   rule",
        "--------  --------  -----  -----------------",
        "       1  error     OR202  unknown-reference",
        "       7  warning   OR210  agent-without-use",
        "",
        "OR202 unknown-reference: 1 finding",
        "roles crane.role1: OR202 unknown-reference: `agent_id`: "
        'there is no "ada-lynd" in agents; did you mean `ada-lind`?',
        "  help: correct the id, or add the record to agents",
        "",
        "OR210 agent-without-use: 7 findings; the first 2",
        *said.output.splitlines()[10:13],
        "",
        "8 problems in 69 records (1 error, 7 warnings)",
    ]
    assert [line.split(":")[0] for line in said.output.splitlines()[10:12]] == ["agents idle-0", "agents idle-1"]
    assert run("check", faulty, "--exit-zero").exit_code == 0


def test_all_findings_go_into_the_file_that_is_named(faulty: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.parquet"
    said = run("check", faulty, "--samples", "0", "--findings", file)
    assert said.exit_code == 1 and said.output.splitlines()[-1] == f"all findings: {file}"
    assert pq.read_table(file).column("code").to_pylist() == ["OR202"] + ["OR210"] * 7


def test_an_address_for_findings_reaches_spark_as_it_is_and_is_refused_here(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = pytest.importorskip("onrecord.spark.running", reason="needs the extra `spark`")
    asked: list[object] = []

    def survey(*_: object, findings: object, **__: object) -> Survey:
        asked.append(findings)
        return Survey(())

    monkeypatch.setattr(running, "check_on_spark", survey)
    assert run("check", sound, "--engine", "spark", "--findings", "hdfs:///findings").exit_code == 0
    assert asked == ["hdfs:///findings"]
    for words in (["check", sound], ["build", sound, "--to", sound.parent / "release"]):
        said = run(*words, "--findings", "hdfs:///findings")
        assert said.exit_code == 2 and "only Spark writes to an address" in said.output


def test_json_has_counts_samples_and_rows(faulty: Path) -> None:
    said = run("check", faulty, "--samples", "3", "--output-format", "json")
    data = json.loads(said.output)
    assert data["counts"] == [
        {"code": "OR202", "name": "unknown-reference", "severity": "error", "count": 1},
        {"code": "OR210", "name": "agent-without-use", "severity": "warning", "count": 7},
    ]
    assert [finding["key"] for finding in data["findings"]] == ["crane.role1", "idle-0", "idle-1", "idle-2"]
    assert (data["errors"], data["warnings"], data["skipped"], data["records"]) == (1, 7, [], 69)
    assert data["rows"]["agents"] == 11 and said.exit_code == 1


def test_sarif_and_github_take_the_samples(faulty: Path) -> None:
    sarif = json.loads(run("check", faulty, "--samples", "1", "--output-format", "sarif").output)
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["OR202", "OR210"]
    lines = run("check", faulty, "--samples", "1", "--output-format", "github").output.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning"]


def test_a_package_is_checked_by_its_tables(crane: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(crane, package, ignore=shutil.ignore_patterns("records"))
    for path in (package, package / "datapackage.json"):
        said = run("check", path)
        assert (said.exit_code, said.output) == (0, "0 problems in 62 records\n")


def test_faults_in_json_lines_stand_at_their_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(
        '{"agents": [{"id": "ada", "name": "Ada", "kind": "person"}]}\n'
        '{"agents": [{"id": "idle", "name": "Idle", "kind": "group"}, {"id": "x", "name": "X", "kind": "ghost"}]}\n'
        '{"topics": [{"id": "t", "label": "T", "colour": "red"}]}\n',
        encoding="utf-8",
    )
    said = run("check", file, "--output-format", "json", "--findings", tmp_path / "all.parquet")
    data = json.loads(said.output)
    places = {(f["code"], f["key"]): (f["location"] or {}).get("line") for f in data["findings"]}
    assert said.exit_code == 1
    assert places[("OR104", "x")] == 2 and places[("OR102", "t")] == 3, places
    assert all(f["location"]["file"] == str(file) for f in data["findings"])
    rows = pq.read_table(tmp_path / "all.parquet").to_pylist()
    assert {(row["code"], row["record_id"]): row["line"] for row in rows} == places


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("x.jsonl", b"", "jsonl"),
        ("x.ndjson.zst", b"", "jsonl"),
        ("lines", b'{"agents": []}', "jsonl"),
        ("packed", b"\x1f\x8b\x08\x00", "jsonl"),
        ("x.parquet", b"", "parquet"),
        ("datapackage.json", b"{}", "package"),
        ("agents.yaml", b"{}", "records"),
        ("notes.txt", b"agents", "records"),
        ("nowhere", None, "records"),
    ],
)
def test_what_a_file_is(name: str, raw: bytes | None, kind: str, tmp_path: Path) -> None:
    if raw is not None:
        (tmp_path / name).write_bytes(raw)
    assert kind_at(tmp_path / name) == kind


def test_one_table_alone_is_no_dataset(sound: Path) -> None:
    said = run("check", sound / "units.parquet")
    assert said.exit_code == 2 and "help: name the folder that holds all tables" in said.stderr


# What cannot be run


def test_faults_of_the_files_are_one_error_and_exit_2(sound: Path) -> None:
    (sound / "units.parquet").write_bytes(b"PAR1")
    (sound / "claims.parquet").unlink()
    said = run("check", sound)
    assert said.exit_code == 2 and said.stdout == ""
    lines = said.stderr.splitlines()
    assert lines[0] == f"error: the tables in {sound} cannot be taken as they are"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["units.parquet", "claims", "help"]


def test_hostile_names_of_files_do_not_drive_the_terminal(sound: Path) -> None:
    (sound / "units.parquet").unlink()
    (sound / "units").mkdir()
    (sound / "units" / "\x1b[2J\u202e\n.parquet").write_bytes(b"")
    said = run("check", sound)
    assert said.exit_code == 2 and "\x1b" not in said.output and "\u202e" not in said.output
    assert "units/<U+001B>[2J<U+202E>" in said.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--memory", "2 apples"], "'2 apples' is not an amount of memory"),
        (["--memory", "1MB"], "1MB is too little memory"),
        (["--memory", "9" * 400 + "TB"], "is not an amount of memory"),
        (["--samples", "-1"], "Invalid value for '--samples'"),
        (["--engine", "abacus"], "Invalid value for '--engine'"),
        (["--at", "elsewhere"], "two folders are given"),
    ],
)
def test_options_that_make_no_sense_are_refused(sound: Path, words: list[str], told: str) -> None:
    said = run("check", sound, *words)
    assert said.exit_code == 2 and told in said.stderr and "help" in said.stderr


def test_options_of_tables_are_refused_for_records_in_yaml(example_project: Path) -> None:
    said = run("check", example_project, "--memory", "2GB", "--samples", "3")
    assert said.exit_code == 2 and "--memory, --samples: only for tables and JSON Lines" in said.stderr
    assert run("check", example_project).exit_code == 0


def test_work_goes_into_the_folder_that_is_named_and_findings_cannot_go_into_a_folder(
    sound: Path, tmp_path: Path
) -> None:
    assert run("check", sound, "--work", tmp_path / "a" / "work").exit_code == 0
    assert list((tmp_path / "a" / "work").iterdir()) == []
    (tmp_path / "file").touch()
    said = run("check", sound, "--work", tmp_path / "file")
    assert said.exit_code == 2 and "cannot work in" in said.stderr and "it is not a folder" in said.stderr
    assert run("check", sound, "--findings", tmp_path).exit_code == 2


@pytest.mark.parametrize("lines", [False, True])
def test_findings_are_never_written_over_what_is_checked(lines: bool, faulty: Path, tmp_path: Path) -> None:
    place = faulty / "agents.parquet"
    if lines:
        faulty = place = tmp_path / "records.jsonl"
        place.write_text('{"agents": [{"id": "ada", "name": "Ada", "kind": "person"}]}\n')
    before = place.read_bytes()
    said = run("check", faulty, "--findings", place)
    assert said.exit_code == 2 and "is there already and holds no findings" in said.stderr and "help: " in said.stderr
    assert place.read_bytes() == before
    for _ in range(2):
        assert run("check", faulty, "--findings", tmp_path / "found.parquet").exit_code == 1


def test_a_damaged_page_is_said_with_its_file(sound: Path) -> None:
    file = sound / "anchors.parquet"
    raw = bytearray(file.read_bytes())
    raw[4:40] = b"\xff" * 36
    file.write_bytes(raw)
    said = run("check", sound)
    assert said.exit_code == 2 and f"{file} is damaged" in said.stderr and len(said.stderr.splitlines()) == 2


# Memory, progress, folders


def test_amounts_of_memory() -> None:
    assert read_memory("2GB") == 2 * 10**9 and read_memory("512MiB") == 512 * 2**20
    assert read_memory("1.5 gb") == 1_500_000_000 and read_memory("1000000000") == 10**9
    assert read_memory("50%") == int(installed() / 2)
    for wrong in ("", "GB", "-1GB", "2XB", "1e9", "10%%", "0.001%"):
        with pytest.raises(NoAmount):
            read_memory(wrong)
    assert engine_share(default_memory()) < default_memory()


def test_progress_says_rows_or_what_else_is_counted() -> None:
    assert amounts("checking", 1_000, 4_000, 250.0) == "1,000 of 4,000 rows, 250 a second"
    assert amounts("fetching", 5_000_000, None, None) == "5 MB"
    assert amounts("reading, files", 1, 3, None) == "1 of 3 files"


def test_a_workspace_is_gone_whatever_happens_in_it_and_another_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt), workspace() as folder, spill_folder(folder) as spill:
        (spill / "x").touch()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with workspace(tmp_path / "kept") as kept:
        (kept / "spill-left").mkdir()
        with pytest.raises(BuildError, match="another build is at work"), workspace(kept):
            pass
    with workspace(kept):
        assert [path.name for path in kept.iterdir() if path.name != LOCK] == []


def test_a_run_that_has_to_wait_takes_nothing_from_the_one_that_works(tmp_path: Path) -> None:
    with workspace(tmp_path) as work, spill_folder(work) as spill:
        (spill / "spilled").write_bytes(b"rows")
        with pytest.raises(BuildError, match="another build is at work"), workspace(tmp_path):
            pass
        assert (spill / "spilled").exists()


def test_what_killed_runs_have_left_is_removed_and_what_others_hold_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("killed", "young", "foreign"):
        (tmp_path / f"{PREFIX}{name}").mkdir()
        if name != "foreign":
            (tmp_path / f"{PREFIX}{name}" / LOCK).touch()
        if name != "young":
            os.utime(tmp_path / f"{PREFIX}{name}", (time.time() - ABANDONED - 9,) * 2)
    with workspace() as held:
        os.utime(held, (time.time() - ABANDONED - 9,) * 2)
        with workspace():
            assert held.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}foreign", f"{PREFIX}young"]


def test_no_room_for_temporary_files_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(LoadError, match="there is no room for temporary files"), workspace():
        pass


def test_a_pipe_gets_no_progress_and_nothing_stays(faulty: Path, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    said = process("check", faulty, TMPDIR=str(tmp_path / "tmp"))
    assert said.returncode == 1 and said.stderr == "" and "\x1b" not in said.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("env", "seen"), [({}, True), ({"CI": "true"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_sees_progress_unless_it_is_one_of_a_build_server(
    sound: Path, env: dict[str, str], seen: bool
) -> None:
    import pty

    ours, theirs = pty.openpty()
    there = {name: value for name, value in THERE.items() if name != "CI"} | {"TERM": "xterm"} | env
    command = [sys.executable, "-m", "onrecord", "check", str(sound)]
    running = subprocess.Popen(command, env=there, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65_536):
            said += piece
    except OSError:  # the other side was closed
        pass
    os.close(ours)
    assert running.stdout is not None and running.stdout.read() == b"0 problems in 62 records\n"
    assert running.wait(60) == 0
    assert (b"checking" in said and b"rows" in said) is seen


# Stopped, killed, no space


@pytest.fixture
def long(sound: Path) -> Path:
    """Tables that take a while: many agents, each with a fault."""
    rows = pq.read_table(sound / "agents.parquet")
    number = 400_000
    names = pa.array([f"agent-{n:07}" for n in range(number)])
    more = pa.table([names, names, pa.array(["ghost"] * number), pa.nulls(number, pa.string())], schema=rows.schema)
    pq.write_table(pa.concat_tables([rows, more]), sound / "agents.parquet")
    return sound


def earlier(findings: Path) -> bytes:
    """Write findings of an earlier check; returns what the file holds."""
    pq.write_table(SCHEMA.empty_table(), findings)
    return findings.read_bytes()


def started(folder: Path, findings: Path, temporary: Path) -> subprocess.Popen[bytes]:
    temporary.mkdir()
    command = [sys.executable, "-m", "onrecord", "check", str(folder), "--findings", str(findings)]
    running = subprocess.Popen(
        command, env=THERE | {"TMPDIR": str(temporary)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    while not list(findings.parent.glob(f".{findings.name}.*")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    return running


@UNIX
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_nothing_behind(
    long: Path, tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    findings = tmp_path / "out" / "all.parquet"
    findings.parent.mkdir()
    older = earlier(findings)
    running = started(long, findings, tmp_path / "tmp")
    running.send_signal(sent)
    out, said = running.communicate(timeout=60)
    assert (running.returncode, out, said) == (code, b"", b"")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list(findings.parent.iterdir()) == [findings] and findings.read_bytes() == older


@UNIX
def test_a_run_that_is_killed_leaves_earlier_findings_as_they_were(long: Path, tmp_path: Path) -> None:
    findings = tmp_path / "out" / "all.parquet"
    findings.parent.mkdir()
    older = earlier(findings)
    running = started(long, findings, tmp_path / "tmp")
    running.kill()
    running.communicate(timeout=60)
    assert findings.read_bytes() == older


class Greedy(Engine):
    """An engine that runs out of memory when it may have more than a hundred and fifty million bytes."""

    def __init__(self, tables: Any, *, memory: int, spill: Path, copied: bool) -> None:
        self.memory = memory
        super().__init__(tables, memory=memory, spill=spill, copied=copied)

    def batches(self, sql: str, rows: int = 10) -> Iterator[pa.RecordBatch]:
        if self.memory > 150_000_000 or "never" in sql:
            raise EngineError("Out of Memory Error: failed to allocate data")
        return super().batches(sql, rows)


def test_what_runs_out_of_memory_is_tried_with_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.survey.judge.Engine", Greedy)
    with EngineJudge.over({}, 600_000_000, tmp_path) as judge:
        told: list[pa.RecordBatch] = []
        count, first = judge.tally("SELECT range AS number FROM range(40)", 3, told.append)
        assert (count, first.num_rows, sum(batch.num_rows for batch in told)) == (40, 3, 40)
    with (
        pytest.raises(EngineError, match="the memory allowed is too little"),
        EngineJudge.over({}, 600_000_000, tmp_path) as judge,
    ):
        judge.tally("SELECT 'never' AS said", 3, None)


@pytest.mark.parametrize(
    "said",
    ["check|", "check|--at|", "build|--to|", "build|.|--to|", "verify|", "show|x|--at|", "check|.|--findings|"],
)
def test_an_empty_path_is_refused(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would stand for the folder that one happens to be in."""
    monkeypatch.chdir(tmp_path)
    refused = run(*said.split("|"))
    assert refused.exit_code == 2 and "it is empty" in refused.stderr and list(tmp_path.iterdir()) == []


def test_selects_judged_ahead_give_what_they_give_alone(tmp_path: Path) -> None:
    selects = [f"SELECT range AS number, {n} AS n FROM range({n})" for n in range(60)]
    with EngineJudge.over({}, 600_000_000, tmp_path) as judge:
        alone = [judge.tally(select, 3, None) for select in selects]
        with judge.ahead(selects, 3, whole=False):
            assert [judge.tally(select, 3, None) for select in selects] == alone
    assert [count for count, _ in alone] == list(range(60))


def test_what_runs_out_of_memory_ahead_is_tried_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.survey.judge.Engine", Greedy)
    selects = [f"SELECT range AS number FROM range({n})" for n in range(20)]
    with EngineJudge.over({}, 600_000_000, tmp_path) as judge, judge.ahead(selects, 3, whole=False):
        assert [judge.tally(select, 3, None)[0] for select in selects] == list(range(20))


def test_a_select_that_cannot_run_ahead_fails_when_it_is_asked_for(tmp_path: Path) -> None:
    selects = ["SELECT 1 AS one", "SELECT no_such_column", "SELECT 2 AS two"]
    with EngineJudge.over({}, None, tmp_path) as judge, judge.ahead(selects, 3, whole=False):
        assert judge.tally(selects[0], 3, None)[0] == 1
        assert judge.tally(selects[2], 3, None)[0] == 1
        with pytest.raises(EngineError, match="no_such_column"):
            judge.tally(selects[1], 3, None)


def test_what_was_begun_ahead_is_given_up_at_the_end(tmp_path: Path) -> None:
    """It would take years."""
    many = "range(1000000000)"
    endless = [f"SELECT {n} + sum(a.range * b.range) AS n FROM {many} a, {many} b" for n in range(4)]
    with (
        pytest.raises(KeyboardInterrupt),
        EngineJudge.over({}, 600_000_000, tmp_path) as judge,
        judge.ahead(endless, 3, whole=False),
    ):
        raise KeyboardInterrupt


@UNIX
def test_a_disk_that_is_full_while_spilling_is_one_error(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk without space."""
    script = f"""
import resource, signal, sys
from pathlib import Path
from typing import Any
from onrecord.errors import EngineError
from onrecord.survey.judge import EngineJudge
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
spill = Path({str(tmp_path)!r}) / "spill"
try:
    with EngineJudge.over({{}}, 60_000_000, spill) as judge:
        judge.tally("SELECT 'x' AS record_table, md5(CAST(range AS VARCHAR)) AS record_id FROM range(6000000)", 2, None)
except EngineError as error:
    print(error.message, "|", error.help)
    sys.exit(2)
"""
    said = subprocess.run([sys.executable, "-c", script], env=THERE, capture_output=True, text=True)
    assert said.returncode == 2, said.stderr
    assert "the disk is full" in said.stdout and "--work" in said.stdout


def test_memory_is_bounded_and_what_is_more_is_spilled(tmp_path: Path) -> None:
    from onrecord.survey.judge import EngineJudge

    spill = tmp_path / "spill"
    select = "SELECT 'x' AS record_table, md5(CAST(range AS VARCHAR)) AS record_id FROM range(3000000)"
    with EngineJudge.over({}, 100_000_000, spill) as judge:
        count, first = judge.tally(select, 1, None)
    assert (count, first.num_rows) == (3_000_000, 1)
    assert not spill.exists() or list(spill.iterdir()) == []
