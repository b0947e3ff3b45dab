// An OIDC app, from a page that looks like Grafana to somebody who is signed in there: with authentik of the first and of the
// last release. The service knows nothing but what a person reads in the popup.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Done, TakenBack } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';
import { Visitor } from './visitor.mjs';

const RELEASES = ['2025.10.3', '2026.8.5'];
const HIDDEN = /^•+$/;

for (const browser of BROWSERS) {
  for (const release of RELEASES) {
    describe(`an OIDC app, ${browser.name}, authentik ${release}`, { timeout: 120_000 }, () => {
      let gatewright, authentik, grafana, tab, untouched, values;

      before(async () => {
        grafana = await RelyingParty.start();
        gatewright = await Gatewright.start(browser, { release });
        ({ authentik } = gatewright);
        await gatewright.connect();
        untouched = await authentik.state();
        tab = await gatewright.browser.openSite(`${grafana.url}/login`);
      });
      after(async () => {
        await gatewright?.stop();
        await grafana?.stop();
      });

      test('the page is recognised, and the review is filled in with what this service needs', async () => {
        const site = await gatewright.look(tab);
        assert.equal(await site.looksLike(), 'Looks like Grafana');
        assert.equal(await site.status(), 'Not protected');
        const review = await site.createOidcApp();
        const fields = await review.fields();
        assert.equal(fields.service, 'Grafana');
        assert.equal(fields.externalUrl.replace(/\/$/, ''), grafana.url);
        assert.equal(fields.redirects, grafana.callback);
        assert.match(fields.name, /^Grafana/);
        assert.deepEqual(await authentik.state(), untouched, 'nothing is changed before Apply');
        await review.cancel();
      });

      test('Apply is one request, and what the service has to be told stands there, the secret hidden until it is asked for', async () => {
        const site = await gatewright.look(tab);
        const review = await site.createOidcApp();
        await review.service();
        await review.canApply();
        await authentik.forgetRequests();
        await authentik.takeAMoment();
        await review.apply();
        const app = await new Done(site.view).app();
        assert.equal(await authentik.sequence(), 1);
        assert.deepEqual((await authentik.writes()).map(({ method, status }) => `${method} ${status}`), ['PUT 200']);
        await authentik.clearFaults();

        assert.match(await app.secret(), HIDDEN);
        await app.showSecret();
        values = { clientId: await app.clientId(), clientSecret: await app.secret(), issuer: await app.issuer() };
        assert.match(values.clientId, /^[A-Za-z0-9]{40}$/);
        assert.match(values.clientSecret, /^[A-Za-z0-9]{128}$/);
        await app.hideSecret();
        assert.match(await app.secret(), HIDDEN);
      });

      test('the service, told exactly that, signs a person in: the ID token is signed by a key of the issuer', async () => {
        await grafana.configure(values);
        await gatewright.browser.goTo(tab, `${grafana.url}/login`);
        await tab.click('link', 'Sign in with authentik');
        await tab.fill('#username', 'barbara.liskov');
        await tab.fill('#password', authentik.password);
        await tab.click('button', 'Log in');
        // authentik asks each time whether a service may stay signed in (offline_access).
        await tab.click('button', 'Continue');
        await tab.waitFor('Signed in as barbara.liskov');
        const text = await tab.text();
        for (const fact of ['Name: Barbara Liskov', 'E-mail: barbara.liskov@example.org', 'ID token: RS256']) assert.ok(text.includes(fact), text);
        assert.match(text, /Groups: .*engineering/);
        const [{ claims }] = grafana.people;
        assert.deepEqual([claims.iss, claims.aud], [values.issuer, values.clientId]);
        assert.ok(grafana.asked.some(path => path.endsWith('/jwks/')), 'the keys were read');
      });

      test('a renewal gives another access token, which is good too', async () => {
        await tab.click('link', 'Renew');
        await tab.waitFor('Renewed: 1');
        const [{ claims, tokens: [first, second] }] = grafana.people;
        assert.notEqual(second.access_token, first.access_token);
        assert.equal((await grafana.userinfo(second.access_token, claims.sub)).preferred_username, 'barbara.liskov');
      });

      test('signing out ends the session: the service asks again, and the tokens are good for nothing', async () => {
        const [{ claims, tokens }] = grafana.people;
        await tab.click('link', 'Sign out');
        await tab.waitFor(authentik => location.href.startsWith(authentik), authentik.url);
        assert.deepEqual(grafana.people, []);
        await assert.rejects(grafana.userinfo(tokens.at(-1).access_token, claims.sub));
        await gatewright.browser.goTo(tab, grafana.url);
        await tab.one('link', 'Sign in with authentik');
      });

      test('an ID token with a signature that no key of the issuer made is refused', async () => {
        // Else "the ID token verifies" would say nothing.
        await grafana.configure(values);
        grafana.tamper = (path, text) => (path.endsWith('/token/') ? text.replace(/("id_token":\s*"[^"]*\.)(.)/, (_, before, sign) => before + (sign === 'A' ? 'B' : 'A')) : text);
        const visitor = new Visitor();
        const question = await visitor.openAs('barbara.liskov', authentik.password, `${grafana.url}/login/generic_oauth`);
        assert.match(question.text, /Continue/);
        const page = await visitor.open(question.url, { method: 'POST', form: {} });
        assert.equal(page.status, 401);
        assert.match(page.text, /JWT signature verification failed/);
        grafana.tamper = (_, text) => text;
      });

      test('"Verify" finds nothing that a service would trip over', async () => {
        const site = await gatewright.press(tab);
        const app = await new Done(site.view).app();
        const findings = await app.verify();
        assert.deepEqual(findings.filter(({ ok }) => ok !== true), []);
        const said = findings.map(({ text }) => text).join('\n');
        for (const sentence of [/Discovery names this issuer/, /signed with a key \(RS256\)/, /Scopes: .*openid/, /A redirect URI leads to this site/, /You would get: .*email/]) assert.match(said, sentence);
        await new Done(site.view).close();
      });

      test('later the site is an "OIDC app", and its details are read from authentik', async () => {
        const site = await gatewright.look(tab);
        await site.shows('OIDC app');
        const app = await site.showDetails();
        await app.ready();
        assert.match(await app.secret(), HIDDEN);
        await app.showSecret();
        assert.deepEqual({ clientId: await app.clientId(), clientSecret: await app.secret(), issuer: await app.issuer() }, values);
        const addresses = await app.more();
        assert.equal(addresses['Discovery URL'], `${values.issuer}.well-known/openid-configuration`);
        await app.back();
        await site.shows('OIDC app');
      });

      test('Undo, and authentik is as it was before', async () => {
        const site = await gatewright.look(tab);
        await site.undo();
        await new TakenBack(site.view).ready();
        assert.deepEqual(await authentik.state(), untouched);
        await new TakenBack(site.view).close();
        await site.shows('Not protected');
      });
    });
  }
}
