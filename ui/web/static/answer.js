// An answer: sentences with their marks, an abstention, and the quiet line below.

import { post } from "./api.js";
import { mark, openPaper } from "./evidence.js";
import { copyText, el, shielded, toast } from "./dom.js";
import { peekable } from "./peek.js";

const ABSTAINED = {
  not_in_corpus: "Not in these papers",
  not_stated: "Not stated in these abstracts",
  false_premise: "The question assumes what the papers do not say",
};

export function working(text) {
  return el("p", { class: "working" }, text);
}

export function answerBody(answer) {
  const box = el("div", { class: "answer" });
  if (answer.abstained) box.append(abstention(answer));
  else if (answer.listed) box.append(el("p", { class: "lead" }, answer.reason));
  if (!answer.abstained) box.append(...answer.sentences.map((one) => sentenceView(one, answer.citations, answer.listed)));
  if (!answer.abstained && !answer.sentences.length) box.append(el("p", { class: "sentence" }, answer.text));
  if (!answer.abstained && answer.reason && !answer.listed) box.append(el("p", { class: "notice" }, answer.reason));
  if (answer.unknown_markers.length) {
    box.append(el("p", { class: "notice bad" }, `The model cited what it was not given: ${answer.unknown_markers.join(", ")}`));
  }
  return box;
}

// An answer while it is made: finished sentences stay the nodes that they are, so that one can read and click them.
export function growingAnswer() {
  const box = el("div", { class: "answer" });
  const pending = el("p", { class: "sentence pending" });
  let shown = 0;
  function grow(now) {
    if (now.sentences.length < shown) { box.replaceChildren(); shown = 0; }
    pending.remove();
    for (; shown < now.sentences.length; shown += 1) box.append(sentenceView(now.sentences[shown], now.citations));
    pending.textContent = now.pending;
    if (now.pending) box.append(pending);
  }
  return { box, grow };
}

// named: the sentence stands for a paper in a list of papers, and the paper's title above it.
function sentenceView(sentence, citations, named = false) {
  const cited = sentence.markers.map((n) => citations.find((one) => one.marker === n)).filter(Boolean);
  const view = el("p", { class: `sentence ${sentence.verdict}` }, named && cited.length ? el("strong", { class: "of" }, cited[0].title) : null, el("span", { class: "words" }, sentence.text), cited.map(mark));
  if (sentence.verdict !== "supported") view.append(doubt(sentence));
  peekable(view, cited, sentence);
  return view;
}

function doubt(sentence) {
  const sure = sentence.support === null ? "" : ` Support: ${Math.round(sentence.support * 100)}%.`;
  const why = `${sentence.note ?? "The cited words do not clearly support this sentence."}${sure}`;
  return el("button", { class: "verdict", type: "button", title: why, "aria-label": `${sentence.verdict}: ${why}`, onclick: () => toast(why) }, sentence.verdict);
}

function abstention(answer) {
  const nearest = answer.nearest.map((one) =>
    el("li", {}, el("button", { type: "button", onclick: (event) => openPaper(one.paper_id, event.currentTarget) }, one.title)));
  return el("div", { class: "abstention" },
    el("h3", {}, ABSTAINED[answer.outcome] ?? "No answer"),
    el("p", {}, answer.reason ?? answer.text),
    nearest.length ? [el("p", { class: "kicker" }, "Closest papers"), el("ul", { class: "near" }, nearest)] : null);
}

export function footer(exchange, { retry, edit }) {
  const copy = button("Copy", shielded(async () => {
    await copyText(asText(exchange.answer));
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  }), { "aria-live": "polite" });
  return el("div", { class: "foot" }, copy, button("Ask again", retry), button("Edit", edit), ...thumbs(exchange),
    el("span", { class: "spent" }, `${spent(exchange.seconds)} · ${exchange.answer.model === "extractive" ? "quoted, no model" : exchange.answer.model}`));
}

function thumbs(exchange) {
  const judge = (good) => shielded(async () => {
    exchange.good = exchange.good === good ? null : good;
    await post("/page/feedback", { number: exchange.number, good: exchange.good });
    press();
    toast(exchange.good === null ? "Taken back." : "Kept on this machine. Thank you.");
  });
  const up = button("Good", judge(true), { "aria-label": "Good answer" }), down = button("Bad", judge(false), { "aria-label": "Bad answer" });
  const press = () => {
    up.setAttribute("aria-pressed", String(exchange.good === true));
    down.setAttribute("aria-pressed", String(exchange.good === false));
  };
  press();
  return [up, down];
}

// What "Copy" takes along: the sentences with their marks, and below them what each mark stands for.
function asText(answer) {
  if (answer.abstained) return answer.text;
  const doubt = (one) => (one.verdict === "supported" ? "" : ` (${one.verdict})`);
  const text = answer.sentences.map((one) => `${one.text}${one.markers.map((n) => ` [${n}]`).join("")}${doubt(one)}`).join("\n");
  const sources = answer.citations.map((one) => `[${one.marker}] ${one.title}${one.quote ? `: “${one.quote}”` : ""}`);
  return [text || answer.text, sources.join("\n")].filter(Boolean).join("\n\n");
}

function spent(seconds) {
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

function button(label, onclick, more = {}) {
  return el("button", { class: "quiet", type: "button", onclick, ...more }, label);
}
