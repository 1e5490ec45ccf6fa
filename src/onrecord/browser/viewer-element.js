/** An element. Whatever is no node becomes text; nothing is ever read as markup. */
export function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Nodes of a sentence of ours in which commands stand between backticks. */
export function prose(said) {
  return said.split("`").map((piece, at) => (at % 2 ? element("code", {}, piece) : piece));
}
