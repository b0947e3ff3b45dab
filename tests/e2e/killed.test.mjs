// The worker dies in the middle of a change. Afterwards authentik holds all of it or nothing of it, or the person is asked.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Applying, Done, Interrupted, TakenBack, outcome } from './pages/work.mjs';

const STEPS = [
  { what: 'before the transaction is applied', method: 'PUT', path_contains: '/core/transactional/applications/', hold: 'before' },
  { what: 'after the transaction, before its answer', method: 'PUT', path_contains: '/core/transactional/applications/', hold: 'after' },
  { what: 'before the outpost is written', method: 'PATCH', path_contains: '/outposts/instances/', hold: 'before' },
  { what: 'after the outpost was written, before the answer', method: 'PATCH', path_contains: '/outposts/instances/', hold: 'after' },
];

for (const browser of BROWSERS) {
  describe(`the worker is killed, ${browser.name}`, { timeout: 180_000 }, () => {
    let gatewright, authentik, tab, untouched;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      tab = await gatewright.openSite();
    });
    beforeEach(async () => {
      await gatewright.afresh();
      untouched = await authentik.state();
    });
    after(() => gatewright?.stop());

    /** Applies, and kills the worker where `step` says; with the popup closed before, as if the person had gone. */
    async function killAt({ method, path_contains, hold }) {
      await authentik.fault({ method, path_contains, effect: { hold, name: 'here' } });
      const site = await gatewright.look(tab);
      await (await site.protect()).apply();
      await authentik.untilHeld('here');
      await new Applying(site.view).ready();
      await site.view.close();
      await gatewright.browser.killWorker();
      await authentik.letGo('here');
    }

    async function isWhole() {
      const { applications, providers, outposts } = await authentik.state();
      const [made, ...others] = providers.filter(provider => JSON.stringify(provider).includes(authentik.siteHost));
      assert.deepEqual(others, [], 'one provider, not two');
      assert.ok(made, 'the provider is there');
      assert.equal(applications.filter(application => application.provider === made.pk).length, 1, 'with one application');
      assert.ok(outposts.some(({ providers: its }) => its.includes(made.pk)), 'in an outpost');
    }

    async function isConsistent(end) {
      if (end === 'done') await isWhole();
      if (end === 'taken back') assert.deepEqual(await authentik.state(), untouched);
    }

    for (const step of STEPS) {
      test(`${step.what}: finished, taken back or asked about, when the popup opens again`, async () => {
        await killAt(step);
        const { view } = await gatewright.press(tab);
        await isConsistent(await outcome(view));
      });
    }

    for (const [answer, press, end] of [['Finish it', 'finish', 'done'], ['Take it back', 'takeBack', 'taken back']]) {
      test(`asked about, "${answer}" leads to "${end}"`, async () => {
        // Nothing can be read when the worker comes back, so it can't know and has to ask.
        const [, PUT_AFTER] = STEPS;
        await authentik.fault({ method: 'GET', path_contains: '/core/applications/larder/', times: 6, effect: { status: 502, body: null } });
        await killAt(PUT_AFTER);
        const { view } = await gatewright.press(tab);
        const first = await outcome(view);
        await authentik.clearFaults();
        assert.equal(first, 'interrupted');
        await new Interrupted(view)[press]();
        await (end === 'done' ? new Done(view) : new TakenBack(view)).ready();
        await isConsistent(end);
      });
    }

    test('with the popup left open it goes on from there', async () => {
      const [, , PATCH_BEFORE] = STEPS;
      await authentik.fault({ method: PATCH_BEFORE.method, path_contains: PATCH_BEFORE.path_contains, effect: { hold: 'before', name: 'here' } });
      const site = await gatewright.look(tab);
      await (await site.protect()).apply();
      await authentik.untilHeld('here');
      await gatewright.browser.killWorker();
      await authentik.letGo('here');
      await isConsistent(await outcome(site.view, { ms: 45_000 }));
    });
  });
}
