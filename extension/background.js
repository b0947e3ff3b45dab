// The worker's loader. Every listener is registered here, at once: one that is registered after an await misses the event
// that woke the worker. What is decided about an event is decided in the module (src/entry/worker.rs).
//
// A panic is treated like the browser ending the worker: the dead instance is cut off, so that nothing it still waits for
// can go on beside its successor, and the next event starts a fresh one, which goes on from the journal. A worker may not
// import() anything, and the glue holds one instance for good, so the copies are imported here: to the browser each
// address is a module of its own, and only one that is started takes memory. When all are used up, events are refused
// until the browser ends the idle worker and begins a new one. `stop` is added to the glue by the build.
import * as first from './pkg/background.js';
import * as second from './pkg/background.js?2';
import * as third from './pkg/background.js?3';

globalThis.browser ??= globalThis.chrome;

const copies = [first, second, third];
let life;

/** The instance that works; a failed load is tried again with the next event. */
function alive() {
  life ??= begin();
  return life.started;
}

function begin() {
  const copy = copies.shift();
  const one = {};
  one.ended = new Promise((_, no) => {
    one.end = why => {
      copy?.stop();
      if (life === one) life = undefined;
      no(new Error(why));
    };
  });
  one.ended.catch(() => {});
  const load = copy ? copy.default() : Promise.reject(new Error('no instance is left'));
  one.started = load.then(() => ({ copy, ended: one.ended }));
  one.started.catch(() => {
    if (life !== one) return;
    life = undefined;
    if (copy) copies.unshift(copy);
  });
  return one;
}

/** Has the module do something; rejects if it could not be loaded, or died over it. */
async function run(what) {
  const { copy, ended } = await alive();
  return Promise.race([what(copy), ended]);
}

/** For events that nobody waits for. What is unfinished is in the journal, and the next event goes on with it. */
const wake = () => run(module => module.wake()).catch(error => console.error(error.message));
/** What is to be looked at some time after the end of a plan: after the answer, so that no page waits for it. */
const look = () => run(module => module.look()).catch(error => console.error(error.message));

// The panic hook's way out. A cut-off instance can't call it, so it is always the living one that calls.
globalThis.gatewrightPanicked = place => life?.end(`the module panicked at ${place}`);
// A trap without a panic (out of memory, out of stack). Calls into a cut-off instance throw a plain Error, not this.
const trapped = error => error instanceof WebAssembly.RuntimeError && life?.end(error.message);
addEventListener('error', event => trapped(event.error));
addEventListener('unhandledrejection', event => trapped(event.reason));

// Where the browser can, the device's storage is closed to content scripts. We have none; a later one shall not read it.
browser.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });

browser.runtime.onMessage.addListener((message, sender, answer) => {
  // A content script has our id too, so the address counts. The module looks at it once more.
  if (sender.id !== browser.runtime.id || !sender.url?.startsWith(browser.runtime.getURL(''))) return false;
  run(module => module.on_message(message, sender)).then(reply => {
    answer(reply);
    look();
  }, error => {
    console.error(error.message);
    // No answer: the page then says that the background part did not answer.
    answer();
  });
  return true;
});

browser.runtime.onStartup.addListener(wake);
browser.alarms.onAlarm.addListener(wake);
browser.runtime.onInstalled.addListener(() => {
  makeMenus();
  wake();
});

/** Fixed entries: the browser keeps them until the extension changes. */
async function makeMenus() {
  await browser.contextMenus.removeAll();
  const say = browser.i18n.getMessage;
  const web = ['http://*/*', 'https://*/*'];
  browser.contextMenus.create({ id: 'protect', title: say('menuProtect'), contexts: ['page'], documentUrlPatterns: web });
  browser.contextMenus.create({ id: 'oidc', title: say('menuOidc'), contexts: ['page'], documentUrlPatterns: web });
  browser.contextMenus.create({ id: 'lookup', title: say('menuLookUp'), contexts: ['selection'] });
}

const routes = {
  protect: () => '#/protect',
  oidc: () => '#/oidc',
  lookup: text => `#/people?q=${encodeURIComponent([...text.trim().toWellFormed()].slice(0, 200).join(''))}`,
};

browser.contextMenus.onClicked.addListener((info, tab) => {
  const hash = routes[info.menuItemId]?.(info.selectionText ?? '');
  if (hash) openAt(hash, tab);
});

/**
 * Opens the popup at a route, or a page bound to the tab where the popup can't be opened. Nothing is awaited before
 * openPopup(): it has to happen while the click counts as the person's. The popup takes the route out of the session's storage.
 */
async function openAt(hash, tab) {
  const left = browser.storage.session.set({ route: { hash, at: Date.now() } });
  try {
    await browser.action.openPopup();
  } catch {
    await left;
    await browser.storage.session.remove('route');
    const bound = tab?.id >= 0 ? `?tab=${tab.id}` : '';
    await browser.tabs.create({ url: browser.runtime.getURL(`popup.html${bound}${hash}`) });
  }
}
