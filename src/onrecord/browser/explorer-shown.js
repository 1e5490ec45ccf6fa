/*
 * What the explorer shows: search, filters, the table, and what can be done with it.
 */
import { html, nothing, render } from "./vendor/lit-html.js";
import { FIXED, LONGEST_TEXT } from "./explorer-view.js";
import { table } from "./explorer-table.js";

const SHORT = 8; // values of a facet before "all"
const MANY = 200; // values of a facet at most; the others are found by name
const number = (value) => value.toLocaleString("en");
const statements_in = (value) => `${number(value)} statement${value === 1 ? "" : "s"}`;

/** Show an explorer in its place. */
export function shown_in(explorer) {
  render(whole(explorer), explorer.place);
}

function whole(explorer) {
  const open = explorer.open.has("filters");
  const picked = [...explorer.view.picked.values()].reduce((sum, values) => sum + values.size, 0);
  return html`
    <a class="explorer-skip" href="#explorer-results">Skip to the statements</a>
    ${search(explorer)} ${chosen(explorer)}
    <div class="explorer-body">
      <div class="explorer-side">
        <button type="button" class="explorer-narrow" aria-expanded=${open} aria-controls="explorer-filters"
          @click=${() => flip(explorer, "filters")}>Filters${picked ? ` (${picked})` : nothing}</button>
        <section id="explorer-filters" class=${open ? "explorer-filters" : "explorer-filters explorer-shut"}
          aria-label="Filters">${explorer.facets.map((facet) => filter(explorer, facet))}</section>
      </div>
      <section class="explorer-main" id="explorer-results" tabindex="-1" aria-label="Statements">
        ${said(explorer)} ${tools(explorer)} ${explorer.rows.length ? table(explorer) : none(explorer)} ${pager(explorer)}
        <p class="explorer-note">A file holds every statement of this view and the columns shown, as recorded. A
          spreadsheet may read a cell that begins with = or - as a formula: import CSV as text.</p>
      </section>
    </div>
  `;
}

function flip(explorer, name) {
  if (!explorer.open.delete(name)) explorer.open.add(name);
  explorer.draw();
}

function search(explorer) {
  return html`<div class="explorer-search" role="search" aria-label="Statements">
    <label for="explorer-text">Search all statements</label>
    <input id="explorer-text" type="search" maxlength=${LONGEST_TEXT} autocomplete="off" spellcheck="false" dir="auto"
      .value=${explorer.view.text}
      @input=${(event) => explorer.type(event.target.value)} @blur=${() => explorer.typed()}
      @keydown=${(event) => explorer.keys.in_search(event)}>
  </div>`;
}

/** The filters that hold, each with a button to take it off. */
function chosen(explorer) {
  const picked = explorer.facets.flatMap((facet) =>
    [...(explorer.view.picked.get(facet.name) ?? [])].map((value) => ({ facet, value })),
  );
  if (!picked.length && !explorer.view.text) return nothing;
  return html`<div class="explorer-chosen" role="group" aria-label="Filters that hold">
    ${explorer.view.text ? chip("Search", explorer.view.text, true, () => explorer.go({ ...explorer.view, text: "", page: 1 })) : nothing}
    ${picked.map(({ facet, value }) =>
      chip(facet.label, facet.words(value), facet.knows(value), () => explorer.toggle(facet.name, value)),
    )}
    <button type="button" class="explorer-clear" @click=${() => explorer.clear()}>Clear all</button>
  </div>`;
}

function chip(label, words, known, off) {
  return html`<button type="button" class="explorer-chip" @click=${off}>
    <span class="explorer-hidden">Take off the filter </span>${label}: <bdi>${words}</bdi>${known ? nothing : " (not in these data)"}
    <span class="explorer-cross" aria-hidden="true">×</span></button>`;
}

function filter(explorer, facet) {
  const open = explorer.open.has(facet.name);
  const id = `explorer-facet-${facet.name}`;
  return html`<fieldset class="explorer-facet">
    <legend><button type="button" aria-expanded=${open} aria-controls=${id}
      @click=${() => flip(explorer, facet.name)}>${facet.label}</button></legend>
    <div id=${id} ?hidden=${!open}>${open ? values(explorer, facet) : nothing}</div>
  </fieldset>`;
}

function values(explorer, facet) {
  const { listed, left } = listed_values(explorer, facet);
  const long = explorer.long.has(facet.name);
  const counts = explorer.counts.get(facet.name);
  return html`
    ${long && facet.values.length > 2 * SHORT ? finder(explorer, facet) : nothing}
    <ul class="explorer-values">${listed.map((code) => choice(explorer, facet, facet.values[code], counts[code]))}</ul>
    ${left ? html`<p class="explorer-note">${number(left)} more: find them by name.</p>` : nothing}
    ${facet.values.length > SHORT
      ? html`<button type="button" class="explorer-more" aria-expanded=${long} @click=${() => lengthen(explorer, facet)}>
          ${long ? "Show fewer" : `Show all ${number(facet.values.length)}`}<span class="explorer-hidden">: ${facet.label}</span></button>`
      : nothing}
  `;
}

/** The numbers of the values listed: the first few and all that were picked, or all that fit the name looked for. */
function listed_values(explorer, facet) {
  const name = explorer.long.get(facet.name);
  const kept = explorer.kept.get(facet.name);
  const counted = facet.order.length <= SHORT + 1;
  if (name === undefined) {
    const listed = facet.order.filter((code, at) => counted || at < SHORT || kept?.has(facet.values[code]));
    return { listed, left: 0 };
  }
  const wanted = name.toLowerCase();
  const fitting = facet.order.filter((code) => facet.words(facet.values[code]).toLowerCase().includes(wanted));
  return { listed: fitting.slice(0, MANY), left: Math.max(0, fitting.length - MANY) };
}

function lengthen(explorer, facet) {
  if (!explorer.long.delete(facet.name)) explorer.long.set(facet.name, "");
  explorer.draw();
}

function finder(explorer, facet) {
  return html`<input type="search" class="explorer-find" aria-label=${`Find by name: ${facet.label}`} placeholder="Find by name"
    autocomplete="off" .value=${explorer.long.get(facet.name)}
    @input=${(event) => {
      explorer.long.set(facet.name, event.target.value);
      explorer.draw();
    }}>`;
}

function choice(explorer, facet, value, count) {
  const words = facet.words(value);
  const term = facet.name === "certainty" && words !== value ? html` <code>${value}</code>` : nothing;
  return html`<li><label class=${count ? "" : "explorer-none"}>
    <input type="checkbox" .checked=${Boolean(explorer.view.picked.get(facet.name)?.has(value))}
      @change=${() => explorer.toggle(facet.name, value)}>
    <span dir="auto">${words}${term}</span> <span class="explorer-count">${number(count)}</span></label></li>`;
}

/** How many are shown of how many, said aloud when it changes. */
function said(explorer) {
  const { rows, statements, view, found } = explorer;
  const [first, end] = explorer.window;
  const all = rows.length === statements.count;
  const order = view.sort ? "" : found ? ", best match first" : ", in reading order";
  return html`<p class="explorer-said" role="status" aria-live="polite" aria-atomic="true">
    Showing <strong>${number(rows.length)}</strong> of ${statements_in(statements.count)}${all || rows.length ? order : nothing}.
    ${found?.near ? "No statement has all these words; these have words spelled like them." : nothing}
    ${rows.length > end - first ? `Rows ${number(first + 1)} to ${number(end)} are in the table.` : nothing}
  </p>`;
}

function none(explorer) {
  return html`<p>No statement fits. <button type="button" class="explorer-clear" @click=${() => explorer.clear()}>Clear
    search and filters</button></p>`;
}

function tools(explorer) {
  const panels = ["columns", "keys"];
  const labels = { columns: "Columns", keys: "Keyboard" };
  const close = (event) => {
    const open = panels.find((name) => explorer.open.has(name));
    if (event.key !== "Escape" || !open) return;
    flip(explorer, open);
    explorer.at(`[aria-controls="explorer-${open}"]`).focus();
  };
  const toggle = (name) => {
    panels.filter((other) => other !== name).forEach((other) => explorer.open.delete(other));
    flip(explorer, name);
  };
  return html`<div class="explorer-tools" @keydown=${close}>
    <button type="button" @click=${() => explorer.download("csv")}>Download CSV</button>
    <button type="button" @click=${() => explorer.download("json")}>Download JSON</button>
    ${panels.map((name) => html`<button type="button" aria-expanded=${explorer.open.has(name)} aria-controls=${`explorer-${name}`}
      @click=${() => toggle(name)}>${labels[name]}</button>`)}
    <div id="explorer-columns" class="explorer-panel" ?hidden=${!explorer.open.has("columns")}>${columns(explorer)}</div>
    <div id="explorer-keys" class="explorer-panel" ?hidden=${!explorer.open.has("keys")}>${keys(explorer)}</div>
  </div>`;
}

function columns(explorer) {
  return html`<fieldset><legend>Columns shown and downloaded</legend><ul>${explorer.columns.map((name) => html`<li><label>
    <input type="checkbox" .checked=${explorer.shown.includes(name)} ?disabled=${FIXED.includes(name)}
      @change=${() => explorer.choose(name)}> ${explorer.statements.column(name).label}</label></li>`)}</ul></fieldset>`;
}

function keys(explorer) {
  return html`<dl>
      <div><dt><kbd>/</kbd></dt><dd>to the search</dd></div>
      <div><dt><kbd>↓</kbd> <kbd>↑</kbd> or <kbd>j</kbd> <kbd>k</kbd></dt><dd>from the search into the table, and from row to row</dd></div>
      <div><dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>first and last row in the table</dd></div>
      <div><dt><kbd>Enter</kbd></dt><dd>open the claim of the row</dd></div>
      <div><dt><kbd>Esc</kbd></dt><dd>from the table back to the search; in the search, empty it</dd></div>
    </dl>
    <label><input type="checkbox" .checked=${!explorer.keys.off}
      @change=${(event) => explorer.keys.turn_off(!event.target.checked)}>
      <span>Use <kbd>/</kbd>, <kbd>j</kbd> and <kbd>k</kbd></span></label>`;
}

function pager(explorer) {
  const { page } = explorer.view;
  if (explorer.pages === 1) return nothing;
  const turn = (label, to, can) => html`<button type="button" aria-disabled=${!can}
    @click=${() => can && explorer.turn(to)}>${label}</button>`;
  return html`<nav class="explorer-pager" aria-label="Pages of the table">
    ${turn("Previous", page - 1, page > 1)} <span>Page ${number(page)} of ${number(explorer.pages)}</span>
    ${turn("Next", page + 1, page < explorer.pages)}</nav>`;
}
