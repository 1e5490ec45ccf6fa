/* What became of a text: refused, the edition on record, another document, or another edition. */
import { element, prose } from "./viewer-element.js";

const LISTED = 500;
const WORDS = {
  exact: "stand once, where the record says",
  moved: "stand once, at another place",
  ambiguous: "repeated: which of several words is meant cannot be told here",
  missing: "not found",
  unsought: "not sought: the text is too long to look everywhere for them",
};
const number = (value) => value.toLocaleString("en");

export class Verdict {
  constructor({ onOffer, onRecord }) {
    Object.assign(this, { onOffer, onRecord });
    this.node = element("div", { class: "viewer-verdict", role: "status" });
    this.close();
  }

  close() {
    this.node.hidden = true;
    this.node.replaceChildren();
  }

  refuse({ why, help }) {
    this.node.replaceChildren(
      element(
        "p",
        { class: "viewer-refusal" },
        element("strong", {}, "This text was not read. "),
        why,
        ...prose(` ${help}`),
      ),
    );
    this.node.hidden = false;
  }

  /** Says whether the text is the edition on record, or what of the record still stands in it. */
  show(document, found, ledger, loaded) {
    const said = found.same ? this.#same(document, found) : this.#other(document, found, loaded);
    const listed =
      found.same && found.counts.exact === found.places.length + found.blocks.length
        ? []
        : this.#lists(document, found, ledger);
    this.node.replaceChildren(...said, hashes(document, found), ...listed);
    this.node.hidden = false;
  }

  #same(document, { counts, places, blocks }) {
    const all = places.length + blocks.length;
    const good = counts.exact === all;
    return [
      element(
        "p",
        { class: good ? "viewer-good" : "viewer-refusal" },
        element("strong", {}, `This is the edition from which ${document.id} was recorded. `),
        good
          ? `All ${number(all)} places on record (passages, sentences, anchors) hold the words whose hashes are on record.`
          : `But only ${number(counts.exact)} of ${number(all)} places hold the words whose hashes are on record: the data of this page is damaged.`,
      ),
    ];
  }

  #other(document, { counts, match, places, blocks }, loaded) {
    const all = places.length + blocks.length;
    const said = [
      element(
        "p",
        { class: "viewer-refusal" },
        element("strong", {}, `This is not the edition from which ${document.id} was recorded. `),
        match
          ? `It is the text of ${match}.`
          : `Of ${number(all)} places on record, ${number(counts.exact + (counts.moved ?? 0))} still stand exactly once in it; only they are highlighted.`,
      ),
    ];
    if (match) said.push(this.#offer(match, loaded.has(match)));
    else said.push(counted(counts), element("p", { class: "viewer-quiet" }, ...prose(advice(document))));
    return said;
  }

  #offer(id, loaded) {
    const button = element("button", { type: "button", class: "viewer-button" }, `Show the records of ${id}`);
    button.addEventListener("click", () => this.onOffer(id));
    const first =
      "Its records are not loaded. They will be requested only after your text was let go; then give the text again.";
    return element("p", {}, button, loaded ? "" : element("span", { class: "viewer-quiet" }, ` ${first}`));
  }

  /** Each place by its state, those that changed first; a record is opened by its button. */
  #lists(document, { places, blocks }, ledger) {
    const all = [
      ...document.places.map((place, at) => ({ ...place, ...places[at], was: place.spans, records: ledger.at([at]) })),
      ...document.blocks.map((block, at) => ({ ...block, ...blocks[at], was: block.spans, records: [] })),
    ];
    return Object.keys(WORDS)
      .toReversed()
      .map((state) => [state, all.filter((place) => place.state === state)])
      .filter(([, some]) => some.length)
      .map(([state, some]) => this.#list(state, some));
  }

  #list(state, some) {
    const items = some.slice(0, LISTED).map((place) => this.#item(place));
    if (some.length > LISTED) items.push(element("li", {}, `and ${number(some.length - LISTED)} more`));
    const title = `${state[0].toUpperCase()}${state.slice(1)}: ${number(some.length)}`;
    return element("details", {}, element("summary", {}, title), element("ul", { class: "viewer-list" }, ...items));
  }

  #item({ id, was, spans, state, count, records }) {
    const at = state === "moved" ? `${written(was)}, now ${written(spans)}` : written(was);
    const many = count ? ` (${number(count)} place${count > 1 ? "s" : ""} in this text)` : "";
    const item = element("li", {}, element("code", {}, id), ` ${at}${many} `);
    for (const record of records) {
      const button = element("button", { type: "button", class: "viewer-way" }, record.head);
      button.addEventListener("click", () => this.onRecord(record));
      item.append(button, " ");
    }
    return item;
  }
}

const written = (spans) => spans.map(([start, end]) => `${start}–${end}`).join("; ");

function counted(counts) {
  const rows = Object.entries(WORDS)
    .filter(([state]) => counts[state])
    .map(([state, words]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, state),
        element("td", { class: "number" }, number(counts[state])),
        element("td", {}, words),
      ),
    );
  const head = ["State", "Places", "Meaning"].map((name) => element("th", { scope: "col" }, name));
  return element(
    "table",
    { class: "viewer-counts" },
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}

function advice({ form }) {
  const made =
    form === "nfc-lf/1"
      ? ""
      : ` It was recorded from text in the form ${form}, as \`onrecord text\` takes it out of the file: give that text.`;
  return `That words stand once does not say that they are the same words: \`onrecord verify --source\` also weighs what stands around them.${made}`;
}

function hashes(document, { sha256, length }) {
  const row = (name, hash, size) => [
    element("dt", {}, name),
    element("dd", {}, element("code", {}, hash), ` (${number(size)} characters)`),
  ];
  return element(
    "details",
    { class: "viewer-hashes" },
    element("summary", {}, "SHA-256 of the canonical text"),
    element("dl", {}, ...row("on record", document.sha256, document.length), ...row("your text", sha256, length)),
  );
}
