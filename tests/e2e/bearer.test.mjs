// The token goes to one place. Authentik.stop() holds the same at the end of every scenario of this folder.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Connect } from './pages/connect.mjs';
import { outcome } from './pages/work.mjs';
import { Settings } from './pages/settings.mjs';

for (const browser of BROWSERS) {
  describe(`the bearer, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
    });
    beforeEach(() => gatewright.afresh());
    after(() => gatewright?.stop());

    const elsewhere = async () => (await authentik.requests()).filter(({ server }) => server === 'elsewhere');
    const redirect = (fault = {}) => authentik.fault({ path_contains: '/api/v3/', times: 1000, effect: { redirect: `${authentik.elsewhere}/api/v3/` }, ...fault });
    const isRedirected = async () => (await authentik.requests()).some(({ server, status }) => server === 'authentik' && status === 302);

    // With the other host granted too, nothing but the extension's own care holds the token back.
    before(() => gatewright.browser.allowHost('http://elsewhere.localhost/*'));

    test('fault_05 connecting to an address that leads elsewhere: it is told, and the token stays', async () => {
      await redirect();
      const connect = await Connect.open(gatewright.browser);
      await connect.fill({ url: authentik.url, token: authentik.tokens.admin });
      await gatewright.pressing(() => connect.press());
      assert.match(await connect.alert(), /sends requests on to another/);
      assert.ok(await isRedirected());
      assert.deepEqual((await elsewhere()).filter(({ bearer }) => bearer), []);
      await connect.view.close();
    });

    test('fault_05 an authentik that begins to redirect: reading follows nowhere', async () => {
      const tab = await gatewright.openSite();
      await redirect();
      const site = await gatewright.press(tab);
      await site.settled();
      assert.ok(await isRedirected());
      assert.deepEqual(await elsewhere(), []);
      await tab.close();
    });

    test('fault_05 a write that is redirected: nothing is applied, nothing goes elsewhere', async () => {
      const tab = await gatewright.openSite();
      const untouched = await authentik.state();
      const site = await gatewright.look(tab);
      const review = await site.protect();
      await review.ready();
      await redirect({ method: 'PUT', times: 1 });
      await review.apply();
      await outcome(site.view);
      assert.ok(await isRedirected());
      assert.deepEqual(await elsewhere(), []);
      assert.deepEqual(await authentik.state(), untouched);
      await tab.close();
    });

    test('the token stands in no page, no address and no message of an error', async () => {
      const { admin } = authentik.tokens;
      const tab = await gatewright.openSite();
      await authentik.fault({ path_contains: '/providers/proxy/', effect: { status: 500, body: { detail: 'no' } } });
      const site = await gatewright.press(tab);
      await site.settled();
      const settings = await Settings.open(gatewright.browser);
      for (const view of [site.view, settings.view]) {
        if (await view.isOpen()) assert.ok(!(await view.run('location.href + document.documentElement.outerHTML')).includes(admin));
      }
      for (const { path } of await authentik.requests()) assert.ok(!path.includes(admin));
      assert.ok(!(await tab.run('document.documentElement.outerHTML')).includes(admin));
    });
  });
}
