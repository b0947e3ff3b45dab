// A service that signs people in with authentik. It looks like Grafana; behind it works openid-client, which knows nothing of
// Gatewright or of this authentik: discovery, code with PKCE, state and nonce, the ID token's signature, renewal, logout.
import { randomUUID } from 'node:crypto';
import * as client from 'openid-client';
import { localFetch, serve } from './local.mjs';

const CALLBACK = '/login/generic_oauth';
const text = value => String(value).replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const headerOf = token => JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString());

export class RelyingParty {
  #config;
  #begun = new Map();
  #sessions = new Map();

  /** What it asked authentik for: paths, in order. */
  asked = [];
  /** Where people are sent after they signed out; authentik goes there only if it knows the address. */
  afterLogout;
  /** Changes an answer of authentik on its way here: (path, text) → text. */
  tamper = (_, text) => text;

  static async start(name = 'grafana') {
    const party = new RelyingParty();
    const { url, stop } = await serve(name, (...asked) => party.#answer(...asked));
    return Object.assign(party, { url, stop });
  }

  get callback() { return this.url + CALLBACK; }

  /** Told what a person reads off the popup, and nothing else: the rest it finds in the issuer's discovery document. */
  async configure({ issuer, clientId, clientSecret }) {
    this.asked = [];
    this.#sessions.clear();
    this.#config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      [client.customFetch]: (url, options) => this.#fetch(url, options),
      // Signatures of what comes straight from the token endpoint are checked too, against the issuer's keys.
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    });
  }

  /** Who is signed in: [{claims, header, userinfo, tokens}]; `tokens` has each answer of the token endpoint. */
  get people() { return [...this.#sessions.values()]; }

  /** What authentik says about the owner of an access token. Throws where it takes it no longer. */
  userinfo(token, subject) { return client.fetchUserInfo(this.#config, token, subject); }

  async #fetch(url, options) {
    const { pathname } = new URL(url);
    this.asked.push(pathname);
    const answer = await localFetch(url, options);
    return new Response(this.tamper(pathname, await answer.text()), answer);
  }

  async #answer(request, response, url) {
    const pages = { '/login': this.#login, [CALLBACK]: this.#callback, '/': this.#home, '/renew': this.#renew, '/logout': this.#logout, '/setup': this.#setup };
    const page = pages[url.pathname];
    if (!page) response.writeHead(404).end();
    else await page.call(this, { request, response, url, id: /session=([\w-]+)/.exec(request.headers.cookie)?.[1] });
  }

  #show(response, body, status = 200) {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Grafana</title></head><body><main><h1>Welcome to Grafana</h1>${body}</main></body></html>`);
  }

  #goTo(response, url, headers = {}) { response.writeHead(302, { location: `${url}`, ...headers }).end(); }

  #login({ response }) {
    this.#show(response, this.#config ? `<a href="${CALLBACK}">Sign in with authentik</a>` : '<a href="/setup">Set up a login with authentik</a>');
  }

  /** For a person in the demo, who pastes what the popup shows. */
  async #setup({ request, response }) {
    if (request.method !== 'POST') {
      const fields = Object.entries({ issuer: 'Issuer', clientId: 'Client ID', clientSecret: 'Client secret' });
      this.#show(response, `<form method="post">${fields.map(([name, says]) => `<p><label>${says} <input name="${name}" size="60" autocomplete="off"></label></p>`).join('')}<button>Save</button></form>`);
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    await this.configure(Object.fromEntries(new URLSearchParams(body)));
    this.#goTo(response, `${this.url}/login`);
  }

  /** As in Grafana, one address is both where a login begins and where it ends. */
  async #callback({ response, url }) {
    if (!url.search) {
      await this.#begin(response);
      return;
    }
    const begun = this.#begun.get(url.searchParams.get('state'));
    this.#begun.delete(url.searchParams.get('state'));
    try {
      await this.#end(response, url, begun);
    } catch (error) {
      this.#show(response, `<p>Login failed: ${text(error.error_description ?? error.cause?.message ?? error.message)} (${text(error.code ?? error.error)})</p>`, 401);
    }
  }

  async #begin(response) {
    const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
    this.#begun.set(state, { verifier, state, nonce });
    this.#goTo(response, client.buildAuthorizationUrl(this.#config, {
      redirect_uri: this.callback, scope: 'openid profile email offline_access', state, nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    }));
  }

  async #end(response, url, begun) {
    if (!begun) throw new Error('nobody began this login here');
    const tokens = await client.authorizationCodeGrant(this.#config, url, {
      pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: begun.nonce, idTokenExpected: true,
    });
    const claims = tokens.claims();
    const userinfo = await client.fetchUserInfo(this.#config, tokens.access_token, claims.sub);
    const id = randomUUID();
    this.#sessions.set(id, { claims, header: headerOf(tokens.id_token), userinfo, tokens: [tokens] });
    this.#goTo(response, this.url, { 'set-cookie': `session=${id}; Path=/; HttpOnly` });
  }

  #home({ response, id }) {
    const person = this.#sessions.get(id);
    if (!person) {
      this.#goTo(response, `${this.url}/login`);
      return;
    }
    const { claims, header, userinfo, tokens } = person;
    const facts = [`Signed in as ${claims.preferred_username}`, `Name: ${userinfo.name}`, `E-mail: ${userinfo.email}`,
      `Groups: ${[userinfo.groups ?? []].flat().join(', ')}`, `ID token: ${header.alg}`, `Renewed: ${tokens.length - 1}`];
    this.#show(response, `${facts.map(fact => `<p>${text(fact)}</p>`).join('')}<a href="/renew">Renew</a> <a href="/logout">Sign out</a>`);
  }

  async #renew({ response, id }) {
    const person = this.#sessions.get(id);
    person.tokens.push(await client.refreshTokenGrant(this.#config, person.tokens.findLast(answer => answer.refresh_token).refresh_token));
    this.#goTo(response, this.url);
  }

  #logout({ response, id }) {
    const person = this.#sessions.get(id);
    this.#sessions.delete(id);
    const hint = person.tokens.findLast(answer => answer.id_token).id_token;
    const back = this.afterLogout ? { post_logout_redirect_uri: this.afterLogout } : {};
    this.#goTo(response, client.buildEndSessionUrl(this.#config, { id_token_hint: hint, ...back }), { 'set-cookie': 'session=; Path=/; Max-Age=0' });
  }
}
