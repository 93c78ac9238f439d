// Building the page. Text from papers, models and people only ever becomes text nodes: nothing here parses HTML.

export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export const $ = (id) => document.getElementById(id);

// The words of citewell count characters as Python does: by code point, not by UTF-16 unit.
export function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

export function count(number, one, many = `${one}s`) {
  return `${Number(number).toLocaleString("en")} ${number === 1 ? one : many}`;
}

// Whether the evidence is a sheet over the page rather than a column beside the answer.
export function narrow() {
  return matchMedia("(max-width: 1020px)").matches;
}

// Pages that are not served over TLS or from this machine have no clipboard of the modern kind.
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = el("textarea", { class: "sr", "aria-hidden": "true" });
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("This browser does not let a page copy; select the text instead.");
}

let hiding;
export function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("on");
  clearTimeout(hiding);
  hiding = setTimeout(() => $("toast").classList.remove("on"), 4000);
}

export function shielded(work) {
  return async (...given) => {
    try { return await work(...given); } catch (error) { toast(error.message); }
  };
}
