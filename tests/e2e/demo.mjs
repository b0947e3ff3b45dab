// The demo: an authentik of its own, a browser with the extension, connected. With a display it stays open for a person;
// without one it protects a site and creates an OIDC app by itself, and says what it saw. Nothing of it touches a real authentik.
import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { KNOWN } from './browsers/index.mjs';
import { Gatewright, TARGET } from './gatewright.mjs';
import { Done } from './pages/work.mjs';
import { RelyingParty } from './relying-party.mjs';
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
const grafana = await RelyingParty.start();
let count = 0;
const picture = (view, name) => view.screenshot(path.join(PICTURES, `${++count}-${name}.png`));
try {
  say(`An authentik ${authentik.release} of the demo's own runs at ${authentik.url}`);
  say(`A sample site, not protected yet, runs at               ${authentik.site}`);
  say(`A service that looks like Grafana and speaks OIDC, at   ${grafana.url}/login`);
  await gatewright.connect();
  say(`Gatewright runs in ${browser.name} and is connected, with the token of akadmin.`);
  if (hasDisplay) {
    await leaveOpen();
  } else {
    await doTheMainJob();
    await createAnApp();
    say(`\nThere is no display, so the browser ran without a window. Pictures of each step: ${path.relative(process.cwd(), PICTURES) || '.'}/`);
  }
} finally {
  await gatewright.stop();
  await grafana.stop();
}

async function leaveOpen() {
  await browser.openSite(`${grafana.url}/login`);
  await gatewright.openSite('/shelf');
  say(`
Try it: press Gatewright's button in the toolbar (it may hide behind the puzzle piece), then "Protect this site"; in the
tab that looks like Grafana, "Create OIDC app", and paste what it shows into ${grafana.url}/setup

  authentik's password for everybody   ${authentik.password}   (akadmin, ada.lovelace, susan.kare, …)
  as if the label stood in your proxy  curl -X PUT ${authentik.control}/edge -d '{"host":"${authentik.siteHost}","middleware":true}'

The demo ends when you close the browser, or with Ctrl+C.`);
  await browser.ended;
}

async function doTheMainJob() {
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
}

async function createAnApp() {
  const tab = await browser.openSite(`${grafana.url}/login`);
  const site = await gatewright.look(tab);
  assert.equal(await site.looksLike(), 'Looks like Grafana');
  await picture(site.view, 'looks-like-grafana');
  const review = await site.createOidcApp();
  await review.service();
  await picture(review.view, 'oidc-review');
  await review.apply();
  const app = await new Done(site.view).app();
  await picture(site.view, 'oidc-done');
  say('6. Another tab "Looks like Grafana": "Create OIDC app", "Apply", and what Grafana has to be told stands there.');

  await app.showSecret();
  await grafana.configure({ issuer: await app.issuer(), clientId: await app.clientId(), clientSecret: await app.secret() });
  const found = await app.verify();
  assert.deepEqual(found.filter(({ ok }) => ok === false), []);
  say(`7. "Verify" finds nothing wrong in ${found.length} things that it looks at.`);

  await browser.goTo(tab, `${grafana.url}/login`);
  await tab.click('link', 'Sign in with authentik');
  // Who is signed in at authentik already, from step 4, is only asked whether Grafana may stay signed in.
  await tab.click('button', 'Continue');
  await tab.waitFor('Signed in as barbara.liskov');
  await picture(tab, 'signed-in-at-grafana');
  say('8. Told exactly that, the service signs Barbara Liskov in, with an ID token that a key of the issuer signed.');
}
