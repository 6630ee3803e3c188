// What the checks found, in words: what is wrong, where, what to do about it, and where the guide says so.

import { copyButton, el, foreign } from "./dom.js";

const MOST = 25;

/** Cards for violations or advisories; `go(pointer)` shows the place in the body. */
export function remarkCards(remarks, kind, go) {
  const list = el(
    "ol",
    { class: "remarks-list", role: "list" },
    remarks.slice(0, MOST).map((remark) => card(remark, kind, go)),
  );
  if (remarks.length > MOST) {
    const more = el("button", { type: "button" }, `Show ${remarks.length - MOST} more`);
    more.addEventListener("click", () => {
      list.append(...remarks.slice(MOST).map((remark) => card(remark, kind, go)));
      more.remove();
    });
    return [list, more];
  }
  return list;
}

function card(remark, kind, go) {
  return el(
    "li",
    { class: `remark ${kind}` },
    el(
      "div",
      { class: "what" },
      el("code", { class: `badge ${kind}` }, remark.code),
      remark.pointer &&
        el(
          "button",
          {
            type: "button",
            class: "pointer",
            "aria-label": `Show ${remark.pointer} in the body`,
            on: { click: () => go(remark.pointer) },
          },
          foreign(remark.pointer, 120),
        ),
      el("span", { class: "guide" }, remark.guide === "-" ? "the guide says nothing" : `guide § ${remark.guide}`),
    ),
    el("p", { class: "message" }, foreign(remark.message, 600)),
    remark.remedy && el("p", { class: "remedy" }, el("strong", {}, "To do: "), ticked(remark.remedy)),
  );
}

/** What stands between backticks is code. */
const ticked = (text) => text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));

/** A text to copy: as a block with its button. */
export function snippet(label, text) {
  return el(
    "details",
    { class: "snippet" },
    el("summary", {}, label),
    el(
      "div",
      { class: "copyable" },
      copyButton(text, "Copy", `Copy as ${label}`),
      el("pre", { tabindex: "0", "aria-label": label }, text),
    ),
  );
}
