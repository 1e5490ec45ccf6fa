"""Files of JSON Lines: packed or not, one or many, damaged, cut off; a run that was stopped goes on where it was."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from nested_lines import Line, again, as_lines, example_lines, rows_of, staged, written
from onrecord.bulk import jsonlines
from onrecord.bulk.jsonlines import Staged, stage
from onrecord.bulk.jsonlines import lines as lines_module
from onrecord.bulk.jsonlines.lines import Sizes
from onrecord.engine import Engine
from onrecord.errors import LoadError

SOUND = example_lines()
SMALL = Sizes(block=8_000, part=30_000)


def zstd(raw: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as packed:
        packed.write(raw)
    return out.getvalue().to_pybytes()


PACKED: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd}


def many(count: int, odd: int | None = None) -> list[Line]:
    """The shared records, documents, and an entry of the review log after each tenth; one document is at fault."""
    lines = [SOUND[0]]
    for number in range(count):
        line = json.loads(written(SOUND[1]).replace("crane", f"crane{number}"))
        if number == odd:
            line["statements"][0]["attributions"][0]["act"] = "shout"
        lines.append(line)
        if number % 10 == 0:
            lines.append({"reviews": [{**SOUND[0]["reviews"][0], "id": f"r{number}x"}]})
    return lines


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Many parts, of some lines each."""
    monkeypatch.setattr(jsonlines, "sizes_for", lambda memory: SMALL)  # noqa: ARG005
    yield


def parts(folder: Path) -> dict[str, int]:
    """The parts of a run, each with the instant at which it was made."""
    return {one.name: one.stat().st_mtime_ns for one in sorted((folder / "work" / jsonlines.FOLDER).glob("part-*"))}


def whole(said: Staged) -> tuple[Any, ...]:
    places = said.lines.to_table().to_pylist()
    return rows_of(said), [str(found) for found in said.findings], said.complete, said.unread, sorted(map(str, places))


# -- packed, many -----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", PACKED)
def test_packed_files_are_known_by_what_is_in_them(tmp_path, ending):
    raw = PACKED[ending](as_lines(SOUND))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    named = staged(tmp_path / "a", raw, f"records.jsonl{ending}")
    unnamed = staged(tmp_path / "b", raw, "records.jsonl")
    assert rows_of(named) == rows_of(unnamed)
    assert len(rows_of(named)["documents"]) == 2


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_packed_files_can_be_joined(tmp_path, ending):
    raw = b"".join(PACKED[ending](as_lines([line])) for line in SOUND)
    assert len(rows_of(staged(tmp_path, raw, f"records.jsonl{ending}"))["documents"]) == 2


def test_frames_of_zstd_that_are_passed_over_may_come_first(tmp_path):
    frame = b"\x5f\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"said"
    raw = b"".join(frame + zstd(as_lines([line])) for line in SOUND)
    assert len(rows_of(staged(tmp_path, raw, "records"))["documents"]) == 2


def test_a_folder_is_read_in_the_order_of_names(tmp_path):
    review = SOUND[0]["reviews"][0]
    for number, (name, packed) in enumerate(
        [("b.ndjson", bytes), ("a.jsonl.gz", gzip.compress), ("c.jsonl.zst", zstd)]
    ):
        (tmp_path / name).write_bytes(packed(as_lines([{"reviews": [{**review, "id": f"r{number}"}]}])))
    (tmp_path / "notes.txt").write_text("not read")
    said = stage([tmp_path], tmp_path / "work")
    rows = said.tables["reviews"].to_table().to_pylist()
    assert {row["id"]: row["number"] for row in rows} == {"r1": 1, "r0": 2, "r2": 3}
    stood = {row["record_id"]: Path(row["file"]).name for row in said.lines.to_table().to_pylist()}
    assert stood == {"r0": "b.ndjson", "r1": "a.jsonl.gz", "r2": "c.jsonl.zst"}


@pytest.mark.parametrize("ending", PACKED)
def test_many_parts_are_together_what_one_is(tmp_path, ending, small):
    raw = PACKED[ending](as_lines(many(60, odd=41)))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    cut = staged(tmp_path / "a", raw, f"records.jsonl{ending}")
    jsonlines.sizes_for = lambda memory: Sizes(1 << 23, 1 << 26)  # type: ignore[assignment]  # noqa: ARG005
    one = staged(tmp_path / "b", raw, f"records.jsonl{ending}")
    assert len(parts(tmp_path / "a")) > 5
    assert len(parts(tmp_path / "b")) == 1
    assert rows_of(cut) == rows_of(one)
    assert [f.location.line for f in cut.findings] == [f.location.line for f in one.findings] == [48]
    assert {f.code for f in cut.findings} == {"OR104"}
    assert (cut.complete, cut.unread) == (one.complete, one.unread) == (False, frozenset({"crane41.s1"}))
    numbers = sorted(cut.tables["reviews"].to_table().column("number").to_pylist())
    assert numbers == list(range(1, len(numbers) + 1))


def test_tables_are_read_by_the_engine_where_they_lie(tmp_path, small):
    said = staged(tmp_path, as_lines(many(20)))
    with Engine(said.tables) as engine:
        [row] = engine.select("SELECT count(*) AS n, count(DISTINCT document_id) AS d FROM anchors").to_pylist()
    assert row["d"] == 20
    assert row["n"] == said.tables["anchors"].count_rows() > 100
    assert said.tables["terms"].count_rows() > 100


# -- damaged ----------------------------------------------------------------------------------


def refused(folder: Path, raw: bytes, name: str = "records.jsonl") -> LoadError:
    with pytest.raises(LoadError) as error:
        staged(folder, raw, name)
    assert error.value.help
    assert name in error.value.message or "no records" in error.value.message
    left = [one.name for one in (folder / "work").rglob("*.unfinished")] if (folder / "work").exists() else []
    assert left == []
    return error.value


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("kept", [0.999, 0.6, 0.02])
def test_a_packed_file_that_is_cut_short_is_refused(tmp_path, ending, kept):
    raw = PACKED[ending](as_lines(many(5)))
    refused(tmp_path, raw[: int(len(raw) * kept)], f"records.jsonl{ending}")


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_packed_file_that_is_damaged_is_refused(tmp_path, ending):
    raw = bytearray(PACKED[ending](as_lines(many(5))))
    middle = len(raw) // 2
    raw[middle : middle + 40] = bytes(40)
    refused(tmp_path, bytes(raw), f"records.jsonl{ending}")


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_packed_file_that_grows_without_end_is_refused(tmp_path, ending, monkeypatch):
    monkeypatch.setattr("onrecord.bulk.jsonlines.inputs.SMALL", 1_000_000)
    raw = PACKED[ending](b'{"agents": []}' + b" " * 40_000_000 + b"\n")
    assert "grow beyond all measure" in refused(tmp_path, raw, f"records.jsonl{ending}").message


def test_a_line_without_end_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(lines_module, "MAX_LINE", 100_000)
    monkeypatch.setattr("onrecord.bulk.jsonlines.block.MAX_LINE", 100_000)
    monkeypatch.setattr(jsonlines, "sizes_for", lambda memory: SMALL)  # noqa: ARG005
    long = b'{"agents": [{"id": "' + b"x" * 250_000 + b'"}]}\n'
    for folder, raw in {"a": as_lines(SOUND) + long + as_lines(SOUND), "b": as_lines(SOUND) + long.rstrip()}.items():
        (tmp_path / folder).mkdir()
        said = staged(tmp_path / folder, raw)
        [found] = said.findings
        assert (found.code, found.location.line) == ("OR023", 4)
        assert f"{len(long) - 1:,} bytes" in found.message
        assert (said.complete, said.unread) == (False, None)
    places = [row["line"] for row in said.lines.to_table().to_pylist()]
    assert max(places) == 3


def test_a_line_just_over_the_limit_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("onrecord.bulk.jsonlines.block.MAX_LINE", 5_000)
    [*codes] = {found.code for found in staged(tmp_path, as_lines(SOUND)).findings}
    assert codes == ["OR023"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"A text that is not JSON.\nNor is this line.\n",
        json.dumps(SOUND, default=float, indent=2).encode(),
        json.dumps([1, 2]).encode(),
        as_lines(SOUND).decode().encode("utf-16"),
        b'{"agents": [{"id": "a", "na',
        b"[\n" * 2_000_000,
    ],
)
def test_a_file_that_is_no_json_lines_is_refused(tmp_path, raw):
    assert "is not JSON Lines, from line 1 on" in refused(tmp_path, raw).message


def test_many_faulty_lines_after_a_sound_one_are_findings(tmp_path):
    said = staged(tmp_path, as_lines(SOUND) + b"{\n" * 150)
    assert [found.location.line for found in said.findings] == list(range(4, 154))
    assert len(rows_of(said)["documents"]) == 2


def test_a_file_cut_short_in_a_line_is_told_at_that_line(tmp_path):
    [found] = staged(tmp_path, as_lines(SOUND)[:-100]).findings
    assert (found.code, found.location.line) == ("OR022", 3)
    assert "it is cut short" in found.message


@pytest.mark.parametrize("raw", [b"", gzip.compress(b"")[:0]])
def test_an_empty_file_is_refused(tmp_path, raw):
    refused(tmp_path, raw)


def test_blank_lines_alone_are_no_records(tmp_path):
    refused(tmp_path, b"\n \n")


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator can read every file")
def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_bytes(as_lines(SOUND))
    file.chmod(0)
    with pytest.raises(LoadError, match="cannot read"):
        stage([file], tmp_path / "work")


def test_what_is_not_there_or_no_file_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    for name, words in {"none.jsonl": "cannot read", "empty": "no JSON Lines", "pipe.jsonl": "not a file"}.items():
        with pytest.raises(LoadError, match=words):
            stage([tmp_path / name], tmp_path / "work")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, small):
    file = tmp_path / "records.jsonl"
    file.write_bytes(as_lines(many(30)))

    def told(*_: Any) -> None:
        with file.open("ab") as more:
            more.write(as_lines([{"agents": []}]))

    with pytest.raises(LoadError, match="changed while it was read"):
        stage([file], tmp_path / "work", told=told)


def test_a_full_disk_is_an_error_and_leaves_no_half(tmp_path, small, monkeypatch):
    from onrecord.bulk.jsonlines.parts import PartWriter

    def full(self: Any, made: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartWriter, "add", full)
    with pytest.raises(LoadError, match="No space left"):
        staged(tmp_path, as_lines(many(10)))
    assert parts(tmp_path) == {}


# -- again ------------------------------------------------------------------------------------


def test_a_second_run_takes_the_parts_that_are_there(tmp_path, small):
    raw = as_lines(many(40, odd=3))
    first, made = whole(staged(tmp_path, raw)), parts(tmp_path)
    again_said = stage([tmp_path / "records.jsonl"], tmp_path / "work", resume=True)
    assert parts(tmp_path) == made
    assert whole(again_said) == first
    staged(tmp_path, raw)
    assert not set(parts(tmp_path).values()) & set(made.values()), "without `resume` all is made anew"


@pytest.mark.parametrize("harm", ["cut", "gone", "page", "not parquet"])
def test_a_torn_part_is_made_again(tmp_path, small, harm):
    first = whole(staged(tmp_path, as_lines(many(40))))
    made = parts(tmp_path)
    assert len(made) > 4
    part = tmp_path / "work" / jsonlines.FOLDER / "part-000002"
    torn = part / ("part.json" if harm == "page" else "anchors.parquet")
    raw = torn.read_bytes()
    match harm:
        case "gone":
            torn.unlink()
        case "not parquet":
            torn.write_bytes(bytes(len(raw)))
        case _:
            torn.write_bytes(raw[: len(raw) // 2])
    said = stage([tmp_path / "records.jsonl"], tmp_path / "work", resume=True)
    assert whole(said) == first
    assert {name for name, when in parts(tmp_path).items() if made[name] != when} == {"part-000002"}


def test_a_file_that_changed_since_is_read_again(tmp_path, small):
    staged(tmp_path, as_lines(many(20)))
    lines = again(many(20))
    lines[5]["document"]["title"] = "Another title"
    file = tmp_path / "records.jsonl"
    file.write_bytes(as_lines(lines))
    said = stage([file], tmp_path / "work", resume=True)
    assert any("Another title" in row for row in rows_of(said)["documents"])


STOPPED = """
import os, signal, sys, threading
from pathlib import Path
from onrecord.bulk import jsonlines
from onrecord.bulk.jsonlines.lines import Sizes
jsonlines.sizes_for = lambda memory: Sizes(8_000, 30_000)
calls = 0
def told(*_):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        threading.Timer(float(sys.argv[3]), os.kill, (os.getpid(), int(sys.argv[4]))).start()
jsonlines.stage([Path(sys.argv[1], "records.jsonl")], Path(sys.argv[1], "work"), told=told, resume=True)
"""


@pytest.mark.parametrize("stops", [[(1, 0.0), (2, 0.001)], [(3, 0.0), (3, 0.02), (6, 0.004)], [(4, 0.01), (9, 0.0)]])
def test_a_run_that_is_killed_goes_on_to_the_same_end(tmp_path, small, stops):
    (tmp_path / "whole").mkdir()
    (tmp_path / "stopped").mkdir()
    raw = as_lines(many(60, odd=17))
    wanted = whole(staged(tmp_path / "whole", raw))
    (tmp_path / "stopped" / "records.jsonl").write_bytes(raw)
    killed = [run(tmp_path / "stopped", *stop, signal.SIGKILL) for stop in stops]
    assert -signal.SIGKILL in killed
    said = stage([tmp_path / "stopped" / "records.jsonl"], tmp_path / "stopped" / "work", resume=True)
    got = whole(said)
    assert got[0] == wanted[0]
    assert str(got[1:]).replace("/stopped/", "/whole/") == str(wanted[1:])
    assert list((tmp_path / "stopped" / "work").rglob("*.unfinished")) == []
    ours, theirs = (sorted((tmp_path / one / "work").rglob("*.parquet")) for one in ("whole", "stopped"))
    places = [a.name for a, b in zip(ours, theirs, strict=True) if a.read_bytes() != b.read_bytes()]
    assert set(places) <= {"lines.parquet"}, "the same bytes; only the lines name the file, which lies elsewhere"


def run(folder: Path, call: int, wait: float, stop: signal.Signals) -> int:
    command = [sys.executable, "-c", STOPPED, str(folder), str(call), str(wait), str(int(stop))]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode


def test_an_interrupt_ends_the_run_and_leaves_no_half(tmp_path):
    (tmp_path / "records.jsonl").write_bytes(as_lines(many(60)))
    assert run(tmp_path, 2, 0.0, signal.SIGINT) != 0
    assert list((tmp_path / "work").rglob("*.unfinished")) == []
