// Each status that a site can have, with its next step; and why a gate doesn't work. A picture of each.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Site } from './pages/site.mjs';
import { Done, TakenBack } from './pages/work.mjs';
import { picture } from './pictures.mjs';

for (const browser of BROWSERS) {
  describe(`statuses, ${browser.name}`, { timeout: 240_000 }, () => {
    let gatewright, authentik, tab;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.openSite();
    });
    beforeEach(() => gatewright.afresh());
    after(() => gatewright?.stop());

    const seen = (name, view) => picture(gatewright.browser, `status-${name}`, view);
    /** A site of another name beside the sample site. */
    const at = name => `http://${name}.localhost:${new URL(authentik.site).port}`;

    async function api(method, path, body) {
      const [status, answer] = await authentik.api(method, path, body);
      assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`);
      return answer;
    }

    /** A proxy provider, made by hand; its key. */
    async function provider(fields) {
      const flows = await api('GET', 'flows/instances/?page_size=100');
      const flow = designation => flows.results.find(flow => flow.designation === designation).pk;
      const { pk } = await api('POST', 'providers/proxy/', {
        name: 'Larder', mode: 'forward_single', external_host: authentik.site, internal_host: 'http://larder',
        authorization_flow: flow('authorization'), invalidation_flow: flow('invalidation'), ...fields,
      });
      return pk;
    }
    const application = (provider, name = 'Larder') => api('POST', 'core/applications/', { name, slug: name.toLowerCase().replaceAll(' ', '-'), provider });
    async function serve(...providers) {
      const [outpost] = (await api('GET', 'outposts/instances/')).results;
      await api('PATCH', `outposts/instances/${outpost.pk}/`, { type: 'proxy', providers: [...outpost.providers, ...providers] });
    }
    async function gate(fields) {
      const pk = await provider(fields);
      await application(pk, fields?.name);
      await serve(pk);
      return pk;
    }

    /** What authentik holds; the order of a list of providers says nothing. */
    async function held() {
      const state = await authentik.state();
      for (const outpost of state.outposts) outpost.providers.sort((a, b) => a - b);
      return state;
    }

    /** Applies the review, sees that it is done, and takes it back: authentik is as before. */
    async function appliedAndUndone(review, before, name) {
      await review.ready();
      await seen(`${name}-review`, review.view);
      await review.apply();
      const done = new Done(review.view);
      await done.ready();
      await seen(`${name}-done`, review.view);
      assert.notDeepEqual(await held(), before);
      await done.undo();
      await new TakenBack(review.view).ready();
      assert.deepEqual(await held(), before);
      await new TakenBack(review.view).close();
    }

    test('a provider without an application gets one', async () => {
      await provider();
      const before = await held();
      const site = await gatewright.look(tab);
      await site.shows('Not set up completely');
      await site.view.waitFor('no application uses it');
      await seen('no-application', site.view);
      const review = await site.step('Add an application');
      await review.onlyMembersOf('engineering');
      await appliedAndUndone(review, before, 'no-application');
    });

    test('a provider without an outpost is put into one', async () => {
      await application(await provider());
      const before = await held();
      const site = await gatewright.look(tab);
      await site.shows('Not set up completely');
      await site.view.waitFor('in no outpost');
      await seen('no-outpost', site.view);
      await appliedAndUndone(await site.protect(), before, 'no-outpost');
    });

    test('of two providers for a host one is kept', async () => {
      await gate({ name: 'One' });
      await gate({ name: 'Two', mode: 'proxy' });
      const before = await held();
      const site = await gatewright.look(tab);
      await site.shows('Not set up completely');
      await site.view.waitFor('The outpost takes one of them');
      await seen('twice', site.view);
      const review = await site.step('Choose the one that is kept');
      await review.keep('Two: covers this site, through the outpost itself, application Two');
      await appliedAndUndone(review, before, 'twice');
    });

    test('an outpost that is not connected is told on "Check again"', async () => {
      await gate();
      await authentik.outpostConnected(false);
      const site = await gatewright.look(tab);
      await site.shows('Protected by authentik');
      await site.checkAgain();
      await site.shows('Not set up completely');
      await site.settled();
      assert.match((await site.notes()).join(), /embedded outpost/);
      await seen('not-connected', site.view);
      await authentik.outpostConnected(true);
      await site.checkAgain();
      await site.shows('Protected by authentik');
    });

    test('a half-made domain is told at its sites, a whole one covers them, and one whose cookie domain is wrong is repaired', async () => {
      const larder = await gatewright.browser.openSite(at('larder.shop'));
      const fields = { name: 'Shop', mode: 'forward_domain', external_host: at('sso.shop'), cookie_domain: 'shop.localhost' };
      const pk = await provider(fields);
      await application(pk, 'Shop');
      const half = await gatewright.look(larder);
      await half.shows('Not set up completely');
      await half.view.one('button', 'Finish the set-up');
      await half.view.waitFor('A domain-level provider would cover this address');
      await seen('half-domain', half.view);
      await serve(pk);
      const whole = await gatewright.look(larder);
      await whole.shows('Part of a protected domain');
      await seen('domain', whole.view);
      await api('PATCH', `providers/proxy/${pk}/`, { mode: 'forward_domain', cookie_domain: '' });
      const before = await held();
      const sso = await gatewright.browser.openSite(at('sso.shop'));
      const wrong = await gatewright.look(sso);
      await wrong.shows('Not set up completely');
      await seen('cookie-domain', wrong.view);
      const review = await wrong.step('Set the cookie domain');
      await review.cookieDomain('shop.localhost');
      await appliedAndUndone(review, before, 'cookie-domain');
      await larder.close();
      await sso.close();
    });

    test('an OIDC app is known by a redirect URI that is an expression', async () => {
      const [status, answer] = await authentik.api('GET', 'providers/oauth2/?name=Grafana');
      assert.equal(status, 200);
      const url = `^${at('grafana').replaceAll('.', '\\.')}/.*`;
      await api('PATCH', `providers/oauth2/${answer.results.find(one => one.name === 'Grafana').pk}/`, { redirect_uris: [{ matching_mode: 'regex', url }] });
      const grafana = await gatewright.browser.openSite(at('grafana'));
      const site = await gatewright.look(grafana);
      await site.shows('OIDC app');
      await seen('oidc-by-expression', site.view);
      await grafana.close();
    });

    test('www beside a protected apex is another host, with the way on', async () => {
      await gate({ external_host: at('pantry') });
      const www = await gatewright.browser.openSite(at('www.pantry'));
      const site = await gatewright.look(www);
      await site.shows('Not protected');
      assert.match((await site.notes()).join(), /^pantry\.localhost:\d+ is protected/);
      await seen('www', site.view);
      await www.close();
    });

    test('a page of ours whose tab was closed says so', async () => {
      const closed = await gatewright.openSite();
      const page = await gatewright.browser.openExtensionPage(`popup.html?tab=${await gatewright.browser.tabId(closed)}`);
      await closed.close();
      await page.run('location.reload()');
      await page.one('heading', 'The tab was closed');
      await seen('tab-closed', page);
      await page.close();
    });

    test('why the gate does not work: nothing, then one cause after the other, each with its repair', async () => {
      const pk = await gate();
      await authentik.outpostsAuthentikHost(authentik.url);
      const site = await gatewright.look(tab);
      await site.shows('Protected by authentik');
      const why = await site.why();
      assert.deepEqual(await why.findings(), []);
      await why.view.waitFor('In authentik nothing is wrong');
      await seen('why-nothing', why.view);

      await authentik.outpostsAuthentikHost('');
      await authentik.outpostConnected(false);
      await api('PATCH', `providers/proxy/${pk}/`, { mode: 'forward_single', skip_path_regex: '^/api/\n.*', external_host: `${authentik.site}/app` });
      await why.checkAgain();
      assert.equal((await why.findings()).length, 4);
      await seen('why-many', why.view);
      await authentik.outpostConnected(true);
      const before = await held();
      await appliedAndUndone(await why.repair('Close them'), before, 'why-paths');
      const again = await new Site(why.view).why();
      await appliedAndUndone(await again.repair(`Set it to ${authentik.site}`), before, 'why-address');
    });

    test('a token that may read little: what was not looked at is said', async () => {
      await gate();
      const permissions = ['authentik_providers_proxy.view_proxyprovider', 'authentik_outposts.view_outpost'];
      const { token } = await authentik.makeToken({ permissions });
      await gatewright.connect({ token });
      const site = await gatewright.look(tab);
      await site.shows('Protected by authentik');
      const why = await site.why();
      await why.view.waitFor('Not looked at');
      await seen('why-little-allowed', why.view);
    });
  });
}
