"""Addresses: fetched whole or refused in words; nothing that a server says leads out of the folder."""

from __future__ import annotations

import gzip
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from onrecord.bulk import address as bulk_address
from onrecord.bulk import connection
from onrecord.bulk.address import is_address, local_copy, local_name, safe
from onrecord.bulk.kinds import kind_at
from onrecord.cli import program
from onrecord.errors import LoadError, MissingExtra
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.tables import to_tables

pytest.importorskip("fsspec", reason="needs the extra `remote`")
pytest.importorskip("aiohttp", reason="needs the extra `remote`")
BODY = gzip.compress(b'{"agents": []}\n' * 4_000, compresslevel=0)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example dataset as a folder of Parquet tables."""
    folder = tmp_path_factory.mktemp("archive")
    for name, rows in to_tables(load_texts(example(""), pad_digests=True).records).items():
        pq.write_table(rows, folder / f"{name}.parquet")
    (folder / "notes.txt").write_text("not fetched")
    return folder


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Starts a web server and gives its address; it ends with the test."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: Any) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answering(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            """Be quiet."""

    return Handler


def respond(handler: BaseHTTPRequestHandler, body: bytes, promised: int | None = None, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if promised is None else promised))
    handler.end_headers()
    if handler.command == "GET":
        handler.wfile.write(body)
    handler.close_connection = True


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Be quiet."""


# Names


def test_an_address_is_told_from_a_path() -> None:
    assert is_address("s3://bucket/folder") and is_address("https://example.org/x.jsonl.gz")
    assert not any(map(is_address, ["folder", "/a/b", "C:\\data", "a:b", "//host/share", Path("s3://bucket")]))


def test_a_path_of_this_machine_is_used_as_it_is(tmp_path: Path) -> None:
    assert local_copy(tmp_path, tmp_path / "work") == tmp_path
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("units/kind=a%20b/part-0.parquet", "units/kind=a%20b/part-0.parquet"),
        ("../../etc/passwd.parquet", "%2E%2E/%2E%2E/etc/passwd.parquet"),
        ("/etc/x.parquet", "%00/etc/x.parquet"),
        ("a//b.parquet", "a/%00/b.parquet"),
        ("./b.parquet", "%2E/b.parquet"),
        ("a\\..\\b:c.parquet", "a%5C..%5Cb%3Ac.parquet"),
        ("\x1b[31m\n\u202e.parquet", "%1B%5B31m%0A%E2%80%AE.parquet"),
    ],
)
def test_a_name_of_a_listing_leads_nowhere_else(name: str, place: str, tmp_path: Path) -> None:
    assert local_name(name) == place
    assert (tmp_path / local_name(name)).resolve().is_relative_to(tmp_path.resolve())


def test_passwords_in_an_address_are_not_repeated() -> None:
    assert safe("https://me:secret@example.org/a?X-Amz-Signature=1") == "https://example.org/a"


@pytest.mark.parametrize("where", ["file:///etc", "memory://x", "zip://a.parquet::s3://b/c.zip", "local://x"])
def test_what_is_on_this_machine_has_no_address(where: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is no address to fetch from"):
        local_copy(where, tmp_path)


def test_a_protocol_that_nobody_knows_and_a_library_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LoadError, match="nosuch"):
        local_copy("nosuch://x/y", tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(MissingExtra) as missing:
        local_copy("s3://bucket/x", tmp_path)
    assert missing.value.help == "pip install 'onrecord[remote]'"


# http


def test_a_file_and_a_folder_over_http(archive: Path, serve: Callable[[Any], str], tmp_path: Path) -> None:
    address = serve(partial(Quiet, directory=str(archive)))
    said: list[tuple[str, int, int | None]] = []
    got = local_copy(address, tmp_path / "a", lambda *step: said.append(step))
    assert kind_at(got) == "parquet"
    assert {file.name for file in got.glob("*.parquet")} == {file.name for file in archive.glob("*.parquet")}
    assert all((got / file.name).read_bytes() == file.read_bytes() for file in archive.glob("*.parquet"))
    assert not (got / "notes.txt").exists()
    total = sum(file.stat().st_size for file in archive.glob("*.parquet"))
    assert said[-1][0] == "fetching" and said[-1][1:] == (total, total)
    one = local_copy(f"{address}/units.parquet?signature=1", tmp_path / "b")
    assert one.read_bytes() == (archive / "units.parquet").read_bytes()


def test_a_package_over_http_is_found_by_its_descriptor(
    crane: Path, serve: Callable[[Any], str], tmp_path: Path
) -> None:
    address = serve(partial(Quiet, directory=str(crane)))
    got = local_copy(f"{address}/", tmp_path)
    assert kind_at(got) == "package" and (got / "claims" / "tables" / "units.parquet").is_file()
    assert not list(got.rglob("*.yaml"))
    assert CliRunner().invoke(program, ["check", address]).exit_code == 0


def refused(address: str, work: Path) -> str:
    with pytest.raises(LoadError) as error:
        local_copy(address, work)
    assert not [file for file in work.rglob("*") if file.is_file() and file.suffix != ".part"]
    assert error.value.help
    return error.value.message


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "the server refuses"), (401, "status 401"), (404, "there is nothing at"), (500, "to its end")],
)
def test_an_answer_that_says_no(status: int, told: str, serve: Callable[[Any], str], tmp_path: Path) -> None:
    address = serve(answering(lambda handler: respond(handler, b"no", status=status)))
    assert told in refused(f"{address}/x.jsonl.gz", tmp_path)
    said = CliRunner().invoke(program, ["check", f"{address}/x.jsonl.gz"])
    assert said.exit_code == 2 and told in said.stderr and "Traceback" not in said.output


def test_a_server_that_stops_half_way(serve: Callable[[Any], str], tmp_path: Path) -> None:
    address = serve(answering(lambda handler: respond(handler, BODY[: len(BODY) // 2], promised=len(BODY))))
    assert "could not be fetched to its end" in refused(f"{address}/x.jsonl.gz", tmp_path)


def test_a_server_that_falls_silent(
    serve: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        respond(handler, BODY[:100], promised=len(BODY))
        if handler.command == "GET":
            handler.wfile.flush()
            over.wait(20)

    monkeypatch.setattr(connection, "PATIENCE", 0.5)
    address = serve(answering(stall))
    try:
        assert "could not be fetched to its end" in refused(f"{address}/x.jsonl.gz", tmp_path)
    finally:
        over.set()


def test_a_server_that_promises_another_size_than_it_sends(serve: Callable[[Any], str], tmp_path: Path) -> None:
    def lie(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "HEAD":
            respond(handler, b"", promised=1_000_000)
        else:
            respond(handler, BODY)

    address = serve(answering(lie))
    assert f"has 1,000,000 bytes, and {len(BODY):,} came" in refused(f"{address}/x.jsonl.gz", tmp_path)


@pytest.mark.parametrize("target", ["file:///etc/hosts", "/x.jsonl.gz"])
def test_a_redirect_to_a_file_or_in_circles_is_not_followed(
    target: str, serve: Callable[[Any], str], tmp_path: Path
) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    address = serve(answering(redirect))
    refused(f"{address}/x.jsonl.gz", tmp_path)


def test_no_server_at_all(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/x.jsonl.gz"
        assert "no server answers at" in refused(address, tmp_path)


def test_what_a_page_links_to_and_is_not_there_is_named(serve: Callable[[Any], str], tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        page = b'<a href="gone.jsonl">x</a>'
        respond(handler, page, status=200 if handler.path.endswith("/") else 404)

    assert "/data/gone.jsonl" in refused(f"{serve(answering(answer))}/data/", tmp_path)


def test_folders_without_end_are_an_error(
    serve: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        page = b'<a href="a/">x</a><a href="x.jsonl">y</a>'
        respond(handler, page, status=404 if handler.path.endswith("json") else 200)

    monkeypatch.setattr(bulk_address, "MAX_PAGES", 5)
    assert "link to more than 5 folders" in refused(f"{serve(answering(answer))}/data/", tmp_path)


def test_a_listing_that_leads_elsewhere_fetches_nothing_from_there(serve: Callable[[Any], str], tmp_path: Path) -> None:
    asked: list[str] = []
    page = b'<a href="http://127.0.0.1:9/evil.parquet">x</a><a href="../../up.parquet">y</a><a href="ok.jsonl">z</a>'

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if handler.path.endswith("/"):
            respond(handler, page)
        elif handler.path.endswith("ok.jsonl"):
            respond(handler, b'{"agents": []}\n')
        else:
            respond(handler, b"", status=404)

    address = serve(answering(answer))
    got = local_copy(f"{address}/data/", tmp_path / "work")
    assert [file.name for file in got.rglob("*") if file.is_file() and file.name != "fetched.json"] == ["ok.jsonl"]
    assert not any("up.parquet" in path or "evil" in path for path in asked)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]


def test_what_was_fetched_before_is_used_again_unless_it_changed(serve: Callable[[Any], str], tmp_path: Path) -> None:
    fetched: list[str] = []
    mark = ["one"]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            fetched.append(handler.path)
        handler.send_response(200)
        handler.send_header("ETag", mark[0])
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(BODY)

    address = serve(answering(answer))
    for _ in range(2):
        assert local_copy(f"{address}/x.jsonl.gz", tmp_path).read_bytes() == BODY
    assert fetched == ["/x.jsonl.gz"]
    mark[0] = "two"
    local_copy(f"{address}/x.jsonl.gz", tmp_path)
    assert len(fetched) == 2
    local_copy(f"{address}/y.jsonl.gz", tmp_path)
    assert not (tmp_path / "x.jsonl.gz").exists(), "files of another address are gone"


def test_what_came_whole_is_kept_when_the_rest_does_not_come(
    archive: Path, serve: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.bulk.address.AT_ONCE", 1)
    fetched: list[str] = []
    torn = ["/units.parquet"]

    class Pages(SimpleHTTPRequestHandler):
        def __init__(self, *said: Any) -> None:
            super().__init__(*said, directory=str(archive))

        def log_message(self, *_: Any) -> None:
            """Be quiet."""

        def do_GET(self) -> None:
            if self.path in torn:
                return respond(self, b"PAR1", promised=5_000)
            if self.path.endswith(".parquet"):
                fetched.append(self.path)
            return super().do_GET()

        def end_headers(self) -> None:
            self.send_header("ETag", "one")
            super().end_headers()

    address = serve(Pages)
    with pytest.raises(LoadError, match="could not be fetched to its end") as error:
        local_copy(address, tmp_path / "work")
    assert "what came whole is kept" in str(error.value.help)
    first = set(fetched)
    assert "/agents.parquet" in first and "/units.parquet" not in first
    torn.clear()
    fetched.clear()
    local_copy(address, tmp_path / "work")
    assert "/units.parquet" in fetched and not first & set(fetched)
    assert {file.name for file in (tmp_path / "work").glob("*.parquet")} == {f.name for f in archive.glob("*.parquet")}


def test_what_is_no_longer_at_an_address_is_no_longer_used(
    archive: Path, serve: Callable[[Any], str], tmp_path: Path
) -> None:
    there = tmp_path / "there"
    shutil.copytree(archive, there)
    (there / "units").mkdir()
    for number in range(2):
        shutil.copy(archive / "units.parquet", there / "units" / f"part-{number}.parquet")

    class Pages(SimpleHTTPRequestHandler):
        def __init__(self, *said: Any) -> None:
            super().__init__(*said, directory=str(there))

        def log_message(self, *_: Any) -> None:
            """Be quiet."""

    address = serve(Pages)
    (there / "units.parquet").unlink()
    for left in (2, 1):
        copy = local_copy(address, tmp_path / "work")
        assert len(list((copy / "units").iterdir())) == left
        (there / "units" / "part-1.parquet").unlink(missing_ok=True)


# s3


@pytest.fixture(scope="module")
def bucket(archive: Path) -> Iterator[str]:
    """A bucket of a server on this machine that holds the example dataset."""
    server_of = pytest.importorskip("moto.server", reason="needs moto[server]")
    pytest.importorskip("s3fs", reason="needs the extra `remote`")
    import boto3

    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    client.create_bucket(Bucket="records")
    for file in archive.iterdir():
        client.upload_file(str(file), "records", f"archive/2026/{file.name}")
    client.put_object(Bucket="records", Key="lines/a.jsonl", Body=b'{"agents": []}\n')
    client.put_object(Bucket="records", Key="up/../../../evil.parquet", Body=b"x")
    client.put_object(Bucket="records", Key="same/A.jsonl", Body=b"{}\n")
    client.put_object(Bucket="records", Key="same/a.jsonl", Body=b"{}\n")
    yield address
    server.stop()


@pytest.fixture
def keys(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_a_folder_of_tables_in_a_bucket(keys: None, archive: Path, tmp_path: Path) -> None:
    got = local_copy("s3://records/archive/2026/", tmp_path)
    assert kind_at(got) == "parquet"
    assert all((got / file.name).read_bytes() == file.read_bytes() for file in archive.glob("*.parquet"))
    assert (local_copy("s3://records/lines/a.jsonl", tmp_path / "one")).read_text() == '{"agents": []}\n'
    assert kind_at(local_copy("s3://records/lines", tmp_path / "two")) == "jsonl"


def test_check_of_a_bucket_from_the_command_line(keys: None) -> None:
    said = CliRunner().invoke(program, ["check", "s3://records/archive/2026"])
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "0 problems in 62 records"), said.output


def test_a_key_that_leads_out_of_the_folder_stays_in_it(keys: None, tmp_path: Path) -> None:
    got = local_copy("s3://records/up", tmp_path / "deep" / "work")
    assert [file.relative_to(got).as_posix() for file in got.rglob("*.parquet")] == [
        "%2E%2E/%2E%2E/%2E%2E/evil.parquet"
    ]
    assert not list(tmp_path.glob("*.parquet"))


def test_names_that_differ_in_case_only_are_refused(keys: None, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="have the same name"):
        local_copy("s3://records/same", tmp_path)


@pytest.mark.parametrize("where", ["s3://records/nothing-here", "s3://no-such-bucket/x", "s3://records/lines/b.jsonl"])
def test_nothing_at_a_place_in_a_bucket(keys: None, where: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"there (is nothing|are no tables and no JSON Lines) at"):
        local_copy(where, tmp_path)


def test_credentials_that_are_refused_or_missing(
    keys: None, serve: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = b"<Error><Code>InvalidAccessKeyId</Code><Message>No such key</Message></Error>"
    monkeypatch.setenv("AWS_ENDPOINT_URL", serve(answering(lambda handler: respond(handler, denied, status=403))))
    with pytest.raises(LoadError, match="the server refuses") as error:
        local_copy("s3://records/archive", tmp_path)
    assert error.value.help == connection.CREDENTIALS
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(LoadError, match="the server refuses") as error:
        local_copy("s3://records/archive", tmp_path)
    assert error.value.help == connection.CREDENTIALS
