// What a page of the extension does before its first paint: which files it fetches, what it asks the browser for, and how much of
// that one after the other. Counted, not timed: the same on every machine.
import fs from 'node:fs';
import path from 'node:path';
import { until } from './browsers/until.mjs';

/** Runs before anything else in the page: notes each call of the browser that is answered later. */
function watch() {
  const calls = [];
  globalThis.begun = calls;
  // What is answered at once, and what only listens.
  const now = /(^|\.)on[A-Z]|^runtime\.get(URL|Manifest)$|^i18n\.getMessage$/;
  const note = (owner, method, name) => {
    const real = owner[method];
    owner[method] = function (...args) {
      // One more than the longest chain of calls that are answered by now.
      const call = { name, depth: 1 + Math.max(0, ...calls.filter(({ ended }) => ended).map(({ depth }) => depth)), ended: 0, at: performance.now() };
      calls.push(call);
      const answer = Reflect.apply(real, this ?? owner, args);
      answer?.then?.(() => { call.ended = performance.now(); }, () => { call.ended = performance.now(); });
      return answer;
    };
  };
  const seen = new Set();
  const noteAll = (owner, before) => {
    seen.add(owner);
    for (const key in owner) {
      const [found, name] = [owner[key], before + key];
      if (typeof found === 'function') { if (!now.test(name)) note(owner, key, name); }
      else if (typeof found === 'object' && found && !seen.has(found)) noteAll(found, `${name}.`);
    }
  };
  noteAll(globalThis.browser ?? chrome, '');
  noteAll(CacheStorage.prototype, 'caches.');
  noteAll(IDBFactory.prototype, 'indexedDB.');
  for (const name of ['setTimeout', 'setInterval', 'requestIdleCallback', 'fetch']) note(globalThis, name, name);
  // Firefox dates the first paint by when it was seen, which a busy machine puts behind what waits for the frame: this is the frame itself.
  const drawn = new MutationObserver(() => {
    if (!document.querySelector('main')) return;
    drawn.disconnect();
    requestAnimationFrame(() => { globalThis.firstFrame = performance.now(); });
  });
  drawn.observe(document, { childList: true, subtree: true });
}

/** A copy in `to` of the unpacked extension in `dist`, whose popup is watched from its first line on. */
export function watched(dist, to) {
  fs.cpSync(dist, to, { recursive: true });
  const boot = path.join(to, 'boot.js');
  fs.writeFileSync(boot, `(${watch})();\n${fs.readFileSync(boot, 'utf8')}`);
  return to;
}

/** Chromium can be told to run something first, and tells of each file that is asked for. */
async function openWatched(browser, path) {
  const view = await browser.openSite('about:blank');
  const { send, heard } = await browser.protocolOf(view);
  await Promise.all([send('Network.enable'), send('Page.addScriptToEvaluateOnNewDocument', { source: `(${watch})()` })]);
  const asked = heard('Network.requestWillBeSent');
  await browser.goTo(view, `${browser.origin}/${path}`);
  return { view, asked };
}

/** {files, calls, sequential, requests} of the page at `path` before its first paint. In Firefox the extension is `watched`, and its own files are told by nobody. */
export async function beginning(browser, path) {
  const { view, asked } = browser.name === 'chromium' ? await openWatched(browser, path) : { view: await browser.openExtensionPage(path) };
  await until('the first paint, and what follows it', () => view.run('performance.getEntriesByName("first-contentful-paint").length === 1 && document.querySelector("[aria-busy=true]") === null'));
  const seen = await view.run(() => {
    const [first] = performance.getEntriesByName('first-contentful-paint');
    const fetched = performance.getEntriesByType('resource').map(({ name, startTime }) => ({ url: name, at: startTime }));
    return { calls: globalThis.begun, paint: first.paintTime ?? Math.min(first.startTime, globalThis.firstFrame), origin: performance.timeOrigin, fetched };
  });
  await view.close();
  const fetched = asked?.map(({ wallTime, request }) => ({ url: request.url, at: wallTime * 1000 - seen.origin })) ?? seen.fetched;
  const before = fetched.filter(({ at }) => at < seen.paint).map(({ url }) => url);
  const calls = seen.calls.filter(({ name, at }) => name !== 'fetch' && at < seen.paint);
  const own = `${browser.origin}/`;
  return {
    files: [...new Set(before.filter(url => url.startsWith(own)).map(url => url.slice(own.length).split(/[?#]/)[0]))].sort(),
    requests: before.filter(url => /^https?:/.test(url)),
    calls: calls.map(({ name }) => name),
    sequential: Math.max(0, ...calls.filter(({ ended }) => ended && ended < seen.paint).map(({ depth }) => depth)),
  };
}
