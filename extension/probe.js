// What a stranger meets at a site, asked from the page in its tab: without cookies, past every cache, once. Loaded and run only
// after a person pressed "Verify" over that tab; the browser lets us look there because of the click on the toolbar button.

/** {origin, worker, root, other, ping}: what the page in tab `tabId` was answered. `nonce` makes each address a new one. */
export async function probe(tabId, nonce) {
  const [{ result }] = await browser.scripting.executeScript({ target: { tabId }, func: ask, args: [nonce] });
  return result;
}

/** Runs in the page, in a world of its own; nothing of this file is there. It changes nothing, and cuts what it takes. */
async function ask(nonce) {
  const LIMIT = 8000;
  const soon = (job, otherwise) => Promise.race([job.catch(() => otherwise), new Promise(go => setTimeout(go, 1500, otherwise))]);
  // A service worker of the site's own could answer instead of the server, now or in a moment. One that doesn't say counts too.
  const workers = navigator.serviceWorker;
  const worker = Boolean(workers?.controller) || (workers ? await soon((async () => (await workers.getRegistrations()).length > 0)(), true) : false);

  let forbidden = false;
  document.addEventListener('securitypolicyviolation', event => { forbidden ||= String(event.effectiveDirective).startsWith('connect-src'); });

  /** The first bytes of an answer that is no success. */
  async function start(answer) {
    if (answer.status < 400 || !answer.body) return '';
    const reader = answer.body.getReader();
    const { value } = await reader.read();
    reader.cancel().catch(() => {});
    return value ? new TextDecoder().decode(value.slice(0, 300)) : '';
  }

  async function get(path) {
    const signal = AbortSignal.timeout(LIMIT);
    const send = redirect => fetch(`${location.origin}${path}?gatewright=${nonce}`, { cache: 'no-store', credentials: 'omit', redirect, referrerPolicy: 'no-referrer', signal });
    let away = false;
    try {
      let answer = await send('manual');
      if (answer.type === 'opaqueredirect') {
        // To the same origin it can be followed; to another one it can't, which is an answer too.
        away = true;
        answer = await send('follow');
      }
      const at = answer.url.startsWith(`${location.origin}/`) ? new URL(answer.url).pathname : path;
      return { status: answer.status, path: at.slice(0, 300), text: await start(answer), authentik: answer.headers.has('X-authentik-id') };
    } catch (error) {
      if (signal.aborted || error?.name === 'TimeoutError') return { failed: 'time' };
      // The page's rules are broken before anything is sent, and told a moment later.
      await new Promise(go => setTimeout(go, 50));
      return away && !forbidden ? { away: true } : { failed: forbidden ? 'rules' : 'asked' };
    }
  }

  const [root, other, ping] = await Promise.all(['/', `/gatewright-${nonce}`, '/outpost.goauthentik.io/ping'].map(get));
  return { origin: location.origin, worker, root, other, ping };
}
