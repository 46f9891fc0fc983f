"use strict";
// Elements, numbers and times. Every text in the data was chosen by programs on a node: it only ever becomes text nodes
// and plain attributes, never markup, style or code.

const data = JSON.parse(document.getElementById("data").textContent);
const place = (id) => document.getElementById(id);

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== ""));
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const raw = (text, kind = "") => element("span", { class: `raw ${kind}` }, text);
const button = (text, click, attributes = {}) => element("button", { type: "button", click, ...attributes }, text);

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const counted = (number, noun) => `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
const padded = (number, digits) => String(number).padStart(digits, "0");

// Of a moment, in nanoseconds from the trace's beginning: `2026-11-24 08:15:00`, and the nanoseconds after it.
function moment(offset) {
  const nanoseconds = data.beginNanoseconds + offset;
  const seconds = data.beginSeconds + Math.floor(nanoseconds / 1e9);
  const date = new Date(seconds * 1000);
  const text = Number.isNaN(date.getTime()) ? "????-??-?? ??:??:??" : date.toISOString().replace("T", " ").slice(0, -5);
  return { text, nanoseconds: ((nanoseconds % 1e9) + 1e9) % 1e9 };
}

function clock(offset, digits) {
  const { text, nanoseconds } = moment(offset);
  return text.slice(-8) + (digits > 0 ? `.${padded(Math.floor(nanoseconds), 9).slice(0, digits)}` : "");
}

function fullTime(offset) {
  const { text, nanoseconds } = moment(offset);
  return `${text}.${padded(Math.floor(nanoseconds), 9)} UTC`;
}

function duration(nanoseconds) {
  if (nanoseconds < 1e6) return `${Math.round(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  if (nanoseconds < 6e10) return `${(nanoseconds / 1e9).toFixed(3)} s`;
  const seconds = Math.floor(nanoseconds / 1e9);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const shown = [];
  let left = seconds;
  for (const [size, unit] of parts) {
    if (left >= size || shown.length) shown.push(`${Math.floor(left / size)} ${unit}`);
    left %= size;
  }
  return shown.slice(0, 2).join(" ");
}

const after = (offset) => (offset < 0 ? `${duration(-offset)} before the trace` : `+${duration(offset)}`);
