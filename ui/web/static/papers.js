// The corpus: a table of thousands of rows of which only the visible ones exist, filters, and the map.

import { get, post } from "./api.js";
import { openPaper } from "./evidence.js";
import { $, count, el, shielded, toast } from "./dom.js";
import { drawMap, lightUp } from "./map.js";
import { citedPapers, on, shared, tell } from "./shared.js";

const ROW = 42;
const COLUMNS = [["title", "Title"], ["date", "Date"], ["authors", "Authors"], ["pages", "Pages"]];

let all = [];
let shown = [];
let sort = { by: "title", down: false };
let stale = true;
let parts = null;

export function startPapers() {
  on("tab", (name) => { if (name === "papers" && stale) load(); });
  on("ready", () => { stale = true; if (!$("panel-papers").hidden) load(); });
  on("filter", (where) => { if (parts) fillForm(where); });
  on("current", () => { if (parts) { rows(); lightUp(citedPapers()); } });
  on("opened", (id) => lightUp(citedPapers(), id));
}

const load = shielded(async () => {
  stale = false;
  if (!parts) build();
  all = (await get("/page/papers")).papers;
  const pages = [...new Set(all.flatMap((one) => one.pages))].sort();
  parts.page.replaceChildren(el("option", { value: "" }, "All pages"), ...pages.map((one) => el("option", { value: one }, one)));
  fillForm(shared.where);
  parts.drawing.hidden = false;
  const chart = await get("/page/map");
  parts.drawing.hidden = true;
  drawMap(parts.map, parts.legend, parts.tip, chart, new Map(all.map((one) => [one.id, one.title])), openPaper);
  filter();
});

function field(label, input) {
  return el("label", { class: "field" }, el("span", {}, label), input);
}

function build() {
  const text = (hint, more = {}) => el("input", { type: "text", placeholder: hint, oninput: filter, ...more });
  parts = { search: text("Any word"), title: text("Words"), from: text("2023", { inputmode: "numeric", maxlength: 4 }), to: text("2026", { inputmode: "numeric", maxlength: 4 }),
    page: el("select", { onchange: filter }), told: el("p", { class: "soft small", role: "status" }), body: el("tbody", {}), heads: el("tr", {}),
    map: document.createElementNS("http://www.w3.org/2000/svg", "svg"), legend: el("ul", { class: "legend" }), tip: el("div", { class: "maptip", hidden: true, "aria-hidden": "true" }), drawing: el("p", { class: "working" }, "Drawing the map") };
  parts.box = el("div", { class: "tablebox tall", tabindex: "0", role: "region", "aria-label": "Papers", onscroll: rows },
    el("table", { class: "papers" }, el("thead", {}, parts.heads), parts.body));
  const apply = el("button", { class: "secondary", onclick: applyToQuestions }, "Ask only these");
  const home = el("section", { class: "mapbox", "aria-label": "Map" }, el("h2", {}, "Map"),
    el("p", { class: "soft small" }, "Papers that say similar things lie close together; a click opens one. Those that the current answer cites are ringed."),
    parts.drawing, el("div", { class: "mapframe" }, parts.map, parts.tip), parts.legend);
  const toMap = el("button", { class: "link small", onclick: () => { home.scrollIntoView(); home.querySelector(".dot[tabindex='0']")?.focus({ preventScroll: true }); } }, "To the map");
  $("panel-papers").replaceChildren(el("h1", {}, "Papers"),
    el("div", { class: "filters" }, field("Find", parts.search), field("Title has", parts.title), field("From year", parts.from), field("To year", parts.to), field("Page", parts.page), apply),
    el("div", { class: "row apart under-filters" }, parts.told, toMap), parts.box, home);
  heads();
}

function fillForm(where) {
  parts.title.value = where.title ?? "";
  parts.from.value = where.year_from ?? "";
  parts.to.value = where.year_to ?? "";
  parts.page.value = where.page ?? "";
  filter();
}

function heads() {
  parts.heads.replaceChildren(...COLUMNS.map(([key, label]) => {
    const here = sort.by === key;
    const turn = () => { sort = { by: key, down: here && !sort.down }; heads(); filter(); };
    return el("th", { class: `c-${key}`, scope: "col", "aria-sort": here ? (sort.down ? "descending" : "ascending") : "none" },
      el("button", { onclick: turn }, label, el("span", { "aria-hidden": "true" }, here ? (sort.down ? " ↓" : " ↑") : "")));
  }));
}

function keyOf(paper) {
  return { title: paper.title.toLowerCase(), date: String(paper.year ?? "") + paper.date, authors: paper.authors_count ?? -1, pages: paper.pages[0] ?? "" }[sort.by];
}

function filter() {
  const words = (box) => box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const find = words(parts.search), title = words(parts.title);
  const from = Number(parts.from.value) || null, to = Number(parts.to.value) || null, page = parts.page.value;
  let undated = 0;
  shown = all.filter((one) => {
    const name = one.title.toLowerCase(), whole = `${name} ${one.date} ${one.pages.join(" ")}`.toLowerCase();
    if (!find.every((word) => whole.includes(word)) || !title.every((word) => name.includes(word)) || (page && !one.pages.includes(page))) return false;
    if ((from || to) && one.year === null) { undated += 1; return false; }
    return (!from || one.year >= from) && (!to || one.year <= to);
  });
  shown.sort((a, b) => { const x = keyOf(a), y = keyOf(b); return (x < y ? -1 : x > y ? 1 : 0) * (sort.down ? -1 : 1); });
  const left = undated ? ` ${count(undated, "paper")} left out because their year is unknown.` : "";
  parts.told.textContent = shown.length ? `${count(shown.length, "paper")} of ${all.length.toLocaleString("en")}.${left}` : `No paper matches.${left}`;
  parts.box.scrollTop = 0;
  rows();
  lightUp(citedPapers(), undefined, new Set(shown.map((one) => one.id)));
}

function files(pages) {
  return pages.length > 1 ? [el("span", { class: "two" }, pages[0]), el("span", { class: "soft small" }, `and ${pages.length - 1} more`)] : pages[0] ?? "";
}

function rows() {
  const first = Math.max(0, Math.floor(parts.box.scrollTop / ROW) - 10);
  const last = Math.min(shown.length, first + Math.ceil((parts.box.clientHeight || 700) / ROW) + 20);
  const cited = citedPapers();
  const spacer = (size) => {
    const cell = el("td", { colspan: matchMedia("(max-width: 640px)").matches ? 2 : COLUMNS.length });
    cell.style.height = `${size * ROW}px`;
    return el("tr", { class: "spacer", "aria-hidden": "true" }, cell);
  };
  parts.body.replaceChildren(...(first ? [spacer(first)] : []), ...shown.slice(first, last).map((one) => el("tr", { class: cited.has(one.id) ? "cited" : null },
    el("td", {}, el("button", { title: one.title, onclick: (event) => openPaper(one.id, event.currentTarget) }, el("span", { class: "two" }, one.title))),
    el("td", { class: "c-date" }, one.date), el("td", { class: "c-authors" }, one.authors_count ?? ""), el("td", { class: "c-pages", title: one.pages.join(", ") }, files(one.pages)))),
    ...(last < shown.length ? [spacer(shown.length - last)] : []));
}

const applyToQuestions = shielded(async () => {
  const set = await post("/page/filter", { title: parts.title.value, year_from: parts.from.value, year_to: parts.to.value, page: parts.page.value });
  tell("filter", set.where);
  toast(set.papers ? `Questions are now asked of ${count(set.papers, "paper")}.` : "No paper matches that filter: questions will find nothing.");
});
