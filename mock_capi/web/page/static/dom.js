// Making elements. Text from outside goes in as text only: nothing here ever parses HTML.

const SVG = "http://www.w3.org/2000/svg";
const LONGEST = 400;

/** An element: `props` are attributes, but for `on` (listeners) and `class`; children are nodes or text. */
export function el(tag, props = {}, ...children) {
  return filled(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

function filled(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

export function replace(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

/** Text that events brought: its direction stays its own, and it never takes more room than it should. */
export function foreign(text, longest = LONGEST) {
  const whole = visible(String(text));
  const shown = whole.length > longest ? `${whole.slice(0, longest)}…` : whole;
  return el(
    "bdi",
    { class: "foreign", title: whole.length > longest ? `${whole.length.toLocaleString("en")} characters` : null },
    shown,
  );
}

// Controls that turn the direction or hide text are shown by their names, so that nobody is deceived by them.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
export const visible = (text) =>
  text.replace(HIDDEN, (mark) => `⟨U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

/** A button that copies a text, and says so. */
export function copyButton(text, label = "Copy", name = null) {
  const button = el("button", { type: "button", class: "quiet copy", "aria-label": name }, label);
  button.addEventListener("click", () => copy(typeof text === "function" ? text() : text, button));
  return button;
}

export async function copy(text, button) {
  const before = button.textContent;
  button.textContent = (await onClipboard(text)) ? "Copied" : "Select and copy";
  announce(button.textContent);
  setTimeout(() => (button.textContent = before), 1500);
}

async function onClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedTheOldWay(text); // over plain HTTP on another host browsers have no clipboard
  }
}

function copiedTheOldWay(text) {
  const area = el("textarea", { class: "sr", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** Say something to who cannot see it. */
export function announce(text) {
  byId("announce").textContent = text;
}
