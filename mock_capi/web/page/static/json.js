// A JSON value as lines, each knowing the JSON Pointer of what stands in it, so that a place can be marked.

/** A number as it was written, where JavaScript would write it otherwise: 1746558464.0 is no integer. */
class Written {
  constructor(text) {
    this.text = text;
  }
}

/** Parses, keeping numbers as they were written where the browser tells how. */
export function exact(text) {
  return JSON.parse(text, (_name, value, context) =>
    typeof value === "number" && context?.source !== undefined && context.source !== String(value)
      ? new Written(context.source)
      : value,
  );
}

export const written = (value) => (value instanceof Written ? value.text : JSON.stringify(value));

const escaped = (name) => String(name).replaceAll("~", "~0").replaceAll("/", "~1");

/** Lines of {depth, name, text, kind, pointer, comma}; `text` is a value, or a bracket. */
export function linesOf(value, pointer = "", depth = 0, name = null, comma = "") {
  const line = (text, kind, after = comma) => ({ depth, name, text, kind, pointer, comma: after });
  if (value instanceof Written || typeof value !== "object" || value === null)
    return [line(written(value), kindOf(value))];
  const list = Array.isArray(value);
  const [open, close] = list ? "[]" : "{}";
  const names = list ? [...value.keys()] : Object.keys(value);
  if (!names.length) return [line(open + close, "bracket")];
  const inner = names.flatMap((inside, index) =>
    linesOf(
      value[inside],
      `${pointer}/${escaped(inside)}`,
      depth + 1,
      list ? null : inside,
      index < names.length - 1 ? "," : "",
    ),
  );
  return [
    line(open, "bracket", ""),
    ...inner,
    { depth, name: null, text: close, kind: "bracket", pointer: null, comma },
  ];
}

const kindOf = (value) => (value === null ? "null" : value instanceof Written ? "number" : typeof value);

/** The place itself, or where it is missing the nearest one around it that is there. */
export function nearestPlace(pointer, pointers) {
  let at = pointer;
  while (at !== "" && !pointers.has(at)) at = at.slice(0, at.lastIndexOf("/"));
  return at;
}
