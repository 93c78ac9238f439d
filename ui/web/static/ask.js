// The conversation: asking, streaming, stopping, and what can be done with an answer.

import { converse, get, post } from "./api.js";
import { answerBody, footer, growingAnswer, working } from "./answer.js";
import { chips, startExports } from "./composer.js";
import { $, count, el, shielded, toast } from "./dom.js";
import { shared, on, tell } from "./shared.js";

const HINT = "Enter asks, Shift + Enter begins a new line.";
const EDITING = "Asking replaces that question and what follows it. Esc leaves it as it is.";
const BROKEN = "citewell-asking"; // the question that is being answered, kept for a reload in the middle

let exchanges = [];
let status = { ready: false, doing: "Opening the papers" };
let running = null;

export function startAsk() {
  const box = $("question");
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  box.addEventListener("input", grow);
  box.addEventListener("keydown", inBox);
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
  $("stop").addEventListener("click", stop);
  $("clear").addEventListener("click", clear);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && running) stop(); });
  startExports();
  on("filter", chips);
  on("ready", restore);
  leaveEdit();
  toBox();
  grow();
}

export function showStatus(now) {
  status = now;
  if (!exchanges.length && !running) draw();
}

function inBox(event) {
  const box = $("question");
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  } else if (event.key === "ArrowUp" && !box.value && exchanges.length && !running) {
    event.preventDefault();
    edit(exchanges.at(-1));
  } else if (event.key === "Escape" && box.dataset.insteadOf) {
    box.value = "";
    leaveEdit();
    grow();
  }
}

function grow() {
  const box = $("question");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

// On a touch screen the focus would bring up the keyboard over what one wants to read.
function toBox() {
  if (matchMedia("(pointer: fine)").matches) $("question").focus({ preventScroll: true });
}

const restore = shielded(async () => {
  const kept = await get("/page/conversation");
  if (running) return;
  exchanges = kept.exchanges;
  setCurrent(exchanges.at(-1) ?? null);
  tell("filter", kept.where);
  draw();
  const broken = sessionStorage.getItem(BROKEN);
  sessionStorage.removeItem(BROKEN);
  if (broken && exchanges.at(-1)?.question !== broken) failed(begin(broken).root, broken, "The reload broke this answer off.");
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
  const screen = (title, ...parts) => el("div", { class: "welcome" }, el("h2", {}, title), ...parts);
  if (status.failed) return screen("The papers could not be opened", el("p", { class: "notice bad" }, status.failed));
  if (!status.ready) return screen("Ask your papers", working(status.doing || "Starting"));
  if (!status.papers) {
    return screen("This library is empty", el("p", {}, "Add saved listing pages, BibTeX, RIS or JSON Lines files, and ask them here."),
      el("button", { class: "primary", onclick: () => tell("show", "library") }, "Add papers"));
  }
  return screen("Ask your papers",
    el("p", {}, `${status.label}: ${count(status.papers, "paper")}. Every sentence of an answer is cited, and checked against what it cites.`),
    el("div", { class: "examples", role: "group", "aria-label": "Example questions" },
      status.examples.map((one) => el("button", { type: "button", onclick: () => ask(one) }, one))));
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
  $("hint").textContent = EDITING;
  grow();
  box.focus();
}

function leaveEdit() {
  delete $("question").dataset.insteadOf;
  $("hint").textContent = HINT;
}

// An exchange at the end of the log that has no answer yet.
function begin(question) {
  const { box, grow: more } = growingAnswer(), told = working("Looking for papers");
  const root = el("article", { class: "exchange" }, el("h2", { class: "asked" }, question), box, told);
  if (!exchanges.length) $("log").replaceChildren();
  $("log").append(root);
  toEnd();
  return { root, more, told };
}

async function ask(text, insteadOf = Number($("question").dataset.insteadOf) || 0) {
  const question = text.trim();
  if (!question || running) return;
  if (!status.ready) return toast("One moment: the papers are still being opened.");
  $("question").value = "";
  leaveEdit();
  grow();
  running = new AbortController();
  busy(true);
  sessionStorage.setItem(BROKEN, question);
  if (insteadOf) exchanges = exchanges.filter((one) => one.number < insteadOf);
  draw();
  const live = begin(question);
  try {
    let ended = false;
    for await (const now of converse(question, insteadOf, running.signal)) ended ||= show(live, question, now); // the last one comes twice
    if (!ended) stopped(live.root, question);
  } catch (error) {
    if (error.name === "AbortError") stopped(live.root, question);
    else failed(live.root, question, error.message);
  }
  sessionStorage.removeItem(BROKEN);
  running = null;
  busy(false);
}

function show(live, question, now) {
  live.more(now);
  if (now.exchange) finish(live.root, now.exchange);
  else if (now.error) failed(live.root, question, now.error);
  else if (now.stopped) stopped(live.root, question);
  else live.told.textContent = doing(now);
  return Boolean(now.exchange || now.error || now.stopped);
}

function finish(root, exchange) {
  const marks = (place) => [...place.querySelectorAll(".mark")];
  const focused = marks(root).indexOf(document.activeElement), open = marks(root).findIndex((one) => one.hasAttribute("aria-current"));
  const whole = article(exchange);
  exchanges.push(exchange);
  root.replaceWith(whole);
  marks(whole)[focused]?.focus();
  marks(whole)[open]?.setAttribute("aria-current", "true");
  setCurrent(exchange);
  $("export").hidden = $("clear").hidden = false;
}

function doing(now) {
  if (now.stage === "generate") return "Writing; each sentence is checked when it is finished";
  return { retrieve: "Looking for papers", compose: "Choosing the sentences", quote: "Quoting the papers instead" }[now.stage] ?? "Working";
}

function stopped(root, question) {
  ended(root, question, el("p", { class: "notice" }, "Stopped."));
}

function failed(root, question, message) {
  ended(root, question, el("p", { class: "notice bad", role: "alert" }, message));
}

function ended(root, question, notice) {
  root.querySelector(".working")?.remove();
  root.append(notice, el("button", { class: "secondary", onclick: () => ask(question) }, "Ask again"));
}

const stop = shielded(async () => {
  const { stopped: was } = await post("/page/stop");
  if (!was) running?.abort();
});

const clear = shielded(async () => {
  await post("/page/conversation/clear");
  exchanges = [];
  setCurrent(null);
  leaveEdit();
  draw();
  $("question").focus();
});

function busy(yes) {
  const held = document.activeElement;
  const free = [null, document.body, $("question"), $("stop"), $("send")].includes(held) || !held.isConnected;
  shared.asking = yes;
  $("send").hidden = yes;
  $("stop").hidden = !yes;
  $("log").setAttribute("aria-busy", String(yes));
  if (free && yes) $("stop").focus({ preventScroll: true });
  else if (free) toBox();
}
