"""The viewer's page as the site has it, served and opened: what the tests of the viewer do with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import onrecord
from browser import Watched, served
from onrecord.site import assets, viewer
from onrecord.site.frame import configuration
from onrecord.site.pages import Page, write
from onrecord.site.seal import seal
from onrecord.site.shelf import Shelf

TESTS = Path(__file__).parent
SAMPLES = TESTS / "samples"
TEXTS = {"heron-agency": "agency.txt", "heron-company": "company.txt", "heron-paper": "paper.txt"}
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or TESTS.parents[1] / "shared" / "sources")


def built(at: Path, folder: Path) -> Path:
    """The viewer's page and data over a project, built by MkDocs and sealed."""
    shelf = Shelf(onrecord.load(at))
    pages = [*viewer.pages(shelf), *assets.pages(shelf), Page.of("index.md", "# Stub\n")]
    tree = [Page(f"docs/{one.path}", one.data) for one in pages]
    tree.append(Page("mkdocs.yml", configuration(shelf, {one.path for one in pages}, None)))
    write(tree, folder / "tree")
    build = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "tree" / "mkdocs.yml")]
    done = subprocess.run([*build, "-d", str(folder / "site")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seal(folder / "site")
    return folder / "site"


@contextmanager
def site_over(at: Path, folder: Path) -> Iterator[str]:
    """The address of a served site with the viewer in it."""
    pytest.importorskip("mkdocs", reason="needs the packages of requirements/dev.lock")
    with served(built(at, folder)) as address:
        yield address


class Reader:
    """Somebody with a text before the viewer's page."""

    def __init__(self, watched: Watched, address: str, document: str | None = None) -> None:
        self.watched, self.page, self.address = watched, watched.page, address
        self.page.goto(f"{address}viewer/{'#' + document if document else ''}")
        self.page.wait_for_selector("#onrecord-viewer[data-ready]")
        self.settled = len(watched.requests)

    @property
    def since(self) -> list[str]:
        """What was requested since the page was ready."""
        return self.watched.requests[self.settled :]

    def give(self, raw: bytes, name: str = "text.txt") -> str:
        """Open a file; what the page says of it."""
        return self.say(lambda: self.page.set_input_files("#viewer-file", [_payload(name, raw)]))

    def open(self, path: Path) -> str:
        """Open a file of any size; what the page says of it."""
        return self.say(lambda: self.page.set_input_files("#viewer-file", str(path)), timeout=300_000)

    def send(self, event: str, **given: Any) -> str:
        """Drop or paste text or files; what the page says of it."""
        return self.say(lambda: self.page.evaluate(EVENT, [event, given]))

    def say(self, give: Any, timeout: float = 60_000) -> str:
        """What the page says of a text, once it has been read."""
        give()
        self.page.wait_for_selector(".viewer-verdict:not([hidden])", timeout=timeout)
        self.page.wait_for_selector("#viewer-file:not(:disabled)", state="attached", timeout=timeout)
        return self.page.inner_text(".viewer-verdict")

    @property
    def shown(self) -> str:
        """The text as the page holds it."""
        return self.page.text_content(".viewer-text") or ""

    def words(self) -> dict[int, str]:
        """The highlighted words of each place, by its number, fragments joined as they stand."""
        found: dict[int, str] = {}
        for places, words in self.page.evaluate(RUNS):
            for place in map(int, places.split()):
                found[place] = found.get(place, "") + words
        return found


RUNS = """Array.from(document.querySelectorAll(".viewer-text [data-run]"),
    (span) => [span.dataset.run, span.textContent])"""
EVENT = """([name, {text, files}]) => {
    const data = new DataTransfer();
    if (text !== undefined) data.setData("text/plain", text);
    for (const [name, said] of files ?? []) data.items.add(new File([said], name));
    const kind = name === "paste" ? ClipboardEvent : DragEvent;
    const init = {bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data};
    document.body.dispatchEvent(new kind(name, init));
}"""


def _payload(name: str, raw: bytes) -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": raw}


def data_of(shelf: Shelf) -> dict[str, Any]:
    """The viewer's data of every document, by its id."""
    made = {page.path: json.loads(page.data) for page in viewer.files(shelf)}
    listing = made["data/viewer/index.json"]
    return {one["id"]: made[f"data/viewer/{one['data']}"] for one in listing["documents"]}


def text_of(document: str) -> bytes:
    return (SAMPLES / "sources" / TEXTS[document]).read_bytes()
