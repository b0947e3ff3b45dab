// Opening the popup: what is known stands there at once, at its final size and place, before anything is asked; and nothing is
// fetched before that but what it needs. Counted, never timed: it says the same on every machine.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { beginning, watched } from './beginning.mjs';
import { folder, remove } from './browsers/processes.mjs';
import { BROWSERS, DIST, Gatewright } from './gatewright.mjs';
import { servePage } from './local.mjs';
import { Site } from './pages/site.mjs';
import { Done } from './pages/work.mjs';

// What a popup needs for its first paint. The catalogue, look.js and probe.js are not among it.
const FILES = ['boot.js', 'pkg/popup.js', 'pkg/popup_bg.wasm', 'popup.css', 'popup.html', 'size.js'];

// And what it asks the browser for: all that is called of it and answered later. The timer is how long it waits for a frame at most.
const CALLS = ['permissions.contains', 'setTimeout', 'storage.local.get', 'storage.session.get', 'tabs.get'];
// Firefox has no such thing.
const CALLS_IN_CHROMIUM = [...CALLS, 'storage.local.setAccessLevel'].sort();

/** Runs in the popup: where the frame stands, and everything that stood there from the first paint on. */
const boxes = () => {
  const box = element => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  };
  const parts = { header: 'header', tabs: '[role=tablist]', main: 'main', host: 'main .host', status: '.status', chip: '.status .chip', means: '.status ~ p', stack: '.stack', foot: 'footer' };
  const found = Object.entries(parts).map(([name, selector]) => [name, document.querySelector(selector)]);
  return { window: [innerWidth, innerHeight], ...Object.fromEntries(found.map(([name, element]) => [name, element && box(element)])) };
};

/** Runs in the popup: how far things have jumped since it was opened (Chromium knows). */
const jumps = () => new Promise(done => {
  const seen = [];
  const observer = new PerformanceObserver(list => seen.push(...list.getEntries().map(({ value, sources }) => ({ value, what: sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.data) }))));
  observer.observe({ type: 'layout-shift', buffered: true });
  // What is buffered comes with the next frames.
  const frames = count => requestAnimationFrame(() => (count ? frames(count - 1) : done(seen)));
  frames(3);
});

for (const browser of BROWSERS) {
  describe(`opening the popup, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik, tab, made;

    before(async () => {
      // Chromium's is watched from outside.
      if (browser.name === 'firefox') made = watched(DIST.firefox, folder('watched'));
      gatewright = await Gatewright.start(browser, { dist: made });
      ({ authentik } = gatewright);
      await gatewright.connect();
      tab = await gatewright.openSite();
      await gatewright.look(tab);
    });
    afterEach(() => authentik.clearFaults());
    after(async () => {
      await gatewright?.stop();
      if (made) remove(made);
    });

    /** The popup from the cache, held where authentik has been asked and answers nothing. */
    async function held(act) {
      await authentik.fault({ path_contains: '/api/v3/', times: 20, effect: { hold: 'before', name: 'look' } });
      const site = await gatewright.press(tab);
      await authentik.untilHeld('look');
      await act(site);
      await authentik.letGo('look');
      await authentik.clearFaults();
      await site.settled();
      return site;
    }

    test('what is known stands there while authentik has answered nothing', () => held(async site => {
      assert.equal(await site.heading(), authentik.siteHost);
      await site.shows('Not protected');
      await site.view.one('button', 'Protect this site');
      await site.view.one('tab', 'People');
    }));

    test('nothing is asked before the first paint', async () => {
      const site = await gatewright.look(tab);
      await site.view.waitFor(() => performance.getEntriesByName('first-contentful-paint').length === 1);
      const { paint, asked } = await site.view.run(() => {
        const [first] = performance.getEntriesByName('first-contentful-paint');
        const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/v3/'));
        // `paintTime`: the frame was made; Firefox knows no other time.
        return { paint: first.paintTime ?? first.startTime, asked: asked.map(({ name, startTime }) => ({ name, startTime })) };
      });
      assert.equal(asked.length, 4);
      for (const { name, startTime } of asked) assert.ok(startTime >= paint, `${name} was asked for at ${startTime}, and the first paint was at ${paint}`);
    });

    test('it has its size from the beginning, and nothing jumps when authentik answers', async () => {
      let first;
      const site = await held(async site => {
        await site.shows('Not protected');
        first = await site.view.run(boxes);
      });
      const last = await site.view.run(boxes);
      assert.deepEqual(first.window, [400, 600]);
      assert.deepEqual(Object.entries(first).filter(([, box]) => box === null), []);
      // The chip's row may say less or more; it stays where it is, and as high.
      assert.deepEqual(last, first);
      if (browser.name === 'chromium') assert.deepEqual(await site.view.run(jumps), []);
    });

    test('with nothing kept it has its size too, and what is around the screen stays where it is', async () => {
      await gatewright.browser.inWorker(() => (globalThis.browser ?? chrome).storage.session.remove('cache'));
      let first;
      const site = await held(async site => {
        await site.view.waitFor(() => document.querySelector('.chip.skeleton') !== null);
        first = await site.view.run(boxes);
      });
      await site.shows('Not protected');
      const last = await site.view.run(boxes);
      assert.deepEqual(first.window, [400, 600]);
      for (const part of ['window', 'header', 'tabs', 'main', 'host', 'status', 'foot']) assert.deepEqual(last[part], first[part], part);
      if (browser.name === 'chromium') assert.deepEqual(await site.view.run(jumps), []);
    });

    test('nor over a site that is protected', async t => {
      t.after(async () => {
        await gatewright.afresh();
        await gatewright.look(tab);
      });
      const before = await gatewright.look(tab);
      await (await before.protect()).apply();
      const done = new Done(before.view);
      await done.ready();
      await done.close();
      await before.settled();
      let first;
      const site = await held(async site => {
        await site.shows('Protected by authentik');
        first = await site.view.run(boxes);
      });
      assert.deepEqual(await site.view.run(boxes), first);
      if (browser.name === 'chromium') assert.deepEqual(await site.view.run(jumps), []);
    });

    test('what the page looks like is told without pushing anything aside', async () => {
      const page = await servePage('grafana', '<!doctype html><html lang="en"><title>Grafana</title><h1>Grafana</h1></html>');
      const there = await gatewright.browser.openSite(page.url);
      await authentik.fault({ path_contains: '/providers/proxy/', effect: { hold: 'before', name: 'recognise' } });
      const site = await gatewright.press(there);
      await authentik.untilHeld('recognise');
      const first = await site.view.run(boxes);
      await authentik.letGo('recognise');
      await site.looksLike();
      const last = await site.view.run(boxes);
      // Below the buttons there is more to read now.
      for (const part of Object.keys(first).filter(part => part !== 'stack')) assert.deepEqual(last[part], first[part], part);
      assert.deepEqual(last.stack.slice(0, 3), first.stack.slice(0, 3));
      await there.close();
      await page.stop();
    });

    test('a page in a tab does the same', async () => {
      const id = await gatewright.browser.tabId(tab);
      const page = new Site(await gatewright.browser.openExtensionPage(`popup.html?tab=${id}`));
      await page.shows('Not protected');
      await page.settled();
      assert.equal(await page.heading(), authentik.siteHost);
      if (browser.name === 'chromium') assert.deepEqual(await page.view.run(jumps), []);
      await page.view.close();
    });

    test('before the first paint: six files, no request, and two things awaited one after the other', async () => {
      const id = await gatewright.browser.tabId(tab);
      const seen = await beginning(gatewright.browser, `popup.html?tab=${id}`);
      if (browser.name === 'chromium') assert.deepEqual(seen.files, FILES);
      assert.deepEqual(seen.requests, []);
      assert.deepEqual(seen.calls.sort(), browser.name === 'chromium' ? CALLS_IN_CHROMIUM : CALLS);
      assert.equal(seen.sequential, 2);
    });

    if (browser.name === 'chromium') {
      test('what changes while the module is on its way is not missed', async () => {
        const page = await gatewright.browser.openSite('about:blank');
        const { send } = await gatewright.browser.protocolOf(page);
        const change = () => {
          const { local } = chrome.storage;
          const get = local.get.bind(local);
          local.get = async keys => {
            local.get = get;
            const found = await get(keys);
            await local.set({ settings: { ask_before_applying: false } });
            return found;
          };
        };
        await send('Page.addScriptToEvaluateOnNewDocument', { source: `(${change})()` });
        await gatewright.browser.goTo(page, `${gatewright.browser.origin}/popup.html?tab=${await gatewright.browser.tabId(tab)}`);
        await page.waitFor('Ask before applying: off');
        await page.run(() => chrome.storage.local.remove('settings'));
        await page.close();
      });
    }
  });
}
