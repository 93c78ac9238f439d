"use strict";
const questions = [...document.querySelectorAll(".question")];
const [search, kind, state, count] = ["search", "kind", "status", "count"].map((id) => document.getElementById(id));
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let kept = 0;
  for (const row of questions) {
    const { kind: k, status: s, words: text } = row.dataset;
    row.hidden = !((!kind.value || k === kind.value) && (!state.value || s === state.value)
      && words.every((word) => text.includes(word)));
    kept += !row.hidden;
  }
  count.textContent = `${kept} of ${questions.length}`;
}
for (const control of [search, kind, state]) control.addEventListener("input", filter);
document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.classList.contains("dark")
    || (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", !dark);
  root.classList.toggle("light", dark);
});
