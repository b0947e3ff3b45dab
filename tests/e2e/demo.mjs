// The demo: an authentik of its own, a browser with the extension, connected. With a display it stays open for a person;
// without one it does the main job by itself and says what it saw. Nothing of it touches a real authentik.
import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { KNOWN } from './browsers/index.mjs';
import { Gatewright, TARGET } from './gatewright.mjs';
import { Done } from './pages/work.mjs';
import { Visitor, isLogin } from './visitor.mjs';

const PICTURES = path.join(TARGET, 'demo');
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const say = text => process.stdout.write(`${text}\n`);

const isFree = port => new Promise(answer => {
  const probe = net.createServer().once('error', () => answer(false));
  probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
});

/** The first browser that starts. */
async function begin() {
  const ports = await isFree(9000) ? { authentik: 9000 } : {};
  const failed = [];
  for (const browser of KNOWN) {
    try {
      return await Gatewright.start(browser, { release: '2026.8.5', headless: !hasDisplay, ports });
    } catch (error) {
      failed.push(`${browser.name}: ${error.message}`);
    }
  }
  throw new Error(`no browser could be started\n  ${failed.join('\n  ')}`);
}

const gatewright = await begin();
const { authentik, browser } = gatewright;
try {
  say(`An authentik ${authentik.release} of the demo's own runs at ${authentik.url}`);
  say(`A sample site, not protected yet, runs at               ${authentik.site}`);
  await gatewright.connect();
  say(`Gatewright runs in ${browser.name} and is connected, with the token of akadmin.`);
  await (hasDisplay ? leaveOpen() : doTheMainJob());
} finally {
  await gatewright.stop();
}

async function leaveOpen() {
  await gatewright.openSite('/shelf');
  say(`
Try it: press Gatewright's button in the toolbar (it may hide behind the puzzle piece), then "Protect this site".

  authentik's password for everybody   ${authentik.password}   (akadmin, ada.lovelace, susan.kare, …)
  as if the label stood in your proxy  curl -X PUT ${authentik.control}/edge -d '{"host":"${authentik.siteHost}","middleware":true}'

The demo ends when you close the browser, or with Ctrl+C.`);
  await browser.ended;
}

async function doTheMainJob() {
  let count = 0;
  const picture = async (view, name) => view.screenshot(path.join(PICTURES, `${++count}-${name}.png`));
  const tab = await gatewright.openSite('/shelf');
  assert.equal((await new Visitor().open(`${authentik.site}/shelf`)).status, 200);
  say('1. The site is open: a stranger gets in.');

  const site = await gatewright.look(tab);
  await site.shows('Not protected');
  await picture(site.view, 'not-protected');
  const review = await site.protect();
  await review.onlyMembersOf('engineering');
  await picture(site.view, 'review');
  await authentik.forgetRequests();
  // A moment for each answer, so that what is sent side by side overlaps and can be told from what is sent in sequence.
  await authentik.takeAMoment();
  await review.apply();
  await new Done(site.view).ready();
  const sequential = await authentik.sequence();
  await authentik.clearFaults();
  await picture(site.view, 'done');
  say(`2. The toolbar button, "Protect this site", only members of engineering, "Apply": done after ${sequential} requests in sequence.`);

  await authentik.middleware(true);
  assert.ok(isLogin(await new Visitor().open(`${authentik.site}/shelf`)), 'a stranger should be sent to the login');
  await browser.goTo(tab, `${authentik.site}/shelf`);
  await picture(tab, 'stranger-at-the-login');
  say('3. The middleware stands in the proxy now: a stranger is sent to the login.');

  assert.match((await new Visitor().openAs('susan.kare', authentik.password, `${authentik.site}/shelf`)).text, /Permission denied/);
  await tab.fill('#username', 'barbara.liskov');
  await tab.fill('#password', authentik.password);
  await tab.click('button', 'Log in');
  await tab.waitFor('Signed in as barbara.liskov');
  await picture(tab, 'member-inside');
  say('4. Barbara Liskov of engineering signs in and is inside; Susan Kare of design is refused.');

  // It ends protected, as a person would leave it. How Undo works is in the tests, and one click away here.
  const again = await gatewright.press(tab);
  const done = new Done(again.view);
  await done.ready();
  await done.close();
  await again.shows('Protected by authentik');
  await picture(again.view, 'protected');
  say('5. The popup says "Protected by authentik". "Undo" stands below it.');
  say(`\nThere is no display, so the browser ran without a window. Pictures of each step: ${path.relative(process.cwd(), PICTURES) || '.'}/`);
}
