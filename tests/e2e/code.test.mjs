// "As code": from the review and back to it, and from what exists; with a module of its own, which nobody needs before.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, Gatewright } from './gatewright.mjs';
import { Code } from './pages/code.mjs';
import { Done } from './pages/work.mjs';

const BEGINS = { Terraform: /^# Made by Gatewright/, Blueprint: /^# Made by Gatewright/, 'Shell script': /^#!\/usr\/bin\/env bash\n/ };
const HOLDS = { Terraform: /resource "authentik_application" "/, Blueprint: /model: authentik_core\.application\n/, 'Shell script': /core\/transactional\/applications\// };

for (const browser of BROWSERS) {
  describe(`as code, ${browser.name}`, { timeout: 120_000 }, () => {
    let gatewright, authentik, tab, untouched;

    before(async () => {
      gatewright = await Gatewright.start(browser);
      ({ authentik } = gatewright);
      await gatewright.connect();
      untouched = await authentik.state();
      tab = await gatewright.openSite('/shelf');
    });
    after(() => gatewright?.stop());

    async function allForms(code) {
      const texts = {};
      for (const form of Code.FORMS) {
        texts[form] = await code.text(form);
        assert.match(texts[form], BEGINS[form]);
        assert.match(texts[form], HOLDS[form]);
        assert.ok(!texts[form].includes(authentik.tokens.admin), `${form} holds the token`);
      }
      return texts;
    }

    test('a reviewed change in three forms, copied; then back, where everything is as it was, and Apply works', async () => {
      const site = await gatewright.look(tab);
      const review = await site.protect();
      await review.name('Larder "of" ${the} house');
      await review.onlyMembersOf('engineering');
      const fields = await review.fields();
      assert.equal(await site.view.run('performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/code.js"))'), false, 'nothing of it is loaded before');
      const code = await Code.open(site.view);
      const texts = await allForms(code);
      assert.match(texts.Terraform, /name += "Larder \\"of\\" \$\$\{the\} house"/);
      assert.match(texts.Blueprint, /!Find \[authentik_core\.group, \[name, "engineering"\]\]/);
      assert.match(texts['Shell script'], /one 'group_engineering' 'group'/);
      await code.copy();
      await code.toast('Copied.');
      assert.deepEqual(await authentik.state(), untouched, 'nothing is changed by it');
      await code.back();
      assert.deepEqual(await review.fields(), fields);
      await review.apply();
      const done = new Done(site.view);
      await done.ready();
      await done.close();
      await site.shows('Protected by authentik');
    });

    test('what exists, after a refusal that is told and can be tried again', async () => {
      const site = await gatewright.look(tab);
      await site.shows('Protected by authentik');
      await site.settled();
      await authentik.fault({ path_contains: '/core/applications/larder', times: 1, effect: { status: 403, body: { detail: 'You do not have permission to perform this action.' } } });
      const code = await Code.open(site.view);
      assert.match(await code.alert(), /could not be read.*You do not have permission/s);
      await authentik.clearFaults();
      await code.again();
      const texts = await allForms(code);
      assert.match(texts.Terraform, /import \{\n {2}to = authentik_application\./);
      assert.match(texts.Terraform, /authentik_outpost_provider_attachment/);
      assert.doesNotMatch(texts.Blueprint, /authentik_outposts\.outpost/);
      await code.back();
      await site.shows('Protected by authentik');
    });

    test('its address opens it by itself, for the site of a tab', async () => {
      const id = await gatewright.browser.tabId(tab);
      const code = new Code(await gatewright.browser.openExtensionPage(`popup.html?tab=${id}#/code`));
      await code.ready();
      await allForms(code);
      await code.view.close();
    });
  });
}
