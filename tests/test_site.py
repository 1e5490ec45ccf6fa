"""The tree of the site: every value encoded, only changes written, pages no longer made removed."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from onrecord.dataset import load
from onrecord.errors import BuildError
from onrecord.site import make, overviews
from onrecord.site.addresses import address, path_of, stem
from onrecord.site.encoding import encoded, plain
from onrecord.site.pages import Page, up, write
from onrecord.site.placing import in_place, placed
from onrecord.site.shelf import Shelf

SAMPLES = Path(__file__).parent / "samples"


@given(st.text())
def test_encoded_text_holds_no_markup_and_loses_nothing(text: str) -> None:
    said = encoded(text)
    assert not set(said) & set("<>\"'`*_[](){}|~!\\+-=:.^$@/?\n\r\t")
    assert html.unescape(said) == plain(text)


def test_encoded_leaves_markup_and_empties_none() -> None:
    assert encoded(Markup("<b>")) == "<b>"
    assert encoded(None) == ""
    assert encoded("a\u202eb\x00c\u2066") == "ab c"


def test_addresses_avoid_device_names_and_hold_the_id() -> None:
    assert path_of("claims", "crane-fell") == "claims/crane-fell.md"
    assert stem("con") == "con_" and stem("com1.x") == "com1.x_" and stem("console") == "console"
    assert address("statements", {"id": "a.s1", "document_id": "a"}) == "documents/a/#a.s1"


@pytest.mark.parametrize("key", ["../../evil", "a/b", "a\\b", 'a"><script>', "a\n", ".", ""])
def test_what_is_no_id_has_no_address(key: str) -> None:
    for row in ({"id": key}, {"id": key, "document_id": "a"}, {"id": "a", "document_id": key}):
        with pytest.raises(BuildError, match="is not an id"):
            address("statements" if "document_id" in row else "claims", row)
    with pytest.raises(BuildError, match="is not an id"):
        path_of("documents", key)


@pytest.mark.parametrize(
    ("path", "root"), [("index.md", ""), ("a.md", "../"), ("a/b.md", "../../"), ("a/index.md", "../")]
)
def test_up_leads_to_the_root(path: str, root: str) -> None:
    assert up(path) == root


def test_write_touches_only_what_changed(tmp_path: Path) -> None:
    first = [Page.of("docs/a.md", "a"), Page.of("docs/b.md", "b")]
    assert write(first, tmp_path) == (2, 2)
    then = (tmp_path / "docs/a.md").stat().st_mtime_ns
    assert write([Page.of("docs/a.md", "a"), Page.of("docs/c.md", "c")], tmp_path) == (2, 2)
    assert (tmp_path / "docs/a.md").stat().st_mtime_ns == then
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == ["a.md", "c.md"]


def test_write_refuses_two_pages_of_one_path_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"two pages would be `docs/A\.md`"):
        write([Page.of("docs/a.md", "a"), Page.of("docs/A.md", "b")], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_make_leaves_a_site_as_it_is_when_nothing_changed(tmp_path: Path) -> None:
    held = load(SAMPLES)
    first = make(held, tmp_path / "site")
    assert first.changed == first.files > 3
    assert make(held, tmp_path / "site").changed == 0


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("a.md", "a/index.md"),
        ("a/b.md", "a/b/index.md"),
        ("a/index.md", "a/index.md"),
        ("index.md", "index.md"),
        ("a.js", "a.js"),
    ],
)
def test_placed_gives_each_page_a_folder_and_leaves_other_files(path: str, place: str) -> None:
    assert placed(path) == place
    assert up(path) == up(place) or not path.endswith(".md")


def test_in_place_leads_links_to_where_pages_stand() -> None:
    said = (
        "[a](b.md) [b](../c/d.md#e) [c](../by-hand.md) [d](index.md) [e](https://example.org/x.md) [f](#g) [h](i.csv)"
    )
    moved = in_place(Page.of("a/x.md", said), {"by-hand.md"})
    assert moved.path == "a/x/index.md"
    assert moved.data.decode() == (
        "[a](../b/index.md) [b](../../c/d/index.md#e) [c](../../by-hand.md) [d](../index.md) "
        "[e](https://example.org/x.md) [f](#g) [h](../i.csv)"
    )
    assert in_place(Page.of("by-hand.md", "[a](a/x.md)"), {"by-hand.md"}).data == b"[a](a/x/index.md)"


def test_navigation_names_each_page_of_the_site_once(tmp_path: Path) -> None:
    said = (make(load(SAMPLES), tmp_path / "site").output / "mkdocs.yml").read_text(encoding="utf-8")
    places = [line.rpartition(": ")[2] for line in said.partition("\nnav:\n")[2].splitlines() if line.endswith(".md")]
    assert {"index.md", "documents/index.md", "figures/index.md"} <= set(places)
    assert len(places) == len(set(places))
    assert all((tmp_path / "site" / "docs" / place).is_file() for place in places)


def test_what_a_review_took_back_is_counted_in_no_picture() -> None:
    shelf = Shelf(load(SAMPLES))
    gone = {"heron-agency.s40", "heron-company.s36"}
    assert {row["id"] for row in shelf.rows("statements")} - {row["id"] for row in shelf.standing()} == gone
    pairs = [
        pair for row in shelf.standing() for pair in pairwise(voice["agent_id"] for voice in shelf.chain(row["id"]))
    ]
    [said] = [one.data.decode() for one in overviews.pages(shelf) if one.path == overviews.ATTRIBUTION]
    listed = re.findall(r'class="number"[^>]*>([0-9,]+)</td>', said)
    assert sum(int(number.replace(",", "")) for number in listed) == len(pairs) > 0
