"""The example dataset under every rule's examples: one short invented report of a harmless event.

A rule's `bad` and `good` are laid over it: records by file and section, a record with the id of
one that is there replaces it, others are added. `{h:0-25}` stands for the hash of the example
text at that span, `{text}` for that of the whole text, `{digests}` for the lines of its
`digests.sha256`, `{digests except 0-25}` for all of them but one. Rows under `tables` are laid
over the tables themselves, for faults that no records file can have.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from ..span import DIGEST_PREFIX, digest_of, read_spans, words_at
from .files import FILE_RULES
from .rule import Rule

ROWS = "tables"
RAW = {rule.code for rule in FILE_RULES}  # their examples are whole files, not records
_HASH = re.compile(r"\{h:([0-9;-]+)\}")
_DIGESTS = re.compile(r"\{digests(?: except ([0-9;-]+))?\}")

TEXT = (
    "Crane falls at North Quay\n\n"
    "A crane fell at North Quay on 3 March 2021, harbour master Ada Lind said. "
    "“About 40 people were nearby,” she wrote. The company denies that the crane was overloaded."
)

BASE = """
agents.yaml:
  agents:
    - {id: crane.narrator, name: The report, kind: narrator}
    - {id: ada-lind, name: Ada Lind, kind: person}
    - {id: the-company, name: The company, kind: organisation}
    - {id: people-nearby, name: People nearby, kind: group}
claims.yaml:
  topics:
    - {id: accident, label: The accident}
  quantities:
    - {id: people-nearby, label: People nearby, definition: People near the crane when it fell., unit: person}
  claims:
    - {id: crane-fell, proposition: A crane came down at North Quay., kind: event, topic_id: accident}
    - id: people-were-near
      proposition: Around forty persons were close by when the crane came down.
      kind: quantity
      topic_id: accident
      relations:
        - {type: depends-on, to_claim_id: crane-fell}
    - {id: crane-overloaded, proposition: The crane carried too heavy a load., kind: state, topic_id: accident}
reviews.yaml:
  reviews:
    - {id: r1, record_table: statements, record_id: crane.s1, status: accepted, reviewer: first coder,
       reviewed_at: "2021-03-05T10:00:00Z"}
matches.yaml:
  matches:
    - {id: m1, claim_id: crane-fell, record_table: statements, record_id: crane.s2, grade: same-claim-other-claimant,
       score: 0.9, answer: "yes", coder: first coder, answered_at: "2021-03-05T09:00:00Z"}
changes.yaml:
  changes:
    - {id: 0.1.0.1, version: 0.1.0, record_table: statements, record_id: crane.s4, change: added}
crane/document.yaml:
  document:
    id: crane
    title: Crane falls at North Quay
    language: en
    medium: newspaper
    text_sha256: "{text}"
    text_length: 192
    text_form: nfc-lf/1
    rights: The publisher's; the text is not part of this dataset.
  passages:
    - {id: crane.p1, kind: headline, anchor: "0-25 {h:0-25}"}
    - {id: crane.p2, kind: paragraph, anchor: "27-192 {h:27-192}"}
crane/ledger.yaml:
  units:
    - {id: crane.u1, passage_id: crane.p1, kind: sentence, anchor: "0-25 {h:0-25}", status: covered}
    - {id: crane.u2, passage_id: crane.p2, kind: sentence, anchor: "27-100 {h:27-100}", status: covered}
    - {id: crane.u3, passage_id: crane.p2, kind: numeral, anchor: "57-58 {h:57-58}", status: covered}
    - {id: crane.u4, passage_id: crane.p2, kind: numeral, anchor: "65-69 {h:65-69}", status: covered}
    - {id: crane.u5, passage_id: crane.p2, kind: sentence, anchor: "101-142 {h:101-142}", status: covered}
    - {id: crane.u6, passage_id: crane.p2, kind: quotation, anchor: "102-130 {h:102-130}", status: covered}
    - {id: crane.u7, passage_id: crane.p2, kind: numeral, anchor: "108-110 {h:108-110}", status: covered}
    - {id: crane.u8, passage_id: crane.p2, kind: sentence, anchor: "143-192 {h:143-192}", status: covered}
crane/mentions.yaml:
  roles:
    - {id: crane.role1, agent_id: ada-lind, title: harbour master, anchor: "71-85 {h:71-85}"}
  mentions:
    - {id: crane.m1, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
    - {id: crane.m2, agent_id: ada-lind, form: pronoun, anchor: "132-135 {h:132-135}"}
    - {id: crane.m3, agent_id: the-company, form: description, anchor: "143-154 {h:143-154}"}
    - {id: crane.m4, agent_id: people-nearby, form: description, anchor: "111-117 {h:111-117}"}
crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      claim_id: crane-fell
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: assert, factuality: CT+}
    - id: crane.s2
      passage_id: crane.p2
      claim_id: crane-fell
      anchor: "27-69 {h:27-69}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: ada-lind, mode: indirect, act: assert, factuality: CT+,
           cue_anchor: "95-99 {h:95-99} said", source_anchor: "86-94 {h:86-94}"}
      times:
        - {verbatim: 3 March 2021, edtf: "2021-03-03", earliest: "2021-03-03", latest: "2021-03-03", basis: stated,
           anchor: "57-69 {h:57-69}"}
    - id: crane.s3
      passage_id: crane.p2
      claim_id: people-were-near
      anchor: "102-129 {h:102-129}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: ada-lind, mode: direct, act: assert, factuality: CT+,
           cue_anchor: "136-141 {h:136-141} wrote", source_anchor: "132-135 {h:132-135}"}
      figures:
        - {quantity_id: people-nearby, kind: cardinal, verbatim: About 40, comparator: "=", approximate: true,
           value: 40, unit: person, counted: people nearby, anchor: "102-110 {h:102-110}"}
    - id: crane.s4
      passage_id: crane.p2
      claim_id: crane-overloaded
      anchor: "167-191 {h:167-191}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: the-company, mode: indirect, act: deny, factuality: CT-,
           cue_anchor: "155-161 {h:155-161} denies", source_anchor: "143-154 {h:143-154}"}
crane/caveats.yaml:
  caveats:
    - {id: crane.c1, kind: publisher-not-stated, note: The report does not say who publishes it.}
crane/replies.yaml:
  replies:
    - {id: crane.reply1, claim_id: crane-overloaded, party_id: the-company, response: deny, statement_id: crane.s4}
crane/agreement.yaml:
  agreement:
    - {first: first coder, second: second coder, measure: recall-first, value: 0.75, lower: 0.25, upper: 1, n: 4,
       method: Statements of the first found by the second.}
"""


def digest_lines(left_out: str | None = None) -> str:
    """The lines of `digests.sha256` for every span of the example, or for all but one."""
    spans = sorted({found[1] for found in _HASH.finditer(BASE)} - {left_out})
    return "".join(f"{digest_of(words_at(TEXT, read_spans(span)))}  {span}\n" for span in spans)


def filled(text: str) -> str:
    """An example with its hashes: `{h:0-25}` becomes 16 digits, `{text}` the hash of the whole text."""
    text = _HASH.sub(lambda found: digest_of(words_at(TEXT, read_spans(found[1])))[:DIGEST_PREFIX], text)
    text = _DIGESTS.sub(lambda found: digest_lines(found[1]), text)
    return text.replace("{text}", digest_of(TEXT))


def example(patch: str = "") -> dict[str, bytes]:
    """The example dataset as records files, with the records of a patch laid over it."""
    files: dict[str, Any] = yaml.safe_load(filled(BASE))
    for name, sections in _read(patch).items():
        if name != ROWS:
            files[name] = laid_over(files.get(name, {}), sections)
    return {name: yaml.safe_dump(said, allow_unicode=True, sort_keys=False).encode() for name, said in files.items()}


def example_rows(patch: str) -> dict[str, list[dict[str, Any]]]:
    """The rows that a patch lays over the tables: only the columns that differ, or whole rows."""
    rows: dict[str, list[dict[str, Any]]] = _read(patch).get(ROWS, {})
    return rows


def example_files(rule: Rule, said: str) -> dict[str, bytes]:
    """The records files of a rule's `bad` or `good`: laid over the example, or in place of `example_file`.

    A lone surrogate in the text stands for the byte it escapes.
    """
    if rule.code in RAW and rule.example_file:
        return example() | {rule.example_file: filled(said).encode("utf-8", "surrogateescape")}
    return example(said)


def _read(patch: str) -> dict[str, Any]:
    return yaml.safe_load(filled(patch)) or {}


def laid_over(sections: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """The sections of a file with those of a patch laid over them, record by record."""
    merged = dict(sections)
    for key, records in patch.items():
        if isinstance(records, dict):
            merged[key] = {**sections.get(key, {}), **records}
        elif isinstance(records, list):
            there = {record.get("id") for record in sections.get(key, [])} - {None}
            new = {record.get("id"): record for record in records if record.get("id") in there}
            kept = [new.get(record.get("id"), record) for record in sections.get(key, [])]
            merged[key] = kept + [record for record in records if record.get("id") not in there]
        else:
            merged[key] = records
    return merged
