// What GET /_inspect/help says of the search, the codes and the readings; asked for once.

import { getJson } from "./api.js";

let asked = null;

/** All of it; a failure is forgotten, so that the next who asks tries again. */
export function guidance() {
  asked ??= getJson("/_inspect/help").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}
