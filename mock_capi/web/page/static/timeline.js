// When a submission came, how old its event was, which faults it met, and its other attempts.

import { ageBar } from "./cells.js";
import { el, svg } from "./dom.js";
import { describe } from "./faults.js";
import { section } from "./parts.js";
import { look } from "./view.js";
import { DAY, inUtc, span } from "./words.js";

/** When it came, how old it was, which faults it met, and its other attempts. */
export function timelineSection(submission, event, context) {
  const of = event ?? (submission.endpoint === "batch" ? null : submission.events[0]);
  const attempts = context?.same_payload ?? [];
  return section(
    "Timeline",
    of && of.age_seconds !== null && ageLine(of),
    submission.fault && el("p", {}, el("span", { class: "badge fault" }, "Fault"), " ", describe(submission.fault)),
    el("p", { class: "dim" }, `Received ${inUtc(submission.received_at)} by the mock's clock.`),
    attempts.length > 1 && [
      el("p", {}, `The same payload came ${attempts.length} times:`),
      el(
        "ol",
        { class: "attempts" },
        attempts.map((found, index) => attempt(found, index, submission)),
      ),
    ],
  );
}

function attempt(found, index, submission) {
  const here = found.id === submission.id;
  const label = `${index + 1}. ${inUtc(found.received_at).slice(11)}`;
  const name = here
    ? el("strong", {}, `${label} (this one)`)
    : el("button", { type: "button", class: "quiet", on: { click: () => look({ id: found.id, event: "" }) } }, label);
  const gap =
    found.gap_seconds === null ? null : el("span", { class: "dim" }, `${found.gap_seconds} s after the one before`);
  return el(
    "li",
    {},
    name,
    el(
      "span",
      { class: `badge ${found.status === 200 ? "accepted" : found.status >= 500 ? "fault" : "refused"}` },
      String(found.status),
    ),
    !found.answered && el("span", { class: "tag" }, "no answer"),
    gap,
  );
}

function ageLine({ age_seconds: age, late, measurement_only: only }) {
  const word =
    age < 0
      ? "of the clock"
      : age > 30 * DAY
        ? "over 30 days: refused"
        : age > 7 * DAY || late
          ? "over 7 days: late"
          : "in time";
  const scale = svg(
    "svg",
    { class: "scale", viewBox: "0 0 300 14", width: 300, height: 14, "aria-hidden": "true" },
    ["0", "7 d", "30 d"].map((text, nth) =>
      svg("text", { x: [0, 70, 300][nth], y: 11, "text-anchor": ["start", "middle", "end"][nth] }, text),
    ),
  );
  return el(
    "div",
    { class: "ageline" },
    el(
      "p",
      {},
      el("strong", {}, age < 0 ? span(age) : `${span(age)} old`),
      `${age < 0 ? " " : ", "}${word}`,
      only && ", for measurement only",
    ),
    ageBar(age, 300),
    scale,
  );
}
