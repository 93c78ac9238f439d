// The panel beside the answer: the paper, with exactly the cited span highlighted.

import { get, post } from "./api.js";
import { $, count, el, narrow, shielded, slice, toast } from "./dom.js";
import { unpeek } from "./peek.js";
import { shared, on, tell } from "./shared.js";

let cameFrom = null;
let asked = 0;
let opened = false; // whether a card was opened while the answer was made: it stays when that is finished

export function startEvidence() {
  sources(null);
  on("current", (exchange) => { if (!opened) sources(exchange); opened = false; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
}

function close() {
  const panel = $("evidence");
  if (!panel.classList.contains("open")) return;
  panel.classList.remove("open");
  cameFrom?.focus();
}

function closer() {
  return el("button", { class: "quiet icon close sheet", "aria-label": "Close the evidence", onclick: close }, "×");
}

function sources(exchange) {
  const answer = exchange?.answer;
  if (answer?.abstained) return nothing("No sources", "Nothing was cited, because the papers do not hold the answer. The closest ones are named beside it.");
  if (!answer?.citations.length) return nothing("Every sentence rests on something", "Choose a numbered mark in an answer, and the abstract that it cites opens here, with the exact words highlighted.");
  const papers = new Map();
  for (const one of answer.citations) papers.set(one.paper_id, [...(papers.get(one.paper_id) ?? []), one]);
  const items = [...papers.values()].map((cited) => el("li", {},
    el("button", { class: "title", onclick: (event) => openPaper(cited[0].paper_id, event.currentTarget) }, cited[0].title),
    el("div", { class: "marks" }, cited.map(mark))));
  $("evidence").replaceChildren(closer(), el("p", { class: "kicker" }, "Evidence"), el("h2", {}, "Sources of this answer"), el("ul", { class: "sources" }, items));
}

function nothing(title, text) {
  $("evidence").replaceChildren(closer(), el("p", { class: "kicker" }, "Evidence"), el("h2", {}, title), el("p", { class: "soft" }, text));
}

// The numbered button that opens a citation.
export function mark(citation) {
  return el("button", { class: "mark", type: "button", "data-marker": citation.marker, "aria-label": `Citation ${citation.marker}: ${citation.title}`,
    onclick: (event) => openCitation(citation, event.currentTarget) }, String(citation.marker));
}

function openCitation(citation, from) {
  unpeek();
  document.querySelector(".mark[aria-current]")?.removeAttribute("aria-current");
  from.setAttribute("aria-current", "true");
  const whole = citation.start === 0 && citation.end === 0;
  return openPaper(citation.paper_id, from, whole ? null : citation, citation.marker);
}

export const openPaper = shielded(async (id, from = null, span = null, marker = null) => {
  const ticket = ++asked;
  cameFrom = from ?? document.activeElement;
  opened = shared.asking;
  const paper = await get("/page/paper", { id });
  if (ticket !== asked) return;
  const panel = $("evidence");
  panel.replaceChildren(...card(paper, span, marker));
  panel.classList.add("open");
  tell("opened", id);
  if (narrow()) panel.focus({ preventScroll: true });
  panel.scrollTop = 0;
  const words = panel.querySelector("mark");
  if (words && words.getBoundingClientRect().bottom > panel.getBoundingClientRect().bottom - 16) words.scrollIntoView({ block: "center" });
});

function card(paper, span, marker) {
  const back = shared.current?.answer.citations.length
    ? el("button", { class: "quiet", onclick: () => sources(shared.current) }, "← All sources") : null;
  return [closer(), el("p", { class: "kicker" }, marker ? `Citation ${marker}` : "Paper"),
    el("h2", {}, paper.title), facts(paper), el("h3", {}, "Abstract"), abstract(paper.abstract, span),
    paper.nearest.length ? el("h3", {}, "Nearest papers") : null,
    el("ul", { class: "near" }, paper.nearest.map((one) => el("li", {},
      el("button", { onclick: (event) => openPaper(one.id, event.currentTarget) }, one.title)))),
    el("div", { class: "row" }, back, remover(paper))].filter(Boolean);
}

function abstract(text, span) {
  const box = el("div", { class: "abstract" });
  if (!text) box.append("This paper came without an abstract.");
  else if (!span) box.append(text);
  else box.append(slice(text, 0, span.start), el("mark", {}, slice(text, span.start, span.end)), slice(text, span.end));
  return box;
}

function facts(paper) {
  const authors = paper.authors.length ? paper.authors.join(", ") : paper.authors_count ? count(paper.authors_count, "author") : null;
  const known = [["Date", paper.date], ["Authors", authors], ["From", paper.organisation], ["Venue", paper.venue],
    ["Pages", paper.pages.join(", ")], ...Object.entries(paper.identifiers).map(([name, value]) => [{ doi: "DOI", arxiv: "arXiv", pmid: "PMID" }[name], value]),
    ...paper.links.map((link) => ["Link", el("a", { href: link, target: "_blank", rel: "noopener noreferrer nofollow" }, link)])];
  return el("dl", { class: "facts" }, known.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]).flat());
}

function remover(paper) {
  if (shared.fixed) return null;
  const remove = shielded(async () => {
    if (!confirm(`Remove “${paper.title}” from this library? It will not come back when its file is read again.`)) return;
    await post("/page/library/remove", { ids: [paper.id] });
    toast("The paper was removed.");
    sources(shared.current);
    tell("library");
  });
  return el("button", { class: "quiet", onclick: remove }, "Remove this paper");
}
