// Somebody else changes the outpost between our reading and our write: it is told, and theirs is put back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright, TARGET } from './gatewright.mjs';
import { Review } from './pages/review.mjs';
import { Settings } from './pages/settings.mjs';
import { Done } from './pages/work.mjs';

for (const browser of BROWSERS) {
  describe(`somebody else at the same moment, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik, tab, radarr;

    before(async () => {
      fs.mkdirSync(path.join(TARGET, 'screenshots', browser.name), { recursive: true });
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.openSite();
    });
    beforeEach(() => gatewright.afresh());
    after(() => gatewright?.stop());

    const outpost = async () => (await authentik.state()).outposts.find(({ managed }) => managed);
    const picture = (view, name) => view.screenshot(path.join(TARGET, 'screenshots', browser.name, `somebody-else-${name}.png`));

    /** Protects the site while a colleague puts Radarr into the outpost. */
    async function protectBesideAColleague() {
      const { pk } = await outpost();
      radarr = (await authentik.state()).providers.find(({ name }) => name === 'Radarr').pk;
      const effect = {
        foreign: 'before', method: 'PATCH', path: `outposts/instances/${pk}/`,
        body: { type: 'proxy', providers: { $now: { with: [radarr] } } },
      };
      await authentik.fault({ method: 'PATCH', path_contains: '/outposts/instances/', effect });
      const site = await gatewright.look(tab);
      await (await site.protect()).apply();
      const done = new Done(site.view);
      await done.ready();
      assert.ok(!(await outpost()).providers.includes(radarr), 'our write took it out');
      return done;
    }

    test('it is told on "Done", and the offer puts theirs back', async () => {
      const done = await protectBesideAColleague();
      await done.told(/^At the same moment akadmin changed authentik Embedded Outpost\..*in no outpost: Radarr\./s);
      await picture(done.view, 'told');
      await done.putBack();
      const review = new Review(done.view);
      await review.ready();
      await picture(done.view, 'review');
      await review.apply();
      const again = new Done(done.view);
      await again.says('The providers are in the outpost again.');
      await picture(done.view, 'put-back');
      assert.ok((await outpost()).providers.includes(radarr));
      await again.close();
    });

    test('with the popup closed at once it is told where the change ended, and in Activity', async () => {
      await authentik.fault({ method: 'GET', path_contains: '/events/events/', effect: { hold: 'before', name: 'look' } });
      const done = await protectBesideAColleague();
      await done.close();
      await done.view.close();
      await authentik.untilHeld('look');
      await authentik.letGo('look');
      const opened = await gatewright.press(tab);
      const again = new Done(opened.view);
      await again.told(/^At the same moment akadmin changed/);
      await again.close();
      await opened.view.close();
      const settings = await Settings.open(gatewright.browser);
      await settings.told(/^At the same moment akadmin changed/);
      await picture(settings.view, 'activity');
    });
  });
}
