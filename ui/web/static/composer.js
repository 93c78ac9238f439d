// Around the question box: what questions are limited to, and the conversation as a file.

import { post } from "./api.js";
import { $, el, shielded } from "./dom.js";
import { shared, tell } from "./shared.js";

const EXPORTS = [["markdown", "Conversation as Markdown"], ["html", "Conversation as HTML"], ["json", "Conversation as JSON"],
  ["bibtex", "Cited papers as BibTeX"], ["ris", "Cited papers as RIS"], ["csl-json", "Cited papers as CSL-JSON"]];

export function startExports() {
  const menu = $("export");
  $("export-items").append(...EXPORTS.map(([kind, label]) => el("a", { href: `/page/export/${kind}`, download: "" }, label)));
  menu.addEventListener("click", (event) => { if (event.target.tagName === "A") menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
}

export function chips(where) {
  shared.where = where;
  const years = where.year_from || where.year_to ? `Years ${where.year_from ?? "…"} to ${where.year_to ?? "…"}` : null;
  const told = [years, where.page && `Page ${where.page}`, where.title && `Title has “${where.title}”`].filter(Boolean);
  const off = shielded(async () => { tell("filter", (await post("/page/filter", {})).where); });
  $("chips").replaceChildren(...(told.length ? [el("span", { class: "chip" }, `Only: ${told.join(", ")}`,
    el("button", { type: "button", "aria-label": "Ask all papers again", onclick: off }, "×"))] : []));
}
