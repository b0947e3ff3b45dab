// Drives a real Chromium over its DevTools pipe. The interface is that of firefox.mjs; `index.mjs` describes it.
import fs from 'node:fs';
import path from 'node:path';
import { connect } from './devtools.mjs';
import { folder, remove, start } from './processes.mjs';
import { final, pause, until } from './until.mjs';
import { View, source } from './view.mjs';

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--no-default-browser-check',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--password-store=basic', '--use-mock-keychain',
  '--enable-unsafe-extension-debugging', '--remote-debugging-pipe', '--lang=en-US'];
const MODIFIER = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The program: named by the environment, or the first there is on PATH. */
export function program() {
  const folders = (process.env.PATH ?? '').split(':');
  return process.env.GATEWRIGHT_CHROMIUM ?? PROGRAMS.find(name => folders.some(folder => fs.existsSync(path.join(folder, name)))) ?? PROGRAMS[0];
}

export async function launch({ dist, headless = true, binary = program() }) {
  const profile = folder('chromium');
  const shown = headless ? ['--headless=new', '--no-sandbox', '--window-size=1000,900', '--screen-info={1600x1200}'] : process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const started = start(binary, [...FLAGS, ...shown, `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const browser = new Chromium(profile, started);
  try {
    await Promise.race([browser.begin(path.resolve(dist)), started.failed]);
  } catch (error) {
    await browser.close();
    throw error;
  }
  return browser;
}

export class Chromium {
  name = 'chromium';
  canRefuse = false;
  #scheme = 'light';
  #popup;
  #open = new Map();

  constructor(profile, started) {
    this.profile = profile;
    this.started = started;
    this.devtools = connect(started.child.stdio[3], started.child.stdio[4]);
    this.send = this.devtools.send;
    // A target that closes takes its session with it.
    this.devtools.on((method, { sessionId }) => { if (method === 'Target.detachedFromTarget') this.#open.delete(sessionId); });
  }

  async begin(dist) {
    // Over the pipe rather than by a flag: Google's own Chrome refuses the flag.
    const { id } = await this.send('Extensions.loadUnpacked', { path: dist });
    this.id = id;
    this.origin = `chrome-extension://${id}`;
    await this.send('Browser.grantPermissions', { permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'] });
    await until('the worker of the extension', () => this.#worker(), { ms: 30_000 });
  }

  // The empty filter is what makes workers, tabs and popups show up.
  async #targets() { return (await this.send('Target.getTargets', { filter: [{}] })).targetInfos; }
  #target(what, test, options) { return until(what, async () => (await this.#targets()).find(test), options); }

  async #attach(targetId) {
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    this.#open.set(sessionId, targetId);
    return sessionId;
  }

  async #evaluate(sessionId, expression) {
    if (!this.#open.has(sessionId)) throw final('the view is closed');
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', params, sessionId).catch(error => {
      throw this.#open.has(sessionId) ? error : final('the view has closed');
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async #view(targetId, tabTarget) {
    const sessionId = await this.#attach(targetId);
    const send = (method, params) => this.send(method, params, sessionId);
    const paint = () => send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: this.#scheme }] });
    await Promise.all([send('Page.enable'), paint(), send('Emulation.setFocusEmulationEnabled', { enabled: true })]);
    const view = new View({
      evaluate: expression => this.#evaluate(sessionId, expression),
      mouse: async (x, y) => {
        const at = { x, y, button: 'left', clickCount: 1 };
        const sent = [send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y }), send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at }), send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at })];
        await this.#unlessItCloses(sessionId, sent);
      },
      keys: keys => this.#unlessItCloses(sessionId, keys.flatMap(({ key, code, keyCode, text, held }) => {
        const modifiers = held.reduce((bits, name) => bits | MODIFIER[name], 0);
        const common = { key, code, windowsVirtualKeyCode: keyCode, modifiers };
        return [send('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', text, ...common }), send('Input.dispatchKeyEvent', { type: 'keyUp', ...common })];
      })),
      picture: async () => (await send('Page.captureScreenshot', { format: 'png' })).data,
      isOpen: async () => this.#open.has(sessionId),
      close: async () => {
        await this.send('Target.closeTarget', { targetId }).catch(() => {});
        await until('the view to be closed', async () => !this.#open.has(sessionId));
      },
    });
    return Object.assign(view, { targetId, tabTarget, paint });
  }

  // A press may close the view before it is answered: that is an answer too.
  async #unlessItCloses(sessionId, sent) {
    await Promise.all(sent).catch(error => { if (this.#open.has(sessionId)) throw error; });
  }

  /** Opens an address in a new tab, in front. */
  async openSite(url) {
    const { targetId: tabTarget } = await this.send('Target.createTarget', { url: 'about:blank', forTab: true });
    const view = await this.#pageOf(tabTarget);
    await this.goTo(view, url);
    return view;
  }

  async #pageOf(tabTarget) {
    const session = await this.#attach(tabTarget);
    let page;
    const off = this.devtools.on((method, params, from) => { if (method === 'Target.attachedToTarget' && from === session && params.targetInfo.type === 'page') page = params; });
    await this.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }, session);
    await until('the page of the tab', async () => page);
    off();
    const view = await this.#view(page.targetInfo.targetId, tabTarget);
    await this.send('Target.detachFromTarget', { sessionId: session });
    return view;
  }

  /** Sends a tab elsewhere, and waits until it is there. */
  async goTo(view, url) {
    await view.run(() => { document.leaving = true; });
    const { errorText } = await this.send('Page.navigate', { url }, await this.#sessionOf(view));
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await until(url, () => view.run('!document.leaving && document.readyState === "complete"'));
  }

  async #sessionOf(view) {
    const found = [...this.#open].find(([, targetId]) => targetId === view.targetId);
    if (!found) throw final('the view is closed');
    return found[0];
  }

  /** The protocol of a view: `send`, and `heard(event)`, a list of what comes. For what no person sees. */
  async protocolOf(view) {
    const session = await this.#sessionOf(view);
    const heard = event => {
      const all = [];
      this.devtools.on((method, params, from) => { if (method === event && from === session) all.push(params); });
      return all;
    };
    return { send: (method, params) => this.send(method, params, session), heard };
  }

  /** Opens a page of the extension in a tab of its own: `popup.html#/connect`. */
  openExtensionPage(pathAndHash) { return this.openSite(`${this.origin}/${pathAndHash}`); }

  /** Does something that opens a page, and answers that page: `test` gets its address. */
  async opened(test, act) {
    const before = new Set((await this.#targets()).map(t => t.targetId));
    await act();
    const { targetId } = await this.#target('the page that is opened', t => t.type === 'page' && !before.has(t.targetId) && test(t.url));
    const view = await this.#view(targetId);
    await until('the page to be loaded', () => view.run('document.readyState === "complete"'));
    return view;
  }

  /** Presses the toolbar button over a tab, as a person does: activeTab is granted. Answers the popup. */
  async pressToolbar(tab) {
    // A second press would close what is open.
    if (await this.#popup?.isOpen()) await this.#popup.close();
    await this.#toFront(tab);
    const press = () => this.send('Extensions.triggerAction', { id: this.id, targetId: tab.tabTarget });
    this.#popup = await this.opened(url => url.startsWith(`${this.origin}/`), press);
    return this.#popup;
  }

  async #toFront(tab) {
    await this.send('Target.activateTarget', { targetId: tab.targetId });
    await this.#target('the tab in front', t => t.targetId === tab.tabTarget && t.embedderData?.tabActive);
  }

  /** The id that extensions know a tab by. */
  async tabId(tab) {
    await this.#toFront(tab);
    return (await this.inWorker(() => chrome.tabs.query({ active: true, lastFocusedWindow: true })))[0].id;
  }

  /** Lets hosts be granted: from now on a request of the extension, out of a real click, is answered true without a prompt. */
  async allowHost(pattern) {
    const page = await this.openSite('chrome://extensions');
    await page.run((id, pattern) => chrome.developerPrivate.addHostPermission(id, pattern), this.id, pattern);
    await page.close();
  }

  /** Takes a host away again, as a person does on the page of the extension. */
  async takeHost(pattern) {
    const page = await this.openSite('chrome://extensions');
    await page.run((id, pattern) => chrome.developerPrivate.removeHostPermission(id, pattern), this.id, pattern);
    await page.close();
  }

  /** No network for a view, or network again. */
  async setOffline(view, offline) {
    const session = await this.#sessionOf(view);
    await this.send('Network.enable', {}, session);
    await this.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }, session);
    await view.waitFor(offline => navigator.onLine !== offline, offline);
  }

  /** Does something that asks for a host, and answers yes. Chromium's own prompt can't be pressed: it is granted before. */
  async answeringPrompt(yes, pattern, act) {
    if (!yes) throw new Error('Chromium has no way to press "Deny"');
    await this.allowHost(pattern);
    await act();
  }

  /** Evaluates in the worker; it is started if it sleeps. The debugger leaves at once: it would keep the worker alive. */
  async inWorker(js, ...args) {
    const sessionId = await this.#attach((await this.#wakeWorker()).targetId);
    try {
      await until('chrome in the worker', () => this.#evaluate(sessionId, 'typeof chrome === "object" && Boolean(chrome.runtime?.id)'));
      return await this.#evaluate(sessionId, source(js, args));
    } finally {
      await this.send('Target.detachFromTarget', { sessionId }).catch(() => {});
    }
  }

  async #worker() { return (await this.#targets()).find(t => t.type === 'service_worker' && t.url.startsWith(this.origin)); }

  async #wakeWorker() {
    const awake = await this.#worker();
    if (awake) return awake;
    const { targetId } = await this.send('Target.createTarget', { url: `${this.origin}/manifest.json`, background: true });
    const session = await this.#attach(targetId);
    try {
      await this.send('ServiceWorker.enable', {}, session);
      return await until('the worker to wake', async () => {
        await this.send('ServiceWorker.startWorker', { scopeURL: `${this.origin}/` }, session).catch(() => {});
        return this.#worker();
      });
    } finally {
      await this.send('Target.closeTarget', { targetId });
    }
  }

  /** What was said on the consoles of the pages that we see and of the worker, errors too: a text for each. */
  async consoleMessages() {
    const worker = await this.#attach((await this.#wakeWorker()).targetId);
    const said = [];
    // What was said before is told again when one begins to listen.
    const off = this.devtools.on((method, params) => { if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(method)) said.push(JSON.stringify(params)); });
    for (const verb of ['enable', 'disable']) {
      await Promise.all([...this.#open.keys()].flatMap(session => ['Runtime', 'Log'].map(domain => this.send(`${domain}.${verb}`, {}, session).catch(() => {}))));
    }
    off();
    await this.send('Target.detachFromTarget', { sessionId: worker }).catch(() => {});
    return said;
  }

  /** Kills the worker, whatever it is doing. The next event starts it afresh. */
  async killWorker() {
    const worker = await this.#worker();
    if (!worker) throw new Error('there is no worker to kill: it sleeps');
    await this.send('Target.closeTarget', { targetId: worker.targetId });
    await until('the worker to be gone', async () => (await this.#worker())?.targetId !== worker.targetId);
  }

  async workerIsAlive() { return Boolean(await this.#worker()); }

  /**
   * Chooses an entry of the extension's context menu over a tab. Chromium's native menu can't be reached headless: the
   * event is dispatched in the worker, and activeTab comes from the toolbar button, pressed before.
   */
  async dispatchContextMenu({ id, selection }, tab) {
    const popup = await this.pressToolbar(tab);
    await popup.close();
    const url = await tab.url();
    const tabId = await this.tabId(tab);
    await this.inWorker(async (id, selection, url, tabId) => {
      // Refused if there is no such entry.
      await chrome.contextMenus.update(id, {});
      const info = { menuItemId: id, pageUrl: url, editable: false, frameId: 0, ...(selection ? { selectionText: selection } : {}) };
      chrome.contextMenus.onClicked.dispatch(info, { id: tabId, url, active: true, index: 0 });
    }, id, selection ?? null, url, tabId);
  }

  /** Light or dark, for what is open and what will be. */
  async setColourScheme(scheme) {
    this.#scheme = scheme;
    for (const [sessionId] of this.#open) await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] }, sessionId).catch(() => {});
    await pause();
  }

  /** Where the extension's storage lies on disk. */
  storageFolder() { return path.join(this.profile, 'Default', 'Local Extension Settings', this.id); }

  get hasEnded() { return this.started.hasEnded(); }
  /** Settled when the browser has ended, by whomever. */
  get ended() { return this.started.ended; }

  async close() {
    // Asked first, so that what should be on disk is written; killed in any case.
    if (!this.started.hasEnded()) await Promise.race([this.send('Browser.close').catch(() => {}), this.started.ended]);
    await Promise.race([this.started.ended, new Promise(go => setTimeout(go, 3000).unref())]);
    await this.started.stop();
    remove(this.profile);
  }
}
