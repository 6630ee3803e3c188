// Reading server-sent events from a fetch: EventSource cannot send the admin token.

/** Yields what each portion of the stream completes: a list of {type, id, data}, often of many. */
export async function* frames(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    if (blocks.length) yield blocks.map(parsed).filter(Boolean);
  }
}

function parsed(block) {
  const frame = { type: "message", id: null, data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    if (name === "event") frame.type = value;
    else if (name === "id") frame.id = value;
    else if (name === "data") frame.data += value;
  }
  // Greetings and heartbeats count as a word, but say nothing.
  return frame.data || frame.type !== "message" ? frame : { type: "comment" };
}
