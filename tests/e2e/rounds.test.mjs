// The bench's own rounds (tests/bench/opening.mjs): what they time is the row, or they fail.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openCached, openFresh, rowAfterAnswers, rowAtOnce } from '../bench/opening.mjs';
import { makeReal, makeTwin, moveIn } from '../bench/twin.mjs';
import { folder, remove } from './browsers/processes.mjs';
import { BROWSERS, DIST, Gatewright } from './gatewright.mjs';

test('a round without the row, or with a row from before the answers, is wrong', () => {
  const answers = [41, 40, 42, 39];
  assert.equal(rowAfterAnswers({ row: 58, answers }), 58);
  for (const row of [undefined, 0, 41]) assert.throws(() => rowAfterAnswers({ row, answers }), /a round is wrong/);
  for (const some of [[], [41], [41, 40, 42]]) assert.throws(() => rowAfterAnswers({ row: 58, answers: some }), /a round is wrong/);
  assert.equal(rowAtOnce({ row: 30, atOnce: true }), 30);
  for (const seen of [{ row: 46, atOnce: false }, { row: 0, atOnce: true }, {}]) assert.throws(() => rowAtOnce(seen), /a round is wrong/);
});

for (const { name, launch } of BROWSERS) {
  describe(`what the bench times, ${name}`, { timeout: 60_000 }, () => {
    let gatewright, real, twin, made, tab;

    before(async () => {
      made = makeTwin({ name, dist: DIST[name], to: folder('twin') });
      const script = path.join(made, 'twin.js');
      // A twin that says at once what it will know later. It asks some frames after that: however fast authentik is, the row was there before.
      const late = `const asks = fetch, frame = () => new Promise(requestAnimationFrame);
globalThis.fetch = async (...what) => { for (let frames = 3; frames; frames -= 1) await frame(); return asks(...what); };
`;
      fs.writeFileSync(script, late + fs.readFileSync(script, 'utf8').replace('session.cache.inventory : null', 'session.cache.inventory : { proxies: [], outposts: [], oauth2: [], applications: [] }'));
      real = makeReal({ name, dist: DIST[name], to: folder('real') });
      gatewright = await Gatewright.start({ name, launch }, { dist: real });
      await gatewright.connect();
      twin = await launch({ dist: made });
      await moveIn(twin, gatewright.browser, gatewright.authentik.url);
      tab = await twin.openSite(gatewright.authentik.site);
    });
    after(async () => {
      await twin?.close();
      await gatewright?.stop();
      for (const one of [real, made]) remove(one);
    });

    test('the popup\'s row, after the answers and from the cache', async () => {
      const site = await gatewright.openSite();
      assert.ok(await openFresh(gatewright.browser, site) > 0);
      assert.ok(await openCached(gatewright.browser, site) > 0);
    });

    test('a twin that shows the row too early is refused', async () => {
      await assert.rejects(openFresh(twin, tab), /a round is wrong: its row stood there before/);
    });
  });
}
