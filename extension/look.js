// What the page in a tab shows of itself, for telling which service it is. Loaded and run only after a person opened
// Gatewright over that tab; the browser lets us look there because of that click, and at no other time.

/** {metas: [[name, content]], found: [selector], icon} of the page in tab `tabId`. */
export async function look(tabId, selectors) {
  const [{ result }] = await browser.scripting.executeScript({ target: { tabId }, func: read, args: [selectors] });
  return result;
}

/** Runs in the page, in a world of its own; nothing of this file is there. It changes nothing, and cuts what it takes. */
function read(selectors) {
  const cut = text => String(text ?? '').slice(0, 500);
  // Of the prototype: a page can name its elements so that `document.querySelector` is one of them.
  const all = selector => Document.prototype.querySelectorAll.call(document, selector);
  const first = selector => Document.prototype.querySelector.call(document, selector);
  const metas = [...all('meta[content]')].slice(0, 100)
    .map(meta => [meta.getAttribute('name') ?? meta.getAttribute('property') ?? '', meta.getAttribute('content')].map(cut))
    .filter(([name]) => name !== '');
  const found = selectors.filter(selector => first(selector) !== null);
  const icon = String(first('link[rel~="icon"][href]')?.href ?? '');
  return { metas, found, icon: icon.length < 500 ? icon : '' };
}
