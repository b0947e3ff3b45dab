// The popup as somebody would write it without a module: plain JavaScript, everything read side by side, the same keys of the
// storage, the same requests, and on the screen what the Site screen shows of a site that nobody protects. It is measured
// against the real popup, does nothing else, and never ships.
globalThis.browser ??= globalThis.chrome;
const { storage, tabs, permissions } = globalThis.browser;

const [local, session, [tab]] = await Promise.all([
  storage.local.get(['connection', 'token', 'settings', 'journal', 'activity']),
  storage.session.get(['route', 'token', 'who', 'cache']),
  tabs.query({ active: true, currentWindow: true }),
]);
const { base } = local.connection;
const token = (local.connection.keep === 'device' ? local.token : session.token).token;
const origin = new URL(tab.url).origin;
const { host, hostname } = new URL(tab.url);

const el = (tag, className, ...children) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
};
const button = (className, name) => Object.assign(el('button', className, name), { type: 'button' });
const tabButton = (name, selected) => {
  const made = button('', name);
  made.setAttribute('role', 'tab');
  made.setAttribute('aria-selected', String(selected));
  made.tabIndex = selected ? 0 : -1;
  return made;
};

function chip(status) {
  if (!status) return el('span', 'chip skeleton', 'Checking…');
  const sign = Object.assign(el('span', '', status === 'Not protected' ? '○' : '✓'), { ariaHidden: 'true' });
  return el('span', status === 'Not protected' ? 'chip open' : 'chip ok', sign, status);
}

let row;
let shown;

/** What the screen shows, with the status or while it is not known. What is the same as before stays where it is. */
function draw(inventory, looking) {
  const status = inventory && statusOf(inventory);
  const before = row;
  row = el('div', 'row status', chip(status), el('span', 'muted small', looking ? 'Checking…' : 'Checked just now'), button('link small', 'Check again'));
  row.setAttribute('aria-busy', String(looking));
  if (before && status === shown) {
    before.replaceWith(row);
    return;
  }
  shown = status;
  const icon = Object.assign(el('div', 'icon', host[0].toUpperCase()), { ariaHidden: 'true' });
  const main = el('main', '', el('div', 'host', icon, el('div', '', el('h1', '', host), el('span', 'muted small'))), row);
  if (status) {
    main.append(el('p', '', 'authentik has no application for this address, so it does not ask anyone to sign in.'));
    const name = status === 'Not protected' ? 'Protect this site' : 'Verify';
    main.append(el('div', 'stack', button('primary', name), button('quiet', 'Create OIDC app'), el('p', 'muted small', 'Forward auth closes the door of any site: the reverse proxy asks authentik before it lets a request through.'), button('link small', 'Its app is known under another address')));
  }
  const tablist = el('div', '', tabButton('Site', true), tabButton('People', false), tabButton('More', false));
  tablist.setAttribute('role', 'tablist');
  const toast = el('div', 'toast');
  toast.setAttribute('role', 'status');
  document.getElementById('app').replaceChildren(
    el('header', '', el('span', 'brand grow', 'Gatewright'), button('instance', new URL(base).host)),
    tablist, main, el('footer', 'small muted', el('span', 'grow', 'Ask before applying: on')), toast,
  );
}

/** The same rule as the real one, for what occurs here: the very host, a domain, the address of an app. */
function statusOf({ proxies, outposts, oauth2, applications }) {
  const parse = text => (URL.canParse(text) ? new URL(text) : null);
  const served = ({ pk, application_slug: slug }) => slug && outposts.some(outpost => outpost.providers.includes(pk));
  if (parse(base).host === host) return 'This is authentik';
  if (proxies.some(proxy => proxy.mode !== 'forward_domain' && parse(proxy.external_host)?.host === host && served(proxy))) return 'Protected by authentik';
  const holds = domain => domain && (hostname === domain || hostname.endsWith(`.${domain}`));
  if (proxies.some(proxy => proxy.mode === 'forward_domain' && holds(proxy.cookie_domain.replace(/^\.+/, '')) && served(proxy))) return 'Part of a protected domain';
  if (oauth2.some(({ redirects }) => redirects.some(({ regex, url }) => !regex && parse(url)?.origin === origin))) return 'OIDC app';
  if (applications.some(({ launch_url: url, provider }) => parse(url)?.origin === origin && oauth2.some(({ pk }) => pk === provider))) return 'OIDC app';
  return 'Not protected';
}

async function list(path) {
  const rows = [];
  for (let page = 1; page;) {
    const answer = await fetch(`${base}/api/v3/${path}page=${page}&page_size=100`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'accept-language': 'en' },
      credentials: 'omit', redirect: 'manual', cache: 'no-store', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(20_000),
    });
    const { results, pagination } = await answer.json();
    rows.push(...results);
    page = pagination.next;
  }
  return rows;
}

/** The rows as they are kept: the fields that the screen needs, and no more. */
async function look() {
  const [proxies, outposts, oauth2, applications] = await Promise.all(
    ['providers/proxy/?', 'outposts/instances/?', 'providers/oauth2/?', 'core/applications/?superuser_full_list=true&'].map(list),
  );
  return {
    proxies: proxies.map(({ pk, name, client_id, mode, external_host, cookie_domain, assigned_application_slug, assigned_application_name, skip_path_regex }) =>
      ({ pk, name, client_id, mode, external_host, cookie_domain, application_slug: assigned_application_slug || null, application_name: assigned_application_name || null, skip_path_regex })),
    outposts: outposts.map(({ pk, name, type, providers, managed, config }) =>
      ({ pk, name, kind: type, providers, embedded: managed === 'goauthentik.io/outposts/embedded', authentik_host: config.authentik_host ?? '' })),
    oauth2: oauth2.map(({ pk, name, client_id, redirect_uris, assigned_application_slug, assigned_application_name }) =>
      ({ pk, name, client_id, redirects: redirect_uris.map(({ matching_mode, url }) => ({ regex: matching_mode === 'regex', url, kind: null })), application_slug: assigned_application_slug || null, application_name: assigned_application_name || null, logout_uri: '' })),
    applications: applications.map(({ pk, name, slug, provider, launch_url }) => ({ pk, name, slug, provider, launch_url: launch_url ?? '', states_launch_url: Boolean(launch_url) })),
    denied: [],
  };
}

if (document.readyState === 'loading') await new Promise(parsed => { document.addEventListener('DOMContentLoaded', parsed, { once: true }); });
draw(session.cache?.base === base ? session.cache.inventory : null, true);
const { protocol, hostname: authentik } = new URL(base);
if (await permissions.contains({ origins: [`${protocol}//${authentik}/*`] })) {
  const inventory = await look();
  draw(inventory, false);
  await storage.session.set({ cache: { base, read: Date.now(), inventory } });
}
