// Submissions and events as rows: what the list shows of them and no more, so that 50,000 of them fit.

import { VERDICTS } from "./words.js";

const IDENTIFIERS = [
  ["email_sha256", "email"],
  ["ip", "ip"],
  ["ifa", "ifa"],
  ["partner_id", "partner"],
];

/** The row of a submission; of a batch its events are summed up. */
export function rowOf(submission) {
  const events = submission.events;
  const batch = submission.endpoint === "batch";
  const first = events[0];
  const row = {
    id: submission.id,
    sequence: submission.sequence ?? null,
    at: submission.received_at,
    dataset: submission.data_set_id,
    endpoint: submission.endpoint,
    request: submission.endpoint ? null : `${submission.method} ${submission.path}`,
    batch,
    count: submission.event_count,
    verdict: verdictOf(submission),
    remarks: submission.advisories.length,
    answered: submission.answered,
    fault: submission.fault?.kind ?? null,
  };
  return Object.assign(row, batch ? summed(events) : first ? eventPart(first) : NOTHING);
}

/** The row of one event of a batch. */
export function eventRowOf(submission, event) {
  const violation = submission.violations.find((found) => found.event === event.index);
  return {
    id: submission.id,
    event: event.index,
    at: submission.received_at,
    dataset: submission.data_set_id,
    endpoint: submission.endpoint,
    verdict: eventVerdict(event, violation?.code),
    remarks: submission.advisories.filter((found) => found.event === event.index).length,
    answered: true,
    ...eventPart(event),
  };
}

const NOTHING = { type: null, value: null, currency: null, ids: [], age: null, consent: null };

function eventPart({ event, age_seconds, consent }) {
  const sent = isObject(event) ? event : {};
  const identifiers = isObject(sent.identifiers) ? sent.identifiers : {};
  return {
    type: named(sent),
    value: sent.value ?? null,
    currency: typeof sent.currency_code === "string" ? sent.currency_code : null,
    ids: IDENTIFIERS.filter(([name]) => name in identifiers).map(([, label]) => label),
    age: age_seconds,
    consent: consentOf(consent, sent),
  };
}

function named(sent) {
  if (typeof sent.event_type !== "string") return null;
  const custom = sent.event_type === "custom" && typeof sent.custom_event_name === "string";
  return (custom ? `custom: ${sent.custom_event_name}` : sent.event_type).slice(0, 200);
}

function summed(events) {
  const parts = events.map(eventPart);
  const kinds = new Map();
  for (const { type } of parts) kinds.set(type ?? "no type", (kinds.get(type ?? "no type") ?? 0) + 1);
  const priced = parts.filter((part) => typeof part.value === "number");
  const currencies = new Set(priced.map((part) => part.currency));
  const one = currencies.size === 1;
  const ages = parts.map((part) => part.age).filter((age) => age !== null);
  return {
    type: [...kinds]
      .map(([type, count]) => (count > 1 ? `${type} ×${count}` : type))
      .slice(0, 4)
      .join(", "),
    value: one
      ? priced.reduce((sum, part) => sum + Math.round(part.value * 1e6), 0) / 1e6
      : priced.length
        ? "several"
        : null,
    currency: one ? [...currencies][0] : null,
    ids: IDENTIFIERS.map(([, label]) => label).filter((label) => parts.some((part) => part.ids.includes(label))),
    age: ages.length ? ages.reduce((one, other) => (Math.abs(one) > Math.abs(other) ? one : other)) : null,
    consent:
      parts.map((part) => part.consent).find((consent) => consent?.out) ??
      parts.find((part) => part.consent)?.consent ??
      null,
  };
}

function consentOf(consent, sent) {
  if (consent.suppressed || Object.values(consent.opt_out).includes(true)) return { out: true, text: "Opted out" };
  if (consent.gpp_sections.length) return { out: false, text: `GPP ${consent.gpp_sections.join(", ")}`.slice(0, 80) };
  if (sent.us_privacy_string) return { out: false, text: "US Privacy" };
  return "gpp_string" in sent ? { out: false, text: "GPP" } : null;
}

/** The verdict on a whole submission: its class, its words, and how many events share which fate. */
export function verdictOf(submission) {
  if (submission.fault && submission.status !== 200) return { kind: "fault", text: `Fault ${submission.status}` };
  if (submission.outcome === "rejected")
    return { kind: "refused", text: submission.error_code, status: submission.status };
  const fates = submission.events.map((event) => eventVerdict(event));
  if (submission.endpoint === "batch")
    return { kind: worst(fates), text: shares(fates.map(({ kind }) => (kind === "fell" ? "refused" : kind))) };
  return fates[0] ?? { kind: "accepted", text: VERDICTS.accepted };
}

/** The verdict on one event. Of several marks the gravest colours it, and all are named. */
export function eventVerdict(event, code = null) {
  if (event.outcome === "rejected")
    return code ? { kind: "refused", text: code } : { kind: "fell", text: "Refused with its batch" };
  const marks = [];
  if (event.consent.suppressed) marks.push("suppressed");
  if (event.duplicate_of) marks.push("duplicate");
  if (event.late) marks.push("late");
  if (!marks.length) return { kind: "accepted", text: VERDICTS.accepted };
  return { kind: marks[0], text: marks.map((mark) => VERDICTS[mark]).join(", ") };
}

export const GRAVITY = ["refused", "fell", "suppressed", "duplicate", "late", "accepted"];
const worst = (fates) => GRAVITY.find((kind) => fates.some((fate) => fate.kind === kind)) ?? "accepted";

function shares(fates) {
  const counts = GRAVITY.map((kind) => [kind, fates.filter((fate) => fate === kind).length]).filter(
    ([, count]) => count,
  );
  if (counts.length === 1) return VERDICTS[counts[0][0]];
  return counts.map(([kind, count]) => `${count} ${VERDICTS[kind].toLowerCase()}`).join(", ");
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
