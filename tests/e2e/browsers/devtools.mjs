// The DevTools protocol over the browser's pipe: no port, and the browser ends when the pipe does.

/** Talks to a Chromium that was started with `--remote-debugging-pipe`; `writer` is its fd 3, `reader` its fd 4. */
export function connect(writer, reader) {
  let last = 0;
  let rest = '';
  let gone = false;
  const waiting = new Map();
  const heard = new Set();

  const end = () => {
    gone = true;
    for (const { method, no } of waiting.values()) no(new Error(`${method}: the browser has ended`));
    waiting.clear();
  };
  reader.setEncoding('utf8');
  reader.on('data', chunk => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop();
    for (const message of messages) hear(JSON.parse(message));
  });
  reader.on('close', end);
  writer.on('error', end);

  function hear({ id, method, params, sessionId, result, error }) {
    if (id === undefined) {
      for (const listener of heard) listener(method, params, sessionId);
      return;
    }
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.no(new Error(`${call.method}: ${error.message}`));
    else call?.ok(result);
  }

  /** Sends a command, to the browser or to a session on one target. */
  const send = (method, params = {}, sessionId) => new Promise((ok, no) => {
    if (gone) {
      no(new Error(`${method}: the browser has ended`));
      return;
    }
    waiting.set(++last, { ok, no, method });
    writer.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });

  /** Calls `listener(method, params, sessionId)` at each event, until the function that it answers is called. */
  const on = listener => {
    heard.add(listener);
    return () => heard.delete(listener);
  };
  return { send, on };
}
