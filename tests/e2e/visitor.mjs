// Somebody who visits sites, with a cookie jar and nothing else: no extension, no browser.
import { ask } from './local.mjs';

export class Visitor {
  #jar = new Map();

  /** Opens an address and follows where it leads: {url, status, text, hops}. */
  async open(url, { method = 'GET', form } = {}) {
    const hops = [];
    for (let left = 15; left > 0; left--) {
      const answer = await this.#ask(url, method, form);
      if (![301, 302, 303, 307, 308].includes(answer.status)) return { url, hops, ...answer };
      hops.push(url);
      url = new URL(answer.headers.location, url).href;
      [method, form] = ['GET', undefined];
    }
    throw new Error(`it leads from one address to the next: ${hops.join(' → ')}`);
  }

  /** Opens an address; if it leads to authentik's login, signs in there and goes on. */
  async openAs(username, password, url) {
    const page = await this.open(url);
    return isLogin(page) ? this.open(page.url, { method: 'POST', form: { username, password } }) : page;
  }

  async #ask(url, method, form) {
    const { hostname } = new URL(url);
    const cookies = this.#cookies(hostname);
    const body = form && new URLSearchParams(form).toString();
    const headers = { accept: 'text/html', ...(cookies ? { cookie: cookies } : {}), ...(body ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) };
    const answer = await ask(url, { method, headers, body });
    for (const cookie of answer.headers['set-cookie'] ?? []) this.#keep(hostname, cookie);
    return answer;
  }

  #keep(hostname, line) {
    const [pair, ...attributes] = line.split(';').map(part => part.trim());
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const domain = attributes.find(attribute => /^domain=/i.test(attribute))?.slice(7).replace(/^\./, '') ?? hostname;
    const over = attributes.some(attribute => /^max-age=(0|-)/i.test(attribute));
    const key = `${domain} ${name}`;
    if (over) this.#jar.delete(key);
    else this.#jar.set(key, { domain, name, value });
  }

  #cookies(hostname) {
    const fits = ({ domain }) => hostname === domain || hostname.endsWith(`.${domain}`);
    return [...this.#jar.values()].filter(fits).map(({ name, value }) => `${name}=${value}`).join('; ');
  }
}

/** Whether a page is authentik's login. */
export const isLogin = ({ url, status }) => status === 200 && new URL(url).pathname.startsWith('/if/flow/');
