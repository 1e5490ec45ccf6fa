"""A source text, read and brought to its canonical form; found by its hash, never by its name.

The canonical form `nfc-lf/1`: decoded, a byte-order mark dropped, CRLF and CR turned to LF, NFC.
Nothing else is cleaned. All offsets count the code points of that text. The text of a page or a
PDF is first taken out of it; its form's name says by what, as in `pdfium-8149+nfc-lf/1`.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import IO, Literal

from .decoding import DETECT, DETECTABLE, HEAD, Encoding, decoded, encoding_of, magic_of, page_encoding_of
from .errors import MissingExtra, OnrecordError, SourceError
from .extract import OPTIONS, Boilerplate, html_form, html_text, pdf_form, pdf_text

FORM = "nfc-lf/1"
CHUNK = 1024 * 1024
Kind = Literal["text", "html", "pdf"]
SUFFIXES: dict[str, Kind] = {".txt": "text", ".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf"}
MAX_BYTES: dict[Kind, int] = {"text": 512 * CHUNK, "html": 64 * CHUNK, "pdf": 256 * CHUNK}
MAX_MARKS = 1024  # combining marks in a row: ordering them takes time that grows with the square
NAMED = 5  # unreadable files named in an error

_NOUNS: dict[Kind, str] = {"text": "a plain text", "html": "an HTML page", "pdf": "a PDF"}
_PAGE = re.compile(r"\s*(<\?xml\b[^>]*>\s*)?(?>\s*<!--.*?-->)*\s*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_EXTRACTED = re.compile(
    rf"^(?P<extractor>[a-z0-9]+)-(?P<version>[0-9a-z.]+)(-(?P<option>main|all))?\+{re.escape(FORM)}$"
)
# Nothing in these ranges joins with what stands before it.
_SURE = re.compile("[\x00-\u02ff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Source:
    """A text in canonical form, with the hash and length by which documents know it."""

    text: str
    sha256: str
    length: int
    form: str = FORM


# Canonical form


@dataclass(slots=True)
class Canonical:
    """Brings text that comes in pieces, cut anywhere, to canonical form; notes what it changed."""

    name: str = "the text"
    composed: bool = False
    _newlines: io.IncrementalNewlineDecoder = field(
        default_factory=lambda: io.IncrementalNewlineDecoder(None, translate=True)
    )
    _held: list[str] = field(default_factory=list)

    @property
    def line_ends(self) -> tuple[str, ...]:
        """The line ends that were met so far."""
        found = self._newlines.newlines or ()
        return (found,) if isinstance(found, str) else tuple(found)

    def pieces(self, pieces: Iterable[str]) -> Iterator[str]:
        """The canonical text in pieces. Raises SourceError when it is empty or no text."""
        empty = True
        for piece in self._fed(pieces):
            empty = empty and (not piece or piece.isspace())
            if piece:
                yield piece
        if empty:
            raise SourceError(
                f"{self.name} is empty: there is nothing in it but white space", help="give the text of one document"
            )

    def _fed(self, pieces: Iterable[str]) -> Iterator[str]:
        for piece in pieces:
            yield self._feed(self._newlines.decode(piece))
        yield self._composed("".join((*self._held, self._newlines.decode("", True))))

    def _feed(self, piece: str) -> str:
        """What is certain not to change any more; the rest is held until more comes."""
        border = _border(piece)
        if border is None:
            self._refuse_marks(piece)
            self._held.append(piece)
            return ""
        ready = "".join((*self._held, piece[:border]))
        self._held = [piece[border:]]
        return self._composed(ready)

    def _composed(self, text: str) -> str:
        if text.isascii():
            return text
        self._refuse_marks(text)
        composed = unicodedata.normalize("NFC", text)
        self.composed = self.composed or composed != text
        return composed

    def _refuse_marks(self, text: str) -> None:
        """A run that is too long has a mark at one of these places."""
        for at in range(MAX_MARKS, len(text), MAX_MARKS):
            if _is_mark(text[at]) and _marks_around(text, at) > MAX_MARKS:
                raise SourceError(
                    f"{self.name} is not text: it has more than {MAX_MARKS:,} combining marks in a row",
                    help="take them out: no writing has so many on one letter",
                )


def _border(piece: str) -> int | None:
    """The last place where text can be cut in two and each part composed by itself."""
    sure = _SURE.search(piece[:-65:-1]) or _SURE.search(piece[::-1])
    if sure:
        return len(piece) - 1 - sure.start()
    return next((i for i in range(len(piece) - 1, -1, -1) if _stands_alone(piece[i])), None)


@cache
def _stands_alone(character: str) -> bool:
    """Whether a character never joins with what stands before it: neither a mark nor a later part of a syllable."""
    code = ord(character)
    part = 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF or 0x16D40 <= code <= 0x16D7F
    return not part and unicodedata.category(character)[0] not in "MC"


@cache
def _is_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) != 0


def _marks_around(text: str, at: int) -> int:
    """How many marks stand in a row around a place; counting stops when they are too many."""
    before = takewhile(_is_mark, (text[i] for i in range(at - 1, max(at - MAX_MARKS, 0) - 1, -1)))
    behind = takewhile(_is_mark, text[at : at + MAX_MARKS + 1])
    return sum(1 for _ in before) + sum(1 for _ in behind)


def canonical(raw: bytes, name: str = "the text", *, encoding: str | None = None) -> Source:
    """Bring the bytes of a text file to canonical form. Raises SourceError when they cannot be read."""
    return _gathered(Reading(name, encoding=encoding).of_text(io.BytesIO(raw)), FORM)


def _gathered(pieces: Iterable[str], form: str) -> Source:
    # UTF-8 is narrow even where Python needs four bytes for every character of a text.
    narrow = bytearray()
    for piece in pieces:
        narrow += piece.encode("utf-8")
    text = narrow.decode("utf-8")
    return Source(text, hashlib.sha256(narrow).hexdigest(), len(text), form)


# Files


class Reading:
    """One reading of a source file. Iterate for its canonical text in pieces; then it knows how it was read."""

    def __init__(self, path: str | Path, *, encoding: str | None = None, boilerplate: Boilerplate = "drop") -> None:
        self.name = str(path)
        self.declared, self.boilerplate = encoding, boilerplate
        self.form = FORM
        self.encoding: Encoding | None = None  # a PDF has none
        self.canonical = Canonical(self.name)

    def __iter__(self) -> Iterator[str]:
        """The canonical text in pieces of about a mebibyte. Raises SourceError when it cannot be read."""
        try:
            with Path(self.name).open("rb") as handle:
                yield from self._of_file(handle)
        except OSError as error:
            raise SourceError(
                f"cannot read {self.name}: {error.strerror}", help="name a text, a page or a PDF that can be read"
            ) from error

    def of_text(self, handle: IO[bytes], head: bytes = b"") -> Iterator[str]:
        """The canonical text of a plain text, in pieces."""
        head += handle.read((DETECTABLE + 1 if self.declared == DETECT else HEAD) - len(head))
        magic = magic_of(head)
        if magic:
            raise SourceError(f"{self.name} is {magic}, not text", help="give a plain text, .html or .pdf file")
        self.encoding = encoding_of(head, self.name, self.declared)
        chunks = self._chunks(handle, head, "text", self.encoding.skip)
        return self.canonical.pieces(decoded(chunks, self.encoding, self.name))

    def _of_file(self, handle: IO[bytes]) -> Iterator[str]:
        size = os.fstat(handle.fileno())
        head = handle.read(HEAD)
        kind = _kind(head, self.name)
        if stat.S_ISREG(size.st_mode) and size.st_size > MAX_BYTES[kind]:
            raise _too_large(self.name, kind)
        if kind == "text":
            return self.of_text(handle, head)
        raw = b"".join(self._chunks(handle, head, kind))
        return self.canonical.pieces(_sliced(self._of_page(raw) if kind == "html" else self._of_pdf(raw)))

    def _of_page(self, raw: bytes) -> str:
        self.form = f"{html_form(self.boilerplate)}+{FORM}"
        self.encoding = page_encoding_of(raw, self.name, self.declared)
        page = "".join(decoded([raw[self.encoding.skip :]], self.encoding, self.name))
        return html_text(page, self.name, self.boilerplate)

    def _of_pdf(self, raw: bytes) -> str:
        self.form = f"{pdf_form()}+{FORM}"
        return pdf_text(raw, self.name)

    def _chunks(self, handle: IO[bytes], head: bytes, kind: Kind, skip: int = 0) -> Iterator[bytes]:
        """The bytes of a file from its head on; a pipe has no size, so that they are counted."""
        left = MAX_BYTES[kind] - len(head)
        yield from (head[at : at + CHUNK] for at in range(skip, len(head), CHUNK))
        while chunk := handle.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _too_large(self.name, kind)
            yield chunk


def _too_large(name: str, kind: Kind) -> SourceError:
    return SourceError(
        f"{name} has more than {MAX_BYTES[kind]:,} bytes, the limit of {_NOUNS[kind]}",
        help="give the plain text of one document",
    )


def _sliced(text: str) -> Iterator[str]:
    return (text[at : at + CHUNK] for at in range(0, len(text), CHUNK))


def _kind(head: bytes, name: str) -> Kind:
    """What a file is by its content; a name that says otherwise is an error."""
    suffix = Path(name).suffix.lower()
    said = SUFFIXES.get(suffix)
    found = _kind_of(head)
    if said == "pdf" and found != "pdf" and b"%PDF-" in head[:1024]:
        return "pdf"  # what stands in front of the mark is passed over by every reader
    if said == "html" and found == "text" and magic_of(head) is None:
        return "html"  # a part of a page
    if said and said != found:
        actual = magic_of(head) or ("an HTML page" if found == "html" else "")
        raise SourceError(
            f"{name} is {actual}{', ' if actual else ''}not {_NOUNS[said]}, though its name ends in {suffix}",
            help="give it the name its content asks for (.txt, .html, .pdf), or give the file that was meant",
        )
    return found


def _kind_of(head: bytes) -> Kind:
    if head.startswith(b"%PDF-"):
        return "pdf"
    codec = encoding_of(head, "the text").name
    return "html" if _PAGE.match(head[:8192].decode(codec, "ignore").lstrip("\ufeff")) else "text"


def stream(path: str | Path, encoding: str | None = None, *, boilerplate: Boilerplate = "drop") -> Iterator[str]:
    """The canonical text of a file, in pieces of about a mebibyte. Raises SourceError when it cannot be read."""
    return iter(Reading(path, encoding=encoding, boilerplate=boilerplate))


def read_source(path: str | Path, *, encoding: str | None = None, boilerplate: Boilerplate = "drop") -> Source:
    """Read one text, page or PDF. Raises SourceError when it is missing, too large or cannot be read."""
    reading = Reading(path, encoding=encoding, boilerplate=boilerplate)
    return replace(_gathered(reading, FORM), form=reading.form)


# By hash


def find_source(path: str | Path, sha256: str, form: str | None = None, *, encoding: str | None = None) -> Source:
    """The text with this hash: the file itself, or the one in a folder that has it, whatever its name.

    `form` is the name of the form in which it was recorded; it tells how to read a page. A text that
    has the hash is in that form, even when it was saved as plain text. A single file is returned
    even when its hash is another one, so that the difference can be shown. Raises SourceError when
    no text in a folder has the hash.
    """
    root = Path(path)
    if not root.is_dir():
        return _as_recorded(read_source(root, encoding=encoding, boilerplate=boilerplate_of(form)), sha256, form)
    seen, unread = 0, []
    for file in candidates(root):
        seen += 1
        try:
            source = read_source(file, encoding=encoding, boilerplate=boilerplate_of(form))
        except OnrecordError as error:
            unread.append(briefly(error, file, root))
            continue
        if source.sha256 == sha256:
            return _as_recorded(source, sha256, form)
    raise SourceError(
        f"none of the {seen} texts in {root} has the SHA-256 {sha256}{unread_files(unread)}",
        help="put the text of that edition there as a .txt, .html or .pdf file; its name does not matter",
    )


def _as_recorded(source: Source, sha256: str, form: str | None) -> Source:
    return replace(source, form=form) if form and source.sha256 == sha256 else source


def candidates(root: Path) -> Iterator[Path]:
    """Every file of a folder that may be a source; pipes and devices are not opened."""
    return (file for file in sorted(root.rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file())


def briefly(error: OnrecordError, file: Path, root: Path) -> str:
    """What kept a file of a folder from being read, with its name as seen from there; of an extra, how to get it."""
    name = str(file.relative_to(root))
    said = error.message.replace(str(file), name, 1) if str(file) in error.message else f"{name}: {error.message}"
    return f"{said} ({error.help})" if isinstance(error, MissingExtra) else said


def unread_files(messages: list[str]) -> str:
    """The end of a sentence on a folder: what in it could not be read, the first ones by name."""
    if not messages:
        return ""
    more = len(messages) - NAMED
    said = [*messages[:NAMED], *([f"and {more} more"] if more > 0 else [])]
    return f"; {len(messages)} could not be read: {'; '.join(said)}"


# Forms


def boilerplate_of(form: str | None) -> Boilerplate:
    """How a page was read, by the name of the form."""
    found = _EXTRACTED.match(form or "")
    return "keep" if found and found["option"] == OPTIONS["keep"] else "drop"


def explain_form(wanted: str, have: str) -> str | None:
    """Why a text in the form `have` is not one in the form `wanted`, with the remedy; None when the forms are one."""
    if wanted == have:
        return None
    theirs, mine = _EXTRACTED.match(wanted), _EXTRACTED.match(have)
    if theirs is None:
        known = f"it was recorded from a text in the form {wanted}, and this one is {have}"
        return f"{known}: give the plain text" if wanted == FORM else f"{known}: this version does not read that form"
    made = f"it was recorded from text that {theirs['extractor']} {theirs['version']} took out"
    saved = "give that text as saved by `onrecord text`"
    if mine is None or mine["extractor"] != theirs["extractor"]:
        kind = "PDF" if theirs["extractor"] == "pdfium" else "page"
        return f"{made}, and this one is {have}: give the {kind} itself, or {saved}"
    if mine["version"] != theirs["version"]:
        return f"{made}, and {mine['version']} is installed: {_install(theirs)}, or {saved}"
    return f"{made} with another choice of boilerplate: read it with --boilerplate {boilerplate_of(wanted)}"


def _install(form: re.Match[str]) -> str:
    if form["extractor"] == "pdfium":
        return f"install the pypdfium2 that brings PDFium {form['version']}"
    return f"pip install '{form['extractor']}=={form['version']}'"
