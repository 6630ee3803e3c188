// What is looked at: the address says it all, so that every view can be linked, reloaded and gone back to.

const NAMES = ["q", "data_set_id", "since", "until", "id", "event"];
const listeners = [];
let current = read();

function read() {
  const params = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ""]));
}

export const view = () => current;

/** The filters of the list, as /_inspect/submissions takes them. */
export function filters() {
  const { q, data_set_id, since, until } = current;
  return { q, data_set_id, since, until };
}

/** Look at something else; `instead` leaves no step to go back to. */
export function look(changes, { instead = false } = {}) {
  const next = { ...current, ...changes };
  if (NAMES.every((name) => next[name] === current[name])) return;
  const params = new URLSearchParams(NAMES.filter((name) => next[name] !== "").map((name) => [name, next[name]]));
  const query = params.toString();
  history[instead ? "replaceState" : "pushState"](null, "", location.pathname + (query ? `?${query}` : ""));
  turn(next);
}

export function onLook(listener) {
  listeners.push(listener);
}

function turn(next) {
  const before = current;
  current = next;
  for (const listener of listeners) listener(current, before);
}

addEventListener("popstate", () => turn(read()));
