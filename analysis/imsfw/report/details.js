// SPDX-License-Identifier: GPL-2.0-only
// What is shown of a cell that was opened: verdicts, the deciding event and rules, waterfall, ladder, voice, TLS, run folder.
"use strict";

const PLANES = {control: "Control (SIP)", media_udp: "Media over UDP", media_tcp: "Media over TCP"};
const ELEMENTS = {nimsfw: "the firewall", "web-proxy": "the web proxy", ue: "the UE"};

function definitions(pairs) {
  const list = element("dl");
  for (const [term, value] of pairs) {
    if (value === "" || value === null || value === undefined) continue;
    list.append(element("dt", {}, term), element("dd", {}, value));
  }
  return list;
}

function table(caption, records) {
  const names = Object.keys(records[0]);
  const head = element("tr", {}, ...names.map(name => element("th", {scope: "col"}, name.replaceAll("_", " "))));
  const rows = records.map(record => element("tr", {}, ...names.map(name => {
    const value = record[name];
    const text = typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : String(value ?? "");
    return element("td", typeof value === "number" ? {class: "number"} : {}, text);
  })));
  return element("table", {class: "data"}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...rows));
}

function decidingEvent(event) {
  const rule = event.rule ? element("code", {class: "rule"}, event.rule) : "";
  const bytes = event.first_bytes ? element("code", {}, event.first_bytes) : "";
  return element("div", {class: "deciding"},
    element("h3", {}, `Why ${PLANES[event.plane] ?? event.plane} failed`),
    definitions([
      ["Decided by", ELEMENTS[event.element] ?? event.element], ["Rule", rule], ["Reason", event.reason],
      ["What it did", event.detail], ["Flow", event.flow ? element("code", {}, event.flow) : ""],
      ["First bytes", bytes], ["At", milliseconds(event.at_ms)],
    ]));
}

// What became of each rule of the policy, and what would have helped: there where the run kept its captures.
function explanation(cell) {
  if (!cell.explanation) return [];
  const parts = Object.entries(cell.explanation.rules).map(([plane, rules]) =>
    element("details", {class: "rules"}, element("summary", {}, `What became of the rules: ${PLANES[plane] ?? plane}`), table("In the policy's order", rules)));
  const changes = cell.explanation.changes;
  if (changes.length) parts.push(element("h3", {}, "What would have let it pass"), table("Smallest change first; each was simulated", changes));
  return parts;
}

function sequence(cell) {
  if (!cell.sequence) return ladder(cell);
  const source = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(cell.sequence.svg)}`;
  const image = element("img", {class: "sequence", src: source, alt: "Message sequence; the text below says the same"});
  return [element("div", {class: "scroll"}, image),
          element("details", {}, element("summary", {}, "The message sequence as text"), element("pre", {class: "scroll"}, cell.sequence.text))];
}

function timing(cell) {
  const time = value => value === null ? "" : milliseconds(value);
  const planes = Object.entries(cell.planes).map(([plane, verdict]) => {
    const share = cell.runs > 1 && verdict !== "not-attempted" ? ` (${cell.passed[plane] ?? 0} of ${cell.runs} runs passed)` : "";
    return [PLANES[plane] ?? plane, verdict + share];
  });
  return definitions([...planes, ["Registration", time(cell.registration_ms)], ["Call set-up", time(cell.call_setup_ms)],
                      ["Commit", cell.commit]]);
}

function evidence(cell) {
  if (!cell.folder) return [];
  const link = (name, text) => element("a", {href: `${encodeURI(cell.folder)}/${name}`}, text);
  return [element("h3", {}, "Evidence"), element("p", {}, link("", "run folder"), ", ", link("result.json", "result.json"),
                                                 ", ", link("experiment.yaml", "experiment.yaml"))];
}

function details(cell) {
  const parts = [timing(cell), ...cell.events.filter(event => event.plane).map(decidingEvent), ...explanation(cell)];
  if (cell.phases.length) {
    const chart = element("div", {class: "chart", id: "waterfall", role: "img", "aria-label": "Waterfall of phases; the table below says the same"});
    const phases = table("Phases, in milliseconds of simulated time", cell.phases);
    parts.push(element("h3", {}, "Waterfall"), chart, element("details", {}, element("summary", {}, "The phases as a table"), phases));
  }
  if (cell.sequence || cell.phases.length || cell.events.length) parts.push(element("h3", {}, "Ladder"), ...sequence(cell));
  if (cell.media.length) parts.push(element("h3", {}, "Voice"), table("As its receiver measured it", cell.media));
  if (cell.tls.length) parts.push(element("h3", {}, "TLS"), table("What was negotiated", cell.tls));
  return [...parts, ...evidence(cell)];
}
