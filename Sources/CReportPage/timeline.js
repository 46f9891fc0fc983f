"use strict";
// When alerts came: all of them above, and of each rule beside its name.

const span = Math.max(1, data.span);
const rows = Array.from(document.querySelectorAll(".rules tbody tr"));
const chart = element("div", {
  class: "chart", tabindex: "0", role: "group", "aria-describedby": "say",
  "aria-label": "Timeline. The left and right arrow go from one moment with alerts to the next, Enter shows its alerts "
    + "alone, Escape all.",
});
const say = element("p", { class: "say", id: "say", "aria-live": "polite" });
let columns = [];
let cursor = -1;

// Steps that tell more than a screen shows are put together.
function columnsOf(width) {
  const steps = Math.max(1, Math.ceil(span / data.step));
  const count = Math.max(1, Math.min(steps, Math.floor(width / 3)));
  const made = Array.from({ length: count }, (_, index) => ({ index, total: 0, groups: new Map(), rules: new Map() }));
  data.rules.forEach((rule, number) => {
    for (const [step, alerts] of rule.steps) {
      const column = made[Math.min(count - 1, Math.floor((step * count) / steps))];
      column.rules.set(number, (column.rules.get(number) ?? 0) + alerts);
      if (!isRuleShown(number)) continue;
      column.total += alerts;
      column.groups.set(rule.severity, (column.groups.get(rule.severity) ?? 0) + alerts);
    }
  });
  const length = (steps * data.step) / count;
  for (const column of made) Object.assign(column, { from: column.index * length, to: (column.index + 1) * length });
  return made;
}

function draw() {
  const width = Math.max(60, chart.clientWidth);
  columns = columnsOf(width);
  const end = columns.length ? columns[columns.length - 1].to : span;
  const x = (offset) => Math.min(width, Math.max(0, (offset / end) * width));
  drawChart(width, x);
  for (const row of rows) drawStrip(row, width, x);
}

function drawChart(width, x) {
  const height = 64;
  const highest = Math.max(1, ...columns.map((column) => column.total));
  const parts = [drawn("line", { class: "grid", x1: 0, x2: width, y1: height + .5, y2: height + .5 })];
  for (const { at, label } of ticks(width, x)) {
    parts.push(drawn("line", { class: "grid", x1: at, x2: at, y1: 0, y2: height + 4 }));
    parts.push(drawn("text", { x: at + 3, y: height + 14 }, label));
  }
  if (filter.from > -Infinity) {
    const width = Math.max(3, x(filter.to) - x(filter.from));
    parts.push(drawn("rect", { class: "window", x: x(filter.from), y: 0, width, height }));
  }
  for (const column of columns.filter((each) => each.total > 0)) {
    let top = height;
    for (const severity of [...column.groups.keys()].sort((a, b) => b - a)) {
      // What is there is seen, however much more there is elsewhere.
      const part = Math.max(3, (column.groups.get(severity) / highest) * (height - 14));
      top -= part;
      const bar = { x: x(column.from), y: top, width: barWidth(column, x), height: part };
      parts.push(drawn("rect", { class: `bar s${severity}`, ...bar }));
    }
    const hit = drawn("rect", { class: "hit", x: x(column.from) - 1, y: 0, width: barWidth(column, x) + 2, height },
      drawn("title", {}, described(column)));
    hit.addEventListener("click", () => setWindow(column.from, column.to));
    parts.push(hit);
  }
  if (cursor >= 0 && columns[cursor]) {
    const bar = { x: x(columns[cursor].from) - 2, y: 0, width: barWidth(columns[cursor], x) + 4, height };
    parts.push(drawn("rect", { class: "window", ...bar }));
  }
  parts.push(...mark(height, x));
  parts.push(drawn("text", { x: 2, y: 10 }, `at most ${grouped(highest)} in ${duration(columns[0].to)}`));
  const box = { height: height + 18, viewBox: `0 0 ${width} ${height + 18}`, "aria-hidden": "true" };
  chart.replaceChildren(drawn("svg", box, ...parts));
}

const barWidth = (column, x) => Math.max(2, x(column.to) - x(column.from) - 1);

function mark(height, x) {
  if (chosen < 0) return [];
  const at = x(data.alerts[chosen].time);
  return [drawn("line", { class: "mark", x1: at, x2: at, y1: 0, y2: height })];
}

function drawStrip(row, width, x) {
  const number = Number(row.dataset.rule);
  const height = 14;
  const highest = Math.max(1, ...columns.map((column) => column.rules.get(number) ?? 0));
  const parts = [];
  for (const column of columns) {
    const count = column.rules.get(number);
    if (!count) continue;
    const weight = highest > 1 ? .45 + .55 * (Math.log(count) / Math.log(highest)) : 1;
    parts.push(drawn("rect", {
      class: `bar s${data.rules[number].severity}`, x: x(column.from), y: 2, width: barWidth(column, x),
      height: height - 4, "fill-opacity": weight.toFixed(2),
    }));
  }
  if (chosen >= 0 && data.alerts[chosen].rule === number) parts.push(...mark(height, x));
  const box = { height, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  row.lastElementChild.replaceChildren(drawn("svg", box, ...parts));
}

// Times that are round in UTC, one in 80 pixels or more.
function ticks(width, x) {
  const steps = [];
  for (let size = 1e3; size < 1e9; size *= 10) steps.push(size, 2 * size, 5 * size);
  const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
  steps.push(...seconds.map((each) => each * 1e9));
  const wanted = (span * (width < 500 ? 80 : 110)) / width;
  const step = steps.find((size) => size >= wanted) ?? Math.ceil(wanted / 86400e9) * 86400e9;
  const past = step < 1e9 ? data.beginNanoseconds % step
    : (data.beginSeconds % (step / 1e9)) * 1e9 + data.beginNanoseconds;
  const made = [];
  for (let offset = (step - past) % step; offset <= span && made.length < 40; offset += step) {
    if (offset < 0 || x(offset) > width - 40) continue;
    made.push({ at: x(offset), label: tickLabel(offset, step) });
  }
  return made;
}

function tickLabel(offset, step) {
  if (step >= 86400e9) return moment(offset).text.slice(5, 10);
  if (step >= 60e9) return clock(offset, 0).slice(0, 5);
  return clock(offset, step >= 1e9 ? 0 : Math.ceil(-Math.log10(step / 1e9)));
}

function described(column) {
  const digits = data.step >= 1e9 ? 0 : 3;
  const parts = [...column.groups].sort((a, b) => a[0] - b[0])
    .map(([severity, count]) => `${grouped(count)} ${severityName(severity)}`);
  const window = `${clock(column.from, digits)} to ${clock(column.to, digits)}`;
  return `${window}: ${counted(column.total, "alert")} (${parts.join(", ")})`;
}

const severityName = (severity) => data.rules.find((rule) => rule.severity === severity).priority;

function moveCursor(direction) {
  const full = columns.filter((column) => column.total > 0).map((column) => column.index);
  const next = direction > 0 ? full.find((index) => index > cursor)
    : full.findLast((index) => cursor < 0 || index < cursor);
  if (next === undefined) return;
  cursor = next;
  say.textContent = described(columns[cursor]);
  draw();
}

chart.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") moveCursor(1);
  else if (event.key === "ArrowLeft") moveCursor(-1);
  else if (event.key === "Enter" && cursor >= 0 && columns[cursor]) setWindow(columns[cursor].from, columns[cursor].to);
  else if (event.key === "Escape") { cursor = -1; say.textContent = ""; setWindow(-Infinity, Infinity); }
  else return;
  event.preventDefault();
});
chart.addEventListener("blur", () => { if (cursor >= 0) { cursor = -1; say.textContent = ""; draw(); } });
