// axios, alone and with axios-retry.

import axios from "axios";
import axiosRetry, { isRetryableError } from "axios-retry";

import { authorization, run } from "./shop.mjs";

async function send(url, body, retries) {
  const client = axios.create({ headers: { authorization } });
  if (retries) axiosRetry(client, retries);
  const { status, data } = await client.post(url, body).catch(({ response }) => response);
  return { status, answer: data };
}

await run({
  object: (url, body) => send(url, body),
  string: (url, body) => send(url, JSON.stringify(body)),
  "axios-retry": (url, body) => send(url, body, { retries: 3 }),
  "axios-retry of POST": (url, body) => send(url, body, { retries: 3, retryCondition: isRetryableError }),
});
