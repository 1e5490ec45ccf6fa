/* The text with its highlights, one part at a time, and what steers it: layers, parts, keys. */
import { element } from "./viewer-element.js";
import { LAYERS } from "./viewer-records.js";

const HIDDEN = new Set(["role", "mention", "caveat", "link"]); // at first
// Characters that would drive how the rest is shown: they are shown by their code points.
const DRIVING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const CERTAINTY = [
  ["CT", "certain", "unbroken line"],
  ["PR", "probable", "dashed line"],
  ["PS", "possible", "dotted line"],
  ["u", "uncommitted (Uu), or whether is not said (CTu)", "double line"],
];

export class TextView {
  constructor(labels, ledger, { onPart, onForget }) {
    Object.assign(this, { labels, ledger, onPart });
    this.shown = new Set(LAYERS.map(([layer]) => layer).filter((layer) => !HIDDEN.has(layer)));
    this.text = element("div", {
      class: "viewer-text",
      tabindex: "0",
      role: "region",
      "aria-label": "Your text",
      "aria-describedby": "viewer-keys",
      translate: "no",
    });
    this.legend = element("div", { class: "viewer-legend" });
    this.parts = element("nav", { class: "viewer-parts", "aria-label": "Parts of the text" });
    this.index = element("div", {});
    const forget = element("button", { type: "button", class: "viewer-button" }, "Let go of the text");
    forget.addEventListener("click", onForget);
    this.node = element(
      "div",
      { class: "viewer-reading" },
      element("div", { class: "viewer-bar" }, this.#layers(), forget),
      element("details", { class: "viewer-key" }, element("summary", {}, "Legend and keys"), this.legend, keys()),
      this.parts,
      element("div", { class: "viewer-columns" }, this.text, ledger.panel),
      element("details", { class: "viewer-index" }, element("summary", {}, "Records in text order"), this.index),
    );
    this.ledger.onClose = () => this.#leave();
    this.#listen();
    this.close();
  }

  #layers() {
    const boxes = LAYERS.map(([layer, name], at) => {
      const box = element("input", { type: "checkbox", "data-layer": layer });
      box.checked = this.shown.has(layer);
      box.addEventListener("change", () => this.#toggle(layer, box.checked));
      return element("label", {}, box, ` ${name} `, element("kbd", { "aria-hidden": "true" }, String(at + 1)));
    });
    this.boxes = boxes.map((label) => label.firstChild);
    return element("fieldset", { class: "viewer-layers" }, element("legend", {}, "Highlighted"), ...boxes);
  }

  #toggle(layer, shown) {
    if (shown) this.shown.add(layer);
    else this.shown.delete(layer);
    if (this.filled) this.fill(this.filled);
  }

  close() {
    this.node.hidden = true;
    this.filled = null;
    this.part = null;
    this.runs = [];
    this.chosen = null;
    this.text.replaceChildren();
    this.index.replaceChildren();
    this.ledger.select([]);
  }

  open(document, found) {
    this.total = found.parts;
    this.legend.replaceChildren(...legend(document, this.ledger));
    this.node.hidden = false;
  }

  /** Shows one part: words as text nodes, highlighted ones in spans that announce nothing. */
  fill(filled) {
    const moved = filled.part !== this.part;
    this.filled = filled;
    this.part = filled.part;
    this.runs = filled.runs.map(([words, places]) =>
      places.length ? this.#run(words, places) : { nodes: written(words), places },
    );
    this.text.replaceChildren(...this.runs.flatMap(({ nodes }) => nodes));
    this.#partsBar();
    this.#fillIndex();
    if (moved) this.chosen = null;
    else if (this.chosen) this.#mark(this.chosen);
  }

  #run(words, places) {
    const span = element("span", {}, ...written(words));
    span.dataset.run = places.join(" ");
    const marks = places.flatMap((place) => this.ledger.marks[place]).filter(([layer]) => this.shown.has(layer));
    if (marks.length) span.className = this.#classes(marks);
    return { nodes: [span], span: marks.length ? span : null, places };
  }

  /** The look of a run: the colour and certainty of the narrowest statement on it, and a sign for each other layer. */
  #classes(marks) {
    const names = new Set(["viewer-run", ...marks.map(([layer]) => `viewer-${layer}`)]);
    const statements = marks.filter(([layer]) => layer === "statement").map(([, record]) => record);
    if (statements.length) {
      const width = (record) => record.marks[0] && extent(this.ledger.document.places[record.marks[0][1]]);
      const record = statements.reduce((one, two) => (width(two) < width(one) ? two : one));
      const { factuality } = this.ledger.speaker(record);
      names.add(`viewer-v${this.ledger.colour(record)}`);
      names.add(`viewer-c${factuality.endsWith("u") ? "u" : factuality.slice(0, 2)}`);
      if (factuality.endsWith("-")) names.add("viewer-denied");
      if (statements.length > 1) names.add("viewer-several");
    }
    return [...names].join(" ");
  }

  #listen() {
    this.text.addEventListener("click", (event) => {
      const span = event.target.closest("[data-run]");
      if (span && getSelection().isCollapsed) this.#choose(this.runs.find((run) => run.nodes[0] === span));
    });
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.ledger.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#leave();
    });
  }

  /** Keys work only while the text has the focus, so that they get in nobody's way. */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const layer = LAYERS[Number(event.key) - 1]?.[0];
    if (event.key === "ArrowRight" || event.key === "n") this.#step(1);
    else if (event.key === "ArrowLeft" || event.key === "p") this.#step(-1);
    else if (event.key === "Enter") this.ledger.title.focus();
    else if (event.key === "Escape") this.#leave();
    else if (layer) this.boxes.find((box) => box.dataset.layer === layer).click();
    else return;
    event.preventDefault();
  }

  #step(by) {
    const stops = this.runs.filter((run) => run.span);
    if (!stops.length) return;
    const at = stops.findIndex((run) => this.chosen && run.places.join() === this.chosen.join());
    const next = at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length;
    this.#choose(stops[next]);
  }

  #choose(run) {
    if (!run?.span) return;
    this.chosen = run.places;
    this.#mark(run.places);
    this.ledger.select(this.ledger.at(run.places, (layer) => this.shown.has(layer)));
    scroll(run.span, "nearest");
  }

  #mark(places) {
    for (const { nodes, places: here } of this.runs) {
      if (here.length)
        nodes[0].classList.toggle(
          "viewer-chosen",
          places.length === 1 ? here.includes(places[0]) : here.join() === places.join(),
        );
    }
  }

  #leave() {
    this.chosen = null;
    this.#mark([-1]);
    this.ledger.select([]);
    this.text.focus({ preventScroll: true });
  }

  /** Scrolls to the words of a place and outlines them. */
  reveal(place) {
    const run = this.runs.find(({ places }) => places.includes(place));
    if (!run) return;
    this.chosen = [place];
    this.#mark([place]);
    this.text.focus({ preventScroll: true });
    scroll(run.nodes[0], "center");
  }

  #partsBar() {
    this.parts.hidden = this.total < 2;
    if (this.total < 2) return;
    const way = (said, number) => {
      const button = element("button", { type: "button", class: "viewer-button" }, said);
      button.disabled = number < 0 || number >= this.total;
      button.addEventListener("click", () => this.onPart(number));
      return button;
    };
    const field = element("input", {
      type: "number",
      min: "1",
      max: String(this.total),
      value: String(this.part + 1),
      "aria-label": "Part",
    });
    field.addEventListener("change", () =>
      this.onPart(Math.min(Math.max(Number(field.value) || 1, 1), this.total) - 1),
    );
    const said = `of ${this.total.toLocaleString("en")} parts. The text is long and shown in parts; all of it was checked.`;
    this.parts.replaceChildren(
      way("Previous", this.part - 1),
      field,
      way("Next", this.part + 1),
      element("span", {}, said),
    );
  }

  #fillIndex() {
    const places = [...new Set(this.runs.flatMap((run) => run.places))];
    const records = new Set(
      places.flatMap((place) =>
        this.ledger.marks[place]
          .filter(([layer, record]) => layer === record.layer && this.shown.has(layer))
          .map(([, record]) => record),
      ),
    );
    const where = this.total > 1 ? " in this part" : "";
    const summary = `Records in text order (${records.size.toLocaleString("en")}${where})`;
    this.index.previousSibling.textContent = summary;
    this.index.replaceChildren(this.ledger.list([...records]));
  }
}

const extent = ({ spans }) => Math.max(...spans.map(([, end]) => end)) - spans[0][0];

function scroll(node, block) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  node.scrollIntoView({ block, behavior });
}

/** Words as nodes: text, and the code points of what would drive it. */
function written(words) {
  if (!DRIVING.test(words)) return [document.createTextNode(words)];
  return words.split(new RegExp(`(${DRIVING.source})`)).map((piece) => {
    if (!DRIVING.test(piece)) return document.createTextNode(piece);
    const code = piece.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return element("span", { class: "viewer-driving" }, `U+${code}`);
  });
}

function legend(document, ledger) {
  const sample = (classes, words) => element("span", { class: `viewer-run ${classes}` }, words);
  const speaking = [...ledger.colours].filter(([, colour]) => colour < 6);
  const voices = speaking.map(([voice, colour]) =>
    element("li", {}, sample(`viewer-statement viewer-cCT viewer-v${colour}`, document.voices[voice].name)),
  );
  if (ledger.colours.size > speaking.length)
    voices.push(
      element(
        "li",
        {},
        sample("viewer-statement viewer-cCT viewer-v6", `${ledger.colours.size - speaking.length} other voices`),
      ),
    );
  const certainty = CERTAINTY.map(([name, said, line]) =>
    element("li", {}, sample(`viewer-statement viewer-c${name} viewer-v6`, said), `: ${line}`),
  );
  certainty.push(
    element(
      "li",
      {},
      sample("viewer-statement viewer-cCT viewer-denied viewer-v6", "denied"),
      ": a line above as well",
    ),
  );
  const others = LAYERS.slice(1).map(([layer, name]) => element("li", {}, sample(`viewer-${layer}`, name)));
  return [
    ["Colour: the voice that states it, the innermost of its chain", voices],
    ["Line below: how sure that voice is", certainty],
    ["Other layers", others],
  ].map(([title, items]) => element("div", {}, element("p", {}, title), element("ul", {}, ...items)));
}

function keys() {
  const said =
    "While the text has the focus: right and left arrow (or n and p) go from highlight to highlight, Enter to the records of the chosen one, Escape back, 1 to 9 show or hide a layer. Highlights announce nothing to a screen reader; the list of records in text order below the text holds the same.";
  return element("p", { id: "viewer-keys", class: "viewer-quiet" }, said);
}
