// Nobody but a page of the extension orders anything: not a web page, not a script in its isolated world.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from './browsers/until.mjs';
import { BROWSERS, Gatewright } from './gatewright.mjs';

/** The instance that is connected. */
let base;

/** A plan of one request, as the worker would take it from a page of its own. */
const order = name => ({
  kind: 'apply', base,
  plan: {
    id: name, kind: 'ProtectSite', title: name, site: 'http://site.localhost', later: null, values: {},
    steps: [{ stage: 0, says: 'forged', undo: 'Nothing', probe: null, action: { method: 'POST', path: 'core/applications/', body: { name, slug: name.replaceAll(' ', '-') }, expect: [], keep: [], gone_is_fine: false, optional: false } }],
  },
});

for (const browser of BROWSERS) {
  describe(`forged messages, ${browser.name}`, { timeout: 90_000 }, () => {
    let gatewright, authentik, tab;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      await gatewright.connect();
      base = authentik.url;
      tab = await gatewright.openSite();
    });
    after(() => gatewright?.stop());

    const names = async () => (await authentik.state()).applications.map(application => application.name);

    /** A page of the extension orders something that is seen: whatever was sent before has been read by then. */
    async function ownOrderArrives(name) {
      const page = await gatewright.browser.openExtensionPage('popup.html#/site');
      await page.run(message => { (globalThis.browser ?? chrome).runtime.sendMessage(message); }, order(name));
      await until(`the application ${name}`, async () => (await names()).includes(name));
      await page.run(() => (globalThis.browser ?? chrome).runtime.sendMessage({ kind: 'seen' }));
      await page.close();
    }

    test('a web page orders nothing, whichever way it calls', async () => {
      await tab.run(async (message, id) => {
        window.postMessage(message, '*');
        window.postMessage({ direction: 'from-page', ...message }, '*');
        document.dispatchEvent(new CustomEvent('gatewright', { detail: message }));
        new BroadcastChannel('gatewright').postMessage(message);
        const runtime = globalThis.chrome?.runtime ?? globalThis.browser?.runtime;
        const sends = [() => runtime?.sendMessage?.(id, message), () => runtime?.sendMessage?.(message), () => runtime?.connect?.(id)?.postMessage(message)];
        await Promise.all(sends.map(send => Promise.resolve().then(send).catch(() => {})));
      }, order('from a page'), gatewright.browser.id);
      await ownOrderArrives('control of the page');
      assert.ok(!(await names()).includes('from a page'));
    });

    test('a script in the page\'s isolated world orders nothing, though it has the extension\'s id', async () => {
      const tabId = await gatewright.browser.tabId(tab);
      const { view } = await gatewright.press(tab);
      const answers = await view.run(async (tabId, messages) => {
        const { scripting } = globalThis.browser ?? chrome;
        const func = async messages => {
          const { runtime } = globalThis.browser ?? chrome;
          const answers = [];
          for (const message of messages) answers.push(await runtime.sendMessage(message).then(answer => answer ?? null, error => String(error)));
          return { id: runtime.id, answers };
        };
        const [{ result }] = await scripting.executeScript({ target: { tabId }, func, args: [messages] });
        return result;
      }, tabId, [order('from the isolated world'), { kind: 'undo', id: 'control of the page' }, { kind: 'wake' }, { kind: 'answer', choice: 'finish' }]);
      assert.equal(answers.id, gatewright.browser.id, 'the script is one of the extension');
      assert.ok(!JSON.stringify(answers.answers).includes('taken'), JSON.stringify(answers.answers));
      await ownOrderArrives('control of the isolated world');
      assert.ok(!(await names()).includes('from the isolated world'));
      assert.deepEqual((await authentik.writes()).map(({ method }) => method), ['POST', 'POST'], 'only the two of the extension\'s own page');
    });

    test('an order that leaves the API is refused, even from a page of the extension', async () => {
      const page = await gatewright.browser.openExtensionPage('popup.html#/site');
      const before = (await authentik.requests()).length;
      for (const path of ['../../if/admin/', '//elsewhere.localhost/x', `${authentik.elsewhere}/x`, '..%2f..%2fx', '\\\\elsewhere\\x']) {
        const forged = order(`leaving by ${path}`);
        forged.plan.steps[0].action.path = path;
        const answer = await page.run(message => (globalThis.browser ?? chrome).runtime.sendMessage(message), forged);
        assert.equal(answer?.kind, 'refused', path);
      }
      assert.deepEqual((await authentik.requests()).slice(before).filter(({ method }) => method !== 'GET'), []);
      await page.close();
    });

    test('the extension offers no resource to pages', async () => {
      const loaded = await tab.run(async urls => {
        const answers = await Promise.all(urls.map(url => fetch(url).then(() => true, () => false)));
        return answers.some(Boolean);
      }, ['popup.html', 'icons/icon-32.png', 'pkg/popup_bg.wasm', 'manifest.json'].map(path => `${gatewright.browser.origin}/${path}`));
      assert.equal(loaded, false);
    });
  });
}
