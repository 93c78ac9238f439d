// The conversation: asking, streaming, stopping, and what can be done with an answer.

import { converse, get, post } from "./api.js";
import { answerBody, footer, working } from "./answer.js";
import { $, count, el, shielded, toast } from "./dom.js";
import { shared, on, tell } from "./shared.js";

const EXPORTS = [["markdown", "Conversation as Markdown"], ["html", "Conversation as HTML"], ["json", "Conversation as JSON"],
  ["bibtex", "Cited papers as BibTeX"], ["ris", "Cited papers as RIS"], ["csl-json", "Cited papers as CSL-JSON"]];

let exchanges = [];
let status = { ready: false, doing: "Opening the papers" };
let running = null;

export function startAsk() {
  const box = $("question");
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("composer").requestSubmit(); }
  });
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
  $("stop").addEventListener("click", stop);
  $("clear").addEventListener("click", clear);
  $("export-items").append(...EXPORTS.map(([kind, label]) => el("a", { href: `/page/export/${kind}`, download: "" }, label)));
  $("export").addEventListener("click", (event) => { if (event.target.tagName === "A") $("export").open = false; });
  document.addEventListener("click", (event) => { if (!$("export").contains(event.target)) $("export").open = false; });
  on("filter", chips);
  on("ready", restore);
  box.focus();
  grow();
}

export function showStatus(now) {
  status = now;
  if (!exchanges.length && !running) draw();
}

function grow() {
  const box = $("question");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

const restore = shielded(async () => {
  const kept = await get("/page/conversation");
  if (running) return;
  exchanges = kept.exchanges;
  setCurrent(exchanges.at(-1) ?? null);
  tell("filter", kept.where);
  draw();
});

function setCurrent(exchange) {
  shared.current = exchange;
  tell("current", exchange);
}

function draw() {
  $("log").replaceChildren(...(exchanges.length ? exchanges.map(article) : [welcome()]));
  $("export").hidden = $("clear").hidden = !exchanges.length;
  toEnd();
}

function toEnd() {
  const log = $("log");
  const last = log.querySelector(".exchange:last-child");
  log.scrollTop = last ? last.offsetTop - log.offsetTop - 20 : 0;
}

function welcome() {
  if (status.failed) return el("div", { class: "welcome" }, el("h2", {}, "The papers could not be opened"), el("p", { class: "notice bad" }, status.failed));
  if (!status.ready) return el("div", { class: "welcome" }, el("h2", {}, "Ask your papers"), working(status.doing || "Starting"));
  if (!status.papers) return el("div", { class: "welcome" }, el("h2", {}, "This library is empty"), el("p", {}, "Add saved listing pages, BibTeX, RIS or JSON Lines files, and ask them here."),
    el("button", { class: "primary", onclick: () => tell("show", "library") }, "Add papers"));
  return el("div", { class: "welcome" }, el("h2", {}, "Ask your papers"),
    el("p", {}, `${count(status.papers, "paper")} in ${status.label}. Every sentence of an answer is cited, and checked against what it cites.`),
    el("div", { class: "examples", role: "group", "aria-label": "Example questions" }, status.examples.map((one) => el("button", { type: "button", onclick: () => ask(one) }, one))));
}

function article(exchange) {
  return el("article", { class: "exchange", "data-number": exchange.number, "aria-label": `Question ${exchange.number}` },
    el("h2", { class: "asked" }, exchange.question), answerBody(exchange.answer),
    footer(exchange, { retry: () => ask(exchange.question, exchange.number), edit: () => edit(exchange) }));
}

function edit(exchange) {
  const box = $("question");
  box.value = exchange.question;
  box.dataset.insteadOf = exchange.number;
  $("hint").textContent = "Asking again replaces that question and what follows it.";
  grow();
  box.focus();
}

async function ask(text, insteadOf = Number($("question").dataset.insteadOf) || 0) {
  const question = text.trim();
  if (!question || running) return;
  if (!status.ready) return toast("One moment: the papers are still being opened.");
  const box = $("question");
  box.value = "";
  delete box.dataset.insteadOf;
  $("hint").textContent = "Enter asks, Shift + Enter begins a new line.";
  grow();
  const live = el("article", { class: "exchange" }, el("h2", { class: "asked" }, question), working("Looking for papers"));
  running = new AbortController();
  busy(true);
  if (insteadOf) exchanges = exchanges.filter((one) => one.number < insteadOf);
  draw();
  if (!exchanges.length) $("log").replaceChildren();
  $("log").append(live);
  toEnd();
  try {
    let ended = false;
    for await (const now of converse(question, insteadOf, running.signal)) ended ||= show(live, question, now); // the last one comes twice
    if (!ended) stopped(live, question);
  } catch (error) {
    failed(live, question, error.name === "AbortError" ? null : error.message);
  }
  running = null;
  busy(false);
}

function show(live, question, now) {
  if (now.exchange) {
    exchanges.push(now.exchange);
    live.replaceWith(article(now.exchange));
    setCurrent(now.exchange);
    $("export").hidden = $("clear").hidden = false;
  } else if (now.error) failed(live, question, now.error);
  else if (now.stopped) stopped(live, question, now);
  else live.replaceChildren(live.firstChild, answerBody(now, true), working(doing(now)));
  return Boolean(now.exchange || now.error || now.stopped);
}

function doing(now) {
  return { retrieve: "Looking for papers", compose: "Choosing the sentences", verify: "Checking each sentence" }[now.stage] ?? "Working";
}

function stopped(live, question, now = null) {
  live.replaceChildren(live.firstChild, ...(now ? [answerBody(now, true)] : []),
    el("p", { class: "notice" }, "Stopped."), again(question));
}

function failed(live, question, message) {
  live.replaceChildren(live.firstChild, message ? el("p", { class: "notice bad", role: "alert" }, message) : el("p", { class: "notice" }, "Stopped."), again(question));
}

function again(question) {
  return el("button", { class: "secondary", onclick: () => ask(question) }, "Ask again");
}

const stop = shielded(async () => {
  const { stopped: was } = await post("/page/stop");
  if (!was) running?.abort();
});

const clear = shielded(async () => {
  await post("/page/conversation/clear");
  exchanges = [];
  setCurrent(null);
  draw();
  $("question").focus();
});

function busy(yes) {
  $("send").hidden = yes;
  $("stop").hidden = !yes;
  $("log").setAttribute("aria-busy", String(yes));
  (yes ? $("stop") : $("question")).focus({ preventScroll: true });
}

function chips(where) {
  shared.where = where;
  const years = where.year_from || where.year_to ? `Years ${where.year_from ?? "…"} to ${where.year_to ?? "…"}` : null;
  const told = [years, where.page && `Page ${where.page}`, where.title && `Title has “${where.title}”`].filter(Boolean);
  const off = shielded(async () => { tell("filter", (await post("/page/filter", {})).where); });
  $("chips").replaceChildren(...(told.length ? [el("span", { class: "chip" }, told.join(", "),
    el("button", { type: "button", "aria-label": "Ask all papers again", onclick: off }, "×"))] : []));
}
