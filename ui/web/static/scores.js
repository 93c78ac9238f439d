// Scores: the runs of the evaluation harness, one run's figures and questions, and two runs compared.

import { get } from "./api.js";
import { $, count, el, shielded, svg } from "./dom.js";
import { on } from "./shared.js";

const VERDICTS = { same: "no clear difference", worse: "worse", better: "better" };
let detail = null;

export function startScores() {
  on("tab", (name) => { if (name === "scores") load(); });
}

const number = (value, digits = 3) => (value === null || value === undefined ? "–" : value.toFixed(digits));
const num = (text) => el("td", { class: "num" }, text);
const interval = (one) => (one.low === null ? "–" : `${number(one.low)} to ${number(one.high)}`);

// A heading in brackets stands over figures.
function table(label, heads, rows) {
  const head = heads.map((one) => el("th", { scope: "col", class: Array.isArray(one) ? "num" : null }, [one].flat()));
  return el("div", { class: "tablebox", tabindex: "0", role: "region", "aria-label": label },
    el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)));
}

const load = shielded(async () => {
  const { runs, folder, judged } = await get("/page/runs");
  detail = el("div", { "aria-live": "polite" });
  const usable = runs.filter((one) => one.finished);
  const parts = runs.length ? [list(runs), usable.length > 1 ? comparer(usable) : "", detail] : [empty(folder)];
  $("panel-scores").replaceChildren(el("h1", {}, "Scores"), ...parts, thumbs(judged));
});

function empty(folder) {
  return el("section", { class: "card" }, el("h2", {}, "No runs yet"),
    el("p", {}, `Runs of the evaluation harness in ${folder} are shown here. Make one in a terminal:`),
    el("pre", {}, "citewell eval run --split dev --out runs/first"));
}

function thumbs(judged) {
  return el("section", { class: "card" }, el("h2", {}, "Your thumbs"),
    judged ? el("p", { class: "row" }, `${count(judged, "answer")} judged Good or Bad.`, el("a", { href: "/page/feedback/candidates.jsonl", download: "" }, "Download them as candidates for a gold set"))
      : el("p", { class: "soft" }, "Judge an answer Good or Bad, and it is kept here as a candidate for a gold set."));
}

function list(runs) {
  const row = (one) => el("tr", {},
    el("td", {}, one.finished ? el("button", { class: "link", onclick: () => open(one.name) }, one.name) : one.name),
    num(one.questions), el("td", {}, one.problem ?? (one.finished ? "finished" : "not finished")));
  return el("section", { class: "card" }, el("h2", {}, "Runs"), table("Runs", ["Run", ["Questions"], "State"], runs.map(row)));
}

function comparer(runs) {
  const pick = (label, at) => {
    const box = el("select", { "aria-label": label }, runs.map((one) => el("option", { value: one.name }, one.name)));
    box.selectedIndex = at;
    return box;
  };
  const a = pick("First run", 0), b = pick("Second run", 1);
  const compare = shielded(async () => show(comparison(await get("/page/runs/compare", { a: a.value, b: b.value }))));
  return el("section", { class: "card" }, el("h2", {}, "Compare"),
    el("div", { class: "row" }, a, el("span", {}, "with"), b, el("button", { class: "secondary", onclick: compare }, "Compare")));
}

function show(...parts) {
  detail.replaceChildren(...parts);
  detail.scrollIntoView({ block: "nearest" });
}

const open = shielded(async (name) => {
  const run = await get("/page/runs/one", { name });
  const rows = run.rows.filter((one) => one.value !== null);
  const questions = el("div", {});
  const behind = (metric) => {
    questions.replaceChildren(questionsBehind(run, metric));
    questions.scrollIntoView();
  };
  // some figures are worked out over the whole run and have no questions of their own
  const named = (metric) => (scoredBy(run, metric).length ? el("button", { class: "link", title: "The questions behind it", onclick: () => behind(metric) }, metric) : metric);
  const row = (one) => el("tr", {}, el("td", {}, named(one.metric)),
    num(number(one.value)), num(interval(one)), el("td", {}, plot(one)), num(one.scored));
  show(el("section", { class: "card" }, el("h2", {}, run.name), el("p", { class: "soft small" }, "Choose a metric to see the questions behind it."),
    table("Metrics", ["Metric", ["Value"], ["95% interval"], "Plot", ["Questions"]], rows.map(row))), questions);
});

function scoredBy(run, metric) {
  return run.questions.filter((one) => (one.scores[metric] ?? null) !== null);
}

function questionsBehind(run, metric) {
  const scored = scoredBy(run, metric).sort((x, y) => x.scores[metric] - y.scores[metric]);
  const answer = (one) => el("details", {}, el("summary", { class: "soft small" }, "Answer"), el("p", { class: "small" }, one.answer));
  const row = (one) => el("tr", {}, el("td", {}, one.question, answer(one)), el("td", {}, one.outcome), num(number(one.scores[metric])));
  return el("section", { class: "card" }, el("h2", {}, `Questions behind ${metric}`), el("p", { class: "soft small" }, "The lowest first."),
    table("Questions", ["Question", "Outcome", [metric]], scored.map(row)));
}

function comparison({ a, b, differences }) {
  const kind = (one) => (!one.significant ? "same" : one.worse ? "worse" : "better");
  const row = (one) => el("tr", {}, el("td", {}, one.metric), num(number(one.a)), num(number(one.b)), num(number(one.b - one.a)), num(interval(one)),
    el("td", {}, around(one, kind(one))), num(number(one.adjusted)), el("td", { class: "verdict-of" }, VERDICTS[kind(one)]));
  return el("section", { class: "card" }, el("h2", {}, `${b} against ${a}`),
    el("p", { class: "soft small" }, `Each difference is ${b} less ${a}, question by question; p is adjusted for the number of metrics.`),
    table("Differences", ["Metric", [a], [b], ["Difference"], ["95% interval"], "Plot", ["p"], "Verdict"], differences.map(row)));
}

function plot({ value, low, high }) {
  if (value < 0 || value > 1) return "";
  const x = (v) => 200 * v;
  return drawing(svg("rect", { class: "track", width: 200, height: 12, rx: 2 }), svg("rect", { class: "bar", width: x(value), height: 12, rx: 2 }),
    low === null ? "" : svg("line", { class: "range", x1: x(low), x2: x(high), y1: 6, y2: 6 }));
}

function around(one, kind) {
  const x = (v) => 100 + 96 * Math.max(-1, Math.min(1, v));
  return drawing(svg("line", { class: "axis", x1: 4, x2: 196, y1: 6, y2: 6 }), svg("line", { class: "zero", x1: 100, x2: 100, y1: 0, y2: 12 }),
    svg("line", { class: "range", x1: x(one.low), x2: x(one.high), y1: 6, y2: 6 }), svg("circle", { class: kind, cx: x(one.b - one.a), cy: 6, r: 4 }));
}

function drawing(...shapes) {
  return svg("svg", { class: "plot", viewBox: "0 0 200 12", "aria-hidden": "true" }, ...shapes);
}
