// Which service a page shows: looked up after the popup is there, never before; and a page that means harm gets nowhere.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { servePage } from './local.mjs';

const KB_100 = 100_000;
const attack = 'globalThis.ran=1;document.documentElement.dataset.ran=1';
const markup = `"'></title><img src=x onerror="${attack}"><script>${attack}</script><a href="javascript:${attack}">`;
const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const full = text => text.repeat(Math.ceil(KB_100 / text.length)).slice(0, KB_100);

const HOSTILE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(full(markup))}</title>
<link rel="icon" href="javascript:${attack}">${Array.from({ length: 500 }, (_, i) => `<meta name="${escaped(`generator${i}${markup}`)}" content="${escaped(full(`${i}${markup}`))}">`).join('')}
</head><body><h1>A page that means harm</h1></body></html>`;

// Runs in the popup: notes each time when the catalogue is asked for or the page is looked at. Both happen once, so what is
// noted is the first time.
function watch() {
  window.asked = [];
  const note = (what, act) => (...args) => {
    if (what !== 'catalogue' || new URL(args[0]?.url ?? args[0], location.href).pathname === '/catalogue.json') window.asked.push(what);
    return act(...args);
  };
  window.fetch = note('catalogue', window.fetch.bind(window));
  window.gatewrightLook = note('page', window.gatewrightLook);
}

for (const browser of BROWSERS) {
  describe(`recognising a service, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik;

    before(async () => {
      // The first release that takes an icon's address.
      gatewright = await Gatewright.start(browser, { release: '2026.8.5' });
      ({ authentik } = gatewright);
    });
    beforeEach(() => gatewright.afresh());
    after(() => gatewright?.stop());

    /** Does something over a page of a test's own. */
    async function over(name, html, act) {
      const page = await servePage(name, html);
      const tab = await gatewright.browser.openSite(page.url);
      try {
        await act(tab, page);
      } finally {
        await tab.close();
        await page.stop();
      }
    }

    const titled = title => `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`;

    /** The popup over a tab, watched before authentik has answered anything. */
    async function watched(tab) {
      await authentik.fault({ path_contains: '/providers/proxy/', effect: { hold: 'before', name: 'look' } });
      const site = await gatewright.press(tab);
      await authentik.untilHeld('look');
      await site.view.run(watch);
      await site.view.waitFor(() => performance.getEntriesByType('paint').length > 0);
      return site;
    }

    test('the catalogue and the page are looked at once the popup is painted and authentik has answered, not before', () => over('grafana', titled('Grafana'), async tab => {
      const site = await watched(tab);
      assert.deepEqual(await site.view.run('window.asked'), []);
      await authentik.letGo('look');
      await site.looksLike();
      assert.deepEqual(await site.view.run('window.asked'), ['catalogue', 'page']);
    }));

    test('over authentik\'s own pages neither is looked at', async () => {
      const own = await gatewright.browser.openSite(authentik.url);
      const site = await watched(own);
      await authentik.letGo('look');
      await site.shows('This is authentik');
      await site.settled();
      // What the popup does next comes after whatever it had begun by then.
      await site.go('More');
      await site.view.one('heading', 'Settings');
      assert.deepEqual(await site.view.run('window.asked'), []);
      await own.close();
    });

    test('a name in the middle of a title is "perhaps", and fills nothing in until a person says so', () => over('notes', titled('How I use Grafana at home'), async tab => {
      const site = await gatewright.look(tab);
      assert.equal(await site.looksLike(), 'Perhaps Grafana');
      const review = await site.createOidcApp();
      assert.equal(await review.service(), 'Another service');
      await review.view.click('button', 'Perhaps Grafana: use it');
      assert.equal(await review.service(), 'Grafana');
      assert.match(await review.value('Redirect URIs'), /\/login\/generic_oauth$/);
    }));

    test('a service without OIDC is said to be one', () => over('zabbix', titled('Zabbix'), async tab => {
      const site = await gatewright.look(tab);
      await site.looksLike();
      await site.view.waitFor('Zabbix has no OIDC');
    }));

    test('a page that means harm is no service, runs nothing here, and leaves the popup as usable as ever', () => over('hostile', HOSTILE, async (tab, page) => {
      await tab.waitFor(() => document.title.length > 90_000);
      const site = await gatewright.look(tab);
      await site.shows('Not protected');
      const review = await site.createOidcApp();
      assert.equal(await review.service(), 'Another service');
      await review.moreSettings();
      assert.equal(await review.value('Icon URL'), '');
      const name = await review.value('Name');
      assert.ok(name.length <= 300, `${name.length} characters`);
      await review.name('Harmless');
      await review.slug('harmless');
      await review.redirects(`${page.url}/callback`);
      assert.equal(await review.canApply(), true);
      await review.cancel();
      assert.doesNotMatch(await site.view.text(), /Looks like|Perhaps/);
      const { ran, foreign } = await site.view.run(() => ({
        ran: document.documentElement.dataset.ran ?? null,
        foreign: [...document.querySelectorAll('img, a[href^="javascript:"], script:not([src])')].map(element => element.outerHTML.slice(0, 100)),
      }));
      assert.deepEqual({ ran, foreign }, { ran: null, foreign: [] });
    }));
  });
}
