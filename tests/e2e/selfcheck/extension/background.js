// The worker: says when it was born, waits for an address if asked, and opens a page from its menu.
globalThis.browser ??= globalThis.chrome;
const born = Math.random();

browser.runtime.onMessage.addListener((message, sender, answer) => {
  if (message.fetch) fetch(message.fetch).then(() => browser.storage.session.set({ fetched: true })).catch(() => {});
  answer({ born, from: sender.url });
});
browser.runtime.onInstalled.addListener(async () => {
  await browser.contextMenus.removeAll();
  browser.contextMenus.create({ id: 'page', title: 'Look at this page', contexts: ['page'] });
  browser.contextMenus.create({ id: 'text', title: 'Look up “%s”', contexts: ['selection'] });
});
browser.contextMenus.onClicked.addListener(({ menuItemId, selectionText = '' }, tab) => {
  browser.tabs.create({ url: browser.runtime.getURL(`popup.html?tab=${tab.id}#/${menuItemId}/${encodeURIComponent(selectionText)}`) });
});
