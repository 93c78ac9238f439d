// Models: what answers, what reads, what checks. A key is read from the environment and never comes here.

import { get, post } from "./api.js";
import { $, el, shielded, toast } from "./dom.js";
import { on } from "./shared.js";

export function startModels() {
  on("tab", (name) => { if (name === "models") load(); });
  on("ready", () => { if (!$("panel-models").hidden) load(); });
}

const load = shielded(async () => show(await get("/page/models")));

function show(models) {
  $("panel-models").replaceChildren(el("h1", {}, "Models"), answering(models),
    el("section", { class: "card" }, el("h2", {}, "What reads"), el("p", {}, models.embedding.name), el("p", { class: "soft small" }, `The embedding of this index, ${models.embedding.dimension} numbers a passage. Another one needs another index.`)),
    el("section", { class: "card" }, el("h2", {}, "What checks"), el("p", {}, models.verifier ?? "The quoting composer needs no check: its sentences are the papers' own."), el("p", { class: "soft small" }, "Each sentence is checked against the words that it cites.")));
}

function answering(models) {
  const name = el("input", { type: "text", "aria-label": "Model", placeholder: "provider:model", maxlength: 200, disabled: !models.switchable });
  const use = (llm) => shielded(async () => { show(await post("/page/models", { llm })); toast("The next question uses it."); });
  return el("section", { class: "card" }, el("h2", {}, "What answers"), el("p", {}, "Now: ", el("strong", {}, models.llm)),
    el("div", { class: "tablebox", tabindex: "0", role: "region", "aria-label": "Providers" }, el("table", {}, el("thead", {}, el("tr", {}, ["Provider", "What it is", "Usable now"].map((one) => el("th", { scope: "col" }, one)))),
      el("tbody", {}, models.providers.map((one) => el("tr", {}, el("td", {}, one.name), el("td", {}, one.what), el("td", {}, el("span", { class: one.lacks ? "badge no" : "badge yes" }, one.lacks ? "no" : "yes"), one.lacks ? el("span", { class: "soft small" }, ` ${one.lacks}`) : "")))))),
    el("p", {}), el("div", { class: "row" }, name, el("button", { class: "primary", disabled: !models.switchable, onclick: () => use(name.value.trim())() }, "Use this model"),
      el("button", { class: "secondary", disabled: !models.switchable, onclick: use("extractive") }, "Use none: quote the papers")),
    el("p", { class: "soft small" }, models.switchable ? "Keys are read from the environment when a model is first asked; they are neither shown nor kept." : "On a shared server the models are those that it was started with."));
}
