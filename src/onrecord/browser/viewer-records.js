/* The records of a document: which belong to which places, what is shown of one, and their list in text order. */
import { element } from "./viewer-element.js";

export const LAYERS = [
  ["statement", "statements", "statement"],
  ["cue", "cues", "reporting words of"],
  ["source", "sources", "words that name a voice of"],
  ["figure", "figures", "figure"],
  ["time", "times", "time"],
  ["role", "roles", "role"],
  ["mention", "mentions", "mention"],
  ["caveat", "caveats", "caveat"],
  ["link", "links and replies", "link"],
];
const KIND = Object.fromEntries(LAYERS.map(([layer, , name]) => [layer, name]));
const UP = new URL("../", import.meta.url);
const COLOURS = 5; // voices with a colour of their own; the others share the sixth

export class Ledger {
  constructor(labels, { onPlace }) {
    Object.assign(this, { labels, onPlace });
    this.title = element("h3", { tabindex: "-1", class: "viewer-panel-title" });
    this.body = element("div", {});
    this.closer = element("button", { type: "button", class: "viewer-button" }, "Close");
    this.closer.addEventListener("click", () => this.onClose?.());
    this.panel = element(
      "section",
      { class: "viewer-panel", "aria-label": "Records at the chosen place" },
      element("div", { class: "viewer-panel-bar" }, this.title, this.closer),
      this.body,
    );
  }

  /** Takes the records of a document: their places, their voices, the colours of those. */
  take(document) {
    this.document = document;
    this.marks = document.places.map(() => []); // place -> [[layer, record], ...]
    document.records.forEach((record) => {
      record.places = record.marks.map(([, place]) => place);
      for (const [layer, place] of record.marks) this.marks[place].push([layer, record]);
    });
    this.colours = coloursOf(document);
    this.select([]);
  }

  /** Notes where the places stand in the text that was given. */
  place(found) {
    this.found = found;
  }

  speaker(record) {
    return record.chain?.at(-1);
  }

  colour(record) {
    return this.colours.get(this.speaker(record)?.voice) ?? COLOURS + 1;
  }

  /** The records at some places, each once, statements first. */
  at(places, shown = () => true) {
    const marks = places.flatMap((place) => this.marks[place]).filter(([layer]) => shown(layer));
    const records = [...new Set(marks.map(([, record]) => record))];
    return records.sort((one, two) => (one.layer === "statement" ? 0 : 1) - (two.layer === "statement" ? 0 : 1));
  }

  /** Shows some records in the panel. */
  select(records, { focus = false } = {}) {
    this.panel.hidden = !records.length;
    this.title.textContent = records.length === 1 ? "One record here" : `${records.length} records here`;
    this.panel.scrollTop = 0;
    this.body.replaceChildren(...records.map((record) => this.card(record)));
    if (records.length && focus) this.title.focus({ preventScroll: true });
  }

  /** Everything that is shown of a record. */
  card(record) {
    const facts = record.facts.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]);
    const parts = [
      element("p", { class: "viewer-kind" }, KIND[record.layer], " ", element("code", {}, record.id)),
      element("p", { class: "viewer-head", dir: "auto" }, record.head),
    ];
    if (record.chain) parts.push(this.#chain(record));
    if (facts.length) parts.push(element("dl", {}, ...facts));
    parts.push(this.#ways(record));
    const colour = record.chain ? ` viewer-v${this.colour(record)}` : "";
    return element("article", { class: `viewer-card${colour}` }, ...parts);
  }

  #chain(record) {
    const levels = record.chain.map((level) => {
      const { name } = this.document.voices[level.voice];
      const said = ["mode", "act", "stance"].filter((key) => level[key]).map((key) => this.label(key, level[key]));
      if (level.to) said.push(`to ${level.to}`);
      if (level.medium) said.push(`by ${level.medium}`);
      return element("li", {}, element("bdi", {}, name), `: ${said.join(", ")}; `, this.certainty(level.factuality));
    });
    return element("ol", { class: "viewer-chain" }, ...levels);
  }

  certainty(code) {
    return element("span", { class: "viewer-certainty" }, `${this.label("factuality", code)} (${code})`);
  }

  label(vocabulary, term) {
    return this.labels[vocabulary]?.[term] ?? term;
  }

  /** Ways on: to the words, and to the pages of the claim and the document. */
  #ways(record) {
    const ways = element("p", { class: "viewer-ways" });
    for (const [layer, place] of new Map(
      record.marks.map(([layer, place]) => [`${layer}${place}`, [layer, place]]),
    ).values()) {
      if (!this.found?.places[place]?.spans) continue;
      const said = layer === record.layer ? "Go to its words" : `Go to its ${layer}`;
      const button = element("button", { type: "button", class: "viewer-way" }, said);
      button.addEventListener("click", () => this.onPlace(place));
      ways.append(button, " ");
    }
    // In a new tab, because leaving this page lets go of the text.
    for (const [key, said] of [
      ["claim", "Page of the claim"],
      ["page", "In the document"],
    ]) {
      if (!record[key]) continue;
      ways.append(
        element("a", { href: new URL(record[key], UP).href, target: "_blank", rel: "noopener" }, `${said} (new tab)`),
        " ",
      );
    }
    return ways;
  }

  /** A list of records in text order, each of which opens in its place. */
  list(records) {
    return element("ol", { class: "viewer-records" }, ...records.map((record) => this.#entry(record)));
  }

  #entry(record) {
    const speaker = this.speaker(record);
    const voice = speaker
      ? ` – ${this.document.voices[speaker.voice].name}: ${this.label("factuality", speaker.factuality)} (${speaker.factuality})`
      : "";
    const button = element(
      "button",
      { type: "button", class: "viewer-entry", "aria-expanded": "false" },
      element("span", { class: "viewer-kind" }, `${KIND[record.layer]} `),
      element("bdi", {}, record.head),
      voice,
    );
    const item = element("li", {}, button);
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      if (open) item.lastChild.remove();
      else item.append(this.card(record));
    });
    return item;
  }
}

/** Colours for the voices that state most, by their number. */
function coloursOf({ records }) {
  const counts = new Map();
  for (const { chain } of records) if (chain) counts.set(chain.at(-1).voice, (counts.get(chain.at(-1).voice) ?? 0) + 1);
  const voices = [...counts].sort((one, two) => two[1] - one[1] || one[0] - two[0]);
  return new Map(voices.map(([voice], at) => [voice, Math.min(at, COLOURS) + 1]));
}
