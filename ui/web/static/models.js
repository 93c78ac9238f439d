// Models: what answers, what reads, what checks. A key is read from the environment and never comes here.

import { get, post } from "./api.js";
import { $, el, shielded, toast } from "./dom.js";
import { on } from "./shared.js";

export function startModels() {
  on("tab", (name) => { if (name === "models") load(); });
  on("ready", () => { if (!$("panel-models").hidden) load(); });
}

const load = shielded(async () => show(await get("/page/models")));

const use = shielded(async (choice) => {
  toast("Getting it ready …");
  try { show(await post("/page/models", choice)); } catch (error) { await load(); throw error; }
  toast("The next question uses it.");
});

function show(models) {
  const before = $("panel-models").querySelector("input[aria-label=Model]"); // somebody may be typing
  const typed = before?.value ?? "", held = before !== null && before === document.activeElement;
  $("panel-models").replaceChildren(el("h1", {}, "Models"), answering(models), checking(models),
    el("section", { class: "card" }, el("h2", {}, "What reads"), el("p", {}, el("strong", {}, models.embedding.name)),
      el("p", { class: "soft small" }, `The embedding that these papers are found by: ${models.embedding.dimension} numbers a passage. It belongs to the index; another one needs another index.`)),
    models.switchable ? "" : el("p", { class: "soft small" }, "This server is shared: its models are those that it was started with."));
  const now = $("panel-models").querySelector("input[aria-label=Model]");
  now.value = typed;
  if (held) now.focus();
}

function answering(models) {
  const name = el("input", { type: "text", "aria-label": "Model", placeholder: "provider:model", maxlength: 200, disabled: !models.switchable });
  const choose = (event) => { event.preventDefault(); if (name.value.trim()) use({ llm: name.value.trim() }); };
  const now = models.llm === "extractive" ? "no language model; answers quote the papers" : models.llm;
  return el("section", { class: "card" }, el("h2", {}, "What answers"), el("p", {}, "Now: ", el("strong", {}, now)),
    el("ul", { class: "list choices", "aria-label": "Providers" }, models.providers.map((one) => provider(one, name, models.switchable))),
    el("form", { class: "row", onsubmit: choose }, name, el("button", { class: "primary", disabled: !models.switchable }, "Use this model"),
      el("button", { class: "secondary", type: "button", disabled: !models.switchable, onclick: () => use({ llm: "extractive" }) }, "Use none: quote the papers")),
    el("p", { class: "soft small" }, "Keys are read from the environment when a model is first asked; they are neither shown nor kept."));
}

function provider(one, name, switchable) {
  const fill = () => { name.value = `${one.name}:`; name.focus(); };
  const title = switchable && one.name !== "extractive" && !one.lacks ? el("button", { class: "link", type: "button", onclick: fill }, one.name) : el("strong", {}, one.name);
  return el("li", { class: "choice" }, ...described(title, one));
}

function described(title, one) {
  const lacks = one.lacks ? el("span", { class: "small" }, `Needs ${one.lacks}`) : "";
  return [el("span", { class: "what" }, title, el("span", { class: "soft small" }, one.what), lacks),
    el("span", { class: one.lacks ? "badge no" : "badge yes" }, one.lacks ? "not yet" : "usable now")];
}

function checking(models) {
  return el("section", { class: "card" }, el("h2", {}, "What checks"),
    el("fieldset", { class: "choices" }, el("legend", { class: "soft small" }, "Each sentence of a model is checked against the words that it cites. Quotes need no check."),
      models.verifiers.map((one) => el("label", { class: "choice" },
        el("input", { type: "radio", name: "verifier", value: one.name, checked: one.name === models.verifier, disabled: Boolean(one.lacks) || !models.switchable, onchange: () => use({ verifier: one.name }) }),
        ...described(el("strong", {}, one.name), one)))));
}
