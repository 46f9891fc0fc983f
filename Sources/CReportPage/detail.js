"use strict";
// What there is to know of one alert.

// By process, the alerts, and the processes that it made.
const alertsOf = grouping(data.alerts, (alert) => alert.process);
const childrenOf = grouping(data.processes, (process) => process.parent);

function grouping(values, key) {
  const groups = new Map();
  values.forEach((value, number) => {
    if (key(value) < 0) return;
    if (!groups.has(key(value))) groups.set(key(value), []);
    groups.get(key(value)).push(number);
  });
  return groups;
}

const heading = (name) => element("h3", {}, name);
const fact = (...children) => element("span", { class: "fact" }, children);

function contents(alert) {
  const rule = data.rules[alert.rule];
  const close = () => {
    const last = chosen;
    leave();
    links[last]?.focus();
  };
  const parts = [
    element("p", { class: "when" },
      element("span", { class: `severity s${rule.severity}` }, rule.priority),
      element("span", {}, fullTime(alert.time)), element("span", {}, after(alert.time)),
      element("span", {}, `${alert.event}, record ${alert.record}`), button("Close", close, { class: "close" })),
    element("h2", { tabindex: "-1" }, rule.name),
    element("p", { class: "raw" }, alert.message),
  ];
  if (data.processes[alert.process]) {
    parts.push(heading("Processes"), tree(alert.process), ...endpoints(alert.process));
  } else if (alert.fields.some(([name]) => name === "proc.pid")) {
    parts.push(element("p", { class: "fact" }, "Its process is not on this page."));
  }
  if (alert.fields.length) parts.push(heading("Fields of the event"), fields(alert));
  parts.push(heading("Rule"), element("p", { class: "description" }, rule.description));
  if (rule.tags.length) {
    const tags = rule.tags.map((tag) => element("li", {}, tag));
    parts.push(element("ul", { class: "tags", role: "list", "aria-label": "Tags" }, tags));
  }
  if (rule.condition) {
    const region = { class: "raw", tabindex: "0", role: "region", "aria-label": "Condition" };
    parts.push(element("pre", region, rule.condition));
  }
  if (rule.place) parts.push(element("p", {}, element("small", {}, rule.place)));
  return parts;
}

function fields(alert) {
  const rows = [["id", alert.id], ...alert.fields].map(([name, value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, raw(value))));
  return element("table", { class: "fields" }, element("tbody", {}, rows));
}

// MARK: Processes

// Of ancestors the nearest, and of descendants at most so many.
const ancestorLimit = 24;
const descendantLimit = 200;

function tree(subject) {
  const line = [];
  const seen = new Set([subject]);
  for (let next = data.processes[subject].parent; next >= 0 && !seen.has(next); next = data.processes[next].parent) {
    seen.add(next);
    line.push(next);
  }
  let room = descendantLimit;
  const nested = (items) => element("ul", { role: "list" }, items);
  const note = (text) => element("li", {}, element("p", { class: "process fact" }, text));
  function branch(number) {
    const children = [];
    for (const child of childrenOf.get(number) ?? []) {
      if (room === 0) break;
      room -= 1;
      children.push(branch(child));
    }
    const left = data.processes[number].children - children.length;
    if (left > 0) children.push(note(`${grouped(left)} more ${left === 1 ? "child" : "children"}`));
    return element("li", {}, processLines(number, number === subject), children.length ? nested(children) : "");
  }
  let whole = branch(subject);
  for (const ancestor of line.slice(0, ancestorLimit)) {
    whole = element("li", {}, processLines(ancestor, false), nested(whole));
  }
  const above = line.length - ancestorLimit;
  return element("ul", { class: "tree", role: "list", "aria-label": "Ancestors, the process, its descendants" },
    above > 0 ? note(`${grouped(above)} more above`) : "", whole);
}

const signals = {
  1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
  9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
  24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
};

function processLines(number, isSubject) {
  const process = data.processes[number];
  const facts = [fact(`pid ${process.pid}`), fact(`uid ${process.uid}`)];
  if (process.start !== undefined) facts.push(fact(after(process.start)));
  if (process.end) facts.push(ending(process));
  facts.push(...otherAlerts(number, isSubject));

  const lines = [element("span", { class: "line" }, raw(process.name || "?", "name"), facts)];
  const shown = process.programs.map((program) => raw(program.command || program.path, "command"));
  const last = process.programs[process.programs.length - 1];
  shown.slice(0, -1).forEach((text, index) => {
    lines.push(element("span", { class: "before" }, "before: ", text));
    const left = process.programCount - process.programs.length;
    if (index === 0 && left > 0) lines.push(fact(`${counted(left, "program")} more`));
  });
  if (last && process.inherits) lines.push(element("span", { class: "before" }, "as its parent: ", shown.at(-1)));
  else if (last) lines.push(shown.at(-1));
  if (isSubject && last?.path) lines.push(fact(raw(last.path), last.cwd ? [" in ", raw(last.cwd)] : ""));
  const kind = isSubject ? { class: "process subject", "aria-current": "true" } : { class: "process" };
  return element("div", kind, lines);
}

function ending(process) {
  const { code, signal, dumped, time } = process.end;
  const lasted = process.start === undefined ? "" : ` after ${duration(Math.max(0, time - process.start))}`;
  const killer = `${signals[signal] ?? `signal ${signal}`}${dumped ? ", core dumped" : ""}`;
  const how = signal ? `killed by ${killer}` : `exit ${code}`;
  return element("span", { class: signal || code ? "fact failed" : "fact" }, how + lasted);
}

function otherAlerts(number, isSubject) {
  const others = (alertsOf.get(number) ?? []).filter((each) => each !== chosen);
  if (others.length === 0) return [];
  const next = others.find((each) => each > chosen) ?? others[0];
  return [button(counted(others.length, isSubject ? "more alert" : "alert"), () => go(next))];
}

// MARK: Endpoints

const roles = {
  connect: "connects to", accept: "accepts from", listen: "listens on", bind: "is bound to", send: "sends to",
  socket: "opens a socket:",
};
const successes = {
  connect: "connected", accept: "accepted", listen: "listening", bind: "bound", send: "sent", socket: "opened",
};

// Of the process, then of its descendants.
function endpoints(subject) {
  const whose = new Set([subject]);
  for (const number of whose) {
    for (const child of childrenOf.get(number) ?? []) if (whose.size < descendantLimit) whose.add(child);
  }
  const rows = [];
  let left = 0;
  for (const number of whose) {
    const process = data.processes[number];
    left += process.endpointsLeftOut;
    const owner = number === subject ? "" : `${process.name} ${process.pid} `;
    for (const endpoint of process.endpoints) rows.push(endpointRow(endpoint, owner));
  }
  if (rows.length === 0) {
    const none = "None, of it or its descendants, in this trace.";
    return [heading("Network endpoints"), element("p", { class: "fact" }, none)];
  }
  const names = ["Endpoint", "Outcome", "When"].map((name) => element("th", { scope: "col" }, name));
  const table = element("table", { class: "endpoints" },
    element("thead", {}, element("tr", {}, names)), element("tbody", {}, rows));
  const more = left ? [element("p", {}, element("small", {}, `${counted(left, "more endpoint")} left out`))] : [];
  return [heading("Network endpoints"), table, ...more];
}

function endpointRow(endpoint, owner) {
  const isOwn = endpoint.role === "listen" || endpoint.role === "bind";
  const peer = isOwn ? endpoint.local : endpoint.remote;
  const where = [element("b", { class: "raw" }, peer || endpoint.transport), peer ? ` ${endpoint.transport}` : ""];
  // Of many connections each has its own.
  if (!isOwn && endpoint.local && (endpoint.count === 1 || endpoint.role === "accept")) {
    where.push(element("small", {}, endpoint.role === "accept" ? " at " : " from ", raw(endpoint.local)));
  }
  const times = [...new Set([after(endpoint.first), after(endpoint.last)])];
  return element("tr", {},
    element("td", {}, owner ? element("small", {}, raw(owner)) : "", `${roles[endpoint.role]} `, where),
    element("td", {}, listed(outcomes(endpoint), ", ")), element("td", {}, listed(times, " to ")));
}

function outcomes(endpoint) {
  const parts = [];
  const times = (count) => (count > 1 ? ` × ${grouped(count)}` : "");
  let known = endpoint.otherOutcomes;
  for (const { result, count } of endpoint.outcomes) {
    known += count;
    parts.push(result === "SUCCESS" ? successes[endpoint.role] + times(count)
      : element("span", { class: "failed" }, result + times(count)));
  }
  if (endpoint.otherOutcomes) parts.push(`${grouped(endpoint.otherOutcomes)} other`);
  const open = endpoint.count - known;
  if (open > 0) parts.push(`${open > 1 ? `${grouped(open)} ` : ""}without outcome`);
  if (endpoint.closed) {
    const longest = `${endpoint.closed > 1 ? "at most " : ""}${duration(endpoint.longest)}`;
    parts.push(`closed${times(endpoint.closed)} after ${longest}`);
  }
  return parts;
}

// None of them is broken into two lines.
const listed = (parts, separator) => parts.flatMap((part, index) =>
  [index ? separator : "", element("span", { class: "whole" }, part)]);
