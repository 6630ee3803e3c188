// A row of the list as elements.

import { el, foreign, svg } from "./dom.js";
import { DAY, amount, clockTime, number, span, tail } from "./words.js";

/** The columns: class, heading. */
export const COLUMNS = [
  ["expand", ""],
  ["time", "Time (UTC)"],
  ["set", "Dataset"],
  ["endpoint", "Endpoint"],
  ["type", "Event type"],
  ["value", "Value"],
  ["ids", "Identifiers"],
  ["age", "Age"],
  ["consent", "Consent"],
  ["verdict", "Verdict"],
];

export function heading() {
  const cells = COLUMNS.map(([name, text]) =>
    el("div", { role: "columnheader", class: `cell ${name}` }, text || el("span", { class: "sr" }, "Expand")),
  );
  return el("div", { class: "row", role: "row", "aria-rowindex": "1" }, cells);
}

/** `item` is {row, level, open}; an event row is of level 2. */
export function rowElement(item, today) {
  const { row, level } = item;
  const cell = (name, ...content) => el("div", { role: "gridcell", class: `cell ${name}` }, content);
  return el(
    "div",
    { class: `row level${level} is-${row.verdict.kind}`, role: "row", "aria-level": level },
    cell("expand", level === 1 && row.batch && row.count > 0 && expander(item)),
    cell(
      "time",
      level === 1
        ? el("time", { datetime: row.at, title: row.at }, clockTime(row.at, today))
        : el("span", { class: "nth" }, `#${row.event}`),
    ),
    cell("set", level === 1 && row.dataset !== null && el("bdi", { title: row.dataset }, tail(row.dataset))),
    cell("endpoint", level === 1 && (row.endpoint ?? "other")),
    cell("type", kind(row)),
    cell("value", price(row)),
    cell(
      "ids",
      row.ids.map((label) => el("span", { class: "tag" }, label)),
    ),
    cell("age", row.age !== null && [ageBar(row.age), el("span", {}, span(row.age))]),
    cell(
      "consent",
      row.consent && el("span", { class: row.consent.out ? "tag out" : "tag" }, foreign(row.consent.text, 60)),
    ),
    cell(
      "verdict",
      badge(row.verdict),
      level === 1 && !row.answered && el("span", { class: "tag" }, "no answer"),
      row.remarks > 0 && remarks(row.remarks),
    ),
  );
}

function expander({ open, row }) {
  const label = `${open ? "Hide" : "Show"} ${row.count} events`;
  return el("button", {
    type: "button",
    class: "expander",
    tabindex: "-1",
    "aria-expanded": String(open),
    "aria-label": label,
    "data-expand": true,
  });
}

function kind(row) {
  if (row.request) return el("span", { class: "dim" }, foreign(row.request, 80));
  const name =
    row.type === null
      ? el("span", { class: "dim" }, row.endpoint === "schema" ? "schema read" : "no event type")
      : foreign(row.type, 80);
  return row.batch ? [el("span", { class: "many" }, number(row.count)), name] : name;
}

function price({ value, currency }) {
  if (value === null) return null;
  return value === "several" ? el("span", { class: "dim" }, "several") : foreign(amount(value, currency), 40);
}

export function badge({ kind: name, text }) {
  return el("span", { class: `badge ${name}` }, el("bdi", {}, text));
}

function remarks(count) {
  return el(
    "span",
    { class: "remarks", title: `${count} advisories` },
    `+${count}`,
    el("span", { class: "sr" }, " advisories"),
  );
}

/** How far an event is on its way to 7 and 30 days, at which it turns late and too old. */
export function ageBar(age, width = 48) {
  const shareOf = (seconds) => Math.max(0, Math.min(1, seconds / (30 * DAY)));
  const state = age > 30 * DAY || age < 0 ? "refused" : age > 7 * DAY ? "late" : "accepted";
  const title = `${span(age)}; late after 7 days, refused after 30`;
  return svg(
    "svg",
    { class: `agebar ${state}`, viewBox: `0 0 ${width} 8`, width, height: 8, role: "img", "aria-label": title },
    svg("rect", { class: "track", x: 0, y: 2, width, height: 4, rx: 2 }),
    svg("rect", { class: "fill", x: 0, y: 2, width: Math.max(3, shareOf(age) * width), height: 4, rx: 2 }),
    svg("rect", { class: "tick", x: (7 / 30) * width, y: 0, width: 1, height: 8 }),
  );
}
