"""How far independent encodings of one document agree, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from ..anchoring import Opened, opened
from ..draft.folder import head
from ..draft.project import find_home
from ..errors import BuildError
from ..lettering import aligned, counted
from ..model import Document
from ..records import load_records, records_folder
from ..staging import publication
from ..yamledit import scalar
from .alignment import Alignment, align
from .disagreements import Difference, differences, told
from .encoding import CODERS, FILE, RECONCILED, STATEMENTS, AgreementError, Encoding, by_coder, coders_of, on_record
from .layers import words_of
from .rows import Row, rows_of

__all__ = ["FILE", "Agreement", "AgreementError", "Pair", "agreement", "write"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two encodings, aligned and measured."""

    first: Encoding
    second: Encoding
    alignment: Alignment
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]

    @property
    def coders(self) -> tuple[str, str]:
        """Their names."""
        return self.first.coder, self.second.coder

    def lines(self, text: str) -> Iterator[str]:
        """The figures as a table, then every difference with the words of the text."""
        first, second = self.coders
        sizes = (counted(len(e.statements), "statement") for e in (self.first, self.second))
        yield f"first: {first}, {next(sizes)}; second: {second}, {next(sizes)}; {len(self.alignment.pairs)} are in both"
        yield ""
        yield from aligned(("measure", "of", "value", "95% interval", "n"), map(_cells, self.rows))
        yield ""
        yield f"{counted(len(self.differences), 'difference')} to reconcile:"
        for difference in self.differences:
            yield ""
            yield from told(difference, self.coders, text)

    def plain(self) -> dict[str, Any]:
        """The same as plain values, without words of the text."""
        first, second = self.coders
        return {
            "first": first,
            "second": second,
            "statements": {
                "first": len(self.first.statements),
                "second": len(self.second.statements),
                "both": len(self.alignment.pairs),
            },
            "measures": [{name: _number(value) for name, value in row.plain().items()} for row in self.rows],
            "differences": [difference.plain() for difference in self.differences],
        }


def _cells(row: Row) -> tuple[Any, ...]:
    m = row.measured
    between = f"{m.lower:f} to {m.upper:f}" if m.lower is not None and m.upper is not None else "not defined"
    return row.measure, row.field, "not defined" if m.value is None else f"{m.value:f}", between, m.n


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else float(value)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was measured of a document's encodings, two by two."""

    there: Opened
    pairs: tuple[Pair, ...]
    written: str | None = None

    @property
    def document(self) -> str:
        """The document that they are encodings of."""
        return self.there.document.id

    def lines(self) -> Iterator[str]:
        """All pairs, for people."""
        for pair in self.pairs:
            yield f"{self.document}"
            yield from pair.lines(self.there.source.text)
            yield ""
        if self.written:
            yield self.written

    def plain(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {"document": self.document, "written": self.written, "pairs": [pair.plain() for pair in self.pairs]}


def agreement(records: Path, text: Path, id: str | None = None) -> tuple[Agreement, ...]:
    """Compare the encodings of a document, or of every document that has more than one.

    Raises an error, with findings where there are any, when an encoding cannot be compared.
    """
    loaded, root = load_records(records, pad_digests=True), records_folder(records)
    known = [d.id for d in loaded.records["documents"] if isinstance(d, Document)]
    wanted = [id] if id else [one for one in known if coders_of(root / one)]
    if not wanted:
        raise AgreementError(
            f"no document in {root} has a second encoding", help=f"put one into DOCUMENT/{CODERS}/CODER/"
        )
    return tuple(_agreement(opened(one, loaded, root, text), root) for one in wanted)


def _agreement(there: Opened, root: Path) -> Agreement:
    id = there.document.id
    folders = coders_of(root / id)
    if not folders:
        raise AgreementError(
            f"{id} was encoded by one coder only: there is nothing to compare",
            help=f"put a second encoding, made without knowledge of the first, into {root / id / CODERS}/CODER/",
        )
    _refuse_names(id, folders)
    _refuse_copies(id, folders)
    made = [by_coder(folder, there.loaded, there.source, root) for folder in folders]
    made.append(on_record(there.loaded, root, id))
    if not made[-1].statements:
        raise AgreementError(f"{id} has no statement on record", help="encode it first; nothing was written")
    words = words_of(there.source.text, there.passages)
    return Agreement(there, tuple(_pair(one, other, words) for one, other in combinations(made, 2)))


def _refuse_names(id: str, folders: list[Path]) -> None:
    """A coder's name is published: it is a line of text, and not the name of the encoding on record."""
    for folder in folders:
        if folder.name == RECONCILED:
            raise AgreementError(
                f"a coder's folder of {id} is named `{RECONCILED}`, which is the encoding on record",
                help="give the folder the name of its coder",
            )
        if not folder.name.isprintable() or folder.name != folder.name.strip():
            raise AgreementError(
                f"a coder's folder of {id} has a name that cannot be published: {folder.name!a}",
                help="give the folder the name of its coder, in letters that can be seen",
            )


def _refuse_copies(id: str, folders: list[Path]) -> None:
    """Two people never write the same file byte for byte."""
    seen: dict[bytes, str] = {}
    for folder in folders:
        file = folder / STATEMENTS
        if not file.is_file():
            continue
        other = seen.setdefault(file.read_bytes(), folder.name)
        if other != folder.name:
            raise AgreementError(
                f"the encodings of {id} by {other} and {folder.name} are one: the same {STATEMENTS}, byte for byte",
                help="an encoding counts once; move one of the two folders away",
            )


def _pair(first: Encoding, second: Encoding, words: Any) -> Pair:
    found = align(first, second)
    rows = tuple(rows_of(first, second, found, words))
    return Pair(first, second, found, rows, differences(first, second, found))


# On file


def write(records: Path, found: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
    """Write the figures, and no word of the text, into `agreement.yaml` of each document; all of them or none."""
    home = find_home(records)
    files = {home.path(f"{one.document}/{FILE}"): _file(one, home.schemas(1)).encode() for one in found}
    try:
        with publication(home.target) as stage:
            for name, raw in files.items():
                stage.put(name, raw)
            changed = set(stage.publish())
    except BuildError as error:
        raise AgreementError(f"nothing was written: {error.message}", help=error.help) from error
    said = {name: ("wrote " if name in changed else "unchanged: ") + name for name in files}
    return tuple(replace(one, written=line) for one, line in zip(found, said.values(), strict=True))


def _file(found: Agreement, schemas: str | None) -> str:
    told = (
        f"How far the encodings of the document agree; written by `onrecord agreement --write`. `{RECONCILED}` is the",
        "encoding on record: where it was made from the others, its agreement with them says what was taken over.",
    )
    items = (_item(pair, row) for pair in found.pairs for row in pair.rows)
    return head(FILE, schemas, *told) + "agreement:\n" + "".join(f"  - {{{item}}}\n" for item in items)


def _item(pair: Pair, row: Row) -> str:
    first, second = pair.coders
    said = {"first": first, "second": second, **row.plain()}
    return ", ".join(f"{name}: {scalar(value)}" for name, value in said.items() if value is not None)
