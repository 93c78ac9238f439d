// The map of the corpus: a dot a paper. Arrow keys move between dots, Enter opens.

import { el, svg } from "./dom.js";

const WIDE = 960, HIGH = 540, EDGE = 24;
let dots = new Map();
let halos = null;
let within = null;
let open = null;

export function drawMap(home, legend, tip, chart, titles, onOpen) {
  dots = new Map();
  halos = svg("g", {});
  home.setAttribute("class", "map");
  home.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  home.setAttribute("role", "group");
  home.setAttribute("aria-label", "Map of the papers; arrow keys move between them, Enter opens one");
  home.replaceChildren(halos, ...chart.points.map((point, n) => dot(point, n, titles.get(point.paper_id) ?? "", tip, onOpen)));
  const used = new Set(chart.points.map((one) => one.group));
  legend.replaceChildren(...chart.groups.map((name, n) => used.has(n) && name ? el("li", {}, key(n), name) : null).filter(Boolean));
}

function key(group) {
  const circle = svg("circle", { cx: 5, cy: 5, r: 5 });
  circle.style.fill = `var(--g${group})`;
  return svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, circle);
}

function dot(point, n, title, tip, onOpen) {
  const x = EDGE + point.x * (WIDE - 2 * EDGE), y = EDGE + (1 - point.y) * (HIGH - 2 * EDGE);
  const act = () => onOpen(point.paper_id, node);
  const name = () => {
    tip.textContent = title;
    tip.hidden = false;
    tip.style.top = `${100 * y / HIGH}%`;
    tip.style.left = x < WIDE / 2 ? `${100 * x / WIDE}%` : "auto";
    tip.style.right = x < WIDE / 2 ? "auto" : `${100 - 100 * x / WIDE}%`;
  };
  const node = svg("circle", { class: "dot", cx: x.toFixed(1), cy: y.toFixed(1), r: 7, role: "button", tabindex: n ? -1 : 0, "aria-label": title, "data-paper": point.paper_id,
    onclick: act, onpointerenter: name, onfocus: name, onpointerleave: () => { tip.hidden = true; }, onblur: () => { tip.hidden = true; },
    onkeydown: (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
      const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (way) { event.preventDefault(); move(point.paper_id, way); }
    } });
  node.style.fill = `var(--g${point.group})`;
  dots.set(point.paper_id, { node, x, y });
  return node;
}

function move(id, [dx, dy]) {
  const from = dots.get(id);
  let best = null, least = Infinity;
  for (const [other, { x, y }] of dots) {
    const along = (x - from.x) * dx + (y - from.y) * dy, aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
    if (other !== id && along > 0 && along + 2 * aside < least) { least = along + 2 * aside; best = other; }
  }
  if (best === null) return;
  from.node.setAttribute("tabindex", -1);
  dots.get(best).node.setAttribute("tabindex", 0);
  dots.get(best).node.focus();
}

export function lightUp(cited, opened = open, kept = within) {
  open = opened;
  within = kept;
  if (!halos) return;
  halos.replaceChildren(...[...cited].filter((id) => dots.has(id)).map((id) => svg("circle", { class: "halo", cx: dots.get(id).x, cy: dots.get(id).y, r: 12 })));
  for (const [id, { node }] of dots) {
    node.classList.toggle("open", id === open);
    node.classList.toggle("out", Boolean(within) && !within.has(id) && !cited.has(id));
  }
}
