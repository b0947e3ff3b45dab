// The browsers that the tests run in, behind one interface:
//
//   launch({dist, headless})       a browser with a fresh profile and the extension in it
//   openSite(url)                  a tab, as a View (view.mjs): what a person sees, by roles and names
//   goTo(view, url)                sends a tab elsewhere
//   openExtensionPage(path)        a page of the extension in a tab: `popup.html#/connect`
//   pressToolbar(tab)              the popup over a tab, with a real activeTab
//   opened(test, act)              the page that `act` opens: a tab or the popup, whose address `test` likes
//   tabId(tab)                     the id that extensions know the tab by
//   allowHost(pattern)             grants in advance (Chromium: from the next request out of a click on)
//   answeringPrompt(yes, pattern, act)   `act` asks for a host; answers the prompt (Chromium: `yes` only, granted before)
//   takeHost(pattern)              takes a granted host away, as a person can at any time
//   setOffline(view, on)           no network, as far as a view knows
//   canRefuse                      whether the prompt can be answered with no
//   inWorker(js, ...args)          evaluates in the worker or background page, which is woken if it sleeps
//   consoleMessages()              what was said on the consoles of the extension's open pages and of its worker
//   killWorker(), workerIsAlive()  ends it in the middle of whatever it does
//   dispatchContextMenu({id, title, selection}, tab)   a menu entry: Firefox by title, Chromium by id
//   setColourScheme('light' | 'dark')
//   profile, storageFolder()       for searches of the disk
//   id, origin, name               of the extension, of its pages, of the browser
//   close(), ended, hasEnded      of the browser itself
import * as chromium from './chromium.mjs';
import * as firefox from './firefox.mjs';

const ALL = { chromium, firefox };

/** Both, the one that a demo prefers first. */
export const KNOWN = Object.entries(ALL).map(([name, { launch }]) => ({ name, launch }));

/** The browsers to test: `GATEWRIGHT_BROWSERS=firefox` leaves the others out. */
export const BROWSERS = (process.env.GATEWRIGHT_BROWSERS ?? 'chromium,firefox').split(',').map(name => name.trim()).filter(Boolean).map(name => {
  if (!(name in ALL)) throw new Error(`no browser ${JSON.stringify(name)}: there are ${Object.keys(ALL).join(' and ')}`);
  return { name, launch: ALL[name].launch };
});
