// The counts above the list and how many came each minute; every one of them filters.

import { getJson } from "./api.js";
import { byId, el, foreign, replace, svg } from "./dom.js";
import { has, term, toggled } from "./terms.js";
import { look, view } from "./view.js";
import { counted, number, tail } from "./words.js";

const MINUTES = 30;
const HEIGHT = 36;
const BAR = 7;
// A summary reads the whole log; a long one is asked for less often, so that looking never slows senders down.
const REST = 20;
const LEAST_REST_MS = 400;
const MOST_CODES = 5;

export class Strip {
  constructor() {
    this.summary = null;
    this.busy = false;
    this.stale = false;
  }

  /** Something may have changed. */
  async refresh() {
    if (this.busy) {
      this.stale = true;
      return;
    }
    this.busy = true;
    const started = performance.now();
    try {
      this.summary = await getJson("/_inspect/summary", { data_set_id: view().data_set_id });
      this.draw();
    } catch {
      // The connection's state says so already.
    }
    setTimeout(() => this.again(), Math.max(LEAST_REST_MS, (performance.now() - started) * REST));
  }

  again() {
    this.busy = false;
    if (!this.stale) return;
    this.stale = false;
    this.refresh();
  }

  draw() {
    if (!this.summary) return;
    const focused = document.activeElement?.dataset?.filter;
    const found = this.summary;
    replace(
      byId("strip"),
      el("div", { class: "counts", role: "group", "aria-label": "By verdict" }, verdicts(found)),
      el("div", { class: "chips", role: "group", "aria-label": "Refused by code and key" }, codes(found), keys(found)),
      histogram(found.per_minute),
    );
    // What has just been clicked is drawn anew, and keeps the focus.
    if (focused)
      byId("strip")
        .querySelector(`[data-filter="${CSS.escape(focused)}"]`)
        ?.focus({ preventScroll: true });
  }
}

function verdicts({ submissions, late, duplicates, suppressed = 0 }) {
  const everything = view().q === "" && view().since === "";
  return [
    count("all", "All", submissions.total, everything, { q: "", since: "", until: "" }),
    verdict("accepted", "Accepted", submissions.accepted),
    verdict("late", "Late", late),
    verdict("suppressed", "Suppressed", suppressed),
    verdict("duplicate", "Duplicate", duplicates),
    verdict("refused", "Refused", submissions.rejected),
  ];
}

const verdict = (kind, label, found) => facet(kind, label, found, term("verdict", kind));

function facet(kind, label, found, wanted) {
  return count(kind, label, found, has(view().q, wanted), { q: toggled(view().q, wanted) }, wanted);
}

function count(kind, label, found, pressed, changes, filter = "all") {
  return el(
    "button",
    {
      type: "button",
      class: `count ${kind}`,
      "aria-pressed": String(pressed),
      "data-filter": filter,
      on: { click: () => look(changes) },
    },
    el("span", { class: "figure" }, number(found)),
    el("span", { class: "name" }, label),
  );
}

function codes({ error_codes }) {
  const sorted = Object.entries(error_codes);
  const rest = sorted.length - MOST_CODES;
  const chips = sorted.slice(0, MOST_CODES).map(([code, found]) => chip(code, found, term("code", code)));
  return rest > 0 ? [...chips, el("span", { class: "dim" }, `and ${counted(rest, "code")} more`)] : chips;
}

function keys({ refused_by_key = {} }) {
  return Object.entries(refused_by_key)
    .slice(0, 3)
    .map(([key, found]) => chip(`key ${key}`, found, term("key", key)));
}

function chip(label, found, wanted) {
  const pressed = has(view().q, wanted);
  const click = () => look({ q: toggled(view().q, wanted) });
  return el(
    "button",
    { type: "button", class: "chip", "aria-pressed": String(pressed), "data-filter": wanted, on: { click } },
    foreign(tail(label, 60)),
    el("span", { class: "figure" }, number(found)),
  );
}

function histogram(perMinute) {
  const counted_ = new Map(perMinute.map((bucket) => [Date.parse(bucket.minute) / 1000, bucket]));
  const newest = Math.max(0, ...counted_.keys());
  const first = newest - (MINUTES - 1) * 60;
  const shown = [...counted_].filter(([minute]) => minute >= first);
  const most = Math.max(1, ...shown.map(([, { accepted, rejected }]) => accepted + rejected));
  const width = MINUTES * BAR;
  return el(
    "figure",
    { class: "histogram" },
    svg(
      "svg",
      {
        viewBox: `0 0 ${width} ${HEIGHT}`,
        width,
        height: HEIGHT,
        role: "group",
        "aria-label": "Submissions per minute",
      },
      svg("rect", { class: "ground", x: 0, y: HEIGHT - 1, width, height: 1 }),
      shown.map(([minute, bucket]) => bar(minute, bucket, ((minute - first) / 60) * BAR, most)),
    ),
    el(
      "figcaption",
      {},
      newest ? `per minute, up to ${new Date(newest * 1000).toISOString().slice(11, 16)} UTC` : "per minute",
    ),
  );
}

function bar(minute, { accepted, rejected }, x, most) {
  const tall = (found) => (found ? Math.max(2, (found / most) * (HEIGHT - 3)) : 0);
  const pressed = view().since === String(minute);
  const toggle = () => look(pressed ? { since: "", until: "" } : { since: String(minute), until: String(minute + 59) });
  const keydown = (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), toggle());
  const time = new Date(minute * 1000).toISOString().slice(11, 16);
  const rect = (kind, y, height) => svg("rect", { class: kind, x: x + 1, y, width: BAR - 2, height, rx: 1 });
  const [good, bad] = [tall(accepted), tall(rejected)];
  return svg(
    "g",
    {
      class: "bar",
      role: "button",
      tabindex: "0",
      "aria-pressed": String(pressed),
      "data-filter": `minute ${minute}`,
      "aria-label": `${time}: ${accepted} accepted, ${rejected} refused`,
      on: { click: toggle, keydown },
    },
    svg("title", {}, `${time} UTC: ${accepted} accepted, ${rejected} refused`),
    svg("rect", { class: "target", x, y: 0, width: BAR, height: HEIGHT }),
    rect("accepted", HEIGHT - 1 - good, good),
    rect("refused", HEIGHT - 1 - good - bad, bad),
  );
}
