"""Statements and their voices: whose they are, how they are given, how sure each voice is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import columns as c
from . import world
from .batch import STATEMENT, Batch
from .chance import Bools, Ints, pick
from .columns import digits, joined, line, said, text, words
from .layout import CUES, INDIRECT, MODES

ACTS = ("assert", "deny", "characterise", "support", "predict", "intend", "request", "urge", "demand", "warn", "report")
# What a voice does with each kind of claim that it does not deny.
ACT_OF_KIND = np.array([0, 0, 0, 0, 0, 2, 2, 8, 4, 5, 0])
REPORT, DENY, WARN, SUPPORT, REQUEST = (ACTS.index(word) for word in ("report", "deny", "warn", "support", "request"))
MILDER = np.array([1, 2, 1, 4, 3, 4, 6])  # another degree of certainty with the same sign, never CT+
STANCES = ("relays", "endorses", "distances")


class Speaking(Batch):
    """A batch with the tables of its statements and attributions."""

    def _statements(self) -> None:
        said_ = self.layout.statements
        total, document = len(said_.number), said_.document
        plain = words((None, "The sentence before names the voice."), said_.noted.astype(np.int64))
        self.tables["statements"] = c.table(
            "statements",
            {
                "id": text(self.statement_ids),
                "document_id": text(self.ids[document]),
                "passage_id": text(self._passage_ids(self.passage[said_.clause])),
                "claim_id": text(world.claim_ids(said_.claim), ~said_.has_claim),
                "number": c.integers(said_.number),
                "anchor_id": text(self.statement_ids),
                "presupposed": pa.array(self._random(total) < 0.1),
                "note": plain,
            },
        )
        half = said_.start + said_.content // 2
        pieces = line(said(said_.start), "-", said(half), ";", said(half + 6), "-", said(said_.end))
        fragments = c.where(said_.broken, pieces)
        self._anchor(
            self.statement_ids, document, STATEMENT, said_.number, 0, said_.start, said_.end, fragments=fragments
        )

    def _attributions(self) -> None:
        said_, voices = self.layout.statements, self.layout.voices
        total, count = len(said_.number), len(said_.number) + len(voices.level)
        outermost = np.arange(total) + np.cumsum(said_.depth) - said_.depth
        deeper = np.ones(count, bool)
        deeper[outermost] = False
        statement, level = np.zeros(count, np.int64), np.zeros(count, np.int64)
        statement[outermost], statement[deeper], level[deeper] = np.arange(total), voices.statement, voices.level
        innermost = level == said_.depth[statement]
        agent = self._voice_ids(outermost, deeper, count)
        mode = np.where(innermost, said_.mode[statement], INDIRECT)
        mode[outermost] = 0
        factuality, stance = self._commitments(statement, level, innermost)
        act = np.where(innermost, self._acts()[statement], REPORT)
        addressed, medium = deeper & self._some(count, 0.04), deeper & (self._random(count) < 0.03)
        addressee = self._agents(count)
        own = np.zeros(count, np.int64)
        own[deeper] = voices.agent
        addressed &= addressee != own
        cues, sources = np.zeros(count, bool), np.zeros(count, bool)
        cues[deeper], sources[deeper] = voices.has_cue, voices.has_source
        places = joined(self.statement_ids[statement], ".a", digits(level, 1))
        self.tables["attributions"] = c.table(
            "attributions",
            {
                "statement_id": text(self.statement_ids[statement]),
                "level": c.integers(level),
                "agent_id": agent,
                "mode": words(MODES, mode),
                "act": words(ACTS, act),
                "factuality": words(world.FACTUALITY, factuality),
                "stance": c.where(~innermost, words(STANCES, stance)),
                "cue_anchor_id": text(joined(places, ".cue"), ~cues),
                "source_anchor_id": text(joined(places, ".source"), ~sources),
                "addressee_id": text(world.agent_ids(addressee), ~addressed),
                "medium": c.where(medium, words(("a letter", "a post", "a speech"), self.chance.integers(0, 3, count))),
            },
        )
        self._voice_anchors()

    def _voice_ids(self, outermost: Ints, deeper: Bools, count: int) -> pa.Array:
        narrators = text(world.narrator_ids(self.layout.numbers[self.layout.statements.document]))
        order = np.zeros(count, np.int64)
        order[outermost] = np.arange(len(outermost))
        order[deeper] = len(outermost) + np.arange(len(self.layout.voices.level))
        speakers = text(world.agent_ids(self.layout.voices.agent))
        return pa.concat_arrays([narrators, speakers]).take(pa.array(order))

    def _acts(self) -> Ints:
        """What each statement's innermost voice does with its claim."""
        said_ = self.layout.statements
        kind = np.where(said_.has_claim, world.claim_kinds(said_.claim), 0)
        act, draw = ACT_OF_KIND[kind], self._random(len(kind))
        act = np.where(kind == world.DEMAND, REQUEST + pick((40, 30, 30), draw), act)
        act = np.where((act == 0) & (draw < 0.04), np.where(draw < 0.02, WARN, SUPPORT), act)
        return np.where(np.isin(said_.commitment, (3, 4, 5)), DENY, act)

    def _commitments(self, statement: Ints, level: Ints, innermost: Bools) -> tuple[Ints, Ints]:
        """Factuality and stance of every voice; where the document drifts from its source a caveat will say so."""
        said_ = self.layout.statements
        draw = self._random(len(said_.number))
        sure = said_.has_claim & (said_.commitment != world.UNCOMMITTED)
        self.drifting = (said_.depth > 0) & (draw < 0.02) & sure
        endorsing, distant = (said_.depth > 0) & (draw < 0.12), (draw >= 0.12) & (draw < 0.15)
        outer = np.where(endorsing, said_.commitment, world.UNCOMMITTED)
        outer = np.where(self.drifting, MILDER[said_.commitment], outer)
        factuality = np.where(innermost, said_.commitment[statement], world.UNCOMMITTED)
        top = (level == 0) & ~innermost
        factuality = np.where(top, outer[statement], factuality)
        stance = np.where(top, np.where(endorsing, 1, np.where(distant, 2, 0))[statement], 0)
        return factuality, stance

    def _voice_anchors(self) -> None:
        said_, voices = self.layout.statements, self.layout.voices
        document, number = said_.document[voices.statement], said_.number[voices.statement]
        places = joined(self.statement_ids[voices.statement], ".a", digits(voices.level, 1))
        length = np.array([len(word) for word in CUES])[voices.cue]
        kept = (voices.level == 1) & (self._random(len(length)) < 0.5)
        excerpt = c.where(kept, words(CUES, voices.cue))
        chosen = np.flatnonzero(voices.has_cue)
        self._anchor(
            joined(places, ".cue")[chosen], document[chosen], STATEMENT, number[chosen],
            1 + 2 * voices.level[chosen], voices.cue_start[chosen], (voices.cue_start + length)[chosen],
            excerpt=excerpt.take(pa.array(chosen)),
        )  # fmt: skip
        chosen = np.flatnonzero(voices.has_source)
        self._anchor(
            joined(places, ".source")[chosen], document[chosen], STATEMENT, number[chosen],
            2 + 2 * voices.level[chosen], voices.source_start[chosen],
            (voices.source_start + voices.source_length)[chosen],
        )  # fmt: skip
