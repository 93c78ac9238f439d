// Scores: the runs of the evaluation harness, one run's figures and questions, and two runs compared.

import { get } from "./api.js";
import { $, el, shielded, svg } from "./dom.js";
import { on } from "./shared.js";

let detail = null;

export function startScores() {
  on("tab", (name) => { if (name === "scores") load(); });
}

const number = (value, digits = 3) => (value === null || value === undefined ? "–" : value.toFixed(digits));

function table(label, heads, rows) {
  return el("div", { class: "tablebox", tabindex: "0", role: "region", "aria-label": label }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map((one) => el("th", { scope: "col", class: Array.isArray(one) ? "num" : null }, [one].flat())))), el("tbody", {}, rows)));
}

const load = shielded(async () => {
  const { runs, folder } = await get("/page/runs");
  detail = el("div", { "aria-live": "polite" });
  const empty = el("div", { class: "card" }, el("h2", {}, "No runs yet"), el("p", {}, `Runs of the evaluation harness in ${folder} are shown here. Make one with:`), el("pre", {}, "citewell eval run --split dev --out runs/first"));
  const usable = runs.filter((one) => one.finished);
  $("panel-scores").replaceChildren(el("h1", {}, "Scores"), ...(runs.length ? [list(runs), usable.length > 1 ? comparer(usable) : "", detail] : [empty]));
});

function list(runs) {
  return el("section", { class: "card" }, el("h2", {}, "Runs"), table("Runs", ["Run", ["Questions"], "State"], runs.map((one) => el("tr", {},
    el("td", {}, one.finished ? el("button", { class: "quiet", onclick: () => open(one.name) }, one.name) : one.name), el("td", { class: "num" }, one.questions), el("td", {}, one.problem ?? (one.finished ? "finished" : "not finished"))))));
}

function comparer(runs) {
  const pick = (label, at) => { const box = el("select", { "aria-label": label }, runs.map((one) => el("option", { value: one.name }, one.name))); box.selectedIndex = at; return box; };
  const a = pick("First run", 0), b = pick("Second run", 1);
  return el("section", { class: "card" }, el("h2", {}, "Compare"), el("div", { class: "row" }, a, el("span", {}, "with"), b,
    el("button", { class: "secondary", onclick: shielded(async () => detail.replaceChildren(comparison(await get("/page/runs/compare", { a: a.value, b: b.value })))) }, "Compare")));
}

const open = shielded(async (name) => {
  const run = await get("/page/runs/one", { name });
  const rows = run.rows.filter((one) => one.value !== null);
  const questions = el("div", {});
  const behind = (metric) => questions.replaceChildren(el("h2", {}, `Questions behind ${metric}`), table("Questions", ["Question", "Outcome", [metric]], run.questions.filter((one) => one.scores[metric] !== undefined && one.scores[metric] !== null)
    .sort((x, y) => x.scores[metric] - y.scores[metric]).map((one) => el("tr", {}, el("td", {}, one.question, el("details", {}, el("summary", { class: "soft small" }, "Answer"), el("p", { class: "small" }, one.answer))), el("td", {}, one.outcome), el("td", { class: "num" }, number(one.scores[metric]))))));
  detail.replaceChildren(el("section", { class: "card" }, el("h2", {}, run.name), table("Metrics", ["Metric", ["Value"], ["95% interval"], "Plot", ["Questions"]], rows.map((one) => el("tr", {},
    el("td", {}, el("button", { class: "quiet", onclick: () => behind(one.metric) }, one.metric)), el("td", { class: "num" }, number(one.value)),
    el("td", { class: "num" }, one.low === null ? "–" : `${number(one.low)} to ${number(one.high)}`), el("td", {}, plot(one)), el("td", { class: "num" }, one.scored))))), questions);
});

function plot({ value, low, high }) {
  if (value < 0 || value > 1) return "";
  const x = (v) => 200 * v;
  return svg("svg", { class: "plot", viewBox: "0 0 200 12", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { class: "track", width: 200, height: 12, rx: 2 }), svg("rect", { class: "bar", width: x(value), height: 12, rx: 2 }),
    low === null ? "" : svg("line", { class: "range", x1: x(low), x2: x(high), y1: 6, y2: 6 }));
}

function comparison({ a, b, differences }) {
  const kind = (one) => (!one.significant ? "same" : one.worse ? "worse" : "better");
  return el("section", { class: "card" }, el("h2", {}, `${b} less ${a}`), table("Differences", ["Metric", [a], [b], ["Difference, 95%"], "Plot", ["p, adjusted"], "Verdict"], differences.map((one) => el("tr", {},
    el("td", {}, one.metric), el("td", { class: "num" }, number(one.a)), el("td", { class: "num" }, number(one.b)), el("td", { class: "num" }, `${number(one.b - one.a)} (${number(one.low)} to ${number(one.high)})`),
    el("td", {}, around(one, kind(one))), el("td", { class: "num" }, number(one.adjusted)), el("td", {}, { same: "no clear difference", worse: "worse", better: "better" }[kind(one)])))));
}

function around(one, kind) {
  const x = (v) => 100 + 100 * Math.max(-1, Math.min(1, v));
  return svg("svg", { class: "plot", viewBox: "0 0 200 12", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("line", { class: "zero", x1: 100, x2: 100, y1: 0, y2: 12 }), svg("line", { class: "range", x1: x(one.low), x2: x(one.high), y1: 6, y2: 6 }), svg("circle", { class: kind, cx: x(one.b - one.a), cy: 6, r: 4 }));
}
