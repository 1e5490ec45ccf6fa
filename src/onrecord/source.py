"""A source text, read and brought to its canonical form; found by its hash, never by its name.

The canonical form `nfc-lf/1`: UTF-8 decoded, a byte-order mark dropped, CRLF and CR turned to
LF, NFC. Nothing else is cleaned. All offsets count the code points of that text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import SourceError
from .span import digest_of

FORM = "nfc-lf/1"
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A text in canonical form, with the hash and length by which documents know it."""

    text: str
    sha256: str
    length: int
    form: str = FORM


def canonical(raw: bytes, name: str = "the text") -> Source:
    """Bring the bytes of a text file to canonical form. Raises SourceError when they are not UTF-8."""
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name} is not UTF-8: byte 0x{raw[error.start]:02x} at byte offset {error.start}",
            help="save it as plain text in UTF-8; other formats cannot be read yet",
        ) from None
    lines = decoded.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", lines)
    return Source(text, digest_of(text), len(text))


def read_source(path: str | Path) -> Source:
    """Read one text file. Raises SourceError when it is missing, too large or not UTF-8."""
    file = Path(path)
    try:
        with file.open("rb") as handle:  # a pipe or a device has no size to ask for
            raw = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(
            f"cannot read {file}: {error.strerror}", help="name a text file, or a folder of text files"
        ) from error
    if len(raw) > MAX_BYTES:
        raise SourceError(
            f"{file} has more than {MAX_BYTES:,} bytes, the limit of a source text",
            help="give the plain text of one document",
        )
    return canonical(raw, str(file))


def find_source(path: str | Path, sha256: str) -> Source:
    """The text with this hash: the file itself, or the one in a folder that has it, whatever its name.

    A single file is returned even when its hash is another one, so that the difference can be shown.
    Raises SourceError when no text in a folder has the hash.
    """
    root = Path(path)
    if not root.is_dir():
        return read_source(root)
    seen = 0
    for source in _texts(root):
        seen += 1
        if source.sha256 == sha256:
            return source
    raise SourceError(
        f"none of the {seen} texts in {root} has the SHA-256 {sha256}",
        help="put the plain text of that edition there as a .txt file; its name does not matter",
    )


def _texts(root: Path) -> Iterator[Source]:
    """Every readable text of a folder; what cannot be read cannot be the text that is sought."""
    for file in sorted(root.rglob("*.txt")):
        try:
            yield read_source(file)
        except SourceError:
            continue
