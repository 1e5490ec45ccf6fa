"""The command line as a user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from onrecord.cli import program
from onrecord.program import interruptions
from onrecord.rules import RULES
from onrecord.rules.example import TEXT

COMMANDS = sorted(program.commands)
THERE = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments), prog_name="onrecord")


def process(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onrecord", *arguments]
    return subprocess.run(command, cwd=cwd, env=THERE | env, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def project(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The built example project, as the current folder."""
    monkeypatch.chdir(built_project)
    return built_project


@pytest.fixture
def read_only(crane: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The built example project, as the current folder of a test that changes nothing."""
    monkeypatch.chdir(crane)
    return crane


def slip(project: Path) -> None:
    """A term that does not exist."""
    file = project / "claims" / "records" / "agents.yaml"
    file.write_text(file.read_text().replace("kind: organisation", "kind: organization"))


# Help and versions


def test_every_promised_command_is_there() -> None:
    promised = "build check cite codebook coverage digest drift explain query show verify version"
    assert set(promised.split()) <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_says_what_it_does_with_an_example(command: str) -> None:
    said = run(command, "--help")
    assert said.exit_code == 0
    assert re.search(rf"Example:\n    onrecord {command}\b", said.output), said.output
    short = program.commands[command].get_short_help_str(80)
    assert short.endswith(".") and not short.endswith("...")


def test_example_of_every_command_is_one_it_accepts() -> None:
    for name, command in program.commands.items():
        for line in re.findall(rf"onrecord {name}\b(.*)", command.help or ""):
            words = [a or b for a, b in re.findall(r'"([^"]*)"|([^\s"]+)', line.split(" > ")[0])]
            command.make_parser(click.Context(command)).parse_args(list(words))


def test_version_says_code_and_data() -> None:
    for said in (run("--version"), run("version")):
        assert said.exit_code == 0
        assert re.fullmatch(r"onrecord \S+, data .+\n", said.output)


def test_version_of_a_dataset_is_that_of_its_data(read_only: Path) -> None:
    assert run("version", "--at", ".").output.endswith(", data crane 0.1.0\n")


def test_version_and_help_load_nothing_heavy() -> None:
    for option, unwanted in (
        ("--version", "click|rich|pydantic|yaml|pyarrow|duckdb"),
        ("--help", "rich|pydantic|pyarrow"),
    ):
        code = (
            f"import sys; sys.argv = ['onrecord', {option!r}]\n"
            "from onrecord.__main__ import main\n"
            "try: main()\nexcept SystemExit: pass\n"
            "print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code], env=THERE, capture_output=True, text=True)
        assert done.stdout and not {name.split(".")[0] for name in done.stderr.split()} & set(unwanted.split("|"))


# check


def test_check_of_a_clean_project_says_how_much_it_checked(read_only: Path) -> None:
    said = run("check")
    assert (said.exit_code, said.stderr) == (0, "")
    assert re.fullmatch(r"0 problems in \d+ records\n", said.stdout)


def test_check_finds_the_project_from_a_folder_inside_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "claims" / "records" / "crane")
    assert run("check").exit_code == 0


def test_check_exits_1_with_findings_unless_told_otherwise(project: Path) -> None:
    slip(project)
    assert run("check").exit_code == 1
    assert run("check", "--exit-zero").exit_code == 0
    assert run("check", "claims/records").exit_code == 1


def test_check_prints_each_format(project: Path) -> None:
    slip(project)
    assert json.loads(run("check", "--output-format", "json").stdout)["findings"][0]["code"] == "OR104"
    assert json.loads(run("check", "--output-format", "sarif").stdout)["runs"][0]["results"][0]["ruleId"] == "OR104"
    assert run("check", "--output-format", "github").stdout.startswith("::error file=claims/records/agents.yaml,line=")
    assert run("check", "--output-format", "xml").exit_code == 2


def test_check_outside_a_project_says_where_to_run_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("check")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == (
        "error: there is no claims/records here or in a folder above\n"
        "  help: run this inside a project, or give the path of one\n"
    )


# build


def test_build_makes_the_package_and_says_what(example_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example_project)
    said = run("build", "--no-frictionless")
    assert said.exit_code == 0, said.output
    assert re.search(r"^statements +4$", said.stdout, re.MULTILINE)
    assert re.search(r"^passed: rules, verify\n\d+ rows, \S+; \d+ files changed\n$", said.stdout, re.MULTILINE)
    assert (example_project / "claims" / "tables" / "overview.csv").is_file()


def test_build_can_go_elsewhere(example_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example_project)
    assert run("build", "--to", "elsewhere", "--no-frictionless").exit_code == 0
    assert (example_project / "elsewhere" / "datapackage.json").is_file()
    assert not (example_project / "datapackage.json").exists()


def test_build_check_says_what_is_out_of_date(project: Path) -> None:
    assert (run("build", "--check").exit_code, run("build", "--check").stdout) == (0, "everything is up to date\n")
    file = project / "claims" / "records" / "agents.yaml"
    file.write_text(file.read_text().replace("name: Ada Lind", "name: Ada M. Lind"))
    said = run("build", "--check")
    assert said.exit_code == 1
    assert "out of date: claims/tables/agents.csv\n" in said.stdout and "onrecord build" in said.stderr


def test_build_of_faulty_records_prints_the_findings_and_exits_1(project: Path) -> None:
    slip(project)
    said = run("build", "--no-frictionless")
    assert said.exit_code == 1
    assert "OR104 unknown-term" in said.stdout
    assert said.stderr.startswith("error: the records have ") and "nothing was built" in said.stderr


# verify and digest


def test_verify_passes_a_built_package_and_finds_a_changed_one(project: Path) -> None:
    said = run("verify")
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (0, "0 problems")
    with (project / "claims" / "tables" / "claims.csv").open("ab") as file:
        file.write(b"x")
    assert run("verify").exit_code == 1


@pytest.mark.parametrize("records", [True, False], ids=["with records", "package alone"])
def test_verify_with_a_source_compares_every_anchor(project: Path, tmp_path: Path, records: bool) -> None:
    if not records:
        (project / "claims" / "records").rename(tmp_path / "away")
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "any name.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    said = run("verify", "--source", str(texts))
    assert said.exit_code == 0, said.output
    assert re.search(r"^crane: \d+ places: \d+ exact$", said.stdout, re.MULTILINE)
    (texts / "any name.txt").write_text(TEXT + "!")
    other = run("verify", "--source", str(texts / "any name.txt"))
    assert other.exit_code == 1 and "OR320 other-edition" in other.stdout
    missing = run("verify", "--source", str(texts))
    assert missing.exit_code == 2 and "none of the 1 texts in" in missing.stderr


def test_digest_writes_what_check_wants(project: Path, tmp_path: Path) -> None:
    file = project / "claims" / "records" / "crane" / "digests.sha256"
    before = file.read_text()
    file.unlink()
    assert run("check").exit_code == 1
    (tmp_path / "crane.txt").write_text(TEXT)
    said = run("digest", "crane", "--source", str(tmp_path))
    assert said.exit_code == 0 and said.stdout.endswith("hashes in claims/records/crane/digests.sha256\n")
    assert sorted(file.read_text().splitlines()) == sorted(set(before.splitlines()))
    assert run("check").exit_code == 0


def test_digest_of_another_text_writes_nothing(project: Path, tmp_path: Path) -> None:
    file = project / "claims" / "records" / "crane" / "digests.sha256"
    before = file.read_text()
    (tmp_path / "crane.txt").write_text(TEXT.upper())
    said = run("digest", "crane", "--source", str(tmp_path / "crane.txt"))
    assert said.exit_code == 1 and "OR320" in said.stdout and said.stdout.endswith("nothing was written\n")
    assert file.read_text() == before
    assert run("digest", "crate", "--source", str(tmp_path)).exit_code == 2


# explain


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_explain_finds_every_rule_by_code_and_by_name(rule: object) -> None:
    code, name = rule.code, rule.name  # type: ignore[attr-defined]
    by_code, by_name = run("explain", code.lower()), run("explain", name)
    assert by_code.exit_code == 0 and by_code.output == by_name.output
    assert by_code.output.startswith(f"{code} {name} (")
    assert not re.search(r"Mend:.*\{\w+\}", by_code.output)


def test_explain_lists_all_rules_and_offers_the_nearest() -> None:
    listed = run("explain").output.splitlines()
    assert [line.split()[0] for line in listed[2:]] == [rule.code for rule in RULES]
    said = run("explain", "duplicate-kee")
    assert said.exit_code == 2 and "did you mean `duplicate-key`" in said.stderr


# Reading


def test_show_draws_a_statement_as_its_chain(read_only: Path) -> None:
    assert run("show", "crane.s3").output == (
        "crane.s3  people-were-near: Around forty persons were close by when the crane came down.\n"
        "  quantity, stated in crane.p2, code points 102-129; draft\n"
        "\n"
        "  The report\n"
        "  │ report; Uu uncommitted; narration; relays it\n"
        "  └─ Ada Lind\n"
        "     │ assert; CT+ certainly so; direct quotation\n"
        "     │ cue “wrote” at 136-141\n"
        "\n"
        "  figure  About 40: about 40 person (people nearby)\n"
    )


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("crane-fell", "Claim crane-fell\n  Proposition         A crane came down at North Quay."),
        ("ada-lind", "Stated as           harbour master (crane)"),
        ("crane", "Text length         192"),
        ("crane.c1", "Note                The report does not say who publishes it."),
        ("agents/ada-lind", "2 statements"),
        ("terms/mode/direct", "Definition          All of the content stands in quotation marks."),
    ],
)
def test_show_prints_any_record(read_only: Path, id: str, said: str) -> None:
    shown = run("show", id)
    assert shown.exit_code == 0 and said in shown.output, shown.output


def test_show_of_an_unknown_id_offers_the_nearest(read_only: Path) -> None:
    said = run("show", "ada-lint")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("error: no record has the id `ada-lint`\n  help: did you mean `ada-lind`")


def test_query_prints_every_row_in_each_format(read_only: Path) -> None:
    sql = (
        "SELECT range AS n, repeat('x', 300) AS long, CAST(NULL AS VARCHAR) AS nothing, 1.50 AS exact FROM range(3000)"
    )
    table = run("query", sql)
    assert len(table.stdout.splitlines()) == 3002 and table.stdout.count("x" * 300) == 3000
    assert table.stderr == "3,000 rows\n"
    rows = list(csv.reader(io.StringIO(run("query", sql, "--format", "csv").stdout)))
    assert len(rows) == 3001 and rows[1] == ["0", "x" * 300, "", "1.5"]
    objects = json.loads(run("query", sql, "--format", "json").stdout)
    assert len(objects) == 3000 and objects[2] == {"n": 2, "long": "x" * 300, "nothing": None, "exact": 1.5}


def test_query_keeps_exact_numbers_days_and_lists_in_json(read_only: Path) -> None:
    sql = (
        "SELECT 12345678901234567890.123456789::DECIMAL(38,9) AS d, DATE '1988-07-01' AS day, [1, 2] AS l, "
        "'a' || chr(27) AS esc, 'nan'::DOUBLE AS nan, TIMESTAMP '2020-01-01 10:00:00' AS t"
    )
    said = run("query", sql, "--format", "json").stdout
    assert '"d": 12345678901234567890.123456789' in said and '"esc": "a\\u001b"' in said
    row = json.loads(said)[0]
    assert (row["day"], row["l"], row["nan"], row["t"]) == ("1988-07-01", [1, 2], "nan", "2020-01-01T10:00:00")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELEC 1", "syntax error"),
        ("DROP TABLE claims", "only one SELECT"),
        ("SELECT 1; SELECT 2", "only one SELECT"),
        ("SELECT * FROM read_csv('/etc/hostname')", "disabled by configuration"),
        ("SELECT nothing FROM claims", "nothing"),
        ("COPY claims TO 'x.csv'", "only one SELECT"),
    ],
)
def test_query_that_cannot_run_is_an_error(read_only: Path, sql: str, said: str) -> None:
    result = run("query", sql)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ") and said in result.stderr and "  help: " in result.stderr


def test_query_for_two_columns_of_one_name_is_refused_as_json(read_only: Path) -> None:
    assert run("query", "SELECT 1 AS a, 2 AS a", "--format", "json").exit_code == 2
    assert run("query", "SELECT 1 AS a, 2 AS a", "--format", "csv").stdout_bytes == b"a,a\r\n1,2\r\n"


def test_cite_drift_and_codebook_read_the_package(read_only: Path) -> None:
    assert run("cite", "crane.s1").output.startswith("Statement crane.s1.")
    assert run("drift").output == "0 claims on which voices differ\n"
    assert "crane-fell" in run("codebook", "claims").output
    assert re.search(r"^statements +4 ", run("codebook").output, re.MULTILINE)
    assert "hedge-dropped" in run("codebook", "terms").output
    assert run("codebook", "claim").exit_code == 2


def test_coverage_prints_counts_strips_and_json(read_only: Path) -> None:
    said = run("coverage").output
    assert said.startswith("crane: 0 open units\n") and "crane.p1  headline   █████████" in said
    [numbers] = json.loads(run("coverage", "crane", "--json").output)
    assert numbers["units"]["sentence"] == {"covered": 4, "open": 0, "waived": {}}
    assert run("coverage", "crate").exit_code == 2


def test_reading_commands_take_a_dataset_from_anywhere(
    crane: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("cite", "crane.s1", "--at", str(crane)).exit_code == 0
    assert run("cite", "crane.s1", "--at", str(crane / "claims" / "records")).exit_code == 0
    assert run("cite", "crane.s1", "--at", str(tmp_path / "none")).exit_code == 2


# When things go wrong


def test_surprise_is_said_plainly_and_shown_in_full_only_when_asked(
    read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path) -> None:
        raise ZeroDivisionError("a\x1b[31m slip")

    monkeypatch.setattr("onrecord.check.check", broken)
    said = run("check")
    assert said.exit_code == 2
    assert said.stderr.splitlines() == [
        "error: onrecord itself failed: ZeroDivisionError: a<U+001B>[31m slip",
        "  help: please report this with the command you ran; ONRECORD_TRACEBACK=1 shows where it happened",
    ]
    monkeypatch.setenv("ONRECORD_TRACEBACK", "1")
    assert "Traceback" in run("check").stderr


def test_keyboard_interrupt_exits_130(read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("onrecord.check.check", interrupted)
    said = run("check")
    assert said.exit_code == 130 and "Traceback" not in said.output


class Panic(BaseException):
    """What libraries in Rust raise when a call of theirs is interrupted."""


@pytest.mark.parametrize("renamed", [RuntimeError, Panic])
def test_interrupt_that_a_library_renames_still_exits_130(
    renamed: type[BaseException], read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB reports a Ctrl-C during a query as an error of its own."""

    def interrupted(path: Path) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise renamed("Query interrupted") from None

    monkeypatch.setattr("onrecord.check.check", interrupted)
    said = run("check")
    assert said.exit_code == 130 and "error" not in said.output


def test_an_interrupt_where_nothing_can_be_raised_is_not_lost() -> None:
    class Library:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt), interruptions() as noted:
        Library()
        began = time.monotonic()
        time.sleep(60)
    assert set(noted) == {signal.SIGINT} and time.monotonic() - began < 50  # what was waited for ended


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
@pytest.mark.parametrize("wait", [0.05, 0.3, 0.6, 0.9, 1.2])
def test_interrupted_build_leaves_nothing_half_written(project: Path, wait: float) -> None:
    file = project / "claims" / "records" / "agents.yaml"
    file.write_text(file.read_text().replace("name: Ada Lind", "name: Ada M. Lind"))
    before = (project / "claims" / "tables" / "agents.csv").read_bytes()
    start = (
        "import sys, onrecord.package, onrecord.cli; print('ready', flush=True); sys.argv = ['onrecord', 'build']; "
        "from onrecord.__main__ import main; main()"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", start], cwd=project, env=THERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert build.stdout is not None and build.stdout.readline().strip() == b"ready"  # libraries are imported
    time.sleep(wait)
    build.send_signal(signal.SIGINT)
    _, said = build.communicate(timeout=60)
    assert b"Traceback" not in said
    if build.returncode == 130:
        assert (project / "claims" / "tables" / "agents.csv").read_bytes() == before
    else:  # it was faster
        assert build.returncode == 0
    assert not (project / ".onrecord").exists()


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
def test_reader_that_stops_early_is_no_fault(read_only: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "query", "SELECT range AS n FROM range(200000)", "--format", "csv"]
    reading = subprocess.Popen(command, cwd=read_only, env=THERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reading.stdout is not None and reading.stderr is not None
    assert reading.stdout.readline() == b"n\r\n"
    reading.stdout.close()
    assert reading.stderr.read() == b""
    assert reading.wait(60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_an_error(read_only: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "explain"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=THERE, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and done.stderr.startswith("error: No space left on device")


def test_piped_output_is_plain_and_any_terminal_encoding_will_do(project: Path) -> None:
    slip(project)
    said = process("check", cwd=project)
    assert said.returncode == 1 and "\x1b" not in said.stdout
    narrow = process("show", "crane.s3", cwd=project, PYTHONIOENCODING="latin-1")
    assert narrow.returncode == 0 and "\\u2514\\u2500 Ada Lind" in narrow.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs the `script` of a Linux system for a terminal")
@pytest.mark.parametrize(("env", "colour"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_for_terminals_and_no_color_is_honoured(project: Path, env: dict[str, str], colour: bool) -> None:
    import pty

    slip(project)
    main, end = pty.openpty()
    environment = {k: v for k, v in THERE.items() if k not in ("NO_COLOR", "FORCE_COLOR")} | {"TERM": "xterm"} | env
    shown = subprocess.Popen([sys.executable, "-m", "onrecord", "check"], cwd=project, env=environment, stdout=end)
    os.close(end)
    said = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(main)
    assert shown.wait(60) == 1
    assert (b"\x1b[" in said) == colour
    assert b"OR104" in said


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that can close a stream")
@pytest.mark.parametrize("streams", [">&-", ">&- 2>&-"])
def test_closed_streams_are_no_fault(project: Path, streams: str) -> None:
    slip(project)
    command = f"{shlex.quote(sys.executable)} -m onrecord check {streams}"
    done = subprocess.run(["sh", "-c", command], cwd=project, env=THERE, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_argument_in_bytes_that_are_no_text_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "crane.txt"
    text.write_text("A harbour crane fell.")
    said = run("new", "quay", str(tmp_path / "quay"), "--source", str(text), "--title", "Cran\udce9")
    assert said.exit_code == 2
    assert said.stderr.startswith(
        'error: --title: `title`: expected text of Unicode characters only, got "Cran<U+DCE9>"'
    )


# The folder to work on


def test_every_command_on_a_project_takes_it_with_at() -> None:
    without = {"explain", "text"}  # what they work on is no project
    there = {
        name for name, command in program.commands.items() if "--at" in {o for p in command.params for o in p.opts}
    }
    assert there == set(COMMANDS) - without


def test_at_and_path_name_the_same_folder(crane: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("check", "verify"):
        by_name, by_place = run(command, "--at", str(crane)), run(command, str(crane))
        assert (by_name.exit_code, by_name.output) == (by_place.exit_code, by_place.output)
        assert by_name.exit_code == 0


@pytest.mark.parametrize(
    "command", ["check", "build", "verify", "watch", "digest crane", "reanchor crane", "new barge"]
)
def test_two_folders_are_refused_by_name(command: str) -> None:
    needed = {"digest": ["--source", "x"], "reanchor": ["--source", "x"], "new": ["--source", "x", "--title", "x"]}
    said = run(*command.split(), "here", "--at", "there", *needed.get(command.split()[0], []))
    assert said.exit_code == 2
    assert "Error: two folders are given: PATH `here` and --at `there`; leave one of them out" in said.stderr


@pytest.mark.parametrize(
    "words", ["coverage krane", "show krane", "cite krane", "anchor krane x --source x", "digest krane --source x"]
)
def test_what_is_not_found_says_where_it_was_looked_for(
    words: str, crane: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(crane / "claims")
    said = run(*words.split())
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.endswith(f"  looked in: {crane}; --at PATH names another folder\n")


def test_rule_that_is_not_found_was_looked_for_in_no_folder(read_only: Path) -> None:
    assert "looked in" not in run("explain", "OR999").stderr
