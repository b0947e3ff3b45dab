// The context menu leads into the extension: to the site, or to a search.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { People } from './pages/people.mjs';
import { Review } from './pages/review.mjs';

for (const browser of BROWSERS) {
  describe(`the context menu, ${browser.name}`, { timeout: 60_000 }, () => {
    let gatewright, authentik, tab;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      await gatewright.connect();
      tab = await gatewright.openSite();
    });
    after(() => gatewright?.stop());

    // The popup, or a page that is bound to the tab where the browser opens no popup.
    const choose = entry => gatewright.browser.opened(url => url.startsWith(`${gatewright.browser.origin}/popup.html`), () => gatewright.browser.dispatchContextMenu(entry, tab));

    test('"Protect this site" opens the review of that tab, and applies nothing', async () => {
      const untouched = await authentik.state();
      const view = await choose({ id: 'protect', title: 'Protect this site' });
      const review = new Review(view);
      assert.equal((await review.fields()).externalUrl.replace(/\/$/, ''), authentik.site);
      assert.deepEqual(await authentik.writes(), []);
      assert.deepEqual(await authentik.state(), untouched);
      await view.close();
    });

    test('"Look up …" searches People for the selected text', async () => {
      const view = await choose({ id: 'lookup', title: 'Look up “Plum jam” in authentik', selection: 'Plum jam' });
      assert.equal(await new People(view).words(), 'Plum jam');
      await view.waitFor('Nobody matches');
      assert.ok((await authentik.requests()).some(({ path }) => /[?&]search=Plum(%20|\+)jam/.test(path)));
      await view.close();
    });
  });
}
