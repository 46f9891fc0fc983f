"use strict";
// The list of alerts: which are shown, which one is chosen, and keys.

const list = place("list");
const detail = place("detail");
const main = document.querySelector("main");
const items = Array.from(list.children);
const links = items.map((item) => item.firstElementChild);
const titles = links.map((link) => link.querySelector(".rule"));
const numbers = new Map(links.map((link, number) => [link.id, number]));
const wide = window.matchMedia("(min-width: 62rem)");
const filter = { text: "", severities: new Set(), rules: new Set(), from: -Infinity, to: Infinity, folds: false };
let chosen = -1;

// MARK: The filter

const texts = [];
// All that an alert shows of itself and its process, in small letters.
function text(number) {
  if (texts[number] === undefined) {
    const alert = data.alerts[number];
    const process = data.processes[alert.process];
    const parts = [data.rules[alert.rule].name, alert.message, alert.event, ...data.rules[alert.rule].tags];
    for (const field of alert.fields) parts.push(field[1]);
    for (const program of process?.programs ?? []) parts.push(program.path, program.command);
    for (const endpoint of process?.endpoints ?? []) parts.push(endpoint.local, endpoint.remote);
    texts[number] = parts.join("\n").toLowerCase();
  }
  return texts[number];
}

function isShown(number) {
  const alert = data.alerts[number];
  return (filter.rules.size === 0 || filter.rules.has(alert.rule))
    && (filter.severities.size === 0 || filter.severities.has(data.rules[alert.rule].severity))
    && alert.time >= filter.from && alert.time < filter.to
    && (filter.text === "" || text(number).includes(filter.text));
}

const isFiltered = () =>
  filter.text !== "" || filter.severities.size > 0 || filter.rules.size > 0 || filter.from > -Infinity;
const isRuleShown = (rule) => (filter.rules.size === 0 || filter.rules.has(rule))
  && (filter.severities.size === 0 || filter.severities.has(data.rules[rule].severity));

// What says the same is one line, when repeats are folded.
const sayings = data.alerts.map((alert) => `${alert.rule} ${alert.message}`);

function apply() {
  let count = 0;
  const firsts = new Map();
  items.forEach((item, number) => {
    let shows = isShown(number);
    if (shows) count += 1;
    delete titles[number].dataset.times;
    if (shows && filter.folds) {
      const first = firsts.get(sayings[number]);
      if (first) first.count += 1; else firsts.set(sayings[number], { number, count: 1 });
      shows = first === undefined;
    }
    if (item.hidden === shows) item.hidden = !shows;
  });
  for (const { number, count: times } of firsts.values()) {
    if (times > 1) titles[number].dataset.times = ` × ${grouped(times)}`;
  }
  place("fold").setAttribute("aria-pressed", filter.folds);
  place("shown").textContent = isFiltered()
    ? `${grouped(count)} of ${counted(items.length, "alert")}` : counted(items.length, "alert");
  place("empty").hidden = count > 0;
  for (const row of rows) row.classList.toggle("chosen", filter.rules.has(Number(row.dataset.rule)));
  for (const toggle of document.querySelectorAll("[data-severity]")) {
    toggle.setAttribute("aria-pressed", filter.severities.has(Number(toggle.dataset.severity)));
  }
  for (const toggle of document.querySelectorAll(".rules tbody button")) {
    toggle.setAttribute("aria-pressed", filter.rules.has(Number(toggle.closest("tr").dataset.rule)));
  }
  place("chips").replaceChildren(...(filter.from > -Infinity
    ? [button(`${clock(filter.from, 3)} to ${clock(filter.to, 3)} ✕`, () => setWindow(-Infinity, Infinity),
      { class: "chip", "aria-label": "Show alerts of all times" })] : []));
  keepReachable();
  draw();
}

function toggle(set, value) {
  if (!set.delete(value)) set.add(value);
  apply();
}

function setWindow(from, to) {
  filter.from = from;
  filter.to = to;
  apply();
}

function fold(folds) {
  filter.folds = folds;
  apply();
}

function reset() {
  filter.folds = false;
  filter.severities.clear();
  filter.rules.clear();
  filter.text = place("text").value = "";
  setWindow(-Infinity, Infinity);
}

// One alert can be reached with Tab: the chosen, or the first that is shown.
let reachable = -1;
function keepReachable(number = chosen) {
  if (number < 0 || items[number].hidden) number = items.findIndex((item) => !item.hidden);
  if (reachable >= 0) links[reachable].tabIndex = -1;
  reachable = number;
  if (reachable >= 0) links[reachable].tabIndex = 0;
}

// MARK: The chosen alert

function choose(number) {
  if (chosen >= 0) links[chosen].removeAttribute("aria-current");
  chosen = number;
  main.classList.toggle("alone", chosen < 0);
  detail.hidden = chosen < 0;
  if (chosen >= 0) {
    if (items[chosen].hidden && filter.folds) fold(false);
    if (items[chosen].hidden) reset();
    links[chosen].setAttribute("aria-current", "true");
    detail.replaceChildren(...contents(data.alerts[chosen]));
    detail.scrollTop = 0;
  }
  settle();
  keepReachable();
  draw();
}

// Beside the list where there is room, otherwise below the alert.
function settle() {
  if (wide.matches || chosen < 0) main.append(detail);
  else items[chosen].append(detail);
}

function go(number) {
  history.replaceState(null, "", `#${encodeURIComponent(links[number].id)}`);
  choose(number);
  show();
}

function show() {
  links[chosen].scrollIntoView({ block: wide.matches ? "nearest" : "start" });
}

function leave() {
  history.replaceState(null, "", location.pathname + location.search);
  choose(-1);
}

// MARK: Keys

list.addEventListener("keydown", (event) => {
  const number = links.indexOf(event.target);
  if (number < 0) return;
  const shown = (start, step) => {
    for (let next = start; next >= 0 && next < items.length; next += step) if (!items[next].hidden) return next;
    return -1;
  };
  const moves = { ArrowDown: [number + 1, 1], ArrowUp: [number - 1, -1], Home: [0, 1], End: [items.length - 1, -1] };
  if (event.key in moves) {
    const next = shown(...moves[event.key]);
    if (next >= 0) {
      links[next].focus();
      if (wide.matches) go(next); else keepReachable(next);
    }
  } else if (event.key === "Enter") {
    go(number);
    detail.querySelector("h2").focus();
  } else if (event.key === "Escape" && chosen >= 0) leave();
  else return;
  event.preventDefault();
});
detail.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && chosen >= 0) links[chosen].focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  place("text").focus();
  event.preventDefault();
});

// MARK: Start

function chooseByAddress() {
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch { /* it names no alert */ }
  if (!numbers.has(id)) return;
  choose(numbers.get(id));
  show();
}

for (const link of links) link.tabIndex = -1;
for (const row of rows) {
  const name = row.querySelector("th");
  const number = Number(row.dataset.rule);
  const title = "Show this rule's alerts alone";
  name.replaceChildren(button(name.textContent, () => toggle(filter.rules, number), { title }));
}
const severities = [...new Set(data.rules.map((rule) => rule.severity))].sort((a, b) => a - b);
place("severities").replaceChildren(element("div", { class: "chips", role: "group", "aria-label": "Severities" },
  severities.map((severity) => {
    const count = data.rules.filter((rule) => rule.severity === severity).reduce((sum, rule) => sum + rule.count, 0);
    return button([element("span", { class: `swatch s${severity}` }), `${severityName(severity)} ${grouped(count)}`],
      () => toggle(filter.severities, severity), { "data-severity": severity });
  })), say);
place("timeline").replaceChildren(chart);
let waiting;
place("text").addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { filter.text = event.target.value.trim().toLowerCase(); apply(); }, 120);
});
place("text").addEventListener("keydown", (event) => {
  if (event.key === "Escape") reset();
  else if (event.key === "ArrowDown" && reachable >= 0) links[reachable].focus();
  else return;
  event.preventDefault();
});
place("reset").addEventListener("click", reset);
place("fold").addEventListener("click", () => fold(!filter.folds));
// A flood is folded from the beginning.
filter.folds = items.length > 200 && new Set(sayings).size * 2 < items.length;
place("filters").hidden = false;
if (data.alerts.length === 0) place("empty").textContent = "No rule fired.";
window.addEventListener("hashchange", chooseByAddress);
wide.addEventListener("change", settle);
main.classList.add("alone");
new ResizeObserver(() => draw()).observe(chart);
apply();
chooseByAddress();
// Where there is room for one alert beside the list, it is the first of the most severe.
if (chosen < 0 && wide.matches && severities.length > 0) {
  const first = data.alerts.findIndex((alert) => data.rules[alert.rule].severity === severities[0]);
  if (first >= 0) {
    choose(first);
    show();
  }
}
