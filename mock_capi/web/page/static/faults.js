// Faults: what is armed, and a form to arm more.

import { getJson, send } from "./api.js";
import { byId, el, foreign, replace } from "./dom.js";
import { attempt, field, openDialog, problemPlace } from "./dialogs.js";
import { view } from "./view.js";

const KINDS = [
  ["status", "Answer with a status"],
  ["delay", "Answer late"],
  ["timeout", "Never answer"],
  ["reset", "Cut the connection"],
  ["drop_after_store", "Store, then cut the connection"],
];

/** The button in the frame says how many are armed. */
export function showFaults(faults) {
  const button = byId("faults-open");
  button.textContent = faults.length ? `Faults ${faults.length}` : "Faults";
  button.classList.toggle("changed", faults.length > 0);
}

export const scoped = () => (view().data_set_id ? { data_set_id: view().data_set_id } : {});

export function startFaults() {
  byId("faults-open").addEventListener("click", openFaults);
}

async function openFaults() {
  const failed = problemPlace();
  const list = el("ul", { class: "faults" });
  const refresh = async () => {
    const found = await attempt(failed, () => getJson("/_control/faults", scoped()));
    if (!found) return;
    showFaults(found.faults);
    replace(list, found.faults.length ? found.faults.map(listed) : el("li", { class: "dim" }, "None is armed."));
  };
  const listed = (fault) => {
    const label = describe(fault);
    const remove = async () => {
      await attempt(failed, () => send("DELETE", `/_control/faults/${fault.id}`));
      await refresh();
    };
    const where = fault.data_set_id && el("span", { class: "dim" }, " for ", foreign(fault.data_set_id, 40));
    return el(
      "li",
      {},
      el("span", {}, label, where),
      el(
        "button",
        { type: "button", class: "quiet", "aria-label": `Remove: ${label}`, on: { click: remove } },
        "Remove",
      ),
    );
  };
  openDialog(
    "Faults",
    el("p", { class: "dim" }, "Failures on request, to see what a sender does with them."),
    list,
    form(failed, refresh),
    failed,
  );
  await refresh();
}

function form(failed, refresh) {
  const kind = el(
    "select",
    { name: "kind", id: "fault-kind" },
    KINDS.map(([value, label]) => el("option", { value }, label)),
  );
  const whole = (name, value, min, max) =>
    el("input", { type: "number", name, id: `fault-${name}`, value, min, max, required: true });
  const status = field("Status", whole("status", 503, 429, 599));
  const delay = field("Milliseconds", whole("delay_ms", 1000, 0, 86400000));
  const times = field("Times", whole("times", 3, 1, 1000000));
  const fit = () => {
    status.hidden = kind.value !== "status";
    delay.hidden = kind.value !== "delay";
  };
  kind.addEventListener("change", fit);
  fit();
  const submit = async (event) => {
    event.preventDefault();
    const value = (place) => Number(place.querySelector("input").value);
    const asked = { kind: kind.value, times: value(times), ...scoped() };
    if (!status.hidden) asked.status = value(status);
    if (!delay.hidden) asked.delay_ms = value(delay);
    if (await attempt(failed, () => send("POST", "/_control/faults", asked))) await refresh();
  };
  return el(
    "form",
    { class: "row-form", on: { submit } },
    field("Kind", kind),
    status,
    delay,
    times,
    el("button", { type: "submit", class: "primary" }, "Arm"),
  );
}

/** A fault in words. */
export function describe(fault) {
  const what = {
    status: `Answer ${fault.status}`,
    delay: `Answer ${fault.delay_ms} ms late`,
    timeout: "Never answer",
    reset: `Cut the connection ${fault.at} the answer`,
    drop_after_store: "Store, then cut the connection",
  }[fault.kind];
  const often = fault.times === null ? "every time" : fault.times === 1 ? "once" : `${fault.times} times`;
  const after = fault.after ? ` after ${fault.after}` : "";
  const share = fault.probability < 1 ? `, ${Math.round(fault.probability * 100)} % of requests` : "";
  const where = fault.endpoint ? `, ${fault.endpoint} only` : "";
  return `${what}, ${often}${after}${share}${where}`;
}
