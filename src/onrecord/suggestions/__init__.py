"""Candidates for the records of a document, each marked as a suggestion that nobody has confirmed.

A candidate is what words beside words can tell: a quotation or a reported clause with its cue and
its source, figures, times, names and titles. Commitment and claim are never guessed: factuality is
`Uu` throughout and the note of each statement says so. What the model or its rules would not
accept is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from ..form import DOCUMENT_FILES, SHARED_FILES, Section, confirmed, form
from ..segment import Piece
from .amounts import dates_in, figures_in, times_in
from .cast import Cast
from .grammar import patterns_of
from .records import Named, Place, Suggested, Suggestion, marked, named
from .speech import Listener, Speech

__all__ = ["Named", "Place", "Suggested", "Suggestion", "marked", "named", "suggest"]

EXCERPTS = 0.1  # of a text may stand in its records as cues; the rules allow a little more
LONGEST_CUE = 12
_TOLD = "Suggested: the voice is told by its cue. Claim, act and factuality are still to be judged; Uu stands for that."
_OWN = (
    "Suggested for the figures and times in it. Claim, act and factuality are still to be judged; Uu stands for that."
)
_GOES_ON = "The quotation is taken to go on with the voice before it."
_SECTIONS: dict[str, Section] = {
    section.key: section for sections in (*SHARED_FILES.values(), *DOCUMENT_FILES.values()) for section in sections
}
_NESTED = {child.key: child for child in _SECTIONS["statements"].children}


def suggest(text: str, language: str, there: Named, known: Mapping[str, str]) -> Suggested:
    """Candidates for a document's records; `known` holds the names of the project's agents by id."""
    return _Suggester(text, language, there, known).suggested()


class _Suggester:
    """Puts together what was found in one text."""

    def __init__(self, text: str, language: str, there: Named, known: Mapping[str, str]) -> None:
        self.text, self.language, self.there = text, language, there
        patterns = patterns_of(language)
        self.cast = Cast(there.id, text, there.outline, patterns, known)
        quotations = [piece for piece in there.outline.pieces if piece.kind == "quotation"]
        listener = Listener(text, there.sentences, quotations, patterns) if patterns else None
        self.speeches = listener.speeches() if listener else []
        cues = {speech.cue for speech in self.speeches}
        self.excerpts = sum(end - start for start, end in cues) <= EXCERPTS * len(text)

    def suggested(self) -> Suggested:
        """All candidates, in text order."""
        by_sentence: dict[int, list[Speech]] = defaultdict(list)
        for speech in self.speeches:
            by_sentence[speech.sentence].append(speech)
        statements = {}
        for number, (sentence, id) in enumerate(zip(self.there.sentences, self.there.statements, strict=True)):
            records = list(self._statements(sentence, id, by_sentence[number]))
            if records:
                statements[id] = records
        return Suggested(
            statements,
            _fitting("agents", self.cast.agent_records()),
            _fitting("roles", self.cast.role_records()),
            _fitting("mentions", self.cast.mention_records()),
        )

    def _statements(self, sentence: Piece, id: str, speeches: list[Speech]) -> Iterator[Suggestion]:
        """The statements of a sentence: one for each voice's content, and one for figures that no voice gives."""
        amounts = self._amounts(sentence)
        records = [(speech.content, self._said(speech, sentence)) for speech in speeches]
        homes: list[dict[str, list[Suggestion]]] = [defaultdict(list) for _ in records]
        rest: dict[str, list[Suggestion]] = defaultdict(list)
        for key, record in amounts:
            at = record["anchor"].spans[0][0]
            home = next((h for h, ((start, end), _) in zip(homes, records, strict=True) if start <= at < end), rest)
            home[key].append(record)
        if rest:
            records.append((sentence_span := (sentence.start, sentence.end), self._own(sentence_span, sentence)))
            homes.append(rest)
        for number, ((_, record), home) in enumerate(zip(records, homes, strict=True), 1):
            yield {"id": id if number == 1 else f"{id}-{number}", **record, **home}

    def _amounts(self, sentence: Piece) -> list[tuple[str, Suggestion]]:
        dates = dates_in(self.text, sentence.start, sentence.end, self.language)
        figures = figures_in(self.text, sentence.start, sentence.end, self.language, dates)
        found = [("figures", one) for one in figures] + [("times", one) for one in times_in(self.text, dates)]
        return [(key, one) for key, one in found if _fits(_NESTED[key], one)]

    def _said(self, speech: Speech, sentence: Piece) -> dict[str, Any]:
        """A statement that the narrator relays."""
        agent, how = self.cast.speaker(*speech.source)
        notes = [_TOLD, how, _GOES_ON if speech.continued else None]
        voice = {
            "suggested": True,
            "level": 1,
            "agent_id": agent.id,
            "mode": speech.mode,
            "act": speech.act,
            "factuality": "Uu",
            "cue_anchor": Place((speech.cue,), self._is_excerpt(*speech.cue)),
            "source_anchor": Place((speech.source,)),
        }
        return self._statement(speech.content, sentence, " ".join(filter(None, notes)), "report", voice)

    def _own(self, span: tuple[int, int], sentence: Piece) -> dict[str, Any]:
        """A statement in the document's own voice."""
        start, end = span
        while end > start + 1 and self.text[end - 1] in ".!?。！？":
            end -= 1
        return self._statement((start, end), sentence, _OWN, "assert")

    def _statement(
        self, content: tuple[int, int], sentence: Piece, note: str, act: str, *voices: dict[str, Any]
    ) -> dict[str, Any]:
        narrator = {"suggested": True, "level": 0, "agent_id": self.there.narrator, "mode": "narration", "act": act}
        narrator |= {"factuality": "Uu", **({"stance": "relays"} if voices else {})}
        return {
            "suggested": True,
            "passage_id": self.there.passages[sentence.block],
            "claim_id": None,
            "anchor": Place((content,)),
            "note": note,
            "attributions": [narrator, *voices],
        }

    def _is_excerpt(self, start: int, end: int) -> bool:
        return self.excerpts and len(self.text[start:end].split()) <= LONGEST_CUE


# What the model accepts


def _fitting(key: str, records: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(record for record in records if _fits(_SECTIONS[key], record))


def _fits(section: Section, record: Suggestion) -> bool:
    """Whether the model accepts a record, once it is confirmed."""
    written = {key: "0-1 0123456789abcdef" if isinstance(value, Place) else value for key, value in record.items()}
    try:
        form(section).model_validate(confirmed(section, written)[0])
    except ValidationError:
        return False
    return True
