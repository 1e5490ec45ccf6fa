/*
 * All statements of the dataset, read from `data/statements.json` (made by site/explorer.py).
 */

const FORM = "onrecord-statements/1";
const words = new Intl.Collator("en", { numeric: true });

/** One column: the value of a row as recorded, in plain words, and the place it leads to. */
export class Column {
  #cells;
  #codes;
  #values;
  #labels;
  #shown;
  #at;
  #root;
  #ranks = null;

  /** `source` holds the values: the column itself, or the one whose labels it shows. */
  constructor(said, source, named, root) {
    this.name = said.name;
    this.label = said.label;
    this.#root = root;
    this.#cells = said.cells ?? null;
    this.#codes = source.codes ?? null;
    this.#values = said.of ? source.labels : (source.values ?? null);
    this.#labels = source.labels ?? source.values ?? null;
    this.#shown = named ? this.#values : this.#labels;
    this.#at = source.at ?? null;
    /** Whether the values are terms, in the order of their vocabulary. */
    this.terms = Boolean(said.terms);
  }

  /** The values that occur, or null where the column holds its cells one by one. */
  get values() {
    return this.#values;
  }

  /** The number of a row's value among the values; -1 for none. */
  code(row) {
    return this.#codes[row];
  }

  /** What is recorded: text, a number, or null. */
  value(row) {
    return this.#codes ? (this.#values[this.#codes[row]] ?? null) : this.#cells[row];
  }

  /** What is shown for a row: plain words, or the id where another column has them; empty for none. */
  words(row) {
    return this.#codes ? (this.#shown[this.#codes[row]] ?? "") : String(this.#cells[row] ?? "");
  }

  /** The plain words for a value by its number. */
  named(code) {
    return String(this.#labels[code]);
  }

  /** The address of the page about a row's value, or null. */
  address(row) {
    const at = this.#at?.[this.#codes[row]];
    return at === undefined ? null : new URL(at, this.#root).href;
  }

  /** Where each row stands when sorted by this column; rows without a value have none. */
  get ranks() {
    this.#ranks ??= this.#codes ? this.#ranks_of_codes() : this.#ranks_of_cells();
    return this.#ranks;
  }

  #ranks_of_codes() {
    const order = this.#shown.map((_, code) => code);
    if (!this.terms) {
      order.sort((a, b) => words.compare(String(this.#shown[a]), String(this.#shown[b])));
    }
    const rank = new Array(order.length);
    order.forEach((code, at) => (rank[code] = at));
    return this.#codes.map((code) => (code < 0 ? null : rank[code]));
  }

  #ranks_of_cells() {
    const cells = this.#cells;
    if (cells.every((cell) => cell === null || typeof cell === "number")) return cells;
    const order = cells.map((_, row) => row).filter((row) => cells[row] !== null);
    order.sort((a, b) => words.compare(String(cells[a]), String(cells[b])));
    const ranks = new Array(cells.length).fill(null);
    order.forEach((row, at) => (ranks[row] = at));
    return ranks;
  }
}

/** The statements: how many, and their columns by name. */
export class Statements {
  constructor(said, root) {
    if (said.form !== FORM) throw new TypeError("the data have another form than this page reads");
    const columns = new Map(said.columns.map((column) => [column.name, column]));
    const named = new Set(said.columns.map((column) => column.of));
    this.count = said.count;
    this.dataset = said.dataset;
    this.columns = new Map(
      said.columns.map((column) => {
        const source = columns.get(column.of ?? column.name);
        return [column.name, new Column(column, source, named.has(column.name), root)];
      }),
    );
  }

  column(name) {
    return this.columns.get(name);
  }

  /** The place of a statement: on the page of its document. */
  place(row) {
    return `${this.column("document_id").address(row)}#${encodeURIComponent(this.column("statement_id").value(row))}`;
  }
}

/** Fetch the statements of the site whose root is given. */
export async function fetched(root) {
  const answer = await fetch(new URL("data/statements.json", root));
  if (!answer.ok) throw new Error(`the data answered ${answer.status}`);
  return new Statements(await answer.json(), root);
}
