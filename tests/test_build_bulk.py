"""`onrecord build` of tables and JSON Lines: what is refused, interrupted or resumed leaves a whole package or none."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import onrecord
from onrecord.cli import program
from onrecord.packing import pack
from onrecord.parts.finished import FOLDER, NOTES
from onrecord.verify import verify_package
from synthetic import INFO, contents, in_folder, noted, synthetic

DOCUMENTS = 60
SOURCE = Path(onrecord.__file__).parent.parent
PACK = "import sys; from pathlib import Path; from onrecord.packing import pack; pack({}, Path({!r}), work={}, every=4)"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of Parquet tables, with what is to be said of the dataset."""
    folder = in_folder(synthetic(DOCUMENTS), tmp_path_factory.mktemp("input") / "tables")
    (folder / "package.yaml").write_text(INFO)
    return folder


@pytest.fixture(scope="module")
def package(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("whole") / "package"
    assert run("build", tables, "--to", target).exit_code == 0
    return target


@pytest.fixture(scope="module")
def fine(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same package in many parts, built in one go."""
    target = tmp_path_factory.mktemp("fine") / "package"
    pack(tables, target, every=4)
    return target


def run(*words: object) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words])


def environment(temporary: Path) -> dict[str, str]:
    temporary.mkdir(exist_ok=True)
    return os.environ | {"PYTHONPATH": str(SOURCE), "TMPDIR": str(temporary)}


# What is built


def test_a_folder_of_tables_becomes_a_package_that_verifies(tables: Path, tmp_path: Path) -> None:
    done = run("build", tables, "--to", tmp_path / "package")
    assert done.exit_code == 0, done.output
    assert re.search(r"passed: rules, verify; ([0-9]+) parts: \1 new", done.output)
    said = json.loads((tmp_path / "package/datapackage.json").read_bytes())
    assert (said["name"], said["version"], len(said["sources"])) == ("cranes", "0.1.0", DOCUMENTS)
    assert said["onrecord"]["reviews"]["number"] == synthetic(DOCUMENTS)["reviews"].num_rows
    assert verify_package(tmp_path / "package") == []
    assert onrecord.load(tmp_path / "package").version == "0.1.0"


def test_files_in_any_number_and_order_give_the_same_package(package: Path, tmp_path: Path) -> None:
    folder = in_folder(synthetic(DOCUMENTS), tmp_path / "tables", parts=3)
    (folder / "package.yaml").write_text(INFO)
    assert run("build", folder, "--to", tmp_path / "package").exit_code == 0
    assert contents(tmp_path / "package") == contents(package)


def test_a_package_is_input_too_and_gives_itself(package: Path, tmp_path: Path) -> None:
    assert run("build", package, "--to", tmp_path / "again").exit_code == 0
    assert contents(tmp_path / "again") == contents(package)


def test_json_lines_give_the_package_that_the_same_tables_give(tmp_path: Path) -> None:
    synthetic(1)  # makes the generator known
    generate = importlib.import_module("generate")
    for kind, name in (("parquet", "tables"), ("jsonl", "lines.jsonl.gz")):
        words = ["--documents", "40", "--seed", "5", "--format", kind, str(tmp_path / name)]
        assert generate.main(words) == 0
    for name in ("tables", "lines.jsonl.gz"):
        done = run("build", tmp_path / name, "--to", tmp_path / name.partition(".")[0] / "out" / "cranes")
        assert done.exit_code == 0, done.output
    assert contents(tmp_path / "lines/out/cranes") == contents(tmp_path / "tables/out/cranes")


def test_a_second_build_says_how_many_parts_it_kept(tables: Path, tmp_path: Path) -> None:
    first = run("build", tables, "--to", tmp_path / "package")
    number = first.output.split(" parts: ")[1].split()[0]
    again = run("build", tables, "--to", tmp_path / "package")
    assert f"{number} parts: {number} kept" in again.output
    assert "nothing changed" in again.output


def test_input_that_says_nothing_of_itself_is_built_without_a_licence(tmp_path: Path) -> None:
    folder = in_folder(synthetic(DOCUMENTS), tmp_path / "tables")
    done = run("build", folder, "--to", tmp_path / "Cranes of 2026")
    assert (done.exit_code, "the package states no licence" in done.output) == (0, True)
    said = json.loads((tmp_path / "Cranes of 2026/datapackage.json").read_bytes())
    assert said["name"] == "cranes-of-2026"
    assert "licenses" not in said


def test_a_description_with_faults_is_refused(tmp_path: Path) -> None:
    folder = in_folder(synthetic(DOCUMENTS), tmp_path / "tables")
    (folder / "package.yaml").write_text(INFO.replace("0.1.0", "one"))
    done = run("build", folder, "--to", tmp_path / "package")
    assert done.exit_code == 1
    assert "OR901" in done.output
    assert not (tmp_path / "package").exists()


# What is refused


def test_records_with_errors_are_refused_and_the_earlier_package_stays(package: Path, tmp_path: Path) -> None:
    whole = synthetic(DOCUMENTS)
    folder = in_folder({**whole, "agents": whole["agents"].slice(1)}, tmp_path / "tables")
    target = tmp_path / "package"
    assert run("build", in_folder(whole, tmp_path / "good"), "--to", target).exit_code == 0
    before = contents(target)
    done = run("build", folder, "--to", target, "--samples", "1", "--findings", tmp_path / "findings.parquet")
    assert done.exit_code == 1
    assert "nothing was built" in done.output
    assert set(pq.read_table(tmp_path / "findings.parquet")["code"].to_pylist()) >= {"OR202"}
    assert contents(target) == before
    assert run("build", folder, "--to", tmp_path / "new").exit_code == 1
    assert not (tmp_path / "new").exists()


def test_a_torn_part_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    folder = in_folder(synthetic(DOCUMENTS), tmp_path / "tables", parts=2)
    torn = folder / "anchors/part-00001.parquet"
    torn.write_bytes(torn.read_bytes()[:-100])
    done = run("build", folder, "--to", tmp_path / "package")
    assert done.exit_code == 2
    assert "part-00001.parquet" in done.output
    assert not (tmp_path / "package").exists()


def test_a_damaged_page_is_found_before_anything_is_published(tmp_path: Path) -> None:
    folder = in_folder(synthetic(DOCUMENTS), tmp_path / "tables")
    file = folder / "anchors.parquet"
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 3] ^= 255
    file.write_bytes(raw)
    done = run("build", folder, "--to", tmp_path / "package")
    assert done.exit_code in (1, 2)
    assert "Traceback" not in done.output
    assert not (tmp_path / "package").exists()


@pytest.mark.parametrize("below", ["", "claims/tables"])
def test_a_package_is_not_built_over_the_tables_it_is_made_from(below: str, tmp_path: Path) -> None:
    folder = in_folder(synthetic(DOCUMENTS), tmp_path / "archive" / below)
    before = contents(tmp_path)
    for given in (tmp_path / "archive", folder):
        done = run("build", given, "--to", tmp_path / "archive")
        assert done.exit_code == 2 and "is where the input lies" in done.stderr
    assert contents(tmp_path) == before


def test_json_lines_are_not_hidden_by_a_package_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"agents": [{"id": "ada", "name": "Ada", "kind": "person"}]}\n')
    done = run("build", tmp_path, "--to", tmp_path)
    assert done.exit_code == 2 and "is where the input lies" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_most_of_a_package_is_not_lost_unasked(tables: Path, tmp_path: Path) -> None:
    target = tmp_path / "package"
    assert run("build", tables, "--to", target).exit_code == 0
    before = contents(target)
    few = in_folder(synthetic(3), tmp_path / "few")
    done = run("build", few, "--to", target)
    assert (done.exit_code, "more than half of the rows would be lost" in done.output) == (2, True)
    assert contents(target) == before
    assert run("build", few, "--to", target, "--accept-drop", "a test").exit_code == 0


@pytest.mark.parametrize("words", [["--check"], ["--frictionless"]])
def test_options_for_records_are_refused_for_tables(tables: Path, tmp_path: Path, words: list[str]) -> None:
    done = run("build", tables, "--to", tmp_path / "package", *words)
    assert (done.exit_code, "only for records in YAML" in done.output) == (2, True)


def test_a_target_is_asked_for(tables: Path) -> None:
    done = run("build", tables)
    assert (done.exit_code, "--to DIR" in done.output) == (2, True)


def test_a_disk_without_room_leaves_the_earlier_package(tables: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of a process are a thing of Unix")
    target, temporary = tmp_path / "package", tmp_path / "tmp"
    assert run("build", tables, "--to", target).exit_code == 0
    before = contents(target)
    changed = in_folder(noted(synthetic(DOCUMENTS), ["d00000000"], "x" * 3000), tmp_path / "changed")

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

    for where in (target, tmp_path / "new"):
        words = [sys.executable, "-m", "onrecord", "build", changed, "--to", where]
        done = subprocess.run(words, env=environment(temporary), preexec_fn=limited, capture_output=True, text=True)
        assert (done.returncode, done.stderr.count("error:")) == (2, 1), done.stderr
        assert "no space left" in done.stderr
        assert list(temporary.iterdir()) == []
    assert contents(target) == before
    assert not (tmp_path / "new").exists()


# What is interrupted


def started(words: Sequence[object], temporary: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *map(str, words)],
        env=environment(temporary),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def stopped(process: subprocess.Popen[bytes], by: signal.Signals, when: Callable[[], bool]) -> int:
    """Send a signal as soon as something is so, or let the process end."""
    until = time.monotonic() + 120
    while process.poll() is None and not when() and time.monotonic() < until:
        time.sleep(0.002)
    if process.poll() is None:
        process.send_signal(by)
    return process.wait(60)


def lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.is_file() else 0


@pytest.mark.parametrize("instant", ["1", "60", "new/datapackage.json", "journal.json"])
def test_a_killed_build_goes_on_to_the_same_package(tables: Path, fine: Path, tmp_path: Path, instant: str) -> None:
    target, work = tmp_path / "package", tmp_path / "work"
    notes = work / FOLDER / NOTES

    def reached() -> bool:
        return lines(notes) > int(instant) if instant.isdigit() else (target / ".onrecord" / instant).exists()

    words = ["-c", PACK.format(repr(str(tables)), str(target), f"Path({str(work)!r})")]
    code = stopped(started(words, tmp_path / "tmp"), signal.SIGKILL, reached)
    if code:
        assert code == -signal.SIGKILL
        assert not (target / "datapackage.json").exists() or verify_package(target) == []
    again = pack(tables, target, work=work, every=4)
    if code and instant.isdigit():
        assert again.parts["resumed"] >= int(instant)
    assert contents(target) == contents(fine)
    assert not (work / FOLDER).exists()


def test_what_was_finished_for_other_input_is_not_taken(tables: Path, tmp_path: Path) -> None:
    target, work = tmp_path / "package", tmp_path / "work"
    notes = work / FOLDER / NOTES
    words = ["-c", PACK.format(repr(str(tables)), str(target), f"Path({str(work)!r})")]
    stopped(started(words, tmp_path / "tmp"), signal.SIGKILL, lambda: lines(notes) > 20)
    other = in_folder(noted(synthetic(DOCUMENTS), ["d00000000"], "another note"), tmp_path / "other")
    made = pack(other, target, work=work, every=4, accept_drop="a test")
    assert made.parts["resumed"] == 0
    notes_made = pq.read_table(target / "claims/tables/documents", columns=["note"])["note"].to_pylist()
    assert "another note" in notes_made
    assert verify_package(target) == []


def test_an_interrupted_build_leaves_nothing_behind(tables: Path, tmp_path: Path) -> None:
    target, temporary = tmp_path / "package", tmp_path / "tmp"
    process = started(["-m", "onrecord", "build", tables, "--to", target], temporary)
    code = stopped(process, signal.SIGINT, lambda: (target / ".onrecord/new/claims").exists())
    assert code in (0, 130)
    assert list(temporary.iterdir()) == []
    assert code == 0 or not target.exists()


def test_an_overview_that_comes_with_the_input_is_made_anew(package: Path, tmp_path: Path) -> None:
    whole = dict(synthetic(DOCUMENTS))
    wrong = pq.read_table(package / "claims/tables/overview")
    whole["overview"] = wrong.set_column(11, "factuality", pa.array(["CT-"] * wrong.num_rows))
    folder = in_folder(whole, tmp_path / "tables")
    (folder / "package.yaml").write_text(INFO)
    assert run("build", folder, "--to", tmp_path / "package").exit_code == 0
    assert contents(tmp_path / "package") == contents(package)
