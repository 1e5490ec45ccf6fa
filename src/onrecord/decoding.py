"""Bytes to characters: which encoding a text is in, and a strict reading of it.

The order: a byte-order mark, the encoding that the caller names, what the page declares, strict
UTF-8. Detection by statistics happens only when it is asked for, because its answer may change
with the version of the library, and every offset with it. A wrong byte is refused with its place.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from .errors import MissingExtra, SourceError

DETECT = "detect"
# On what ground an encoding was chosen.
MARKED, DECLARED, IN_PAGE = "by its byte-order mark", "as declared", "as the page declares"
DETECTED, DEFAULT = "as detected", "by default"
HEAD = 1024 * 1024  # what is looked at to tell kinds and encodings apart
DETECTABLE = 8 * 1024 * 1024
MIN_EVIDENCE = 100  # bytes beyond ASCII without which statistics say nothing

# The marks of UTF-32 begin with, or hold, those of UTF-16: they come first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Codecs that are no encodings of texts, or that let half of a surrogate pair through.
_NOT_FOR_TEXTS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
# Browsers read these labels as their supersets: the WHATWG Encoding Standard.
_ON_THE_WEB = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, such as a .docx, .odt or .epub file"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
# What a text file never holds in numbers; tab, line ends, form feed and escape may be there.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_C1 = re.compile(b"[\x80-\x9f]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_META = re.compile(rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9_.:+-]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by the name Python gives it, on what ground it was chosen, and how long its mark is."""

    name: str
    basis: str
    skip: int = 0


def magic_of(head: bytes) -> str | None:
    """What a file is by its first bytes, in words, when it is a known kind that is not text."""
    return next((said for magic, said in _MAGIC if head.startswith(magic)), None)


def encoding_of(head: bytes, name: str, declared: str | None = None) -> Encoding:
    """The encoding of a text that begins with these bytes. Raises SourceError when it is contradicted or unclear."""
    wanted = None if declared in (None, DETECT) else _codec(str(declared))
    for mark, codec in _MARKS:
        if head.startswith(mark):
            if wanted and not codec.startswith(wanted):
                raise SourceError(
                    f"{name} begins with the byte-order mark of {codec}, and {declared} was given as its encoding",
                    help="leave the encoding out: the mark says it",
                )
            return Encoding(codec, MARKED, len(mark))
    if wanted in ("utf-16", "utf-32"):
        raise SourceError(
            f"{name} has no byte-order mark, so {wanted} does not say which byte comes first",
            help=f"give {wanted}-le or {wanted}-be",
        )
    if wanted:
        return Encoding(wanted, DECLARED)
    return _detected(head, name) if declared == DETECT else Encoding("utf-8", DEFAULT)


def page_encoding_of(raw: bytes, name: str, declared: str | None = None) -> Encoding:
    """The encoding of an HTML page: as for a text, but what the page declares comes before UTF-8.

    Raises SourceError when the page declares another encoding than UTF-8 and yet is in UTF-8.
    """
    unsaid = declared in (None, DETECT) and not any(raw.startswith(mark) for mark, _ in _MARKS)
    inside = _declared_inside(raw[:4096], name) if unsaid else None
    if inside is None:
        return encoding_of(raw, name, declared)
    wide = _BEYOND_ASCII.search(raw)
    if inside != "utf-8" and wide and _is_utf8(raw):
        raise SourceError(
            f"{name} declares {inside}, but it is UTF-8: see byte 0x{wide[0][0]:02x} at byte offset {wide.start()}",
            help="say which it is: --encoding utf-8, or --encoding with the one declared",
        )
    return Encoding(inside, IN_PAGE)


def _declared_inside(head: bytes, name: str) -> str | None:
    found = _XML.search(head) or _META.search(_COMMENT.sub(b"", head))
    if found is None:
        return None
    codec = _codec(found[1].decode("ascii"), f"{name} declares an encoding that is not known: ")
    return _ON_THE_WEB.get(codec, codec)


def _codec(label: str, said: str = "there is no such encoding of texts: ") -> str:
    """The name Python gives an encoding. Raises SourceError when it is none for texts."""
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        info = None
    codec = "" if info is None else info.name.replace("utf-8-sig", "utf-8")
    if info is None or not getattr(info, "_is_text_encoding", True) or codec.replace("_", "-") in _NOT_FOR_TEXTS:
        raise SourceError(
            f"{said}{label}", help="give one such as utf-8, windows-1252, utf-16-le, shift_jis or gb18030"
        )
    return codec


def decoded(chunks: Iterable[bytes], encoding: Encoding, name: str) -> Iterator[str]:
    """The characters of a text whose bytes come in chunks, without its mark; strict.

    Raises SourceError with the byte offset of the first wrong byte, or when it is no text at all.
    """
    decoder = codecs.getincrementaldecoder(encoding.name)()
    fed, seen, wide = encoding.skip, 0, False
    for chunk, final in chain(((chunk, False) for chunk in chunks), [(b"", True)]):
        fed += len(chunk)
        _refuse_bytes(chunk, encoding, name, fed - len(chunk))
        try:
            piece = decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            # What a decoder kept from the chunk before stands in front of this one.
            wide = wide or not error.object[: error.start].isascii()
            raise _undecodable(error, fed - len(error.object), encoding, name, wide) from None
        _refuse_controls(piece, seen, name)
        seen, wide = seen + len(piece), wide or not piece.isascii()
        yield piece


def _undecodable(error: UnicodeDecodeError, base: int, encoding: Encoding, name: str, wide: bool) -> SourceError:
    said = "UTF-8" if encoding.name == "utf-8" else encoding.name
    at = f"byte 0x{error.object[error.start]:02x} at byte offset {base + error.start}"
    if encoding.basis != DEFAULT:
        return SourceError(
            f"{name} is not {said} ({encoding.basis}): {at}, {error.reason}",
            help="give the encoding it is in, or save it anew in UTF-8",
        )
    if wide:
        return SourceError(
            f"{name} is not {said}: {at}, after text that is {said}; it may mix encodings",
            help="mend that place in an editor and save the whole in UTF-8, or give its one encoding with --encoding",
        )
    return SourceError(
        f"{name} is not {said}: {at}",
        help="give its encoding, such as --encoding windows-1252, have it detected with --encoding detect, "
        "or save it in UTF-8",
    )


def _refuse_bytes(chunk: bytes, encoding: Encoding, name: str, base: int) -> None:
    """A NUL is in no text; bytes that are controls in ISO 8859 are letters of an encoding mistaken for it."""
    if b"\0" in chunk and not encoding.name.startswith(("utf-16", "utf-32")):
        raise _binary(name, f"it has a NUL at byte offset {base + chunk.index(0)}")
    found = _C1.search(chunk) if encoding.name.startswith("iso8859") else None
    if found:
        raise SourceError(
            f"{name} is not {encoding.name} ({encoding.basis}): byte 0x{found[0][0]:02x} at byte offset "
            f"{base + found.start()} is a control character there",
            help="it is likely windows-1252 or another Windows encoding: give that one",
        )


def _refuse_controls(piece: str, seen: int, name: str) -> None:
    """In the beginning of a text, no more than one character in a hundred is a control character."""
    if "\0" in piece:
        raise _binary(name, f"it has a NUL after {seen + piece.index(chr(0)):,} characters")
    controls = len(_CONTROLS.findall(piece)) if seen == 0 else 0
    if controls * 100 > len(piece):
        raise _binary(name, f"{controls:,} of its first {len(piece):,} characters are control characters")


def _binary(name: str, why: str) -> SourceError:
    return SourceError(
        f"{name} is binary, not text: {why}",
        help="give a plain text, .html or .pdf file; UTF-16 without a byte-order mark needs --encoding utf-16-le or "
        "utf-16-be",
    )


def _is_utf8(raw: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return False
    return True


def _detected(raw: bytes, name: str) -> Encoding:
    """The encoding that statistics leave no doubt about. Raises SourceError when there is doubt."""
    if b"\0" not in raw and _is_utf8(raw):
        return Encoding("utf-8", DEFAULT)
    if len(raw) > DETECTABLE:
        raise _undecided(f"the encoding of {name} is not detected: it has more than {DETECTABLE:,} bytes")
    wide = [found.start() for found in _BEYOND_ASCII.finditer(raw)]
    at = f"byte 0x{raw[wide[0]]:02x} at byte offset {wide[0]}" if wide else "no byte beyond ASCII"
    if b"\0" not in raw and len(wide) < MIN_EVIDENCE:
        raise _undecided(f"the encoding of {name} cannot be told from {len(wide)} bytes beyond ASCII: {at}")
    readings = _readings(raw)
    if not readings:
        raise _undecided(f"no encoding fits {name}: {at}")
    if len(readings) > 1:
        raise _undecided(f"{name} may be in {' or '.join(readings)}: {_difference(raw, readings)}")
    ((codec, text),) = readings.items()
    mixed = _UTF8.search(raw) if len(text) == len(raw) else None
    if mixed:
        raise _undecided(f"{name} may be in {codec}, but part of it is UTF-8: see byte offset {mixed.start()}")
    return Encoding(codec, DETECTED)


def _undecided(message: str) -> SourceError:
    return SourceError(message, help="give its encoding, such as --encoding windows-1252, or save it in UTF-8")


def _readings(raw: bytes) -> dict[str, str]:
    """Every way to read the bytes that fits about as well as the best, by encoding; equal readings are one."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        raise MissingExtra("charset-normalizer", "text") from None
    matches = list(from_bytes(raw))
    near = [m for m in matches if m.chaos <= matches[0].chaos + 0.02 and m.coherence >= matches[0].coherence - 0.1]
    names = sorted({name for match in near for name in match.could_be_from_charset}, key=lambda n: (n != "cp1252", n))
    by_text: dict[str, str] = {}
    for codec in names:
        by_text.setdefault(raw.decode(codec, "replace"), codecs.lookup(codec).name)
    return {codec: text for text, codec in by_text.items()}


def _difference(raw: bytes, readings: dict[str, str]) -> str:
    """The first byte that two readings take for different characters."""
    (codec, text), (_, other) = list(readings.items())[:2]
    index = next((i for i, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), 0)
    at = len(text[:index].encode(codec, "replace"))
    return f"they differ first at byte 0x{raw[at]:02x} at byte offset {at}"
