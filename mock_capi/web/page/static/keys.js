// The keyboard: everything that the mouse can do in the list.

import { openDialog } from "./dialogs.js";
import { closeDetail } from "./detail.js";
import { byId, el } from "./dom.js";
import { help, isHelpOpen } from "./search.js";
import { view } from "./view.js";

const KEYS = [
  ["/", "Search"],
  ["j or ↓", "Next row"],
  ["k or ↑", "Previous row"],
  ["Enter", "Open the row"],
  ["→ and ←", "Show and hide the events of a batch"],
  ["Home and End", "First and last row"],
  ["Esc", "Close, or let go of the row"],
  ["p", "Pause and go on"],
  ["?", "This help"],
];

export function startKeys(list, togglePause) {
  byId("keys-open").addEventListener("click", showKeys);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("dialog").open || document.querySelector("dialog.login"))
      return;
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape") escape(list, typing);
    else if (!typing && act(event, list, togglePause)) event.preventDefault();
  });
}

function escape(list, typing) {
  if (isHelpOpen()) return void help(false);
  if (typing) return void byId("list").focus();
  if (view().id !== "") {
    closeDetail();
    byId("list").focus();
  } else if (list.active !== null) {
    list.activate(null);
    list.scrolled();
  }
}

/** Does what a key asks for; whether there was anything to do. */
function act(event, list, togglePause) {
  const inList = event.target === byId("list") || event.target === document.body;
  switch (event.key) {
    case "/":
      byId("q").focus();
      byId("q").select();
      return true;
    case "?":
      showKeys();
      return true;
    case "p":
      togglePause();
      return true;
    case "j":
      return step(list, 1);
    case "k":
      return step(list, -1);
    default:
      return inList && inTheList(event.key, list);
  }
}

function inTheList(key, list) {
  const page = Math.max(1, Math.floor(list.grid.clientHeight / list.height) - 2);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (key in steps) return step(list, steps[key]);
  const item = list.activeItem;
  if (!item) return false;
  if (key === "Enter") list.open(item);
  else if (key === "ArrowRight") list.toggle(item, true);
  else if (key === "ArrowLeft") list.toggle(item, false);
  else return false;
  return true;
}

/** With a submission open the next one is opened, as in a mail program. */
function step(list, by) {
  const item = list.step(by);
  if (item && view().id !== "") list.on.open(item.row, true);
  return Boolean(item);
}

function showKeys() {
  openDialog(
    "Keyboard",
    el(
      "dl",
      { class: "keys" },
      KEYS.map(([key, what]) =>
        el(
          "div",
          {},
          el(
            "dt",
            {},
            key
              .split(/ (or|and) /)
              .map((part) => (part === "or" || part === "and" ? ` ${part} ` : el("kbd", {}, part))),
          ),
          el("dd", {}, what),
        ),
      ),
    ),
  );
}
