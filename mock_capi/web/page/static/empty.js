// What stands where nothing does: three requests that are ready to send, and samples at a click.

import { base, send } from "./api.js";
import { attempt, problemPlace } from "./dialogs.js";
import { byId, copyButton, el, replace } from "./dom.js";
import { now } from "./clock.js";
import { look, view } from "./view.js";

const HASH = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
const DEFAULT = { id: "00000000-0000-4000-8000-000000000001", masked: "te****", key: "test-key" };

/** Show it, or hide it. `searching` tells an empty log from a search that finds nothing. */
export function showEmpty(shown, searching, dataset) {
  const place = byId("empty");
  const state = shown ? `${searching}${dataset?.data_set_id}${base}` : "";
  place.hidden = !shown;
  // Not drawn anew each second: somebody may be reading it.
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  replace(place, shown ? (searching ? nothingFound() : nothingYet(dataset)) : []);
}

function nothingFound() {
  const all = () => look({ q: "", since: "", until: "" });
  return [
    el("h2", {}, "Nothing matches"),
    el("p", {}, "No submission in the log passes this search."),
    el("button", { type: "button", class: "primary", on: { click: all } }, "Show all"),
  ];
}

function nothingYet(dataset) {
  const failed = problemPlace();
  const sample = (kind) => {
    const asked = { kind, ...(view().data_set_id ? { data_set_id: view().data_set_id } : {}) };
    return el(
      "button",
      {
        type: "button",
        class: `sample ${kind}`,
        on: { click: () => attempt(failed, () => send("POST", "/_control/samples", asked)) },
      },
      `Send ${kind === "accepted" ? "an" : "a"} ${kind} event`,
    );
  };
  return [
    el("h2", {}, "Nothing has arrived yet"),
    el(
      "p",
      {},
      "Point your sender at ",
      el("code", {}, base),
      ", or start with one of these. What arrives is here at once.",
    ),
    el(
      "div",
      { class: "actions wrap", role: "group", "aria-label": "Send a sample" },
      ["accepted", "late", "refused"].map(sample),
    ),
    failed,
    tabs(ready(dataset)),
  ];
}

function tabs(snippets) {
  const panels = snippets.map(([name, text]) =>
    el(
      "section",
      { class: "ready", "aria-label": name },
      el("div", { class: "top" }, el("h3", {}, name), copyButton(text, "Copy", `Copy for ${name}`)),
      el("pre", { tabindex: "0", "aria-label": name }, text),
    ),
  );
  return el("div", { class: "snippets" }, panels);
}

/** The API never shows a key: only the one that everybody knows is written out. */
function keyOf(dataset) {
  return !dataset || (dataset.data_set_id === DEFAULT.id && dataset.api_key === DEFAULT.masked) ? DEFAULT.key : null;
}

function ready(dataset) {
  const url = `${base}/v1/events`;
  const id = dataset?.data_set_id ?? DEFAULT.id;
  const event = JSON.stringify(
    {
      data_set_id: id,
      timestamp: Math.floor(now()),
      event_type: "purchase",
      value: 129.99,
      currency_code: "USD",
      identifiers: { email_sha256: HASH },
    },
    null,
    2,
  );
  const key = keyOf(dataset);
  const shell = event.replaceAll("'", String.raw`'\''`);
  const inPython = event.replaceAll("\n", "\n    ");
  return [
    [
      "curl",
      `curl -sS ${url} \\\n  -H ${key ? `'Authorization: Bearer ${key}'` : '"Authorization: Bearer $MOCK_CAPI_API_KEY"'} \\\n  -H 'Content-Type: application/json' \\\n  -d '${shell}'`,
    ],
    [
      "Python",
      `${key ? "" : "import os\n"}import requests\n\nresponse = requests.post(\n    "${url}",\n    headers={"Authorization": ${key ? `"Bearer ${key}"` : `f"Bearer {os.environ['MOCK_CAPI_API_KEY']}"`}},\n    json=${inPython},\n)\nprint(response.status_code, response.json())`,
    ],
    [
      "Node",
      `const response = await fetch("${url}", {\n  method: "POST",\n  headers: {\n    Authorization: ${key ? `"Bearer ${key}"` : "`Bearer ${process.env.MOCK_CAPI_API_KEY}`"},\n    "Content-Type": "application/json",\n  },\n  body: JSON.stringify(${event.replaceAll("\n", "\n  ")}),\n});\nconsole.log(response.status, await response.json());`,
    ],
  ];
}
