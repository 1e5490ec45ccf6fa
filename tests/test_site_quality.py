"""Every type of page of the finished site in a real browser: WCAG, phone, print, keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from browser import AT, Watched, served
from finished_site import paths
from onrecord.rules import RULES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# One page of each type; `""` is the home page.
READERS = (
    "", "documents/", "documents/heron-paper/", "claims/", "claims/crane-overloaded/", "claims/about-60-ran/",
    "speakers/", "speakers/zoe-avila/", "figures/", "timeline/", "attribution/", "drift/", "caveats/", "coverage/",
    "explorer/", "viewer/", "changes/",
)  # fmt: skip
USERS = (
    "access/", "dictionary/", "dictionary/statements/", "vocabularies/", "rules/", f"rules/{RULES[0].code}/",
    f"rules/{RULES[0].name}/", "commands/", "api/", "citing/", "codebook/", "datasheet/", "ethics/", "using/",
    "scale/", "benchmarks/",
    "tutorials/first-document/", "tutorials/analysing-drift/", "contributing/", "changelog/", "design/", "decisions/",
    "decisions/2026-11-22-anchors/",
)  # fmt: skip
TYPES = (*READERS, *USERS)
Scheme = Literal["light", "dark"]
NEED_SCRIPTS = ("explorer/", "viewer/")
PHONE, DESK, PAPER = (390, 844), (1280, 900), (720, 1000)

# What sticks out of the page to the right, or is cut by a part that hides or scrolls what does not fit.
CUT = """(scrolling) => {
  const found = [];
  const {clientWidth, scrollWidth} = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide`);
  if (!scrolling) return found;
  for (const node of document.querySelectorAll("article *")) {
    const style = getComputedStyle(node);
    if (style.overflowX === "visible" || !node.clientWidth || style.position === "absolute") continue;
    if (node.scrollWidth > node.clientWidth + 1) found.push(`${node.localName}.${node.className} is cut`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def root(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


def opened(watched: Watched, address: str, path: str) -> Page:
    """A page when everything on it is there."""
    watched.page.goto(address + path, wait_until="networkidle")
    return watched.page


@contextmanager
def reading(browser: Browser, scheme: Scheme) -> Iterator[Watched]:
    """A reader whose system asks for light or dark; after the visit there was no error and no request elsewhere.

    The theme keeps what it chose at the first visit, so each reader comes for the first time.
    """
    context = browser.new_context(color_scheme=scheme, viewport={"width": DESK[0], "height": DESK[1]})
    one = Watched(context.new_page())
    yield one
    context.close()
    assert one.errors == [] and one.elsewhere == []


def resized(page: Page, width: int, height: int) -> None:
    """The page in a window of another size, when what moves has come to rest."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")


def test_every_type_of_page_is_looked_at(site: Path) -> None:
    first = {path.split("/")[0] for path in paths(site)}
    assert first - {"404.html"} == {path.split("/")[0] for path in TYPES}


@pytest.mark.slow
@pytest.mark.parametrize("path", TYPES)
def test_a_page_meets_wcag_and_fits(path: str, browser: Browser, root: str) -> None:
    """In light and dark, on a desk and on a phone: no violation, no error, nothing sticks out."""
    faults = []
    schemes: dict[Scheme, str] = {"light": "default", "dark": "slate"}
    for scheme, named in schemes.items():
        with reading(browser, scheme) as one:
            page = opened(one, root, path)
            page.wait_for_selector(f"body[data-md-color-scheme={named}]")  # the theme's script sees to it
            for width, height in (DESK, PHONE):
                resized(page, width, height)
                faults += [f"{scheme} {width}: {said}" for said in (*page.evaluate(CUT, False), *one.violations())]
    assert "\n".join(faults) == ""


@pytest.mark.parametrize("path", TYPES)
def test_a_page_prints_whole(path: str, watched: Watched, root: str) -> None:
    page = opened(watched, root, path)
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    page.emulate_media(media="print", color_scheme="dark")
    assert "\n".join(page.evaluate(CUT, True)) == ""
    assert page.locator("article").first.is_visible()
    hidden = [table for table in page.locator("article table").all() if not table.is_visible()]
    assert hidden == []
    assert not page.locator(".md-header, .md-sidebar, .md-footer nav").filter(visible=True).count()


@pytest.mark.parametrize("path", TYPES)
def test_a_page_says_what_it_holds_without_javascript(path: str, browser: Browser, root: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    one = Watched(context.new_page())
    one.page.goto(root + path)
    said = one.page.locator("article").first.inner_text()
    assert len(said) > 60
    if path in NEED_SCRIPTS:
        assert "JavaScript" in said
    links = one.page.locator("nav a[href]").count()
    assert links > 5
    context.close()
    assert one.errors == [] and one.elsewhere == []


def test_what_needs_javascript_says_so_and_leads_on(browser: Browser, root: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{root}explorer/")
    assert "Without it, they are all in" in page.locator("#explorer").inner_text()
    table = page.get_by_role("link", name="one table (CSV)").get_attribute("href") or ""
    assert page.request.get(f"{root}explorer/{table}").text().startswith("statement_id,")
    page.goto(f"{root}viewer/")
    assert "This page needs JavaScript" in page.locator("#onrecord-viewer").inner_text()
    context.close()


@pytest.mark.parametrize("path", ["", "documents/heron-paper/", "claims/crane-overloaded/", "explorer/", "commands/"])
def test_the_keyboard_reaches_the_text_first_and_is_seen(path: str, watched: Watched, root: str) -> None:
    page = opened(watched, root, path)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text().strip() == "Skip to content" and focused.is_visible()
    assert focused.evaluate("(node) => node.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "() => document.activeElement.closest('.md-content, main') !== null"
    assert page.evaluate(inside)
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")


SEEN = """() => {
  const node = document.activeElement;
  if (node === document.body) return true;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return (drawn || style.boxShadow !== "none") && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def test_a_permalink_shows_its_statement(watched: Watched, root: str) -> None:
    page = opened(watched, root, "documents/heron-paper/#heron-paper.s06")
    place = page.locator("[id='heron-paper.s06']")
    assert 0 <= place.evaluate("(node) => node.getBoundingClientRect().top") < DESK[1] / 2
    assert "Coastline Wire" in place.inner_text() or place.locator("a").count() > 2


def test_search_finds_a_claim_and_leads_to_it(watched: Watched, root: str) -> None:
    page = opened(watched, root, "")
    page.keyboard.press("/")
    page.keyboard.type("overloaded")
    page.locator(".md-search-result__item a", has_text="Claim crane-overloaded").first.click()
    page.wait_for_url(f"**{AT}claims/crane-overloaded/**")
    assert page.locator("article h1").inner_text()


def test_a_reader_chooses_dark_and_keeps_it(watched: Watched, root: str) -> None:
    page = opened(watched, root, "")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "default"
    page.locator("label[title='Switch to dark']").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    opened(watched, root, "claims/")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
