// The library: choose an index, add papers after seeing the plan.

import { get, post, send } from "./api.js";
import { $, count, el, shielded, toast } from "./dom.js";
import { on, shared, tell } from "./shared.js";

const COUNTS = [["added", "Added"], ["changed", "Changed"], ["merged", "Merged"], ["deleted", "Removed"], ["unchanged", "Unchanged"], ["rejected", "Rejected"]];
let libraries = { current: "", libraries: [] };
let work = null;

export function startLibrary() {
  on("tab", (name) => { if (name === "library") load(); });
  on("ready", load);
}

const load = shielded(async () => {
  libraries = await get("/page/library");
  shared.fixed = libraries.libraries.find((one) => one.name === libraries.current)?.fixed ?? true;
  if (!work) build();
  choices();
});

function build() {
  work = { choices: el("fieldset", { class: "choices" }), plan: el("div", { class: "plan", "aria-live": "polite" }), target: el("select", {}) };
  const input = el("input", { type: "file", id: "files", class: "sr", multiple: true, onchange: () => plan([...input.files]) });
  const drop = el("div", { class: "drop", ondragover: (event) => { event.preventDefault(); drop.classList.add("over"); }, ondragleave: () => drop.classList.remove("over"),
    ondrop: (event) => { event.preventDefault(); drop.classList.remove("over"); plan([...event.dataTransfer.files]); } },
  el("p", {}, "Drop saved listing pages, JSON Lines, BibTeX or RIS files here, or"), input, el("label", { for: "files" }, "Choose files"));
  const name = el("input", { type: "text", maxlength: 40, "aria-label": "Name of the new library", placeholder: "Name" });
  const create = shielded(async () => { await post("/page/library/create", { name: name.value }); name.value = ""; await load(); toast("Made. Add papers to it below."); });
  $("panel-library").replaceChildren(el("h1", {}, "Library"),
    el("section", { class: "card" }, work.choices,
      el("form", { class: "row", onsubmit: (event) => { event.preventDefault(); create(); } }, name, el("button", { class: "secondary" }, "New library")),
      el("p", { class: "soft small" }, "To take a paper out, open it among the Papers and remove it there.")),
    el("section", { class: "card" }, el("h2", {}, "Add papers"), el("p", { class: "soft" }, "You see what would change before anything does."),
      el("label", { class: "row target" }, el("span", { class: "small soft" }, "Add to"), work.target), drop, work.plan));
}

function choices() {
  work.choices.replaceChildren(el("legend", {}, el("h2", {}, "Which papers are asked")), ...libraries.libraries.map((one) => el("label", { class: "choice" },
    el("input", { type: "radio", name: "library", value: one.name, checked: one.name === libraries.current, disabled: !one.exists, onchange: () => choose(one.name) }),
    el("span", {}, one.label, one.exists ? "" : el("span", { class: "soft small" }, "no papers yet")))));
  const open = libraries.libraries.filter((one) => !one.fixed);
  const before = work.target.value;
  work.target.replaceChildren(...open.map((one) => el("option", { value: one.name }, one.label)));
  work.target.value = open.some((one) => one.name === before) ? before : open.some((one) => one.name === libraries.current) ? libraries.current : open[0]?.name;
}

const choose = shielded(async (name) => {
  try { libraries = await post("/page/library/choose", { name }); } finally { choices(); }
  tell("library");
  toast("Questions are now asked of that library.");
});

const plan = shielded(async (files) => {
  if (!files.length) return;
  work.plan.replaceChildren(el("p", { class: "working" }, `Reading ${count(files.length, "file")}`));
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  form.append("target", work.target.value);
  $("files").value = "";
  try { showPlan(await send("/page/library/plan", form)); } catch (error) { work.plan.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message)); }
});

function report(job) {
  const counts = el("dl", { class: "counts" }, COUNTS.map(([key, label]) => el("div", {}, el("dt", {}, label), el("dd", {}, job.report[key]))));
  const rejects = job.report.rejects.length ? [el("h3", {}, "What cannot be read"), el("div", { class: "tablebox", tabindex: "0", role: "region", "aria-label": "Rejected records" }, el("table", {},
    el("thead", {}, el("tr", {}, ["Where", "Why"].map((one) => el("th", { scope: "col" }, one)))),
    el("tbody", {}, job.report.rejects.map((one) => el("tr", {}, el("td", { class: "ids" }, one.line ? `${one.file}, line ${one.line}` : one.file), el("td", { class: "ids" }, one.reason))))))] : [];
  return [counts, ...rejects];
}

function showPlan(job) {
  const notice = job.error ? el("p", { class: "notice bad", role: "alert" }, job.error) : "";
  const apply = shielded(async () => follow(await post("/page/library/apply", { token: job.token })));
  const discard = shielded(async () => { await post("/page/library/discard", { token: job.token }); work.plan.replaceChildren(); });
  const nothing = !job.report.added && !job.report.changed && !job.report.merged && !job.report.deleted;
  work.plan.replaceChildren(el("h2", {}, "The plan"), notice, ...report(job), nothing ? el("p", { class: "notice" }, "There is nothing to add.") : "",
    el("div", { class: "row" }, nothing ? "" : el("button", { class: "primary", onclick: apply }, "Apply"), el("button", { class: "secondary", onclick: discard }, nothing ? "Close" : "Discard")));
}

async function follow(job) {
  const bar = el("progress", { max: 1, "aria-label": "Progress" }), told = el("p", { class: "soft small" });
  work.plan.replaceChildren(el("h2", {}, "Adding the papers"), bar, told);
  while (job.state === "running") {
    if (job.total) { bar.max = job.total; bar.value = job.done; }
    told.textContent = job.total ? `${job.stage}: ${job.done} of ${job.total}` : job.stage;
    await new Promise((done) => setTimeout(done, 300));
    job = await get("/page/library/job", { token: job.token });
  }
  if (job.state === "planned") return showPlan(job);
  if (job.state === "failed") return work.plan.replaceChildren(el("p", { class: "notice bad", role: "alert" }, job.error));
  work.plan.replaceChildren(el("h2", {}, "Done"), ...report(job), el("button", { class: "primary", onclick: () => choose(job.library) }, "Ask these papers"));
  await load();
  tell("library");
}
