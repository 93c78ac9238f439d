// Keyboard shortcuts. Those of a single character can be turned off, and rest while somebody types.

import { $ } from "./dom.js";
import { tell } from "./shared.js";

const TYPING = "input, textarea, select";
const KEPT = "citewell-single-keys";

export function startKeys() {
  const dialog = $("shortcuts"), single = $("single-keys");
  try { single.checked = localStorage.getItem(KEPT) !== "off"; } catch { single.checked = true; }
  single.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, single.checked ? "on" : "off"); } catch { /* it holds until the reload */ }
  });
  $("keys").addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    const other = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (other || dialog.open || !single.checked || event.target.closest?.(TYPING)) return;
    if (event.key === "?") dialog.showModal();
    else if (event.key === "/") toQuestion();
    else if (/^[1-9]$/.test(event.key)) document.querySelector(`.exchange:last-child .mark[data-marker="${event.key}"]`)?.click();
    else return;
    event.preventDefault();
  });
}

function toQuestion() {
  tell("show", "ask");
  $("question").focus();
}
