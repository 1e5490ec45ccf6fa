"""The finished site read again: what is active and not ours is found wherever it stands."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from onrecord.errors import BuildError
from onrecord.site.seal import Sealed, policy, seal

THEME = '__md_scope=new URL("{root}",location);palette()'
SHELL = """<!doctype html><html><head><meta charset="utf-8"><title>t</title><link rel="stylesheet" href="a.css">
<script>{theme}</script></head><body><form name="search"><input></form>
<article class="md-content__inner">{article}</article>{after}<script src="assets/theme.js"></script></body></html>"""


def page(article: str = "<p>Text</p>", after: str = "", root: str = "..") -> str:
    return SHELL.format(theme=THEME.format(root=root), article=article, after=after)


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    (tmp_path / "404.html").write_text(page(root="/"))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text(page())
    return tmp_path


def test_seal_gives_each_page_a_policy_with_the_hash_of_its_own_scripts(finished: Path) -> None:
    assert seal(finished) == Sealed(2, 2)
    said = (finished / "a" / "index.html").read_text()
    digest = base64.b64encode(hashlib.sha256(THEME.format(root="..").encode()).digest()).decode()
    found = re.search(r'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="([^"]*)">', said)
    assert found and f"script-src 'self' 'sha256-{digest}';" in found[1]
    assert "default-src 'none'" in found[1] and "form-action 'none'" in found[1]
    assert "unsafe-inline" not in found[1].split("style-src")[0]


def test_seal_run_again_changes_nothing(finished: Path) -> None:
    seal(finished)
    before = {path: path.read_bytes() for path in finished.rglob("*.html")}
    assert seal(finished) == Sealed(2, 0)
    assert {path: path.read_bytes() for path in finished.rglob("*.html")} == before


FAULTY = [
    ("<img src=x onerror=alert(1)>", "<img onerror>"),
    ("<a href=javascript:alert(1)>a</a>", "<a href='javascript:alert(1)'>"),
    ("<a href='java\tscript:alert(1)'>a</a>", "<a href='javascript:alert(1)'>"),
    ("<a href='&#106;avascript:alert(1)'>a</a>", "<a href='javascript:alert(1)'>"),
    ("<a href='data:text/html,x'>a</a>", "<a href='data:text/html,x'>"),
    ("<svg><a xlink:href='vbscript:x'>a</a></svg>", "<a xlink:href='vbscript:x'>"),
    ("<script>alert(1)</script>", "a script of its own: 'alert(1)'"),
    ("<script src='https://example.org/x.js' type='module'></script>", "is fetched from elsewhere"),
    ("<script src='//example.org/x.js' type='module'></script>", "is fetched from elsewhere"),
    ("<img src='https://example.org/x.png'>", "is fetched from elsewhere"),
    ("<img srcset='https://example.org/x.png 2x'>", "<img srcset>"),
    ("<svg><use href='https://example.org/x.svg#a'></use></svg>", "is fetched from elsewhere"),
    ("<svg><image href='//example.org/x.png'/></svg>", "is fetched from elsewhere"),
    ("<iframe></iframe>", "<iframe>"),
    ("<object data='x'></object>", "<object>"),
    ("<embed src=x>", "<embed>"),
    ("<base href='https://example.org'>", "<base>"),
    ("<meta http-equiv=refresh content='0;url=//example.org'>", "<meta http-equiv=refresh>"),
    ("<form action='/x'></form>", "a form that sends"),
    ("<form><button formaction='x'>b</button></form>", "<button formaction>"),
    ("<style>p{}</style>", "<style> in the text"),
    ("<p style='background:url(x)'>t</p>", "in the text"),
    ("<svg><foreignObject></foreignObject></svg>", "<foreignobject> in the text"),
    ("<svg><animate attributeName=href></animate></svg>", "<animate> in the text"),
    ("<math></math>", "<math> in the text"),
    ("<template></template>", "<template> in the text"),
    ("<video></video>", "<video> in the text"),
    ("<p contenteditable>t</p>", "<p contenteditable> in the text"),
]


@pytest.mark.parametrize(("article", "said"), FAULTY)
def test_seal_finds_what_is_active_in_the_text(finished: Path, article: str, said: str) -> None:
    bad = finished / "a" / "index.html"
    bad.write_text(page(article))
    before = {path: path.read_bytes() for path in finished.rglob("*.html")}
    with pytest.raises(BuildError, match="holds what no page may hold") as raised:
        seal(finished)
    assert said in (raised.value.help or "")
    assert "a/index.html: " in (raised.value.help or "")
    assert {path: path.read_bytes() for path in finished.rglob("*.html")} == before


@pytest.mark.parametrize("active", ["<script>alert(1)</script>", "<img src=x onerror=y>", "<iframe srcdoc=x></iframe>"])
def test_seal_finds_what_is_active_outside_the_text(finished: Path, active: str) -> None:
    (finished / "a" / "index.html").write_text(page(after=active))
    with pytest.raises(BuildError):
        seal(finished)


def test_seal_lets_links_drawings_data_and_our_modules_stand(finished: Path) -> None:
    (finished / "a" / "index.html").write_text(
        page(
            '<a href="https://example.org/x">out</a><svg viewBox="0 0 1 1" role="img"><path d="M0 0"/></svg>'
            '<script type="application/ld+json">{"a": "b"}</script><script type="module" src="../assets/x.js"></script>'
            '<p data-x="1" aria-label="x" style="width: 3em">t</p>'
        )
    )
    assert seal(finished).pages == 2


def test_seal_refuses_a_folder_without_pages_and_a_page_without_its_encoding(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="holds no pages"):
        seal(tmp_path)
    (tmp_path / "x.html").write_text("<p>")
    with pytest.raises(BuildError, match="does not say how it is encoded"):
        seal(tmp_path)


def test_seal_drops_a_sitemap_of_nothing_and_keeps_one_with_addresses(finished: Path) -> None:
    sitemap = finished / "sitemap.xml"
    sitemap.write_text("<urlset></urlset>")
    (finished / "sitemap.xml.gz").write_bytes(b"x")
    seal(finished)
    assert not sitemap.exists() and not (finished / "sitemap.xml.gz").exists()
    sitemap.write_text("<urlset><url><loc>https://example.org/</loc></url></urlset>")
    seal(finished)
    assert sitemap.exists()


def test_seal_knows_the_theme_of_a_site_whose_address_is_known(finished: Path) -> None:
    (finished / "404.html").write_text(page(root="/at/some.place/"))
    assert seal(finished).pages == 2
    (finished / "a" / "index.html").write_text(page(root="//example.org/"))
    with pytest.raises(BuildError):
        seal(finished)


def test_policy_without_scripts_lets_only_those_of_the_site_run() -> None:
    assert "script-src 'self';" in policy([])
