// SPDX-License-Identifier: GPL-2.0-only
// The matrix: filters, cells that open, the keyboard.
"use strict";

const cells = JSON.parse(document.getElementById("data").textContent);
const panel = document.getElementById("details");
const inputs = ["plane", "shown", "policy", "transport"].map(id => document.getElementById(id));
let opened = null;

const columnOf = cell => `${cell.transport}${cell.suites ? ` ${cell.suites}` : ""}`;
const verdictOf = (cell, plane) => {
  const passed = cell.passed[plane] ?? 0;
  return passed > 0 && passed < cell.runs ? "partly" : cell.planes[plane] ?? "not-attempted";
};
const WORDS = {pass: "passes", fail: "blocked", partly: "sometimes", "not-attempted": "not attempted"};

function reasonOf(cell, plane) {
  const event = cell.events.find(found => found.plane === plane);
  return event ? event.rule || event.reason : "";
}

function chosen() {
  const [plane, shown, policy, transport] = inputs.map(input => input.value.toLowerCase());
  return {plane, fits: cell => {
    const verdict = verdictOf(cell, plane);
    return (shown === "all" || verdict === shown || (shown === "fail" && verdict === "partly"))
      && cell.policy.toLowerCase().includes(policy) && columnOf(cell).toLowerCase().includes(transport);
  }};
}

function cellButton(cell, plane) {
  const verdict = verdictOf(cell, plane);
  const time = verdict === "pass" && cell.registration_ms !== null ? milliseconds(cell.registration_ms) : "";
  const told = time || reasonOf(cell, plane);
  const button = element("button", {type: "button", class: verdict, tabindex: "-1", "aria-expanded": "false", "aria-controls": "details",
    "aria-label": `${cell.policy}, ${columnOf(cell)}: ${WORDS[verdict]}${told ? `, ${told}` : ""}`},
    element("strong", {}, WORDS[verdict]), told);
  button.addEventListener("click", () => open(cell, button));
  return button;
}

function drawMatrix() {
  const {plane, fits} = chosen();
  const shown = cells.filter(fits);
  const columns = [...new Set(shown.map(columnOf))];
  const rows = [...new Set(shown.map(cell => cell.policy))];
  const head = element("tr", {}, element("th", {scope: "col"}, "Firewall policy"), ...columns.map(name => element("th", {scope: "col"}, name)));
  document.querySelector("#matrix thead").replaceChildren(head);
  document.querySelector("#matrix tbody").replaceChildren(...rows.map(policy => element("tr", {},
    element("th", {scope: "row"}, policy),
    ...columns.map(name => {
      const cell = shown.find(found => found.policy === policy && columnOf(found) === name);
      return element("td", {}, ...(cell ? [cellButton(cell, plane)] : []));
    }))));
  document.querySelector("#matrix td button")?.setAttribute("tabindex", "0");
  document.getElementById("count").textContent = `${shown.length} of ${cells.length} cells`;
}

async function open(cell, button) {
  opened?.setAttribute("aria-expanded", "false");
  opened = button;
  button.setAttribute("aria-expanded", "true");
  focusCell(button);
  const close = element("button", {type: "button", class: "close"}, "Close");
  close.addEventListener("click", shut);
  panel.replaceChildren(close, element("h2", {id: "details-title"}, `${cell.policy}, ${columnOf(cell)}`), ...details(cell));
  panel.hidden = false;
  panel.focus();
  panel.scrollIntoView({block: "nearest"});
  if (cell.phases.length) await drawWaterfall(document.getElementById("waterfall"), cell.phases);
}

function shut() {
  panel.hidden = true;
  opened?.setAttribute("aria-expanded", "false");
  opened?.focus();
  opened = null;
}

// One cell of the matrix is in the tab order; arrow keys go to its neighbours.
function focusCell(button) {
  for (const other of document.querySelectorAll("#matrix td button")) other.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}

function neighbour(button, key) {
  const cell = button.closest("td");
  const row = cell.parentElement;
  const step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[key];
  if (key === "Home") return row.querySelector("td button");
  if (key === "End") return [...row.querySelectorAll("td button")].at(-1);
  if (!step) return null;
  const line = key === "ArrowLeft" || key === "ArrowRight"
    ? [...row.cells] : [...row.parentElement.rows].map(other => other.cells[cell.cellIndex]);
  for (let n = line.indexOf(cell) + step; n >= 0 && n < line.length; n += step) {
    const found = line[n].querySelector("button");
    if (found) return found;
  }
  return button;
}

document.getElementById("matrix").addEventListener("keydown", event => {
  const button = event.target.closest("td button");
  const next = button && neighbour(button, event.key);
  if (!next) return;
  event.preventDefault();
  focusCell(next);
});
document.addEventListener("keydown", event => { if (event.key === "Escape" && !panel.hidden) shut(); });
document.getElementById("filters").addEventListener("submit", event => event.preventDefault());
for (const input of inputs) input.addEventListener("input", drawMatrix);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => opened?.click());

const planes = [...new Set(cells.flatMap(cell => Object.keys(cell.planes)))];
document.getElementById("plane").replaceChildren(...planes.map(plane => element("option", {value: plane}, PLANES[plane] ?? plane)));
const commits = [...new Set(cells.map(cell => cell.commit).filter(Boolean))];
const runs = cells.reduce((sum, cell) => sum + cell.runs, 0);
document.getElementById("summary").textContent = `${runs} runs in ${cells.length} cells${commits.length ? `; commit ${commits.join(", ")}` : ""}`;
drawMatrix();
