"""Copies of texts in somebody's hands, and which document each is the text of: told by hash, never by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from .errors import OnrecordError, SourceError
from .extract import Boilerplate
from .places import Places
from .source import FORM, Reading, boilerplate_of, briefly, candidates, unread_files

HELD = 16 * 1024 * 1024  # code points of a text that are kept rather than read again


class Copy:
    """A file of text in somebody's hands. It is read once if it is small, else whenever it is iterated."""

    def __init__(self, path: Path, boilerplate: Boilerplate, encoding: str | None) -> None:
        self.path, self.boilerplate, self.encoding = path, boilerplate, encoding
        self.form = FORM
        self.sha256: str | None = None  # known once the text was asked for it
        self.held: list[str] | None = None

    def __iter__(self) -> Iterator[str]:
        """The canonical text in pieces. Raises SourceError when it cannot be read."""
        if self.held is not None:
            yield from self.held
            return
        held, size = list[str](), 0
        reading = Reading(self.path, encoding=self.encoding, boilerplate=self.boilerplate)
        for piece in reading:
            size += len(piece)
            if size <= HELD:
                held.append(piece)
            yield piece
        self.form, self.held = reading.form, held if size <= HELD else None

    def digest(self) -> str:
        """SHA-256 of the text."""
        whole = sha256()
        for piece in self:
            whole.update(piece.encode())
        self.sha256 = whole.hexdigest()
        return self.sha256


class Texts:
    """Finds the text of each document: every file is read once, whatever the number of documents."""

    def __init__(self, root: Path, known: Mapping[str, Places], encoding: str | None) -> None:
        self.root, self.known, self.encoding = root, known, encoding
        self.wanted: dict[str, list[Places]] = defaultdict(list)
        for places in known.values():
            self.wanted[places.document["text_sha256"]].append(places)
        self.ways = sorted({boilerplate_of(places.document["text_form"]) for places in known.values()}) or ["drop"]

    def pairs(self, said: list[str]) -> Iterator[tuple[Places, Copy]]:
        """Each document with its text. A text that is no document's is still held against the only document."""
        if self.root.is_dir():
            yield from self._in_folder(said)
        elif len(self.known) == 1:
            yield next(iter(self.known.values())), Copy(self.root, self.ways[0], self.encoding)
        else:
            yield from self._of_file()

    def _copies(self, file: Path) -> Iterator[tuple[str, Copy]]:
        """A file with the hash of its text; a page in each way in which some document was read."""
        for way in self.ways:
            copy = Copy(file, way, self.encoding)
            yield copy.digest(), copy
            if copy.form == FORM:
                return

    def _of_file(self) -> Iterator[tuple[Places, Copy]]:
        found = list(self._copies(self.root))
        mine = [(places, copy) for digest, copy in found for places in self.wanted.get(digest, ())]
        if not mine:
            known = "; ".join(f"{id} {places.document['text_sha256']}" for id, places in self.known.items())
            raise SourceError(
                f"{self.root} has SHA-256 {found[0][0]}, and no document was recorded from it",
                help=f"the documents and their texts are: {known or 'none'}",
            )
        yield from mine

    def _in_folder(self, said: list[str]) -> Iterator[tuple[Places, Copy]]:
        missing, seen, unread = dict(self.wanted), 0, list[str]()
        for file in candidates(self.root):
            seen += 1
            try:
                for digest, copy in self._copies(file):
                    yield from ((places, copy) for places in missing.pop(digest, ()))
            except OnrecordError as error:  # what cannot be read cannot be the text that is sought
                unread.append(briefly(error, file, self.root))
        self._lacking(missing, said, f"none of the {seen} texts in {self.root}", unread)

    def _lacking(self, missing: Mapping[str, list[Places]], said: list[str], none: str, unread: list[str]) -> None:
        """Say which documents have no text there; it is an error when all of them have none."""
        for digest, some in missing.items():
            if len(missing) == len(self.wanted):
                raise SourceError(
                    f"{none} has the SHA-256 {digest}{unread_files(unread)}",
                    help="put that edition there as a .txt, .html or .pdf file; its name does not matter",
                )
            said += [f"{places.id}: places not verified, {none} has the SHA-256 {digest}" for places in some]
        said += [f"not read: {message}" for message in unread] if missing else []
