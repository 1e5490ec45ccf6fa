"""Hostile strings from a seed: markup, scripts, addresses, Markdown and template syntax, and mixtures of them.

Each holds a number of its own, so that no two are the same and each can be found again. Whatever runs
would call `owned` or ask `evil.example`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from onrecord.column import SPACE

CALL = "owned({n})"
FAR = "//evil.example/{n}"
TAGS = (
    f"<script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"<img src=x onerror={CALL}>",
    f"<img src='https:{FAR}.png'>",
    f'"><svg onload={CALL}>',
    f"'><svg/onload={CALL}//",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<math><mtext><img src=1 onerror={CALL}></mtext></math>",
    f"<iframe src='javascript:parent.{CALL}'></iframe>",
    f'<iframe srcdoc="<script>parent.{CALL}</script>"></iframe>',
    f"<object data='https:{FAR}'></object>",
    f"<embed src='https:{FAR}'>",
    f"<base href='https:{FAR}/'>",
    f"<link rel=stylesheet href='https:{FAR}.css'>",
    f"<meta http-equiv=refresh content='0;url=https:{FAR}'>",
    f"<style>@import 'https:{FAR}.css';</style>",
    f"<style>*{{{{background:url(https:{FAR})}}}}</style>",
    f"<body onload={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f"<form action='https:{FAR}'><button>send</button></form>",
    f"<a href='javascript:{CALL}'>a</a>",
    f"<a href='data:text/html,<script>opener.{CALL}</script>'>a</a>",
    f"<template><img src=x onerror={CALL}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"</bdi></p></article><script>{CALL}</script>",
    f"<!--<img src='--><img src=x onerror={CALL}>'>",
    f"--><script>{CALL}</script><!--",
    f"<![CDATA[<script>{CALL}</script>]]>",
    f"]]><script>{CALL}</script>",
    f"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{CALL}</x:script>",
    "<mark>",
    "<b",
    "<p class='md-search__input' id='__search' hidden>",
    "<h1 id=x>",
)
ATTRIBUTES = (
    f'" onmouseover="{CALL}',
    f"' onmouseover='{CALL}",
    f"` onmouseover=`{CALL}",
    f" onfocus={CALL} autofocus tabindex=0 ",
    '" style="position:fixed;inset:0;background:red',
    f'" href="javascript:{CALL}',
    "\" ' ` <> = /",
    '" id="content" name="getElementById',
)
ADDRESSES = (
    f"javascript:{CALL}",
    f"JaVaScRiPt:{CALL}",
    f"java\tscript:{CALL}",
    f"&#106;avascript:{CALL}",
    f"data:text/html;base64,PHNjcmlwdD4={CALL}",
    f"vbscript:{CALL}",
    f"https:{FAR}",
    FAR,
    f"\\\\evil.example\\{'{n}'}",
    "../../../../etc/passwd",
    f"mailto:a@evil.example?body={CALL}",
)
MARKDOWN = (
    f"[a](javascript:{CALL})",
    f"![a](https:{FAR}.png)",
    f"[a]: javascript:{CALL}",
    f'[a]: https:{FAR} "title"',
    f"<https:{FAR}>",
    f"<javascript:{CALL}>",
    f"{{: onclick={CALL} }}",
    f"{{ onclick={CALL} #content .admonition }}",
    f"[a](x){{: onclick={CALL} }}",
    f"\n\n<div markdown=1 onclick={CALL}>\n\n**b**\n\n</div>\n\n",
    "\n\n# Heading\n\n",
    "\nHeading\n=======\n",
    "\n---\ntitle: owned\n---\n",
    "\n\n!!! danger 'owned'\n    text\n",
    "\n??? note\n    text\n",
    "--8<-- '/etc/passwd'",
    "\n--8<--\n/etc/passwd\n--8<--\n",
    "[^1]\n\n[^1]: a footnote\n",
    "\n\n*[a]: an abbreviation\n\n",
    "\n\n    code\n\n",
    f"```html\n<script>{CALL}</script>\n```",
    "~~~\ncode",
    "`code` ``code`` ```",
    "**bold** _it_ ~~struck~~ ==mark== ^up^ ~down~ ++keys++ ^^ins^^",
    "a | b | c\n--|--|--\n1 | 2 | 3",
    "| pipe | \\| ||",
    "* item\n* item",
    "\n1. item\n2. item",
    "> quoted",
    "[ ] task [x] done",
    ":material-skull: :smile:",
    "$x^2$ $$y$$ \\(z\\) \\[w\\]",
    "[TOC]",
    "\n[](){#content}\n",
    "&lt;b&gt; &amp;lt; &#60;script&#62; &#x3c; &quot; &nbsp &notit;",
    "\\<script\\> \\*a\\* \\",
    "  two spaces  \nnext",
    "***",
    "\n- - -\n",
    "\u0002wzxhzdk:0\u0003",
    "stash:1 wzxhzdk:0 klzzwxh:0000",
    "![[wiki]] [[wiki]]",
)
TEMPLATES = (
    "{{ 7*7 }}",
    "{% raw %}",
    "{%- for x in ().__class__.__base__.__subclasses__() -%}",
    "{# comment #}",
    "${alert(1)}",
    "`${owned({n})}`".replace("{n}", "{{n}}"),
    "<%= 7*7 %>",
    "#{7*7}",
    "{0.__class__} {page.title} {{config}}",
    "%s %(name)s %n %00",
    "$(touch x) `id`; rm -rf . | cat && true",
    '=HYPERLINK("https:' + FAR + '")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE claims; --",
    "\\u003cscript\\u003e \\x3c \\",
    "url(https:" + FAR + ")",
    "</SCRIPT >",
)
NAMES = (
    "__proto__", "constructor", "toString", "hasOwnProperty", "undefined", "null", "NaN", "true", "0", "-1", "1e999",
    "con", "..", "index.html", "None", "__class__", "innerHTML", "valueOf", "length",
)  # fmt: skip
MARKS = (
    "\u202eright to left\u202c", "\u2066isolate", "\u200bzero\u200dwidth\u200c", "\ufefforder", "\u00adsoft",
    "é e\u0301", "رافعة سقطت", "מנוף נפל", "起重机倒塌", "🏗️👩🏽‍🔧🇺🇳", "\U0001d4ea\U0001f468‍👩", "Z͑ͫ̓a̡l͇g̰o",
    "\u2028line\u2029", "\u00a0nbsp\u3000wide", "\ue000private", "\ufffd", "ﬁ ligature", "İı ß ſ K", "\U0010fffd",
    "‘’“”«»…–—", "\uffffnone", "\u180evowel", "\u2060joiner", "\u061c",
)  # fmt: skip
LONG = ("W" * 200, "-".join(["long"] * 40), "а" * 120, "x.y" * 60, "/" * 100, "<" * 80, "[" * 90, "(" * 70 + ")" * 70)
FAMILIES = (TAGS, ATTRIBUTES, ADDRESSES, MARKDOWN, TEMPLATES, NAMES, MARKS, LONG)
WEIGHTS = (8, 3, 4, 8, 4, 2, 3, 1)
PLAIN = ("The crane", "harbour", "a report", "said", "on 3 March", "40", "the company")

LONGEST = 300
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ENDS = f"{SPACE}\x00-\x1f\x7f-\x9f".replace("\\s", " \t\n\r\f\v")


def strings(seed: int) -> Iterator[str]:
    """Hostile strings without end, each a `Line` of the model, each with its own `q…q`."""
    rand = random.Random(seed)
    number = 0
    while True:
        number += 1
        yield _fitting(_mixed(rand), number, rand)


def address(said: str) -> str:
    """A hostile string as the end of an address that the model takes."""
    return "https://example.org/" + re.sub(f"[{SPACE}\x00-\x1f\x7f-\x9f]", "", said)


def _mixed(rand: random.Random) -> str:
    parts = [rand.choice(rand.choices(FAMILIES, WEIGHTS)[0]) for _ in range(rand.choice((1, 1, 2, 2, 3)))]
    if rand.random() < 0.3:
        parts.insert(rand.randrange(len(parts) + 1), rand.choice(PLAIN))
    said = rand.choice(("", " ", " ", "\n", '"', "'", ">")).join(parts)
    return rand.choice(_MUTATIONS)(said, rand) if rand.random() < 0.4 else said


def _somewhere(said: str, rand: random.Random, added: str) -> str:
    place = rand.randrange(len(said) + 1)
    return said[:place] + added + said[place:]


_MUTATIONS = (
    lambda said, _: said.swapcase(),
    lambda said, rand: said[: rand.randrange(len(said)) + 1],
    lambda said, rand: said[rand.randrange(len(said)) :],
    lambda said, rand: _somewhere(said, rand, rand.choice(MARKS)),
    lambda said, rand: _somewhere(said, rand, rand.choice("\"'<>&`\\|\n\t{}[]()#*_~!-")),
    lambda said, rand: said.replace(" ", rand.choice(("\t", "\n", "/", "\u00a0", "  "))),
    lambda said, rand: said.replace("<", rand.choice(("&lt;", "&#60;", "\\<", "<\u200b", "＜", "<<"))),
    lambda said, _: said[::-1],
    lambda said, _: said + said,
)


def _fitting(said: str, number: int, rand: random.Random) -> str:
    mark = f"q{number}q"
    said = _CONTROL.sub("", said.replace("{n}", str(number)))[: LONGEST - len(mark) - 1]
    if rand.random() < 0.2:
        return f"{mark} {said}".rstrip(_ENDS)
    return f"{said} {mark}".lstrip(_ENDS)
