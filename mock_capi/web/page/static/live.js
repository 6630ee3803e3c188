// The log as it grows: a stream while there is one, else polling, and the truth about which of the two it is.

import { ask, getJson } from "./api.js";
import { frames } from "./frames.js";

const FIRST_WORD_MS = 3000;
const POLL_MS = 1000;
const POLLS_BEFORE_STREAM = 15;

export class Live {
  /** `on` has: state(name), rows(submissions with their sequence, oldest first), polled(page), size(), reset(). */
  constructor(on) {
    this.on = on;
    this.filters = {};
    this.last = null;
    this.paused = false;
    this.run = null;
  }

  /** Follow what passes these filters from now on. Resolves when the stream is open, or is known not to be. */
  follow(filters) {
    this.filters = filters;
    this.last = null;
    return this.restart();
  }

  pause(paused) {
    this.paused = paused;
    if (paused) {
      this.run?.abort();
      this.on.state("paused");
    } else {
      this.restart();
    }
  }

  restart() {
    this.run?.abort();
    if (this.paused) return Promise.resolve();
    const run = (this.run = new AbortController());
    return new Promise((opened) => this.keepOn(run.signal, opened));
  }

  async keepOn(signal, opened) {
    while (!signal.aborted) {
      const worked = await this.stream(signal, opened);
      opened();
      // What worked a moment ago is tried again at once; what did not, only after a while of polling.
      await this.poll(signal, worked ? 1 : POLLS_BEFORE_STREAM, worked ? "connecting" : "polling");
    }
  }

  /** Read the stream to its end; whether it ever said a word. */
  async stream(signal, opened) {
    let heard = false;
    const attempt = new AbortController();
    signal.addEventListener("abort", () => attempt.abort(), { signal: attempt.signal });
    // Some proxies hold a stream back: only with its first word it is known to work.
    const patience = setTimeout(() => attempt.abort(), FIRST_WORD_MS);
    try {
      const params = { ...this.filters, last_event_id: this.last };
      const response = await ask("/_inspect/stream", { params, signal: attempt.signal });
      for await (const found of frames(response.body)) {
        clearTimeout(patience);
        if (!heard) this.on.state("live");
        heard = true;
        opened();
        this.take(found);
      }
    } catch {
      // Refused, cut off or ended by us: what comes next is the same.
    }
    clearTimeout(patience);
    attempt.abort();
    return heard;
  }

  take(found) {
    if (found.some((frame) => frame.type === "cleared" || frame.type === "missed")) this.on.reset();
    const news = found.filter((frame) => frame.type === "message");
    if (!news.length) return;
    this.last = news.at(-1).id;
    this.on.rows(news.map((frame) => ({ ...JSON.parse(frame.data), sequence: Number(frame.id) })));
  }

  async poll(signal, times, state) {
    let broken = false;
    for (let turn = 0; turn < times && !signal.aborted; turn++) {
      try {
        const page = await getJson("/_inspect/submissions", { ...this.filters, limit: this.on.size() }, signal);
        if (signal.aborted) return;
        this.on.state(state);
        // Another server may be there now, with a log of its own.
        if (broken) return void this.on.reset();
        this.on.polled(page);
      } catch (error) {
        if (signal.aborted) return;
        // A search that the server refuses is no broken connection.
        broken = error.status === undefined;
        this.on.state(broken ? "offline" : state);
        if (broken) turn = -1;
      }
      await pause(POLL_MS, signal);
    }
  }
}

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
