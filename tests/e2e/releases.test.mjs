// The releases between the first and the last one, with which the other files run: what writes, once each in both browsers, so that
// the browsers' own requests and the answers to them are held against each of the five descriptions.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Done, TakenBack } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';

const BETWEEN = ['2025.12.4', '2026.2.2', '2026.5.6'];

for (const browser of BROWSERS) {
  describe(`the releases between, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik, grafana;

    before(async () => {
      grafana = await RelyingParty.start();
      gatewright = await Gatewright.start(browser, { release: BETWEEN[0] });
      ({ authentik } = gatewright);
    });
    after(async () => {
      await gatewright?.stop();
      await grafana?.stop();
    });

    /** "Close", "Undo", and authentik is as it was. */
    async function undone(site, tab, untouched) {
      await new Done(site.view).close();
      await site.undo();
      const back = new TakenBack(site.view);
      await back.ready();
      assert.deepEqual(await authentik.state(), untouched);
      await tab.close();
    }

    for (const release of BETWEEN) {
      test(`${release}: a site is protected for a group, and Undo takes it back`, async () => {
        await gatewright.afresh({ release });
        assert.equal(authentik.release, release);
        const untouched = await authentik.state();
        const tab = await gatewright.openSite();
        const site = await gatewright.look(tab);
        const review = await site.protect();
        await review.onlyMembersOf('engineering');
        await review.apply();
        await new Done(site.view).ready();
        assert.notDeepEqual(await authentik.state(), untouched);
        await undone(site, tab, untouched);
      });

      test(`${release}: an OIDC app is made, and its secret is there`, async () => {
        await gatewright.afresh({ release });
        const untouched = await authentik.state();
        const tab = await gatewright.browser.openSite(`${grafana.url}/login`);
        const site = await gatewright.look(tab);
        const review = await site.createOidcApp();
        await review.service();
        await review.canApply();
        await review.apply();
        const app = await new Done(site.view).app();
        await app.showSecret();
        assert.match(await app.secret(), /^[A-Za-z0-9]{128}$/);
        await undone(site, tab, untouched);
      });
    }
  });
}
