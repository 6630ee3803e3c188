// The frame around it all: base URL, dataset, readings, how the connection is, clearing, colours.

import { base, getJson, send } from "./api.js";
import { showClock, startClock } from "./clock.js";
import { attempt, closeDialog, openDialog, problemPlace } from "./dialogs.js";
import { byId, copy, el, replace } from "./dom.js";
import { guidance } from "./guidance.js";
import { scoped, showFaults, startFaults } from "./faults.js";
import { look, view } from "./view.js";
import { counted, tail } from "./words.js";

const STATES = { connecting: "Connecting", live: "Live", polling: "Polling", offline: "Offline", paused: "Paused" };
const THEMES = { "": ["◐", "as the system"], light: ["☀", "light"], dark: ["☾", "dark"] };
const STATUS_MS = 2000;

/** `on` has status(status), cleared(), pause(). */
export function startFrame(on) {
  byId("base").textContent = base;
  byId("base-copy").addEventListener("click", (event) => copy(base, event.currentTarget));
  byId("dataset").addEventListener("change", (event) => look({ data_set_id: event.target.value, id: "", event: "" }));
  byId("pause").addEventListener("click", on.pause);
  byId("clear-open").addEventListener("click", () => askToClear(on.cleared));
  startTheme();
  startClock();
  startFaults();
  const again = async () => {
    if (!document.hidden) await refreshStatus(on.status);
    setTimeout(again, STATUS_MS);
  };
  again();
}

export async function refreshStatus(told) {
  try {
    const status = await getJson("/_inspect/status");
    const chosen = status.datasets.find((found) => found.data_set_id === view().data_set_id);
    showClock(chosen?.clock ?? status.clock);
    showFaults(
      status.faults.filter((fault) => !chosen || !fault.data_set_id || fault.data_set_id === chosen.data_set_id),
    );
    showDatasets(status.datasets);
    await showReadings(chosen?.readings ?? status.readings);
    told(status);
  } catch {
    // The connection's state says so already.
  }
}

function showDatasets(datasets) {
  const select = byId("dataset");
  const ids = datasets.map((found) => found.data_set_id);
  const known = ["", ...ids, ...(view().data_set_id && !ids.includes(view().data_set_id) ? [view().data_set_id] : [])];
  if (known.join("\n") !== select.dataset.known) {
    select.dataset.known = known.join("\n");
    replace(
      select,
      known.map((id) =>
        el("option", { value: id, title: id || null }, id === "" ? `All (${ids.length})` : tail(id, 24)),
      ),
    );
  }
  select.value = view().data_set_id;
}

/** Only those that differ from the defaults deserve a place in the frame. */
async function showReadings(readings) {
  const known = (await guidance()).readings;
  const defaults = Object.fromEntries(known.map((reading) => [reading.name, String(reading.default)]));
  const changed = Object.entries(readings).filter(([name, value]) => defaults[name] !== String(value));
  const button = byId("readings-open");
  button.hidden = !changed.length;
  button.textContent = counted(changed.length, "reading");
  button.classList.toggle("changed", changed.length > 0);
  button.title = changed.map(([name, value]) => `${name}=${value}`).join("\n");
  button.onclick = () => openReadings(readings, known);
}

function openReadings(readings, known) {
  const rows = known.map(({ name, about, default: usual }) => {
    const changed = String(usual) !== String(readings[name]);
    return el(
      "tr",
      { class: changed ? "changed" : null, title: about },
      el("th", { scope: "row" }, el("code", {}, name)),
      el("td", {}, el("code", {}, String(readings[name]))),
      el("td", {}, changed && el("span", { class: "dim" }, `default ${usual}`)),
    );
  });
  openDialog("Readings in force", el("table", { class: "readings" }, el("tbody", {}, rows)));
}

export function showConnection(state) {
  const place = byId("connection");
  if (place.dataset.state === state && place.textContent === STATES[state]) return;
  place.dataset.state = state;
  place.textContent = STATES[state];
  const paused = state === "paused";
  byId("pause").setAttribute("aria-pressed", String(paused));
  byId("pause").textContent = paused ? "Go on" : "Pause";
}

/** Asked once: what is gone is gone. */
function askToClear(cleared) {
  const failed = problemPlace();
  const clear = async () => {
    if (!(await attempt(failed, () => send("DELETE", "/_control/log", scoped())))) return;
    closeDialog();
    cleared();
  };
  const what = view().data_set_id ? "Everything of the chosen dataset" : "Everything of every dataset";
  openDialog(
    "Clear the log?",
    el("p", {}, `${what} is forgotten. Clock, faults and datasets stay.`),
    failed,
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", on: { click: closeDialog } }, "Keep it"),
      el("button", { type: "button", class: "primary danger", on: { click: clear } }, "Clear"),
    ),
  );
}

function startTheme() {
  const order = Object.keys(THEMES);
  const show = () => {
    const [sign, name] = THEMES[document.documentElement.dataset.theme ?? ""];
    byId("theme").textContent = sign;
    byId("theme").setAttribute("aria-label", `Colours: ${name}`);
  };
  byId("theme").addEventListener("click", () => {
    const next = order[(order.indexOf(document.documentElement.dataset.theme ?? "") + 1) % order.length];
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    try {
      localStorage.setItem("mock-capi-theme", next);
    } catch {
      // Where storage is forbidden the choice lasts as long as the page.
    }
    show();
  });
  show();
}
