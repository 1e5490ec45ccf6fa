"""A real browser for tests, a server for a finished site, and pages that are watched.

The browser is Debian's chromium. Where it is missing it is installed, if this machine lets us; else the tests
are skipped with a reason, except in CI, where they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
AT = "/some/where/"  # the sub-path that a site is served from
AXE = Path(__file__).parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def missing(what: str) -> None:
    """Skip the test for want of something; in CI, where nothing may be wanting, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: CI has to have it")
    pytest.skip(what)


def found() -> str | None:
    """The program chromium, if it is here."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def chromium() -> str:
    """The program chromium, installed now if need be."""
    may = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if found() is None and may:
        # Two test processes may want it at once: the second waits for the first.
        get = ["apt-get", "--yes", "--quiet", "--option", "DPkg::Lock::Timeout=300"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["install", "chromium"], ["update"], ["install", "chromium"]):
            if found() is None:
                subprocess.run([*get, *step], capture_output=True, timeout=600, env=quiet)
    program = found()
    if program is None:
        missing("there is no chromium: install Debian's package `chromium`")
    return str(program)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running chromium without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the packages of requirements/dev.lock")
    program = chromium()
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        yield running
        running.close()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder below a sub-path and nothing outside it."""

    def translate_path(self, path: str) -> str:
        if not path.startswith(AT):
            return str(Path(self.directory) / "outside-the-sub-path")
        return super().translate_path("/" + path[len(AT) :])

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder from a sub-path; the address of its root, with a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{AT}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Watched:
    """A page and what went on in it: errors, every request, and those that left the host it was served from."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _dialog(self, dialog: Any) -> None:
        self.errors.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def elsewhere(self) -> list[str]:
        """The requests to other hosts."""
        return [url for url in self.requests if urlsplit(url).scheme.startswith(("http", "ws")) and not _is_local(url)]

    def violations(self, within: str = "body") -> list[str]:
        """What axe finds against WCAG 2.1 AA in a part of the page."""
        if not AXE.is_file():
            missing("there is no axe-core: run `make vendor`")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        run = "([within, tags]) => axe.run(within, {runOnly: tags, resultTypes: ['violations']})"
        said = self.page.evaluate(run, [within, WCAG])
        return [f"{one['id']}: {node['html'][:200]}" for one in said["violations"] for node in one["nodes"]]


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname == "127.0.0.1"


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A new page in a new context; after the test it has no error and asked no other host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(10_000)
    one = Watched(context.new_page())
    yield one
    context.close()
    assert one.errors == []
    assert one.elsewhere == []
