/*
 * The table of the explorer: a window of the rows found.
 */
import { html, nothing } from "./vendor/lit-html.js";

/** A real table; its roles are said too, because on a narrow screen its rows are drawn as cards. */
export function table(explorer) {
  const [first, end] = explorer.window;
  const rows = explorer.rows.slice(first, end);
  return html`<div class="explorer-wide"><table class="explorer-table" role="table" aria-rowcount=${explorer.rows.length + 1} aria-label="Statements">
    <thead role="rowgroup"><tr role="row" aria-rowindex="1">${explorer.shown.map((name) => head(explorer, name))}</tr></thead>
    <tbody role="rowgroup" @keydown=${(event) => explorer.keys.in_rows(event)} @focusin=${(event) => follow(explorer, event)}>
      ${rows.map((row, at) => line(explorer, row, at, first))}
    </tbody>
  </table></div>`;
}

/** The keys go on from the row that the reader clicked or tabbed to. */
function follow(explorer, event) {
  const at = Number(event.target.closest("tr")?.dataset.at);
  if (at === explorer.current || Number.isNaN(at)) return;
  explorer.current = at;
  explorer.draw();
}

function head(explorer, name) {
  const { sort } = explorer.view;
  const now = sort?.column !== name ? "none" : sort.down ? "descending" : "ascending";
  const mark = { none: "", ascending: "▲", descending: "▼" }[now];
  return html`<th role="columnheader" scope="col" aria-sort=${now} data-column=${name}><button type="button"
    @click=${() => explorer.sort(name)}>${explorer.statements.column(name).label}<span aria-hidden="true"
    class="explorer-mark">${mark}</span></button></th>`;
}

function line(explorer, row, at, first) {
  const tab = at === explorer.current ? "0" : "-1";
  return html`<tr role="row" aria-rowindex=${first + at + 2} data-at=${at}>${explorer.shown.map((name) => {
    const column = explorer.statements.column(name);
    const inside = content(explorer.statements, column, row, tab);
    return name === "proposition"
      ? html`<th role="rowheader" scope="row" data-column=${name}>${inside}</th>`
      : html`<td role="cell" data-column=${name} data-label=${column.label}>${inside}</td>`;
  })}</tr>`;
}

/** A value in its cell: a link where there is a page about it, the term beside its plain words. */
function content(statements, column, row, tab) {
  const words = column.words(row);
  if (column.name === "statement_id") return link(statements.place(row), words, tab);
  if (words === "") return column.name === "proposition" ? link(statements.place(row), "no claim", tab) : nothing;
  const address = column.address(row);
  if (address) return link(address, words, tab);
  if (column.terms && column.name.endsWith("factuality")) {
    return html`${words} <code>${column.value(row)}</code>`;
  }
  return html`<span dir="auto" class=${column.name === "excerpt" ? "explorer-words" : ""}>${words}</span>`;
}

function link(address, words, tab) {
  return html`<a href=${address} tabindex=${tab} dir="auto">${words}</a>`;
}
