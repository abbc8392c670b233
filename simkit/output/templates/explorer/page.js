"use strict";
const NAMES = ["framework", "scenario", "year", "measure"];
const rows = [...document.querySelectorAll("#numbers tbody tr")];
const key = (set) => JSON.stringify(NAMES.map((name) => String(set[name])));
const byKey = new Map(rows.map((row) => [key(row.dataset), row]));
const select = Object.fromEntries(NAMES.map((name) => [name, document.getElementById(name)]));
const cell = (row, number) => row.cells[number].textContent;

function fill() {
  NAMES.forEach((name, column) => {
    const seen = new Map(rows.map((row) => [row.dataset[name], cell(row, column)]));
    const twice = new Set([...seen.values()].filter((words, n, all) => all.indexOf(words) !== n));
    for (const [value, words] of seen) {
      select[name].add(new Option(twice.has(words) ? `${words} (${value})` : words, value));
    }
  });
  select.year.selectedIndex = select.year.length - 1;
}

function chosen() {
  return Object.fromEntries(NAMES.map((name) => [name, select[name].value]));
}

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of NAMES) {
    const known = [...select[name].options].some((option) => option.value === given.get(name));
    if (known) select[name].value = given.get(name);
  }
}

function show() {
  const now = chosen();
  const row = byKey.get(key(now));
  const about = `${cell(row, 0)}, ${now.scenario}, year to 31 March ${now.year}`;
  const run = row.dataset.run === "yes";
  const answer = run ? `${cell(row, 3)}: ${cell(row, 4)}.` : cell(row, 4);
  document.getElementById("answer").textContent = `${about}. ${answer}`;
  const facts = run
    ? [["Range of single years", 5], ["Against the first scenario", 6], ["Published", 7]]
        .filter(([, column]) => cell(row, column) !== "-")
        .map(([words, column]) => `${words}: ${cell(row, column)}`)
    : ["This combination was not simulated. The command below simulates it."];
  document.getElementById("facts").replaceChildren(...facts.map((words) => {
    const item = document.createElement("li");
    item.textContent = words;
    return item;
  }));
  document.getElementById("command").textContent = row.dataset.command;
  for (const note of document.querySelectorAll("#notes p")) {
    note.hidden = !["framework", "scenario", "year"].every((name) => note.dataset[name] === now[name]);
  }
  draw(now);
}

function element(name, attributes, words) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (words !== undefined) made.textContent = words;
  return made;
}

function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((each) => each >= value);
}

function number(row, name) {
  return row.dataset[name] === undefined ? NaN : Number(row.dataset[name]);
}

// What the marks mean, of those that are drawn, and how to compare: nothing is named that is not there.
function keyWords(every, now) {
  const has = (name) => every.some((row) => row.dataset[name] !== undefined);
  const compared = every.filter((row) => row.dataset.run === "yes" && cell(row, 6) !== "-");
  const why = "all scenarios have the same children and the same chance.";
  const words = [];
  if (has("low")) words.push("Dark: the mean with its 95% interval. Pale: where 8 in 10 single years lie.");
  else if (has("value")) words.push("Dark: the mean.");
  if (has("published")) words.push("Upright grey line: published.");
  if (compared.some((row) => row.dataset.scenario === now.scenario)) {
    words.push(`Compare with the first scenario by the difference above, not by the bars: ${why}`);
  } else if (compared.length) {
    words.push(`To compare, choose another scenario and look at its difference from the first, not at the bars: ${why}`);
  }
  return words.join(" ");
}

function draw(now) {
  const host = document.getElementById("drawing");
  const every = [...select.scenario.options].map((option) => byKey.get(key({...now, scenario: option.value})));
  document.getElementById("key").textContent = keyWords(every, now);
  const values = every.flatMap((row) => ["value", "high", "to", "published"].map((name) => number(row, name)));
  const known = values.filter((value) => !Number.isNaN(value));
  const most = roundUp(1.02 * Math.max(0.01, ...known));
  const lowest = Math.min(0, ...every.flatMap((row) => ["value", "low", "from"].map((name) => number(row, name) || 0)));
  const least = lowest < 0 ? -roundUp(-1.02 * lowest) : 0;
  const width = Math.max(300, Math.min(720, host.clientWidth || 720));
  const step = 44, axis = every.length * step + 12, height = axis + 40, left = 4, right = 16;
  const x = (value) => left + (width - left - right) * (value - least) / (most - least);
  const svg = element("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": "drawing-title answer",
    "font-family": "Arial, Helvetica, 'Liberation Sans', sans-serif", "font-size": 13});
  for (let tick = 0; tick <= 4; tick += 1) {
    const value = least + (most - least) * tick / 4, at = x(value);
    svg.append(element("line", {x1: at, x2: at, y1: 0, y2: axis, stroke: "#DDDDDD"}));
    const anchor = tick === 0 ? "start" : tick === 4 ? "end" : "middle";
    svg.append(element("text", {x: at, y: axis + 16, "text-anchor": anchor, fill: "#444444", "font-size": 12},
      String(Number(value.toPrecision(3)))));
  }
  svg.append(element("text", {x: left, y: axis + 34, fill: "#444444", "font-size": 12}, `In ${every[0].dataset.unit}`));
  every.forEach((row, place) => {
    const top = place * step, middle = top + 31, own = row.dataset.scenario === now.scenario;
    const missing = row.dataset.value === undefined;
    const words = `${row.dataset.scenario}: ${row.dataset.run === "yes" ? cell(row, 4) : "not run"}`;
    svg.append(element("text", {x: left, y: top + 16, fill: "#111111", "font-weight": own ? "bold" : "normal",
      stroke: "#FFFFFF", "stroke-width": 4, "paint-order": "stroke"}, words));
    if (missing) return;
    const published = number(row, "published"), low = number(row, "low");
    if (!Number.isNaN(low)) {
      svg.append(element("line", {x1: x(number(row, "from")), x2: x(number(row, "to")), y1: middle, y2: middle,
        stroke: "#12365A", "stroke-opacity": 0.25, "stroke-width": 8}));
      svg.append(element("line", {x1: x(low), x2: x(number(row, "high")), y1: middle, y2: middle, stroke: "#12365A",
        "stroke-width": 2}));
    }
    if (!Number.isNaN(published)) {
      svg.append(element("line", {x1: x(published), x2: x(published), y1: middle - 8, y2: middle + 8, stroke: "#767676",
        "stroke-width": 3}));
    }
    svg.append(element("circle", {cx: x(number(row, "value")), cy: middle, r: own ? 6 : 4, fill: "#12365A"}));
  });
  host.replaceChildren(svg);
}

fill();
readAddress();
document.getElementById("choices").hidden = false;
document.getElementById("chosen").hidden = false;
document.getElementById("all").open = false;
show();
document.getElementById("choices").addEventListener("input", () => {
  history.replaceState(null, "", `#${new URLSearchParams(chosen())}`);
  show();
});
window.addEventListener("hashchange", () => { readAddress(); show(); });
window.addEventListener("resize", () => draw(chosen()));
