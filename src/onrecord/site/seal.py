"""The finished site, read again: nothing active in it that is not ours, and a policy that lets nothing else run.

Records are encoded before they reach a page. This looks at the HTML that came out, whatever the builder did
with it: elements, attributes and addresses must be on a list, inline scripts must be the theme's own, and
each page gets a Content-Security-Policy with the hashes of exactly those.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BuildError, MissingExtra

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser


def _words(said: str) -> frozenset[str]:
    return frozenset(said.split())


# What a page's article may hold: text, tables, figures, forms of the explorer and the viewer, and drawings.
ELEMENTS = _words(
    """
    a abbr article aside b bdi blockquote br button caption circle cite clippath code col colgroup dd defs del
    desc details dfn div dl dt ellipse em fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 header hr
    i img input ins kbd label legend li line main mark marker nav noscript ol optgroup option output p path
    picture polygon polyline pre progress q rect s samp script section select small span strong sub summary
    sup svg symbol table tbody td text textarea tfoot th thead time title tr tspan u ul use var wbr
    """
)
ATTRIBUTES = _words(
    """
    abbr accept alt autocapitalize autocomplete baseline-shift checked cite class clip-path cols colspan
    content cx cy d datetime dir direction disabled dominant-baseline download draggable dx dy fill fill-opacity
    fill-rule font-family font-size font-style font-weight for headers height hidden href id inputmode
    integrity itemprop itemscope itemtype label lang letter-spacing list loading marker-end marker-mid
    marker-start markerheight markerunits markerwidth max maxlength min multiple name opacity open orient
    overflow paint-order pathlength placeholder pointer-events points preserveaspectratio r readonly refx refy
    rel reversed role rotate rows rowspan rx ry scope selected shape-rendering size spellcheck src start step
    stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity
    stroke-width style summary tabindex target text-anchor textlength title transform type value vector-effect
    version viewbox visibility white-space width x x1 x2 xml:space xmlns xmlns:xlink y y1 y2
    """
)
_ADDRESSES = ("href", "src", "action", "cite", "xlink:href", "formaction", "data", "poster", "background")
_LEAVES = re.compile(r"https?:|//", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINKS = re.compile(r"(https?|mailto):", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x20]+")
# The one thing in the theme's scripts that differs from page to page: the way to the root.
_ROOT = re.compile(r'new URL\("(?:[./]*|/(?!/)[\w./~%-]*)",location\)')
_STYLE = re.compile(r"url\s*\(|expression|@import|\\|javascript:", re.IGNORECASE)
_CHARSET = re.compile(rb'<meta charset="?utf-8"? ?/?>', re.IGNORECASE)
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="[^"]*">')
DATA = ("application/json", "application/ld+json")
POLICY_NAME = "Content-Security-Policy"
POLICY = POLICY_NAME.lower()
MOST = 50  # faults that are named


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was read and written."""

    pages: int
    changed: int


def seal(folder: Path) -> Sealed:
    """Check every page of a finished site and give it its policy. Run again, it changes nothing.

    Raises BuildError, naming every page and what stands there, before anything is written.
    """
    found = sorted(path for path in folder.rglob("*.html") if path.is_file())
    if not found:
        raise BuildError(f"{folder} holds no pages", help="build the site first: `make site`")
    known = known_scripts(folder)
    faults = [
        f"{path.relative_to(folder).as_posix()}: {fault}"
        for path in found
        for fault in faults_of(path.read_bytes(), known)
    ]
    if faults:
        more = [f"and {len(faults) - MOST:,} more"] if len(faults) > MOST else []
        raise BuildError("the finished site holds what no page may hold", help="; ".join([*faults[:MOST], *more]))
    changed = sum(_give_policy(path) for path in found)
    _drop_empty_sitemap(folder)
    return Sealed(len(found), changed)


def known_scripts(folder: Path) -> frozenset[str]:
    """The inline scripts of the theme, taken from the one page into which nothing of a record goes."""
    bare = folder / "404.html"
    return frozenset(map(_normal, _inline(_parsed(bare.read_bytes())))) if bare.is_file() else frozenset()


def faults_of(data: bytes, known: frozenset[str]) -> Iterator[str]:
    """What stands in a page and may not."""
    page = _parsed(data)
    for node in page.css("*"):
        yield from _anywhere(node.tag or "", node.attributes)
    for said in _inline(page):
        if _normal(said) not in known:
            yield f"a script of its own: {said[:60]!r}"
    for article in page.css("article"):
        for node in article.css("*"):
            attributes = {name.lower(): value for name, value in node.attributes.items()}
            yield from _in_article((node.tag or "").lower(), attributes)


def _anywhere(tag: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    if tag in ("iframe", "frame", "object", "embed", "base", "portal", "applet"):
        yield f"<{tag}>"
    if tag == "meta" and (attributes.get("http-equiv") or POLICY).lower() != POLICY:
        yield f"<meta http-equiv={attributes['http-equiv']}>"
    for name, value in attributes.items():
        said = _BLANK.sub("", value or "")
        if name.startswith("on"):
            yield f"<{tag} {name}>"
        elif name in _ADDRESSES and _SCHEME.match(said) and not _LINKS.match(said):
            yield f"<{tag} {name}={said[:60]!r}>"
        elif _is_fetched(tag, name, attributes) and _LEAVES.match(said):
            yield f"<{tag} {name}={said[:60]!r}> is fetched from elsewhere"
        elif name in ("srcset", "formaction", "srcdoc", "ping"):
            yield f"<{tag} {name}>"


def _is_fetched(tag: str, name: str, attributes: Mapping[str, str | None]) -> bool:
    if tag == "link":
        return name == "href" and not {"canonical", "next", "prev", "alternate"} & {attributes.get("rel") or ""}
    return name in ("src", "data", "poster", "background", "action") or (tag in ("use", "image") and "href" in name)


def _in_article(tag: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    if tag not in ELEMENTS:
        yield f"<{tag}> in the text"
    if tag == "script" and attributes.get("type") not in (*DATA, "module"):
        yield "a script in the text"
    if tag == "form" and "action" in attributes:
        yield "a form that sends"
    for name, value in attributes.items():
        if name not in ATTRIBUTES and not name.startswith(("aria-", "data-")):
            yield f"<{tag} {name}> in the text"
        elif name == "style" and _STYLE.search(value or ""):
            yield f"<{tag} style={value!r}> in the text"


def _parsed(data: bytes) -> LexborHTMLParser:
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        raise MissingExtra("selectolax", "docs") from error
    return LexborHTMLParser(data.decode("utf-8"))


def _inline(page: LexborHTMLParser) -> Iterator[str]:
    """The scripts written into a page that a browser would run."""
    for node in page.css("script"):
        if "src" not in node.attributes and node.attributes.get("type") not in DATA:
            yield node.text(deep=True)


def _normal(script: str) -> str:
    return _ROOT.sub('new URL("",location)', script)


def policy(scripts: Iterable[str]) -> str:
    """The Content-Security-Policy of a page with these inline scripts."""
    hashes = sorted({base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts})
    ours = " ".join(["'self'", *(f"'sha256-{one}'" for one in hashes)])
    return (
        f"default-src 'none'; script-src {ours}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        "form-action 'none'; base-uri 'none'"
    )


def _give_policy(path: Path) -> bool:
    """Write the policy right after the page's encoding, before anything that it governs."""
    old = path.read_bytes()
    bare = _POLICY.sub(b"", old)
    said = f'<meta http-equiv="{POLICY_NAME}" content="{policy(_inline(_parsed(bare)))}">'.encode()
    place = _CHARSET.search(bare)
    if place is None:
        raise BuildError(f"{path} does not say how it is encoded", help='a page begins with <meta charset="utf-8">')
    new = bare[: place.end()] + said + bare[place.end() :]
    if new == old:
        return False
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(new)
    draft.replace(path)
    return True


def _drop_empty_sitemap(folder: Path) -> None:
    """Without the site's address a builder writes a sitemap of nothing; better none."""
    sitemap = folder / "sitemap.xml"
    if sitemap.is_file() and b"<loc>http" not in sitemap.read_bytes():
        for one in (sitemap, folder / "sitemap.xml.gz"):
            one.unlink(missing_ok=True)
