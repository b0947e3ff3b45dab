// Drives a real Firefox over WebDriver's chrome context. The interface is that of chromium.mjs; `index.mjs` describes it.
import fs from 'node:fs';
import path from 'node:path';
import { final, until } from './until.mjs';
import { View, source } from './view.mjs';
import { session } from './webdriver.mjs';

const PREFS = {
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'intl.accept_languages': 'en-US',
  'ui.systemUsesDarkTheme': 0,
  // A snapshot leaves the place of other scrollbars blank.
  'ui.useOverlayScrollbars': 1,
};

// Sent with every privileged script. Everything that is evaluated goes through one place, wherever it is shown: a tab, the
// popup, the background page. What takes longer than a moment is left running and asked for again, so that a page that
// waits (for a prompt, for a held request) holds nothing up.
const KIT = `
  const top = BrowsingContext.getCurrentTopByBrowserId ?? (id => [...gBrowser.browsers].find(b => b.browserId === id)?.browsingContext);
  const context = id => { const found = top.call(BrowsingContext, id); if (!found || found.isDiscarded || !found.currentWindowGlobal) throw new Error('gone'); return found; };
  const jobs = window.gatewrightJobs ??= new Map();
  async function soon(job) {
    const late = Symbol();
    const first = await Promise.race([job, new Promise(go => setTimeout(go, 100, late))]);
    if (first !== late) return first;
    const id = (window.gatewrightLast = (window.gatewrightLast ?? 0) + 1);
    jobs.set(id, job);
    return { later: id };
  }
  const inPage = (id, body, args, sandboxName) => context(id).currentWindowGlobal.getActor('MarionetteCommands').executeScript(body, args, { async: true, sandboxName, timeout: 60000 });
`;
const ANSWER = js => `const done = arguments[arguments.length - 1]; (async () => ${js})().then(v => done(JSON.stringify({ v })), e => done(JSON.stringify({ e: String(e?.message ?? e) + '\\n' + (e?.stack ?? '') })))`;
// Firefox 15x has replaced windowUtils.sendMouseEvent; both make trusted events.
const MOUSE = `const [x, y, types, button, done] = arguments;
  const clickCount = type => type === 'mousemove' ? 0 : 1;
  for (const type of types) {
    if (window.synthesizeMouseEvent) window.synthesizeMouseEvent(type, x, y, { button, clickCount: clickCount(type) });
    else windowUtils.sendMouseEvent(type, x, y, button, clickCount(type), 0);
  }
  done(null);`;
const KEYS = `const [keys, done] = arguments;
  const processor = Components.classes['@mozilla.org/text-input-processor;1'].createInstance(Components.interfaces.nsITextInputProcessor);
  processor.beginInputTransactionForTests(window);
  const event = (key, code, keyCode) => new KeyboardEvent('', { key, code, keyCode });
  for (const { key, code, keyCode, held } of keys) {
    const modifiers = held.map(name => event(name, name + 'Left', 0));
    for (const modifier of modifiers) processor.keydown(modifier);
    processor.keydown(event(key, code, keyCode));
    processor.keyup(event(key, code, keyCode));
    for (const modifier of modifiers.reverse()) processor.keyup(modifier);
  }
  done(null);`;

// Both are the process's own: that of the extension's pages.
const SAID = `const done = arguments[arguments.length - 1], { classes, interfaces } = Components;
  const calls = classes['@mozilla.org/consoleAPI-storage;1'].getService(interfaces.nsIConsoleAPIStorage).getEvents();
  const errors = classes['@mozilla.org/consoleservice;1'].getService(interfaces.nsIConsoleService).getMessageArray();
  const text = value => { try { return typeof value === 'string' ? value : JSON.stringify(value) ?? String(value) } catch { return String(value) } };
  done([...calls.map(call => [...call.arguments].map(text).join(' ')), ...errors.map(error => error.message)]);`;

export async function launch({ dist, headless = true, binary = process.env.GATEWRIGHT_FIREFOX, prefs = {} }) {
  const driver = await session({ binary, args: headless ? ['-headless', '--width=1000', '--height=800'] : [], prefs: { ...PREFS, ...prefs } });
  const browser = new Firefox(driver);
  try {
    await browser.begin(dist);
  } catch (error) {
    await browser.close();
    throw error;
  }
  return browser;
}

export class Firefox {
  name = 'firefox';
  canRefuse = true;
  #scheme = 'light';
  #popup;

  constructor(driver) {
    this.driver = driver;
    this.profile = driver.profile;
  }

  async begin(dist) {
    const { browser_specific_settings: settings } = JSON.parse(fs.readFileSync(path.join(dist, 'manifest.json'), 'utf8'));
    this.id = settings.gecko.id;
    await this.driver.install(path.resolve(dist));
    this.host = await this.#chrome('return policy.mozExtensionHostname');
    this.origin = `moz-extension://${this.host}`;
    await this.#chrome(`const widget = A[0]; CustomizableUI.addWidgetToArea(widget, CustomizableUI.AREA_NAVBAR)`, this.#widget());
  }

  #widget() { return `${this.id.toLowerCase().replace(/[^a-z0-9_-]/g, '_')}-browser-action`; }

  /** Privileged script of the browser itself; `extension` is ours. */
  #chrome(body, ...args) {
    return this.driver.chrome(`const policy = WebExtensionPolicy.getByID(${JSON.stringify(this.id)}), extension = policy.extension;
      const view = type => [...extension.views].find(v => v.viewType === type && v.xulBrowser?.browsingContext?.currentWindowGlobal);
      ${KIT} ${body}`, ...args);
  }

  /** Runs a body in a page; `null` is the page's own world, `system` a privileged one beside it. */
  async #inPage(id, body, args, sandbox = null) {
    let answer = await this.#chrome('return await soon(inPage(A[0], A[1], A[2], A[3]))', id, body, args, sandbox);
    for (const end = Date.now() + 60_000; answer?.later && Date.now() < end;) {
      answer = await this.#chrome('const job = jobs.get(A[0]); jobs.delete(A[0]); return await soon(job)', answer.later);
    }
    return answer;
  }

  async #evaluate(id, js) {
    const answer = await this.#inPage(id, ANSWER(js), []).catch(async error => {
      throw await this.#isOpen(id) ? error : final('the view has closed');
    });
    const { v, e } = JSON.parse(answer);
    if (e !== undefined) throw new Error(e);
    return v;
  }

  #isOpen(id) { return this.driver.chrome(`${KIT} try { context(A[0]); return true } catch { return false }`, id); }

  // A press may close the view before it is answered: that is an answer too.
  async #press(id, body, ...args) {
    await this.#inPage(id, body, args, 'system').catch(async error => { if (await this.#isOpen(id)) throw error; });
  }

  async #view(browserId) {
    const view = new View({
      evaluate: js => this.#evaluate(browserId, js),
      mouse: (x, y) => this.#press(browserId, MOUSE, x, y, ['mousemove', 'mousedown', 'mouseup'], 0),
      keys: keys => this.#press(browserId, KEYS, keys),
      picture: () => this.#picture(browserId),
      isOpen: () => this.#isOpen(browserId),
      close: async () => {
        await this.#chrome(`const tab = gBrowser.tabs.find(tab => tab.linkedBrowser.browserId === A[0]);
          if (tab) gBrowser.removeTab(tab, { animate: false });
          else view('popup')?.xulBrowser.closest('panel')?.hidePopup(false)`, browserId);
        await until('the view to be closed', async () => !await this.#isOpen(browserId));
      },
    });
    await this.#paint(browserId);
    return Object.assign(view, { browserId });
  }

  #paint(id) { return this.#chrome('context(A[0]).prefersColorSchemeOverride = A[1]', id, this.#scheme); }

  #picture(id) {
    return this.#chrome(`const picture = await context(A[0]).currentWindowGlobal.drawSnapshot(null, 1, 'white');
      const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas');
      [canvas.width, canvas.height] = [picture.width, picture.height];
      canvas.getContext('2d').drawImage(picture, 0, 0);
      picture.close();
      return canvas.toDataURL('image/png').split(',')[1]`, id);
  }

  /** Opens an address in a new tab, in front. */
  async openSite(url) {
    const id = await this.#chrome(`const tab = gBrowser.addTrustedTab('about:blank'); gBrowser.selectedTab = tab; return tab.linkedBrowser.browserId`);
    const view = await this.#view(id);
    await this.goTo(view, url);
    return view;
  }

  /** Sends a tab elsewhere, and waits until it is there. */
  async goTo(view, url) {
    await this.#chrome(`const { linkedBrowser } = gBrowser.tabs.find(tab => tab.linkedBrowser.browserId === A[0]);
      const arrived = Promise.withResolvers();
      const listener = { QueryInterface: ChromeUtils.generateQI(['nsIWebProgressListener', 'nsISupportsWeakReference']), onStateChange(progress, request, flags) {
        const { STATE_STOP, STATE_IS_WINDOW } = Ci.nsIWebProgressListener;
        if (progress.isTopLevel && flags & STATE_STOP && flags & STATE_IS_WINDOW && linkedBrowser.currentURI.spec !== 'about:blank') arrived.resolve();
      } };
      linkedBrowser.addProgressListener(listener, Ci.nsIWebProgress.NOTIFY_STATE_WINDOW);
      linkedBrowser.fixupAndLoadURIString(A[1], { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });
      await Promise.race([arrived.promise, new Promise((_, no) => setTimeout(no, 15000, new Error(A[1] + ' is not loaded in 15 s')))]);
      linkedBrowser.removeProgressListener(listener)`, view.browserId, url);
    await until(url, () => view.run('location.href !== "about:blank" && document.readyState === "complete"'));
    await this.#paint(view.browserId);
  }

  /** Opens a page of the extension in a tab of its own: `popup.html#/connect`. */
  openExtensionPage(pathAndHash) { return this.openSite(`${this.origin}/${pathAndHash}`); }

  /** Does something that opens a page, and answers that page: `test` gets its address. */
  async opened(test, act) {
    const pages = () => this.#chrome(`const popup = view('popup')?.xulBrowser;
      return [...gBrowser.browsers, ...(popup ? [popup] : [])].map(b => ({ id: b.browserId, url: b.browsingContext?.currentWindowGlobal?.documentURI?.spec ?? '' }))`);
    const before = new Set((await pages()).map(page => page.id));
    await act();
    const { id } = await until('the page that is opened', async () => (await pages()).find(page => !before.has(page.id) && test(page.url)));
    const view = await this.#view(id);
    await until('the page to be loaded', () => view.run('document.readyState === "complete"'));
    return view;
  }

  /** Presses the toolbar button over a tab, as a person does: activeTab is granted. Answers the popup. */
  async pressToolbar(tab) {
    // A second press would close what is open.
    if (await this.#popup?.isOpen()) await this.#popup.close();
    await this.#toFront(tab);
    const press = () => this.#chrome(`document.getElementById(A[0]).querySelector('.unified-extensions-item-action-button').click()`, this.#widget());
    this.#popup = await this.opened(url => url.startsWith(`${this.origin}/`), press);
    // It is there before it has its size.
    await this.#popup.waitFor(() => innerWidth >= 400 && innerHeight >= 600);
    return this.#popup;
  }

  #toFront(tab) {
    return this.#chrome('gBrowser.selectedTab = gBrowser.tabs.find(tab => tab.linkedBrowser.browserId === A[0])', tab.browserId);
  }

  /** The id that extensions know a tab by. */
  tabId(tab) {
    return this.#chrome('return extension.tabManager.getWrapper(gBrowser.tabs.find(tab => tab.linkedBrowser.browserId === A[0])).id', tab.browserId);
  }

  /** Grants a host in advance, without a prompt. */
  async allowHost(pattern) {
    await this.#chrome(`const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
      await ExtensionPermissions.add(extension.id, { permissions: [], origins: [A[0]], data_collection: [] }, extension)`, pattern);
  }

  /** Takes a host away again, as a person does from the toolbar. */
  async takeHost(pattern) {
    await this.#chrome(`const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
      await ExtensionPermissions.remove(extension.id, { permissions: [], origins: [A[0]], data_collection: [] }, extension)`, pattern);
  }

  /** No network, or network again; this computer counts as network here. */
  async setOffline(view, offline) {
    await this.#chrome(`Services.prefs.setBoolPref('network.disable-localhost-when-offline', A[0]); Services.io.offline = A[0]`, offline);
    await view.waitFor(offline => navigator.onLine !== offline, offline);
  }

  /** Does something that asks for a host, and answers the real prompt. */
  async answeringPrompt(yes, pattern, act) {
    await act();
    await until('the prompt', () => this.#chrome(`const shown = PopupNotifications.panel.firstElementChild;
      if (!shown || PopupNotifications.panel.state !== 'open') return false;
      (A[0] ? shown.button : shown.secondaryButton).click();
      return true`, yes));
  }

  /** Evaluates in the background page; it is started if it sleeps. */
  async inWorker(js, ...args) { return this.#evaluate(await this.#wakeWorker(), source(js, args)); }

  #wakeWorker() {
    return until('the background page', async () => {
      await this.#chrome(`if (!view('background')) await extension.wakeupBackground?.()`);
      return this.#chrome(`return view('background')?.xulBrowser.browserId`);
    });
  }

  /** What was said on the consoles of the extension's pages and of the background page, errors too: a text for each. */
  async consoleMessages() { return this.#inPage(await this.#wakeWorker(), SAID, [], 'system'); }

  /** Kills the background page, whatever it is doing. The next event starts it afresh. */
  async killWorker() {
    const which = () => this.#chrome(`return view('background')?.xulBrowser.browserId ?? null`);
    const killed = await which();
    if (killed === null) throw new Error('there is no worker to kill: it sleeps');
    await this.#chrome('await extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true })');
    // A view that waits for it may have started another one already.
    await until('the worker to be gone', async () => await which() !== killed);
  }

  workerIsAlive() { return this.#chrome(`return Boolean(view('background'))`); }

  /** Chooses an entry of the extension's context menu over a tab, in the real menu. */
  async dispatchContextMenu({ title, selection }, tab) {
    await this.#toFront(tab);
    const where = await tab.run(selects => {
      getSelection().removeAllRanges();
      if (!selects) return [2, 2];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(selects);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + selects.length);
        getSelection().addRange(range);
        const box = range.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
      }
      throw new Error(`the page does not say ${selects}`);
    }, selection ?? null);
    await this.#press(tab.browserId, MOUSE, ...where, ['mousedown', 'contextmenu', 'mouseup'], 2);
    await until(`${title} in the context menu`, () => this.#chrome(`const menu = document.getElementById('contentAreaContextMenu');
      if (menu.state !== 'open') return false;
      const item = [...menu.querySelectorAll('menuitem')].find(item => item.label === A[0] && !item.hidden);
      if (!item) {
        // Several entries of one extension stand in a menu of its own.
        const own = [...menu.querySelectorAll('menu')].find(own => [...own.querySelectorAll('menuitem')].some(item => item.label === A[0]));
        if (!own) throw new Error('the menu has ' + [...menu.querySelectorAll('menuitem, menu')].filter(item => !item.hidden).map(item => item.label).join(', '));
        if (!own.open) own.openMenu(true);
        return false;
      }
      const holder = item.closest('menupopup');
      if (holder.state !== 'open') { item.closest('menu').openMenu(true); return false; }
      holder.activateItem(item);
      return true`, title));
  }

  /** Light or dark, for what is open and what will be. */
  async setColourScheme(scheme) {
    this.#scheme = scheme;
    await this.#chrome(`for (const browser of [...gBrowser.browsers, view('popup')?.xulBrowser]) if (browser?.browsingContext) browser.browsingContext.prefersColorSchemeOverride = A[0]`, scheme);
  }

  /** Where the extension's storage lies on disk. */
  storageFolder() {
    const root = path.join(this.profile, 'storage', 'default');
    const own = fs.readdirSync(root).find(name => name.startsWith(`moz-extension+++${this.host}`));
    return path.join(root, own ?? '');
  }

  get hasEnded() { return this.driver.started.hasEnded(); }
  /** Settled when the browser has ended, by whomever. geckodriver outlives it: its session says so. */
  get ended() { return until('the browser to end', () => this.driver.chrome('return true').then(() => false, () => true), { ms: Infinity, every: 1000 }); }

  close() { return this.driver.close(); }
}
