// Every state of every screen, light and dark: a picture in target/screenshots, and nothing that axe calls serious.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { until } from './browsers/until.mjs';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { servePage } from './local.mjs';
import { picture } from './pictures.mjs';
import { Code } from './pages/code.mjs';
import { Connect } from './pages/connect.mjs';
import { Gate } from './pages/gate.mjs';
import { People } from './pages/people.mjs';
import { Settings } from './pages/settings.mjs';
import { Site } from './pages/site.mjs';
import { Applying, Done, Interrupted, TakenBack } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';

for (const browser of BROWSERS) {
  describe(`screens, ${browser.name}`, { timeout: 240_000 }, () => {
    let gatewright, authentik, tab;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.openSite();
    });
    after(() => gatewright?.stop());

    const seen = (name, view) => picture(gatewright.browser, name, view);

    describe('before it is connected', () => {
      test('the popup says where to begin', async () => {
        const { view } = await gatewright.press(tab);
        await view.one('heading', 'Connect to authentik');
        await seen('welcome', view);
      });

      test('the form, and its complaints', async () => {
        const connect = await Connect.open(gatewright.browser);
        await seen('connect', connect.view);
        await connect.url('http://auth.example.com');
        await connect.keep('On this device, unencrypted');
        await connect.press();
        await until('a complaint about the address, and one about the token', async () => (await connect.alerts()).length === 2);
        await seen('connect-complaints', connect.view);
        await connect.view.close();
      });

      test('a token that authentik does not take', async () => {
        const connect = await Connect.open(gatewright.browser);
        await connect.fill({ url: authentik.url, token: 'not-a-token-of-anybody' });
        await gatewright.pressing(() => connect.press());
        assert.match(await connect.alert(), /does not accept this token/);
        await seen('connect-refused', connect.view);
        await connect.view.close();
      });
    });

    describe('the site', () => {
      beforeEach(() => gatewright.afresh());

      test('not protected', async () => {
        const site = await gatewright.look(tab);
        await site.shows('Not protected');
        await seen('site-not-protected', site.view);
      });

      test('authentik itself is never offered protection', async () => {
        const own = await gatewright.browser.openSite(authentik.url);
        const site = await gatewright.look(own);
        await site.shows('This is authentik');
        assert.deepEqual(await site.view.byRole('button', 'Protect this site'), []);
        await seen('site-authentik', site.view);
        await own.close();
      });

      test('a page of the browser', async () => {
        const blank = await gatewright.browser.openSite(browser.name === 'firefox' ? 'about:support' : 'chrome://version');
        const site = await gatewright.press(blank);
        await site.view.one('heading', /^(Not a web page|Click the toolbar button)/);
        await seen('site-not-web', site.view);
        await blank.close();
      });

      test('authentik does not answer', async () => {
        await authentik.fault({ path_contains: '/api/v3/', times: 100, effect: { status: 503, body: { error: 'authentik starting' } } });
        const site = await gatewright.press(tab);
        await site.alert();
        await seen('site-no-answer', site.view);
      });

      test('not set up completely: the outpost was forgotten', async () => {
        await protectByHand(authentik);
        const site = await gatewright.look(tab);
        await site.shows('Not set up completely');
        await seen('site-incomplete', site.view);
        await (await site.protect()).ready();
        await seen('review-finish', site.view);
      });

      test('not set up completely: no outpost finds the host as its external URL spells it', async () => {
        await protectByHand(authentik, { at: authentik.site.replace('site.', 'Site.'), served: true });
        const site = await gatewright.look(tab);
        await site.shows('Not set up completely');
        await seen('site-misspelled', site.view);
      });

      test('review, groups, and what is wrong with a field', async () => {
        const site = await gatewright.look(tab);
        const review = await site.protect();
        await review.fields();
        await seen('review', site.view);
        await review.onlyMembersOf('engineering', 'finance');
        await seen('review-groups', site.view);
        const code = await Code.open(site.view);
        for (const form of Code.FORMS) {
          await code.text(form);
          await seen(`code-${form.toLowerCase().replaceAll(' ', '-')}`, site.view);
        }
        await code.back();
        await review.name('');
        await review.slug('token');
        await seen('review-troubles', site.view);
      });

      test('applying, done, protected, and the gate removed', async () => {
        await authentik.fault({ method: 'PATCH', path_contains: '/outposts/instances/', effect: { hold: 'before', name: 'applying' } });
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        await authentik.untilHeld('applying');
        await new Applying(site.view).ready();
        await seen('applying', site.view);
        await authentik.letGo('applying');
        const done = new Done(site.view);
        await done.ready();
        for (const proxy of Done.SNIPPETS) {
          await done.snippet(proxy);
          await seen(`done-${proxy.toLowerCase().replaceAll(/[ /]/g, '-').replaceAll(/[()]/g, '')}`, site.view);
        }
        await done.outpostAddress('http://authentik:9000/path');
        await seen('done-address-unsound', site.view);
        await done.close();
        await site.shows('Protected by authentik');
        await seen('site-protected', site.view);
        await authentik.fault({ path_contains: '/core/applications/larder', times: 1, effect: { status: 403, body: { detail: 'No.' } } });
        const code = await Code.open(site.view);
        await code.alert();
        await seen('code-denied', site.view);
        await code.back();
        await (await site.removeProtection()).ready();
        await seen('review-remove', site.view);
      });

      test('paths left open, and what each line opens', async () => {
        const site = await gatewright.look(tab);
        const review = await site.protect();
        await review.ready();
        await review.openPaths('^/health$', '^/api/', '/ping', '^/(?!admin)', '.*');
        await seen('review-open-paths', site.view);
      });

      test('the whole domain: what it covers, what is wrong with it, done, and a part of it', async () => {
        const { port } = new URL(authentik.site);
        const [larder, jars] = ['larder', 'jars'].map(name => `http://${name}.home.localhost:${port}`);
        await protectByHand(authentik, { name: 'Jars', at: jars, served: true });
        const part = await gatewright.browser.openSite(larder);
        const site = await gatewright.look(part);
        const review = await site.protect();
        await review.ready();
        await review.wholeDomain();
        await seen('review-domain', site.view);
        await review.cookieDomain('duckdns.org');
        await review.authUrl('https://auth.example.com/login');
        await seen('review-domain-troubles', site.view);
        await review.cookieDomain('home.localhost');
        await review.authUrl(`http://auth.home.localhost:${port}`);
        await review.apply();
        const done = new Done(site.view);
        await done.ready();
        for (const proxy of ['nginx', 'Caddy']) {
          await done.snippet(proxy);
          await seen(`done-domain-${proxy.toLowerCase()}`, site.view);
        }
        await done.close();
        await site.shows('Part of a protected domain');
        await seen('site-domain', site.view);
        await part.close();
      });

      test('whether the gate holds: every verdict, as the page in the tab sees it', async () => {
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        const done = new Done(site.view);
        await done.ready();
        await done.close();
        for (const [name, setup, shown] of VERDICTS) {
          await authentik.setUp(shown ?? {});
          await gatewright.browser.goTo(tab, authentik.site);
          if (shown?.site === 'service_worker') await tab.waitFor(() => navigator.serviceWorker.controller !== null);
          const again = await gatewright.look(tab);
          await again.shows('Protected by authentik');
          await authentik.setUp(setup);
          const gate = await again.verify();
          await gate.outcome();
          await seen(`verify-${name}`, gate.view);
        }
        await tab.run(async () => { for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister(); });
      });

      test('whether the gate holds: the question in a tab, and every verdict of somebody who may ask', async () => {
        await authentik.setUp({});
        await gatewright.browser.goTo(tab, authentik.site);
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        const done = new Done(site.view);
        await done.ready();
        await done.close();
        await site.shows('Protected by authentik');
        const id = await gatewright.browser.tabId(tab);
        const page = new Gate(await gatewright.browser.openExtensionPage(`popup.html?tab=${id}#/verify`));
        await page.outcome();
        await seen('verify-may-ask', page.view);
        await page.letCheck(gatewright.browser, 'http://site.localhost/*');
        await page.view.one('button', 'Take the permission back');
        for (const [name, setup] of VERDICTS) {
          await authentik.setUp(setup);
          await page.again();
          await seen(`verify-asked-${name}`, page.view);
        }
        await page.giveBack();
        await page.view.one('button', 'Let Gatewright check this site');
        if (browser.name === 'firefox') {
          await page.asStranger();
          await page.view.waitFor('Open one yourself and go to');
          await seen('verify-by-hand', page.view);
        }
        await page.view.close();
        await authentik.setUp({});
      });

      test('taken back', async () => {
        await authentik.fault({ method: 'PATCH', path_contains: '/outposts/instances/', effect: { status: 403, body: { detail: 'You do not have permission to perform this action.' } } });
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        await new TakenBack(site.view).ready();
        await seen('taken-back', site.view);
      });

      test('Undo refused: somebody has changed it since, or may have', async () => {
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        const done = new Done(site.view);
        await done.ready();
        await done.close();
        const larder = 'core/applications/larder/';
        await authentik.api('PATCH', larder, { meta_description: 'Call Ada before you touch this' });
        await site.undo();
        await new Interrupted(site.view).ready();
        await site.view.waitFor('Description: nothing → Call Ada before you touch this');
        await seen('undo-changed-since', site.view);
        await authentik.api('PATCH', larder, { meta_description: '' });
        await authentik.fault({ method: 'GET', path_contains: '/policies/bindings/', times: 10, effect: { status: 403, body: { detail: 'No.' } } });
        await new Interrupted(site.view).takeBack();
        await site.view.waitFor('view_policybinding');
        await seen('undo-bindings-unseen', site.view);
      });

      test('not everything could be taken back', async () => {
        await authentik.fault({ method: 'PATCH', path_contains: '/outposts/instances/', effect: { status: 500, body: {} } });
        await authentik.fault({ method: 'DELETE', path_contains: '/core/applications/', times: 20, effect: { status: 403, body: { detail: 'No.' } } });
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        await new Interrupted(site.view).ready();
        await seen('interrupted', site.view);
      });
    });

    describe('people and more', () => {
      before(() => gatewright.afresh());

      test('people', async () => {
        const site = await gatewright.press(tab);
        await site.go('People');
        const people = new People(site.view);
        await people.ready();
        await seen('people-empty', site.view);
        await people.find('a');
        await people.view.one('button', /^Ada Lovelace/);
        await seen('people-many', site.view);
        await people.find('nobody has this name');
        await site.view.waitFor('Nobody matches');
        await seen('people-none', site.view);
        await people.find('lovelace');
        await people.lists('Ada Lovelace');
        await (await people.open('Ada Lovelace')).says('ada.lovelace@example.org');
        await seen('person', site.view);
      });

      test('settings, in the popup and in a tab', async () => {
        const site = await gatewright.press(tab);
        await site.go('More');
        await new Settings(site.view).ready();
        await seen('more', site.view);
        const settings = await Settings.open(gatewright.browser);
        await seen('more-in-a-tab', settings.view);
        await settings.view.close();
      });

      test('a token that may do little', async () => {
        await gatewright.afresh({ token: authentik.tokens.plain });
        const site = new Site((await gatewright.press(tab)).view);
        await site.settled();
        await seen('site-little-allowed', site.view);
        await site.go('More');
        await new Settings(site.view).ready();
        await seen('more-little-allowed', site.view);
      });
    });

    describe('an OIDC app', () => {
      let grafana, there;

      before(async () => {
        grafana = await RelyingParty.start();
        there = await gatewright.browser.openSite(`${grafana.url}/login`);
      });
      // The release with the most fields.
      beforeEach(() => gatewright.afresh({ release: '2026.8.5' }));
      after(() => grafana?.stop());

      async function review() {
        const site = await gatewright.look(there);
        await site.looksLike();
        const review = await site.createOidcApp();
        await review.service();
        await review.view.one('button', 'Apply');
        return review;
      }

      test('a service that is recognised, and one that has no OIDC', async () => {
        const site = await gatewright.look(there);
        await site.looksLike();
        await seen('site-recognised', site.view);
        const page = await servePage('zabbix', '<!doctype html><html lang="en"><title>Zabbix</title><h1>Zabbix</h1></html>');
        const without = await gatewright.browser.openSite(page.url);
        const other = await gatewright.look(without);
        await other.looksLike();
        await seen('site-without-oidc', other.view);
        await (await other.createOidcApp()).service();
        await seen('oidc-review-without-oidc', other.view);
        await without.close();
        await page.stop();
      });

      test('the review, the list of services, and what is wrong with a field', async () => {
        const opened = await review();
        await seen('oidc-review', opened.view);
        await opened.findService('git');
        await opened.view.one('listbox', 'Services');
        await seen('oidc-services', opened.view);
        await opened.view.press('ArrowDown');
        await seen('oidc-services-next', opened.view);
        await opened.view.press('Escape');
        await opened.redirects('^https://.*');
        await opened.complaint('Redirect URIs');
        await seen('oidc-complaint', opened.view);
        await opened.moreSettings();
        await seen('oidc-review-more', opened.view);
        await opened.view.run(() => document.querySelector('main .card').scrollIntoView({ block: 'end' }));
        await seen('oidc-review-more-end', opened.view);
      });

      test('done, with the secret hidden, shown, and the app verified; later its details', async () => {
        const opened = await review();
        await opened.apply();
        const done = new Done(opened.view);
        const app = await done.app();
        await seen('oidc-done', opened.view);
        await app.showSecret();
        await seen('oidc-done-secret', opened.view);
        await app.more();
        await seen('oidc-done-addresses', opened.view);
        await app.settings('grafana.ini');
        await seen('oidc-done-settings', opened.view);
        await app.verify();
        await opened.view.run(() => document.querySelector('.findings').scrollIntoView({ block: 'end' }));
        await seen('oidc-verified', opened.view);
        await done.close();
        const site = await gatewright.look(there);
        await site.shows('OIDC app');
        await site.looksLike();
        await seen('site-oidc-app', site.view);
        await (await site.showDetails()).ready();
        await seen('oidc-details', site.view);
      });

      test('another address of an app: added, and moved to', async () => {
        for (const [way, name] of [['addOrigin', 'add-origin'], ['moveApp', 'move-app']]) {
          const site = await gatewright.look(there);
          const opened = await site[way]();
          await opened.ready();
          await seen(`oidc-${name}`, site.view);
          await opened.cancel();
        }
      });
    });
  });
}

/** How a site and its proxy are set up for a picture, and how it was when the page in the tab was loaded. */
const VERDICTS = [
  ['open', {}],
  ['closed', { proxy: 'traefik' }],
  ['nginx-401', { proxy: 'nginx_bare' }],
  ['not-routed', { proxy: 'nginx_unrouted' }],
  ['other-app', { proxy: 'other_app' }],
  ['unknown-host', { proxy: 'traefik_wrong_host' }],
  ['no-headers', { proxy: 'traefik_no_headers' }],
  ['front-page-only', { proxy: 'traefik_root_only' }],
  ['own-login', { site: 'own_login' }],
  ['login-elsewhere', { site: 'login_elsewhere' }],
  ['rules', { proxy: 'traefik', site: 'no_connect' }, { site: 'no_connect' }],
  ['service-worker', { proxy: 'traefik', site: 'service_worker' }, { site: 'service_worker' }],
];

/** What a person does who forgets the outpost. */
async function protectByHand(authentik, { name = 'Larder', at = authentik.site, served = false } = {}) {
  const [, flows] = await authentik.api('GET', 'flows/instances/?page_size=100');
  const flow = designation => flows.results.find(flow => flow.designation === designation).pk;
  const [slug, provider] = [name.toLowerCase(), { name, mode: 'forward_single', external_host: at, authorization_flow: flow('authorization'), invalidation_flow: flow('invalidation') }];
  const [status, answer] = await authentik.api('PUT', 'core/transactional/applications/', { app: { name, slug }, provider_model: 'authentik_providers_proxy.proxyprovider', provider });
  assert.deepEqual([status, answer.applied], [200, true]);
  if (!served) return;
  const [, app] = await authentik.api('GET', `core/applications/${slug}/`);
  const [, { results: [outpost] }] = await authentik.api('GET', 'outposts/instances/?managed__iexact=goauthentik.io/outposts/embedded');
  await authentik.api('PATCH', `outposts/instances/${outpost.pk}/`, { type: 'proxy', providers: [...outpost.providers, app.provider] });
}
