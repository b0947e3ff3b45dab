// Loads the popup's module, and reads what was kept while that is on its way. If the module fails, or panics later, it says so in
// plain words and starts it again.
globalThis.browser ??= globalThis.chrome;
const { storage, tabs, permissions, runtime } = globalThis.browser;

// All at once, so that the module awaits nothing of it before it draws. A test holds the names to what the module asks for.
const LOCAL = ['connection', 'token', 'settings', 'journal', 'activity'];
const SESSION = ['route', 'token', 'who', 'cache'];
let changed = false;
const note = () => { changed = true; };
storage.onChanged.addListener(note);
const early = readEarly();
early.catch(() => {});

/** What was kept, once; nothing if it could not be read, or has changed since: then the module reads it itself. */
globalThis.gatewrightEarly = async () => {
  const found = await early.catch(() => undefined);
  storage.onChanged.removeListener(note);
  return changed ? undefined : found;
};

async function readEarly() {
  const bound = Number(/[?&]tab=(\d+)/.exec(location.search)?.[1] ?? NaN);
  const local = storage.local.get(LOCAL);
  const [found, session, tab] = await Promise.all([
    Promise.all([local, local.then(mayReach)]),
    storage.session.get(SESSION),
    Number.isNaN(bound) ? tabs.query({ active: true, currentWindow: true }).then(([tab]) => tab) : tabs.get(bound).catch(() => null),
  ]);
  // What isn't kept is there as null: what isn't there at all was not asked for.
  const all = (keys, kept) => Object.fromEntries(keys.map(key => [key, kept[key] ?? null]));
  return { local: all(LOCAL, found[0]), session: all(SESSION, session), tab: tab ?? null, reach: found[1] };
}

/** Whether the browser lets us reach the instance. A port in a pattern is a trap in Firefox: src/browser/api.rs says which. */
function mayReach({ connection }) {
  if (!URL.canParse(connection?.base)) return null;
  const { protocol, host, hostname } = new URL(connection.base);
  const firefox = runtime.getURL('').startsWith('moz-');
  return permissions.contains({ origins: [`${protocol}//${firefox ? hostname : host}/*`] });
}

const say = (name, ...values) => browser.i18n.getMessage(name, values);
const AGAIN = 'gatewright-again';
let failed = false;

// Where the browser can, the device's storage is closed to content scripts. We have none; a later one shall not read it.
storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });

// Loaded when it is first needed, which is never before the first paint.
globalThis.gatewrightLook = async (...args) => (await import('./look.js')).look(...args);
globalThis.gatewrightCode = async ask => (await import('./code.js')).code(ask);
globalThis.gatewrightProbe = async (...args) => (await import('./probe.js')).probe(...args);

// The module's own panic hook calls this; a trap without a panic (out of memory, out of stack) shows as one of the two events.
globalThis.gatewrightPanicked = place => fail('bootPanicked', place);
addEventListener('error', ({ error }) => trapped(error));
addEventListener('unhandledrejection', ({ reason }) => trapped(reason));

function trapped(error) {
  if (error instanceof WebAssembly.RuntimeError) fail('bootPanicked', error.message);
}

try {
  // Side by side: the code and the module. Neither depends on the other until it is started.
  const module = fetch(new URL('pkg/popup_bg.wasm', import.meta.url));
  module.catch(() => {});
  const { default: init } = await import('./pkg/popup.js');
  if (document.readyState === 'loading') await new Promise(parsed => { document.addEventListener('DOMContentLoaded', parsed, { once: true }); });
  await init({ module_or_path: module });
} catch (error) {
  fail('bootNotLoaded', error?.message);
}

/** Tells what happened. The first failure in a while starts again by itself; a second one waits for the person. */
function fail(heading, place = '') {
  if (failed) return;
  failed = true;
  console.error(heading, place);
  if (!failedLately()) {
    startAgain();
    return;
  }
  const add = (to, tag, text, className = '') => to.appendChild(Object.assign(document.createElement(tag), { textContent: text, className }));
  const main = document.createElement('main');
  add(main, 'h1', say(heading));
  const alert = add(main, 'div', '', 'alert bad');
  alert.setAttribute('role', 'alert');
  add(alert, 'p', say('bootSafe'));
  if (heading === 'bootNotLoaded') add(main, 'p', say('bootReinstall'));
  const button = add(main, 'button', say('bootAgain'), 'primary');
  button.type = 'button';
  button.addEventListener('click', startAgain);
  if (place) add(main, 'p', say('bootPlace', place), 'muted small');
  document.getElementById('app').replaceChildren(main);
  button.focus();
}

/** Whether it failed within the last ten seconds, in this view; the failure of now is noted. */
function failedLately() {
  const last = Number(sessionStorage.getItem(AGAIN));
  sessionStorage.setItem(AGAIN, Date.now());
  return Date.now() - last < 10_000;
}

/** A fresh page is a fresh instance. The popup forgets which screen it was on, since that screen may be what failed. */
function startAgain() {
  if (document.documentElement.dataset.view !== 'page') history.replaceState(null, '', location.pathname);
  location.reload();
}
