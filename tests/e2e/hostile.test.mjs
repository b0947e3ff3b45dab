// faults.md 31 and 32: a page and an authentik that mean harm. Nothing runs, nothing hangs, nothing leaks.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { until } from './browsers/until.mjs';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { servePage } from './local.mjs';
import { People } from './pages/people.mjs';
import { Settings } from './pages/settings.mjs';
import { Site } from './pages/site.mjs';
import { Done, outcome } from './pages/work.mjs';
import { picture } from './pictures.mjs';

/** What would show that something ran, or was made into elements, or pushed the screen apart. Runs in a page of the extension. */
function harm() {
  const found = [];
  if (globalThis.hacked !== undefined) found.push(`ran: ${globalThis.hacked}`);
  const foreign = 'script:not([src="boot.js"]):not([src="size.js"]), iframe, object, embed, svg, img:not(.logo), a[href^="javascript"], a[href^="data"], [onload], [onerror], [style*="url"]';
  for (const element of document.querySelectorAll(foreign)) found.push(`an element: ${element.outerHTML.slice(0, 200)}`);
  if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth} wide in ${innerWidth}`);
  for (const text of [document.body.innerText]) {
    if (/[\u202a-\u202e\u2066-\u2069]/.test(text.replace(/[\u2068\u2069]/g, ''))) found.push('a direction is overridden');
    if (text.length > 60_000) found.push(`${text.length} characters on the screen`);
  }
  return found;
}

for (const browser of BROWSERS) {
  describe(`hostile, ${browser.name}`, { timeout: 300_000 }, () => {
    let gatewright, authentik;
    const seen = (name, view) => picture(gatewright.browser, name, view);

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
    });
    after(() => gatewright?.stop());

    async function harmless(view) {
      assert.deepEqual(await view.run(harm), []);
    }

    /** No policy was broken by anything that was drawn: what was only text never asked to run. */
    async function consoleIsQuiet() {
      const said = (await gatewright.browser.consoleMessages()).filter(text => /content.security.policy|refused to|blocked/i.test(text) && text.includes(gatewright.browser.origin));
      assert.deepEqual(said, []);
      for (const text of await gatewright.browser.consoleMessages()) assert.ok(!text.includes(authentik.tokens.admin), 'the token on a console');
    }

    describe('a site', () => {
      let tab;
      before(async () => {
        await gatewright.afresh();
        tab = await gatewright.openSite('/hostile');
        await tab.waitFor(() => globalThis.ready === true);
      });

      test('fault_31 its title, icon and meta elements are text, and it is protected like any other', async () => {
        const site = await gatewright.look(tab);
        await site.shows('Not protected');
        await harmless(site.view);
        await seen('hostile-site', site.view);
        const review = await site.protect();
        const { name, slug } = await review.fields();
        assert.ok(name.length <= 60 && slug.length <= 50 && !/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(name), JSON.stringify(name));
        await harmless(site.view);
        await seen('hostile-site-review', site.view);
        await review.apply();
        const done = new Done(site.view);
        await done.ready();
        await harmless(site.view);
        await done.close();
        const writes = await authentik.writes();
        assert.deepEqual(writes.map(({ method }) => method), ['PUT', 'PATCH'], 'what the page ordered was not carried out');
        await consoleIsQuiet();
      });

      test('fault_31 it hears and reads nothing of the extension, however often it calls', async () => {
        const heard = await tab.run(() => globalThis.found.filter(said => /^(answer|read|message)/.test(said) || said.includes('embedded-admin')));
        assert.deepEqual(heard, []);
        const { admin } = authentik.tokens;
        assert.ok(!(await tab.run('document.documentElement.outerHTML')).includes(admin));
        assert.ok(!(await tab.run('JSON.stringify([...globalThis.found])')).includes(admin));
      });

      test('fault_31 the app form of such a page is that of an unknown service', async () => {
        const other = await gatewright.browser.openSite(`${authentik.site.replace('site.', 'other.')}/hostile`);
        const site = await gatewright.look(other);
        const review = await site.createOidcApp();
        assert.equal(await review.service(), 'Another service');
        await harmless(site.view);
        await other.close();
      });

      test('fault_31 a page that is busy with itself holds nothing up', async () => {
        const busy = await servePage('busy', `<!doctype html><html lang="en"><title>Busy</title><h1>Busy</h1><script>
          addEventListener('busy', () => { const end = Date.now() + 8000; while (Date.now() < end); });</script>`);
        const there = await gatewright.browser.openSite(busy.url);
        await there.run(() => { setTimeout(() => dispatchEvent(new Event('busy')), 300); });
        const site = await gatewright.look(there);
        await site.shows('Not protected');
        const review = await site.createOidcApp();
        assert.equal(await review.service(), 'Another service');
        await review.findService('grafana');
        await review.view.one('listbox', 'Services');
        await review.view.press('Escape');
        await until('the page to be free again', () => there.run('true'), { ms: 20_000 });
        await there.close();
        await busy.stop();
      });
    });

    describe('an authentik', () => {
      let tab;
      before(async () => { tab = await gatewright.openSite(); });
      beforeEach(() => gatewright.afresh({ seed: 'hostile' }));

      test('fault_32 its names are text on every screen', async () => {
        const site = await gatewright.look(tab);
        await site.shows('Not protected');
        const review = await site.protect();
        await review.fields();
        await review.onlyMembersOf(/^1 <img src=x/);
        await harmless(site.view);
        await seen('hostile-review', site.view);
        await review.apply();
        const done = new Done(site.view);
        await done.ready();
        await harmless(site.view);
        await done.close();
        await site.shows('Protected by authentik');
        await harmless(site.view);
        await seen('hostile-protected', site.view);
        await (await site.removeProtection()).ready();
        await harmless(site.view);
        await site.view.click('button', 'Cancel');
        await site.go('People');
        const people = new People(site.view);
        await people.find('a');
        await site.view.waitFor('people');
        await harmless(site.view);
        await seen('hostile-people', site.view);
        for (const row of [0, 3, 8]) {
          await site.view.clickOn(`main .list button:nth-child(${row + 1})`);
          await site.view.one('button', 'Back');
          await site.view.one('heading');
          await harmless(site.view);
          if (row === 8) await seen('hostile-person', site.view);
          await site.view.click('button', 'Back');
          await site.view.one('searchbox', 'Find people');
          await site.view.waitFor('people');
        }
        await site.go('More');
        await harmless(site.view);
        await consoleIsQuiet();
      });

      test('fault_32 the forms of an app, with its flows, keys and apps', async () => {
        const there = await gatewright.browser.openSite(authentik.site.replace('site.', 'apps.'));
        const site = await gatewright.look(there);
        const review = await site.createOidcApp();
        await review.service();
        await review.moreSettings();
        await harmless(site.view);
        await seen('hostile-app', site.view);
        await review.cancel();
        const address = await site.addOrigin();
        await address.ready();
        await harmless(site.view);
        await address.cancel();
        await there.close();
      });

      test('fault_32 a page in an error is text', async () => {
        const site = await gatewright.look(tab);
        const page = '<h1 onclick="hacked=1">No</h1><script>globalThis.hacked = 1</script>\u202e';
        await authentik.fault({ method: 'PUT', path_contains: 'transactional', effect: { status: 400, body: { '<b>app</b>': { slug: Array(20).fill(page.repeat(200)) } } } });
        await (await site.protect()).apply();
        assert.equal(await outcome(site.view), 'taken back');
        assert.match(await site.alert(), /<script>/);
        await harmless(site.view);
        await seen('hostile-refusal', site.view);
      });

      test('fault_32 ten thousand rows where a hundred were asked for, and a list without end', async () => {
        // The company's: with names of a megabyte each it would be gigabytes.
        await gatewright.afresh({ seed: 'company' });
        const many = (path, effect) => authentik.fault({ method: 'GET', path_contains: path, times: 10, effect });
        for (const path of ['/providers/proxy/', '/core/applications/', '/core/groups/', '/core/users/?']) await many(path, { rows: path.includes('applic') ? 300 : 3000 });
        const site = await gatewright.look(tab);
        await site.view.one('button', 'Check again');
        await site.go('People');
        const people = new People(site.view);
        await people.find('a');
        await site.view.waitFor('50 of 3000 people');
        assert.equal((await people.rows()).length, 50);
        await site.go('More');
        await new Settings(site.view).ready();
        await site.view.one('button', 'Disconnect');
        await authentik.clearFaults();
        await many('/providers/', { rows: 100, endless: true });
        await site.go('Site');
        await site.settled();
        await site.checkAgain();
        assert.match(await site.alert(), /far larger/);
        await authentik.clearFaults();
        await site.checkAgain();
        await site.view.none('alert');
        await site.shows('Not protected');
        await many('/core/groups/', { rows: 3000 });
        const review = await site.protect();
        await review.view.select('Who gets in', 'Only members of…');
        await site.view.waitFor('50 of 3000 groups');
        await harmless(site.view);
        await seen('hostile-many-groups', site.view);
      });

      test('fault_32 everything leads elsewhere: nothing goes there, and one can still leave', async () => {
        await gatewright.browser.allowHost('http://elsewhere.localhost/*');
        const site = await gatewright.look(tab);
        await authentik.fault({ path_contains: '/', times: 100_000, effect: { redirect: `${authentik.elsewhere}/api/v3/` } });
        await site.checkAgain();
        assert.match(await site.alert(), /follows nowhere with your token/);
        await site.go('People');
        await new People(site.view).find('ada');
        await site.alert();
        await site.go('More');
        const settings = new Settings(site.view);
        await settings.ready();
        await settings.disconnect();
        await site.view.one('heading', 'Connect to authentik');
        assert.deepEqual((await authentik.requests()).filter(({ server }) => server === 'elsewhere'), []);
        const kept = await gatewright.browser.inWorker(async () => {
          const { storage } = globalThis.browser ?? chrome;
          return JSON.stringify([await storage.local.get(), await storage.session.get()]);
        });
        assert.ok(!kept.includes(authentik.tokens.admin), 'the token is forgotten');
        const reached = await gatewright.browser.inWorker(() => (globalThis.browser ?? chrome).permissions.getAll());
        assert.deepEqual(reached.origins, [], 'no host stays allowed, neither authentik nor a site');
      });
    });
  });
}
