"""The records of a document begun from its text: all that can be said without reading it, ready to check.

A folder with passages, units and a stub for every sentence; the narrator among the agents; and,
where there is none yet, the project around it. All files are put in place at once, or none is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..column import ID, PATTERN_SAYS
from ..errors import BuildError, DraftError, LoadError
from ..extract import Boilerplate
from ..faults import faults
from ..form import DOCUMENT_FILES
from ..lettering import counted, visible
from ..model import Agent, Document
from ..quotations import Unclosed
from ..records import DIGESTS, load_texts
from ..segment import segment
from ..source import Source, read_source
from ..staging import is_plain, publication
from ..suggestions import Named, Suggested, marked, named
from ..suggestions import suggest as suggest_records
from ..yamledit import scalar
from ..yamltext import YamlText
from .folder import Scribe, folder_files
from .project import AGENTS, SCHEMAS, Home, find_home, missing_schemas, shared_files

RIGHTS = "Not stated yet. The text is not part of this dataset."
LONGEST_ID = 100  # what is nested in a document adds to its id, and no id has more than 120 characters
_OPTIONS = {"source_url": "--url"}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was written for a new document, and how much of it there is to do."""

    id: str
    target: Path
    source: Path
    files: tuple[str, ...]
    passages: int
    units: Mapping[str, int]
    suggested: Mapping[str, int] = field(default_factory=dict)
    unclosed: tuple[Unclosed, ...] = ()

    def lines(self) -> Iterator[str]:
        """What was written, and what to do next."""
        yield from self._written()
        units = ", ".join(counted(number, kind) for kind, number in self.units.items())
        yield f"{self.id}: {counted(self.passages, 'passage')}, {units}"
        if self.suggested:
            said = ", ".join(counted(number, table.removesuffix("s")) for table, number in self.suggested.items())
            yield f"suggested, to be confirmed or deleted: {said}"
        for mark in self.unclosed:
            yield visible(f"the mark {mark.mark} at {mark.offset} has no partner: look whether a quotation is missing")
        yield from self._next()

    def _written(self) -> Iterator[str]:
        """The files by folder; of schemas, which are generated, only their number."""
        folders: dict[Path, list[str]] = {}
        for file in map(Path, self.files):
            folders.setdefault(Path(SCHEMAS) if file.parts[0] == SCHEMAS else file.parent, []).append(file.name)
        for folder, names in folders.items():
            said = counted(len(names), "file") if folder == Path(SCHEMAS) else ", ".join(names)
            yield visible(f"wrote {self.target / folder}: {said}")

    def _next(self) -> Iterator[str]:
        at, texts = self._at(), visible(str(self.source))
        yield f"next: onrecord coverage {self.id} --source {texts}{at}   the open units in their words"
        first = "confirm or delete each suggestion, then " if self.suggested else ""
        yield f"      {first}write statements.yaml: remove the `# ` of a stub and fill in what is left open"
        yield f"      onrecord check{at}, or onrecord watch{at} in another window, until nothing is open"

    def _at(self) -> str:
        """What a command has to be told to find the records, where it would not look for them itself."""
        found = Path.cwd().is_relative_to(self.target.resolve())
        return "" if found else f" --at {visible(str(self.target))}"

    def plain(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        unclosed = [{"offset": mark.offset, "mark": mark.mark} for mark in self.unclosed]
        return {
            "document_id": self.id,
            "written": [str(self.target / file) for file in self.files],
            "passages": self.passages,
            "units": dict(self.units),
            "suggested": dict(self.suggested),
            "unclosed": unclosed,
        }


def new(
    id: str,
    source: Path,
    path: Path,
    *,
    title: str,
    language: str = "en",
    medium: str = "other",
    rights: str = RIGHTS,
    url: str | None = None,
    encoding: str | None = None,
    boilerplate: Boilerplate = "drop",
    suggest: bool = False,
) -> Drafted:
    """Begin the records of a document in a project or records folder, from a copy of its text.

    With `suggest` it holds candidates too, each marked as a suggestion that is still to be confirmed.

    Raises an OnrecordError, with nothing written, for an id or a text that is on record already,
    a source that cannot be read, and a folder that cannot be written to.
    """
    _refuse_id(id)
    home = find_home(path)
    _refuse_known(id, home)
    text = read_source(source, encoding=encoding, boilerplate=boilerplate)
    _refuse_twice(text, home)
    document = _document(id, text, title=title, language=language, medium=medium, rights=rights, source_url=url)
    there = named(id, segment(text.text, language))
    suggested = suggest_records(text.text, language, there, _names(home)) if suggest else Suggested()
    files = _files(document, text, there, home, suggested)
    _publish(home, id, files)
    return Drafted(
        id,
        home.target,
        source,
        tuple(files),
        len(there.passages),
        Counter(piece.kind for piece in there.outline.pieces),
        _counts(suggested),
        unclosed=tuple(there.outline.unclosed),
    )


def _names(home: Home) -> dict[str, str]:
    """The names of the agents that the project knows, by id; a narrator is no one's name."""
    agents = (agent for agent in home.loaded.records["agents"] if isinstance(agent, Agent))
    return {agent.id: "" if agent.kind == "narrator" else agent.name for agent in agents}


def _counts(suggested: Suggested) -> dict[str, int]:
    """How many records of each sort are suggested."""
    statements = [record for records in suggested.statements.values() for record in records]
    nested = {key: sum(len(record.get(key, ())) for record in statements) for key in ("figures", "times")}
    said = {"statements": len(statements), **nested}
    said |= {key: len(getattr(suggested, key)) for key in ("agents", "roles", "mentions")}
    return {key: number for key, number in said.items() if number}


# What is refused


def _refuse_id(id: str) -> None:
    if not re.fullmatch(ID, id) or len(id) > LONGEST_ID or not is_plain(id):
        raise DraftError(
            f"`{visible(id)}` cannot be the id of a document",
            help=f"an id has {PATTERN_SAYS[ID]}, at most {LONGEST_ID} characters, and can name a folder on any system",
        )


def _refuse_known(id: str, home: Home) -> None:
    """A document's id, its folder and its narrator must be free."""
    places = home.loaded.place("documents", id)
    folder = home.root / id
    if places or folder.is_symlink() or (folder.exists() and not _is_bare(folder)):
        raise DraftError(
            f"there is a document `{id}` already: {places[0] if places else folder}",
            help="choose another id, or go on with the records that are there",
        )
    for agent in home.loaded.records["agents"]:
        if isinstance(agent, Agent) and agent.id == f"{id}.narrator" and agent.kind != "narrator":
            place = home.loaded.place("agents", agent.id)[0]
            raise DraftError(
                f"the agent `{agent.id}` is there already and is no narrator: {place}",
                help="rename that agent, or choose another id for the document",
            )


def _is_bare(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _refuse_twice(text: Source, home: Home) -> None:
    for document in home.loaded.records["documents"]:
        if isinstance(document, Document) and document.text_sha256 == text.sha256:
            place = home.loaded.place("documents", document.id)[0]
            raise DraftError(
                f"the document `{document.id}` has this very text already: {place}",
                help="go on with its records; one text recorded twice would count every statement twice",
            )


def _document(id: str, text: Source, **said: str | None) -> Document:
    """The document record. What was given for it may be malformed, which is said of the option it came in."""
    written = {"id": id, **said, "source_url_basis": "located" if said["source_url"] else None}
    try:
        return Document.model_validate(
            written | {"text_sha256": text.sha256, "text_length": text.length, "text_form": text.form}
        )
    except ValidationError as error:
        section = DOCUMENT_FILES["document.yaml"][0]
        fault = faults(error, section, (), YamlText(""), id)[0]
        option = _OPTIONS.get(str(fault.column), f"--{fault.column}")
        raise DraftError(f"{option}: {fault.message}", help=fault.help) from error


# What is written


def _files(document: Document, text: Source, there: Named, home: Home, suggested: Suggested) -> dict[str, bytes]:
    """All files that are new or change, by path below the target; read again before anybody sees them."""
    folder = folder_files(document, Scribe(text.text), there, home.schemas(1), suggested)
    files = {home.path(f"{document.id}/{name}"): raw for name, raw in folder.items()}
    files |= shared_files(home, document.id, list(_agents(there, home, suggested)))
    prefix = home.path("")
    changed = {name.removeprefix(prefix): raw for name, raw in files.items() if name.endswith((".yaml", DIGESTS))}
    changed.pop("package.yaml", None)
    return files | missing_schemas(home, load_texts(home.texts | changed))


def _agents(there: Named, home: Home, suggested: Suggested) -> Iterator[str]:
    """The agents to be added, as YAML; a suggested one has its mark on a line of its own."""
    known = {agent.key for agent in home.loaded.records["agents"]}
    narrator = {"id": there.narrator, "name": f"The document’s own voice ({there.id})", "kind": "narrator"}
    for agent in (narrator, *suggested.agents):
        if agent["id"] not in known:
            lines = [f"{key}: {scalar(value)}" for key, value in marked(agent)]
            yield "\n".join(lines) if "suggested" in agent else "{" + ", ".join(lines) + "}"


def _publish(home: Home, id: str, files: Mapping[str, bytes]) -> None:
    """Put all files in place at once, unless somebody else has changed what was read."""
    try:
        with publication(home.target) as stage:
            for name, raw in files.items():
                stage.put(name, raw)
            _refuse_changed(home, id)
            stage.publish()
    except BuildError as error:
        raise DraftError(f"nothing was written for `{id}`: {error.message}", help=error.help) from error


def _refuse_changed(home: Home, id: str) -> None:
    file = home.root / AGENTS
    now = file.read_bytes() if file.exists() else None
    folder = home.root / id
    if now != home.texts.get(AGENTS) or (folder.exists() and not _is_bare(folder)):
        raise LoadError(f"{home.root} was changed meanwhile; nothing was written for `{id}`", help="run this again")
