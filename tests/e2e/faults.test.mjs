// faults.md 3 to 9 where only a browser shows them: addresses that lead nowhere, answers that don't end, no network, a host
// that is refused or taken away. Each with its picture.
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { nobodyThere, serve, servePage, serveSelfSigned } from './local.mjs';
import { Connect } from './pages/connect.mjs';
import { People } from './pages/people.mjs';
import { Site } from './pages/site.mjs';
import { outcome } from './pages/work.mjs';
import { picture } from './pictures.mjs';

const TOKEN = 'a-token-that-goes-nowhere';

for (const browser of BROWSERS) {
  describe(`faults, ${browser.name}`, { timeout: 300_000 }, () => {
    let gatewright, authentik, tab;
    const seen = (name, view) => picture(gatewright.browser, name, view);

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.openSite();
    });
    after(() => gatewright?.stop());

    describe('connecting', () => {
      const granted = new Set();
      let connect;
      beforeEach(async () => { connect = await Connect.open(gatewright.browser); });
      afterEach(() => connect.view.close());

      /** Tries an address whose host was granted before, or is now. Answers what is said beside it. */
      async function tries(url) {
        await connect.fill({ url, token: TOKEN });
        const { protocol, hostname } = new URL(url);
        const pattern = `${protocol}//${hostname}/*`;
        if (granted.has(pattern)) {
          await connect.press();
        } else {
          granted.add(pattern);
          await gatewright.browser.answeringPrompt(true, pattern, () => connect.press());
        }
        const said = await connect.alert();
        assert.match(said, /The token was not sent\.$/);
        await connect.view.one('button', 'Open it in a tab');
        assert.ok(!said.includes(TOKEN));
        return said;
      }

      test('fault_03 a name that nobody has', async () => {
        assert.match(await tries('https://nobody.invalid'), /did not answer.*name or certificate.*Open it in a tab/);
        await seen('error-no-answer', connect.view);
      });

      test('fault_03 a connection that is refused', async () => {
        assert.match(await tries(await nobodyThere('refused')), /did not answer/);
      });

      test('fault_03 a certificate that nobody has signed', async () => {
        const tls = await serveSelfSigned('tls');
        try {
          assert.match(await tries(tls.url), /did not answer.*certificate/);
        } finally {
          await tls.stop();
        }
      });

      test('fault_04 another service, and a login in front', async () => {
        const page = await servePage('blog', '<!doctype html><title>Sign in</title><h1>Sign in</h1>');
        try {
          assert.match(await tries(page.url), /not authentik's API: another service, or a login page/);
          await seen('error-not-authentik', connect.view);
          const shown = await gatewright.browser.opened(url => url === `${page.url}/`, () => connect.view.click('button', 'Open it in a tab'));
          await shown.one('heading', 'Sign in');
          await shown.close();
        } finally {
          await page.stop();
        }
      });

      test('fault_05 an address that leads elsewhere, which hears nothing', async () => {
        const asked = [];
        const there = await serve('there', (request, response) => {
          asked.push(request.url);
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"capabilities": [], "error_reporting": {}}');
        });
        const here = await serve('here', (_, response) => response.writeHead(302, { location: `${there.url}/api/v3/root/config/` }).end());
        await gatewright.browser.allowHost('http://there.localhost/*');
        try {
          assert.match(await tries(here.url), /sends requests on to another one/);
          await seen('error-redirected', connect.view);
          assert.deepEqual(asked, []);
        } finally {
          await there.stop();
          await here.stop();
        }
      });

      test('fault_07 an answer of 64 MB that is packed into 64 kB is not unpacked', async () => {
        const packed = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x'));
        const bomb = await serve('bomb', (_, response) => response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed));
        try {
          assert.match(await tries(bomb.url), /far larger/);
          await seen('error-too-large', connect.view);
        } finally {
          await bomb.stop();
        }
      });

      test('fault_06 an authentik that is starting', async () => {
        await authentik.fault({ path_contains: 'root/config', effect: { status: 503, retry_after: '5' } });
        granted.add('http://authentik.localhost/*');
        await connect.fill({ url: authentik.url, token: TOKEN });
        await gatewright.pressing(() => connect.press());
        assert.match(await connect.alert(), /not ready.*in 5 seconds/);
        await seen('error-busy-connecting', connect.view);
      });

      test('fault_09 a host that is refused', { skip: browser.name !== 'firefox' && 'Chromium\'s own prompt can\'t be pressed' }, async () => {
        await connect.fill({ url: 'http://refuse-me.localhost', token: TOKEN });
        await gatewright.browser.answeringPrompt(false, 'http://refuse-me.localhost/*', () => connect.press());
        assert.match(await connect.alert(), /was not allowed to reach this address/);
        await seen('error-host-refused', connect.view);
      });
    });

    describe('in mid-session', () => {
      beforeEach(() => gatewright.afresh());

      /** An answer in the way of the next look, what is said then, and that the look after it mends it. */
      async function mended(effect, says, name, fault = {}) {
        const site = await gatewright.look(tab);
        await authentik.fault({ path_contains: '/providers/proxy/', times: 100, ...fault, effect });
        await site.checkAgain();
        assert.match(await site.alert(), says);
        await site.shows('Not protected');
        if (name) await seen(name, site.view);
        await authentik.clearFaults();
        await site.checkAgain();
        await site.view.none('alert');
        await site.settled();
      }

      for (const [what, effect, says, name] of [
        ['fault_04 a login page that comes to stand in front', { html: '<!doctype html><title>Sign in</title>' }, /not authentik's API/, 'error-login-in-front'],
        ['fault_06 not ready', { status: 503, retry_after: '5' }, /in 5 seconds/, 'error-busy'],
        ['fault_06 a proxy that can\'t reach it', { status: 502, body: '<html>Bad gateway</html>' }, /the proxy in front can't reach it/],
        ['fault_07 a failure', { status: 500, body: '<h1>Server error</h1>' }, /failed at this \(status 500\)/, 'error-failed'],
        ['fault_07 an answer that breaks off', { cut_body: 20 }, /did not answer|cut short/],
        ['fault_07 JSON that is none', { status: 200, body: '{"results": [', content_type: 'application/json' }, /cut short/, 'error-broken'],
        ['fault_07 an empty answer', { status: 200, body: '', content_type: 'application/json' }, /cut short/],
        ['fault_07 a page that calls itself JSON', { status: 200, body: '<html>', content_type: 'application/json' }, /not authentik's API/],
        ['fault_07 an answer of 50 MB', { huge: 50 * 1024 * 1024 }, /far larger/],
        ['fault_07 an answer of 50 MB whose length is not told', { huge: 50 * 1024 * 1024, chunked: true }, /far larger/],
      ]) test(what, () => mended(effect, says, name));

      test('fault_07 a write over which authentik crashes: told with its id, and taken back', async () => {
        const untouched = await authentik.state();
        await authentik.fault({ method: 'PUT', path_contains: 'transactional', effect: { status: 405, content_type: 'text/html' } });
        const site = await gatewright.look(tab);
        await (await site.protect()).apply();
        assert.equal(await outcome(site.view), 'taken back');
        assert.match(await site.alert(), /authentik itself crashed/);
        await seen('error-crashed', site.view);
        assert.deepEqual(await authentik.state(), untouched);
      });

      test('fault_08 a server that never answers is given up after 20 seconds, and asked again', async () => {
        const page = await gatewright.browser.openExtensionPage(`popup.html?tab=${await gatewright.browser.tabId(tab)}#/site`);
        const site = new Site(page);
        await site.shows('Not protected');
        await site.settled();
        // The clock is the browser's: it is made to run out at once, and says for how long it was wound.
        await page.run(() => {
          window.wound = [];
          const timeout = AbortSignal.timeout.bind(AbortSignal);
          AbortSignal.timeout = ms => { window.wound.push(ms); return timeout(300); };
        });
        for (const effect of [{ silent: 'before' }, { stall_body: 10 }]) {
          await authentik.fault({ path_contains: '/providers/proxy/', effect });
          await site.checkAgain();
          assert.match(await site.alert(), /did not answer within 20 seconds/);
          await site.shows('Not protected');
          await authentik.clearFaults();
          await site.checkAgain();
          await page.none('alert');
        }
        assert.ok((await page.run('window.wound')).every(ms => ms === 20_000));
        await page.close();
      });

      test('fault_08 a popup that is closed while authentik thinks', async () => {
        await authentik.fault({ path_contains: '/providers/proxy/', effect: { hold: 'before', name: 'thinking' } });
        const first = await gatewright.press(tab);
        await authentik.untilHeld('thinking');
        await first.view.close();
        await authentik.letGo('thinking');
        const again = await gatewright.look(tab);
        await again.shows('Not protected');
      });

      test('fault_08 offline, then online again', async () => {
        const page = await gatewright.browser.openExtensionPage(`popup.html?tab=${await gatewright.browser.tabId(tab)}#/site`);
        const site = new Site(page);
        await site.shows('Not protected');
        await site.settled();
        await gatewright.browser.setOffline(page, true);
        // Firefox reaches this very computer without a network.
        await authentik.fault({ path_contains: '/api/v3/', times: 100, effect: { drop: 'before' } });
        try {
          await site.checkAgain();
          assert.match(await site.alert(), /You are offline/);
          await seen('error-offline', page);
        } finally {
          await gatewright.browser.setOffline(page, false);
          await authentik.clearFaults();
        }
        await site.checkAgain();
        await page.none('alert');
        await site.shows('Not protected');
        await page.close();
      });

      test('fault_09 a host that is taken away, and given back without the token being typed again', async () => {
        // In a tab: what takes the host away in Chromium closes a popup.
        const page = await gatewright.browser.openExtensionPage(`popup.html?tab=${await gatewright.browser.tabId(tab)}#/site`);
        const site = new Site(page);
        await site.shows('Not protected');
        await site.settled();
        await gatewright.takeHost();
        await site.checkAgain();
        assert.match(await site.alert(), /no longer lets Gatewright reach this address/);
        await seen('error-host-revoked', page);
        const form = await gatewright.browser.opened(url => url.includes('#/connect'), () => page.click('button', 'Connect again'));
        const connect = new Connect(form);
        await connect.ready();
        await form.waitFor('Leave it empty to go on with the token that is kept.');
        await seen('connect-again', form);
        await gatewright.pressing(() => connect.press());
        await connect.done();
        await form.close();
        await page.close();
        await (await gatewright.look(tab)).shows('Not protected');
      });

      test('fault_10 a token that stops working leads back, with the address filled in', async () => {
        const { token } = await authentik.makeToken({ superuser: true });
        await gatewright.connect({ token });
        const site = await gatewright.look(tab);
        await site.go('People');
        await authentik.expireToken(token);
        await new People(site.view).find('ada');
        await site.view.one('heading', 'Connect to authentik');
        assert.match(await site.alert(), /no longer works/);
        await seen('error-bad-token', site.view);
      });

      test('fault_12 a token that may do little, and one that lacks a step of the plan', async () => {
        const { token } = await authentik.makeToken({ permissions: ['authentik_core.view_application', 'authentik_flows.view_flow', 'authentik_core.view_group', 'authentik_providers_proxy.view_proxyprovider', 'authentik_providers_oauth2.view_oauth2provider', 'authentik_outposts.view_outpost'] });
        const untouched = { ...await authentik.state(), users: null };
        await gatewright.connect({ token });
        const site = await gatewright.look(tab);
        await site.view.waitFor('authentik shows it only what it may see');
        await seen('site-in-part', site.view);
        const review = await site.protect();
        await review.fields();
        await site.view.waitFor('This needs add_application, add_proxyprovider,');
        await seen('review-needs', site.view);
        await review.apply();
        assert.equal(await outcome(site.view), 'taken back');
        assert.match(await site.alert(), /may not do this/);
        await seen('error-denied', site.view);
        assert.deepEqual({ ...await authentik.state(), users: null }, untouched);
      });
    });
  });
}
