// How every part of the detail view begins.

import { el } from "./dom.js";

export const section = (title, ...content) => el("section", { class: "part" }, el("h3", {}, title), content);

/** The same, closed until somebody opens it. */
export const folded = (title, ...content) =>
  el("details", { class: "part" }, el("summary", {}, el("h3", {}, title)), content);
