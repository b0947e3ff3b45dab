// People are found as one types, and opened.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from './browsers/until.mjs';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { People, Person } from './pages/people.mjs';

for (const browser of BROWSERS) {
  describe(`people, ${browser.name}`, { timeout: 90_000 }, () => {
    let gatewright, authentik, tab;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      await gatewright.connect();
      tab = await gatewright.openSite();
    });
    after(() => gatewright?.stop());

    async function open() {
      const site = await gatewright.press(tab);
      await site.go('People');
      const people = new People(site.view);
      await people.ready();
      return people;
    }

    test('results come as one types, one request a settled search', async () => {
      const people = await open();
      await authentik.forgetRequests();
      await people.find('ada.');
      await people.lists('Ada Lovelace', 'Ada Byron');
      const asked = (await authentik.requests()).filter(({ path }) => path.includes('/core/users/?'));
      assert.equal(asked.length, 1, asked.map(({ path }) => path).join('\n'));
      await people.find('hopper');
      await people.lists('Grace Hopper');
      await people.find('nobody has this name');
      await people.view.waitFor('Nobody matches');
    });

    test('a late answer never overwrites a newer one', async () => {
      const people = await open();
      await authentik.fault({ path_contains: 'search=ada.', effect: { hold: 'after', name: 'late' } });
      await people.find('ada.');
      await authentik.untilHeld('late');
      await people.find('turing');
      await people.lists('Alan Turing');
      await authentik.letGo('late');
      await until('the late answer', async () => (await authentik.requests()).filter(({ path }) => path.includes('search=ada.')).every(({ ended_ms }) => ended_ms !== null));
      // Whatever came has been drawn after two pictures.
      await people.view.run(() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await people.lists('Alan Turing');
    });

    test('a person is opened by the mouse, with what one needs on the phone', async () => {
      const people = await open();
      await people.find('ada.');
      await people.lists('Ada Lovelace', 'Ada Byron');
      const person = await people.open('Ada Lovelace');
      for (const fact of ['ada.lovelace@example.org', 'platform', 'Internal']) await person.says(fact);
      await person.back();
      assert.equal(await people.words(), 'ada.');
    });

    test('and by the keyboard alone', async () => {
      const people = await open();
      await people.find('grace');
      await people.lists('Grace Hopper');
      await people.view.press('Enter');
      await new Person(people.view).ready('Grace Hopper');
    });

    test('names in any script, with markup in them, are shown as text', async () => {
      const people = await open();
      for (const [words, name] of [['rob.tables', 'Rob <b>Tables</b> & "Sons"'], ['tanaka', '田中 さくら'], ['layla', 'ليلى حسن'], ['zoe', "Zoë O'Brien"]]) {
        await people.find(words);
        await people.lists(name);
      }
      assert.equal(await people.view.run('document.querySelectorAll("main b").length'), 0);
    });
  });
}
