"use strict";
// What there is to know of one alert.

const alertsOf = new Map();
data.alerts.forEach((alert, number) => {
  if (alert.process < 0) return;
  if (!alertsOf.has(alert.process)) alertsOf.set(alert.process, []);
  alertsOf.get(alert.process).push(number);
});
const childrenOf = new Map();
data.processes.forEach((process, number) => {
  if (process.parent < 0) return;
  if (!childrenOf.has(process.parent)) childrenOf.set(process.parent, []);
  childrenOf.get(process.parent).push(number);
});

function contents(alert) {
  const rule = data.rules[alert.rule];
  const process = data.processes[alert.process];
  return [
    element("p", { class: "when" },
      element("span", { class: `severity s${rule.severity}` }, rule.priority),
      element("span", {}, fullTime(alert.time)), element("span", {}, after(alert.time)),
      element("span", {}, `${alert.event}, record ${alert.record}`),
      button("Close", () => { const last = chosen; leave(); links[last]?.focus(); }, { class: "close" })),
    element("h2", { tabindex: "-1" }, rule.name),
    element("p", { class: "raw" }, alert.message),
    ...(process ? [heading("Processes"), tree(alert.process), ...endpoints(alert.process)]
      : [element("p", { class: "fact" }, alert.event === "counters" ? "" : "Its process is not known.")]),
    ...(alert.fields.length ? [heading("Fields of the event"), fields(alert)] : []),
    heading("Rule"),
    element("p", { class: "description" }, rule.description),
    ...(rule.tags.length ? [element("ul", { class: "tags", "aria-label": "Tags" }, rule.tags.map((tag) => element("li", {}, tag)))] : []),
    ...(rule.condition ? [element("pre", { class: "raw", tabindex: "0", "aria-label": "Condition" }, rule.condition)] : []),
    ...(rule.place ? [element("p", {}, element("small", {}, rule.place))] : []),
  ];
}

const heading = (name) => element("h3", {}, name);

function fields(alert) {
  return element("table", { class: "fields" }, element("tbody", {},
    [["id", alert.id], ...alert.fields].map(([name, value]) => element("tr", {}, element("td", {}, name), element("td", {}, raw(value))))));
}

// Of ancestors the nearest.
const ancestorLimit = 24;

function tree(subject) {
  const line = [];
  const seen = new Set([subject]);
  for (let next = data.processes[subject].parent; next >= 0 && !seen.has(next); next = data.processes[next].parent) {
    seen.add(next);
    line.unshift(next);
  }
  let room = 200;
  function branch(number) {
    const item = element("li", {}, processLine(number, number === subject));
    const kept = childrenOf.get(number) ?? [];
    const children = [];
    for (const child of kept) {
      if (room === 0) break;
      room -= 1;
      children.push(branch(child));
    }
    const left = data.processes[number].children - children.length;
    if (left > 0) children.push(element("li", {}, element("p", { class: "process fact" }, `${grouped(left)} more ${left === 1 ? "child" : "children"}`)));
    if (children.length) item.append(element("ul", { role: "list" }, children));
    return item;
  }
  let whole = branch(subject);
  const above = line.length - ancestorLimit;
  for (const ancestor of line.slice(-ancestorLimit).reverse()) {
    whole = element("li", {}, processLine(ancestor, false), element("ul", { role: "list" }, whole));
  }
  const more = above > 0 ? element("li", {}, element("p", { class: "process fact" }, `${grouped(above)} more above`)) : "";
  return element("ul", { class: "tree", role: "list", "aria-label": "Ancestors, the process, its descendants" }, more, whole);
}

const signals = { 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 31: "SIGSYS" };

function processLine(number, isSubject) {
  const process = data.processes[number];
  const programs = process.programs;
  const last = programs[programs.length - 1];
  const end = process.end;
  const facts = [element("span", { class: "fact" }, `pid ${process.pid}`), element("span", { class: "fact" }, `uid ${process.uid}`)];
  if (process.start !== undefined) facts.push(element("span", { class: "fact" }, after(process.start)));
  if (end) {
    const lasted = process.start === undefined ? "" : ` after ${duration(Math.max(0, end.time - process.start))}`;
    const how = end.signal ? `killed by ${signals[end.signal] ?? `signal ${end.signal}`}${end.dumped ? ", core dumped" : ""}` : `exit ${end.code}`;
    facts.push(element("span", { class: end.signal || end.code ? "fact failed" : "fact" }, how + lasted));
  }
  const others = (alertsOf.get(number) ?? []).filter((each) => each !== chosen);
  if (others.length) {
    const next = others.find((each) => each > chosen) ?? others[0];
    facts.push(button(isSubject ? `${grouped(others.length)} more ${others.length === 1 ? "alert" : "alerts"}` : counted(others.length, "alert"), () => go(next)));
  }
  const parts = [element("span", { class: "line" }, raw(process.name || "?", "name"), facts)];
  for (const program of programs.slice(0, -1)) {
    parts.push(element("span", { class: "command before" }, "before: ", raw(program.command || program.path)));
  }
  const left = process.programCount - programs.length;
  if (left > 0) parts.push(element("span", { class: "fact" }, `${counted(left, "program")} between`));
  if (last?.command || last?.path) parts.push(process.inherits
    ? element("span", { class: "command before" }, "as its parent: ", raw(last.command || last.path)) : raw(last.command || last.path, "command"));
  if (isSubject && last?.path) parts.push(element("span", { class: "fact" }, raw(last.path), last.cwd ? " in " : "", last.cwd ? raw(last.cwd) : ""));
  return element("div", { class: isSubject ? "process subject" : "process", "aria-current": isSubject ? "true" : undefined }, parts);
}

const roles = { connect: "connects to", accept: "accepts from", listen: "listens on", bind: "is bound to", send: "sends to", socket: "opens" };

// Of the process, then of its descendants.
function endpoints(subject) {
  const whose = [subject];
  for (let index = 0; index < whose.length && whose.length < 200; index += 1) {
    for (const child of childrenOf.get(whose[index]) ?? []) if (!whose.includes(child)) whose.push(child);
  }
  const lines = [];
  let left = 0;
  for (const number of whose) {
    const process = data.processes[number];
    left += process.endpointsLeftOut;
    for (const endpoint of process.endpoints) lines.push(endpointRow(endpoint, number === subject ? "" : `${process.name} ${process.pid} `));
  }
  if (lines.length === 0) return [heading("Network endpoints"), element("p", { class: "fact" }, "None, of it or its descendants, in this trace.")];
  const head = element("thead", {}, element("tr", {}, ["Endpoint", "Outcome", "When"].map((name) => element("th", { scope: "col" }, name))));
  return [
    heading("Network endpoints"), element("table", { class: "endpoints" }, head, element("tbody", {}, lines)),
    ...(left ? [element("p", {}, element("small", {}, `${counted(left, "more endpoint")} left out`))] : []),
  ];
}

function endpointRow(endpoint, owner) {
  const here = endpoint.role === "listen" || endpoint.role === "bind";
  const peer = here ? endpoint.local : endpoint.remote;
  const own = !here && endpoint.local ? element("small", {}, endpoint.role === "accept" ? " at " : " from ", raw(endpoint.local)) : "";
  const when = endpoint.last > endpoint.first ? `${after(endpoint.first)} to ${after(endpoint.last)}` : after(endpoint.first);
  return element("tr", {},
    element("td", {}, owner ? element("small", { class: "raw" }, owner) : "", `${roles[endpoint.role]} `,
      element("b", { class: "raw" }, peer || endpoint.transport), peer ? ` ${endpoint.transport}` : "", own),
    element("td", {}, outcome(endpoint)), element("td", {}, when));
}

function outcome(endpoint) {
  const parts = [];
  const times = (count) => (count > 1 ? ` × ${grouped(count)}` : "");
  const good = { connect: "connected", accept: "accepted", listen: "listening", bind: "bound", send: "sent", socket: "opened" }[endpoint.role];
  let known = endpoint.otherOutcomes;
  for (const { result, count } of endpoint.outcomes) {
    known += count;
    const failed = result !== "SUCCESS";
    parts.push(element("span", failed ? { class: "failed" } : {}, `${failed ? result : good}${times(count)}`));
  }
  if (endpoint.otherOutcomes) parts.push(`${grouped(endpoint.otherOutcomes)} other`);
  if (endpoint.count > known) parts.push(`${endpoint.count - known > 1 ? `${grouped(endpoint.count - known)} ` : ""}without outcome`);
  if (endpoint.closed) parts.push(`closed${times(endpoint.closed)} after ${endpoint.closed > 1 ? "at most " : ""}${duration(endpoint.longest)}`);
  return parts.flatMap((part, index) => (index ? [", ", part] : [part]));
}
