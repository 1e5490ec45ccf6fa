from __future__ import annotations

import errno
import itertools
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from onrecord import staging
from onrecord.errors import BuildError
from onrecord.lock import LOCK, lock
from onrecord.staging import FOLDER, JOURNAL, is_plain, publication, settle

CHANGING = ("write", "sync", "make_folder", "move", "keep", "keep_mode", "remove", "discard")
OLD = {"tables/a.csv": b"old a", "tables/gone.csv": b"old gone", "tables/same.csv": b"same", "package.json": b"old"}
NEW = {"tables/a.csv": b"new a", "tables/b.csv": b"new b", "tables/same.csv": b"same", "package.json": b"new"}


class Crash(BaseException):
    """The machine stops: nothing after it happens, not even cleaning up."""


def files(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def released(tmp_path: Path) -> Path:
    for name, data in OLD.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def publish_new(root: Path) -> list[str]:
    with publication(root) as stage:
        for name, data in NEW.items():
            stage.put(name, data)
        return stage.publish(["tables/gone.csv"])


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, at: int, fault: Callable[[], BaseException], lasting: bool
) -> Iterator[list[str]]:
    """Make the nth change to the disk fail, and with `lasting` every later one."""
    done: list[str] = []

    def wrapped(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            done.append(name)
            if len(done) == at or (lasting and len(done) > at):
                raise fault()
            return real(*given)

        return call

    with monkeypatch.context() as patched:
        for name in CHANGING:
            patched.setattr(staging, name, wrapped(name, getattr(staging, name)))
        yield done


def no_space() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_publication_puts_new_files_removes_old_ones_and_leaves_nothing_over(tmp_path):
    root = released(tmp_path)
    assert publish_new(root) == ["tables/a.csv", "tables/b.csv", "package.json", "tables/gone.csv"]
    assert files(root) == NEW


def test_publication_does_not_touch_files_that_stay_as_they_are(tmp_path):
    root = released(tmp_path)
    before = (root / "tables/same.csv").stat()
    publish_new(root)
    after = (root / "tables/same.csv").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert publish_new(root) == []


def test_publication_that_is_given_up_changes_nothing(tmp_path):
    root = released(tmp_path)
    with pytest.raises(ZeroDivisionError), publication(root) as stage:
        stage.put("package.json", b"new")
        raise ZeroDivisionError
    assert files(root) == OLD


def test_publication_that_fails_leaves_no_folder_that_it_made(tmp_path):
    target = tmp_path / "new" / "project"
    with pytest.raises(BuildError), publication(target) as stage:
        stage.put("a/b/c.yaml", b"c")
        stage.put("x.yaml", b"x")
        (target / "x.yaml").mkdir()  # in the way of a file
        stage.publish()
    assert [path.name for path in target.iterdir()] == ["x.yaml"]
    (target / "x.yaml").rmdir()
    target.rmdir()
    with pytest.raises(ZeroDivisionError), publication(target) as stage:
        stage.put("a/b/c.yaml", b"c")
        raise ZeroDivisionError
    assert (tmp_path / "new").is_dir()  # it was there before
    assert not target.exists()


def test_file_in_the_place_of_another_has_its_mode(tmp_path):
    root = released(tmp_path)
    (root / "package.json").chmod(0o640)
    publish_new(root)
    assert stat.S_IMODE((root / "package.json").stat().st_mode) == 0o640


def test_read_only_file_is_refused_by_its_name(tmp_path):
    root = released(tmp_path)
    (root / "tables/same.csv").chmod(0o444)  # stays as it is
    publish_new(root)
    (root / "package.json").chmod(0o444)
    with pytest.raises(BuildError) as caught, publication(root) as stage:
        stage.put("package.json", b"newer")
        stage.publish()
    assert caught.value.message == f"{root / 'package.json'} is read-only"
    assert files(root) == NEW


def test_staged_file_knows_its_size_and_hash(tmp_path):
    with publication(tmp_path) as stage:
        with stage.open("a") as file:
            file.write(b"ab")
            file.write(memoryview(b"c"))
        assert (file.bytes, file.hash) == (3, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


def test_every_single_failure_leaves_the_old_release_and_nothing_else(tmp_path, monkeypatch):
    """Fail the first change to the disk, then the second, until the publication succeeds."""
    for at in itertools.count(1):
        (tmp_path / str(at)).mkdir()
        root = released(tmp_path / str(at))
        with failing(monkeypatch, at, no_space, lasting=False) as done:
            try:
                publish_new(root)
            except BuildError as error:
                assert error.message == f"no space left for the package in {root}"
                assert error.help
        if len(done) < at:
            break
        if done[at - 1] != "discard":  # what was to be discarded is discarded by the next run
            assert files(root) == OLD, f"{done[at - 1]} number {at}"
        publish_new(root)
        assert files(root) == NEW
    assert at > 40
    assert files(root) == NEW


def test_every_instant_at_which_the_machine_stops_leaves_one_whole_release(tmp_path, monkeypatch):
    outcomes = []
    for at in itertools.count(1):
        (tmp_path / str(at)).mkdir()
        root = released(tmp_path / str(at))
        with failing(monkeypatch, at, Crash, lasting=True) as done, suppress(Crash):
            publish_new(root)
        if len(done) < at:
            break
        assert settle(root)
        said = {name: data for name, data in files(root).items() if not name.startswith(FOLDER)}
        assert said in (OLD, NEW), f"{done[at - 1]} number {at}"
        outcomes.append(said == NEW)
        publish_new(root)
        assert files(root) == NEW
    assert outcomes == sorted(outcomes)  # up to one instant the old release, from then on the new one
    assert {True, False} == set(outcomes)


def test_a_disk_that_fails_for_good_leaves_one_whole_release(tmp_path, monkeypatch):
    """Even undoing the moves may fail; then the journal stays and they are finished later."""
    for at in itertools.count(1):
        (tmp_path / str(at)).mkdir()
        root = released(tmp_path / str(at))
        with failing(monkeypatch, at, no_space, lasting=True) as done, suppress(BuildError):
            publish_new(root)
        if len(done) < at:
            break
        assert settle(root)
        assert {n: d for n, d in files(root).items() if not n.startswith(FOLDER)} in (OLD, NEW)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "no space left for the package in {root}"),
        (errno.EDQUOT, "no space left for the package in {root}"),
        (errno.EFBIG, "no space left for the package in {root}"),
        (errno.EACCES, "cannot write to {root}: Permission denied"),
        (errno.EROFS, "cannot write to {root}: Read-only file system"),
        (errno.EIO, "cannot write the package: Input/output error ({root})"),
    ],
)
def test_publication_says_in_words_why_the_disk_refused(tmp_path, monkeypatch, number, message):
    root = released(tmp_path)
    with (
        failing(monkeypatch, 5, lambda: OSError(number, os.strerror(number)), lasting=False),
        pytest.raises(BuildError) as raised,
    ):
        publish_new(root)
    assert raised.value.message == message.format(root=root)
    assert raised.value.help
    assert files(root) == OLD


def test_publication_where_a_file_stands_in_place_of_a_folder(tmp_path):
    (tmp_path / "tables").write_bytes(b"a file")
    with pytest.raises(BuildError, match="cannot write the package"):
        publish_new(tmp_path)
    assert files(tmp_path) == {"tables": b"a file"}


def test_publication_refuses_to_write_through_a_link(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "tables").symlink_to(elsewhere)
    with pytest.raises(BuildError, match="is a link"):
        publish_new(root)
    assert files(elsewhere) == {}


# The lock


def test_second_builder_is_told_who_the_first_one_is(tmp_path):
    with publication(tmp_path):
        with pytest.raises(BuildError) as raised, publication(tmp_path):
            pass
        assert raised.value.message.startswith(f"another build is at work in {tmp_path} (PID {os.getpid()} on ")
        assert raised.value.help.startswith(f"wait for it, or end {os.getpid()} if it hangs")
    assert not (tmp_path / LOCK).exists()


def test_lock_file_left_by_a_dead_builder_does_not_stop_the_next(tmp_path):
    (tmp_path / LOCK).write_text('{"pid": 1, "host": "gone", "started": "2020-01-01T00:00:00Z"}')
    assert publish_new(released(tmp_path))


def test_lock_ends_with_its_holder(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from onrecord.lock import lock\n"
        "with lock(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BuildError, match=f"PID {holder.pid} on "), lock(tmp_path):
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    with lock(tmp_path):
        assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()


def test_lock_is_held_by_one_at_a_time(tmp_path):
    inside, most, refused = 0, 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most, refused
        for _ in range(50):
            try:
                with lock(tmp_path):
                    with guard:
                        inside += 1
                        most = max(most, inside)
                    time.sleep(0.0005)
                    with guard:
                        inside -= 1
            except BuildError:
                with guard:
                    refused += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert refused


# Readers


def test_settle_has_nothing_to_do_in_a_finished_package(tmp_path):
    assert settle(released(tmp_path))
    assert files(tmp_path) == OLD


def test_settle_waits_for_moves_under_way(tmp_path, monkeypatch):
    root, real, moving = released(tmp_path), staging.move, threading.Event()

    def slow(source: Path, target: Path) -> None:
        real(source, target)
        if target.name == JOURNAL:
            moving.set()
        time.sleep(0.05)

    monkeypatch.setattr(staging, "move", slow)
    builder = threading.Thread(target=publish_new, args=(root,))
    builder.start()
    assert moving.wait(10)
    assert settle(root)
    assert {n: d for n, d in files(root).items() if not n.startswith(FOLDER)} == NEW
    builder.join()


def test_settle_gives_up_on_moves_that_do_not_end(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "PATIENCE", 0.1)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / JOURNAL).write_text('{"side": "new", "put": [], "gone": []}')
    with lock(tmp_path):
        assert not settle(tmp_path)
    assert settle(tmp_path)


@pytest.mark.parametrize(
    "journal",
    [
        '{"side": "new", "put": ["../../victim"], "gone": []}',
        '{"side": "new", "put": [], "gone": ["../victim"]}',
        '{"side": "new", "put": [], "gone": ["/victim"]}',
        '{"side": "../..", "put": ["victim"], "gone": []}',
        '{"side": "new", "put": "victim", "gone": 5}',
        '["put"]',
        "{",
    ],
)
def test_a_stranger_s_journal_moves_nothing(tmp_path, monkeypatch, journal):
    monkeypatch.setattr(staging, "PATIENCE", 0)
    (tmp_path / "victim").write_bytes(b"keep me")
    root = tmp_path / "root"
    (root / FOLDER / "new").mkdir(parents=True)
    (root / FOLDER / JOURNAL).write_text(journal)
    assert not settle(root)
    with pytest.raises(BuildError, match="was not written by a build"):
        publish_new(root)
    assert (tmp_path / "victim").read_bytes() == b"keep me"


def test_a_journal_moves_nothing_through_a_link(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "PATIENCE", 0)
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "a.csv").write_bytes(b"keep me")
    root = tmp_path / "root"
    (root / FOLDER / "new").mkdir(parents=True)
    (root / FOLDER / JOURNAL).write_text('{"side": "new", "put": [], "gone": ["tables/a.csv"]}')
    (root / "tables").symlink_to(victim)
    assert not settle(root)
    assert (victim / "a.csv").read_bytes() == b"keep me"


@pytest.mark.parametrize("name", ["claims/tables/a.csv", "datapackage.json", "a", "A-1_x.y/b"])
def test_plain_paths_are_plain(name):
    assert is_plain(name)


@pytest.mark.parametrize(
    "name",
    [
        *["", "/a", "../a", "a/../b", "a//b", "a/", "./a", ".git/a", "a/.b", "C:\\a", "a\\b", "c:a", "http://x/a"],
        *["a\n", "con", "a/NUL.csv", "a.", "ü", "a b", "~", None, 5, ["a"], "a" * 201],
    ],
)
def test_other_paths_are_not_plain(name):
    assert not is_plain(name)


def test_many_files_reach_the_disk_together_before_the_journal_and_before_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    seen: list[tuple[bool, bool]] = []

    def sync_everything() -> None:
        seen.append(((target / staging.FOLDER / staging.JOURNAL).exists(), (target / "a" / "1").exists()))

    monkeypatch.setattr("os.sync", sync_everything, raising=False)
    with staging.publication(target, together=True) as stage:
        for number in range(3):
            stage.put(f"a/{number}", b"x")
        assert stage.publish() == ["a/0", "a/1", "a/2"]
    assert seen == [(False, False), (True, True)]
