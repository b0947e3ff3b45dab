// The twin's extension: the real one as it ships, but for the popup, which is tests/bench/twin/ instead.
import fs from 'node:fs';
import path from 'node:path';
import { watchIn } from './opening.mjs';

const TWIN = path.join(import.meta.dirname, 'twin');

/** The extension as it ships, in `to`, whose row can be timed. */
export function makeReal({ name, dist, to }) {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(dist, to, { recursive: true });
  if (name === 'firefox') watchIn(to, 'boot.js');
  return to;
}

/** Makes it in `to`, from the unpacked extension in `dist` of the browser `name`; its row can be timed. */
export function makeTwin({ name, dist, to }) {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(dist, to, { recursive: true });
  for (const file of ['boot.js', 'size.js', 'look.js', 'probe.js', 'catalogue.json', 'pkg/popup.js', 'pkg/popup_bg.wasm']) fs.rmSync(path.join(to, file), { force: true });
  fs.cpSync(TWIN, to, { recursive: true });
  if (name === 'firefox') watchIn(to, 'twin.js');
  return to;
}

/** Gives the twin what the real one keeps, and the host that it may reach. */
export async function moveIn(twin, real, authentikUrl) {
  const kept = await real.inWorker(async () => {
    const { local, session } = (globalThis.browser ?? chrome).storage;
    return { local: await local.get(null), session: await session.get(null) };
  });
  await twin.inWorker(async kept => {
    const { local, session } = (globalThis.browser ?? chrome).storage;
    await Promise.all([local.set(kept.local), session.set(kept.session)]);
  }, kept);
  const { protocol, hostname } = new URL(authentikUrl);
  // Whatever the port: a pattern with one is a trap in Firefox.
  const pattern = `${protocol}//${hostname}/*`;
  await twin.allowHost(pattern);
  const page = await twin.openExtensionPage(`allow.html#${encodeURIComponent(pattern)}`);
  await page.click('button', 'Allow');
  await page.waitFor('allowed');
  await page.close();
}
