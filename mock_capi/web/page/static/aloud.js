// What arrives, for who cannot see it.

import { announce } from "./dom.js";
import { counted } from "./words.js";

let said = -Infinity;

/** Whoever listens is told once a second at most. */
export function say(submissions) {
  if (performance.now() - said < 1000) return;
  said = performance.now();
  const [first] = submissions;
  const words = first.outcome === "accepted" ? "Accepted" : `Refused, ${first.error_code}`;
  announce(submissions.length === 1 ? words : `${counted(submissions.length, "submission")} arrived`);
}
