// undici: its request, and its RetryAgent.

import { Agent, RetryAgent, request } from "undici";

import { authorization, run, typed } from "./shop.mjs";

const QUICK = { minTimeout: 1, maxTimeout: 10 };

async function send(url, body, headers, retries) {
  const agent = new Agent();
  const dispatcher = retries ? new RetryAgent(agent, { ...QUICK, ...retries }) : agent;
  try {
    const response = await request(url, { method: "POST", headers, body: JSON.stringify(body), dispatcher });
    return { status: response.statusCode, answer: await response.body.json() };
  } catch (error) {
    if (error.code !== "UND_ERR_REQ_RETRY") throw error;
    return { status: error.statusCode, answer: null }; // what the server said is lost
  } finally {
    await agent.close();
  }
}

await run({
  typed: (url, body) => send(url, body, typed),
  untyped: (url, body) => send(url, body, { authorization }),
  RetryAgent: (url, body) => send(url, body, typed, {}),
  "RetryAgent of POST": (url, body) => send(url, body, typed, { methods: ["POST"] }),
});
