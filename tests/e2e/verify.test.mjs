// "Verify" tells the truth about whether a gate holds: from the page alone, and when it may ask the site itself. What it calls
// closed is asked once more, by somebody who has no browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Gate } from './pages/gate.mjs';
import { Done } from './pages/work.mjs';
import { Visitor, isLogin } from './visitor.mjs';

const SITE = 'http://site.localhost/*';
const { CLOSED, OPEN, NOBODY, NOT_KNOWN } = Gate.VERDICTS;

/** What is set up; what is said without and with the permission; words that must stand there with it. */
const CASES = [
  ['no middleware', {}, OPEN, OPEN, 'Add the middleware'],
  ['a middleware', { proxy: 'traefik' }, NOT_KNOWN, CLOSED, "leads to authentik's login for this site"],
  ['nginx', { proxy: 'nginx' }, NOT_KNOWN, CLOSED, "leads to authentik's login for this site"],
  ['nginx without error_page', { proxy: 'nginx_bare' }, NOT_KNOWN, NOT_KNOWN, 'error_page 401 is missing'],
  ['another app', { proxy: 'other_app' }, OPEN, OPEN, "don't lead to an outpost"],
  ['the outpost\'s paths not routed', { proxy: 'nginx_unrouted' }, NOT_KNOWN, NOT_KNOWN, 'no login begins'],
  ['an unknown host at the embedded outpost', { proxy: 'traefik_wrong_host' }, NOBODY, NOBODY, 'no provider for this host'],
  ['an unknown host at an outpost of its own', { proxy: 'traefik_other_outpost' }, NOBODY, NOBODY, 'no app for hostname'],
  ['missing forward headers', { proxy: 'traefik_no_headers' }, NOBODY, NOBODY, 'X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Uri'],
  ['a gate before the front page alone', { proxy: 'traefik_root_only' }, OPEN, OPEN, 'Other pages let a stranger in'],
  ['a login of its own', { site: 'own_login' }, OPEN, OPEN, "That is not authentik's gate"],
  ['a login elsewhere', { site: 'login_elsewhere' }, NOT_KNOWN, NOT_KNOWN, 'not the authentik you are connected to'],
];

for (const browser of BROWSERS) {
  describe(`verifying a gate, ${browser.name}`, { timeout: 300_000 }, () => {
    let gatewright, authentik, tab;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      await gatewright.connect();
      tab = await gatewright.openSite('/shelf');
    });
    after(() => gatewright?.stop());

    /** The Site screen over a tab that was loaded while the site was open; then the site is set up. */
    async function looking(setup, shown = {}) {
      await authentik.setUp(shown);
      await gatewright.browser.goTo(tab, `${authentik.site}/shelf`);
      const site = await gatewright.look(tab);
      await site.shows('Protected by authentik');
      await authentik.setUp(setup);
      return site;
    }

    /** Whether somebody without a browser gets what the site itself says. */
    async function letsIn() {
      const { hostname } = new URL(authentik.site);
      for (const path of ['/', '/shelf', '/any/thing']) {
        const page = await new Visitor().open(authentik.site + path);
        if (page.status === 200 && new URL(page.url).hostname === hostname) return true;
      }
      return false;
    }

    function has({ found }, words) {
      const line = found.find(({ says }) => says.includes(words));
      assert.ok(line, `${JSON.stringify(words)} is not among ${JSON.stringify(found, null, 1)}`);
      return line;
    }

    async function isTrue({ holds }, what) {
      if (holds === CLOSED) assert.ok(isLogin(await new Visitor().open(`${authentik.site}/shelf`)), `${what}: a stranger sees the login`);
      if (holds === CLOSED || holds === NOBODY) assert.equal(await letsIn(), false, `${what}: it was called ${holds}`);
      if (holds === OPEN) assert.equal(await letsIn(), true, `${what}: it was called ${holds}`);
    }

    test('on "Done" it says that the proxy has to be told yet', async () => {
      const site = await gatewright.look(tab);
      const review = await site.protect();
      await review.apply();
      const done = new Done(site.view);
      await done.ready();
      const gate = await done.verify();
      const outcome = await gate.outcome();
      assert.equal(outcome.holds, OPEN);
      assert.equal(has(outcome, 'A stranger gets the front page').sure, 'for sure');
      await gate.back();
      await done.ready();
      await done.close();
    });

    describe('without the permission for the site', () => {
      for (const [what, setup, holds] of CASES) {
        test(`${what}: ${holds}`, async () => {
          const gate = await (await looking(setup)).verify();
          const outcome = await gate.outcome();
          await isTrue(outcome, what);
          assert.equal(outcome.holds, holds, JSON.stringify(outcome, null, 1));
        });
      }

      test('a closed gate is "probably" closed', async () => {
        const gate = await (await looking({ proxy: 'traefik' })).verify();
        assert.equal(has(await gate.outcome(), 'leads elsewhere, probably to the login').sure, 'probably');
      });

      test('a page whose own rules forbid it to ask: unknown, where the browser holds us to them', async () => {
        const gate = await (await looking({ proxy: 'traefik', site: 'no_connect' }, { site: 'no_connect' })).verify();
        const outcome = await gate.outcome();
        assert.equal(outcome.holds, NOT_KNOWN);
        if (browser.name === 'firefox') assert.equal(has(outcome, 'Content-Security-Policy').sure, 'not known');
        else has(outcome, 'leads elsewhere, probably to the login');
      });

      test('a tab that has gone elsewhere is not looked at', async () => {
        await (await looking({})).view.close();
        const id = await gatewright.browser.tabId(tab);
        await gatewright.browser.goTo(tab, authentik.elsewhere);
        const view = await gatewright.browser.openExtensionPage(`popup.html?tab=${id}#/verify`);
        await view.waitFor('Click the toolbar button to look at this tab');
        await view.close();
      });

      test('a private window, or how to do it by hand', async () => {
        const gate = await (await looking({ proxy: 'traefik' })).verify();
        await gate.outcome();
        if (browser.name === 'chromium') {
          const page = await gatewright.browser.opened(url => url.includes('/if/flow/') || url.startsWith(authentik.site), () => gate.asStranger());
          assert.match(await page.url(), new RegExp(`^${authentik.url}/if/flow/`));
          await page.close();
        } else {
          await gate.asStranger();
          await gate.view.waitFor('Open one yourself and go to');
        }
      });
    });

    describe('with the permission for the site', () => {
      test('it is asked for in a tab of its own, for this one site', async () => {
        const gate = await (await looking({ proxy: 'traefik' })).verify();
        assert.equal((await gate.outcome()).holds, NOT_KNOWN);
        const page = await gate.inTab(gatewright.browser);
        assert.equal((await page.outcome()).holds, NOT_KNOWN);
        if (gatewright.browser.canRefuse) {
          await page.letCheck(gatewright.browser, SITE, false);
          assert.match(await page.alert(), /was not allowed/);
        }
        await page.letCheck(gatewright.browser, SITE);
        await page.view.one('button', 'Take the permission back');
        const outcome = await page.outcome();
        assert.equal(outcome.holds, CLOSED);
        await isTrue(outcome, 'a middleware');
        await page.view.close();
      });

      for (const [what, setup, , holds, words] of CASES) {
        test(`${what}: ${holds}`, async () => {
          const gate = await (await looking(setup)).verify();
          const outcome = await gate.outcome();
          await isTrue(outcome, what);
          assert.equal(outcome.holds, holds, JSON.stringify(outcome, null, 1));
          has(outcome, words);
        });
      }

      test('what authentik itself has noted stands there, and what it means', async () => {
        const gate = await (await looking({ proxy: 'traefik_no_headers' })).verify();
        assert.match(has(await gate.outcome(), 'authentik noted').says, /failed to detect a forward URL from Traefik/);
      });

      test('no request to the site carries the token', async () => {
        const site = await looking({ proxy: 'traefik' });
        await authentik.forgetRequests();
        await (await site.verify()).outcome();
        const asked = (await authentik.requests()).filter(({ path }) => !path.startsWith('/api/v3/'));
        assert.ok(asked.some(({ server, path }) => server === 'site' && path.includes('gatewright=')));
        assert.deepEqual(asked.filter(({ bearer }) => bearer), []);
      });

      test('somebody who is signed in is asked about as a stranger all the same', async () => {
        await looking({ proxy: 'traefik' });
        await gatewright.browser.goTo(tab, `${authentik.site}/shelf`);
        await tab.fill('#username', 'barbara.liskov');
        await tab.fill('#password', authentik.password);
        await tab.click('button', 'Log in');
        await tab.waitFor('Signed in as barbara.liskov');
        const site = await gatewright.look(tab);
        await site.shows('Protected by authentik');
        const outcome = await (await site.verify()).outcome();
        assert.equal(outcome.holds, CLOSED, JSON.stringify(outcome, null, 1));
        await isTrue(outcome, 'signed in');
      });

      test('it can be taken back', async () => {
        const id = await (async () => { await looking({ proxy: 'traefik' }); return gatewright.browser.tabId(tab); })();
        const page = new Gate(await gatewright.browser.openExtensionPage(`popup.html?tab=${id}#/verify`));
        assert.equal((await page.outcome()).holds, CLOSED);
        await page.giveBack();
        await page.view.one('button', 'Let Gatewright check this site');
        assert.equal((await page.outcome()).holds, NOT_KNOWN);
        const granted = await gatewright.browser.inWorker(() => (globalThis.browser ?? chrome).permissions.contains({ origins: ['http://site.localhost/*'] }));
        assert.equal(granted, false);
        await page.view.close();
      });
    });

    test('a service worker of the site can answer instead of the server: what the page sees is worth nothing', async () => {
      await authentik.setUp({ site: 'service_worker' });
      await gatewright.browser.goTo(tab, `${authentik.site}/shelf`);
      await tab.waitFor(() => navigator.serviceWorker.controller !== null);
      const site = await gatewright.look(tab);
      await authentik.setUp({ proxy: 'traefik', site: 'service_worker' });
      const gate = await site.verify();
      const outcome = await gate.outcome();
      assert.equal(outcome.holds, NOT_KNOWN);
      assert.equal(has(outcome, 'service worker').sure, 'not known');
      const page = await gate.inTab(gatewright.browser);
      await page.outcome();
      await page.letCheck(gatewright.browser, SITE);
      await page.view.one('button', 'Take the permission back');
      const then = await page.outcome();
      await isTrue(then, 'a service worker');
      assert.equal(then.holds, CLOSED);
      await authentik.setUp({ site: 'service_worker' });
      assert.equal((await page.again()).holds, OPEN);
      await page.view.close();
      await tab.run(async () => { for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister(); });
    });

    test('a domain-level gate: the site needs no route to the outpost', async () => {
      await gatewright.afresh();
      await authentik.setUp({});
      await gatewright.browser.goTo(tab, `${authentik.site}/shelf`);
      await protectDomain(authentik);
      const site = await gatewright.look(tab);
      await site.shows('Part of a protected domain');
      await authentik.setUp({ proxy: 'traefik_unrouted' });
      const gate = await site.verify();
      const outcome = await gate.outcome();
      assert.equal(outcome.holds, CLOSED, 'the permission was given before');
      await isTrue(outcome, 'a domain');
      assert.ok(!outcome.found.some(({ says }) => says.includes('own paths')), JSON.stringify(outcome));
    });
  });
}

/** A provider for everything below localhost, in the embedded outpost. */
async function protectDomain(authentik) {
  const [, flows] = await authentik.api('GET', 'flows/instances/?page_size=100');
  const flow = designation => flows.results.find(flow => flow.designation === designation).pk;
  const provider = { name: 'Everything', mode: 'forward_domain', external_host: authentik.url, cookie_domain: 'localhost', authorization_flow: flow('authorization'), invalidation_flow: flow('invalidation') };
  const [status] = await authentik.api('PUT', 'core/transactional/applications/', { app: { name: 'Everything', slug: 'everything' }, provider_model: 'authentik_providers_proxy.proxyprovider', provider });
  assert.equal(status, 200);
  const [, { results: [{ pk }] }] = await authentik.api('GET', 'providers/proxy/?name__iexact=Everything');
  const [, { results: [outpost] }] = await authentik.api('GET', 'outposts/instances/?managed__iexact=goauthentik.io/outposts/embedded');
  await authentik.api('PATCH', `outposts/instances/${outpost.pk}/`, { type: 'proxy', providers: [...outpost.providers, pk] });
}
