// Opens the popup as a person does, and reads off the browser's own records when its first useful row stood on the screen:
// nothing is put into the page, so nothing slows it down.
import { until } from '../e2e/browsers/until.mjs';

/**
 * Runs in the popup, afterwards. Milliseconds from the beginning of its document until a frame was made that shows
 * `first`: the first text; `row`: the sentence that says what the status of the site means. It is drawn together with the
 * status and is the largest text on this screen, so the largest contentful paint is its time.
 */
async function paints() {
  const largest = await new Promise(found => {
    new PerformanceObserver((list, observer) => {
      observer.disconnect();
      found(list.getEntries().at(-1));
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  const [first] = performance.getEntriesByName('first-contentful-paint');
  // `paintTime`: the frame was made. Firefox knows `startTime` only: it was shown.
  return { first: first.paintTime ?? first.startTime, row: largest.paintTime ?? largest.startTime };
}

/** Presses the toolbar button over `tab`; answers {first, row} once authentik was asked. */
async function open(browser, tab) {
  const popup = await browser.pressToolbar(tab);
  await until('authentik to have answered', () => popup.run('document.querySelector(".status .chip:not(.skeleton)") && !document.querySelector("[aria-busy=true]")'));
  await until('its first paint to be noted', () => popup.run('performance.getEntriesByName("first-contentful-paint").length === 1'));
  const seen = await popup.run(paints);
  await popup.close();
  return seen;
}

/** With nothing in the cache: the row comes once authentik has answered. */
export async function openFresh(browser, tab) {
  await browser.inWorker(() => (globalThis.browser ?? chrome).storage.session.remove('cache'));
  return (await open(browser, tab)).row;
}

/** From the cache: what is drawn first has the row. (Whatever is larger later is the same row, drawn anew.) */
export async function openCached(browser, tab) { return (await open(browser, tab)).first; }
