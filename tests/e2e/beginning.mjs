// What a page of the extension does before its first paint, in Chromium: which files it fetches, what it asks the browser for,
// and how much of that one after the other. Counted, not timed: the same on every machine.
import { until } from './browsers/until.mjs';

/** Runs before anything else in the page: notes each call of the browser's interfaces that is answered later. */
function watch() {
  const calls = [];
  globalThis.begun = calls;
  const note = (name, owner, method) => {
    const real = owner[method].bind(owner);
    owner[method] = (...args) => {
      // One more than the longest chain of calls that are answered by now.
      const call = { name, depth: 1 + Math.max(0, ...calls.filter(({ ended }) => ended).map(({ depth }) => depth)), ended: 0, at: performance.now() };
      calls.push(call);
      const answer = real(...args);
      answer?.then?.(() => { call.ended = performance.now(); }, () => { call.ended = performance.now(); });
      return answer;
    };
  };
  for (const area of ['local', 'session']) for (const method of ['get', 'set', 'remove']) note(`storage.${area}.${method}`, chrome.storage[area], method);
  note('tabs.query', chrome.tabs, 'query');
  note('tabs.get', chrome.tabs, 'get');
  note('permissions.contains', chrome.permissions, 'contains');
  note('runtime.sendMessage', chrome.runtime, 'sendMessage');
  note('fetch', globalThis, 'fetch');
}

/** {files, calls, sequential, requests} of the page at `path` before its first paint, and {paint}, its time in ms. */
export async function beginning(browser, path) {
  const view = await browser.openSite('about:blank');
  const { send, heard } = await browser.protocolOf(view);
  await Promise.all([send('Network.enable'), send('Page.addScriptToEvaluateOnNewDocument', { source: `(${watch})()` })]);
  const asked = heard('Network.requestWillBeSent');
  await browser.goTo(view, `${browser.origin}/${path}`);
  await until('the first paint, and what follows it', () => view.run('performance.getEntriesByName("first-contentful-paint").length === 1 && document.querySelector("[aria-busy=true]") === null'));
  const seen = await view.run(() => ({ calls: globalThis.begun, paint: performance.getEntriesByName('first-contentful-paint')[0].paintTime, origin: performance.timeOrigin }));
  await view.close();
  const calls = seen.calls.filter(({ at }) => at < seen.paint);
  const before = asked.filter(({ wallTime }) => wallTime * 1000 < seen.origin + seen.paint).map(({ request }) => request.url);
  const own = `${browser.origin}/`;
  return {
    paint: seen.paint,
    files: [...new Set(before.filter(url => url.startsWith(own)).map(url => url.slice(own.length).split(/[?#]/)[0]))].sort(),
    requests: before.filter(url => /^https?:/.test(url)),
    calls: calls.filter(({ name }) => name !== 'fetch').map(({ name }) => name),
    sequential: Math.max(0, ...calls.filter(({ name, ended }) => name !== 'fetch' && ended && ended < seen.paint).map(({ depth }) => depth)),
  };
}
