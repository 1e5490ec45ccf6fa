"""Every bad input in one table: one clear finding or error, its place and remedy, and the last good tables intact."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord import staging
from onrecord.cli import program
from onrecord.rules.example import TEXT
from onrecord.span import digest_of

Damage = Callable[[Path], None]
RECORDS = "claims/records"


def replaced(file: str, old: str, new: str) -> Damage:
    """A slip in one records file."""

    def damage(project: Path) -> None:
        path = project / RECORDS / file
        said = path.read_text(encoding="utf-8")
        assert said.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_bytes(said.replace(old, new, 1).encode("utf-8", "surrogateescape"))

    return damage


def appended(file: str, raw: bytes) -> Damage:
    """Something added at the end of one records file."""

    def damage(project: Path) -> None:
        with (project / RECORDS / file).open("ab") as handle:
            handle.write(raw)

    return damage


def both(*damages: Damage) -> Damage:
    """One damage after the other."""

    def damage(project: Path) -> None:
        for one in damages:
            one(project)

    return damage


def emptied(project: Path) -> None:
    """Nothing left in the records folder."""
    shutil.rmtree(project / RECORDS)
    (project / RECORDS).mkdir()


def removed(project: Path) -> None:
    """The records folder gone."""
    shutil.rmtree(project / "claims" / "records")


def sparse(project: Path) -> None:
    """A records file of 300 MB that takes no space."""
    with (project / RECORDS / "agents.yaml").open("r+b") as handle:
        handle.truncate(300 * 1024 * 1024)


def a_folder(project: Path) -> None:
    """A folder where a file should be."""
    (project / RECORDS / "agents.yaml").unlink()
    (project / RECORDS / "agents.yaml").mkdir()


BEYOND = digest_of(TEXT[186:200])
AGENT = "- id: ada-lind\n  name: Ada Lind\n  kind: person\n"


@dataclass(frozen=True)
class Bad:
    """A bad input: the damage, the exit code, the line it must give and the help below it."""

    name: str
    damage: Damage
    exit: int
    line: str
    help: str


AT = RECORDS + "/"
CASES = [
    Bad(
        "yaml that does not parse",
        replaced("agents.yaml", "name: Ada Lind", "name: [Ada Lind"),
        1,
        AT + r"agents\.yaml:\d+:\d+: OR001 yaml-syntax: cannot be read as YAML: .+",
        "look at indentation",
    ),
    Bad(
        "a tag",
        replaced("agents.yaml", "name: Ada Lind", "name: !!python/name:os.system Ada"),
        1,
        AT + r"agents\.yaml:6:9: OR002 yaml-tag: the tag `tag:yaml\.org,2002:python/name:os\.system` is not allowed",
        "remove the tag",
    ),
    Bad(
        "an alias",
        replaced("agents.yaml", "name: Ada Lind", "name: *ada"),
        1,
        AT + r"agents\.yaml:6:9: OR003 yaml-alias: YAML anchors and aliases are not allowed: `\*ada`",
        "write the value out",
    ),
    Bad(
        "a duplicate key",
        replaced("agents.yaml", "name: Ada Lind", "name: Ada Lind\n  name: Ada"),
        1,
        AT + r"agents\.yaml:7:3: OR004 duplicate-key: key `name` is repeated \(first at line 6\)",
        "keep one of the two",
    ),
    Bad(
        "nesting without end",
        replaced("agents.yaml", "name: Ada Lind", "name: " + "[" * 5000),
        1,
        AT + r"agents\.yaml:6:\d+: OR005 nested-too-deep: nested too deep: more than 32 levels",
        "close the brackets",
    ),
    Bad(
        "a control character",
        replaced("agents.yaml", "name: Ada Lind", 'name: "Ada\x1b[31m Lind"'),
        1,
        AT + r"agents\.yaml:6:13: OR006 control-character: the character U\+001B is not allowed",
        "delete it",
    ),
    Bad(
        "an unknown key",
        replaced("agents.yaml", "name: Ada Lind", "name: Ada Lind\n  nots: x"),
        1,
        AT + r"agents\.yaml:7:3: OR102 unknown-key: unknown key `nots`; did you mean `note`\?",
        "correct the key",
    ),
    Bad(
        "a wrong type",
        replaced("agents.yaml", "name: Ada Lind", "name: 1988"),
        1,
        AT + r"agents\.yaml:6:9: OR103 wrong-type: `name`: expected text, got 1988",
        'put it in quotes: "1988"',
    ),
    Bad(
        "an unknown term",
        replaced("agents.yaml", "kind: organisation", "kind: organization"),
        1,
        AT + r"agents\.yaml:\d+:9: OR104 unknown-term: `kind`: \"organization\" is not a term of `agent-kind`; "
        r"did you mean `organisation`\?",
        "use a term of the vocabulary",
    ),
    Bad(
        "a reference to nothing",
        replaced("crane/mentions.yaml", "agent_id: ada-lind", "agent_id: ada-lynd"),
        1,
        AT + r"crane/mentions\.yaml:\d+:\d+: OR202 unknown-reference: `agent_id`: there is no \"ada-lynd\" in agents; "
        r"did you mean `ada-lind`\?",
        "correct the id, or add the record to agents",
    ),
    Bad(
        "an id twice",
        appended("agents.yaml", AGENT.encode()),
        1,
        AT + r"agents\.yaml:\d+:3: OR201 duplicate-id: `ada-lind` is used by 2 records of agents",
        "give each record an id of its own",
    ),
    Bad(
        "an anchor beyond the text",
        both(
            replaced("crane/mentions.yaml", f"86-94 {digest_of(TEXT[86:94])[:16]}", f"186-200 {BEYOND[:16]}"),
            appended("crane/digests.sha256", f"{BEYOND}  186-200\n".encode()),
        ),
        1,
        AT + r"crane/mentions\.yaml:\d+:\d+: OR3\d\d [a-z-]+: .*186-200.*192.*",
        "",
    ),
    Bad(
        "a hash of the wrong length",
        replaced("crane/mentions.yaml", f"86-94 {digest_of(TEXT[86:94])[:16]}", "86-94 12ab"),
        1,
        AT + r"crane/mentions\.yaml:\d+:\d+: OR106 malformed-text: `anchor`: \"86-94 12ab\" is not an anchor: .+",
        "write an anchor",
    ),
    Bad(
        "a file that is not UTF-8",
        replaced("agents.yaml", "name: Ada Lind", "name: Ad\udce9 Lind"),
        1,
        AT + r"agents\.yaml:6:11: OR007 not-utf8: byte 0xe9 at byte offset \d+ is not UTF-8",
        "save the file as UTF-8",
    ),
    Bad(
        "a file of 300 MB",
        sparse,
        1,
        AT + r"agents\.yaml:1:1: OR008 file-too-large: the file has 314,572,800 bytes; .+",
        "split the records",
    ),
    Bad(
        "a file with an unknown name",
        appended("crane/caveat.yaml", b"caveats: []\n"),
        1,
        AT + r"crane/caveat\.yaml:1:1: OR009 unexpected-file: `caveat\.yaml` is not a records file; "
        r"did you mean `caveats\.yaml`\?",
        "rename it to one of",
    ),
    Bad(
        "a folder for a file",
        a_folder,
        2,
        r"error: .*agents\.yaml is not a file",
        "put the records into",
    ),
    Bad("an empty records folder", emptied, 2, r"error: there are no records in .+", "add agents.yaml"),
    Bad(
        "a folder that is not there", removed, 2, r"error: there is no claims/records here or in a folder above", "run"
    ),
]
# What a damaged file also brings: records that were lost are missed where they are needed.
LINE = re.compile(r"^(\S+:\d+:\d+: OR\d\d\d |error: )", re.MULTILINE)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments), prog_name="onrecord")


def tables(project: Path) -> dict[str, str]:
    """Every generated file with its hash."""
    made = [
        project / "datapackage.json",
        *(project / "claims" / "tables").glob("*"),
        *(project / "schema").rglob("*.json"),
    ]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in made}


def assert_said(result: Result, bad: Bad, exit: int) -> None:
    """One finding or error, in the words of the table, with its help, and no traceback."""
    assert result.exit_code == exit, result.output
    assert "Traceback" not in result.output and "onrecord itself failed" not in result.output
    said = [line for line in result.output.splitlines() if LINE.match(line)]
    assert re.fullmatch(bad.line, said[0]), said[0]
    below = result.output.splitlines()[result.output.splitlines().index(said[0]) + 1]
    assert below.startswith(f"  help: {bad.help}"), below


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_bad_input_is_said_once_and_leaves_the_tables_alone(
    bad: Bad, built_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built_project)
    before = tables(built_project)
    bad.damage(built_project)
    checked = run("check")
    assert_said(checked, bad, bad.exit)
    assert len(LINE.findall(checked.output)) == 1, checked.output
    if bad.exit == 1:
        assert re.search(r"^1 problem in \d+ records$", checked.output, re.MULTILINE)
    assert_said(run("build", "--no-frictionless"), bad, bad.exit)
    assert tables(built_project) == before
    assert not (built_project / staging.FOLDER).exists()


def test_id_twice_shows_both_places(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built_project)
    appended("agents.yaml", AGENT.encode())(built_project)
    lines = run("check").output.splitlines()
    assert re.fullmatch(r"  see also: claims/records/agents\.yaml:5:3", lines[2])


@pytest.mark.parametrize(
    ("number", "message", "help"),
    [
        (errno.ENOSPC, r"no space left for the package in .+", "free some space"),
        (errno.EACCES, r"cannot write to .+: Permission denied", "check who owns the folder"),
        (errno.EROFS, r"cannot write to .+: Read-only file system", "check who owns the folder"),
    ],
    ids=["full disk", "no permission", "read-only disk"],
)
@pytest.mark.parametrize("nth", [1, 20])
def test_disk_that_refuses_is_an_error_and_leaves_the_tables_alone(
    built_project: Path, monkeypatch: pytest.MonkeyPatch, number: int, message: str, help: str, nth: int
) -> None:
    calls = iter(range(1, 10**6))
    real = staging.write

    def refuse(handle: object, data: bytes) -> int:
        if next(calls) >= nth:
            raise OSError(number, os.strerror(number))
        return real(handle, data)  # type: ignore[arg-type]

    monkeypatch.chdir(built_project)
    before = tables(built_project)
    replaced("agents.yaml", "name: Ada Lind", "name: Ada M. Lind")(built_project)
    monkeypatch.setattr(staging, "write", refuse)
    assert_said(run("build", "--no-frictionless"), Bad("", removed, 2, f"error: {message}", help), 2)
    assert tables(built_project) == before
    assert not (built_project / staging.FOLDER).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_write_that_really_fails_is_an_error_and_leaves_the_tables_alone(built_project: Path) -> None:
    """A limit on the size of files stands in for a disk that is full."""
    before = tables(built_project)
    replaced("agents.yaml", "name: Ada Lind", "name: Ada M. Lind")(built_project)
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900)); sys.argv[0] = 'onrecord'; "
        "from onrecord.__main__ import main; main()"
    )
    command = [sys.executable, "-c", limited, "build", "--no-frictionless"]
    there = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
    done = subprocess.run(command, cwd=built_project, env=there, capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert re.match(r"error: no space left for the package in \S+\n  help: free some space", done.stderr), done.stderr
    assert tables(built_project) == before
