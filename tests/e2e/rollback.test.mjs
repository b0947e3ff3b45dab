// What fails in the middle is taken back, and the person is told why.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Interrupted, TakenBack, outcome } from './pages/work.mjs';

const OUTPOST = '/outposts/instances/';

for (const browser of BROWSERS) {
  describe(`a failure in the middle, ${browser.name}`, { timeout: 120_000 }, () => {
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

    async function apply() {
      const site = await gatewright.look(tab);
      const review = await site.protect();
      await review.apply();
      return site.view;
    }

    for (const [status, body, why] of [
      [500, '<h1>Server error</h1>', /500|crashed|status/],
      [403, { detail: 'You do not have permission to perform this action.' }, /may not.*You do not have permission/s],
      [400, { providers: ['Invalid pk "99" - object does not exist.'] }, /Invalid pk/],
    ]) {
      test(`the outpost answers ${status}: all is taken back, and why is told`, async () => {
        await authentik.fault({ method: 'PATCH', path_contains: OUTPOST, effect: { status, body } });
        const view = await apply();
        const end = new TakenBack(view);
        await end.ready();
        assert.match((await end.alerts()).join('\n'), why);
        assert.deepEqual(await authentik.state(), untouched);
        await end.close();
        const site = await gatewright.look(tab);
        await site.shows('Not protected');
      });
    }

    test('the outpost closes the connection: nothing is half there without a word', async () => {
      await authentik.fault({ method: 'PATCH', path_contains: OUTPOST, effect: { drop: 'before' } });
      const view = await apply();
      const end = await outcome(view);
      if (end === 'taken back') assert.deepEqual(await authentik.state(), untouched);
      if (end === 'done') assert.notDeepEqual(await authentik.state(), untouched);
      assert.ok(['done', 'taken back', 'interrupted'].includes(end));
    });

    test('the transaction applies nothing: it is told, and nothing is there', async () => {
      await authentik.fault({ method: 'PUT', path_contains: '/core/transactional/applications/', effect: { applied_false: true } });
      const view = await apply();
      const end = new TakenBack(view);
      await end.ready();
      assert.match((await end.alerts()).join('\n'), /applied nothing/);
      assert.deepEqual(await authentik.state(), untouched);
    });

    test('taking back fails too: what is left is said, and it can be tried again', async () => {
      await authentik.fault({ method: 'PATCH', path_contains: OUTPOST, effect: { status: 500, body: {} } });
      await authentik.fault({ method: 'DELETE', path_contains: '/core/applications/', times: 20, effect: { status: 403, body: { detail: 'No.' } } });
      const view = await apply();
      const stuck = new Interrupted(view);
      await stuck.ready();
      assert.match((await stuck.steps()).join('\n'), /still there/);
      await authentik.clearFaults();
      await stuck.takeBack();
      await new TakenBack(view).ready();
      assert.deepEqual(await authentik.state(), untouched);
    });
  });
}
