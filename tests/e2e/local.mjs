// Names below `localhost`, this computer whatever a resolver says: requests to them, and web sites of a test's own.
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

/** One request, followed nowhere: {status, headers, text}. `headers` are Node's: `set-cookie` is a list. */
export function ask(url, { method = 'GET', headers = {}, body } = {}) {
  const { host, port, pathname, search } = new URL(url);
  const length = body ? { 'content-length': Buffer.byteLength(body) } : {};
  return new Promise((ok, no) => {
    const request = http.request({ host: '127.0.0.1', port, method, path: pathname + search, headers: { host, ...headers, ...length }, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => { text += chunk; });
      response.on('end', () => ok({ status: response.statusCode, headers: response.headers, text }));
      response.on('error', no);
    });
    request.on('error', no);
    request.end(body);
  });
}

/** `fetch` as far as libraries need it to ask a server. */
export async function localFetch(url, { method, headers, body } = {}) {
  const text = body === undefined || body === null ? undefined : String(body);
  const answer = await ask(url, { method, headers: Object.fromEntries(new Headers(headers)), body: text });
  const lines = Object.entries(answer.headers).flatMap(([name, value]) => [value].flat().map(one => [name, one]));
  return new Response([204, 304].includes(answer.status) ? null : answer.text, { status: answer.status, headers: lines });
}

/** Serves `http://<name>.localhost` at any free port; `answer(request, response, url)` may be async. {url, stop}. */
export async function serve(name, answer) {
  let url;
  const server = http.createServer(async (request, response) => {
    try {
      await answer(request, response, new URL(request.url, url));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error.stack}`);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://${name}.localhost:${server.address().port}`;
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url, stop };
}

/** A site that is one page, whatever is asked for. */
export const servePage = (name, html) => serve(name, (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html));

/** Serves https with a certificate that nobody has signed. */
export async function serveSelfSigned(name) {
  const pem = fs.readFileSync(path.join(import.meta.dirname, 'fixtures', 'self-signed.pem'));
  const server = https.createServer({ key: pem, cert: pem }, (_, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `https://${name}.localhost:${server.address().port}`, stop };
}

/** An address at which nothing listens. */
export async function nobodyThere(name) {
  const { url, stop } = await serve(name, () => {});
  await stop();
  return url;
}
