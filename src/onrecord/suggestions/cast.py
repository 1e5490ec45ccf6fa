"""The agents of a text as far as its words tell: who is named, who speaks, who a pronoun may stand for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping

from ..segment import Outline
from .grammar import Patterns
from .names import Agent, family_names, find_names, kind_of, slug, title_before
from .records import Place, Suggestion, numbered

NEAR = 8  # names before a pronoun among which a person is looked for
_GUESSED = "Suggested; the kind is guessed from the words."
_UNKNOWN = "Suggested; who speaks is still to be found."
_HEADS = {
    "person": r"man|woman|driver|spokes\w+|minister|president|secretary|official|officer|witness|master|chief|director|"
    r"worker|owner|judge|prosecutor|lawyer|mayor|captain|engineer|sailor|resident|neighbour|doctor",
    "body": r"committee|council|commission|court|board|panel|office|mission|secretariat",
    "organisation": r"company|union|agency|group|party|firm|bank|police|ministry|newspaper|paper|organi[sz]ation",
    "government": r"government|regime|state|authorities",
}
_HEAD = re.compile("|".join(rf"(?P<{kind}>{words})" for kind, words in _HEADS.items()))
_INDEFINITE = re.compile(r"(?:an?|one|another)\s", re.IGNORECASE)


class Cast:
    """All agents of one text. Those that the project knows by the same name are not suggested again."""

    def __init__(
        self, id: str, text: str, outline: Outline, patterns: Patterns | None, known: Mapping[str, str]
    ) -> None:
        self.id, self.text, self.outline, self.patterns = id, text, outline, patterns
        self.known = {name.casefold(): agent for agent, name in known.items()}
        self.ids = set(known) | {f"{id}.narrator"}
        self.agents: dict[str, Agent] = {}
        self.spans: list[tuple[tuple[int, int], Agent]] = []
        self.last: Agent | None = None
        self._find()

    def _find(self) -> None:
        full = find_names(self.text, self.outline)
        for span in full:
            self._name(span, self._agent(self._words(*span), kind_of(self._words(*span)), _GUESSED))
        by_span = dict(self.spans)
        for place, first in list(family_names(self.text, full)):
            self._name(place, by_span[first])
        self.spans.sort(key=lambda one: one[0])

    def _words(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())

    def _name(self, span: tuple[int, int], agent: Agent) -> None:
        agent.mentions[span] = "name"
        self.spans.append((span, agent))
        block = bisect_right(self.outline.blocks, span[0], key=lambda block: block.start) - 1
        title = title_before(self.text, span[0], self.outline.blocks[block].start)
        if title and agent.kind == "person":
            agent.roles.append(title)

    def _agent(self, name: str, kind: str, note: str) -> Agent:
        key = name.casefold()
        if key not in self.agents:
            there = self.known.get(key)
            self.agents[key] = Agent(there or self._free(name), name, kind, note=note, known=there is not None)
        return self.agents[key]

    def _free(self, name: str) -> str:
        stem = slug(name, f"{self.id}.agent{len(self.agents) + 1}")
        id, number = stem, 2
        while id in self.ids:
            id, number = f"{stem}-{number}", number + 1
        self.ids.add(id)
        return id

    def speaker(self, start: int, end: int) -> tuple[Agent, str | None]:
        """The agent that the words of a source name, and what is to be said of how that was told."""
        words = self._words(start, end)
        if self._is_pronoun(words):
            return self._by_pronoun(start, end)
        inside = [agent for span, agent in self._between(start, end)]
        if inside:
            agent = inside[0]
        else:
            agent = self._agent(words[:1].upper() + words[1:], self._kind(words), _GUESSED)
            agent.mentions.setdefault((start, end), "description" if self._described(words) else "name")
        self.last = agent
        return agent, None

    def _between(self, start: int, end: int) -> list[tuple[tuple[int, int], Agent]]:
        at = bisect_left(self.spans, start, key=lambda one: one[0][0])
        return [one for one in self.spans[at : at + 4] if one[0][1] <= end]

    def _by_pronoun(self, start: int, end: int) -> tuple[Agent, str]:
        """The voice before: a pronoun is taken for whoever spoke last, else for the last person named."""
        before = bisect_left(self.spans, start, key=lambda one: one[0][0])
        people = [agent for _, agent in self.spans[max(0, before - NEAR) : before] if agent.kind == "person"]
        agent = (
            self.last or (people[-1] if people else None) or self._agent(f"A voice of {self.id}", "unnamed", _UNKNOWN)
        )
        agent.mentions.setdefault((start, end), "pronoun")
        return agent, f"The pronoun is taken for {agent.name}."

    def _is_pronoun(self, words: str) -> bool:
        return self.patterns is not None and words.casefold() in self.patterns.grammar.pronouns.split("|")

    def _described(self, words: str) -> bool:
        return words[:1].islower() or " " in words

    def _kind(self, words: str) -> str:
        """What sort of agent a description or a single word names, as far as its nouns tell."""
        heads = [kind for word in words.lower().replace("’s", "").split() if (kind := _HEAD.fullmatch(word))]
        if heads and not _INDEFINITE.match(words):
            return str(heads[-1].lastgroup)
        if self._described(words):
            return "group" if words.endswith("s") else "unnamed"
        return "organisation" if words.isupper() else kind_of(words)

    # Records

    def agent_records(self) -> Iterator[Suggestion]:
        """The agents that the project does not know."""
        for agent in self.agents.values():
            if not agent.known:
                yield {"suggested": True, "id": agent.id, "name": agent.name, "kind": agent.kind, "note": agent.note}

    def role_records(self) -> Iterator[Suggestion]:
        """Titles beside names, in text order."""
        places = sorted({(span, agent.id) for agent in self.agents.values() for span in agent.roles})
        for id, (span, agent) in zip(numbered(f"{self.id}.role", len(places), 2), places, strict=True):
            said = {"agent_id": agent, "title": self._words(*span), "anchor": Place((span,))}
            yield {"suggested": True, "id": id, **said}

    def mention_records(self) -> Iterator[Suggestion]:
        """Where each agent is mentioned, in text order."""
        places = sorted(
            (span, agent.id, form) for agent in self.agents.values() for span, form in agent.mentions.items()
        )
        for id, (span, agent, form) in zip(numbered(f"{self.id}.m", len(places), 3), places, strict=True):
            yield {"suggested": True, "id": id, "agent_id": agent, "form": form, "anchor": Place((span,))}
