// A browser with the built extension, beside an embedded authentik: what every scenario starts from.
import fs from 'node:fs';
import path from 'node:path';
import { BROWSERS } from './browsers/index.mjs';
import { Connect } from './pages/connect.mjs';
import { Site } from './pages/site.mjs';
import { Authentik } from './server.mjs';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** The built extension, by browser. */
export const DIST = {
  chromium: process.env.GATEWRIGHT_DIST_CHROME ?? path.join(ROOT, 'dist', 'chrome'),
  firefox: process.env.GATEWRIGHT_DIST_FIREFOX ?? path.join(ROOT, 'dist', 'firefox'),
};
export const TARGET = path.join(ROOT, 'target');
export { BROWSERS };

// `fetch` and `close` of the extension's own namespace, whichever it is called here.
const FORGET = async () => {
  const { storage } = globalThis.browser ?? chrome;
  await Promise.all([storage.local.clear(), storage.session.clear()]);
};

export class Gatewright {
  #reachable = false;

  /** Starts both. `release` is authentik's, `dist` another extension than the built one. */
  static async start({ name, launch }, { release, headless, ports, dist = DIST[name] } = {}) {
    if (!fs.existsSync(path.join(dist, 'manifest.json'))) throw new Error(`there is no extension in ${dist}: run ./build.sh build`);
    const authentik = await Authentik.start({ release, ports });
    try {
      return new Gatewright(authentik, await launch({ dist, headless }));
    } catch (error) {
      await authentik.stop();
      throw error;
    }
  }

  constructor(authentik, browser) {
    this.authentik = authentik;
    this.browser = browser;
  }

  /** Drives "Connect to authentik", the browser's question about the host included. */
  async connect({ token = this.authentik.tokens.admin, keep } = {}) {
    const connect = await Connect.open(this.browser);
    await connect.fill({ url: this.authentik.url, token, keep });
    await this.pressing(() => connect.press());
    await connect.done();
    await connect.view.close();
  }

  /** Does something that asks for authentik's host; says yes, where it is really asked. */
  async pressing(act) {
    if (this.#reachable) return act();
    await this.browser.answeringPrompt(true, `${new URL(this.authentik.url).protocol}//${new URL(this.authentik.url).hostname}/*`, act);
    this.#reachable = true;
    return undefined;
  }

  /** Takes authentik's host away, as a person can at any time; it is asked for again by what presses "Connect". */
  async takeHost() {
    await this.browser.takeHost(`${new URL(this.authentik.url).protocol}//${new URL(this.authentik.url).hostname}/*`);
    this.#reachable = false;
  }

  /** Everything as at the beginning, authentik and extension, and connected again. */
  async afresh({ release, seed, ...connection } = {}) {
    await this.authentik.reset(release, seed);
    await this.browser.inWorker(FORGET);
    await this.browser.killWorker();
    await this.connect(connection);
  }

  /** The sample site in a tab. */
  openSite(at = '/') { return this.browser.openSite(this.authentik.site + at); }

  /** The toolbar button over a tab: the Site screen in the popup. */
  async press(tab) { return new Site(await this.browser.pressToolbar(tab)); }

  /** The same, once authentik has been asked about the site. */
  async look(tab) {
    const site = await this.press(tab);
    await site.status();
    await site.settled();
    return site;
  }

  async stop() {
    try {
      await this.browser.close();
    } finally {
      await this.authentik.stop();
    }
  }
}
