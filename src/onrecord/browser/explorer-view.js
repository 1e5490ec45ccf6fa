/*
 * What a reader looks at: search text, filters, order, columns and page, to and from the address.
 *
 * The address is anybody's to write. Whatever it says is kept as text; what is not known is shown as such.
 */

/** Parameter -> the column it filters and the name it goes by, in the order of the page. */
export const FACETS = new Map([
  ["speaker", { label: "Speaker", column: "speaker_id" }],
  ["certainty", { label: "Certainty", column: "factuality" }],
  ["act", { label: "Act", column: "act" }],
  ["mode", { label: "Mode", column: "mode" }],
  ["kind", { label: "Kind of claim", column: "kind" }],
  ["topic", { label: "Topic", column: "topic_id" }],
  ["document", { label: "Document", column: "document_id" }],
  ["figure", { label: "Has a figure", column: "figure" }],
  ["review", { label: "Review status", column: "review_status" }],
]);
/** Columns that name the statement are always shown. */
export const FIXED = ["proposition", "statement_id"];
export const SHOWN = ["proposition", "speaker", "act", "factuality", "mode", "figure", "statement_id"];
export const LONGEST_TEXT = 200;

/** A view of everything. */
export function everything() {
  return { text: "", picked: new Map(), sort: null, shown: null, page: 1 };
}

/** The view that an address's query asks for. `columns` are the names that exist. */
export function read(query, columns) {
  const said = new URLSearchParams(query);
  const view = everything();
  view.text = (said.get("text") ?? "").slice(0, LONGEST_TEXT);
  for (const facet of FACETS.keys()) {
    const values = said.getAll(facet).filter((value) => value !== "");
    if (values.length) view.picked.set(facet, new Set(values));
  }
  view.sort = sort_of(said.get("sort") ?? "", columns);
  view.shown = shown_of(said.get("columns"), columns);
  const page = Number(said.get("page"));
  view.page = Number.isSafeInteger(page) && page > 0 ? page : 1;
  return view;
}

function sort_of(said, columns) {
  const down = said.startsWith("-");
  const column = down ? said.slice(1) : said;
  return columns.includes(column) ? { column, down } : null;
}

function shown_of(said, columns) {
  if (said === null) return null;
  const asked = new Set([...said.split(","), ...FIXED]);
  return columns.filter((name) => asked.has(name));
}

/** The query that asks for a view; empty for a view of everything. */
export function written(view) {
  const said = new URLSearchParams();
  if (view.text) said.set("text", view.text);
  for (const [facet, values] of view.picked) {
    for (const value of values) said.append(facet, value);
  }
  if (view.sort) said.set("sort", (view.sort.down ? "-" : "") + view.sort.column);
  if (view.shown) said.set("columns", view.shown.filter((name) => !FIXED.includes(name)).join(","));
  if (view.page > 1) said.set("page", String(view.page));
  const query = said.toString();
  return query && `?${query}`;
}

/** The view with a value of a facet picked, or no longer picked; on its first page. */
export function toggled(view, facet, value) {
  const values = new Set(view.picked.get(facet));
  if (!values.delete(value)) values.add(value);
  const picked = new Map(view.picked);
  if (values.size) picked.set(facet, values);
  else picked.delete(facet);
  return { ...view, picked, page: 1 };
}

/** The view sorted by a column: up first, then down, then no longer. */
export function sorted(view, column) {
  const now = view.sort?.column === column ? view.sort : null;
  const sort = now === null ? { column, down: false } : now.down ? null : { column, down: true };
  return { ...view, sort, page: 1 };
}
