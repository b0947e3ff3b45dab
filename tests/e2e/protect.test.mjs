// The main job, from the tab to the closed door and back: with authentik of the first and of the last release.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Done, TakenBack } from './pages/work.mjs';
import { Settings } from './pages/settings.mjs';
import { Visitor, isLogin } from './visitor.mjs';

const RELEASES = ['2025.10.3', '2026.8.5'];
const person = ({ text }) => text.match(/id="person">([^<]*)</)?.[1];

for (const browser of BROWSERS) {
  for (const release of RELEASES) {
    describe(`protecting a site, ${browser.name}, authentik ${release}`, { timeout: 120_000 }, () => {
      let gatewright, authentik, tab, before_;

      before(async () => {
        gatewright = await Gatewright.start(browser, { release });
        ({ authentik } = gatewright);
        await gatewright.connect();
        before_ = await authentik.state();
        tab = await gatewright.openSite('/shelf');
      });
      after(() => gatewright?.stop());

      test('a site that nobody guards is "Not protected", and open to everybody', async () => {
        const site = await gatewright.look(tab);
        assert.equal(await site.heading(), authentik.siteHost);
        assert.equal(await site.status(), 'Not protected');
        assert.equal((await new Visitor().open(authentik.site)).status, 200);
      });

      test('lines that the outpost reads otherwise than this browser, or that open much, are refused', async () => {
        const site = await gatewright.look(tab);
        const review = await site.protect();
        await review.ready();
        const unclear = ['[]/]', '[^]/]', '^*', '\\57', '[[:alpha:]]', '(?i)^/api/', '/{01}', '[😀-😎/]'];
        const wide = ['.....', '^/.{4,}', '^/[^_]*$', '[a-z]$'];
        const told = await review.openPaths(...unclear, ...wide, '^/api/', '^/robots.txt$');
        told.slice(0, unclear.length).forEach(row => assert.match(row, /Only the outpost could tell/));
        told.slice(unclear.length, -2).forEach(row => assert.match(row, /Too much|Everything/));
        assert.match(told.at(-2), /Every path that begins with \/api\//);
        assert.match(told.at(-1), /Only \/robots\.txt\. A dot without a backslash/);
      });

      test('a review, and Apply: application, provider, group and outpost are there, in three requests', async () => {
        const site = await gatewright.look(tab);
        const review = await site.protect();
        const fields = await review.fields();
        assert.equal(fields.externalUrl.replace(/\/$/, ''), authentik.site);
        assert.match(fields.name, /Larder/);
        await review.onlyMembersOf('engineering');
        assert.match((await review.steps()).join('\n'), /engineering/);
        assert.deepEqual(await authentik.state(), before_, 'nothing is changed before Apply');

        await authentik.forgetRequests();
        await authentik.takeAMoment();
        await review.apply();
        const done = new Done(site.view);
        await done.ready();
        assert.equal(await authentik.sequence(), 3);
        await authentik.clearFaults();
        assert.deepEqual((await authentik.writes()).map(({ method, status }) => `${method} ${status}`), ['PUT 200', 'PATCH 200']);
        assert.match(await done.snippet('Traefik'), /\/outpost\.goauthentik\.io\/auth\/traefik/);
        for (const proxy of Done.SNIPPETS) assert.ok((await done.snippet(proxy)).length > 40, proxy);
      });

      test('without the middleware the site is still open: authentik alone closes no door', async () => {
        const page = await new Visitor().open(authentik.site);
        assert.equal(page.status, 200);
        assert.equal(person(page), 'nobody');
      });

      test('with the middleware a stranger is sent to the login, the group gets in, others do not', async () => {
        await authentik.middleware(true);
        assert.ok(isLogin(await new Visitor().open(`${authentik.site}/shelf`)), 'a stranger sees the login');
        const friend = new Visitor();
        const inside = await friend.openAs('barbara.liskov', authentik.password, `${authentik.site}/shelf`);
        assert.equal(inside.url, `${authentik.site}/shelf`);
        assert.equal(person(inside), 'barbara.liskov');
        assert.equal(person(await friend.open(`${authentik.site}/jars`)), 'barbara.liskov', 'and stays signed in');
        const other = await new Visitor().openAs('susan.kare', authentik.password, `${authentik.site}/shelf`);
        assert.equal(person(other), undefined);
        assert.match(other.text, /Permission denied/);
      });

      test('in the browser too: the tab leads to the login, and from there to the site, which is "Protected by authentik"', async () => {
        await gatewright.browser.goTo(tab, `${authentik.site}/shelf`);
        assert.match(await tab.url(), new RegExp(`^${authentik.url}/if/flow/`));
        await tab.fill('#username', 'barbara.liskov');
        await tab.fill('#password', authentik.password);
        await tab.click('button', 'Log in');
        await tab.waitFor('Signed in as barbara.liskov');
        const site = await gatewright.press(tab);
        // How it ended stands there first, until it was seen.
        await new Done(site.view).ready();
        await new Done(site.view).close();
        await site.shows('Protected by authentik');
      });

      test('Undo, and authentik is as it was before', async () => {
        const site = await gatewright.look(tab);
        await site.undo();
        await new TakenBack(site.view).ready();
        assert.deepEqual(await authentik.state(), before_);
        await authentik.middleware(false);
        assert.equal((await new Visitor().open(authentik.site)).status, 200);
        await new TakenBack(site.view).close();
        await site.shows('Not protected');
      });

      test('with nothing in a cache and nothing asked it is one click and at most four requests in sequence', async () => {
        await gatewright.afresh();
        const settings = await Settings.open(gatewright.browser);
        await settings.askBeforeApplying(false);
        await settings.view.close();
        const site = await gatewright.look(tab);
        assert.equal(await site.status(), 'Not protected');
        await authentik.forgetRequests();
        await authentik.takeAMoment();
        await site.protectAtOnce();
        await new Done(site.view).ready();
        assert.equal(await authentik.sequence(), 4);
        await authentik.clearFaults();
        assert.notDeepEqual(await authentik.state(), before_);
      });
    });
  }
}
