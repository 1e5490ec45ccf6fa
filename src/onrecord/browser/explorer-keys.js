/*
 * The explorer without a mouse: `/` to search, arrows or `j` and `k` from row to row, Escape back.
 *
 * Keys that are single letters or marks can be turned off, for those who speak to their computer.
 */

const OFF = "onrecord-explorer-keys-off";

/** Whether a reader turned single keys off; kept in the browser where it allows that. */
function remembered() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // It holds for this page then.
  }
}

const writes = (element) => element.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

/** What the keys do in an explorer. */
export function keys_of(explorer) {
  let off = remembered();

  function go_to(row) {
    const [first, end] = explorer.window;
    if (row < 0 && first > 0) return turn(explorer.view.page - 1, true);
    if (row >= end - first && end < explorer.rows.length) return turn(explorer.view.page + 1, false);
    explorer.current = Math.max(0, Math.min(row, end - first - 1));
    explorer.draw();
    focus();
  }

  function turn(page, last) {
    explorer.turn(page);
    const [first, end] = explorer.window;
    explorer.current = last ? end - first - 1 : 0;
    explorer.draw();
    focus();
  }

  function focus() {
    explorer.at(`tr[data-at="${explorer.current}"] a`)?.focus();
  }

  function to_search(event) {
    event.preventDefault();
    explorer.at("#explorer-text").focus();
    explorer.at("#explorer-text").select();
  }

  const moves = new Map([
    ["ArrowDown", 1],
    ["ArrowUp", -1],
    ["j", 1],
    ["k", -1],
  ]);

  return {
    get off() {
      return off;
    },

    turn_off(value) {
      off = value;
      remember(off);
      explorer.draw();
    },

    /** Before the page's own keys: Material's search has `/` too. */
    anywhere(event) {
      if (event.key !== "/" || off || !plain(event) || writes(event.target)) return;
      event.stopImmediatePropagation();
      to_search(event);
    },

    in_search(event) {
      if (event.key === "ArrowDown" && explorer.rows.length) {
        event.preventDefault();
        go_to(0);
      } else if (event.key === "Escape" && explorer.view.text) {
        event.preventDefault();
        explorer.type("");
      } else if (event.key === "Enter") {
        explorer.typed();
      }
    },

    in_rows(event) {
      if (!plain(event) || (off && event.key.length === 1)) return;
      const last = explorer.window[1] - explorer.window[0] - 1;
      if (moves.has(event.key)) go_to(explorer.current + moves.get(event.key));
      else if (event.key === "Home") go_to(0);
      else if (event.key === "End") go_to(last);
      else if (event.key === "Escape") to_search(event);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
