// The embedded authentik: started for a test, ordered about through its control API, ended with it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { start } from './browsers/processes.mjs';
import { until } from './browsers/until.mjs';

const BINARY = process.env.GATEWRIGHT_AUTHENTIK_BIN ?? path.join(import.meta.dirname, '..', '..', 'target', 'debug', 'embedded-authentik');

export class Authentik {
  #strays = [];
  #violations = new Set();

  /** Starts one. `ports`: {authentik, site, elsewhere, control}, each any free one unless given. */
  static async start({ release = '2025.10.3', ports = {} } = {}) {
    const args = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);
    const started = start(BINARY, ['--until-stdin-closes', '--release', release, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    started.child.stdout?.on('data', chunk => { said += chunk; });
    started.failed.catch(() => {});
    const ready = until('the embedded authentik', async () => {
      if (started.hasEnded()) throw Object.assign(new Error(`${BINARY} has ended`), { final: true });
      return said.includes('\n');
    });
    try {
      await Promise.race([ready, started.failed]);
    } catch (error) {
      ready.catch(() => {});
      await started.stop();
      throw error;
    }
    return new Authentik(started, JSON.parse(said.split('\n')[0]));
  }

  constructor(started, about) {
    this.started = started;
    Object.assign(this, { release: about.release, url: about.authentik, site: about.site, elsewhere: about.elsewhere, control: about.control, tokens: about.tokens, password: about.password });
  }

  /** The site's host with its port, as providers and the edge proxy name it. */
  get siteHost() { return new URL(this.site).host; }

  async #ask(method, at, body) {
    const answer = await fetch(this.control + at, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** A request to authentik's own API, as a superuser would send it from elsewhere: [status, body]. */
  async api(method, at, body, token = this.tokens.admin) {
    const { port } = new URL(this.url);
    const answer = await fetch(`http://127.0.0.1:${port}/api/v3/${at}`, {
      method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return [answer.status, text ? JSON.parse(text) : null];
  }

  /** What each server was asked: [{server, method, path, status, bearer, …}]. */
  requests() { return this.#ask('GET', '/requests'); }
  /** Requests to the API that change something. */
  async writes() { return (await this.requests()).filter(({ server, method, path }) => server === 'authentik' && path.startsWith('/api/') && !['GET', 'HEAD', 'OPTIONS'].includes(method)); }
  /** Makes each request to the API take a moment, so that requests that are sent side by side overlap. */
  takeAMoment() { return this.fault({ path_contains: '/api/', times: 1000, effect: { delay_ms: 60 } }); }
  /** How many requests to the API ran one after the other, up to and with the last one that changed something. */
  async sequence() {
    const all = (await this.requests()).filter(({ server, path }) => server === 'authentik' && path.startsWith('/api/'));
    const last = all.findLastIndex(({ method }) => method !== 'GET');
    const until = all.slice(0, last + 1).filter(one => one.ended_ms <= all[last].ended_ms);
    // The longest chain of requests of which each began after the one before had ended.
    const chains = [];
    for (const [i, one] of until.entries()) {
      chains[i] = 1 + Math.max(0, ...until.slice(0, i).map((other, j) => (other.ended_ms <= one.started_ms ? chains[j] : 0)));
    }
    return Math.max(0, ...chains);
  }
  async forgetRequests() {
    await this.#lookForStrays();
    await this.#ask('DELETE', '/requests');
  }

  /** Everything that a client could change, so that two states can be compared. */
  state() { return this.#ask('GET', '/state'); }
  /** Back to the seed, or to another release or seed: "company", "fresh", "hostile". */
  async reset(release, seed) {
    await this.#lookForStrays();
    await this.#lookForViolations();
    const about = await this.#ask('POST', '/reset', { ...(release ? { release } : {}), ...(seed ? { seed } : {}) });
    this.release = about.release;
  }

  /** Orders a fault: {method?, path_contains, times?, skip?, effect}. */
  fault(fault) { return this.#ask('POST', '/faults', fault); }
  clearFaults() { return this.#ask('DELETE', '/faults'); }
  held() { return this.#ask('GET', '/faults/held'); }
  untilHeld(name) { return until(`${name} to be held`, async () => (await this.held()).includes(name)); }
  letGo(name) { return this.#ask('POST', '/release', { name }); }

  /** As if the person had added the middleware to the site's reverse proxy, or taken it out. */
  middleware(on, host = this.siteHost) { return this.#ask('PUT', '/edge', { host, middleware: on }); }
  expireToken(token) { return this.#ask('POST', '/tokens/expire', { token }); }
  /** A reverse proxy and a site as tests/authentik/src/setup.rs lists them: {proxy: 'nginx_bare', site: 'own_login'}. */
  setUp(setup, host = this.siteHost) { return this.#ask('PUT', '/edge', { host, ...setup }); }
  makeToken(order) { return this.#ask('POST', '/tokens', order); }
  outpostConnected(connected) { return this.#ask('POST', '/outposts/connected', { connected }); }
  outpostsAuthentikHost(value) { return this.#ask('POST', '/outposts/authentik_host', { value }); }

  async #lookForViolations() {
    for (const violation of (await this.#ask('GET', '/checked')).violations) this.#violations.add(violation);
  }

  async #lookForStrays() {
    const strays = (await this.requests()).filter(({ server, bearer }) => bearer && server !== 'authentik');
    this.#strays.push(...strays.map(({ server, method, path }) => `${server}: ${method} ${path}`));
  }

  /** Ends it. Whatever was tested: no server but authentik may have seen a bearer. */
  async stop() {
    try {
      await this.#lookForStrays();
      await this.#lookForViolations();
    } finally {
      this.started.child.stdin.end();
      await this.started.stop();
    }
    assert.deepEqual(this.#strays, [], 'a bearer went to another server than authentik');
    assert.deepEqual([...this.#violations], [], 'a request or an answer is not as authentik describes it');
  }
}
