// A whole domain, protected once: every site of it then meets the login, and one login opens them all.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Done, TakenBack } from './pages/work.mjs';
import { Visitor, isLogin } from './visitor.mjs';

for (const browser of BROWSERS) {
  describe(`a protected domain, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik, larder, jars, auth, tab, before_;
    const host = url => new URL(url).host;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      const { port } = new URL(authentik.site);
      [larder, jars, auth] = ['larder', 'jars', 'auth'].map(name => `http://${name}.home.localhost:${port}`);
      await gatewright.connect();
      before_ = await authentik.state();
      tab = await gatewright.browser.openSite(`${larder}/shelf`);
    });
    after(() => gatewright?.stop());

    test('the review proposes the domain, says what it covers, and changes nothing before Apply', async () => {
      const site = await gatewright.look(tab);
      assert.equal(await site.status(), 'Not protected');
      const review = await site.protect();
      await review.ready();
      assert.deepEqual(await review.wholeDomain(), { cookieDomain: 'home.localhost', authUrl: auth });
      const covers = (await review.covers()).join('\n');
      assert.match(covers, new RegExp(`This site, ${host(larder)}`));
      assert.match(covers, /Every host under home\.localhost/);
      assert.match(covers, /gets into all of them: Everyone who can sign in/);
      await review.cookieDomain('localhost');
      await review.view.waitFor('Browsers keep no cookie for localhost');
      await review.cookieDomain('home.localhost');
      const [all] = await review.openPaths('/health');
      assert.match(all, /Whole sites/);
      const [only] = await review.openPaths(`^${larder.replaceAll('.', '\\.')}/health$`);
      assert.match(only, new RegExp(`Only ${larder}/health`));
      assert.deepEqual(await authentik.state(), before_);
      await review.apply();
    });

    test('"Done" tells the login of the domain', async () => {
      const { view } = await gatewright.press(tab);
      const done = new Done(view);
      await done.ready();
      assert.match(await done.snippet('nginx'), new RegExp(`return 302 ${auth}/outpost\\.goauthentik\\.io/start`));
      assert.match(await done.snippet('Traefik'), /Host\(`auth\.home\.localhost`\)/);
      await done.close();
    });

    test('both sites are "Part of a protected domain", and a stranger is sent to the login on both', async () => {
      await (await gatewright.look(tab)).shows('Part of a protected domain');
      const other = await gatewright.browser.openSite(jars);
      await (await gatewright.look(other)).shows('Part of a protected domain');
      await other.close();
      for (const url of [larder, jars, auth]) await authentik.middleware(true, host(url));
      for (const url of [larder, jars]) assert.ok(isLogin(await new Visitor().open(`${url}/shelf`)), url);
      assert.equal((await new Visitor().open(`${larder}/health`)).url, `${larder}/health`, 'the open path is open');
      assert.ok(isLogin(await new Visitor().open(`${jars}/health`)), 'on that site alone');
    });

    test('in the browser one login opens both: it keeps the cookie of the domain', async () => {
      await gatewright.browser.goTo(tab, `${larder}/shelf`);
      assert.match(await tab.url(), new RegExp(`^${authentik.url}/if/flow/`));
      await tab.fill('#username', 'barbara.liskov');
      await tab.fill('#password', authentik.password);
      await tab.click('button', 'Log in');
      await tab.waitFor('Signed in as barbara.liskov');
      await gatewright.browser.goTo(tab, `${jars}/shelf`);
      assert.equal(await tab.url(), `${jars}/shelf`);
      await tab.waitFor('Signed in as barbara.liskov');
    });

    test('Undo, and authentik is as it was before', async () => {
      for (const url of [larder, jars, auth]) await authentik.middleware(false, host(url));
      await gatewright.browser.goTo(tab, `${larder}/shelf`);
      const site = await gatewright.look(tab);
      await site.undo();
      await new TakenBack(site.view).ready();
      assert.deepEqual(await authentik.state(), before_);
      await new TakenBack(site.view).close();
      await site.shows('Not protected');
      await gatewright.browser.goTo(tab, jars);
      await (await gatewright.look(tab)).shows('Not protected');
    });
  });
}
