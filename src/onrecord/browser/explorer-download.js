/*
 * A view as a file: CSV as the project's own tables have it (formats.py), or JSON.
 */

const QUOTED = /[",\r\n]/;

function cell(value) {
  const text = value === null ? "" : String(value);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180 in UTF-8: CRLF, quotes only where they are needed, null as nothing, every value as recorded. */
export function as_csv(statements, rows, names) {
  const columns = names.map((name) => statements.column(name));
  const lines = rows.map((row) => columns.map((column) => cell(column.value(row))).join(","));
  return [names.join(","), ...lines, ""].join("\r\n");
}

/** What is shown of how many, by which query, and the statements as objects. */
export function as_json(statements, rows, names, query) {
  const columns = names.map((name) => statements.column(name));
  const said = {
    dataset: statements.dataset,
    view: query,
    showing: rows.length,
    of: statements.count,
    columns: names,
    statements: rows.map((row) => Object.fromEntries(columns.map((column) => [column.name, column.value(row)]))),
  };
  return `${JSON.stringify(said, null, 1)}\n`;
}

/** A file name that says what is in it: `onrecord-claims-0.1.0-40-of-129-statements.csv`. */
export function file_name(statements, rows, kind) {
  const { name, version } = statements.dataset;
  const said = [name ?? "onrecord", version, rows.length, "of", statements.count, "statements"].filter((part) => part !== null);
  return `${said.join("-").replace(/[^\w.-]+/g, "-")}.${kind}`;
}

/** Hand a text to the reader as a file. */
export function save(text, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
