"""Text out of HTML pages and PDF files, with the name of the form that says how it was taken out.

Nothing is fetched and nothing of the page runs. A page that does not fit the limits is refused,
never cut. PDFs are read in a process of their own, because a small file can ask for any amount of
memory and time.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal

from .errors import MissingExtra, SourceError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Boilerplate = Literal["drop", "keep"]
OPTIONS: dict[Boilerplate, str] = {"drop": "main", "keep": "all"}

MIB = 1024 * 1024
# Looking for the main content takes time that grows faster than the page.
MAX_MAIN_BYTES, MAX_MAIN_TAGS, MAX_TAGS = 8 * MIB, 200_000, 2_000_000
MIN_OUTPUT, RATIO = 64 * MIB, 50
PDF_SECONDS, PDF_MEMORY = 120, 2048 * MIB


def _names(said: str) -> frozenset[str]:
    return frozenset(said.split())


# What is in a page but not shown on it.
_UNSEEN = _names("applet audio canvas datalist embed head iframe map noscript object script style svg template video")
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# Blocks stand apart by a blank line, lines and cells by a line end. The second row of names is
# that of the tree in which the main content comes.
_BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup p pre search section "
    "summary table tbody tfoot thead tr ul "
    "head item list quote row"
)
_LINES = _names("button cell option select td textarea th")
_BREAKS = _names("br lb")
_LAID_OUT = _names("pre textarea")
_SPACE = re.compile(r"[ \t\n\r\f]+")


def html_form(boilerplate: Boilerplate = "drop") -> str:
    """The first part of the form's name for a page's text."""
    return f"trafilatura-{_trafilatura().__version__}-{OPTIONS[boilerplate]}"


def pdf_form() -> str:
    """The first part of the form's name for a PDF's text."""
    try:
        from pypdfium2.version import PDFIUM_INFO
    except ImportError:
        raise MissingExtra("pypdfium2", "pdf") from None
    return f"pdfium-{PDFIUM_INFO.build}"


def _trafilatura() -> Any:
    try:
        import trafilatura
    except ImportError:
        raise MissingExtra("trafilatura", "html") from None
    return trafilatura


# HTML


def html_text(page: str, name: str, boilerplate: Boilerplate = "drop") -> str:
    """The text of a page: its main content, or all that it shows; blocks are set apart by a blank line.

    Raises SourceError when the page is too large or too deep to be read whole, or shows no text.
    """
    _refuse_large(page, name, boilerplate)
    tree = _tree(page, name)
    shown = _shown(tree)
    text = _laid_out(_main(shown, name) if boilerplate == "drop" else shown)
    if not text:
        raise SourceError(
            f"no {'main ' if boilerplate == 'drop' else ''}text was found in {name}",
            help="take all that the page shows with --boilerplate keep, or save its text as a .txt file",
        )
    return text


def _refuse_large(page: str, name: str, boilerplate: Boilerplate) -> None:
    tags = page.count("<")
    if tags > MAX_TAGS:
        raise SourceError(f"{name} has {tags:,} tags; the limit of a page is {MAX_TAGS:,}", help=_SAVE)
    if boilerplate == "drop" and (len(page) > MAX_MAIN_BYTES or tags > MAX_MAIN_TAGS):
        raise SourceError(
            f"{name} has {len(page):,} characters and {tags:,} tags: the main content is sought in pages up to "
            f"{MAX_MAIN_BYTES:,} and {MAX_MAIN_TAGS:,}",
            help="take all that the page shows with --boilerplate keep",
        )


_SAVE = "save the text you need as a .txt file"


def _tree(page: str, name: str) -> HtmlElement:
    """The page as a tree. What the parser leaves off, because it is too deep or too long, is an error."""
    import logging

    _trafilatura()
    from trafilatura.utils import HTML_PARSER, load_html

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    whole = page if re.search(r"<html[\s>]", page[:65536], re.IGNORECASE) else f"<html><body>{page}</body></html>"
    tree = load_html(whole)
    cut = [entry.message.split(",")[0].strip() for entry in HTML_PARSER.error_log if entry.level_name == "FATAL"]
    if cut:
        raise SourceError(f"{name} cannot be read whole: {cut[0]}", help=_SAVE)
    if tree is None:
        raise SourceError(f"{name} is not a page of HTML", help="if it is plain text, name it .txt")
    return tree


def _main(tree: HtmlElement, name: str) -> Any:
    """The tree of the main content alone; without text when there is none.

    In the place of short content the library gives all words of the page without its paragraphs.
    Then the content is sought again however short it is.
    """
    try:
        whole = deepcopy(tree)
        found = _sought(tree)
        return _sought(whole, shortest=0) if _is_heap(found, whole) else found
    except RecursionError:
        raise SourceError(f"the main content of {name} cannot be found: it is nested too deep", help=_SAVE) from None


def _sought(tree: HtmlElement, shortest: int | None = None) -> Any:
    from trafilatura.settings import use_config

    config = use_config()
    if shortest is not None:
        config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(shortest)
    found = _trafilatura().bare_extraction(tree, include_comments=False, include_tables=True, config=config)
    return tree.makeelement("body") if found is None else found.body


def _is_heap(found: Any, tree: HtmlElement) -> bool:
    """Whether what was found is what the library gives when it finds too little."""
    from lxml.etree import tostring

    return bool(tostring(found) == tostring(_trafilatura().baseline(tree)[0]))


def _shown(tree: HtmlElement) -> HtmlElement:
    """The tree without what is in a page but not shown on it."""
    from lxml.etree import strip_elements

    for element in tree.iter():
        if _hidden(element):
            element.tag = "template"
    strip_elements(tree, *_UNSEEN, with_tail=False)
    return tree


def _hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_NOT_DISPLAYED.search(element.get("style") or ""))


def _laid_out(tree: Any) -> str:
    """The text of a tree, block by block; white space as a browser shows it."""
    lines = (line.rstrip(" ") for line in "".join(_runs(tree)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(" \n")


def _runs(tree: Any) -> Iterator[str]:
    """Text and breaks in order. White space is one space, none at a line's beginning, but where it is laid out."""
    from lxml.etree import iterwalk

    kept, breaks, mid_line = 0, 0, False  # elements around that keep white space; line ends due; a word ended here
    for event, element in iterwalk(tree, events=("start", "end")):
        if element.tag in _LAID_OUT:
            kept += 1 if event == "start" else -1
        if element.tag in _BREAKS:
            breaks += event == "start"
        breaks = max(breaks, 2 if element.tag in _BLOCKS else element.tag in _LINES)
        words = (element.text if event == "start" else element.tail) or ""
        said = words.replace("\r", "") if kept else _SPACE.sub(" ", words)
        if not kept and (breaks or not mid_line):
            said = said.lstrip(" ")
        if said:
            yield "\n" * breaks + said
            breaks, mid_line = 0, said[-1] not in " \n"


# PDF


def pdf_text(raw: bytes, name: str) -> str:
    """The text of a PDF, page by page with a blank line between pages.

    Raises SourceError when it is encrypted, broken, without text, or asks for too much memory or time.
    """
    pdf_form()  # says first what is missing
    command = [sys.executable, "-P", "-c", f"from onrecord.extract import _read_for_parent as run; run({PDF_MEMORY})"]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(command, input=raw, capture_output=True, env=paths, timeout=PDF_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SourceError(f"{name} takes more than {PDF_SECONDS} seconds to read", help=_SAVE) from None
    if done.returncode:
        raise _pdf_refusal(done.stderr, name)
    text = done.stdout.decode("utf-8")
    if not text.strip():
        raise SourceError(
            f"{name} has no text: its pages seem to be scanned",
            help="have the text recognised by an OCR program and give the result as a .txt file",
        )
    return text


def _pdf_refusal(said: bytes, name: str) -> SourceError:
    """What the reading process said last; when it died without a word, memory ran out or the file broke it."""
    try:
        reason = json.loads(said.splitlines()[-1])
        return SourceError(f"{name} {reason['message']}", help=reason["help"])
    except (IndexError, ValueError, TypeError, KeyError):
        return SourceError(
            f"{name} cannot be read within {PDF_MEMORY // MIB:,} MiB of memory: it is broken or made to grow",
            help=_SAVE,
        )


def _read_for_parent(memory: int) -> None:
    """Read a PDF from standard input and write its text; runs in the process that `pdf_text` starts."""
    _limit_memory(memory)
    raw = sys.stdin.buffer.read()
    try:
        limit = max(MIN_OUTPUT, RATIO * len(raw))
        for piece in _pages(raw):
            limit -= len(piece)
            if limit < 0:
                raise SourceError("holds far more text than its size allows: it is made to grow", help=_SAVE)
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except SourceError as error:
        sys.stderr.write("\n" + json.dumps({"message": error.message, "help": error.help}))
        sys.stderr.flush()
        os._exit(1)


def _limit_memory(memory: int) -> None:
    """Bound this process, where the system can do that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _pages(raw: bytes) -> Iterator[bytes]:
    """The text of each page that has any, in UTF-8; a blank line in front of all but the first."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(raw)
    except PdfiumError as error:
        raise _unopened(error) from None
    first = True
    for number in range(len(document)):
        try:
            words = document[number].get_textpage().get_text_bounded()
        except PdfiumError:
            raise SourceError(f"has a page that cannot be read: {number + 1} of {len(document)}", help=_MEND) from None
        # A hyphen at the end of a line comes as a control character that stands for both.
        said = words.replace("\x02\r\n", "-\n").replace("\x02", "-\n").replace("\0", "").strip()
        if said:
            yield said.encode("utf-8") if first else b"\n\n" + said.encode("utf-8")
            first = False


_MEND = "open it in a PDF viewer and print it to a new PDF, or save its text as a .txt file"


def _unopened(error: Any) -> SourceError:
    if error.err_code in (4, 5):  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
        return SourceError(
            "is encrypted and needs a password", help="save a copy without password, or its text as .txt"
        )
    return SourceError("is a broken PDF: no pages can be found in it", help=_MEND)
