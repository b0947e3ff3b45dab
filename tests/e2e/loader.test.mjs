// The loader: a module that can't be loaded, or panics, is told in plain words and started again; the worker outlives a panic.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, DIST, Gatewright } from './gatewright.mjs';

for (const { name, launch } of BROWSERS) {
  describe(`a damaged module, ${name}`, { timeout: 60_000 }, () => {
    let folder, browser;

    before(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatewright-damaged-'));
      fs.cpSync(DIST[name], folder, { recursive: true });
      fs.truncateSync(path.join(folder, 'pkg', 'popup_bg.wasm'), 1000);
      browser = await launch({ dist: folder });
    });
    after(async () => {
      await browser?.close();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    test('it is told, with what is safe and what to do', async () => {
      const view = await browser.openExtensionPage('popup.html');
      await view.one('heading', 'Gatewright could not be started');
      await view.one('button', 'Start again');
      assert.match(await view.text(), /install it anew/);
      assert.deepEqual(await view.axe(), []);
    });
  });

  describe(`a module that panics, ${name}`, { timeout: 60_000 }, () => {
    let gatewright;

    before(async () => { gatewright = await Gatewright.start({ name, launch }); });
    after(() => gatewright?.stop());

    test('once it starts again by itself, twice it waits for the person', async () => {
      const view = await gatewright.browser.openExtensionPage('popup.html');
      await view.one('heading', 'Connect to authentik');
      await view.run(() => { window.stale = true; setTimeout(() => gatewrightPanicked('src/somewhere.rs:1')); });
      await view.waitFor(() => window.stale !== true && document.querySelector('h1')?.textContent === 'Connect to authentik');
      await view.run(() => { setTimeout(() => gatewrightPanicked('src/somewhere.rs:1')); });
      await view.one('heading', 'Gatewright stopped because of a mistake of its own');
      await view.click('button', 'Start again');
      await view.one('heading', 'Connect to authentik');
    });

    test('the worker answers with a fresh instance after a panic', async () => {
      const view = await gatewright.browser.openExtensionPage('popup.html');
      const wake = () => view.run(() => (globalThis.browser ?? chrome).runtime.sendMessage({ kind: 'wake' }));
      assert.deepEqual(await wake(), { kind: 'taken' });
      await gatewright.browser.inWorker(() => gatewrightPanicked('src/somewhere.rs:1'));
      assert.deepEqual(await wake(), { kind: 'taken' });
    });
  });
}
