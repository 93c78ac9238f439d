// What a sentence rests on, shown while the pointer rests on it. By keyboard the marks and verdicts say the same.

import { el } from "./dom.js";

const AFTER = 350; // ms
let waiting;
let last = "";
let moved = false; // whether the pointer moved, or only the page under it

document.addEventListener("pointermove", (event) => {
  const here = `${event.clientX} ${event.clientY}`;
  moved = here !== last;
  last = here;
}, { capture: true });

export function peekable(view, cited, sentence) {
  let here = false;
  view.addEventListener("pointermove", (event) => {
    if (here || !moved || event.pointerType !== "mouse") return;
    here = true;
    waiting = setTimeout(() => peek(view, cited, sentence), AFTER);
  });
  view.addEventListener("pointerleave", () => { here = false; unpeek(); });
}

export function unpeek() {
  clearTimeout(waiting);
  document.querySelector(".peek")?.remove();
}

function peek(view, cited, sentence) {
  const home = view.closest(".exchange");
  if (!home || (!cited.length && !sentence.note)) return;
  unpeek();
  const shown = cited.slice(0, 2).map((one) => [el("strong", {}, one.title), el("p", {}, one.quote ? `“${one.quote}”` : "From the paper's metadata.")]).flat();
  if (sentence.verdict !== "supported") shown.push(el("p", {}, sentence.note ?? "Not clearly supported."));
  const box = el("div", { class: "peek", "aria-hidden": "true" }, shown);
  box.style.top = `${view.offsetTop + view.offsetHeight + 4}px`;
  home.append(box);
}
