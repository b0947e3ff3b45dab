// Opens the popup as a person does, and tells when its first useful row stood on the screen: the sentence that says what the
// status of the site means, drawn together with the status. Milliseconds from the beginning of the popup's document.
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../e2e/browsers/until.mjs';

/** Runs first in the popup, in Firefox: when the row came into the page, and when the frame with it was made. */
function watch() {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('.status + p')) return;
    observer.disconnect();
    const drawn = performance.now();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { globalThis.watched = { drawn, row: performance.now() }; };
    // A frame's callbacks come right before it is made, and a message after it.
    requestAnimationFrame(() => port2.postMessage(null));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Puts the watch before the popup's `script` of an unpacked extension. Firefox's own records of paints often lack their time. */
export function watchIn(dist, script) {
  const file = path.join(dist, script);
  fs.writeFileSync(file, `(${watch})();\n${fs.readFileSync(file, 'utf8')}`);
}

/** Runs in the popup, afterwards: {row, atOnce, answers, noted}. `row`: its time, once it is known. `atOnce`: it is in the first frame. */
async function records() {
  const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/v3/')).map(({ responseEnd }) => responseEnd);
  const firstPaint = () => performance.getEntriesByName('first-contentful-paint')[0];
  if (location.protocol === 'moz-extension:') {
    const { drawn, row } = globalThis.watched ?? {};
    const first = firstPaint();
    return { row: first && row, atOnce: drawn < first?.startTime, answers, noted: { drawn, first: first?.startTime } };
  }
  // Chromium notes the time and the element of each frame's text that is larger than any before. The row is the largest here.
  const paints = await new Promise(found => {
    new PerformanceObserver((list, observer) => {
      observer.disconnect();
      found(list.getEntries());
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  const first = firstPaint();
  const row = first && paints.find(({ element }) => element?.matches('.status + p'))?.paintTime;
  return { row, atOnce: row === first?.paintTime, answers, noted: paints.map(({ element, paintTime }) => [element?.outerHTML.slice(0, 60), paintTime]) };
}

/** The row's time where nothing was kept: it needs four answers of authentik, and what stood there before them is something else. */
export function rowAfterAnswers(seen) {
  const { row, answers } = seen;
  if (answers.length === 4 && row >= Math.max(...answers)) return row;
  throw new Error(`a round is wrong: its row stood there before authentik's four answers: ${JSON.stringify(seen)}`);
}

/** The row's time from the cache: it is in the first frame that shows anything. */
export function rowAtOnce(seen) {
  if (seen.row > 0 && seen.atOnce) return seen.row;
  throw new Error(`a round is wrong: its row is not in the first frame: ${JSON.stringify(seen)}`);
}

/** Presses the toolbar button over `tab`; answers the records once authentik has answered and the row's time is among them. */
async function open(browser, tab) {
  const popup = await browser.pressToolbar(tab);
  await until('authentik to have answered', () => popup.run('document.querySelector(".status .chip:not(.skeleton)") && !document.querySelector("[aria-busy=true]")'));
  let seen;
  const noted = async () => {
    seen = await popup.run(records);
    return seen.row !== undefined;
  };
  await until('the row to be noted', noted, { say: async () => JSON.stringify(seen) });
  await popup.close();
  return seen;
}

/** With nothing in the cache: the row comes once authentik has answered. */
export async function openFresh(browser, tab) {
  await browser.inWorker(() => (globalThis.browser ?? chrome).storage.session.remove('cache'));
  return rowAfterAnswers(await open(browser, tab));
}

/** From the cache: the row stands there at once. */
export async function openCached(browser, tab) { return rowAtOnce(await open(browser, tab)); }
