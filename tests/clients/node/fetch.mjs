// The fetch that node has on board.

import { authorization, run, typed } from "./shop.mjs";

async function send(url, body, headers) {
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
}

await run({
  typed: (url, body) => send(url, body, typed),
  untyped: (url, body) => send(url, body, { authorization }),
});
