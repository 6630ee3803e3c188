// A shop's events, and the frame of every program here: node PROGRAM WAY BODY URL KEY DATASET.
// The program sends the body in that way and prints what it sent and what it was answered.

import { createHash } from "node:crypto";

const [way, kind, base, apiKey, dataSetId] = process.argv.slice(2);

export const authorization = `Bearer ${apiKey}`;
export const typed = { authorization, "content-type": "application/json" };

const sha256 = (text) => createHash("sha256").update(text.trim().toLowerCase()).digest("hex");

const event = (email) => ({
  data_set_id: dataSetId,
  timestamp: Math.floor(Date.now() / 1000),
  event_type: "purchase",
  value: 129.99,
  currency_code: "USD",
  identifiers: email ? { email_sha256: sha256(email) } : {},
  custom_data: { product: "Crème brûlée" },
});

const bodies = {
  single: () => event("Jane@example.com"),
  batch: () => ["jane@example.com", "joe@example.com", "kim@example.com"].map(event),
  anonymous: () => event(null),
};

export async function run(ways) {
  const sent = bodies[kind]();
  const url = base + (Array.isArray(sent) ? "/v1/events/batch" : "/v1/events");
  const { status, answer } = await ways[way](url, sent);
  console.log(JSON.stringify({ sent, status, answer }));
}
