// SPDX-License-Identifier: GPL-2.0-only
// The drawings of one run: a waterfall of its phases (plotly.js) and a ladder diagram (SVG). Each has a table or list
// beside it that says the same, for those who do not see it.
"use strict";

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const milliseconds = value => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

// plotly.js is unpacked when the first run is opened.
let library = null;
function plotly() {
  library ??= (async () => {
    const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), c => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = element("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    return window.Plotly;
  })();
  return library;
}

async function drawWaterfall(place, phases) {
  const Plotly = await plotly();
  const traces = ["control", "media"].map(plane => {
    const own = phases.filter(phase => phase.plane === plane);
    return {
      type: "bar", orientation: "h", name: plane,
      y: own.map(phase => `${phase.plane}/${phase.name}`),
      base: own.map(phase => phase.start_ms),
      x: own.map(phase => phase.end_ms - phase.start_ms),
      marker: {color: colour(plane), pattern: {shape: plane === "media" ? "/" : ""}},
      hovertemplate: "%{y}: %{x:.2f} ms from %{base:.2f} ms<extra></extra>",
    };
  }).filter(trace => trace.y.length);
  const layout = {
    height: 90 + 26 * phases.length, margin: {l: 150, r: 20, t: 10, b: 40}, barmode: "overlay",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: {color: colour("ink"), size: 12},
    xaxis: {title: "simulated time (ms)", gridcolor: colour("line"), zerolinecolor: colour("line")},
    yaxis: {autorange: "reversed", automargin: true}, legend: {orientation: "h", y: 1.15},
  };
  await Plotly.newPlot(place, traces, layout, {displayModeBar: false, responsive: true});
}

// Where a phase of a plane ends: the element at the other end of its arrow.
function farEnd(phase, viaProxy) {
  if (phase.name === "connect" && viaProxy) return "web proxy";
  return phase.plane === "control" ? "P-CSCF" : "TURN or peer";
}

function ladderSteps(cell) {
  const viaProxy = cell.events.some(event => event.element === "web-proxy");
  const steps = cell.phases.map(phase => ({
    at: phase.start_ms, to: farEnd(phase, viaProxy), refused: false,
    text: `${phase.name} (${milliseconds(phase.end_ms - phase.start_ms)})`,
  }));
  for (const event of cell.events) {
    const to = {"nimsfw": "firewall", "web-proxy": "web proxy"}[event.element];
    const text = `${event.reason}${event.rule ? ` by ${event.rule}` : ""}`;
    steps.push({at: event.at_ms, to: to ?? "UE", refused: true, text});
  }
  return steps.sort((a, b) => a.at - b.at);
}

function ladder(cell) {
  const space = "http://www.w3.org/2000/svg";
  const add = (parent, name, attributes, text) => {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  };
  const steps = ladderSteps(cell);
  const lanes = ["UE", "firewall", "web proxy", "P-CSCF", "TURN or peer"];
  const x = name => 120 + 190 * lanes.indexOf(name);
  const height = 50 + 30 * steps.length;
  const svg = document.createElementNS(space, "svg");
  const shown = {viewBox: `0 0 1000 ${height}`, class: "chart", role: "img", "aria-label": "Ladder diagram; the list below says the same"};
  for (const [key, value] of Object.entries(shown)) svg.setAttribute(key, value);
  for (const lane of lanes) {
    add(svg, "text", {x: x(lane), y: 16, "text-anchor": "middle"}, lane);
    add(svg, "line", {x1: x(lane), x2: x(lane), y1: 24, y2: height, stroke: colour("line")});
  }
  steps.forEach((step, n) => {
    const y = 52 + 30 * n;
    const drawn = colour(step.refused ? "media" : "control");
    const end = step.to === "UE" ? x("UE") + 60 : x(step.to);
    add(svg, "text", {x: 4, y: y + 4}, milliseconds(step.at));
    add(svg, "line", {x1: x("UE"), x2: end, y1: y, y2: y, stroke: drawn, "stroke-width": 2,
                      "stroke-dasharray": step.refused ? "5 4" : ""});
    const tip = step.refused ? `M ${end - 6} ${y - 6} l 12 12 m 0 -12 l -12 12` : `M ${end - 8} ${y - 5} L ${end} ${y} L ${end - 8} ${y + 5}`;
    add(svg, "path", {d: tip, stroke: drawn, fill: "none", "stroke-width": 2});
    add(svg, "text", {x: x("UE") + 8, y: y - 5}, step.text);
  });
  const list = element("ol");
  for (const step of steps) {
    list.append(element("li", {}, `${milliseconds(step.at)}: UE to ${step.to}: ${step.text}${step.refused ? " - refused" : ""}`));
  }
  return [svg, element("details", {}, element("summary", {}, "The ladder as a list"), list)];
}
