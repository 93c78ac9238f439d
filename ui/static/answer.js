// An answer: sentences with their marks, an abstention, and the quiet line below.

import { post } from "./api.js";
import { openCitation, openPaper } from "./evidence.js";
import { el, shielded, toast } from "./dom.js";

const ABSTAINED = { not_in_corpus: "Not in these papers", not_stated: "Not stated in these abstracts", false_premise: "The question assumes what the papers do not say" };

export function working(text) {
  return el("p", { class: "working" }, text);
}

export function answerBody(answer, live = false) {
  const box = el("div", { class: "answer" });
  if (answer.abstained) box.append(abstention(answer));
  else for (const sentence of answer.sentences) box.append(sentenceView(sentence, answer.citations));
  if (answer.pending) box.append(el("p", { class: "sentence pending" }, answer.pending));
  if (live) return box;
  if (!answer.abstained && !answer.sentences.length) box.append(el("p", { class: "sentence" }, answer.text));
  if (!answer.abstained && answer.reason) box.append(el("p", { class: "notice small" }, answer.reason));
  if (answer.unknown_markers.length) box.append(el("p", { class: "notice bad small" }, `The model cited what it was not given: ${answer.unknown_markers.join(", ")}`));
  return box;
}

function sentenceView(sentence, citations) {
  const cited = sentence.markers.map((n) => citations.find((one) => one.marker === n)).filter(Boolean);
  const view = el("p", { class: `sentence ${sentence.verdict}` }, el("span", { class: "words" }, sentence.text), cited.map(mark));
  if (sentence.verdict !== "supported") view.append(doubt(sentence));
  view.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") peek(view, cited, sentence); });
  view.addEventListener("pointerleave", unpeek);
  return view;
}

function mark(citation) {
  const open = (event) => {
    document.querySelector(".mark[aria-current]")?.removeAttribute("aria-current");
    event.currentTarget.setAttribute("aria-current", "true");
    unpeek();
    openCitation(citation, event.currentTarget);
  };
  return el("button", { class: "mark", type: "button", "aria-label": `Citation ${citation.marker}: ${citation.title}`, onclick: open }, String(citation.marker));
}

function doubt(sentence) {
  const sure = sentence.support === null ? "" : ` Support: ${Math.round(sentence.support * 100)}%.`;
  const why = `${sentence.note ?? "The cited words do not clearly support this sentence."}${sure}`;
  return el("button", { class: "verdict", type: "button", title: why, "aria-label": `${sentence.verdict}: ${why}`, onclick: () => toast(why) }, sentence.verdict);
}

let waiting;
function peek(view, cited, sentence) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const home = view.closest(".exchange");
    if (!home || (!cited.length && !sentence.note)) return;
    unpeek();
    const shown = cited.slice(0, 2).map((one) => [el("strong", {}, one.title), el("p", {}, one.quote ? `“${one.quote}”` : "From the paper's metadata.")]).flat();
    if (sentence.verdict !== "supported") shown.push(el("p", {}, sentence.note ?? "Not clearly supported."));
    const box = el("div", { class: "peek", "aria-hidden": "true" }, shown);
    box.style.top = `${view.offsetTop + view.offsetHeight + 4}px`;
    box.style.left = "0px";
    home.append(box);
  }, 350);
}

function unpeek() {
  clearTimeout(waiting);
  document.querySelector(".peek")?.remove();
}

function abstention(answer) {
  return el("div", { class: "abstention" }, el("h3", {}, ABSTAINED[answer.outcome] ?? "No answer"), el("p", {}, answer.reason ?? answer.text),
    answer.nearest.length ? el("p", { class: "kicker" }, "Closest papers") : null,
    el("ul", { class: "near" }, answer.nearest.map((one) => el("li", {}, el("button", { type: "button", onclick: (event) => openPaper(one.paper_id, event.currentTarget) }, one.title)))));
}

export function footer(exchange, { retry, edit }) {
  const copy = shielded(async () => {
    await navigator.clipboard.writeText(exchange.answer.text);
    toast("Copied.");
  });
  const judged = [];
  const judge = (good) => shielded(async () => {
    await post("/page/feedback", { number: exchange.number, good });
    judged.forEach((one, n) => one.setAttribute("aria-pressed", String((n === 0) === good)));
    toast("Kept on this machine. Thank you.");
  });
  judged.push(button("Good", judge(true), { "aria-pressed": "false", "aria-label": "Good answer" }), button("Bad", judge(false), { "aria-pressed": "false", "aria-label": "Bad answer" }));
  const spent = exchange.seconds < 10 ? `${exchange.seconds.toFixed(1)} s` : `${Math.round(exchange.seconds)} s`;
  return el("div", { class: "foot" }, button("Copy", copy), button("Ask again", retry), button("Edit", edit), ...judged,
    el("span", { class: "spent" }, `${spent} · ${exchange.answer.model === "extractive" ? "quoted, no model" : exchange.answer.model}`));
}

function button(label, onclick, more = {}) {
  return el("button", { class: "quiet", type: "button", onclick, ...more }, label);
}
