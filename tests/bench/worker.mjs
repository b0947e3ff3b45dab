// How long the worker takes to answer: right after it was killed, and while it is there.

const ask = async () => {
  const begun = performance.now();
  const { kind } = await chrome.runtime.sendMessage({ kind: 'wake' });
  if (kind !== 'taken') throw new Error(`the worker answered ${kind}`);
  return performance.now() - begun;
};

/** {cold, warm}: milliseconds from a page's message to the answer, `rounds` times each. */
export async function answers(browser, rounds) {
  const page = await browser.openExtensionPage('popup.html#/more');
  const [cold, warm] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await browser.killWorker();
    cold.push(await page.run(ask));
    warm.push(await page.run(ask));
  }
  await page.close();
  return { cold, warm };
}
