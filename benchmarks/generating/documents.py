"""The tables of a batch of documents, made from its layout."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import columns as c
from . import numbers, world
from .batch import CAVEAT, CITE, MENTION, REPLY, ROLE, STATEMENT, TIME
from .chance import below, hashes, pick
from .columns import digits, joined, line, said, text, words
from .layout import DIRECT, MIXED, SLOT, drawn_anew, places_within
from .speaking import Speaking

TITLES = ("harbour master", "minister", "head of the station", "professor", "member of the council", "spokeswoman")
LOADED = ("massive", "brutal", "so-called", "historic", "shameful")
MEDIA = ("newspaper", "web-page", "broadcast", "press-release", "report", "post", "letter", "transcript")
ROOMY = 150  # code points of a clause in which a loaded word is kept beside its cue


class Documents(Speaking):
    """All tables that belong to the documents of a batch."""

    def make(self) -> dict[str, pa.Table]:
        """All tables that belong to these documents."""
        for step in (
            self._documents, self._passages, self._statements, self._attributions, self._figures, self._times,
            self._naming, self._caveats, self._cites, self._replies, self._agreement, self._units,
        ):  # fmt: skip
            step()
        rows, keys = zip(*self._anchors, strict=True)
        self.tables["anchors"] = c.merged(rows, keys)
        return self.tables

    def _documents(self) -> None:
        total, numbers_ = len(self.ids), self.layout.numbers
        self.publisher = self._some(total, 0.6)
        form = pick((70, 12, 3, 0, 0, 15), self._random(total))
        said_, located = numbers.resolutions(self.published, form), self._random(total) < 0.5
        address = line("https://news.example/", text(self.ids))
        self.tables["documents"] = c.table(
            "documents",
            {
                "id": text(self.ids),
                "title": line("Report ", said(numbers_), " from ", words(world.TOWNS, below(numbers_, 32, 20))),
                "language": words(("en", "de", "fr", "es", "pt-BR"), pick((80, 6, 6, 5, 3), self._random(total))),
                "medium": words(MEDIA, pick((30, 30, 10, 8, 8, 6, 4, 4), self._random(total))),
                "publisher_id": c.where(self.publisher, text(world.agent_ids(self._agents(total)))),
                "source_url": c.where(located, address),
                "source_url_basis": c.where(located, words(("stated", "located"), self.chance.integers(0, 2, total))),
                "published_edtf": said_["edtf"],
                "published_earliest": said_["earliest"],
                "published_latest": said_["latest"],
                "text_sha256": text(hashes(numbers_)),
                "text_length": c.integers(self.layout.lengths),
                "text_form": words(("nfc-lf/1",), np.zeros(total, np.int64)),
                "rights": words(("The publisher's; the text is not here.",), np.zeros(total, np.int64)),
                "note": words((None, "It does not say who wrote it."), (self._random(total) < 0.2).astype(np.int64)),
            },
        )

    def _passages(self) -> None:
        clauses, starts = self.layout.clauses, self._passage_starts
        document, number = self._passage_document, self._passage_number
        last = np.concatenate([starts[1:], [len(clauses.start)]]) - 1
        start, end = clauses.start[starts], clauses.end[last] + 1
        kind = np.where(number == 1, 0, 1 + pick((90, 4, 4, 2), self._random(len(starts))))
        kinds = ("headline", "paragraph", "list-item", "heading", "caption")
        self.tables["passages"] = c.table(
            "passages",
            {
                "id": text(self._passage_ids(np.arange(len(starts)))),
                "document_id": text(self.ids[document]),
                "number": c.integers(number),
                "kind": words(kinds, kind),
                "start": c.integers(start),
                "end": c.integers(end),
                "text_sha256": self._hash(document, start, end),
            },
        )

    def _figures(self) -> None:
        said_ = self.layout.statements
        statement, total = np.repeat(np.arange(len(said_.number)), said_.figures), int(said_.figures.sum())
        place = places_within(said_.figures)
        form = pick(numbers.SHARES, self._random(total))
        linked = (self._random(total) < 0.6) & (form <= numbers.SEVERAL)
        fresh = linked & (self._random(total) < 0.02)
        if not self.quantities and linked.any():
            fresh[np.argmax(linked)] = True
        quantity, self.quantities = drawn_anew(self.chance, fresh, self.quantities)
        printed = numbers.figures(self.chance, form, linked, quantity)
        ids = joined(self.statement_ids[statement], ".f", digits(place + 1, 1))
        made = {"id": text(ids), "statement_id": text(self.statement_ids[statement]), "anchor_id": text(ids)}
        self.tables["figures"] = c.table("figures", made | printed.columns)
        start = said_.start[statement] + 8 + SLOT * place
        end, document = start + printed.lengths, said_.document[statement]
        self._anchor(ids, document, STATEMENT, said_.number[statement], 30 + place, start, end)
        self._numerals.append((document, said_.clause[statement], start, end, np.ones(total, bool)))

    def _times(self) -> None:
        said_ = self.layout.statements
        statement, total = np.repeat(np.arange(len(said_.number)), said_.times), int(said_.times.sum())
        place, document = places_within(said_.times), said_.document[statement]
        alone = np.flatnonzero(self._random(len(self.ids)) < 0.1)
        printed = numbers.times(self.chance, np.concatenate([self.published[document], self.published[alone]]))
        start = said_.start[statement] + 8 + SLOT * (said_.figures[statement] + place)
        ids = joined(self.statement_ids[statement], ".t", digits(place + 1, 1))
        lone = joined(self.ids[alone], ".t1")
        where_ = np.concatenate([document, alone])
        spoken = pa.concat_arrays([text(self.statement_ids[statement]), pa.nulls(len(alone), pa.string())])
        both = pa.concat_arrays([text(ids), text(lone)])
        made = {"id": both, "document_id": text(self.ids[where_]), "statement_id": spoken, "anchor_id": both}
        rows = c.table("times", made | printed.columns)
        order = np.concatenate(
            [(document * 8 + STATEMENT) * 100_000 + said_.number[statement], (alone * 8 + TIME) * 100_000]
        )
        self.tables["times"] = c.merged([rows], [order])
        end = start + printed.lengths[:total]
        self._anchor(ids, document, STATEMENT, said_.number[statement], 40 + place, start, end)
        nothing = np.zeros(len(alone), np.int64)
        self._anchor(lone, alone, TIME, nothing, 0, nothing, printed.lengths[total:])
        self._numerals.append((document, said_.clause[statement], start, end, np.ones(total, bool)))

    def _naming(self) -> None:
        said_, voices = self.layout.statements, self.layout.voices
        start, end = voices.source_start, voices.source_start + voices.source_length
        for name, share, kind, letters, width in (
            ("roles", 0.06, ROLE, ".role", 5),
            ("mentions", 0.8, MENTION, ".m", 5),
        ):
            chosen = np.flatnonzero(voices.has_source & (self._random(len(voices.level)) < share))
            document, total = said_.document[voices.statement[chosen]], len(chosen)
            number = places_within(np.bincount(document, minlength=len(self.ids))) + 1
            ids = joined(self.ids[document], letters, digits(number, width))
            made = {
                "id": text(ids),
                "agent_id": text(world.agent_ids(voices.agent[chosen])),
                "document_id": text(self.ids[document]),
                "anchor_id": text(ids),
            }
            if name == "roles":
                made["title"] = words(TITLES, self.chance.integers(0, len(TITLES), total))
                made["body_id"] = c.where(self._some(total, 0.4), text(world.agent_ids(self._agents(total))))
            else:
                form = pick((50, 20, 30), self._random(total))
                made["form"] = words(("name", "description", "pronoun"), form)
            self.tables[name] = c.table(name, made)
            self._anchor(ids, document, kind, number, 0, start[chosen], end[chosen])

    def _caveats(self) -> None:
        said_ = self.layout.statements
        length = said_.content + said_.before
        loaded = np.flatnonzero((length >= ROOMY) & (self._random(len(length)) < 0.06))
        drifting, silent = np.flatnonzero(self.drifting), np.flatnonzero(~self.publisher)
        kind = np.repeat([0, 1, 2], [len(silent), len(drifting), len(loaded)])
        statement = np.concatenate([np.zeros(len(silent), np.int64), drifting, loaded])
        document = np.concatenate([silent, said_.document[drifting], said_.document[loaded]])
        order = np.lexsort((kind, np.where(kind == 0, 0, said_.number[statement]), document))
        kind, statement, document = kind[order], statement[order], document[order]
        number = places_within(np.bincount(document, minlength=len(self.ids))) + 1
        ids, spoken = joined(self.ids[document], ".c", digits(number, 5)), kind > 0
        notes = ("It names no publisher.", "One voice is surer than the other.", "The word carries a judgement.")
        self.tables["caveats"] = c.table(
            "caveats",
            {
                "id": text(ids),
                "document_id": text(self.ids[document]),
                "statement_id": text(self.statement_ids[statement], ~spoken),
                "kind": words(("publisher-not-stated", "hedge-dropped", "loaded-wording"), kind),
                "note": words(notes, kind),
                "anchor_id": text(ids, kind != 2),
            },
        )
        chosen = np.flatnonzero(kind == 2)
        word = self.chance.integers(0, len(LOADED), len(chosen))
        start = said_.start[statement[chosen]]
        end = start + np.array([len(one) for one in LOADED])[word]
        self._anchor(ids[chosen], document[chosen], CAVEAT, number[chosen], 0, start, end, excerpt=words(LOADED, word))

    def _cites(self) -> None:
        document = np.flatnonzero((self.layout.numbers > 0) & (self._random(len(self.ids)) < 0.06))
        cited = (self._random(len(document)) * self.layout.numbers[document]).astype(np.int64)
        shown = self._random(len(document)) < 0.5
        ids = joined(self.ids[document], ".cite1")
        self.tables["cites"] = c.table(
            "cites",
            {
                "id": text(ids),
                "document_id": text(self.ids[document]),
                "cited_id": text(world.document_ids(cited)),
                "anchor_id": text(ids, ~shown),
            },
        )
        one = np.ones(int(shown.sum()), np.int64)
        self._anchor(ids[shown], document[shown], CITE, one, 0, one * 0, one * 12)

    def _replies(self) -> None:
        said_, voices = self.layout.statements, self.layout.voices
        last = np.cumsum(said_.depth) - 1
        chosen = np.flatnonzero(said_.has_claim & (said_.depth > 0) & (self._random(len(said_.depth)) < 0.01))
        document, total = said_.document[chosen], len(chosen)
        number = places_within(np.bincount(document, minlength=len(self.ids))) + 1
        answered, denied = self._random(total) < 0.7, np.isin(said_.commitment[chosen], (3, 4, 5))
        asked = self._random(total) < 0.5
        response = np.where(answered, np.where(denied, 0, 1), np.where(asked, 3, 2))
        ids = joined(self.ids[document], ".reply", digits(number, 4))
        days = numbers.resolutions(self.published[document] - 2, np.zeros(total, np.int64))
        self.tables["replies"] = c.table(
            "replies",
            {
                "id": text(ids),
                "document_id": text(self.ids[document]),
                "claim_id": text(world.claim_ids(said_.claim[chosen])),
                "party_id": text(world.agent_ids(voices.agent[last[chosen]])),
                "asked_at": c.where(asked, days["edtf"]),
                "asked_earliest": c.where(asked, days["earliest"]),
                "asked_latest": c.where(asked, days["latest"]),
                "response": words(("deny", "accept", "no-reply", "reply-pending"), response),
                "statement_id": text(self.statement_ids[chosen], ~answered),
                "anchor_id": text(ids, answered),
            },
        )
        silent = np.flatnonzero(~answered)
        start = said_.start[chosen[silent]]
        self._anchor(ids[silent], document[silent], REPLY, number[silent], 0, start, start + 20)

    def _agreement(self) -> None:
        chosen = np.flatnonzero(self._random(len(self.ids)) < 0.03)
        document, place = np.repeat(chosen, 2), np.tile([1, 2], len(chosen))
        value, same = self.chance.integers(30, 95, len(document)), np.zeros(len(document), np.int64)
        self.tables["agreement"] = c.table(
            "agreement",
            {
                "id": text(joined(self.ids[document], ".k", digits(place, 1))),
                "document_id": text(self.ids[document]),
                "first": words(("first coder",), same),
                "second": words(("second coder",), same),
                "measure": words(("recall-first", "alpha"), place - 1),
                "field": words((None, "factuality"), place - 1),
                "value": c.decimals(value * 10_000_000),
                "lower": c.decimals((value - 20) * 10_000_000),
                "upper": c.decimals((value + 5) * 10_000_000),
                "n": c.integers(self.chance.integers(4, 200, len(document))),
                "method": words(("Statements of one found by the other.",), same),
            },
        )

    def _units(self) -> None:
        clauses, said_ = self.layout.clauses, self.layout.statements
        starts = np.flatnonzero(clauses.new_sentence)
        last = np.concatenate([starts[1:], [len(clauses.start)]]) - 1
        pieces = [
            (clauses.document[starts], starts, clauses.start[starts], clauses.end[last] + 1, ~clauses.frame[starts])
        ]
        kinds = [np.zeros(len(starts), np.int64)]
        quoted = np.flatnonzero(np.isin(said_.mode, (DIRECT, MIXED)))
        around = said_.mode[quoted] == DIRECT
        start = said_.start[quoted] + np.where(around, -1, said_.content[quoted] * 2 // 5)
        pieces.append((said_.document[quoted], said_.clause[quoted], start, said_.end[quoted] + around, quoted >= 0))
        kinds.append(np.ones(len(quoted), np.int64))
        counted = np.flatnonzero(clauses.frame & (clauses.start > 40) & (self._random(len(clauses.frame)) < 0.1))
        start = clauses.start[counted] + 3
        self._numerals.append((clauses.document[counted], counted, start, start + 2, counted < 0))
        pieces += self._numerals
        kinds += [np.full(len(one[0]), 2) for one in self._numerals]
        document, clause, start, end, covered = (np.concatenate(part) for part in zip(*pieces, strict=True))
        kind = np.concatenate(kinds)
        order = np.lexsort((kind, start, document))
        document, clause, start, end = document[order], clause[order], start[order], end[order]
        covered, kind = covered[order], kind[order]
        number = places_within(np.bincount(document, minlength=len(self.ids))) + 1
        waiver = words(("frame", None, "not-a-figure"), kind)
        self.tables["units"] = c.table(
            "units",
            {
                "id": text(joined(self.ids[document], ".u", digits(number, 5))),
                "document_id": text(self.ids[document]),
                "passage_id": text(self._passage_ids(self.passage[clause])),
                "kind": words(("sentence", "quotation", "numeral"), kind),
                "start": c.integers(start),
                "end": c.integers(end),
                "text_sha256": self._hash(document, start, end),
                "status": words(("waived", "covered"), covered.astype(np.int64)),
                "waiver": c.where(~covered, waiver),
            },
        )
