// Opens the popup as a person does, and reads off the browser's own records when its first useful row stood on the screen:
// nothing is put into the page, so nothing slows it down. Of the texts on this screen, the sentence that says what the status
// means is the largest, and it is drawn together with the status: the largest contentful paint is its time.
import { until } from '../e2e/browsers/until.mjs';

/** Runs in the popup, afterwards: milliseconds from the beginning of its document until that paint. */
async function largestPaint() {
  const entries = await new Promise(found => {
    new PerformanceObserver((list, observer) => {
      observer.disconnect();
      found(list.getEntries());
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  const [first] = performance.getEntriesByType('paint').filter(({ name }) => name === 'first-contentful-paint');
  const last = entries.at(-1);
  // `paintTime`: the frame was made. The time when it was shown is told in steps of a frame.
  return { first: first.paintTime, row: last.paintTime, text: last.element?.textContent ?? '', steps: entries.map(e => [e.paintTime, e.startTime, e.size, e.element?.outerHTML.slice(0, 60)]) };
}

/** Presses the toolbar button over `tab`; answers {first, row}: the first text, and the first useful row. */
export async function open(browser, tab) {
  const popup = await browser.pressToolbar(tab);
  await until('authentik to have answered', () => popup.run('document.querySelector(".status .chip:not(.skeleton)") && !document.querySelector("[aria-busy=true]")'));
  const seen = await popup.run(largestPaint);
  await popup.close();
  return seen;
}
