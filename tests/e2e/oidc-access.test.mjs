// Who gets in through an OIDC app, an app behind a gate, and where a logout leads.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Done } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';
import { Visitor } from './visitor.mjs';

for (const browser of BROWSERS) {
  describe(`access to an OIDC app, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik, grafana, tab;

    before(async () => {
      grafana = await RelyingParty.start();
      gatewright = await Gatewright.start(browser, { release: '2026.8.5' });
      ({ authentik } = gatewright);
      tab = await gatewright.browser.openSite(`${grafana.url}/login`);
    });
    beforeEach(() => gatewright.afresh());
    after(async () => {
      await gatewright?.stop();
      await grafana?.stop();
    });

    /** Applies a review of the Grafana look-alike, changed by `fill` before, and tells the service what is shown. */
    async function create(fill) {
      const review = await (await gatewright.look(tab)).createOidcApp();
      assert.equal(await review.service(), 'Grafana');
      await fill(review);
      await review.apply();
      const app = await new Done(review.view).app();
      await app.showSecret();
      await grafana.configure({ issuer: await app.issuer(), clientId: await app.clientId(), clientSecret: await app.secret() });
      return app;
    }

    /** Somebody without a browser signs in at the service, and says yes where authentik asks. */
    async function signIn(username) {
      const visitor = new Visitor();
      const page = await visitor.openAs(username, authentik.password, grafana.callback);
      return { visitor, page: /Continue/.test(page.text) ? await visitor.open(page.url, { method: 'POST', form: {} }) : page };
    }

    test('"Only members of…" lets them in, and others not', async () => {
      await create(review => review.onlyMembersOf('engineering'));
      assert.match((await signIn('barbara.liskov')).page.text, /Signed in as barbara\.liskov/);
      assert.match((await signIn('susan.kare')).page.text, /Permission denied/);
    });

    test('behind a gate: the site is protected, and its app stands besides', async () => {
      const site = await gatewright.look(tab);
      await (await site.protect()).apply();
      await new Done(site.view).ready();
      await new Done(site.view).close();
      await site.shows('Protected by authentik');
      const made = await create(async () => {});
      const clientId = await made.clientId();
      await new Done(made.view).close();
      const again = await gatewright.look(tab);
      assert.equal(await again.status(), 'Protected by authentik');
      await again.view.waitFor('It has an OIDC app besides: Grafana');
      const app = await again.showDetails();
      await app.ready();
      assert.equal(await app.clientId(), clientId);
    });

    test('from 2026.5 on a logout leads back to the service, where that address was given', async () => {
      grafana.afterLogout = `${grafana.url}/login`;
      await create(async review => {
        await review.moreSettings();
        await review.postLogout(grafana.afterLogout);
      });
      const { visitor, page } = await signIn('barbara.liskov');
      assert.match(page.text, /Signed in as barbara\.liskov/);
      const left = await visitor.open(`${grafana.url}/logout`);
      assert.equal(left.url, grafana.afterLogout, left.text);
      assert.deepEqual(grafana.people, []);
    });
  });
}
