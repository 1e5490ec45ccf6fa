/*
 * Which statements a view shows, in which order, and how many each value of each facet would show.
 */
import MiniSearch from "./vendor/minisearch.js";
import { FACETS } from "./explorer-view.js";

const AT_ONCE = 400; // statements taken into the index between two chances for the page to answer
const CLAIM = ["proposition", "excerpt", "figure"];
const AROUND = ["chain", "speaker_role", "topic"];
const IDS = ["statement_id", "claim_id", "speaker_id", "topic_id"];
const WORD = /[\p{Letter}\p{Number}]/u;
const MARKS = /\p{Mark}/gu;

/** A word as it is looked for: without marks, in lower case. */
const folded = (word) => word.normalize("NFKD").replace(MARKS, "").toLowerCase();

const words_of = MiniSearch.getDefault("tokenize");

/** What stands between spaces and has a letter or number in it. An id is one such piece. */
const pieces_of = (text) => text.split(/\s+/u).filter((piece) => WORD.test(piece));

/** Every piece of the text has to be there: its words, or an id that is it or, where it looks like one, begins so. */
const query_of = (text) => ({
  combineWith: "AND",
  queries: pieces_of(text).map((piece) => ({
    combineWith: "OR",
    queries: [
      { queries: [piece], fields: ["ids"], tokenize: pieces_of, fuzzy: false, prefix: /[-.]/.test(piece) },
      { queries: [piece], fields: ["claim", "around"], combineWith: "AND" },
    ],
  })),
});

/** Full-text search; the index grows while the page is idle, and at once when it is asked. */
export class Search {
  #statements;
  #next = 0;
  #index = new MiniSearch({
    fields: ["claim", "around", "ids"],
    tokenize: (text, field) => (field === "ids" ? pieces_of(text) : words_of(text)),
    processTerm: folded,
    searchOptions: { prefix: true, combineWith: "AND", boost: { claim: 2 } },
  });

  constructor(statements) {
    this.#statements = statements;
    this.#grow_when_idle();
  }

  #grow_when_idle() {
    setTimeout(() => {
      this.#grow(AT_ONCE);
      if (this.#next < this.#statements.count) this.#grow_when_idle();
    });
  }

  #grow(number) {
    const end = Math.min(this.#next + number, this.#statements.count);
    const column = (name) => this.#statements.column(name);
    const text = (names, row) => names.map((name) => column(name).words(row)).join(" ");
    for (let row = this.#next; row < end; row += 1) {
      // A document's own voice is named after the document's id, whose words are not about the statement.
      const around = text(AROUND, row).replaceAll(`(${column("document_id").value(row)})`, "");
      this.#index.add({ id: row, claim: text(CLAIM, row), around, ids: text(IDS, row) });
    }
    this.#next = end;
  }

  /**
   * The rows that hold every word of a text, or words that begin so, by how well they fit; where there
   * are none, those with words spelled almost so (`near`). Null for a text without words.
   */
  find(text) {
    if (!WORD.test(text)) return null;
    this.#grow(Infinity);
    const query = query_of(text);
    const exact = this.#index.search(query);
    const near = exact.length === 0;
    const found = near ? this.#index.search(query, { fuzzy: 0.3 }) : exact;
    return { near: near && found.length > 0, scores: new Map(found.map(({ id, score }) => [id, score])) };
  }
}

/** A facet's values and which of them each row has. */
export class Facet {
  constructor(name, statements) {
    const { label, column } = FACETS.get(name);
    this.name = name;
    this.label = label;
    this.#column = statements.column(column);
    this.#yes_no = name === "figure";
    this.values = this.#yes_no ? ["yes", "no"] : this.#column.values;
    this.order = this.#ordered(statements.count);
  }

  #column;
  #yes_no;

  /** The number of a row's value; -1 for none. */
  code(row) {
    return this.#yes_no ? Number(this.#column.value(row) === null) : this.#column.code(row);
  }

  /** The plain words for a value, or the value itself where it is not known. */
  words(value) {
    const code = this.values.indexOf(value);
    return code < 0 || this.#yes_no ? value : this.#column.named(code);
  }

  knows(value) {
    return this.values.includes(value);
  }

  /** Terms stand as in their vocabulary; the others with the most frequent first. */
  #ordered(count) {
    const order = this.values.map((_, code) => code);
    if (this.#yes_no || this.#column.terms) return order;
    const number = new Array(order.length).fill(0);
    for (let row = 0; row < count; row += 1) if (this.code(row) >= 0) number[this.code(row)] += 1;
    return order.sort((a, b) => number[b] - number[a]);
  }
}

/**
 * The rows that pass all filters, and for every facet the number of rows of each value that pass the
 * others: a row that fails one facet alone counts there and nowhere else.
 */
export function filtered(statements, facets, view, found) {
  const rows = [];
  const counts = new Map(facets.map((facet) => [facet.name, new Array(facet.values.length).fill(0)]));
  const active = facets.filter((facet) => view.picked.has(facet.name));
  const wanted = active.map((facet) => {
    const values = view.picked.get(facet.name);
    return facet.values.map((value) => values.has(value));
  });
  for (let row = 0; row < statements.count; row += 1) {
    if (found && !found.scores.has(row)) continue;
    const failed = active.filter((facet, at) => !wanted[at][facet.code(row)]);
    if (failed.length > 1) continue;
    for (const facet of failed.length ? failed : facets) {
      const code = facet.code(row);
      if (code >= 0) counts.get(facet.name)[code] += 1;
    }
    if (failed.length === 0) rows.push(row);
  }
  return { rows: in_order(rows, statements, view, found), counts };
}

/** By the column asked for; else by how well a search fits; else in reading order. Rows without a value come last. */
function in_order(rows, statements, view, found) {
  if (view.sort) {
    const ranks = statements.column(view.sort.column).ranks;
    const sign = view.sort.down ? -1 : 1;
    return rows.sort((a, b) => {
      if (ranks[a] === null || ranks[b] === null) return (ranks[a] === null) - (ranks[b] === null) || a - b;
      return sign * (ranks[a] - ranks[b]) || a - b;
    });
  }
  return found ? rows.sort((a, b) => found.scores.get(b) - found.scores.get(a) || a - b) : rows;
}
