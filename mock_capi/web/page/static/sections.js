// The parts of the detail view below the verdict.

import { badge } from "./cells.js";
import { el, foreign } from "./dom.js";
import { linesOf, written } from "./json.js";
import { folded, section } from "./parts.js";
import { snippet } from "./remarks.js";
import { GRAVITY, eventRowOf } from "./rows.js";
import { look } from "./view.js";
import { amount, counted } from "./words.js";

const MOST_EVENTS = 200;

export function headersSection(submission) {
  const rows = Object.entries(submission.headers).map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, foreign(name, 80)), el("td", {}, foreign(value, 2000))),
  );
  return folded(
    "Request headers",
    rows.length ? el("table", { class: "headers" }, el("tbody", {}, rows)) : el("p", { class: "dim" }, "None."),
  );
}

export function responseSection(submission, sent) {
  const lines = linesOf(sent.response).map(
    (line) =>
      `${"  ".repeat(line.depth)}${line.name === null ? "" : `${JSON.stringify(line.name)}: `}${line.text}${line.comma}`,
  );
  const said = submission.answered
    ? null
    : el("p", { class: "problem" }, "A fault kept this answer back, or cut it short.");
  return section(
    `Response ${submission.status}`,
    said,
    el("pre", { tabindex: "0", "aria-label": "Response" }, lines.join("\n")),
  );
}

/** The events of a batch; each can be looked at alone. */
export function eventsSection(submission, chosen) {
  const rows = submission.events.map((event) => eventRowOf(submission, event));
  // In a refused batch those that broke a rule come first: the others only fell with them.
  rows.sort(
    (one, other) => GRAVITY.indexOf(one.verdict.kind) - GRAVITY.indexOf(other.verdict.kind) || one.event - other.event,
  );
  const shown = rows.slice(0, MOST_EVENTS).map((row) => {
    const pressed = row.event === chosen;
    const to = { event: pressed ? "" : String(row.event) };
    return el(
      "tr",
      { class: pressed ? "chosen" : null },
      el(
        "td",
        {},
        el(
          "button",
          {
            type: "button",
            class: "quiet",
            "aria-pressed": String(pressed),
            "aria-label": `Event ${row.event}`,
            on: { click: () => look(to) },
          },
          `#${row.event}`,
        ),
      ),
      el("td", {}, row.type === null ? el("span", { class: "dim" }, "no event type") : foreign(row.type, 60)),
      el("td", { class: "num" }, row.value !== null && foreign(amount(row.value, row.currency), 40)),
      el("td", {}, badge(row.verdict)),
    );
  });
  const rest = rows.length - shown.length;
  const head = el(
    "thead",
    {},
    el(
      "tr",
      {},
      ["Event", "Type", "Value", "Verdict"].map((text) => el("th", { scope: "col" }, text)),
    ),
  );
  return section(
    counted(submission.event_count, "event"),
    el("table", { class: "events" }, head, el("tbody", {}, shown)),
    rest > 0 && el("p", { class: "dim" }, `and ${counted(rest, "event")} more`),
  );
}

/** What the privacy signals say, in words. */
export function consentSection(submission, event, context) {
  const events = event ? [event] : submission.events.length === 1 ? submission.events : [];
  const parts = events.flatMap(({ index, consent }) => {
    const said = context?.consent?.[index] ?? [];
    const outs = Object.entries(consent.opt_out)
      .filter(([, out]) => out)
      .map(([name]) => name.replaceAll("_", " "));
    if (!said.length && !outs.length) return [];
    const verdict = outs.length
      ? `Opted out of ${outs.join(", ")}${consent.suppressed ? ": the event is suppressed." : "."}`
      : "No opt-out in force.";
    return [
      el("p", {}, el("strong", {}, verdict)),
      consent.in_force.length > 0 && el("p", { class: "dim" }, `In force: ${consent.in_force.join(", ")}`),
      said.length > 0 &&
        el("pre", { class: "words", tabindex: "0", "aria-label": "Consent in words" }, said.join("\n")),
    ];
  });
  return parts.length ? section("Consent", parts) : null;
}

/** What tells it from one like it. */
export function differenceSection(context) {
  if (!context?.nearest) return null;
  const side = (found, name, sign) =>
    name in found &&
    el(
      "span",
      { class: name },
      el("span", { class: "sign", "aria-label": name }, sign),
      foreign(written(found[name]) ?? "", 200),
    );
  const rows = context.difference.map((found) =>
    el(
      "li",
      {},
      el("code", {}, foreign(found.pointer || "/", 120)),
      side(found, "before", "−"),
      side(found, "after", "+"),
    ),
  );
  const other = el(
    "button",
    { type: "button", class: "quiet", on: { click: () => look({ id: context.nearest, event: "" }) } },
    "the most similar one",
  );
  return section(
    "Difference",
    el("p", { class: "dim inline" }, rows.length ? "Compared with " : "None, compared with ", other),
    rows.length > 0 && el("ul", { class: "difference", role: "list" }, rows),
  );
}

export function copySection(context) {
  if (!context) return null;
  const kinds = [
    ["curl", context.curl],
    ["pytest assertion", context.pytest],
    ["contract case", context.case],
  ];
  return section(
    "Copy as",
    kinds.filter(([, text]) => text).map(([label, text]) => snippet(label, text)),
  );
}
