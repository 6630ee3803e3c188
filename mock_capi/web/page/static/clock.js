// The mock's clock: shown as it goes, set and moved here.

import { send } from "./api.js";
import { byId, el } from "./dom.js";
import { attempt, field, openDialog, problemPlace } from "./dialogs.js";
import { view } from "./view.js";

const LEAPS = [
  ["+1 minute", 60],
  ["+1 hour", 3600],
  ["+1 day", 86400],
  ["+7 days", 604800],
  ["+30 days", 2592000],
];
let shown = null;
let takenAt = 0;

/** What the clock shows now, in epoch seconds; the page counts on between two answers of the server. */
export function now() {
  if (!shown) return Date.now() / 1000;
  return shown.frozen ? shown.now : shown.now + (performance.now() - takenAt) / 1000;
}

/** Take over what the server says: the chosen dataset's clock, or everyone's. */
export function showClock(clock) {
  shown = clock;
  takenAt = performance.now();
  tick();
}

function tick() {
  if (!shown) return;
  const iso = new Date(now() * 1000).toISOString();
  const text =
    iso.slice(0, 10) === new Date().toISOString().slice(0, 10) ? iso.slice(11, 19) : iso.slice(0, 19).replace("T", " ");
  if (byId("clock-now").textContent !== text) {
    byId("clock-now").textContent = text;
    byId("clock-now").dateTime = iso;
  }
  byId("clock-mode").textContent = shown.frozen ? "frozen" : shown.real ? "" : "moved";
  byId("clock-open").classList.toggle("changed", !shown.real);
  const live = document.querySelector("#dialog time.now");
  if (live) live.textContent = `${iso.slice(0, 19).replace("T", " ")} UTC`;
}

export function startClock() {
  setInterval(tick, 250);
  byId("clock-open").addEventListener("click", openClock);
}

function openClock() {
  const failed = problemPlace();
  const input = el("input", { type: "text", name: "now", id: "clock-input", spellcheck: "false", autocomplete: "off" });
  input.value = `${new Date(now() * 1000).toISOString().slice(0, 19)}Z`;
  const frozen = el("input", { type: "checkbox", name: "frozen", id: "clock-frozen", checked: shown?.frozen ?? false });
  const scope = view().data_set_id ? { data_set_id: view().data_set_id } : {};
  const change = async (method, path, body) => {
    const clock = await attempt(failed, () => send(method, path, { ...scope, ...body }));
    if (!clock) return;
    showClock(clock);
    input.value = clock.iso;
    frozen.checked = clock.frozen;
  };
  const button = (label, work) => el("button", { type: "button", on: { click: work } }, label);
  const submit = (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    change("PUT", "/_control/clock", {
      now: /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed,
      frozen: frozen.checked,
    });
  };
  openDialog(
    "Clock",
    el("p", { class: "big" }, el("time", { class: "now" })),
    el(
      "p",
      { class: "dim" },
      view().data_set_id
        ? "Of the chosen dataset."
        : "Of every dataset that has none of its own. Events turn late at 7 days and are refused after 30.",
    ),
    el(
      "div",
      { class: "actions wrap", role: "group", "aria-label": "Advance" },
      LEAPS.map(([label, seconds]) => button(label, () => change("POST", "/_control/clock/advance", { seconds }))),
    ),
    el(
      "form",
      { class: "row-form", on: { submit } },
      field("Set to", input, "ISO 8601 with Z or an offset, or epoch seconds"),
      el("label", { class: "check" }, frozen, "Frozen"),
      el("button", { type: "submit", class: "primary" }, "Set"),
    ),
    el(
      "div",
      { class: "actions" },
      button("Freeze now", () => change("PUT", "/_control/clock", { frozen: true })),
      button("Let it run", () => change("PUT", "/_control/clock", { frozen: false })),
      button("Back to real time", () => change("DELETE", "/_control/clock")),
    ),
    failed,
  );
  tick();
}
