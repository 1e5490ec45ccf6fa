/*
 * The explorer's page: what a reader does becomes a view, and a view becomes what is shown.
 *
 * Strings from records and from the address reach the page as text and attributes that the library
 * sets, never as markup.
 */
import { fetched } from "./explorer-data.js";
import { as_csv, as_json, file_name, save } from "./explorer-download.js";
import { Facet, Search, filtered } from "./explorer-find.js";
import { keys_of } from "./explorer-keys.js";
import { shown_in } from "./explorer-shown.js";
import { FACETS, SHOWN, everything, read, sorted, toggled, written } from "./explorer-view.js";

export const ROWS = 100; // rows of the table at a time
const PAUSE = 300; // milliseconds without a key after which the address follows what is typed

/** Read the data and show the explorer in its place. */
export async function start(place, root) {
  const statements = await fetched(root);
  new Explorer(place, statements).begin();
}

/** The explorer: the data, the view, and what is open on the page. */
class Explorer {
  #typing = null;

  constructor(place, statements) {
    this.place = place;
    this.statements = statements;
    this.columns = [...statements.columns.keys()];
    this.facets = [...FACETS.keys()].map((name) => new Facet(name, statements));
    this.open = new Set(["speaker", "certainty", "act"]);
    this.long = new Map(); // facets of which all values are listed -> the name looked for
    this.kept = new Map(); // facet -> values that were picked, which stay in its list
    this.current = 0; // the row that the keys are on
    this.keys = keys_of(this);
    this.view = this.#asked();
  }

  #asked() {
    return read(location.search, this.columns);
  }

  begin() {
    this.place.replaceChildren();
    this.show();
    this.search = new Search(this.statements);
    if (this.view.text) this.show();
    addEventListener("popstate", () => {
      clearTimeout(this.#typing);
      this.#typing = null;
      this.view = this.#asked();
      this.current = 0;
      this.show();
    });
    addEventListener("keydown", (event) => this.keys.anywhere(event), { capture: true });
  }

  /** The names of the columns shown. */
  get shown() {
    return this.view.shown ?? SHOWN;
  }

  get pages() {
    return Math.max(1, Math.ceil(this.rows.length / ROWS));
  }

  /** The rows of the table now, from the first to before the last. */
  get window() {
    const first = (this.view.page - 1) * ROWS;
    return [first, Math.min(first + ROWS, this.rows.length)];
  }

  /** Find what the view asks for, and show it. */
  show() {
    this.found = this.search ? this.search.find(this.view.text) : null;
    const { rows, counts } = filtered(this.statements, this.facets, this.view, this.found);
    this.rows = rows;
    this.counts = counts;
    this.view.page = Math.min(this.view.page, this.pages);
    for (const [facet, values] of this.view.picked) {
      const kept = this.kept.get(facet) ?? this.kept.set(facet, new Set()).get(facet);
      for (const value of values) kept.add(value);
      this.open.add(facet);
    }
    this.draw();
  }

  /** Show again what was found. Where the element that had the focus is gone, the search has it. */
  draw() {
    const focused = this.place.contains(document.activeElement);
    shown_in(this);
    if (focused && !this.place.contains(document.activeElement)) this.at("#explorer-text").focus();
  }

  at(selector) {
    return this.place.querySelector(selector);
  }

  /** Go to a view: a step that the reader can go back from. */
  go(view) {
    clearTimeout(this.#typing);
    this.#typing = null;
    this.view = view;
    this.current = 0;
    this.show();
    this.#write("pushState");
  }

  #write(how) {
    const query = written(this.view);
    if (query !== location.search) history[how](null, "", location.pathname + query);
  }

  /** Search while the reader types; all that is typed in one go is one step. */
  type(text) {
    const first = this.#typing === null;
    clearTimeout(this.#typing);
    this.view = { ...this.view, text, page: 1 };
    this.current = 0;
    this.show();
    if (first) this.#write("pushState");
    this.#typing = setTimeout(() => this.#write("replaceState"), PAUSE);
  }

  /** The typing is over: what is typed next is a step of its own. */
  typed() {
    if (this.#typing === null) return;
    clearTimeout(this.#typing);
    this.#typing = null;
    this.#write("replaceState");
  }

  toggle(facet, value) {
    this.go(toggled(this.view, facet, value));
  }

  sort(column) {
    this.go(sorted(this.view, column));
  }

  clear() {
    this.go({ ...everything(), shown: this.view.shown, sort: this.view.sort });
  }

  /** Show or hide a column. */
  choose(name) {
    const now = new Set(this.shown);
    if (!now.delete(name)) now.add(name);
    const shown = this.columns.filter((column) => now.has(column));
    const usual = shown.length === SHOWN.length && shown.every((column) => SHOWN.includes(column));
    this.go({ ...this.view, shown: usual ? null : shown });
  }

  /** Turn to a page of the table, and go to its head. */
  turn(page) {
    this.go({ ...this.view, page: Math.max(1, Math.min(page, this.pages)) });
    this.at("#explorer-results").scrollIntoView();
  }

  download(kind) {
    const { statements, rows, shown } = this;
    const name = file_name(statements, rows, kind);
    if (kind === "csv") save(as_csv(statements, rows, shown), name, "text/csv;charset=utf-8");
    else save(as_json(statements, rows, shown, written({ ...this.view, page: 1 })), name, "application/json");
  }
}
