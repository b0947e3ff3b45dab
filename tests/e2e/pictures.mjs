// A picture of a view, light and dark, in target/screenshots; and nothing that axe calls serious.
import assert from 'node:assert/strict';
import path from 'node:path';
import { TARGET } from './gatewright.mjs';

export async function picture(browser, name, view) {
  const found = [];
  for (const scheme of ['light', 'dark']) {
    await browser.setColourScheme(scheme);
    await view.waitFor(scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches && document.getAnimations().every(animation => animation.playState !== 'running' || animation.effect.getComputedTiming().iterations === Infinity), scheme);
    await view.screenshot(path.join(TARGET, 'screenshots', browser.name, `${name}-${scheme}.png`));
    for (const violation of await view.axe()) found.push(`${scheme}: ${violation.id} (${violation.impact}): ${violation.help}\n    ${violation.nodes.join('\n    ')}`);
  }
  await browser.setColourScheme('light');
  assert.deepEqual(found, [], `${name}: ${found.join('\n')}`);
}
