// The form of an OIDC app: the list of services by keyboard, what is said against a field, services that nobody knows, and the
// ways into it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { OidcReview } from './pages/oidc-review.mjs';
import { Settings } from './pages/settings.mjs';
import { Done, TakenBack } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';

for (const browser of BROWSERS) {
  describe(`the form of an OIDC app, ${browser.name}`, { timeout: 180_000 }, () => {
    let gatewright, authentik, grafana, tab, larder;

    before(async () => {
      grafana = await RelyingParty.start();
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.browser.openSite(`${grafana.url}/login`);
      larder = await gatewright.openSite('/shelf');
    });
    beforeEach(() => gatewright.afresh());
    after(async () => {
      await gatewright?.stop();
      await grafana?.stop();
    });

    const open = async over => (await gatewright.look(over)).createOidcApp();
    /** Where logins of a provider may lead: [[how it is compared, address]]. */
    async function redirects(filter) {
      const [, { results: [provider] }] = await authentik.api('GET', `providers/oauth2/?${filter}`);
      return provider.redirect_uris.map(({ matching_mode: mode, url }) => [mode, url]);
    }

    test('another service, by keyboard: typed, gone down to, taken with Enter; name and redirect URIs follow', async () => {
      const review = await open(tab);
      assert.equal(await review.service(), 'Grafana');
      await review.chooseService('git', 'Gitea');
      const fields = await review.fields();
      assert.match(fields.name, /^Gitea/);
      assert.match(fields.redirects, new RegExp(`^${grafana.url}/user/oauth2/`));
      assert.deepEqual(await authentik.writes(), [], 'Enter in the list applies nothing');
    });

    test('Escape leaves the list, and the service stays', async () => {
      const review = await open(tab);
      await review.service();
      await review.findService('git');
      await review.view.one('listbox', 'Services');
      await review.view.press('Escape');
      await review.view.none('listbox', 'Services');
      assert.equal(await review.service(), 'Grafana');
    });

    test('Tab leaves the list too, and what stands in the field is the service that is applied', async () => {
      const review = await open(tab);
      await review.service();
      await review.findService('git');
      await review.view.press('Tab');
      await review.view.none('listbox', 'Services');
      const chosen = await review.service();
      await review.apply();
      await new Done(review.view).app();
      await review.view.one('heading', `Settings of ${chosen}`);
    });

    test('"Another service" asks for redirect URIs, and can\'t be applied without', async () => {
      const review = await open(tab);
      await review.service();
      await review.chooseService('no service has this name', 'Another service');
      assert.equal(await review.value('Redirect URIs'), '');
      assert.match(await review.complaint('Redirect URIs'), /at least one redirect URI/);
      assert.equal(await review.canApply(), false);
    });

    test('a regular expression that lets strangers in is refused next to the field, and Apply sends nothing', async () => {
      const review = await open(tab);
      await review.service();
      for (const [uri, says] of [['^https://.*/callback', /leaves the host open/], ['^.*', /matches everything/], ['^https://grafana.example\\.com/', /matches any character/], ['javascript:alert(1)', /run as a script/]]) {
        await review.redirects(uri);
        assert.match(await review.complaint('Redirect URIs'), says, uri);
        assert.equal(await review.canApply(), false, uri);
        await review.pressApplyAnyway();
      }
      await review.ready();
      await review.redirects('^http://grafana\\.localhost:[0-9]+/login/.*', grafana.callback);
      await review.apply();
      const app = await new Done(review.view).app();
      // What would have been sent before stands before this one.
      assert.deepEqual((await authentik.writes()).map(({ method, status }) => `${method} ${status}`), ['PUT 200']);
      assert.deepEqual(await redirects(`client_id=${await app.clientId()}`), [['regex', '^http://grafana\\.localhost:[0-9]+/login/.*'], ['strict', grafana.callback]]);
    });

    test('a site that nobody knows: "Create OIDC app" with a redirect URI that is typed', async () => {
      const untouched = await authentik.state();
      const review = await open(larder);
      const fields = await review.fields();
      assert.deepEqual([fields.service, fields.redirects], ['Another service', '']);
      assert.match(fields.name, /Larder/);
      await review.redirects(`${authentik.site}/callback`);
      await review.onlyMembersOf('engineering');
      await review.apply();
      const done = new Done(review.view);
      const app = await done.app();
      assert.match(await app.issuer(), new RegExp(`^${authentik.url}/application/o/larder/`));
      assert.deepEqual(await redirects(`client_id=${await app.clientId()}`), [['strict', `${authentik.site}/callback`]]);
      await done.undo();
      await new TakenBack(review.view).ready();
      assert.deepEqual(await authentik.state(), untouched);
    });

    test('with nothing asked before applying it is one click on a page that is recognised', async () => {
      const settings = await Settings.open(gatewright.browser);
      await settings.askBeforeApplying(false);
      await settings.view.close();
      const site = await gatewright.look(tab);
      await site.looksLike();
      await authentik.forgetRequests();
      await authentik.takeAMoment();
      await site.createOidcApp();
      await new Done(site.view).app();
      // Keys, scopes, flows and groups, side by side; then the app.
      assert.equal(await authentik.sequence(), 2);
      await authentik.clearFaults();
    });

    test('the context menu\'s "Create OIDC app for this origin" opens the review of that tab, and applies nothing', async () => {
      const view = await gatewright.browser.opened(url => url.startsWith(`${gatewright.browser.origin}/popup.html`),
        () => gatewright.browser.dispatchContextMenu({ id: 'oidc', title: 'Create OIDC app for this origin' }, tab));
      const review = new OidcReview(view);
      await review.ready();
      const fields = await review.fields();
      assert.equal(fields.externalUrl.replace(/\/$/, ''), grafana.url);
      assert.deepEqual(await authentik.writes(), []);
      await view.close();
    });

    test('another address is added to an app, and an app is moved to it: the difference stands there, and can be undone', async () => {
      const untouched = await authentik.state();
      for (const way of ['addOrigin', 'moveApp']) {
        const site = await gatewright.look(tab);
        const review = await site[way]();
        await review.ready();
        await review.app('Gitea');
        const changes = await review.changes();
        assert.ok(changes.some(([, now]) => now.startsWith(grafana.url)), JSON.stringify(changes));
        assert.equal(changes.some(([before]) => before !== ''), way === 'moveApp', JSON.stringify(changes));
        await review.apply();
        await new Done(site.view).ready();
        assert.ok((await redirects('name=Gitea')).some(([, url]) => url.startsWith(grafana.url)));
        await new Done(site.view).undo();
        await new TakenBack(site.view).ready();
        assert.deepEqual(await authentik.state(), untouched, way);
        await new TakenBack(site.view).close();
      }
    });
  });
}
