// What a hostile page does in its own world: it breaks what scripts rely on, and calls to whoever may hear. What it hears
// or finds of an extension it puts into `found`.
globalThis.found = [];
const { stringify } = JSON;
const say = what => { globalThis.found[globalThis.found.length] = `${what}`; };

// Everything that an extension's script would use, were it in this world: what it would say is overheard.
for (const [owner, name] of [[globalThis, 'fetch'], [JSON, 'stringify'], [JSON, 'parse'], [Array.prototype, 'filter'], [Array.prototype, 'map'],
  [Document.prototype, 'querySelector'], [Document.prototype, 'querySelectorAll'], [Element.prototype, 'getAttribute'], [Promise.prototype, 'then']]) {
  const old = owner[name];
  owner[name] = function (...args) {
    for (const arg of args) if (typeof arg === 'string') say(`${name}: ${arg}`);
    return old.apply(this, args);
  };
}
Object.defineProperty(Object.prototype, 'isTrusted', { get: () => true, configurable: true });

// Orders, in every way that a page has, again and again.
const order = { kind: 'apply', base: 'http://authentik.localhost', plan: { id: 'forged', kind: 'ProtectSite', title: 'forged', site: location.origin, later: null, values: {}, steps: [] } };
const runtime = globalThis.chrome?.runtime ?? globalThis.browser?.runtime;
const ids = ['jbpaekedhiplgjombeeglhbdmidldgja', 'gatewright@gatewright.example'];
addEventListener('message', event => { if (event.source !== window) say(`message: ${event.data}`); });
let rounds = 0;
const flood = setInterval(() => {
  for (let i = 0; i < 200; i++) {
    window.postMessage(order, '*');
    document.dispatchEvent(new CustomEvent('gatewright', { detail: order }));
    for (const id of ids) {
      try { runtime?.sendMessage?.(id, order, answer => { void runtime.lastError; if (answer) say(`answer: ${stringify(answer)}`); }); } catch { /* no way there */ }
    }
  }
  if (++rounds === 25) clearInterval(flood);
}, 20);
for (const id of ids) {
  for (const file of ['popup.html', 'manifest.json', 'icons/icon-32.png', 'pkg/popup_bg.wasm']) {
    const frame = document.createElement('iframe');
    frame.src = `chrome-extension://${id}/${file}`;
    frame.addEventListener('load', () => { try { if (frame.contentDocument?.body?.innerText) say(`read ${file}`); } catch { /* as it should be */ } });
    document.body.append(frame);
  }
}
globalThis.ready = true;
