// The body of a request, pretty-printed, with every place marked that a check has something to say about.

import { el, visible } from "./dom.js";
import { linesOf, nearestPlace } from "./json.js";
import { number } from "./words.js";

const LONGEST = 300;
const MOST_LINES = 400;
const AROUND = 3;

/** `marks` are {pointer, kind, code}; answers the block, and `go(pointer)`, which shows a place. */
export function bodyBlock(value, marks) {
  const lines = linesOf(value);
  const pointers = new Set(lines.map((line) => line.pointer));
  const marked = new Map();
  for (const mark of marks) {
    const at = nearestPlace(mark.pointer, pointers);
    marked.set(at, [...(marked.get(at) ?? []), { ...mark, missing: at !== mark.pointer }]);
  }
  const list = el("ol", { class: "code", role: "list", tabindex: "0", "aria-label": "Body" });
  const show = (all) => list.replaceChildren(...shown(lines, marked, all, () => show(true)));
  show(lines.length <= MOST_LINES);
  const go = (pointer) => {
    const at = nearestPlace(pointer, pointers);
    const find = () => list.querySelector(`[data-pointer="${CSS.escape(at)}"]`);
    if (!find()) show(true);
    const found = find();
    found?.scrollIntoView({ block: "center" });
    found?.classList.remove("flash");
    requestAnimationFrame(() => found?.classList.add("flash"));
    list.focus({ preventScroll: true });
  };
  return { block: list, go };
}

/** All lines, or of many the first and those around a mark. */
function shown(lines, marked, all, more) {
  const wanted = new Set();
  lines.forEach((line, index) => {
    if (all || index < MOST_LINES / 4) wanted.add(index);
    if (!all && marked.has(line.pointer) && wanted.size < MOST_LINES)
      for (let near = index - AROUND; near <= index + AROUND * 2; near++) wanted.add(near);
  });
  const nodes = [];
  let skipped = 0;
  const gap = () => {
    if (skipped)
      nodes.push(
        el(
          "li",
          { class: "gap" },
          el("button", { type: "button", class: "quiet", on: { click: more } }, `Show ${number(skipped)} more lines`),
        ),
      );
    skipped = 0;
  };
  lines.forEach((line, index) => {
    if (!wanted.has(index)) return void skipped++;
    gap();
    nodes.push(lineElement(line, index + 1, marked.get(line.pointer)));
  });
  gap();
  return nodes;
}

function lineElement(line, nth, marks) {
  const kind = marks && (marks.some((mark) => mark.kind === "refused") ? "refused" : "late");
  return el(
    "li",
    { class: kind ? `marked ${kind}` : null, "data-pointer": line.pointer, value: nth },
    el("span", { class: "nr", "aria-hidden": "true" }, String(nth)),
    el(
      "span",
      { class: "src" },
      "  ".repeat(line.depth),
      line.name !== null && [el("bdi", { class: "name" }, clipped(JSON.stringify(line.name), LONGEST)), ": "],
      el("bdi", { class: line.kind }, clipped(line.text, LONGEST)),
      line.comma,
    ),
    marks &&
      el(
        "span",
        { class: "notes" },
        [...new Set(marks.map(note))].map((text) => el("span", { class: `note ${kind}` }, text)),
      ),
  );
}

const note = ({ code, pointer, missing }) =>
  missing ? `${code}: ${pointer.slice(pointer.lastIndexOf("/") + 1)} is missing here` : code;

/** Long texts are cut, and come whole when asked for. */
function clipped(text, longest) {
  const safe = visible(text);
  if (safe.length <= longest) return safe;
  const whole = el("span", {}, safe.slice(0, longest));
  const button = el("button", { type: "button", class: "quiet more" }, `… ${number(safe.length - longest)} more`);
  button.addEventListener("click", () => {
    whole.textContent = safe;
    button.remove();
  });
  return el("span", {}, whole, button);
}
