// The one dialog of the page: clock, faults, readings, keys, clearing.

import { byId, el, replace } from "./dom.js";

/** Show it; the focus comes back to where it was when it closes, as browsers do by themselves. */
export function openDialog(title, ...content) {
  const dialog = byId("dialog");
  const close = el(
    "button",
    { type: "button", class: "quiet icon", "aria-label": "Close", on: { click: () => dialog.close() } },
    "×",
  );
  replace(
    dialog,
    el("div", { class: "panel" }, el("div", { class: "top" }, el("h2", { id: "dialog-title" }, title), close), content),
  );
  if (!dialog.open) dialog.showModal();
}

export const closeDialog = () => byId("dialog").close();

/** Runs something and shows in `place` why it failed, if it does. */
export async function attempt(place, work) {
  place.textContent = "";
  try {
    return await work();
  } catch (error) {
    place.textContent = error.message;
    return null;
  }
}

export const problemPlace = () => el("p", { class: "problem", role: "alert" });

/** A labelled field of a form. */
export const field = (label, input, hint = null) =>
  el("label", { class: "field" }, el("span", {}, label), input, hint && el("small", {}, hint));
