// The client secret of an app: made in the worker, shown to who asks, held by authentik, and written nowhere else.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { until } from './browsers/until.mjs';
import { filesWith } from './disk.mjs';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Applying, Done, outcome } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';

const PUT = { method: 'PUT', path_contains: '/core/transactional/applications/' };

// Runs in a page of the extension: keeps what it says to the worker, and what it hears.
function listen() {
  const { runtime } = globalThis.browser ?? chrome;
  const send = runtime.sendMessage.bind(runtime);
  self.overheard = [];
  runtime.sendMessage = async message => {
    self.overheard.push(JSON.stringify(message));
    const answer = await send(message);
    self.overheard.push(JSON.stringify(answer ?? null));
    return answer;
  };
}

for (const browser of BROWSERS) {
  describe(`the client secret, ${browser.name}`, { timeout: 180_000 }, () => {
    let gatewright, authentik, grafana, tab;

    before(async () => {
      grafana = await RelyingParty.start();
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.browser.openSite(`${grafana.url}/login`);
    });
    beforeEach(() => gatewright.afresh());
    after(async () => {
      await gatewright?.stop();
      await grafana?.stop();
    });

    const journal = () => gatewright.browser.inWorker(async () => (await (globalThis.browser ?? chrome).storage.local.get('journal')).journal);

    /** The review of an app, with everything read that Apply needs. */
    async function review() {
      const site = await gatewright.look(tab);
      const review = await site.createOidcApp();
      assert.equal(await review.service(), 'Grafana');
      return review;
    }

    /** What authentik has of an app: {clientId, clientSecret}. */
    async function held(clientId) {
      const [, { results }] = await authentik.api('GET', `providers/oauth2/?client_id=${clientId}`);
      return results.map(provider => ({ clientId: provider.client_id, clientSecret: provider.client_secret }));
    }

    async function shown(app) {
      await app.showSecret();
      return { clientId: await app.clientId(), clientSecret: await app.secret() };
    }

    test('it is in no file of the profile, no address, no console and no message; what is stored is found by the same search', async () => {
      const { view } = await review();
      await view.run(listen);
      await gatewright.browser.inWorker(() => {
        const { runtime } = globalThis.browser ?? chrome;
        self.overheard = [];
        runtime.onMessage.addListener(message => { self.overheard.push(JSON.stringify(message)); });
      });
      await view.click('button', 'Apply');
      const app = await new Done(view).app();
      const { clientId, clientSecret } = await shown(app);
      assert.deepEqual(await held(clientId), [{ clientId, clientSecret }]);
      await app.settings('grafana.ini');
      await app.verify();
      await view.run(() => { console.info('said in the popup'); });
      await gatewright.browser.inWorker(() => { console.info('said in the worker'); });

      const messages = [await view.run('self.overheard'), await gatewright.browser.inWorker(() => self.overheard)];
      for (const side of messages) assert.ok(side.some(message => message.includes(clientId)), 'the order was overheard');
      const said = await gatewright.browser.consoleMessages();
      for (const control of ['said in the popup', 'said in the worker']) assert.ok(said.some(text => text.includes(control)), control);
      const addresses = [await view.url(), await tab.url(), ...(await authentik.requests()).map(({ path }) => path)];
      for (const [where, texts] of Object.entries({ messages: messages.flat(), said, addresses })) assert.deepEqual(texts.filter(text => text.includes(clientSecret)), [], where);

      // Later it is read from authentik: that answer is kept nowhere either.
      await new Done(view).close();
      const site = await gatewright.look(tab);
      assert.deepEqual(await shown(await site.showDetails()), { clientId, clientSecret });
      assert.ok((await authentik.requests()).some(({ path }) => /\/providers\/oauth2\/\d+\/$/.test(path)), 'it was read');
      const { profile } = gatewright.browser;
      // Firefox packs what it stores: where a few letters stood there before, the rest stands in pieces.
      const pieces = [clientId.slice(0, 12), clientId.slice(12, 24), clientId.slice(-12)];
      await until('the client id on the disk', async () => pieces.some(piece => filesWith(profile, piece).length > 0));
      assert.deepEqual(filesWith(profile, clientSecret), []);
      for (const piece of [clientSecret.slice(0, 40), clientSecret.slice(40, 52), clientSecret.slice(-12)]) assert.deepEqual(filesWith(profile, piece), [], 'nor a part of it');
    });

    test('the journal names it and does not hold it', async () => {
      const opened = await review();
      await opened.apply();
      const { view } = opened;
      const { clientId, clientSecret } = await shown(await new Done(view).app());
      const written = await journal();
      assert.deepEqual(written.plan.secrets, ['client_secret']);
      assert.ok(JSON.stringify(written).includes(clientId));
      const everything = await gatewright.browser.inWorker(() => (globalThis.browser ?? chrome).storage.local.get(null));
      assert.ok(!JSON.stringify(everything).includes(clientSecret));
    });

    for (const hold of ['before', 'after']) {
      test(`the worker is killed ${hold} the request is applied: it is done when the popup opens again, with the secret that authentik has`, async () => {
        await authentik.fault({ ...PUT, effect: { hold, name: 'here' } });
        const opened = await review();
        await opened.apply();
        await authentik.untilHeld('here');
        await new Applying(opened.view).ready();
        await opened.view.close();
        await gatewright.browser.killWorker();
        await authentik.letGo('here');
        const { view } = await gatewright.press(tab);
        assert.equal(await outcome(view), 'done');
        const { clientId, clientSecret } = await shown(await new Done(view).app());
        assert.deepEqual(await held(clientId), [{ clientId, clientSecret }], 'one provider, with this secret');
      });
    }
  });
}
