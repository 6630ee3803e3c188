// The search box: what is typed is looked for, and the grammar is at hand.

import { byId, el, replace } from "./dom.js";
import { guidance } from "./guidance.js";
import { look, onLook, view } from "./view.js";

const TYPING_MS = 250;
// Of codes there are too many to list; the strip and the rows show those that occur.
const MOST_VALUES = 16;
const EXAMPLES = ["type:purchase verdict:late", "code:TIMESTAMP_TOO_OLD", "has:gpp -type:custom", "value:>100"];

export function startSearch() {
  const input = byId("q");
  let typing = null;
  // Of all that is typed in one go only the first change is a step to go back to.
  let going = false;
  const show = () => {
    if (input.value !== view().q && document.activeElement !== input) input.value = view().q;
    byId("search-clear").hidden = input.value === "";
  };
  const apply = (instead) => {
    clearTimeout(typing);
    look({ q: input.value.trim() }, { instead });
  };
  input.addEventListener("input", () => {
    byId("search-clear").hidden = input.value === "";
    clearTimeout(typing);
    typing = setTimeout(() => {
      apply(going);
      going = true;
    }, TYPING_MS);
  });
  input.addEventListener("blur", () => (going = false));
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    apply(going);
    going = false;
    help(false);
  });
  byId("search-clear").addEventListener("click", () => {
    input.value = "";
    apply(false);
    input.focus();
  });
  byId("search-help-open").addEventListener("click", () => help(byId("search-help").hidden));
  onLook((now, before) => {
    if (now.q !== before.q && now.q !== input.value.trim()) input.value = now.q;
    show();
  });
  input.value = view().q;
  show();
}

/** What the server says is wrong with the search, or nothing. */
export function problem(message) {
  byId("q-problem").textContent = message;
  byId("q").setAttribute("aria-invalid", String(Boolean(message)));
}

export const isHelpOpen = () => !byId("search-help").hidden;

let told = false;

/** Open or close the help under the box. */
export async function help(open) {
  byId("search-help").hidden = !open;
  byId("search-help-open").setAttribute("aria-expanded", String(open));
  if (!open || told) return;
  try {
    replace(byId("search-help"), explained((await guidance()).search));
    told = true;
  } catch {
    replace(byId("search-help"), el("p", {}, "The server did not answer."));
  }
}

function explained({ syntax, keys }) {
  const forms = syntax.flatMap(({ form, about }) => [el("dt", {}, el("code", {}, form)), el("dd", {}, about)]);
  const listed = keys.flatMap(({ name, takes, about, values }) => [
    el("dt", {}, el("code", {}, `${name}:`)),
    el("dd", {}, `${about} `, el("small", {}, `(${takes})`)),
    values.length > 0 &&
      values.length <= MOST_VALUES &&
      el(
        "dd",
        { class: "values" },
        values.map((value) => example(`${name}:${value}`, value)),
      ),
  ]);
  return el(
    "div",
    { class: "columns" },
    el(
      "div",
      {},
      el("h3", {}, "How to search"),
      el("dl", {}, forms),
      el("h3", {}, "For example"),
      el(
        "div",
        { class: "examples" },
        EXAMPLES.map((text) => example(text, text)),
      ),
    ),
    el("div", {}, el("h3", {}, "Keys"), el("dl", {}, listed)),
  );
}

/** A search at a click; a value is put beside what stands there already. */
function example(term, label) {
  const add = () => {
    const input = byId("q");
    input.value = [input.value.trim(), term].filter(Boolean).join(" ");
    input.dispatchEvent(new Event("input"));
    input.focus();
  };
  return el(
    "button",
    { type: "button", class: "quiet example", "aria-label": `Add ${term}`, on: { click: add } },
    el("code", {}, label),
  );
}
