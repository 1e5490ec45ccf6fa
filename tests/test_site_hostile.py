"""Ten thousand hostile strings in every field of a dataset, its site opened in a real browser.

The pages are also opened without their Content-Security-Policy: encoding alone has to hold.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import Watched, served
from finished_site import built, file_of, paths, tree
from hostile_package import Hostile, made, text, written
from onrecord.column import TEXT, URL, columns
from onrecord.model import TABLES
from onrecord.site.encoding import plain
from onrecord.site.seal import seal
from viewing import Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("mkdocs", reason="needs the packages of requirements/dev.lock")

STATEMENTS, STRINGS = 225, 10_000
SPACES = re.compile(r"\s+")
NUMBER = re.compile(r"q([0-9]+)q")

# Columns of which some strings stand on no page, and why.
NOWHERE = {
    "matches.coder": "answers to proposed links are in the tables only",
    "matches.note": "the same",
    "units.note": "the same",
    "terms.label": "only those of terms that records have",
    "terms.definition": "the page of vocabularies has those of this version of onrecord",
    "quantities.unit": "only in drawings",
    "package.description": "only in linked data and llms.txt",
    "package.keywords": "only in linked data",
    "package.licence": "in the tables only: linked data has the address",
}
FOREIGN = "img, svg, b, form, input, p[hidden], details:not(.md-search-result__more), a:not(.md-search-result__link)"
CUT = " …"  # the end of an example that is too long to be shown whole

# Puts a trap for whatever is called, before anything of a page runs.
TRAP = """window.called = [];
window.owned = (...said) => window.called.push(said);
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = window.owned;"""

# What is active in a part of a page, and what was called.
ACTIVE = """(within) => {
  const found = window.called.map((said) => `called ${said}`);
  for (const node of document.querySelectorAll("*")) {
    for (const {name} of node.attributes) if (/^on/i.test(name)) found.push(`${node.localName} ${name}`);
    for (const name of ["href", "src", "action", "data", "xlink:href"]) {
      const said = node.getAttribute(name) ?? "";
      if (/^\\s*(javascript|data|vbscript|blob)\\s*:/i.test(said)) found.push(`${name}=${said}`);
    }
  }
  const active = "iframe, frame, object, embed, base, portal, video, audio, math, template, foreignObject, animate";
  for (const node of document.querySelectorAll(active)) found.push(node.localName);
  const inside = "style, link, meta, form[action], [contenteditable], [style*=fixed]";
  for (const part of document.querySelectorAll(within)) {
    for (const node of part.querySelectorAll(inside)) found.push(node.localName);
    for (const node of part.querySelectorAll("script"))
      if (!["module", "application/ld+json"].includes(node.type)) found.push("script");
  }
  return found;
}"""

# The text of an article without drawings, the lines of drawings, raw records and linked data.
TEXTS = """() => {
  const article = document.querySelector("article");
  const copy = article.cloneNode(true);
  const all = (selector) => [...article.querySelectorAll(selector)].map((node) => node.textContent);
  for (const node of copy.querySelectorAll("svg, script, pre")) node.remove();
  for (const node of copy.querySelectorAll("td, th, li, p, dd, dt, tr, div, h1, h2, h3, h4, summary")) node.append(" ");
  return {
    title: document.title,
    text: copy.textContent,
    drawn: all("svg text, svg title, svg desc"),
    records: all("pre.raw"),
    linked: all("script[type='application/ld+json']"),
  };
}"""


@dataclass
class Built:
    """The sealed site over a hostile package, and the strings that went into it."""

    into: Hostile
    tree: Path
    site: Path
    address: str

    def __post_init__(self) -> None:
        self.strings = {number_of(said): plain(said) for said in self.all}

    @property
    def all(self) -> list[str]:
        return [one for strings in self.into.used.values() for one in strings]

    @property
    def pages(self) -> list[str]:
        """The pages into which strings went."""
        held = {path: file_of(self.site, path).read_text(encoding="utf-8") for path in paths(self.site)}
        return [path for path, said in held.items() if NUMBER.search(said)]

    def changed(self, said: str) -> Iterator[str]:
        """The strings of which a text shows the number, but not the whole string around it.

        A heading may begin with a capital, and an example may be cut."""
        text = SPACES.sub(" ", said)
        for found in NUMBER.finditer(text):
            wanted = self.strings[int(found[1])]
            start = max(found.start() - wanted.index(found[0]), 0)
            there = text[start : start + len(wanted)]
            whole, cut, _ = there.partition(CUT)
            if there not in (wanted, wanted[:1].upper() + wanted[1:]) and not (cut and wanted.startswith(whole)):
                yield f"{wanted!r} became {there!r}"


def number_of(said: str) -> int:
    """The number that a string has of its own."""
    return int(NUMBER.findall(said)[-1])


def texts_of(value: Any) -> Iterator[str]:
    """Every text in JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("hostile")
    tables, info, into = made(STATEMENTS)
    where = tree(written(folder / "package", tables, info), folder / "tree", project=None)
    site, _ = built(where)
    seal(site)
    with served(site) as address:
        yield Built(into, where, site, address)


@pytest.fixture
def trapped(browser: Browser) -> Iterator[Watched]:
    """A page that no policy protects; after the test nothing was called and no other host was asked."""
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(TRAP)
    context.set_default_timeout(30_000)
    one = Watched(context.new_page())
    yield one
    context.close()
    # A page that is left while it loads lets go of what it still waits for.
    assert [said for said in one.errors if not said.startswith("failed: http://127.0.0.1")] == []
    assert one.elsewhere == []


def test_every_column_of_free_text_holds_hostile_strings(hostile_site: Built) -> None:
    assert len(set(hostile_site.all)) == len(hostile_site.all) >= STRINGS
    free = {
        f"{table}.{col.name}"
        for table, model in TABLES.items()
        for col in columns(model)
        if col.kind == "text" and not col.vocabulary and col.pattern in (TEXT, URL) and table != "overview"
    }
    keys = {"record_table", "record_id", "successor_id", "vocabulary", "term", "version", "source"}
    assert {name for name in free - set(hostile_site.into.used) if name.split(".")[1] not in keys} == set()


def test_no_page_runs_or_changes_a_string(hostile_site: Built, trapped: Watched) -> None:
    shown: set[int] = set()
    faults: list[str] = []
    drawn: list[str] = []
    for path in hostile_site.pages:
        trapped.page.goto(hostile_site.address + path)
        faults += [f"{path}: {one}" for one in trapped.page.evaluate(ACTIVE, "article")]
        seen = trapped.page.evaluate(TEXTS)
        records = [plain(one) for said in (*seen["records"], *seen["linked"]) for one in texts_of(json.loads(said))]
        for said in (seen["text"], *records):
            faults += [f"{path}: {one}" for one in hostile_site.changed(said)]
            shown |= {int(number) for number in NUMBER.findall(said)}
        faults += [f"{path}: title {seen['title']}"] if NUMBER.search(seen["title"]) else []
        drawn += seen["drawn"]
    assert "\n".join(faults) == ""
    used = hostile_site.into.used
    assert {name for name in used if not {number_of(one) for one in used[name]} <= shown} <= NOWHERE.keys()
    assert sum(bool(NUMBER.search(said)) for said in drawn) > 100


@pytest.mark.parametrize("path", ["", "claims/c0/", "documents/d0/", "speakers/a1/", "figures/", "drift/", "changes/"])
def test_the_policy_has_nothing_to_refuse(path: str, hostile_site: Built, watched: Watched) -> None:
    watched.page.goto(hostile_site.address + path, wait_until="networkidle")
    assert watched.page.locator("article").first.inner_text().strip()


def test_search_shows_strings_as_text(hostile_site: Built, trapped: Watched) -> None:
    page = trapped.page
    page.goto(hostile_site.address, wait_until="networkidle")
    page.locator("[data-md-component=search-query]").click()
    for said in ("script onerror", *(f"q{number_of(one)}q" for one in hostile_site.into.used["claims.proposition"])):
        page.locator("[data-md-component=search-query]").fill("")
        page.keyboard.type(said)
        page.wait_for_function("() => document.querySelector('.md-search-result__item mark')")
        found = page.locator(".md-search-result__list")
        assert page.evaluate(ACTIVE, ".md-search-result__list") == []
        assert found.locator(FOREIGN).count() == 0
        page.locator("[data-md-component=search-query]").fill("")
        page.keyboard.press("Space")
        page.wait_for_function("() => !document.querySelector('.md-search-result__item mark')")


def test_the_explorer_shows_strings_as_text(hostile_site: Built, trapped: Watched) -> None:
    page = trapped.page
    page.goto(f"{hostile_site.address}explorer/")
    page.wait_for_selector(".explorer-said")
    shown = 0
    while True:
        assert page.evaluate(ACTIVE, "#explorer") == []
        cells = page.locator("#explorer td, #explorer li").evaluate_all("(all) => all.map((one) => one.textContent)")
        # The explorer hands out the data as they are, each value in an element of its own.
        assert [one for said in cells for one in hostile_site.changed(plain(said))] == []
        shown += page.locator("tbody tr").count()
        following = page.get_by_role("button", name="Next")
        if not following.count() or following.is_disabled():
            break
        following.click()
    assert shown == STATEMENTS
    data = json.loads((hostile_site.site / "data" / "statements.json").read_text(encoding="utf-8"))
    held = {number for said in texts_of(data) for number in NUMBER.findall(said)}
    assert len(held) > STATEMENTS


def test_the_viewer_shows_strings_as_text(hostile_site: Built, trapped: Watched) -> None:
    reader = Reader(trapped, hostile_site.address, "d0")
    trapped.page.evaluate("() => document.addEventListener('securitypolicyviolation', owned)")
    reader.give(text().encode())
    trapped.page.evaluate("() => document.querySelectorAll('.viewer-entry').forEach((button) => button.click())")
    assert trapped.page.evaluate(ACTIVE, "#onrecord-viewer") == []
    cards = trapped.page.locator(".viewer-card").evaluate_all(PARTS)
    assert len(cards) > STATEMENTS
    assert [one for said in cards for one in hostile_site.changed(said)] == []
    assert len({number for said in cards for number in NUMBER.findall(said)}) > STRINGS / 4


PARTS = """(cards) => cards.map((card) => {
  const copy = card.cloneNode(true);
  for (const node of copy.querySelectorAll("p, dt, dd, li, code")) node.append(" ");
  return copy.textContent;
})"""


def test_zensical_runs_and_changes_no_string_either(hostile_site: Built, trapped: Watched, tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="needs the packages of requirements/dev.lock")
    shutil.copytree(hostile_site.tree, tmp_path / "tree", ignore=shutil.ignore_patterns("site"))
    site, _ = built(tmp_path / "tree", "zensical")
    seal(site)
    faults: list[str] = []
    with served(site) as address:
        for path in (
            "",
            "claims/",
            "claims/c0/",
            "claims/c9/",
            "documents/d1/",
            "speakers/a2/",
            "figures/",
            "changes/",
        ):
            trapped.page.goto(address + path)
            faults += [f"{path}: {one}" for one in trapped.page.evaluate(ACTIVE, "article")]
            faults += [f"{path}: {one}" for one in hostile_site.changed(trapped.page.evaluate(TEXTS)["text"])]
    assert faults == []
