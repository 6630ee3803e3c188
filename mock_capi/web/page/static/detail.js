// One submission: the verdict first, then why, then everything that is known of it.

import { ask, getJson } from "./api.js";
import { bodyBlock } from "./body.js";
import { badge } from "./cells.js";
import { byId, copyButton, el, foreign, replace } from "./dom.js";
import { guidance } from "./guidance.js";
import { exact } from "./json.js";
import { section } from "./parts.js";
import { remarkCards } from "./remarks.js";
import { eventVerdict, verdictOf } from "./rows.js";
import {
  consentSection,
  copySection,
  differenceSection,
  eventsSection,
  headersSection,
  responseSection,
} from "./sections.js";
import { timelineSection } from "./timeline.js";
import { look, view } from "./view.js";
import { bytes, inUtc } from "./words.js";

let shownId = null;
let current = null;

/** Show what the address names, or nothing. */
export async function showDetail() {
  const { id, event } = view();
  if (id === "") return hide();
  if (id === shownId && current) return draw(event);
  shownId = id;
  current = null;
  open();
  try {
    const text = await (await ask(`/_inspect/submissions/${encodeURIComponent(id)}`)).text();
    if (shownId !== id) return;
    const { codes } = await guidance();
    if (shownId !== id) return;
    current = { submission: JSON.parse(text), exact: exact(text), context: null, codes };
    draw(event);
    byId("detail").focus({ preventScroll: true });
    current.context = await getJson(`/_inspect/submissions/${encodeURIComponent(id)}/context`);
    if (shownId === id) draw(view().event);
  } catch (error) {
    if (shownId !== id || current) return;
    replace(
      byId("detail"),
      top(null),
      el("div", { class: "missing" }, el("h2", {}, "Not in the log"), el("p", {}, error.message)),
    );
  }
}

function open() {
  byId("detail").hidden = false;
  byId("main").classList.add("split");
}

function hide() {
  shownId = null;
  current = null;
  byId("detail").hidden = true;
  byId("main").classList.remove("split");
  replace(byId("detail"));
}

/** Away from the submission, back to the list. */
export const closeDetail = () => look({ id: "", event: "" });

function top(submission) {
  const context = current?.context;
  const to = (id, label) =>
    el(
      "button",
      { type: "button", class: "quiet", disabled: !id, on: { click: () => look({ id, event: "" }) } },
      label,
    );
  return el(
    "div",
    { class: "top" },
    el("button", { type: "button", class: "quiet", id: "detail-close", on: { click: closeDetail } }, "← List"),
    submission &&
      context &&
      el(
        "span",
        { class: "around", role: "group", "aria-label": "In this dataset" },
        to(context.previous, "Earlier"),
        to(context.next, "Later"),
      ),
    el("span", { class: "spring" }),
    submission && copyButton(() => location.href, "Copy link"),
  );
}

function draw(eventText) {
  const { submission, exact: sent, context, codes } = current;
  const index = eventText === "" ? null : Number(eventText);
  const event = submission.events.find((found) => found.index === index) ?? null;
  const about = (remark) => index === null || remark.event === null || remark.event === index;
  const advised = (remark) => ({ ...remark, remedy: codes[remark.code]?.remedy });
  const violations = submission.violations.filter(about).map(advised);
  const advisories = submission.advisories.filter(about).map(advised);
  // Kept while more becomes known: what somebody opened in it stays open.
  if (current.body?.index !== index)
    current.body = { index, ...bodyOf(submission, sent, violations, advisories, index) };
  const { body } = current;
  const scroll = byId("detail").scrollTop;
  replace(
    byId("detail"),
    top(submission),
    verdictHead(submission, event),
    violations.length > 0 && section("Why it was refused", remarkCards(violations, "refused", body.go)),
    advisories.length > 0 && section("Worth a look", remarkCards(advisories, "late", body.go)),
    section(index === null ? "Body" : `Body, event ${index}`, body.block),
    submission.endpoint === "batch" && eventsSection(submission, index),
    timelineSection(submission, event, context),
    consentSection(submission, event, context),
    differenceSection(context),
    headersSection(submission),
    responseSection(submission, sent),
    copySection(context),
  );
  byId("detail").scrollTop = scroll;
}

/** The verdict in large, and the request in a line. */
function verdictHead(submission, event) {
  const verdict = event
    ? eventVerdict(event, submission.violations.find((found) => found.event === event.index)?.code)
    : verdictOf(submission);
  const code = event ? verdict.text : (submission.error_code ?? verdict.text);
  const words =
    submission.fault && submission.status !== 200
      ? "A fault that was asked for"
      : submission.outcome === "rejected"
        ? "Refused"
        : "Accepted";
  return el(
    "header",
    { class: `verdict-head ${verdict.kind}` },
    el(
      "h2",
      {},
      el("span", { class: "word" }, words),
      " ",
      submission.outcome === "rejected" ? el("code", {}, code) : badge(verdict),
    ),
    submission.message &&
      !submission.violations.some(({ message }) => message === submission.message) &&
      el("p", { class: "message" }, foreign(submission.message, 600)),
    el(
      "p",
      { class: "facts" },
      el("code", {}, `${submission.method} `, foreign(submission.path, 200)),
      el("span", {}, `→ ${submission.status}${submission.answered ? "" : ", not answered"}`),
      el("span", {}, inUtc(submission.received_at)),
      el("span", {}, `${submission.duration_ms.toFixed(2)} ms`),
      el("span", {}, bytes(submission.body_bytes)),
      submission.api_key && el("span", {}, "key ", foreign(submission.api_key, 40)),
    ),
    el("p", { class: "facts" }, el("code", { class: "id" }, submission.id), copyButton(submission.id, "Copy id")),
  );
}

/** The body that was sent, marked; of a batch one event alone where one is chosen. */
function bodyOf(submission, sent, violations, advisories, index) {
  const marks = [
    ...violations.map((found) => ({ ...found, kind: "refused" })),
    ...advisories.map((found) => ({ ...found, kind: "late" })),
  ];
  if (!submission.events.length) {
    const text = submission.body ?? "";
    return {
      block: text
        ? el("pre", { class: "raw", tabindex: "0", "aria-label": "Body" }, foreign(text, 5000))
        : el("p", { class: "dim" }, submission.body_bytes ? "It is not kept." : "It had none."),
      go: () => {},
    };
  }
  const events = sent.events.map((found) => found.event);
  if (submission.endpoint !== "batch") return bodyBlock(events[0], marks);
  if (index === null) return bodyBlock(events, marks);
  const prefix = `/${index}`;
  const inside = marks
    .filter((mark) => mark.pointer.startsWith(prefix))
    .map((mark) => ({ ...mark, pointer: mark.pointer.slice(prefix.length) }));
  const { block, go } = bodyBlock(events[index] ?? null, inside);
  return { block, go: (pointer) => go(pointer.startsWith(prefix) ? pointer.slice(prefix.length) : "") };
}
