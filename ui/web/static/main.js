// The frame: tabs, theme, and waiting until questions can be asked.

import { startAsk, showStatus } from "./ask.js";
import { startEvidence } from "./evidence.js";
import { startKeys } from "./keys.js";
import { startLibrary } from "./library.js";
import { startModels } from "./models.js";
import { startPapers } from "./papers.js";
import { startScores } from "./scores.js";
import { get } from "./api.js";
import { $, count } from "./dom.js";
import { on, tell } from "./shared.js";

const tabs = [...document.querySelectorAll("[role=tab]")];
const WITH_EVIDENCE = new Set(["ask", "papers"]);

function show(name, focus = false) {
  for (const tab of tabs) {
    const here = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    $(`panel-${tab.dataset.tab}`).hidden = !here;
    if (here && focus) tab.focus();
  }
  document.querySelector(".frame").classList.toggle("single", !WITH_EVIDENCE.has(name));
  $("evidence").classList.remove("open");
  const hash = name === "ask" ? "" : `#${name}`;
  if (location.hash !== hash) history.replaceState(null, "", location.pathname + location.search + hash);
  tell("tab", name);
}

for (const [n, tab] of tabs.entries()) {
  tab.addEventListener("click", () => show(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (n + step + tabs.length) % tabs.length : null;
    if (to !== null) { event.preventDefault(); show(tabs[to].dataset.tab, true); }
  });
}

$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("citewell-theme", root.dataset.theme); } catch { /* the choice lasts until the reload */ }
});

async function status() {
  let now;
  try { now = await get("/page/status"); } catch (error) { now = { ready: false, doing: "", failed: error.message }; }
  showStatus(now);
  $("signout").hidden = !now.signed_in;
  if (now.ready) {
    document.title = `citewell: ${count(now.papers, "paper")}`;
    $("about").textContent = `${now.label} · ${count(now.papers, "paper")}`;
    tell("ready", now);
  } else if (!now.failed) setTimeout(status, 500);
}

on("library", status);
on("show", show);
startKeys();
startEvidence();
startAsk();
startPapers();
startLibrary();
startModels();
startScores();
const asked = location.hash.slice(1);
show(tabs.some((tab) => tab.dataset.tab === asked) ? asked : "ask");
status();
