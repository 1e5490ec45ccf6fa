"""The finished HTML of the sample corpus's site: every link and anchor leads somewhere, permalinks are there."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest

import onrecord
from finished_site import SAMPLES, built, file_of, paths, tree
from onrecord.model import TABLES
from onrecord.rules import RULES
from onrecord.site.addresses import address
from onrecord.site.pages import MADE
from onrecord.site.seal import seal

parser = pytest.importorskip("selectolax.lexbor", reason="needs the packages of requirements/dev.lock")

HOST = "https://site.example/at/"
ASKED = {"viewer/": "document", "explorer/": ""}  # pages whose scripts read their address


@cache
def parsed(file: Path) -> Any:
    return parser.LexborHTMLParser(file.read_text(encoding="utf-8"))


@cache
def ids(file: Path) -> frozenset[str]:
    named = {node.attributes.get("name") or "" for node in parsed(file).css("a[name]")}
    return frozenset({node.attributes["id"] or "" for node in parsed(file).css("[id]")} | named)


def leads(site: Path, target: str) -> str:
    """What is wrong with an address of the site; nothing where it leads somewhere."""
    said = urlsplit(target)
    path = unquote(said.path).removeprefix(urlsplit(HOST).path)
    if not unquote(said.path).startswith(urlsplit(HOST).path):
        return "leads out of the site"
    file = file_of(site, path) if path == "" or path.endswith(("/", ".html")) else site / path
    if not file.is_file():
        return "leads nowhere"
    place = unquote(said.fragment)
    if place and file.suffix == ".html" and path not in ASKED and place not in ids(file):
        return "names a place that is not there"
    return ""


def test_every_link_and_anchor_of_every_page_leads_somewhere(site: Path) -> None:
    faults = set()
    for path in paths(site):
        if path == "404.html":  # its links are absolute, for whatever address was not found
            continue
        page = parsed(file_of(site, path))
        for node in page.css("[href], [src], [xlink\\:href]"):
            for name in ("href", "src", "xlink:href"):
                said = node.attributes.get(name)
                if said is None or urlsplit(said).scheme or said.startswith("//"):
                    continue
                wrong = leads(site, urljoin(HOST + path, said))
                faults |= {f"{path}: {said} {wrong}"} if wrong else set()
    assert sorted(faults) == []


def test_links_to_elsewhere_are_only_links(site: Path) -> None:
    """Addresses outside the site stand in `<a href>` and nowhere else: nothing is fetched from there."""
    for path in paths(site):
        for node in parsed(file_of(site, path)).css("[src], link[href], use, image"):
            said = [node.attributes.get(name) or "" for name in ("src", "href", "xlink:href")]
            assert not [one for one in said if urlsplit(one).netloc or urlsplit(one).scheme not in ("", "data")], path


def test_ids_of_a_page_are_unique(site: Path) -> None:
    twice = []
    for path in paths(site):
        said = [node.attributes["id"] for node in parsed(file_of(site, path)).css("[id]")]
        twice += [f"{path}: {one}" for one in set(said) if said.count(one) > 1]
    assert twice == []


def test_every_page_has_one_title_one_first_heading_and_its_language(site: Path) -> None:
    faults = []
    for path in paths(site):
        page = parsed(file_of(site, path))
        heads = page.css("article h1")
        if len(page.css("head title")) != 1 or not page.css_first("head title").text(strip=True):
            faults.append(f"{path}: no title")
        if path != "404.html" and (len(heads) != 1 or not heads[0].text(strip=True)):
            faults.append(f"{path}: {len(heads)} first headings")
        if not page.css_first("html").attributes.get("lang"):
            faults.append(f"{path}: no language")
    assert faults == []


def test_every_page_lets_the_keyboard_skip_to_its_text(site: Path) -> None:
    without = [path for path in paths(site) if not parsed(file_of(site, path)).css("a.md-skip")]
    assert without == ["404.html"]


def test_permalinks_of_every_record_rule_and_table_are_there(site: Path) -> None:
    held = onrecord.load(SAMPLES)
    records = ("documents", "claims", "agents", "statements", "quantities")
    wanted = [address(table, row) for table in records for row in held.table(table).to_pylist()]
    wanted += [f"rules/{one}/" for rule in RULES for one in (rule.code, rule.name)]
    wanted += [f"dictionary/{table}/" for table in TABLES]
    assert len(wanted) > 300
    assert [one for one in wanted if leads(site, HOST + one)] == []


def test_every_column_and_term_has_a_place(site: Path) -> None:
    from onrecord.column import columns
    from onrecord.vocabulary import VOCABULARIES

    wanted = [f"dictionary/{table}/#{col.name}" for table, model in TABLES.items() for col in columns(model)]
    wanted += [f"vocabularies/#{name}" for name in VOCABULARIES]
    assert [one for one in wanted if leads(site, HOST + one)] == []


def test_linked_data_say_what_a_claim_is_and_where_it_appears(site: Path) -> None:
    said = [json.loads(node.text()) for node in parsed(site / "index.html").css('script[type="application/ld+json"]')]
    assert [one["@type"] for one in said] == ["Dataset"]
    claim = parsed(site / "claims" / "crane-overloaded" / "index.html").css('script[type="application/ld+json"]')
    assert [json.loads(node.text())["@type"] for node in claim] == ["Claim"]


def test_the_list_for_machines_leads_somewhere(site: Path) -> None:
    said = (site / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", said)
    assert len(links) > 10
    assert [one for one in links if leads(site, urljoin(HOST, one))] == []


# Builders


def test_zensical_builds_the_same_pages_and_they_can_be_sealed(finished: Path, tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="needs the packages of requirements/dev.lock")
    made = tree(SAMPLES, tmp_path / "tree")
    site, said = built(made, "zensical")
    assert "issue found" not in said and "issues found" not in said.replace("No issues found", "")
    assert paths(site) == paths(finished / "tree" / "site")
    assert seal(site).pages == len(paths(site))


def test_a_site_with_an_address_has_a_sitemap_of_every_page(tmp_path: Path) -> None:
    """Built over a dataset alone, without this project's pages: that builds without a warning too."""
    site, _ = built(tree(SAMPLES, tmp_path, project=None, url="https://site.example/at/"))
    seal(site)
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    assert sorted(listed) == [HOST + path for path in paths(site) if path != "404.html"]
    canonical = parsed(site / "claims" / "index.html").css_first("link[rel=canonical]").attributes["href"]
    assert canonical == f"{HOST}claims/"


# Again


def test_two_trees_are_the_same_and_a_second_run_writes_nothing(finished: Path, tmp_path: Path) -> None:
    again = tree(SAMPLES, tmp_path / "tree")
    first = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    same = finished / "tree"
    assert {path: data for path, data in first.items() if (same / path).read_bytes() != data} == {}
    made = json.loads((again / MADE).read_bytes())
    before = {name: (again / name).stat().st_mtime_ns for name in made}
    tree(SAMPLES, again)
    assert {name: (again / name).stat().st_mtime_ns for name in made} == before


def test_a_finished_site_is_the_same_each_time(finished: Path, tmp_path: Path) -> None:
    """But for the days that a sitemap gives, two builds have the same bytes."""
    site, _ = built(tree(SAMPLES, tmp_path / "tree"))
    seal(site)
    other = finished / "tree" / "site"
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file()}
    assert [name for name in sorted(files) if (site / name).read_bytes() != (other / name).read_bytes()] == []
