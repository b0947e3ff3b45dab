// Proves each ability of the drivers, in both browsers, with a tiny extension of its own: when a scenario fails, it is not
// the driver that can't.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSERS } from './browsers/index.mjs';
import { folder, remove } from './browsers/processes.mjs';
import { until } from './browsers/until.mjs';
import { filesWith } from './disk.mjs';

const dist = path.join(import.meta.dirname, 'selfcheck', 'extension');
const size = file => (data => [data.readUInt32BE(16), data.readUInt32BE(20)])(fs.readFileSync(file));

for (const { name, launch } of BROWSERS) {
  describe(`driving ${name}`, { timeout: 90_000 }, () => {
    let browser, site, server, pictures;
    const held = new Set();

    before(async () => {
      server = http.createServer((request, response) => {
        if (request.url === '/held') {
          held.add(response);
          response.on('close', () => held.delete(response));
          return;
        }
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.setHeader('access-control-allow-origin', '*');
        response.end('<!doctype html><title>A site</title><h1>A site</h1><p>Plum jam is on the shelf.</p><input id="field" value="old"><button onclick="document.title = event.isTrusted">Press</button>');
      });
      await new Promise(go => server.listen(0, '127.0.0.1', go));
      site = `http://site.localhost:${server.address().port}/`;
      pictures = folder('pictures');
      browser = await launch({ dist });
    });
    after(async () => {
      await browser?.close();
      server?.closeAllConnections();
      server?.close();
      if (pictures) remove(pictures);
    });
    const heard = (view, text) => view.waitFor(text => document.getElementById('heard').innerText.includes(text), text);
    const opened = async () => {
      const page = await browser.openExtensionPage('popup.html');
      await page.waitFor(() => document.querySelector('h1').textContent !== 'Waiting');
      return page;
    };

    test('a site is an ordinary tab', async () => {
      const tab = await browser.openSite(site);
      assert.equal(await tab.url(), site);
      assert.match(await tab.text(), /Plum jam/);
      await tab.fill('#field', 'new');
      await tab.click('button', 'Press');
      assert.equal(await tab.run('document.title'), 'true');
      await browser.goTo(tab, `${site}other`);
      assert.equal(await tab.url(), `${site}other`);
      await tab.close();
      assert.equal(await tab.isOpen(), false);
      await assert.rejects(tab.url(), /closed/);
    });

    test('the toolbar button opens the popup over a tab with activeTab, and it stays open', async () => {
      const other = await browser.openSite(`${site}other`);
      const tab = await browser.openSite(site);
      const unknown = await opened();
      assert.equal((await unknown.one('heading')).name, `${browser.origin}/popup.html`);
      await unknown.close();
      for (const [over, url] of [[tab, site], [other, `${site}other`]]) {
        const popup = await browser.pressToolbar(over);
        await popup.waitFor(() => document.querySelector('h1').textContent !== 'Waiting');
        assert.equal((await popup.one('heading')).name, url);
        await popup.type('Host', 'typed in the popup');
        await popup.click('checkbox', 'Sure');
        await heard(popup, 'host keydown t trusted=true');
        await heard(popup, 'box change on trusted=true');
        await popup.select('Colour', 'Blue');
        await popup.click('button', 'At the bottom');
        await heard(popup, 'low click - trusted=true');
        assert.equal(await popup.isOpen(), true);
        await popup.close();
      }
      await tab.close();
      await other.close();
    });

    test('typing, choosing, ticking and keys are what a person does', async () => {
      const page = await opened();
      await page.type('Host', 'Zoë & 王 "x"');
      assert.equal((await page.byLabel('Host'))[0].value, 'Zoë & 王 "x"');
      await heard(page, 'host input Zoë & 王 "x" trusted=true');
      await page.type('Search', '');
      await page.type('Search', 'ada');
      await heard(page, 'search input ad trusted=true');
      await page.select('Colour', 'Blue');
      await page.select('Colour', 'Green');
      await heard(page, 'colour change Blue trusted=true\ncolour change Green trusted=true');
      await assert.rejects(page.select('Colour', 'None'), /no option/);
      await page.check('Sure');
      await page.check('Sure');
      assert.equal((await page.one('checkbox', 'Sure')).checked, true);
      await page.check('Sure', false);
      await page.type('Host', 'x');
      await page.press('Enter');
      await heard(page, 'form submit trusted=true');
      await page.press('Tab');
      assert.equal((await page.one('searchbox', 'Search')).focused, true);
      await page.press('Shift+Tab');
      assert.equal((await page.one('textbox', 'Host')).focused, true);
      await page.close();
    });

    test('what is not there, or is there twice, is told', async () => {
      const page = await opened();
      await assert.rejects(page.one('button', 'Nothing', { ms: 60 }), /waited 60 ms for button named "Nothing": there is none\non the screen/);
      await assert.rejects(page.one('button', null, { ms: 60 }), /there are 4/);
      assert.deepEqual((await page.byRole('button', /^Ask/)).map(button => button.name), ['Ask for the host']);
      await page.close();
    });

    test('a host is granted in advance, and the prompt is answered', async () => {
      const contains = pattern => page.run(pattern => (globalThis.browser ?? chrome).permissions.contains({ origins: [pattern] }), pattern);
      const page = await opened();
      const ask = async pattern => {
        await page.type('Host', pattern);
        return () => page.click('button', 'Ask for the host');
      };
      if (browser.canRefuse) {
        await browser.answeringPrompt(false, 'http://refused.localhost/*', await ask('http://refused.localhost/*'));
        await heard(page, 'answered false');
        assert.equal(await contains('http://refused.localhost/*'), false);
      }
      await browser.answeringPrompt(true, 'http://asked.localhost/*', await ask('http://asked.localhost/*'));
      await heard(page, 'answered true');
      assert.equal(await contains('http://asked.localhost/*'), true);
      await browser.allowHost('http://site.localhost/*');
      await (await ask('http://site.localhost/*'))();
      await page.waitFor(() => document.getElementById('heard').innerText.match(/answered true/g)?.length === 2);
      assert.equal(await contains('http://site.localhost/*'), true);
      await page.close();
    });

    test('the clipboard can be written by a click', async () => {
      const page = await opened();
      await page.click('button', 'Copy');
      await heard(page, 'copied');
      await page.close();
    });

    test('the worker is evaluated in, killed in the middle of a request, and starts afresh', async () => {
      const page = await opened();
      const ask = message => page.run(message => (globalThis.browser ?? chrome).runtime.sendMessage(message), message);
      const { born, from } = await ask({ fetch: `${site}held` });
      assert.equal(from, await page.url());
      await until('the held request', async () => held.size === 1);
      assert.equal(await browser.inWorker('(globalThis.browser ?? chrome).runtime.id'), browser.id);
      await browser.killWorker();
      assert.equal(await browser.workerIsAlive(), false);
      await until('its request to be cut', async () => held.size === 0);
      assert.notEqual((await ask({})).born, born);
      await browser.killWorker();
      assert.equal(await browser.inWorker((a, b) => a + b, 1, 2), 3);
      await page.close();
    });

    test('light and dark reach pages and the popup, and pictures are of the popup\'s size', async () => {
      const tab = await browser.openSite(site);
      const seen = [];
      for (const scheme of ['light', 'dark']) {
        await browser.setColourScheme(scheme);
        const popup = await browser.pressToolbar(tab);
        assert.equal(await popup.run(`matchMedia('(prefers-color-scheme: ${scheme})').matches`), true);
        const picture = await popup.screenshot(path.join(pictures, `${scheme}.png`));
        assert.deepEqual(size(picture), [400, 600]);
        seen.push(fs.readFileSync(picture).toString('base64'));
        await popup.close();
      }
      assert.notEqual(seen[0], seen[1]);
      await browser.setColourScheme('light');
      await tab.close();
    });

    test('axe finds what is wrong, in the popup and in a tab', async () => {
      const tab = await browser.openSite(site);
      for (const open of [() => browser.pressToolbar(tab), opened]) {
        const view = await open();
        assert.deepEqual(await view.axe(), []);
        await view.run(() => document.querySelector('label[for=host]').remove());
        assert.deepEqual((await view.axe()).map(violation => violation.id), ['label']);
        await view.close();
      }
      await tab.close();
    });

    test('entries of the context menu are chosen', async () => {
      const tab = await browser.openSite(site);
      const id = await browser.tabId(tab);
      const own = url => url.startsWith(browser.origin);
      const page = await browser.opened(own, () => browser.dispatchContextMenu({ id: 'page', title: 'Look at this page' }, tab));
      assert.equal(await page.url(), `${browser.origin}/popup.html?tab=${id}#/page/`);
      assert.equal((await page.run(id => (globalThis.browser ?? chrome).tabs.get(id), id)).url, site, 'activeTab reaches a page bound to the tab');
      await page.close();
      const text = await browser.opened(own, () => browser.dispatchContextMenu({ id: 'text', title: 'Look up “Plum jam”', selection: 'Plum jam' }, tab));
      assert.equal(await text.url(), `${browser.origin}/popup.html?tab=${id}#/text/Plum%20jam`);
      await text.close();
      await tab.close();
    });

    test('the storage is found on disk', async () => {
      await browser.inWorker(() => (globalThis.browser ?? chrome).storage.local.set({ found: 'a-value-to-be-found' }));
      await until('the value on disk', async () => filesWith(browser.storageFolder(), 'value-to-be-found').length > 0);
    });

    test('what is said on the consoles of a page and of the worker is heard', async () => {
      const page = await opened();
      await page.run(() => { console.warn('said in a page'); });
      await browser.inWorker(() => { console.warn('said in the worker'); });
      const said = await browser.consoleMessages();
      for (const words of ['said in a page', 'said in the worker']) assert.ok(said.some(text => text.includes(words)), words);
      await page.close();
    });

    test('what lies under a foot that stays in its place is scrolled to', async () => {
      const page = await opened();
      await page.run(() => {
        document.body.insertAdjacentHTML('beforeend', `<div style="height: calc(100vh - 20px)"></div><button id="below">Below</button>
          <div style="height: 100vh"></div><div style="position: fixed; inset: auto 0 0; height: 60px; background: white">A foot</div>`);
        document.getElementById('below').addEventListener('click', ({ isTrusted }) => { document.title = `pressed: ${isTrusted}`; });
      });
      await page.click('button', 'Below');
      await page.waitFor(() => document.title === 'pressed: true');
      await page.close();
    });
  });
}

test('nothing of a browser is left behind', async () => {
  for (const { launch } of BROWSERS) {
    const browser = await launch({ dist });
    const { profile } = browser;
    assert.ok(fs.existsSync(profile));
    await browser.close();
    assert.equal(browser.hasEnded, true);
    assert.equal(fs.existsSync(profile), false);
  }
});
